/** What an inventory shows although every tenant works: definitions that disagree, names, leftovers, slips. */

import { parseEnvFile } from '../config/env-file.js';
import { closest } from '../scim/schema/suggest.js';
import type { Finding } from './finding.js';
import type { InventoryPlace, InventoryVariable } from './inventory-types.js';
import type { WrittenTenant } from './workspace.js';

/** Read by this package itself. */
const ownVariables: ReadonlySet<string> = new Set(['SCIM_TRUST', 'SCIM_API_BASE_URL', 'SCIM_AUTH_TOKEN']);

/**
 * ENV005, ENV012 and ENV013 for VARIABLES, those of a whole workspace. A name of ENVIRONMENT that begins with SCIM_ and
 * that nothing reads is probably a slip.
 */
export function inventoryFindings(variables: readonly InventoryVariable[], environment: NodeJS.ProcessEnv): Finding[] {
  return [...variables.flatMap(findingsOn), ...strays(variables, environment)];
}

function findingsOn(variable: InventoryVariable): Finding[] {
  const { name, kind, conflict, suggestion, uses, source } = variable;
  const about = { variable: name, ...tenantOf(variable) };
  const found: Finding[] = [];
  if (conflict !== undefined) {
    const here = source.file === undefined ? source.label : `${source.file}:${source.line}`;
    found.push({
      id: 'ENV005',
      status: 'warning',
      message: `${name} has one value in ${here} and another one in the environment; the one in ${here} counts`,
      why: 'whoever changes the one in the environment will see no effect',
      fix: `unset ${name}; or write ${name}=env:${name} in ${here} to let the environment decide`,
      ...about,
      ...placeOf(source),
    });
  }
  if (kind === 'variable' && suggestion !== undefined && uses.length > 0) {
    found.push({
      id: 'ENV012',
      status: 'warning',
      message: `The name ${name} does not tell whose value it is`,
      why: 'another program, or another tenant, may mean something else by it',
      fix: `rename it to ${suggestion}`,
      ...about,
      ...placeOf(uses[0] ?? {}),
    });
  }
  if (kind === 'variable' && uses.length === 0) {
    found.push({
      id: 'ENV013',
      status: 'warning',
      message: `${name} is set in ${source.file ?? source.label}, and nothing reads it`,
      why: 'it may be a slip of the one that is read, or a secret that nobody will rotate',
      fix: 'remove it, or correct its name',
      ...about,
      ...placeOf(source),
    });
  }
  return found;
}

/** Variables of ENVIRONMENT that were meant for this package and that nothing reads. */
function strays(variables: readonly InventoryVariable[], environment: NodeJS.ProcessEnv): Finding[] {
  const read = new Set(variables.filter(({ kind }) => kind === 'variable').map(({ name }) => name));
  const missing = variables.filter(({ status, kind }) => kind === 'variable' && status === 'missing');
  return Object.keys(environment)
    .filter((name) => name.startsWith('SCIM_') && !read.has(name) && !ownVariables.has(name))
    .map((name) => {
      const meant =
        closest(
          name,
          missing.map((one) => one.name),
        ) ?? closest(name, read);
      return {
        id: 'ENV013',
        status: 'warning',
        message: `${name} is set in the environment, and nothing reads it`,
        why: 'it may be a slip of one that is read',
        fix: meant === undefined ? `unset ${name}` : `rename it to ${meant}, if that was meant`,
        variable: name,
      };
    });
}

/** Definitions of one name in the sets of WRITTEN that disagree: the last one counts. */
export function duplicateFindings(written: WrittenTenant): Finding[] {
  const first = new Map<string, { readonly value: string; readonly place: string }>();
  const found: Finding[] = [];
  for (const { file, text } of written.context.set.files) {
    for (const { name, value, nameRange } of parseEnvFile(text).variables) {
      const place = `${file}:${nameRange.start.line + 1}`;
      const earlier = first.get(name);
      first.set(name, { value, place });
      if (earlier === undefined || earlier.value === value) continue;
      found.push({
        id: 'ENV005',
        status: 'warning',
        message: `${name} has one value in ${earlier.place} and another one in ${place}; the one in ${place} counts`,
        why: 'whoever changes the other one will see no effect',
        fix: `remove it from ${earlier.place}`,
        variable: name,
        file,
        position: nameRange.start,
      });
    }
  }
  return found;
}

function tenantOf({ tenants }: InventoryVariable): Pick<Finding, 'tenant'> {
  const [only, other] = tenants;
  return only === undefined || other !== undefined ? {} : { tenant: only };
}

function placeOf({ file, line }: InventoryPlace): Pick<Finding, 'file' | 'position'> {
  if (file === undefined || line === undefined) return {};
  return { file, position: { line: line - 1, character: 0 } };
}
