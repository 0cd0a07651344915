/** What comes of a new list of members, or of a new content of a group. */

import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import { type Entry, hasMembers, type MemberKey, managerOf } from './entry.js';

/** Who comes into a group and who leaves it: nobody who is in it already, nobody who is not. */
export interface MemberChange {
  readonly added: readonly MemberKey[];
  readonly removed: readonly MemberKey[];
}

/** CONTENT of a resource of TYPE without what the store keeps in another form, or makes from what it knows. */
export function withoutMembers(
  type: ResourceType,
  content: JsonObject,
): { readonly members: readonly JsonValue[]; readonly rest: JsonObject } {
  if (hasMembers(type)) {
    const { members = [], ...rest } = content;
    return { members: Array.isArray(members) ? members : [], rest };
  }
  const manager = managerOf(content);
  const extension = content[urn.enterpriseUser];
  if (manager?.value === undefined || !isJsonObject(extension)) return { members: [], rest: content };
  // `$ref` is made from `value` whenever it is shown: a client that changes one of them leaves the other stale.
  const { $ref: _derived, ...kept } = manager;
  return { members: [], rest: { ...content, [urn.enterpriseUser]: { ...extension, manager: kept } } };
}

/** Are KEYS the members of ENTRY, in the same order? */
export function areMembers(keys: ReadonlySet<MemberKey>, entry: Entry): boolean {
  if (keys.size !== entry.memberCount) return false;
  const current = entry.members[Symbol.iterator]();
  for (const key of keys) if (current.next().value !== key) return false;
  return true;
}

/** How the members of ENTRY differ from NEXT. */
export function differences(next: ReadonlySet<MemberKey>, entry: Entry): MemberChange {
  const before = entry.ownMembers;
  return {
    added: [...next].filter((key) => !before.has(key)),
    removed: [...before].filter((key) => !next.has(key)),
  };
}
