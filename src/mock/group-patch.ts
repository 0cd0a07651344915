/**
 * PATCH of who is in a group (RFC 7644 §3.5.2), in time that grows with what changes and not with the group. What is not
 * understood here, and what is wrong, is left to the general way, so that there is one set of rules and messages.
 */

import { ProtocolError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { applyPatch, type PatchOperation } from '../scim/patch/index.js';
import { type PatchPath, parsePath } from '../scim/path.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { ownContent } from './content.js';
import { type Entry, hasMembers, type MemberKey, text } from './entry.js';
import type { MemberChange } from './member-change.js';
import type { ResourceStore } from './store.js';

/** What one operation does to the members. */
interface Step {
  readonly op: PatchOperation['op'];
  /** Undefined stands for all of them, in a removal. */
  readonly members: readonly JsonObject[] | undefined;
}

/** Operations on members, and those on everything else. */
interface Plan {
  readonly steps: readonly Step[];
  readonly others: readonly PatchOperation[];
}

/**
 * Applies OPERATIONS to GROUP in STORE, all or none. False when this has to be done the general way; then nothing was
 * done.
 * @throws ProtocolError 400 `invalidValue` for a member that does not exist, 409 `uniqueness`
 */
export function patchGroup(store: ResourceStore, group: Entry, operations: readonly PatchOperation[]): boolean {
  const { type } = group;
  if (!hasMembers(type) || type.extensions.some(({ required }) => required)) return false;
  const attribute = type.attribute('members');
  if (attribute?.mutability !== 'readWrite' || attribute.required) return false;
  const plan = planOf(type, operations);
  if (!plan || plan.steps.length === 0) return false;
  const content = patchedContent(store, group, plan.others);
  if (content === 'failed') return false;
  const draft = new MemberDraft(store, group);
  if (!plan.steps.every((step) => draft.apply(step))) return false;
  store.changeGroup(group, content, draft.change());
  return true;
}

/** The members of a group while operations are applied to them. */
class MemberDraft {
  private readonly added = new Set<MemberKey>();
  private readonly removed = new Set<MemberKey>();
  /** All members, once an operation has said who they are. */
  private all: Set<MemberKey> | undefined;

  constructor(
    private readonly store: ResourceStore,
    private readonly group: Entry,
  ) {}

  /** Applies one step. False when it has to be done the general way. */
  apply({ op, members }: Step): boolean {
    if (!members) {
      this.all = new Set();
      return true;
    }
    if (op === 'remove') {
      // The last one may be selected by more than its id.
      if (this.size <= 1) return false;
      for (const member of members) this.remove(this.keyOf(member));
      return true;
    }
    if (op === 'replace') this.all = new Set();
    for (const [place, member] of members.entries()) this.add(this.store.memberKey(member, place, this.group));
    return true;
  }

  /** How the members differ from those of the group. */
  change(): MemberChange | Set<MemberKey> {
    const { all, store, group } = this;
    if (!all) return { added: [...this.added], removed: [...this.removed] };
    // The order of values means nothing, so the same values in another order are no change.
    const isSame = all.size === group.memberCount && [...all].every((key) => store.hasMember(group, key));
    return isSame ? { added: [], removed: [] } : all;
  }

  private get size(): number {
    return this.all?.size ?? this.group.memberCount + this.added.size - this.removed.size;
  }

  private keyOf(member: JsonObject): MemberKey {
    const id = text(member.value) ?? '';
    return this.store.find(id)?.sequence ?? id;
  }

  private add(key: MemberKey): void {
    if (this.all) this.all.add(key);
    else if (!this.removed.delete(key) && !this.store.hasMember(this.group, key)) this.added.add(key);
  }

  private remove(key: MemberKey): void {
    if (this.all) this.all.delete(key);
    else if (!this.added.delete(key) && this.store.hasMember(this.group, key)) this.removed.add(key);
  }
}

/** The content of GROUP after OPERATIONS, which leave its members alone; undefined when that is what it was. */
function patchedContent(
  store: ResourceStore,
  group: Entry,
  operations: readonly PatchOperation[],
): JsonObject | 'failed' | undefined {
  if (operations.length === 0) return undefined;
  try {
    const view = store.partialView(group, { members: false, groups: true });
    const patched = applyPatch(group.type, view, operations);
    return patched.changed ? ownContent(group.type, patched.resource, group.content) : undefined;
  } catch (error) {
    // The general way names the operation by its place among all of them.
    if (error instanceof ProtocolError) return 'failed';
    throw error;
  }
}

function planOf(type: ResourceType, operations: readonly PatchOperation[]): Plan | undefined {
  const steps: Step[] = [];
  const others: PatchOperation[] = [];
  for (const operation of operations) {
    const parts = partsOf(type, operation);
    if (!parts) return undefined;
    if (parts.step) steps.push(parts.step);
    if (parts.other) others.push(parts.other);
  }
  return { steps, others };
}

interface Parts {
  readonly step?: Step;
  readonly other?: PatchOperation;
}

/** What OPERATION does to members, and the rest of it; undefined for what is not understood. */
function partsOf(type: ResourceType, operation: PatchOperation): Parts | undefined {
  const { op, path, value } = operation;
  if (path === undefined || path === '') return withoutPath(type, op, value);
  const target = pathOf(path);
  if (!target) return undefined;
  const resolved = type.resolve(target.attribute);
  if (resolved?.extension !== undefined || resolved?.attribute?.name !== 'members') return { other: operation };
  if (resolved.sub || target.sub !== undefined) return undefined;
  if (target.filter) return op === 'remove' ? removal(target.filter) : undefined;
  if (op === 'remove' && (value === undefined || value === null)) return { step: { op, members: undefined } };
  const members = membersIn(type, value);
  return members && { step: { op, members } };
}

/** `{"op": "add", "value": {"members": […], "displayName": …}}`. */
function withoutPath(type: ResourceType, op: PatchOperation['op'], value: JsonValue | undefined): Parts | undefined {
  if (op === 'remove' || !isJsonObject(value)) return undefined;
  const rest: JsonObject = {};
  let step: Step | undefined;
  for (const [name, member] of Object.entries(value)) {
    if (!name.toLowerCase().includes('members')) {
      rest[name] = member;
      continue;
    }
    const members = name.toLowerCase() === 'members' && !step ? membersIn(type, member) : undefined;
    if (!members) return undefined;
    step = { op, members };
  }
  return { ...(step && { step }), ...(Object.keys(rest).length > 0 && { other: { op, value: rest } }) };
}

/** `members[value eq "…"]`. */
function removal(filter: PatchPath['filter']): Parts | undefined {
  if (filter?.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return undefined;
  const { urn, name, sub } = filter.path;
  if (urn !== undefined || sub !== undefined || name.toLowerCase() !== 'value') return undefined;
  return { step: { op: 'remove', members: [{ value: filter.value }] } };
}

/** The members that VALUE lists, when nothing about them has to be looked at closely. */
function membersIn(type: ResourceType, value: JsonValue | undefined): readonly JsonObject[] | undefined {
  const known = new Set(type.attribute('members')?.subAttributes.map(({ name }) => name));
  const members: JsonObject[] = [];
  for (const element of Array.isArray(value) ? value : [value]) {
    if (!isJsonObject(element) || typeof element.value !== 'string') return undefined;
    for (const [name, member] of Object.entries(element)) {
      if (!known.has(name) || typeof member !== 'string') return undefined;
    }
    members.push(element);
  }
  return members;
}

function pathOf(path: string): PatchPath | undefined {
  try {
    // RFC 7644 §3.5.2.2 itself writes `members[value eq"…"]`.
    return parsePath(path, { missingSpace: true });
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
