/** Who is in which group, directly and through groups in groups (RFC 7643 §4.1.2 `groups`, §4.2 `members`). */

import type { JsonValue } from '../scim/json.js';
import { type Entry, memberId, membersOf } from './entry.js';
import { IndexMap } from './indexes.js';

/** A group that a user belongs to. */
export interface Membership {
  readonly group: Entry;
  /** False when the user belongs to it only through another group. */
  readonly direct: boolean;
}

/** The members of groups, seen from the member. A group may contain itself through others: no walk follows it twice. */
export class Memberships {
  private readonly parents = new IndexMap();

  /** FIND gives the entry with an id. */
  constructor(private readonly find: (id: string) => Entry | undefined) {}

  /** Makes the resource with MEMBERID a member of GROUP. */
  link(group: Entry, memberId: string): void {
    this.parents.add(memberId, group);
  }

  /** Undoes `link`. */
  unlink(group: Entry, memberId: string | undefined): void {
    this.parents.remove(memberId, group);
  }

  /** The groups that have MEMBERID as a direct member. */
  groupsWith(memberId: string): readonly Entry[] {
    return this.parents.find(memberId);
  }

  /** All groups of MEMBERID in order of creation; one that it belongs to in both ways is direct. */
  groupsOf(memberId: string): Membership[] {
    const direct = this.parents.find(memberId);
    if (direct.length === 0) return [];
    const found = new Map<Entry, boolean>(direct.map((group) => [group, true]));
    // A Map also visits what is added while it is walked.
    for (const [group] of found) {
      for (const parent of this.parents.find(group.id)) {
        if (!found.has(parent)) found.set(parent, false);
      }
    }
    return [...found]
      .map(([group, isDirect]) => ({ group, direct: isDirect }))
      .sort((left, right) => left.group.sequence - right.group.sequence);
  }

  /** The users in GROUP, directly or not. */
  usersBelow(group: Entry): Set<Entry> {
    const users = new Set<Entry>();
    const groups = new Set<Entry>([group]);
    for (const current of groups) {
      for (const value of membersOf(current.content)) {
        const member = this.find(memberId(value) ?? '');
        if (member) (member.type.name === 'Group' ? groups : users).add(member);
      }
    }
    return users;
  }
}

/** What is in AFTER and not in BEFORE, and the other way round. Members are compared as objects, which `Entry`s share. */
export function memberChanges(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): { readonly added: JsonValue[]; readonly removed: JsonValue[] } {
  // Most changes touch one place of a long list: its common beginning and end need no look-up.
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const removed = new Set(before.slice(start, before.length - end));
  const added = after.slice(start, after.length - end).filter((member) => !removed.delete(member));
  return { added, removed: [...removed] };
}
