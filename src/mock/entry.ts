/** One resource in the store. */

import type { JsonObject, JsonValue } from '../scim/json.js';
import { isJsonObject } from '../scim/json.js';
import { holdsReferences, type ResourceType } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';

/** A member of a group: the `sequence` of a resource in the store, or the id of one that is not there. */
export type MemberKey = number | string;

/** What a resource is called. */
export interface Names {
  readonly displayName: string | undefined;
  readonly userName: string | undefined;
}

/**
 * What a resource was when it came into the store. Generated resources, of which there can be a million, are not kept
 * but made again whenever they are looked at.
 */
export interface Origin {
  /** What clients assert: without `id`, `meta`, `members` and what the server derives. Not to be changed. */
  content(sequence: number): JsonObject;
  names(sequence: number): Names;
  /** RFC 3339. */
  created(sequence: number): string;
  lastModified(sequence: number): string;
  members(sequence: number): readonly MemberKey[];
  memberCount(sequence: number): number;
}

/** What the store keeps of a resource. */
export class Entry {
  /** Grows with every change of the representation, also of what is derived from other resources. */
  revision = 1;
  /** The representation as JSON text in UTF-8, while `TextCache` keeps it. */
  text: Buffer | undefined = undefined;
  private changedContent: JsonObject | undefined = undefined;
  private changedMembers: Set<MemberKey> | undefined = undefined;
  private modified: string | undefined = undefined;

  /** SEQUENCE grows with every creation: the order of lists. */
  constructor(
    readonly type: ResourceType,
    readonly id: string,
    readonly sequence: number,
    readonly origin: Origin,
  ) {}

  /** What clients assert: without `id`, `meta`, `members` and what the server derives. Not to be changed. */
  get content(): JsonObject {
    return this.changedContent ?? this.origin.content(this.sequence);
  }

  set content(content: JsonObject) {
    this.changedContent = content;
  }

  /** The representation, when it is not made from what the store knows now. */
  get pastView(): JsonObject | undefined {
    return undefined;
  }

  get names(): Names {
    return this.changedContent ? namesIn(this.changedContent) : this.origin.names(this.sequence);
  }

  get created(): string {
    return this.origin.created(this.sequence);
  }

  get lastModified(): string {
    return this.modified ?? this.origin.lastModified(this.sequence);
  }

  set lastModified(time: string) {
    this.modified = time;
  }

  /** The members of a group in their order. */
  get members(): Iterable<MemberKey> {
    return this.changedMembers ?? this.origin.members(this.sequence);
  }

  get memberCount(): number {
    return this.changedMembers?.size ?? this.origin.memberCount(this.sequence);
  }

  /** The members as a set that can be changed: copied once, because a change must not cost as much as the group. */
  get ownMembers(): Set<MemberKey> {
    this.changedMembers ??= new Set(this.origin.members(this.sequence));
    return this.changedMembers;
  }

  set ownMembers(members: Set<MemberKey>) {
    this.changedMembers = members;
  }
}

/** A state of a resource that is past and still shown; it is in no list of the store. */
export class PastEntry extends Entry {
  /** ENTRY as it is now, when its representation is VIEW. */
  constructor(
    entry: Entry,
    private readonly view: JsonObject,
  ) {
    super(entry.type, entry.id, entry.sequence, entry.origin);
    this.revision = entry.revision;
    this.lastModified = entry.lastModified;
  }

  override get pastView(): JsonObject {
    return this.view;
  }
}

/** The origin of a resource that somebody gave. */
export class Given implements Origin {
  constructor(
    private readonly given: JsonObject,
    private readonly createdAt: string,
    private readonly modifiedAt = createdAt,
    /** Settled once all resources are there that it may name. */
    public keys: readonly MemberKey[] = [],
  ) {}

  content(): JsonObject {
    return this.given;
  }

  names(): Names {
    return namesIn(this.given);
  }

  created(): string {
    return this.createdAt;
  }

  lastModified(): string {
    return this.modifiedAt;
  }

  members(): readonly MemberKey[] {
    return this.keys;
  }

  memberCount(): number {
    return this.keys.length;
  }
}

/** `meta.version` of ENTRY and its ETag (RFC 7644 §3.14): it names one state of the representation. */
export function versionOf(entry: Entry): string {
  return `W/"${entry.revision}-${Date.parse(entry.lastModified).toString(36)}"`;
}

/** The revision in VERSION, which `versionOf` made of a resource with LASTMODIFIED; undefined when it did not. */
export function revisionIn(version = '', lastModified = ''): number | undefined {
  const [, revision, time] = /^W\/"([1-9]\d{0,14})-([\da-z]+)"$/.exec(version) ?? [];
  return time === Date.parse(lastModified).toString(36) ? Number(revision) : undefined;
}

/** The text that stands for what has NAMES where another resource shows it. */
export function displayOf({ displayName, userName }: Names): string | undefined {
  return displayName ?? userName;
}

/** Has TYPE `members` that name resources by their ids, as Group has (RFC 7643 §4.2)? */
export function hasMembers(type: ResourceType): boolean {
  const attribute = type.attribute('members');
  return attribute?.multiValued === true && holdsReferences(attribute);
}

/** Shows TYPE in `groups` what it is a member of, as User does (RFC 7643 §4.1.2)? */
export function showsGroups(type: ResourceType): boolean {
  const attribute = type.attribute('groups');
  return attribute?.type === 'complex' && attribute.multiValued && attribute.mutability === 'readOnly';
}

/** The id that MEMBER, an element of `members`, names. */
export function memberId(member: JsonValue): string | undefined {
  return isJsonObject(member) ? text(member.value) : undefined;
}

/** The Enterprise extension's `manager` of the user CONTENT. */
export function managerOf(content: JsonObject): JsonObject | undefined {
  const extension = content[urn.enterpriseUser];
  const manager = isJsonObject(extension) ? extension.manager : undefined;
  return isJsonObject(manager) ? manager : undefined;
}

/** VALUE when it is a string. */
export function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function namesIn(content: JsonObject): Names {
  return { displayName: text(content.displayName), userName: text(content.userName) };
}
