/** One resource in the store. */

import type { JsonObject, JsonValue } from '../scim/json.js';
import { isJsonObject } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';

/** What the store keeps of a resource; the parts that can be undefined are made when they are first needed. */
export interface Entry {
  readonly type: ResourceType;
  readonly id: string;
  /** Grows with every creation: the order of lists. */
  readonly sequence: number;
  readonly created: string;
  lastModified: string;
  /** Grows with every change of the representation, also of what is derived from other resources. */
  revision: number;
  /** What clients assert: without `id`, `meta` and what the server derives (`groups`, `manager.displayName`). */
  content: JsonObject;
  /** The representation of the resource, or undefined when it is to be made anew. */
  view: JsonObject | undefined;
  /** `view` as JSON text in UTF-8. */
  text: Buffer | undefined;
  /** How other resources show this one. */
  references: References | undefined;
}

/**
 * What stands for a resource in others: one object each, which all of them share, because 100,000 users in ten groups
 * each would otherwise be two million objects.
 */
export interface References {
  /** In `members` of a group. */
  readonly member: JsonObject;
  /** In the Enterprise extension's `manager`. */
  readonly manager: JsonObject;
  /** In `groups` of a user. */
  readonly directGroup: JsonObject;
  readonly indirectGroup: JsonObject;
}

/** How others show ENTRY, whose URL is LOCATION. */
export function referencesTo(entry: Entry, location: string): References {
  const { id, type } = entry;
  const display = displayOf(entry);
  const displayName = text(entry.content.displayName);
  const shown = { ...(display !== undefined && { display }) };
  return {
    member: { value: id, $ref: location, type: type.name, ...shown },
    manager: { value: id, $ref: location, ...(displayName !== undefined && { displayName }) },
    directGroup: { value: id, $ref: location, ...shown, type: 'direct' },
    indirectGroup: { value: id, $ref: location, ...shown, type: 'indirect' },
  };
}

/** `meta.version` of ENTRY and its ETag (RFC 7644 §3.14): it names one state of the representation. */
export function versionOf(entry: Entry): string {
  return `W/"${entry.revision}-${Date.parse(entry.lastModified).toString(36)}"`;
}

/** The text that stands for ENTRY where another resource shows it. */
export function displayOf(entry: Entry): string | undefined {
  return text(entry.content.displayName) ?? text(entry.content.userName);
}

/** Members of the group CONTENT: in the store, always the `References.member` of what they stand for. */
export function membersOf(content: JsonObject): readonly JsonValue[] {
  return Array.isArray(content.members) ? content.members : [];
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
