/** The resources of the mock server, their indexes, and what one resource shows of another. */

import { ProtocolError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import type { ResourceType, SchemaRegistry } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import { sameContent } from './content.js';
import { displayOf, type Entry, managerOf, memberId, membersOf, type References, referencesTo, text } from './entry.js';
import { Indexes, managerPath } from './indexes.js';
import { Memberships, memberChanges } from './memberships.js';
import { TextCache } from './text-cache.js';
import { renderView } from './view.js';

/** The collection of one resource type. */
interface Collection {
  /** In order of creation. */
  readonly ordered: Entry[];
  readonly indexes: Indexes;
}

/** Where the store gets what is neither data nor rule. */
export interface StoreEnvironment {
  /** The base URL, without a trailing slash. */
  readonly baseUrl: string;
  now(): Date;
  /** An id that was never used before. */
  newId(): string;
}

/** Users and groups in memory. Every change goes through here, so that indexes and derived attributes stay right. */
export class ResourceStore {
  /** Grows with every change of anything. */
  revision = 0;
  private sequence = 0;
  private readonly entries = new Map<string, Entry>();
  private readonly texts = new TextCache();
  private readonly collections = new Map<ResourceType, Collection>();
  private readonly memberships = new Memberships((id) => this.entries.get(id));

  constructor(
    readonly registry: SchemaRegistry,
    private readonly environment: StoreEnvironment,
  ) {
    for (const type of registry.resourceTypes) {
      this.collections.set(type, { ordered: [], indexes: new Indexes(type) });
    }
  }

  /** How many resources of TYPE there are. */
  count(type: ResourceType): number {
    return this.collection(type).ordered.length;
  }

  /** All resources of TYPE in order of creation. */
  all(type: ResourceType): readonly Entry[] {
    return this.collection(type).ordered;
  }

  /** The resource with ID, which is unique in the whole store (RFC 7643 §3.1). */
  find(id: string): Entry | undefined {
    return this.entries.get(id);
  }

  /**
   * The resources of TYPE that may have VALUE in the attribute PATH (`userName`), in order of creation: never one too
   * few. Undefined when there is no index on PATH.
   */
  lookUp(type: ResourceType, path: string, value: string): readonly Entry[] | undefined {
    if (path === 'id') {
      const entry = this.entries.get(value);
      return entry?.type === type ? [entry] : [];
    }
    if (type.name === 'Group' && path === 'members.value') return inOrder(this.memberships.groupsWith(value));
    const found = this.collection(type).indexes.find(path, value);
    return found && inOrder(found);
  }

  /** URL of the resource of TYPE with ID. */
  locationOf(type: ResourceType, id: string): string {
    return `${this.environment.baseUrl}${type.endpoint}/${encodeURIComponent(id)}`;
  }

  /** The representation of ENTRY with every attribute that is returned by default. Not to be changed. */
  view(entry: Entry): JsonObject {
    entry.view ??= renderView(entry, {
      location: this.locationOf(entry.type, entry.id),
      groups: entry.type.name === 'User' ? this.groupsOf(entry) : [],
      manager: this.managerOf(entry),
    });
    return entry.view;
  }

  /** `view` as JSON text in UTF-8. */
  text(entry: Entry): Buffer {
    return this.texts.get(entry, () => JSON.stringify(this.view(entry)));
  }

  /**
   * Adds a resource of TYPE with CONTENT (made by `ownContent`).
   * @throws ProtocolError 409 `uniqueness`, 400 `invalidValue` for a member that does not exist
   */
  create(type: ResourceType, content: JsonObject, id = this.environment.newId(), created?: string): Entry {
    this.refuseDuplicate(type, content, undefined);
    const now = created ?? this.environment.now().toISOString();
    const entry: Entry = {
      type,
      id,
      sequence: this.sequence++,
      created: now,
      lastModified: now,
      revision: 1,
      content: this.withReferences(type, content, []),
      view: undefined,
      text: undefined,
      references: undefined,
    };
    this.entries.set(id, entry);
    this.collection(type).ordered.push(entry);
    this.collection(entry.type).indexes.add(entry);
    this.updateMembership(entry, []);
    this.touchReports(entry);
    this.revision++;
    return entry;
  }

  /**
   * Replaces the content of ENTRY. When nothing changes, `lastModified` and the version stay (RFC 7644 §3.5.2).
   * @throws ProtocolError like `create`
   */
  replace(entry: Entry, content: JsonObject): void {
    const next = this.withReferences(entry.type, content, membersOf(entry.content));
    if (sameContent(entry.content, next)) return;
    this.refuseDuplicate(entry.type, next, entry);
    const before = entry.content;
    const namesBefore = namesOf(entry);
    this.collection(entry.type).indexes.remove(entry);
    entry.content = next;
    this.collection(entry.type).indexes.add(entry);
    this.modified(entry);
    this.updateMembership(entry, membersOf(before));
    if (namesOf(entry) !== namesBefore) this.namesChanged(entry);
    this.revision++;
  }

  /** Removes ENTRY, also from the groups it is a member of. */
  delete(entry: Entry): void {
    this.entries.delete(entry.id);
    this.texts.forget(entry);
    const { ordered } = this.collection(entry.type);
    ordered.splice(placeOf(ordered, entry), 1);
    this.collection(entry.type).indexes.remove(entry);
    for (const group of [...this.memberships.groupsWith(entry.id)]) this.dropMember(group, entry);
    for (const user of this.memberships.usersBelow(entry)) this.touch(user);
    for (const member of membersOf(entry.content)) this.memberships.unlink(entry, memberId(member));
    this.touchReports(entry);
    this.revision++;
  }

  private collection(type: ResourceType): Collection {
    const collection = this.collections.get(type);
    if (!collection) throw new Error(`The store has no ${type.name}`);
    return collection;
  }

  private referencesTo(entry: Entry): References {
    entry.references ??= referencesTo(entry, this.locationOf(entry.type, entry.id));
    return entry.references;
  }

  private groupsOf(entry: Entry): JsonObject[] {
    return this.memberships.groupsOf(entry.id).map(({ group, direct }) => {
      const references = this.referencesTo(group);
      return direct ? references.directGroup : references.indirectGroup;
    });
  }

  private managerOf(entry: Entry): JsonObject | undefined {
    const id = text(managerOf(entry.content)?.value);
    const manager = id === undefined ? undefined : this.entries.get(id);
    return manager && this.referencesTo(manager).manager;
  }

  /** RFC 7643 §2.2 `uniqueness`: no two users have one `userName`, whatever the case. */
  private refuseDuplicate(type: ResourceType, content: JsonObject, self: Entry | undefined): void {
    for (const attribute of type.attributes) {
      const value = attribute.uniqueness === 'none' ? undefined : text(content[attribute.name]);
      const others = value === undefined ? undefined : this.lookUp(type, attribute.name, value);
      if (!others?.some((other) => other !== self)) continue;
      const detail = `${attribute.name}: another ${type.name} already has the value ${JSON.stringify(value)}.`;
      throw new ProtocolError(409, 'uniqueness', detail);
    }
  }

  /** CONTENT with what the server knows better about other resources than the client; BEFORE are members until now. */
  private withReferences(type: ResourceType, content: JsonObject, before: readonly JsonValue[]): JsonObject {
    if (type.name === 'Group') return content.members === undefined ? content : this.withMembers(content, before);
    const manager = managerOf(content);
    const extension = content[urn.enterpriseUser];
    if (manager?.value === undefined || !isJsonObject(extension)) return content;
    // `$ref` is made from `value` whenever it is shown: a client that changes one of them leaves the other stale.
    const { $ref: _derived, ...kept } = manager;
    return { ...content, [urn.enterpriseUser]: { ...extension, manager: kept } };
  }

  /** CONTENT of a group, with `$ref`, `type` and `display` of members, each of them once (RFC 7643 §2.4). */
  private withMembers(content: JsonObject, before: readonly JsonValue[]): JsonObject {
    const known = new Set(before);
    const members = new Set<JsonValue>();
    for (const [position, member] of membersOf(content).entries()) {
      members.add(known.has(member) ? member : this.member(member, position));
    }
    return { ...content, members: [...members] };
  }

  private member(given: JsonValue, position: number): JsonObject {
    const id = memberId(given);
    const existing = id === undefined ? undefined : this.entries.get(id);
    if (existing) return this.referencesTo(existing).member;
    const detail = `members[${position}].value: there is no user or group with the id ${JSON.stringify(id ?? null)}.`;
    throw new ProtocolError(400, 'invalidValue', detail);
  }

  /** Links what is new in the members of GROUP and unlinks what was BEFORE and is no more. */
  private updateMembership(group: Entry, before: readonly JsonValue[]): void {
    if (group.type.name !== 'Group') return;
    const { added, removed } = memberChanges(before, membersOf(group.content));
    for (const member of added) {
      const id = memberId(member);
      if (id === undefined) continue;
      this.memberships.link(group, id);
      this.touchBelow(id);
    }
    for (const member of removed) {
      const id = memberId(member);
      if (id === undefined) continue;
      this.touchBelow(id);
      this.memberships.unlink(group, id);
    }
  }

  private dropMember(group: Entry, dropped: Entry): void {
    const { member } = this.referencesTo(dropped);
    const members = membersOf(group.content).filter((other) => other !== member);
    const { members: _before, ...content } = group.content;
    group.content = members.length > 0 ? { ...content, members } : content;
    this.memberships.unlink(group, dropped.id);
    this.modified(group);
  }

  /** The name under which ENTRY is shown changed: in `members.display`, `groups.display` and `manager.displayName`. */
  private namesChanged(entry: Entry): void {
    const { member: before } = this.referencesTo(entry);
    entry.references = undefined;
    const { member } = this.referencesTo(entry);
    for (const group of this.memberships.groupsWith(entry.id)) {
      const members = membersOf(group.content).map((other) => (other === before ? member : other));
      group.content = { ...group.content, members };
      this.touch(group);
    }
    if (entry.type.name === 'Group') this.touchBelow(entry.id);
    this.touchReports(entry);
  }

  private touchBelow(id: string): void {
    const entry = this.entries.get(id);
    if (entry?.type.name === 'User') this.touch(entry);
    else if (entry) for (const user of this.memberships.usersBelow(entry)) this.touch(user);
  }

  private touchReports(manager: Entry): void {
    if (manager.type.name !== 'User') return;
    for (const report of this.collection(manager.type).indexes.find(managerPath, manager.id) ?? []) {
      this.touch(report);
    }
  }

  private modified(entry: Entry): void {
    entry.lastModified = this.environment.now().toISOString();
    this.touch(entry);
  }

  /** The representation of ENTRY is to be made anew, under a new version. */
  private touch(entry: Entry): void {
    entry.revision++;
    entry.view = undefined;
    this.texts.forget(entry);
  }
}

/** All that `referencesTo` shows of ENTRY and a client can change. */
function namesOf(entry: Entry): string {
  return JSON.stringify([displayOf(entry), entry.content.displayName]);
}

function inOrder(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((left, right) => left.sequence - right.sequence);
}

/** Position of ENTRY in ORDERED, which is sorted by `sequence`. */
function placeOf(ordered: readonly Entry[], entry: Entry): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ordered[middle]?.sequence ?? 0) < entry.sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
