/** `scim/env/inventory` and `scim/env/example`: what the workspace needs. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as protocol from '../../protocol/env.js';
import type { ParamsOf, ResultOf } from '../../protocol/index.js';
import { envExample } from '../../report/env-example.js';
import { inventoryJson } from '../../report/inventory.js';
import { inventoryMarkdown } from '../../report/inventory-markdown.js';
import { inventoryText } from '../../report/inventory-text.js';
import { SecretNeededError, TrustNeededError } from '../../workspace/externals.js';
import { type Finding, findingKinds } from '../../workspace/finding.js';
import { inventoryOf } from '../../workspace/inventory.js';
import { workspaceFiles } from '../../workspace/inventory-files.js';
import type { InventoryVariable, RequestArgument } from '../../workspace/inventory-types.js';
import type { Workspace } from '../../workspace/workspace.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

type InventoryParams = ParamsOf<typeof protocol.inventory>;
type InventoryResult = ResultOf<typeof protocol.inventory>;

export function registerInventory(dispatcher: Dispatcher, session: Session): void {
  dispatcher.request(protocol.inventory, async (params, { signal }) => {
    const workspace = await session.workspace();
    const { tenants, lookUp } = params;
    // Whoever names a tenant that is not there wants to know.
    for (const name of tenants ?? []) workspace.written(name);
    const asked = lookUp ? await lookUpAll(workspace, tenants ?? workspace.tenantNames, signal) : [];
    const { variables, findings } = await take(workspace, tenants);
    return answer(workspace.root, variables, [...asked, ...findings], params, session);
  });
  dispatcher.request(protocol.example, async () => {
    const { variables } = await take(await session.workspace(), undefined);
    return { text: await session.texts.send(envExample(variables)) };
  });
}

async function take(workspace: Workspace, tenants: readonly string[] | undefined) {
  return inventoryOf(workspace, {
    environment: process.env,
    now: new Date(),
    tenants,
    requestArguments: await requestArguments(workspace),
  });
}

/**
 * Has every value of TENANTS looked up; commands that are not trusted stay as they are, and are told of.
 *
 * @throws SecretNeededError with all that Emacs is to look up
 */
async function lookUpAll(workspace: Workspace, tenants: readonly string[], signal: AbortSignal): Promise<Finding[]> {
  const needed = new Set<string>();
  const findings = new Map<string, Finding>();
  for (const name of tenants) {
    try {
      await workspace.prepare(name, signal);
    } catch (error) {
      if (error instanceof SecretNeededError) for (const reference of error.references) needed.add(reference);
      else if (error instanceof TrustNeededError) {
        const { remedy: fix, file = '' } = error;
        const message = `${file} runs commands, and this content of it is not trusted`;
        findings.set(file, { id: 'ENV014', status: 'warning', message, fix, file });
      } else throw error;
    }
  }
  if (needed.size > 0) throw new SecretNeededError([...needed]);
  return [...findings.values()];
}

/** The variables of the request files of WORKSPACE that have to be given with each run. */
async function requestArguments(workspace: Workspace): Promise<RequestArgument[]> {
  const { parseRequestFile } = await import('../../document/parse.js');
  const { freeVariables } = await import('../../document/references.js');
  const files = workspaceFiles(workspace.root, workspace.file !== null).filter((file) => file.endsWith('.scim'));
  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(workspace.root, file), 'utf8').catch(() => undefined);
      if (text === undefined) return [];
      const parsed = parseRequestFile(text, file);
      return [...freeVariables(parsed)].map(([name, offset]) => {
        return { name, file, line: parsed.source.positionAt(offset).line + 1 };
      });
    }),
  );
  return found.flat();
}

async function answer(
  root: string,
  variables: readonly InventoryVariable[],
  findings: readonly Finding[],
  { format, color }: InventoryParams,
  session: Session,
): Promise<InventoryResult> {
  const gaps = findings.map((finding) => ({ ...finding, title: findingKinds[finding.id] }));
  const { text, lines } = inventoryText(variables, gaps, color);
  const others = { json: inventoryJson, markdown: inventoryMarkdown };
  const report = format === 'text' ? text : others[format](variables, gaps);
  const places = variables.flatMap((variable) => {
    const line = lines.get(variable);
    const use = [...variable.uses, variable.source].find((place) => place.file !== undefined);
    if (format !== 'text' || line === undefined || use?.file === undefined) return [];
    return [{ line, file: join(root, use.file), position: { line: (use.line ?? 1) - 1, character: 0 } }];
  });
  return {
    root,
    exitCode: isWrong(variables, findings) ? 6 : 0,
    variables: variables.map((variable) => ({
      ...variable,
      tenants: [...variable.tenants],
      uses: [...variable.uses],
    })),
    findings: gaps,
    report: await session.texts.send(report),
    places,
  };
}

/** What is given with each run, what nothing reads, and what only a mock server needs, may be missing. */
function isWrong(variables: readonly InventoryVariable[], findings: readonly Finding[]): boolean {
  return (
    findings.some(({ status }) => status === 'error') ||
    variables.some(
      ({ kind, status, uses }) =>
        kind !== 'argument' &&
        (status === 'missing' || status === 'invalid') &&
        uses.some(({ file }) => file?.endsWith('.scim-mock') !== true),
    )
  );
}
