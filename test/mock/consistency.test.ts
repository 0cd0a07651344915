/** Whatever clients do, in whatever order: both sides of a membership agree, and no cached text or version is stale. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupUrn, type Peer, patchOp, start, userUrn } from './helper.js';

type Action =
  | { kind: 'createUser' | 'createGroup' | 'delete' | 'rename'; pick: number }
  | { kind: 'addMember' | 'removeMember' | 'setMembers'; pick: number; member: number };

const pick = fc.nat({ max: 1000 });
const actions = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('createUser' as const, 'createGroup' as const), pick }),
    fc.record({ kind: fc.constantFrom('delete' as const, 'rename' as const), pick }),
    fc.record({
      kind: fc.constantFrom('addMember' as const, 'addMember' as const, 'removeMember' as const, 'setMembers' as const),
      pick,
      member: pick,
    }),
  ),
  { minLength: 5, maxLength: 25 },
);

interface Shown {
  id: string;
  displayName: string;
  meta: { version: string };
  groups?: { value: string; type: string; display: string }[];
  members?: { value: string; type: string; display: string }[];
}

interface State {
  users: Shown[];
  groups: Shown[];
}

async function stateOf({ ask }: Peer): Promise<State> {
  return { users: (await ask('GET', '/Users')).json.Resources, groups: (await ask('GET', '/Groups')).json.Resources };
}

/** Does ACTION to what is there; NUMBER makes names unique. */
async function perform({ ask }: Peer, action: Action, { users, groups }: State, number: number): Promise<void> {
  const name = `name${number}`;
  const everybody = [...users, ...groups];
  const chosen = everybody[action.pick % Math.max(1, everybody.length)];
  const group = groups[action.pick % Math.max(1, groups.length)];
  const path = chosen && `/${users.includes(chosen) ? 'Users' : 'Groups'}/${chosen.id}`;
  if (action.kind === 'createUser') {
    await ask('POST', '/Users', { schemas: [userUrn], userName: name, displayName: name });
  } else if (action.kind === 'createGroup') {
    await ask('POST', '/Groups', { schemas: [groupUrn], displayName: name, members: chosen && [{ value: chosen.id }] });
  } else if (action.kind === 'delete') {
    if (path) await ask('DELETE', path);
  } else if (action.kind === 'rename') {
    if (path) await ask('PATCH', path, patchOp({ op: 'replace', path: 'displayName', value: name }));
  } else if (group && 'member' in action) {
    const member = everybody[action.member % everybody.length]?.id ?? '';
    const operations = {
      addMember: { op: 'add', path: 'members', value: [{ value: member }] },
      removeMember: { op: 'remove', path: `members[value eq "${member}"]` },
      setMembers: { op: 'replace', path: 'members', value: [{ value: member }] },
    };
    await ask('PATCH', `/Groups/${group.id}`, patchOp(operations[action.kind]));
  }
}

/** The groups of the resource with ID by their members alone. */
function expectedGroups(id: string, groups: readonly Shown[]): string[] {
  const containing = (member: string) =>
    groups.filter(({ members = [] }) => members.some(({ value }) => value === member));
  const direct = containing(id);
  const all = new Set(direct);
  for (const group of all) for (const parent of containing(group.id)) all.add(parent);
  return groups
    .filter((group) => all.has(group))
    .map((group) => `${group.displayName} ${direct.includes(group) ? 'direct' : 'indirect'}`);
}

describe('the store', () => {
  it('stays consistent', { timeout: 60_000 }, async () => {
    const peer = await start();
    await fc.assert(
      fc.asyncProperty(actions, async (list) => {
        const versions = new Map<string, string>();
        for (const [number, action] of list.entries()) {
          await perform(peer, action, await stateOf(peer), number);
          const { users, groups } = await stateOf(peer);
          const names = new Map([...users, ...groups].map(({ id, displayName }) => [id, displayName]));
          for (const user of users) {
            const shown = (user.groups ?? []).map(({ display, type }) => `${display} ${type}`);
            expect(shown).toEqual(expectedGroups(user.id, groups));
          }
          for (const { value, display } of groups.flatMap(({ members = [] }) => members)) {
            expect(display).toBe(names.get(value));
          }
          for (const resource of [...users, ...groups]) {
            const key = `${resource.id} ${resource.meta.version}`;
            const text = JSON.stringify(resource);
            expect(versions.get(key) ?? text).toBe(text);
            versions.set(key, text);
          }
        }
        const { users, groups } = await stateOf(peer);
        for (const { id } of users) await peer.ask('DELETE', `/Users/${id}`);
        for (const { id } of groups) await peer.ask('DELETE', `/Groups/${id}`);
        expect(await stateOf(peer)).toEqual({ users: [], groups: [] });
      }),
      { numRuns: 15 },
    );
  });
});
