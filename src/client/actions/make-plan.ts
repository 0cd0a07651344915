/** Making a plan: read what the resources are now, and find out what each of them needs. Nothing is written. */

import { CancelledError, ScimError, UsageError } from '../../scim/error.js';
import { compileFilter, parseFilter } from '../../scim/filter/index.js';
import { isJsonObject, type JsonObject } from '../../scim/json.js';
import { getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import { resourcePath } from '../address.js';
import type { SafeguardOptions } from '../safeguards.js';
import type { Target } from '../target.js';
import type { CallOptions, Projection } from '../types.js';
import { type Changer, changerOf } from './change.js';
import { fingerprintOf } from './fingerprint.js';
import { labelOf } from './label.js';
import { planMembers } from './members.js';
import { ActionPlan, type Work } from './plan.js';
import { isMissing, readCurrent } from './read.js';
import type { Action, Current, Item, Job } from './types.js';

/** Where a plan is made, and what it has to mind. */
export interface PlanMeans {
  readonly target: Target;
  readonly safeguards: SafeguardOptions;
  /** Requests at the same time. */
  readonly width: number;
  /** One member in each request to a group. */
  readonly single?: boolean | undefined;
}

/**
 * What ACTION would send for the resources IDS of the type TYPE (its name or endpoint). Reads all of them, with progress.
 * Throws `UsageError` when the action is none for the type, `PayloadError` when the schema forbids it, and what
 * `Target.exchange` throws when nothing can be read.
 */
export async function makePlan(
  means: PlanMeans,
  type: string,
  ids: readonly string[],
  action: Action,
  call: CallOptions,
): Promise<ActionPlan> {
  const { registry } = await means.target.discover(call);
  const resourceType = registry.find(type);
  if (resourceType === undefined) throw new UsageError(`The server has no resource type "${type}"`);
  const wanted = [...new Set(ids)];
  if (action.kind === 'addToGroups' || action.kind === 'removeFromGroups') {
    return planMembers(means, resourceType, wanted, action, call);
  }
  return planChanges(means, resourceType, wanted, action, call);
}

async function planChanges(
  means: PlanMeans,
  type: ResourceType,
  ids: readonly string[],
  action: Action,
  call: CallOptions,
): Promise<ActionPlan> {
  const { target, safeguards, width } = means;
  const discovery = await target.discover(call);
  const changer = changerOf(action, { type, profile: target.profile, discovery, validation: target.validation });
  const protection = protectionOf(safeguards, type);
  const knowsVersions = discovery.supports('etag') !== false;
  const self = touchesSelf(action, type) ? ownId(target, call) : Promise.resolve(undefined);
  const states = new Map<string, Planned>();
  const reading = { target, type, width, projection: projectionFor(type, changer), oneByOne: changer.needsWhole };
  await readCurrent(
    reading,
    ids,
    (current) => states.set(current.id, planOne(current, { type, changer, protection, knowsVersions })),
    call,
  );
  const planned = ids.flatMap((id) => states.get(id) ?? []);
  const jobs = planned.flatMap(({ job }) => job ?? []);
  const items = planned.map(({ item }) => item);
  const own = await self;
  const warnings = [...changer.warnings, ...warningsFor(safeguards), ...selfWarning(items, own)];
  return new ActionPlan({ type: type.name, action, items, work: jobs.map(workOf), warnings });
}

interface Planned {
  readonly item: Item;
  readonly job?: Job;
}

interface Rules {
  readonly type: ResourceType;
  readonly changer: Changer;
  readonly protection: (resource: JsonObject) => string | undefined;
  readonly knowsVersions: boolean;
}

function planOne(current: Current, { type, changer, protection, knowsVersions }: Rules): Planned {
  const { id, resource, etag } = current;
  const label = labelOf(resource, id);
  const without = (outcome: 'unchanged' | 'skipped', detail: string): Planned => ({
    item: { id, label, outcome, detail },
  });
  if (resource === undefined) {
    if (isMissing(current))
      return changer.removes ? without('unchanged', 'already gone') : without('skipped', 'not found');
    return without('skipped', `cannot be read: ${current.error?.message ?? 'the answer is no resource'}`);
  }
  const protectedBy = protection(resource);
  if (protectedBy !== undefined) return without('skipped', `protected by ${protectedBy}`);
  const change = changer.change(resource);
  if (change.kind === 'none') return without('unchanged', change.why);
  if (change.kind === 'refused') return without('skipped', change.why);
  const { method, bodies, expect } = change;
  const job: Job = {
    type: type.name,
    id,
    label,
    path: resourcePath(type.endpoint, id, {}),
    etag: knowsVersions ? etag : undefined,
    // A PUT says what other resources it refers to: there, every change counts.
    fingerprint: method === 'PUT' ? undefined : fingerprintOf(type, resource),
    requests: bodies.map((body) => ({ method, body, items: [id] })),
    expect,
  };
  return { item: { id, label, outcome: 'planned', detail: '' }, job };
}

function workOf(job: Job): Work {
  return { items: [job.id], job: () => job };
}

function projectionFor(type: ResourceType, { needsWhole }: Changer): Projection {
  // A group may have tens of thousands of members, which nothing here looks at.
  return needsWhole || type.attribute('members') === undefined ? {} : { excludedAttributes: ['members'] };
}

/** Which filter of SAFEGUARDS, if any, protects a resource of TYPE. */
export function protectionOf(
  safeguards: SafeguardOptions,
  type: ResourceType,
): (resource: JsonObject) => string | undefined {
  const filters = (safeguards.protected ?? []).map((text) => ({ text, test: compileFilter(parseFilter(text), type) }));
  return (resource) => filters.find(({ test }) => test(resource))?.text;
}

/** What a person should know about a tenant with SAFEGUARDS. */
export function warningsFor(safeguards: SafeguardOptions): string[] {
  return safeguards.readOnly === true ? ['The tenant is read-only: nothing of this can be sent'] : [];
}

function touchesSelf({ kind }: Action, type: ResourceType): boolean {
  return type.name === 'User' && (kind === 'deactivate' || kind === 'delete');
}

/** The id of whoever the credentials belong to; undefined when the service does not tell. */
async function ownId(target: Target, { onProgress: _, ...call }: CallOptions): Promise<string | undefined> {
  try {
    const { json } = await target.me({ attributes: ['id', 'userName'] }, call);
    const id = isJsonObject(json) ? getAttribute(json, 'id') : undefined;
    return typeof id === 'string' ? id : undefined;
  } catch (error) {
    // Few services have /Me, and what is wrong with the connection, the resources themselves show.
    if (error instanceof CancelledError || !(error instanceof ScimError)) return undefined;
    return undefined;
  }
}

function selfWarning(items: readonly Item[], own: string | undefined): string[] {
  const self = items.find(({ id, outcome }) => id === own && outcome === 'planned');
  return self === undefined ? [] : [`${self.label} is yourself: the credentials of this tenant belong to it (/Me)`];
}
