/** The resources of the mock server: every change goes through here, so that indexes and derived attributes stay right. */

import { ProtocolError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import type { ResourceType, SchemaRegistry } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import { Collection } from './collection.js';
import { sameContent } from './content.js';
import {
  Entry,
  Given,
  hasMembers,
  type MemberKey,
  managerOf,
  memberId,
  type Origin,
  showsGroups,
  text,
} from './entry.js';
import type { GivenEntry } from './given-entry.js';
import { History, type StoreChange } from './history.js';
import { managerPath } from './indexes.js';
import { areMembers, differences, type MemberChange, withoutMembers } from './member-change.js';
import { Memberships, type MembershipTable } from './memberships.js';
import { Representations, type ViewParts } from './representations.js';
import type { EntryList, SortedList } from './sorted-list.js';
import { refuseDuplicate } from './uniqueness.js';

/** Where the store gets what is neither data nor rule. */
export interface StoreEnvironment {
  /** The base URL, without a trailing slash. */
  readonly baseUrl: string;
  /** Whether members and managers must exist; they must. */
  readonly references?: 'checked' | 'unchecked';
  now(): Date;
  /** An id that was never used before. */
  newId(): string;
}

/** Resources in memory. */
export class ResourceStore {
  /** Grows with every change of anything. */
  revision = 0;
  private readonly entries = new Map<string, Entry>();
  private readonly sequences: (Entry | undefined)[] = [];
  private readonly collections = new Map<ResourceType, Collection>();
  private readonly memberships = new Memberships((sequence) => this.sequences[sequence]);
  private readonly history = new History();
  private readonly representations: Representations;

  constructor(
    readonly registry: SchemaRegistry,
    private readonly environment: StoreEnvironment,
  ) {
    for (const type of registry.resourceTypes) this.collections.set(type, new Collection(type));
    this.representations = new Representations(environment.baseUrl, {
      memberships: this.memberships,
      find: (id) => this.entries.get(id),
      at: (sequence) => this.sequences[sequence],
    });
  }

  /** How many resources of TYPE there are. */
  count(type: ResourceType): number {
    return this.all(type).length;
  }

  /** All resources of TYPE in order of creation. */
  all(type: ResourceType): EntryList {
    return this.collection(type).ordered;
  }

  /**
   * All resources of TYPE in ascending order of SORTBY; undefined when no order is kept for it.
   * @throws ProtocolError 400 `invalidValue` for what cannot be sorted by
   */
  sorted(type: ResourceType, sortBy: string): SortedList | undefined {
    return this.collection(type).orders.find(sortBy);
  }

  /** The resource with ID, which is unique in the whole store (RFC 7643 §3.1). */
  find(id: string): Entry | undefined {
    return this.entries.get(id);
  }

  /**
   * The resources of TYPE that may have VALUE in the attribute PATH (`userName`), in order of creation: never one too
   * few. Undefined when there is no index on PATH.
   */
  lookUp(type: ResourceType, path: string, value: string | number): readonly Entry[] | undefined {
    const entry = this.entries.get(String(value));
    if (path === 'id') return entry?.type === type ? [entry] : [];
    if (path === 'members.value' && hasMembers(type)) {
      return ofType(type, this.memberships.groupsWith(entry?.sequence ?? String(value)));
    }
    if (path === 'groups.value' && showsGroups(type)) return ofType(type, entry ? this.memberships.below(entry) : []);
    const found = this.collection(type).indexes.find(path, value);
    return (
      found &&
      ofType(
        type,
        [...found].flatMap((sequence) => this.sequences[sequence] ?? []),
      )
    );
  }

  /** URL of the resource of TYPE with ID. */
  locationOf(type: ResourceType, id: string): string {
    return this.representations.locationOf(type, id);
  }

  /** The representation of ENTRY with every attribute that is returned by default. Not to be changed. */
  view(entry: Entry): JsonObject {
    return this.representations.view(entry);
  }

  /** `view` with those PARTS only that are needed: what a search through all resources looks at. Keeps nothing. */
  partialView(entry: Entry, parts: ViewParts): JsonObject {
    return this.representations.partialView(entry, parts);
  }

  /**
   * A function from resources of TYPE to the attributes that are selected. Members that are not returned are not looked
   * at.
   * @throws ProtocolError like `compileProjection`
   */
  projection(...selection: Parameters<Representations['projection']>): (entry: Entry) => JsonObject {
    return this.representations.projection(...selection);
  }

  /** `view` as JSON text in UTF-8. */
  text(entry: Entry): Buffer {
    return this.representations.text(entry);
  }

  /**
   * Adds a resource of TYPE with CONTENT (made by `ownContent`).
   * @throws ProtocolError 409 `uniqueness`, 400 `invalidValue` for a member or manager that does not exist
   */
  create(type: ResourceType, content: JsonObject, id = this.environment.newId()): Entry {
    const { members, rest } = withoutMembers(type, content);
    this.refuseDuplicate(type, rest, undefined);
    this.checkManager(rest, undefined);
    const keys = this.memberKeys(members, undefined);
    const entry = this.register(type, id, new Given(rest, this.now(), undefined, [...keys]));
    this.settle(entry);
    this.history.created(entry);
    this.revision++;
    return entry;
  }

  /**
   * Adds GIVEN resources, which may name each other in any order.
   * @throws ProtocolError like `create`, and 409 `uniqueness` for an id that is there already; NUMBER of `onError` says
   * which of them is at fault
   */
  load(given: readonly GivenEntry[], onError: (number: number, error: unknown) => never): void {
    const loaded = given.map((resource, number) => {
      try {
        return this.loadOne(resource);
      } catch (error) {
        return onError(number, error);
      }
    });
    for (const [number, { entry, origin, members }] of loaded.entries()) {
      try {
        this.checkManager(entry.content, undefined);
        origin.keys = [...this.memberKeys(members, undefined)];
      } catch (error) {
        onError(number, error);
      }
      this.settle(entry);
    }
    // Those that were loaded before their group have been touched for it, which nobody has seen yet.
    for (const [number, { entry }] of loaded.entries()) entry.revision = given[number]?.revision ?? 1;
    this.revision++;
  }

  /** Takes the resource of TYPE with ID and ORIGIN as it is; SEQUENCE is its place in the order of creation. */
  register(type: ResourceType, id: string, origin: Origin): Entry {
    const entry = new Entry(type, id, this.sequences.length, origin);
    this.sequences.push(entry);
    this.entries.set(id, entry);
    this.collection(type).add(entry, entry.content);
    return entry;
  }

  /** Gets ready for many resources of TYPE, which will be sorted by PATHS; what it returns is called at their end. */
  prepareOrders(type: ResourceType, paths: readonly string[]): () => void {
    return this.collection(type).orders.prepare(paths);
  }

  /** The sequence that the next resource gets. */
  get nextSequence(): number {
    return this.sequences.length;
  }

  /** Takes MEMBERSHIPS of resources that were registered, and whose groups say the same. */
  fillMemberships(memberships: MembershipTable): void {
    this.memberships.fill(memberships);
  }

  /** What is there now is what `changes` compares with. */
  beginHistory(): void {
    this.history.begin();
  }

  /** What became of which resources since `beginHistory`, in the order of the first change of each. */
  changes(): StoreChange[] {
    return this.history.list();
  }

  /** What clients asserted at `beginHistory` of the changed or deleted resource with ID; undefined for any other. */
  original(id: string): JsonObject | undefined {
    const entry = this.history.differing(id, this.entries.get(id));
    return entry && this.representations.original(entry);
  }

  /**
   * Replaces the content of ENTRY. When nothing changes, `lastModified` and the version stay (RFC 7644 §3.5.2), unless
   * SECRET: then something has changed that is not kept, a password.
   * @throws ProtocolError like `create`
   */
  replace(entry: Entry, content: JsonObject, secret = false): void {
    const { members, rest } = withoutMembers(entry.type, content);
    const keys = this.memberKeys(members, entry);
    this.apply(entry, rest, areMembers(keys, entry) ? undefined : keys, secret);
  }

  /**
   * Changes a group in time that grows with the change, not with the group: its CONTENT without members when it is
   * given, and who is a member.
   * @throws ProtocolError like `create`
   */
  changeGroup(group: Entry, content: JsonObject | undefined, change: MemberChange | Set<MemberKey>): void {
    const { rest } = content ? withoutMembers(group.type, content) : { rest: undefined };
    this.apply(group, rest, change);
  }

  /** The key of MEMBER of GROUP, an element of `members`. @throws ProtocolError 400 `invalidValue` when there is none */
  memberKey(member: JsonValue, place: number, group: Entry | undefined): MemberKey {
    const id = memberId(member);
    const sequence = id === undefined ? undefined : this.entries.get(id)?.sequence;
    if (sequence !== undefined) return sequence;
    const isKnown = group !== undefined && id !== undefined && this.memberships.has(group, id);
    if (id !== undefined && isJsonObject(member) && (isKnown || this.environment.references === 'unchecked')) {
      this.representations.describeStranger(id, member);
      return id;
    }
    const detail = `members[${place}].value: there is no user or group with the id ${JSON.stringify(id ?? null)}.`;
    throw new ProtocolError(400, 'invalidValue', detail);
  }

  /** Is what has KEY a direct member of GROUP? */
  hasMember(group: Entry, key: MemberKey): boolean {
    return this.memberships.has(group, key);
  }

  /** Removes ENTRY, also from the groups it is a member of. */
  delete(entry: Entry): void {
    this.history.deleted(entry);
    for (const group of this.memberships.groupsWith(entry.sequence)) {
      this.apply(group, undefined, { added: [], removed: [entry.sequence] });
    }
    if (hasMembers(entry.type)) for (const below of this.memberships.below(entry)) this.touch(below);
    for (const key of entry.members) this.memberships.drop(entry, key);
    this.collection(entry.type).remove(entry);
    this.entries.delete(entry.id);
    this.sequences[entry.sequence] = undefined;
    this.representations.forget(entry);
    this.touchReports(entry.id);
    this.revision++;
  }

  private collection(type: ResourceType): Collection {
    const collection = this.collections.get(type);
    if (!collection) throw new Error(`The store has no ${type.name}`);
    return collection;
  }

  private now(): string {
    return this.environment.now().toISOString();
  }

  private loadOne({ type, id, content, created, lastModified }: GivenEntry) {
    if (id !== undefined && this.entries.has(id)) {
      throw new ProtocolError(409, 'uniqueness', `id: another resource already has the value ${JSON.stringify(id)}.`);
    }
    const { members, rest } = withoutMembers(type, content);
    this.refuseDuplicate(type, rest, undefined);
    const origin = new Given(rest, created ?? lastModified ?? this.now(), lastModified ?? created);
    return { entry: this.register(type, id ?? this.environment.newId(), origin), origin, members };
  }

  /** ENTRY is new and its members are known: those who show it have to show it. */
  private settle(entry: Entry): void {
    this.representations.forget(entry);
    for (const key of entry.members) {
      this.memberships.link(entry, key);
      this.touchBelow(key);
    }
    this.touchReports(entry.id);
  }

  /** Gives ENTRY another CONTENT and other MEMBERS; what is undefined stays. Does nothing when nothing differs. */
  private apply(
    entry: Entry,
    content: JsonObject | undefined,
    members: Set<MemberKey> | MemberChange | undefined,
    secret = false,
  ): void {
    const next = content && (secret || !sameContent(entry.content, content)) ? content : undefined;
    const change = members instanceof Set ? differences(members, entry) : members;
    const isReordered = members instanceof Set;
    if (!next && !isReordered && (!change || (change.added.length === 0 && change.removed.length === 0))) return;
    if (next) {
      this.refuseDuplicate(entry.type, next, entry);
      this.checkManager(next, entry);
    }
    this.history.changed(entry);
    const namesBefore = JSON.stringify(entry.names);
    this.collection(entry.type).change(entry, () => {
      if (next) entry.content = next;
      entry.lastModified = this.now();
    });
    if (change) this.changeMembers(entry, change);
    if (members instanceof Set) entry.ownMembers = members;
    this.touch(entry);
    if (JSON.stringify(entry.names) !== namesBefore) this.namesChanged(entry);
    this.revision++;
  }

  private changeMembers(group: Entry, { added, removed }: MemberChange): void {
    const members = group.ownMembers;
    for (const key of removed) {
      members.delete(key);
      this.memberships.unlink(group, key);
      this.touchBelow(key);
    }
    for (const key of added) {
      members.add(key);
      this.memberships.link(group, key);
      this.touchBelow(key);
    }
  }

  private refuseDuplicate(type: ResourceType, content: JsonObject, self: Entry | undefined): void {
    refuseDuplicate(type, content, (path, value) => this.lookUp(type, path, value), self);
  }

  /** The manager in CONTENT must exist, unless SELF has had that one before. */
  private checkManager(content: JsonObject, self: Entry | undefined): void {
    const id = text(managerOf(content)?.value);
    if (id === undefined || this.environment.references === 'unchecked' || this.entries.has(id)) return;
    if (self && text(managerOf(self.content)?.value) === id) return;
    const detail = `${managerPath}: there is no user with the id ${JSON.stringify(id)}.`;
    throw new ProtocolError(400, 'invalidValue', detail);
  }

  /** The keys of MEMBERS, each of them once (RFC 7643 §2.4). */
  private memberKeys(members: readonly JsonValue[], group: Entry | undefined): Set<MemberKey> {
    return new Set(members.map((member, place) => this.memberKey(member, place, group)));
  }

  /** The name under which ENTRY is shown changed: in `members.display`, `groups.display` and `manager.displayName`. */
  private namesChanged(entry: Entry): void {
    for (const group of this.memberships.groupsWith(entry.sequence)) this.touch(group);
    if (hasMembers(entry.type)) for (const below of this.memberships.below(entry)) this.touch(below);
    this.touchReports(entry.id);
  }

  /** What shows that it is in a group with the member KEY: that member, and when it is a group, those in it. */
  private touchBelow(key: MemberKey): void {
    const entry = typeof key === 'number' ? this.sequences[key] : undefined;
    if (!entry) return;
    if (!hasMembers(entry.type)) this.touch(entry);
    else for (const below of this.memberships.below(entry)) this.touch(below);
  }

  private touchReports(manager: string): void {
    for (const type of this.collections.keys()) {
      if (!type.extension(urn.enterpriseUser)) continue;
      for (const report of this.lookUp(type, managerPath, manager) ?? []) {
        if (text(managerOf(report.content)?.value) === manager) this.touch(report);
      }
    }
  }

  /** The representation of ENTRY is to be made anew, under a new version. */
  private touch(entry: Entry): void {
    entry.revision++;
    this.representations.forget(entry);
  }
}

/** Those of ENTRIES that are of TYPE, in order of creation. */
function ofType(type: ResourceType, entries: Iterable<Entry>): Entry[] {
  return [...entries].filter((entry) => entry.type === type).sort((left, right) => left.sequence - right.sequence);
}
