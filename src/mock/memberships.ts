/** Who is in which group, directly and through groups in groups (RFC 7643 §4.1.2 `groups`, §4.2 `members`). */

import { type Entry, hasMembers, type MemberKey } from './entry.js';

/** A group that a resource belongs to. */
interface Membership {
  readonly group: Entry;
  /** False when the resource belongs to it only through another group. */
  readonly direct: boolean;
}

/** The groups of many resources at once: those of number `i` from FIRST on stand from `offsets[i]` to `offsets[i + 1]`. */
export interface MembershipTable {
  readonly first: number;
  readonly offsets: Int32Array;
  /** `sequence`s of groups. */
  readonly groups: Int32Array;
}

/** The members of groups, seen from the member. A group may contain itself through others: no walk follows it twice. */
export class Memberships {
  private table: MembershipTable | undefined;
  /** The groups of every member whose groups are no longer those of the table. */
  private readonly changed = new Map<MemberKey, Set<number>>();

  /** AT gives the entry with a `sequence`. */
  constructor(private readonly at: (sequence: number) => Entry | undefined) {}

  /** Takes what TABLE says for the members in it. */
  fill(table: MembershipTable): void {
    this.table = table;
  }

  /** Makes the resource with KEY a member of GROUP. */
  link(group: Entry, key: MemberKey): void {
    this.own(key).add(group.sequence);
  }

  /** Undoes `link`. */
  unlink(group: Entry, key: MemberKey): void {
    this.own(key).delete(group.sequence);
  }

  /** GROUP is no more: what is known of its member with KEY need not be copied to say so. */
  drop(group: Entry, key: MemberKey): void {
    this.changed.get(key)?.delete(group.sequence);
  }

  /** Is the resource with KEY a direct member of GROUP? */
  has(group: Entry, key: MemberKey): boolean {
    return this.changed.get(key)?.has(group.sequence) ?? this.filled(key).includes(group.sequence);
  }

  /** The groups that have the resource with KEY as a direct member. */
  groupsWith(key: MemberKey): Entry[] {
    return [...(this.changed.get(key) ?? this.filled(key))].flatMap((sequence) => this.at(sequence) ?? []);
  }

  /** All groups of the resource with KEY in order of creation; one that it belongs to in both ways is direct. */
  groupsOf(key: MemberKey): Membership[] {
    const direct = this.groupsWith(key);
    if (direct.length === 0) return [];
    const found = new Map<Entry, boolean>(direct.map((group) => [group, true]));
    // A Map also visits what is added while it is walked.
    for (const [group] of found) {
      for (const parent of this.groupsWith(group.sequence)) if (!found.has(parent)) found.set(parent, false);
    }
    return [...found]
      .map(([group, isDirect]) => ({ group, direct: isDirect }))
      .sort((left, right) => left.group.sequence - right.group.sequence);
  }

  /** What is in GROUP, directly or not, without the groups through which it is. */
  below(group: Entry): Set<Entry> {
    const leaves = new Set<Entry>();
    const groups = new Set<Entry>([group]);
    for (const current of groups) {
      for (const key of current.members) {
        const member = typeof key === 'number' ? this.at(key) : undefined;
        if (member) (hasMembers(member.type) ? groups : leaves).add(member);
      }
    }
    return leaves;
  }

  private own(key: MemberKey): Set<number> {
    let groups = this.changed.get(key);
    if (!groups) {
      groups = new Set(this.filled(key));
      this.changed.set(key, groups);
    }
    return groups;
  }

  private filled(key: MemberKey): Int32Array {
    const place = this.table && typeof key === 'number' ? key - this.table.first : -1;
    const { offsets, groups } = this.table ?? noTable;
    return place < 0 || place + 1 >= offsets.length ? noGroups : groups.subarray(offsets[place], offsets[place + 1]);
  }
}

const noGroups = new Int32Array();
const noTable = { offsets: noGroups, groups: noGroups };
