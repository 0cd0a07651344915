/**
 * What the provisioning service of Microsoft Entra ID sends, and what its validator checks: the requests of
 * learn.microsoft.com, use-scim-to-provision-users-and-groups and application-provisioning-config-problem-scim-compatibility.
 */

import { describe, expect, it } from 'vitest';
import { enterpriseUrn, groupUrn, listUrn, type Peer, patchOp, start, userUrn } from '../helper.js';

const adUrn = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';

const newGroup = (...schemas: string[]) => ({
  schemas,
  externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
  displayName: 'displayName',
  meta: { resourceType: 'Group' },
});

const newUser = (name: string) => ({
  schemas: [userUrn, enterpriseUrn],
  externalId: `ext-${name}`,
  userName: `${name}@testuser.com`,
  active: true,
  emails: [{ primary: true, type: 'work', value: `${name}@testuser.com` }],
  meta: { resourceType: 'User' },
  name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
  roles: [],
});

const find = (endpoint: string, filter: string, more = '') => `${endpoint}?filter=${encodeURIComponent(filter)}${more}`;
const count = async ({ ask }: Peer, path: string): Promise<number> => {
  const { status, json } = await ask('GET', path);
  expect([status, json.schemas]).toEqual([200, [listUrn]]);
  return json.totalResults;
};

describe('Entra provisions users', () => {
  it('tests the connection by asking for somebody who is not there', async () => {
    const peer = await start();
    expect(await count(peer, find('/Users', 'userName eq "7c29b6d1-random"'))).toBe(0);
    expect(await count(peer, find('/Groups', 'displayName eq "7c29b6d1-random"', '&excludedAttributes=members'))).toBe(
      0,
    );
  });

  it('creates, and finds by each matching attribute, in any case where the schema says so', async () => {
    const peer = await start();
    const { status, json } = await peer.ask('POST', '/Users', newUser('bob'));
    expect([status, json.active, json.meta.resourceType]).toEqual([201, true, 'User']);
    expect((await peer.ask('POST', '/Users', newUser('bob'))).status).toBe(409);
    expect(await count(peer, find('/Users', 'userName eq "bob@testuser.com"'))).toBe(1);
    expect(await count(peer, find('/Users', 'userName eq "BOB@testuser.com"'))).toBe(1);
    expect(await count(peer, find('/Users', 'externalId eq "ext-bob"'))).toBe(1);
    expect(await count(peer, find('/Users', 'emails[type eq "work" and value eq "bob@testuser.com"]'))).toBe(1);
    expect(await count(peer, find('/Users', 'emails[type eq "home" and value eq "bob@testuser.com"]'))).toBe(0);
  });

  it('is told that its filter with a sub-attribute behind the brackets is outside the grammar', async () => {
    const { ask } = await start();
    // RFC 7644 §3.4.2.2, Figure 1: `valuePath = attrPath "[" valFilter "]"`, and nothing behind it.
    const { status, json } = await ask('GET', find('/Users', 'emails[type eq "work"].value eq "bob@testuser.com"'));
    expect([status, json.scimType]).toEqual([400, 'invalidFilter']);
  });

  it('is understood all the same by a server that is made for it', async () => {
    const peer = await start({ vendor: 'entra-id-client' });
    await peer.ask('POST', '/Users', newUser('bob'));
    expect(await count(peer, find('/Users', 'emails[type eq "work"].value eq "bob@testuser.com"'))).toBe(1);
    expect(await count(peer, find('/Users', 'emails[type eq "home"].value eq "bob@testuser.com"'))).toBe(0);
    expect(await count(peer, find('/Users', 'externalId eq ext-bob'))).toBe(1);
    const { status, json } = await peer.ask('POST', '/Groups', newGroup(groupUrn, adUrn));
    expect([status, json.schemas]).toEqual([201, [groupUrn]]);
  });

  it('changes attributes one by one, with capitalised operations', async () => {
    const { ask } = await start();
    const { json } = await ask('POST', '/Users', newUser('bob'));
    const path = `/Users/${json.id}`;
    const message = patchOp(
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updated@testuser.com' },
      { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
      { op: 'Add', path: `${enterpriseUrn}:department`, value: 'Sales' },
      { op: 'Add', path: 'userName', value: '5b50642d@testuser.com' },
    );
    expect((await ask('PATCH', path, message)).status).toBeLessThan(300);
    expect((await ask('GET', path)).json).toMatchObject({
      userName: '5b50642d@testuser.com',
      name: { familyName: 'updatedFamilyName', givenName: 'givenName' },
      emails: [{ value: 'updated@testuser.com', type: 'work' }],
      [enterpriseUrn]: { department: 'Sales' },
    });
  });

  it('changes many attributes by one operation with dotted and qualified names (aadOptscim062020)', async () => {
    const { ask } = await start();
    const { json } = await ask('POST', '/Users', newUser('bob'));
    const value = {
      displayName: 'Bjfe',
      'name.givenName': 'Kkom',
      'name.familyName': 'Unua',
      [`${enterpriseUrn}:employeeNumber`]: 'Aklq',
    };
    expect((await ask('PATCH', `/Users/${json.id}`, patchOp({ op: 'replace', value }))).status).toBeLessThan(300);
    expect((await ask('GET', `/Users/${json.id}`)).json).toMatchObject({
      displayName: 'Bjfe',
      name: { givenName: 'Kkom', familyName: 'Unua' },
      [enterpriseUrn]: { employeeNumber: 'Aklq' },
    });
  });

  it.each([
    ['as it should be', { op: 'replace', path: 'active', value: false }],
    ['without a path', { op: 'replace', value: { active: false } }],
    ['as a text', { op: 'Replace', path: 'active', value: 'False' }],
  ])('disables a user, who stays visible: %s', async (_, operation) => {
    const peer = await start();
    const { json } = await peer.ask('POST', '/Users', newUser('bob'));
    expect((await peer.ask('PATCH', `/Users/${json.id}`, patchOp(operation))).status).toBeLessThan(300);
    expect((await peer.ask('GET', `/Users/${json.id}`)).json.active).toBe(false);
    expect(await count(peer, find('/Users', 'userName eq "bob@testuser.com"'))).toBe(1);
    expect((await peer.ask('DELETE', `/Users/${json.id}`)).status).toBe(204);
    expect(await count(peer, find('/Users', 'userName eq "bob@testuser.com"'))).toBe(0);
  });
});

describe('Entra provisions groups', () => {
  it('creates without members, and reads without members', async () => {
    const peer = await start();
    const { status, json } = await peer.ask('POST', '/Groups', newGroup(groupUrn));
    expect(status).toBe(201);
    const { json: group } = await peer.ask('GET', `/Groups/${json.id}?excludedAttributes=members`);
    expect(group).toMatchObject({ displayName: 'displayName' });
    expect(group).not.toHaveProperty('members');
    const path = find('/Groups', 'displayName eq "displayName"', '&excludedAttributes=members');
    expect(await count(peer, path)).toBe(1);
  });

  it('is told that its own schema is not one of a group', async () => {
    const { ask } = await start();
    // RFC 7643 §3: only URNs of the resource type; a service for Entra declares this one as an extension.
    const { status, json } = await ask('POST', '/Groups', newGroup(groupUrn, adUrn));
    expect([status, json.detail]).toEqual([400, expect.stringContaining(adUrn)]);
  });

  it.each([
    ['by a value path', (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` })],
    ['by a value', (id: string) => ({ op: 'Remove', path: 'members', value: [{ $ref: null, value: id }] })],
  ])('adds members, asks whether they are in, and removes one %s', async (_, removal) => {
    const peer = await start();
    const { json: group } = await peer.ask('POST', '/Groups', { schemas: [groupUrn], displayName: 'displayName' });
    const ids: string[] = [];
    for (const name of ['bob', 'eve']) ids.push((await peer.ask('POST', '/Users', newUser(name))).json.id);
    const [bob = '', eve = ''] = ids;
    const path = `/Groups/${group.id}`;
    const added = patchOp({ op: 'Add', path: 'members', value: ids.map((value) => ({ $ref: null, value })) });
    expect((await peer.ask('PATCH', path, added)).status).toBeLessThan(300);
    const isIn = (id: string) =>
      find('/Groups', `id eq "${group.id}" and members eq "${id}"`, '&excludedAttributes=members');
    expect([await count(peer, isIn(bob)), await count(peer, isIn(eve))]).toEqual([1, 1]);
    expect((await peer.ask('PATCH', path, patchOp(removal(bob)))).status).toBeLessThan(300);
    expect([await count(peer, isIn(bob)), await count(peer, isIn(eve))]).toEqual([0, 1]);
  });
});
