/**
 * What Okta sends and checks: its SPEC and CRUD tests for SCIM 2.0 servers, and the requests of its reference
 * (developer.okta.com, reference/scim/scim-20 and guides/scim-provisioning-integration-test), in their order.
 */

import { describe, expect, it } from 'vitest';
import { errorUrn, groupUrn, listUrn, type Peer, patchOp, start, userUrn } from '../helper.js';

const okta = { 'user-agent': 'Okta SCIM Client 1.0.0', accept: 'application/scim+json' };
const json = 'application/scim+json; charset=utf-8';

function client({ ask }: Peer) {
  return (method: string, path: string, body?: unknown) =>
    ask(method, path, body, { ...okta, ...(body !== undefined && { 'content-type': json }) });
}

const newUser = {
  schemas: [userUrn],
  userName: 'runscope300@atko.com',
  name: { givenName: 'Runscope', familyName: 'Test' },
  emails: [{ primary: true, value: 'runscope300@atko.com', type: 'work' }],
  displayName: 'Runscope Test',
  locale: 'en-US',
  externalId: '00ujl29u0le5T6Aj10h7',
  groups: [],
  password: '1mz050nq',
  active: true,
};

const byName = (name: string) => `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}&startIndex=1&count=100`;

describe('the SPEC tests of Okta', () => {
  it('find a user in the first page, with what Okta requires', async () => {
    const ask = client(await start({ users: 3 }));
    const { status, json: list } = await ask('GET', '/Users?count=1&startIndex=1');
    expect(status).toBe(200);
    expect(list).toMatchObject({ schemas: [listUrn], itemsPerPage: 1, startIndex: 1, totalResults: 3 });
    const [first] = list.Resources;
    const required = {
      id: expect.stringMatching(/./),
      userName: expect.stringMatching(/./),
      name: { givenName: expect.stringMatching(/./), familyName: expect.stringMatching(/./) },
      emails: [{ value: expect.stringMatching(/@/) }],
      active: expect.any(Boolean),
    };
    expect(first).toMatchObject({
      ...required,
      emails: expect.arrayContaining([expect.objectContaining(required.emails[0] ?? {})]),
    });
    expect((await ask('GET', `/Users/${first.id}`)).json).toEqual(first);
  });

  it('find nobody where nobody is, without an error', async () => {
    const ask = client(await start());
    const { status, json: list } = await ask('GET', byName('abcdefgh@atko.com'));
    expect([status, list.totalResults, list.schemas]).toEqual([200, 0, [listUrn]]);
    const missing = await ask('GET', '/Users/010101001010101011001010101011');
    expect(missing.status).toBe(404);
    expect(missing.json).toMatchObject({ schemas: [errorUrn], detail: expect.stringMatching(/./) });
  });

  it('create a user, who is there then and cannot be created again', async () => {
    const ask = client(await start());
    const created = await ask('POST', '/Users', newUser);
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ active: true, userName: newUser.userName, name: newUser.name });
    expect(created.json).not.toHaveProperty('password');
    expect((await ask('GET', `/Users/${created.json.id}`)).json).toEqual(created.json);
    expect((await ask('GET', byName(newUser.userName))).json.Resources).toEqual([created.json]);
    expect((await ask('POST', '/Users', newUser)).status).toBe(409);
  });

  it('read groups', async () => {
    const { status, json: list } = await client(await start({ users: 5, groups: 2 }))(
      'GET',
      '/Groups?startIndex=1&count=100',
    );
    expect(status).toBe(200);
    expect(list).toMatchObject({ schemas: [listUrn], startIndex: 1, totalResults: 2 });
    expect(list.Resources).toHaveLength(2);
  });
});

describe('the life of a user in Okta', () => {
  it('is changed by GET and PUT, deactivated and activated by a PATCH without a path', async () => {
    const ask = client(await start());
    const { json: created } = await ask('POST', '/Users', newUser);
    const path = `/Users/${created.id}`;
    const { json: before } = await ask('GET', path);
    const after = await ask('PUT', path, { ...before, name: { ...before.name, middleName: 'Excited' }, groups: [] });
    expect([after.status, after.json.name.middleName]).toEqual([200, 'Excited']);
    for (const active of [false, true]) {
      const patched = await ask('PATCH', path, patchOp({ op: 'replace', value: { active } }));
      expect([200, 204]).toContain(patched.status);
      expect((await ask('GET', path)).json.active).toBe(active);
    }
    const password = await ask('PATCH', path, patchOp({ op: 'replace', value: { password: 'n3w' } }));
    expect(password.status).toBeLessThan(300);
    expect(JSON.stringify([password.json, (await ask('GET', path)).json])).not.toContain('n3w');
  });

  it('is imported by pages of 100, each user once', async () => {
    const ask = client(await start({ users: 250 }));
    const names = new Set<string>();
    let total = 1;
    for (let startIndex = 1; startIndex <= total; startIndex += 100) {
      const { json: list } = await ask('GET', `/Users?startIndex=${startIndex}&count=100`);
      for (const { userName } of list.Resources) names.add(userName);
      total = list.totalResults;
    }
    expect([names.size, total]).toEqual([250, 250]);
  });
});

describe('Group Push of Okta', () => {
  it('creates, finds, renames, fills and deletes a group', async () => {
    const ask = client(await start());
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      ids.push((await ask('POST', '/Users', { ...newUser, userName: `${name}@atko.com` })).json.id);
    }
    const [a, b, c] = ids;
    const created = await ask('POST', '/Groups', { schemas: [groupUrn], displayName: 'Test SCIMv2', members: [] });
    expect(created.status).toBe(201);
    const path = `/Groups/${created.json.id}`;
    const find = `/Groups?filter=${encodeURIComponent('displayName eq "Test SCIMv2"')}&startIndex=1&count=100`;
    expect((await ask('GET', find)).json.Resources[0].id).toBe(created.json.id);

    const rename = { op: 'replace', value: { id: created.json.id, displayName: 'Test SCIMv2 renamed' } };
    expect((await ask('PATCH', path, patchOp(rename))).status).toBeLessThan(300);
    const fill = {
      op: 'replace',
      path: 'members',
      value: [
        { value: a, display: 'a@atko.com' },
        { value: b, display: 'b@atko.com' },
      ],
    };
    expect((await ask('PATCH', path, patchOp(fill))).status).toBeLessThan(300);
    const mixed = patchOp(
      { op: 'remove', path: `members[value eq "${a}"]` },
      { op: 'add', path: 'members', value: [{ value: c, display: 'c@atko.com' }] },
    );
    expect((await ask('PATCH', path, mixed)).status).toBeLessThan(300);

    const { json: group } = await ask('GET', path);
    expect(group.displayName).toBe('Test SCIMv2 renamed');
    expect(group.members.map(({ value }: { value: string }) => value).sort()).toEqual([b, c].sort());
    expect((await ask('DELETE', path)).status).toBe(204);
    expect((await ask('GET', path)).status).toBe(404);
  });
});
