/** RFC 7643 §4.1.2 `groups` and §4.2 `members`: one truth seen from both sides. */

import { describe, expect, it } from 'vitest';
import { createGroup, createUser, groupUrn, type Peer, patchOp, start } from './helper.js';

interface GroupValue {
  display: string;
  type: string;
}

async function groupsOf(peer: Peer, user: string): Promise<string[]> {
  const { json } = await peer.ask('GET', `/Users/${user}`);
  return (json.groups ?? []).map(({ display, type }: GroupValue) => `${display} ${type}`);
}

describe('groups of a user', () => {
  it('show value, $ref, display and type', async () => {
    const peer = await start();
    const user = await createUser(peer, 'bjensen');
    const group = await createGroup(peer, 'Tour Guides', [user]);
    const { json } = await peer.ask('GET', `/Users/${user}`);
    const $ref = `${peer.mock.url}/Groups/${group}`;
    expect(json.groups).toEqual([{ value: group, $ref, display: 'Tour Guides', type: 'direct' }]);
  });

  it('follow the members of groups and of groups in groups, also round in a circle', async () => {
    const peer = await start();
    const user = await createUser(peer, 'bjensen');
    const inner = await createGroup(peer, 'Inner', [user]);
    const middle = await createGroup(peer, 'Middle', [inner]);
    await createGroup(peer, 'Outer', [middle, user]);
    expect(await groupsOf(peer, user)).toEqual(['Inner direct', 'Middle indirect', 'Outer direct']);
    await peer.ask('PATCH', `/Groups/${inner}`, patchOp({ op: 'add', path: 'members', value: [{ value: middle }] }));
    expect(await groupsOf(peer, user)).toEqual(['Inner direct', 'Middle indirect', 'Outer direct']);
    await peer.ask('PATCH', `/Groups/${inner}`, patchOp({ op: 'remove', path: `members[value eq "${user}"]` }));
    expect(await groupsOf(peer, user)).toEqual(['Outer direct']);
    await peer.ask('PATCH', `/Groups/${inner}`, patchOp({ op: 'add', path: 'members', value: [{ value: user }] }));
    await peer.ask('DELETE', `/Groups/${middle}`);
    expect(await groupsOf(peer, user)).toEqual(['Inner direct', 'Outer direct']);
  });

  it('change the version of the user, so that no stale 304 is given, but not lastModified', async () => {
    const peer = await start();
    const user = await createUser(peer, 'bjensen');
    const before = (await peer.ask('GET', `/Users/${user}`)).json.meta;
    const group = await createGroup(peer, 'Tour Guides', [user]);
    const ifNoneMatch = { 'if-none-match': before.version };
    const reply = await peer.ask('GET', `/Users/${user}`, undefined, ifNoneMatch);
    expect(reply.status).toBe(200);
    expect(reply.json.meta.lastModified).toBe(before.lastModified);
    await peer.ask('PUT', `/Groups/${group}`, {
      schemas: [groupUrn],
      displayName: 'Guides',
      members: [{ value: user }],
    });
    expect(await groupsOf(peer, user)).toEqual(['Guides direct']);
    expect((await peer.ask('GET', `/Users/${user}`)).json.meta.version).not.toBe(reply.json.meta.version);
  });

  it('cannot be changed through the user', async () => {
    const peer = await start();
    const user = await createUser(peer, 'bjensen');
    const group = await createGroup(peer, 'Tour Guides', []);
    const operation = { op: 'add', path: 'groups', value: [{ value: group }] };
    const { status, json } = await peer.ask('PATCH', `/Users/${user}`, patchOp(operation));
    expect([status, json.scimType]).toEqual([400, 'mutability']);
    expect(await groupsOf(peer, user)).toEqual([]);
  });
});

describe('members of a group', () => {
  it('show the new name of a member', async () => {
    const peer = await start();
    const user = await createUser(peer, 'bjensen', { displayName: 'Babs' });
    const group = await createGroup(peer, 'Tour Guides', [user]);
    const before = (await peer.ask('GET', `/Groups/${group}`)).json;
    await peer.ask('PATCH', `/Users/${user}`, patchOp({ op: 'replace', path: 'displayName', value: 'Barbara' }));
    const after = (await peer.ask('GET', `/Groups/${group}`)).json;
    expect(before.members[0].display).toBe('Babs');
    expect(after.members[0].display).toBe('Barbara');
    expect(after.meta.version).not.toBe(before.meta.version);
  });

  it('are found by members.value, members[value eq …] and members', async () => {
    const peer = await start();
    const user = await createUser(peer, 'bjensen');
    const groups = [await createGroup(peer, 'A', [user]), await createGroup(peer, 'B', [user])];
    await createGroup(peer, 'C', []);
    for (const filter of [`members.value eq "${user}"`, `members[value eq "${user}"]`, `members eq "${user}"`]) {
      const { json } = await peer.ask('GET', `/Groups?filter=${encodeURIComponent(filter)}`);
      expect(json.Resources.map((group: { id: string }) => group.id)).toEqual(groups);
    }
  });
});
