/** Adding resources to groups and taking them out: some PATCH requests for each group instead of one for each member. */

import { planRequests } from '../../scim/diff/requests.js';
import { UsageError } from '../../scim/error.js';
import type { JsonObject, JsonValue } from '../../scim/json.js';
import { patchMessage } from '../../scim/messages/patch-op.js';
import { withReferences } from '../../scim/references-text.js';
import { getAttribute, holdsReferences, type ResourceType } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import { resourcePath } from '../address.js';
import { dialectOf } from '../dialect.js';
import type { CallOptions } from '../types.js';
import { wholeBody } from './change.js';
import { labelOf } from './label.js';
import { type PlanMeans, protectionOf, warningsFor } from './make-plan.js';
import { ActionPlan, type Work } from './plan.js';
import { isMissing, readCurrent, readGroup, referredId } from './read.js';
import type { Action, Current, Item, Job, PlannedRequest } from './types.js';

type MemberAction = Extract<Action, { readonly groups: readonly string[] }>;

/** Members in one request where the service sets no limit: a request that fails takes no more with it. */
const usualMembers = 100;

/** A group, and how its members are changed. */
interface Group {
  readonly type: ResourceType;
  readonly id: string;
  readonly label: string;
  readonly resource: JsonObject;
  readonly etag: string | undefined;
  readonly attribute: AttributeDefinition;
  readonly members: ReadonlySet<string>;
  readonly readable: boolean;
  /** Does it show members at all? One without any need not. */
  readonly shown: boolean;
  /** As the server sent it, if that is all. */
  readonly text: string | undefined;
}

/** The plan of ACTION for the resources IDS of TYPE. Throws as `makePlan` does, also when a group cannot be read. */
export async function planMembers(
  means: PlanMeans,
  type: ResourceType,
  ids: readonly string[],
  action: MemberAction,
  call: CallOptions,
): Promise<ActionPlan> {
  const { target, safeguards, width } = means;
  const { registry, supports } = await target.discover(call);
  const groupType = registry.find('Group');
  const attribute = groupType?.attribute('members');
  if (groupType === undefined || attribute === undefined || !holdsReferences(attribute)) {
    throw new UsageError('This service has no groups with members');
  }
  if (!target.profile.groups.supported || target.profile.update.group === 'none') {
    throw new UsageError('This service does not let clients change the members of groups');
  }
  const adds = action.kind === 'addToGroups';
  const protection = protectionOf(safeguards, groupType);
  const groups: Group[] = [];
  for (const id of new Set(action.groups)) {
    const current = await readGroup({ target, type: groupType }, id, call);
    const group = groupOf(current, groupType, attribute, means);
    const protectedBy = protection(group.resource);
    if (protectedBy !== undefined) {
      throw new UsageError(`The group ${group.label} is protected by ${protectedBy}`, { remedy: 'Leave it out.' });
    }
    groups.push(supports('etag') === false ? { ...group, etag: undefined } : group);
  }
  const names = new Map<string, Current>();
  const projection = { attributes: ['userName', 'displayName', 'name.formatted'] };
  const reading = { target, type, width, projection, oneByOne: false };
  await readCurrent(reading, ids, (current) => names.set(current.id, current), call);
  const items = ids.map((id) => itemOf(id, names.get(id), groups, adds));
  const isPlanned = new Set(items.filter(({ outcome }) => outcome === 'planned').map(({ id }) => id));
  const puts = supports('patch') === false || target.profile.update.group === 'put';
  const work = groups.map((group) => {
    const changed = ids.filter((id) => isPlanned.has(id) && needsChange(group, id, adds));
    return workOn(group, changed, adds, puts, means);
  });
  const warnings = [...warningsFor(safeguards), ...groups.flatMap(hiddenWarning)];
  const labels = groups.map(({ label }) => label);
  return new ActionPlan({ type: type.name, action, items, work, warnings, groups: labels });
}

function groupOf(current: Current, type: ResourceType, attribute: AttributeDefinition, { target }: PlanMeans): Group {
  const { id, resource, etag, text, error } = current;
  if (resource === undefined) {
    if (isMissing(current) || error === undefined) throw new UsageError(`There is no group ${id}`);
    throw error;
  }
  const list = getAttribute(resource, attribute.name);
  const members = new Set(Array.isArray(list) ? list.flatMap((each) => referredId(each) ?? []) : []);
  const readable = target.profile.groups.membersReadable;
  const shown = list !== undefined;
  return { type, id, label: labelOf(resource, id), resource, etag, attribute, members, readable, shown, text };
}

function needsChange({ members, readable }: Group, id: string, adds: boolean): boolean {
  return !readable || members.has(id) !== adds;
}

function itemOf(id: string, current: Current | undefined, groups: readonly Group[], adds: boolean): Item {
  const label = labelOf(current?.resource, id);
  // Who is gone can still be taken out of a group.
  if (adds && current !== undefined && isMissing(current))
    return { id, label, outcome: 'skipped', detail: 'not found' };
  if (groups.some((group) => needsChange(group, id, adds))) return { id, label, outcome: 'planned', detail: '' };
  const where = groups.map((group) => group.label).join(', ');
  const how = adds ? 'already in' : groups.every(({ shown }) => shown) ? 'not in' : 'not among what is shown of';
  return { id, label, outcome: 'unchanged', detail: `${how} ${where}` };
}

function hiddenWarning({ label, readable }: Group): string[] {
  return readable
    ? []
    : [`The service does not show the members of ${label}: what is already so is sent too, and no effect can be seen`];
}

function workOn(group: Group, ids: readonly string[], adds: boolean, puts: boolean, means: PlanMeans): Work {
  const { type, id, label, etag, readable } = group;
  const job = (some: readonly string[]): Job => ({
    type: type.name,
    id,
    label,
    path: resourcePath(type.endpoint, id, {}),
    etag,
    requests: puts ? [replacing(group, some, adds)] : patching(group, some, adds, means),
    expect: { kind: 'members', present: adds, readable },
  });
  return { items: ids, job };
}

/** The requests that add IDS to GROUP or remove them, cut as its service wants it. */
function patching(
  { attribute }: Group,
  ids: readonly string[],
  adds: boolean,
  { target, single }: PlanMeans,
): PlannedRequest[] {
  const dialect = dialectOf(target.profile);
  const limit = adds ? dialect.maxMembersAdd : dialect.maxMembersRemove;
  const size = single === true ? 1 : Math.max(1, Math.min(limit ?? usualMembers, usualMembers));
  const requests: PlannedRequest[] = [];
  for (let start = 0; start < ids.length; start += size) {
    const items = ids.slice(start, start + size);
    const values = items.map((value): JsonValue => ({ value }));
    // Somebody stays, as far as this request knows: it must never say the whole list.
    const change = { place: { extension: undefined, attribute }, after: [], kept: 1 };
    const members = { ...change, added: adds ? values : [], removed: adds ? [] : values };
    for (const operations of planRequests({ edits: [], members: [members] }, dialect)) {
      requests.push({ method: 'PATCH', body: JSON.stringify(patchMessage(operations, dialect)), items });
    }
  }
  return requests;
}

/** The one request that says the whole list of GROUP. */
function replacing({ resource, attribute, text }: Group, ids: readonly string[], adds: boolean): PlannedRequest {
  const change = { extension: undefined, name: attribute.name, added: adds ? ids : [], removed: adds ? [] : ids };
  const body = withReferences(text ?? wholeBody(resource), change);
  return { method: 'PUT', body, items: ids };
}
