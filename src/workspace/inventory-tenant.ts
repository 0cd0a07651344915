/** What one tenant needs: the references of `scim.yaml`, and the variables that stand behind them. */

import type { Annotations } from '../config/env-file.js';
import { isReference, type ReferenceContext, resolveBytes, resolveReference } from '../config/reference.js';
import type { SetVariable } from '../config/variable-set.js';
import { proxyRole, type Role, referencesOf, type WrittenReference } from './inventory-keys.js';
import type { InventoryRows, Look } from './inventory-rows.js';
import { nextVariable, shownPath, shownReference, sourceOf, variableOf } from './inventory-source.js';
import type { InventoryUse } from './inventory-types.js';
import type { Workspace, WrittenTenant } from './workspace.js';

/** What is asked of the environment by everybody who sends requests. */
const proxyVariables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/** A tenant while it is looked at. */
interface Tenant {
  readonly name: string;
  readonly written: WrittenTenant;
  readonly declared: ReadonlyMap<string, Annotations>;
  readonly rows: InventoryRows;
}

/** A reference while it is followed. */
interface Step {
  readonly role: Role;
  readonly owner: string;
  readonly use: InventoryUse;
}

/** Adds to ROWS what tenant NAME of WORKSPACE, which is WRITTEN so, needs, and what its sets hold beside it. */
export function lookAtTenant(workspace: Workspace, name: string, written: WrittenTenant, rows: InventoryRows): void {
  const tenant: Tenant = { name, written, declared: workspace.declared, rows };
  for (const found of referencesOf(written.entry)) {
    const owner = written.definerOf(found.keys[0]);
    const key = found.keys.join('.');
    const line = workspace.lineOf(['tenants', owner, ...found.keys]);
    const place = line === undefined ? {} : { file: 'scim.yaml', line };
    lookAtReference(tenant, found, { role: found.role, owner, use: { ...place, what: `${key} of tenant ${owner}` } });
  }
  if (written.entry.proxy === undefined) lookAtProxies(tenant);
  for (const variable of written.context.set.variables) {
    if (!rows.has(variable.variable.name, name)) lookAtVariable(tenant, variable.variable.name);
  }
}

function lookAtReference(tenant: Tenant, { keys, reference, role }: WrittenReference, step: Step): void {
  const variable = variableOf(reference);
  if (variable !== undefined) {
    follow(tenant, variable, step, []);
    return;
  }
  const { context } = tenant.written;
  const isLiteral = !isReference(reference);
  if (isLiteral && !role.secret) return;
  const standsAt = step.use.line === undefined ? 'here' : `scim.yaml:${step.use.line}`;
  tenant.rows.add({
    ...step,
    name: isLiteral ? keys.join('.') : shownReference(reference),
    kind: isLiteral ? 'literal' : 'reference',
    tenant: tenant.name,
    annotations: {},
    resolved: role.binary === true ? resolveBytes(reference, context) : resolveReference(reference, context),
    source: sourceOf(reference, context, standsAt),
  });
}

/** Looks at the variable NAME, then at the one that its definition in a set names. */
function follow(tenant: Tenant, name: string, step: Step, seen: readonly string[]): void {
  const found = lookAtVariable(tenant, name, step);
  const next = found && nextVariable(found);
  if (found === undefined || next === undefined || seen.includes(next)) return;
  const file = shownPath(found.path, tenant.written.context.root);
  const use = { file, line: found.variable.nameRange.start.line + 1, what: `value of ${name}` };
  follow(tenant, next, { ...step, use }, [...seen, name]);
}

/** Returns the definition of NAME in the tenant's sets, if it has one. */
function lookAtVariable(tenant: Tenant, name: string, step?: Step): SetVariable | undefined {
  const { context } = tenant.written;
  const found = context.set.find(name);
  tenant.rows.add({
    owner: tenant.name,
    ...step,
    ...variableLook(name, context, found, tenant.declared, step?.role),
    tenant: tenant.name,
  });
  return found;
}

/** What is to be said of the variable NAME, whose definition in a set is FOUND. */
export function variableLook(
  name: string,
  context: ReferenceContext,
  found: SetVariable | undefined,
  declared: ReadonlyMap<string, Annotations>,
  role: Role | undefined,
): Pick<Look, 'name' | 'kind' | 'annotations' | 'resolved' | 'source' | 'shadowed'> {
  const reference = `env:${name}`;
  // The environment is what counts when the definition refers to it.
  const refersToItself = found !== undefined && variableOf(found.variable.value) === name;
  const inEnvironment = context.environment[name];
  return {
    name,
    kind: 'variable',
    annotations: { ...declared.get(name), ...found?.variable.annotations },
    resolved: role?.binary === true ? resolveBytes(reference, context) : resolveReference(reference, context),
    source: sourceOf(reference, context, ''),
    ...(found === undefined || refersToItself || (inEnvironment ?? '').trim() === ''
      ? {}
      : { shadowed: inEnvironment }),
  };
}

function lookAtProxies({ name: tenant, written, declared, rows }: Tenant): void {
  for (const name of proxyVariables) {
    const { environment } = written.context;
    if ((environment[name] ?? '').trim() === '') continue;
    // The environment alone counts, and the lower case first.
    if (name === name.toUpperCase() && (environment[name.toLowerCase()] ?? '').trim() !== '') continue;
    const look = variableLook(name, written.context, undefined, declared, proxyRole);
    const use = { what: `requests to ${name.toLowerCase().split('_')[0]} services, when a tenant has no proxy` };
    rows.add({ ...look, owner: tenant, role: proxyRole, tenant, use });
  }
}
