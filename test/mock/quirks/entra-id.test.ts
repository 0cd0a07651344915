/** Entra ID's SCIM Provisioning API: entra-docs, entra-id-scim-api-reference (2026-03). */

import { describe, expect, it } from 'vitest';
import { groupUrn, type Peer, patchOp, userUrn } from '../helper.js';
import { bareGet, entraUser, vendor } from './helper.js';

const json = { accept: 'application/json' };

function person(userName: string): object {
  return {
    schemas: [userUrn, entraUser],
    userName,
    password: 'Xq7!long-enough',
    name: { familyName: 'Jensen', givenName: 'Barbara' },
    active: true,
    displayName: userName,
    [entraUser]: { mailNickname: userName.replace(/@.*/, '') },
  };
}

async function createUser(peer: Peer, userName: string): Promise<string> {
  const reply = await peer.ask('POST', '/users', person(userName), json);
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  return reply.json.id;
}

async function createGroup(peer: Peer, members: readonly string[] = []): Promise<string> {
  const body = { schemas: [groupUrn], displayName: 'Tour Guides', members: members.map((value) => ({ value })) };
  const reply = await peer.ask('POST', '/groups', body, json);
  expect(reply.status).toBe(201);
  return reply.json.id;
}

describe('Entra ID', () => {
  it('has its paths in lower case, in URLs, Location and resource types', async () => {
    const peer = await vendor('entra-id');
    const created = await peer.ask('POST', '/users', person('bjensen'), json);
    expect(created.headers.get('location')).toBe(`${peer.mock.url}/users/${created.json.id}`);
    expect(created.json.meta.location).toBe(`${peer.mock.url}/users/${created.json.id}`);
    expect(created.json[entraUser]).toEqual({ mailNickname: 'bjensen' });
    expect((await peer.ask('GET', '/Users', undefined, json)).status).toBe(404);
    for (const path of ['/serviceproviderconfig', '/schemas', '/resourcetypes']) {
      expect([path, (await peer.ask('GET', path, undefined, json)).status]).toEqual([path, 200]);
    }
    expect((await peer.ask('GET', '/ServiceProviderConfig', undefined, json)).status).toBe(404);
    const types = (await peer.ask('GET', '/resourcetypes', undefined, json)).json;
    expect(types.resources.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual(['/users', '/groups']);
    expect(types.resources[0].meta.location).toBe(`${peer.mock.url}/resourcetypes/User`);
  });

  it('answers 400 to a request without Accept: application/json', async () => {
    const peer = await vendor('entra-id');
    expect(await bareGet(`${peer.mock.url}/users`)).toBe(400);
    expect(await bareGet(`${peer.mock.url}/users`, { accept: 'application/scim+json' })).toBe(400);
    expect(await bareGet(`${peer.mock.url}/users`, { accept: 'application/scim+json, application/json' })).toBe(200);
  });

  it('has neither PUT, Bulk, /Me nor .search', async () => {
    const peer = await vendor('entra-id');
    const id = await createUser(peer, 'bjensen');
    const put = await peer.ask('PUT', `/users/${id}`, person('bjensen'), json);
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, PATCH, DELETE']);
    for (const path of ['/bulk', '/me', '/.search', '/users/.search']) {
      expect([path, (await peer.ask('POST', path, {}, json)).status]).toEqual([path, 404]);
    }
    const config = (await peer.ask('GET', '/serviceproviderconfig', undefined, json)).json;
    expect(config.bulk).toMatchObject({ supported: false, maxOperations: 0 });
  });

  it('names its errors', async () => {
    const peer = await vendor('entra-id', { tokens: ['secret'] });
    const denied = await peer.ask('GET', '/users', undefined, json);
    expect([denied.status, denied.json.detail]).toEqual([401, expect.stringMatching(/^InvalidAuthenticationToken: /)]);
    const missing = await peer.ask('GET', '/users/none', undefined, { ...json, authorization: 'Bearer secret' });
    expect([missing.status, missing.json.detail]).toEqual([404, expect.stringMatching(/^ResourceNotFound: /)]);
  });

  it.each([
    ['/users', 'userName eq "bjensen"', 200],
    ['/users', 'userName ew "sen"', 200],
    ['/users', 'externalId eq "1"', 200],
    ['/users', 'groups.value eq "1"', 200],
    ['/users', `${entraUser}:mailNickname eq "bjensen" and userName eq "bjensen"`, 200],
    ['/users', 'externalId eq "1" and userName eq "bjensen"', 400],
    ['/users', 'externalId ew "1"', 400],
    ['/users', 'userName sw "bj"', 400],
    ['/users', 'userName eq "bjensen" or id eq "1"', 400],
    ['/users', 'title eq "Guide"', 400],
    ['/groups', 'displayName ew "Guides"', 200],
    ['/groups', 'members.value eq "1"', 200],
    ['/groups', 'externalId eq "1"', 400],
  ])('%s?filter=%s is answered %i', async (path, filter, status) => {
    const peer = await vendor('entra-id');
    const reply = await peer.ask('GET', `${path}?filter=${encodeURIComponent(filter)}`, undefined, json);
    expect([reply.status, reply.json.scimType]).toEqual([status, status === 400 ? 'invalidFilter' : undefined]);
  });

  it('pages by cursor only, under `resources`, without a total where there are several pages', async () => {
    const peer = await vendor('entra-id', { users: 25 });
    const first = (await peer.ask('GET', '/users?count=10', undefined, json)).json;
    expect([first.resources.length, first.Resources, first.totalResults]).toEqual([10, undefined, undefined]);
    const seen = first.resources.map(({ id }: { id: string }) => id);
    let next: string | undefined = first.nextCursor;
    while (next !== undefined) {
      const page = (await peer.ask('GET', `/users?count=10&cursor=${encodeURIComponent(next)}`, undefined, json)).json;
      seen.push(...page.resources.map(({ id }: { id: string }) => id));
      next = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(25);
    const config = (await peer.ask('GET', '/serviceproviderconfig', undefined, json)).json;
    expect(config.pagination).toMatchObject({ cursor: true, index: false });
  });

  it.each(['userName', 'password', 'name', 'active', 'displayName', entraUser])(
    'creates no user without %s',
    async (name) => {
      const peer = await vendor('entra-id');
      const { [name]: _left, ...rest } = Object.fromEntries(Object.entries(person('bjensen')));
      const reply = await peer.ask('POST', '/users', rest, json);
      expect([reply.status, reply.json.scimType]).toEqual([400, 'invalidValue']);
    },
  );

  it('answers 204 to a PATCH, takes eq in value paths, and keeps mailNickname', async () => {
    const peer = await vendor('entra-id');
    const id = await createUser(peer, 'bjensen');
    const ask = (operation: object) => peer.ask('PATCH', `/users/${id}`, patchOp(operation), json);
    expect((await ask({ op: 'replace', path: 'displayName', value: 'Babs' })).status).toBe(204);
    const email = { op: 'add', path: 'emails', value: [{ type: 'work', value: 'b@example.com' }] };
    expect((await ask(email)).status).toBe(204);
    expect((await ask({ op: 'replace', path: 'emails[type eq "work"].value', value: 'c@example.com' })).status).toBe(
      204,
    );
    const other = await ask({ op: 'replace', path: 'emails[type ne "home"].value', value: 'd@example.com' });
    expect([other.status, other.json.scimType]).toEqual([400, 'invalidFilter']);
    expect((await ask({ op: 'remove', path: `${entraUser}:mailNickname` })).status).toBe(400);
    const user = (await peer.ask('GET', `/users/${id}`, undefined, json)).json;
    expect([user.emails[0].value, user[entraUser].mailNickname]).toEqual(['c@example.com', 'bjensen']);
  });

  it('adds 20 members a request, removes one, and mixes nothing', async () => {
    const peer = await vendor('entra-id', { users: 22 });
    const ids: string[] = (await peer.ask('GET', '/users', undefined, json)).json.resources.map(
      ({ id }: { id: string }) => id,
    );
    const group = await createGroup(peer);
    const ask = async (...operations: object[]) =>
      (await peer.ask('PATCH', `/groups/${group}`, patchOp(...operations), json)).status;
    const add = (members: readonly string[]) => ({
      op: 'add',
      path: 'members',
      value: members.map((value) => ({ value })),
    });
    const drop = (id: string | undefined) => ({ op: 'remove', path: `members[value eq "${id}"]` });
    expect(await ask(add(ids.slice(0, 21)))).toBe(400);
    expect(await ask(add(ids.slice(0, 20)))).toBe(204);
    expect(await ask(add(ids.slice(0, 20)))).toBe(204);
    expect(await ask(drop(ids[0]), drop(ids[1]))).toBe(400);
    expect(await ask(drop(ids[0]), add(ids.slice(20, 21)))).toBe(400);
    expect(await ask(add(ids.slice(20, 21)), { op: 'replace', path: 'displayName', value: 'Guides' })).toBe(400);
    expect(await ask(add([ids[20] ?? '', 'none']))).toBe(400);
    expect(await ask(drop(ids[0]))).toBe(204);
    const members = async (id: string | undefined) =>
      (await peer.ask('GET', `/groups?filter=${encodeURIComponent(`members.value eq "${id}"`)}`, undefined, json)).json
        .resources.length;
    expect([await members(ids[0]), await members(ids[1]), await members(ids[20])]).toEqual([0, 1, 0]);
  });

  it('never shows the members of a group; they are found by filter', async () => {
    const peer = await vendor('entra-id');
    const user = await createUser(peer, 'bjensen');
    const group = await createGroup(peer, [user]);
    for (const path of [`/groups/${group}`, `/groups/${group}?attributes=members`]) {
      expect((await peer.ask('GET', path, undefined, json)).json.members).toBeUndefined();
    }
    const list = (await peer.ask('GET', '/groups', undefined, json)).json;
    expect(list.resources.map((one: object) => 'members' in one)).toEqual([false]);
    const filter = encodeURIComponent(`groups.value eq "${group}"`);
    expect((await peer.ask('GET', `/users?filter=${filter}`, undefined, json)).json.resources[0].id).toBe(user);
  });

  it('is refused as a whole without a billing resource', async () => {
    const peer = await vendor('entra-id', { quirks: { 'account.enabled': false } });
    const reply = await peer.ask('GET', '/users', undefined, json);
    expect([reply.status, reply.json.detail]).toEqual([400, expect.stringContaining('scimapiconsumptions')]);
  });
});
