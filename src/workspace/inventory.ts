/** Everything that a workspace needs: from `scim.yaml`, its sets, mock files, mapping files and request files. */

import { plainContext } from '../config/reference.js';
import { ConfigurationError } from '../scim/error.js';
import type { Finding } from './finding.js';
import { lookAtFile, namesVariables, workspaceFiles } from './inventory-files.js';
import { InventoryRows } from './inventory-rows.js';
import { lookAtTenant, variableLook } from './inventory-tenant.js';
import type { Inventory, RequestArgument } from './inventory-types.js';
import type { Workspace } from './workspace.js';

/** What an inventory is made with. */
export interface InventoryOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Whether something has expired is seen by it. */
  readonly now: Date;
  /** These tenants alone; absent: all of them, and the files beside them. */
  readonly tenants?: readonly string[] | undefined;
  /** What the request files need that they do not define. */
  readonly requestArguments?: readonly RequestArgument[];
}

/**
 * The inventory of WORKSPACE. Nothing is run, and nobody is asked: what a command or Emacs gives is known when
 * `Workspace.prepare` has looked it up.
 */
export async function inventoryOf(workspace: Workspace, options: InventoryOptions): Promise<Inventory> {
  const rows = new InventoryRows(options.now);
  const findings: Finding[] = [];
  for (const name of options.tenants ?? workspace.tenantNames) {
    try {
      const written = workspace.written(name);
      if (written.setProblem !== undefined) findings.push(unreadable(written.setProblem, name));
      lookAtTenant(workspace, name, written, rows);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      findings.push(unreadable(error, name));
    }
  }
  if (options.tenants === undefined) findings.push(...lookBeside(workspace, options, rows));
  // Several tenants may have one set.
  const once = new Map(findings.toReversed().map((finding) => [finding.message, finding]));
  return { variables: await rows.variables(), findings: [...once.values()].reverse() };
}

/** Adds what no tenant names: declared variables, files, arguments. */
function lookBeside(workspace: Workspace, options: InventoryOptions, rows: InventoryRows): Finding[] {
  const { environment } = options;
  const { root, declared } = workspace;
  const findings: Finding[] = [];
  for (const file of workspaceFiles(root, workspace.file !== null).filter(namesVariables)) {
    const problem = lookAtFile(file, { root, environment, declared }, rows);
    if (problem !== undefined) {
      findings.push({ id: 'ENV015', status: 'error', message: `${file}: ${problem}`, fix: `correct ${file}`, file });
    }
  }
  for (const name of declared.keys()) {
    if (rows.has(name)) continue;
    const look = variableLook(name, plainContext(root, environment), undefined, declared, undefined);
    const line = workspace.lineOf(['variables', name]);
    const place = line === undefined ? {} : { file: 'scim.yaml', line };
    rows.add({ ...look, owner: '', use: { ...place, what: 'declared in variables' } });
  }
  for (const { name, ...place } of options.requestArguments ?? []) {
    const problem = 'is defined nowhere in its file';
    const remedy = `give it with each run: --var ${name}=…; or define it: @${name} = …`;
    rows.add({
      name,
      kind: 'argument',
      owner: '',
      annotations: {},
      resolved: { ok: false, origin: { kind: 'literal', label: name }, problem, remedy, lack: 'missing' },
      source: { kind: 'argument', label: '--var' },
      use: { ...place, what: `{{${name}}}` },
    });
  }
  return findings;
}

function unreadable(error: ConfigurationError, tenant: string): Finding {
  const { message, remedy, file, position } = error;
  return {
    id: error.code === 'config.file' && /cannot be read$/.test(message) ? 'ENV001' : 'ENV015',
    status: 'error',
    message,
    why: 'the variables of this tenant are not known without it',
    tenant,
    ...(remedy === undefined ? {} : { fix: remedy }),
    ...(file === undefined ? {} : { file }),
    ...(position === undefined ? {} : { position }),
  };
}
