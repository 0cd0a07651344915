/** What stands for a resource where another one shows it (RFC 7643 §4.1.2, §4.2 and §4.3). */

import type { JsonObject } from '../scim/json.js';
import { displayOf, type Entry } from './entry.js';

/** ENTRY, whose URL is LOCATION, in `members` of a group. */
export function memberReference(entry: Entry, location: string): JsonObject {
  const display = displayOf(entry.names);
  return { value: entry.id, $ref: location, type: entry.type.name, ...(display !== undefined && { display }) };
}

/** ENTRY, whose URL is LOCATION, in `groups` of a member of it: DIRECT, or through other groups. */
export function groupReference(entry: Entry, location: string, direct: boolean): JsonObject {
  const display = displayOf(entry.names);
  const shown = display !== undefined && { display };
  return { value: entry.id, $ref: location, ...shown, type: direct ? 'direct' : 'indirect' };
}

/** ENTRY, whose URL is LOCATION, in the Enterprise extension's `manager`. */
export function managerReference(entry: Entry, location: string): JsonObject {
  const { displayName } = entry.names;
  return { value: entry.id, $ref: location, ...(displayName !== undefined && { displayName }) };
}
