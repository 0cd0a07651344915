/** Filling a store with generated users and groups: the same arguments give the same resources, byte by byte. */

import type { ResourceType } from '../scim/schema/resource-type.js';
import { GeneratedGroups, GeneratedUsers, type Generation } from './generated.js';
import type { MembershipTable } from './memberships.js';
import { Random } from './random.js';
import type { ResourceStore } from './store.js';

/** What to generate. */
export interface SeedOptions {
  readonly users: number;
  readonly groups: number;
  /** What every choice and id is drawn from. */
  readonly seed: number;
  /** The resources were created within the three years before. */
  readonly now: Date;
}

/** Adds to STORE users in a tree of managers, and groups of very different sizes, without a name or id that is there. */
export function seedStore(store: ResourceStore, { users, groups, seed, now }: SeedOptions): void {
  const first = store.nextSequence;
  const generation: Generation = { random: new Random(seed), now, users, groups, first };
  const userOrigin = new GeneratedUsers(generation);
  const groupOrigin = new GeneratedGroups(generation);
  if (users > 0) {
    const type = requiredType(store, 'User');
    const end = store.prepareOrders(type, ['userName', 'displayName']);
    for (let number = 0; number < users; number++) store.register(type, userOrigin.id(number), userOrigin);
    end();
  }
  if (groups > 0) {
    const type = requiredType(store, 'Group');
    const end = store.prepareOrders(type, ['displayName']);
    for (let number = 0; number < groups; number++) store.register(type, groupOrigin.id(number), groupOrigin);
    end();
    store.fillMemberships(membershipTable(generation, groupOrigin));
  }
}

function requiredType(store: ResourceStore, name: string): ResourceType {
  const type = store.registry.find(name);
  if (!type) throw new Error(`The store has no ${name}`);
  return type;
}

/** The members of all groups, seen from the members. */
function membershipTable({ first, users, groups }: Generation, origin: GeneratedGroups): MembershipTable {
  const firstGroup = first + users;
  const offsets = new Int32Array(users + groups + 1);
  for (let group = firstGroup; group < firstGroup + groups; group++) {
    for (const member of origin.members(group)) add(offsets, Number(member) - first + 1, 1);
  }
  for (let place = 1; place < offsets.length; place++) add(offsets, place, offsets[place - 1] ?? 0);
  const table = new Int32Array(offsets[users + groups] ?? 0);
  const next = offsets.slice();
  for (let group = firstGroup; group < firstGroup + groups; group++) {
    for (const member of origin.members(group)) {
      const place = Number(member) - first;
      table[next[place] ?? 0] = group;
      add(next, place, 1);
    }
  }
  return { first, offsets, groups: table };
}

function add(counts: Int32Array, place: number, amount: number): void {
  counts[place] = (counts[place] ?? 0) + amount;
}
