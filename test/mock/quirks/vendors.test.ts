/** The documented facts of the vendors, seen over HTTP. Entra ID has a file of its own. */

import { describe, expect, it } from 'vitest';
import type { MockOptions } from '../../../src/mock/options.js';
import { bjensen, createGroup, createUser, groupUrn, type Peer, patchOp, type Reply, userUrn } from '../helper.js';
import { bareGet, firstAnswers, handClock, vendor } from './helper.js';

const filtered = (path: string, filter: string): string => `${path}?filter=${encodeURIComponent(filter)}`;

async function statuses(peer: Peer, path: string, filters: readonly string[]): Promise<number[]> {
  const answers: number[] = [];
  for (const filter of filters) answers.push((await peer.ask('GET', filtered(path, filter))).status);
  return answers;
}

const person = (userName: string, more: object = {}) => ({
  schemas: [userUrn],
  userName,
  externalId: userName,
  active: true,
  displayName: userName,
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  emails: [{ value: `${userName}@example.com`, type: 'work', primary: true }],
  ...more,
});

async function made(peer: Peer, userName: string, more: object = {}): Promise<string> {
  const reply = await peer.ask('POST', '/Users', person(userName, more));
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  return reply.json.id;
}

const deactivate = patchOp({ op: 'replace', value: { active: false } });
const activate = patchOp({ op: 'replace', value: { active: true } });

describe('Okta', () => {
  it('answers text/json with status as a number, and needs names, mails and active', async () => {
    const peer = await vendor('okta');
    const id = await made(peer, 'bjensen');
    const found = await peer.ask('GET', `/Users/${id}`);
    expect(found.headers.get('content-type')).toMatch(/^text\/json/);
    const again = await peer.ask('POST', '/Users', person('bjensen'));
    expect([again.status, again.json.status, again.json.scimType]).toEqual([409, 409, 'uniqueness']);
    for (const name of ['name', 'emails', 'active']) {
      const { [name]: _left, ...rest } = Object.fromEntries(Object.entries(person('smith')));
      expect([name, (await peer.ask('POST', '/Users', rest)).status]).toEqual([name, 400]);
    }
  });

  it('tells its limit in X-Rate-Limit headers, with an epoch', async () => {
    const { now, pass } = handClock();
    const limits = [{ requests: 2, perSeconds: 60 }];
    const peer = await vendor('okta', { now, quirks: { 'rate.limits': limits } });
    const first = await peer.ask('GET', '/Users');
    expect([first.headers.get('x-rate-limit-limit'), first.headers.get('x-rate-limit-remaining')]).toEqual(['2', '1']);
    expect(first.headers.get('x-rate-limit-reset')).toBe(String(now().getTime() / 1000 + 30));
    await peer.ask('GET', '/Users');
    const refused = await peer.ask('GET', '/Users');
    expect([refused.status, refused.headers.get('retry-after'), refused.json.status]).toEqual([429, '30', 429]);
    pass(30);
    expect((await peer.ask('GET', '/Users')).status).toBe(200);
  });

  it('has Roles and Entitlements under its own URNs', async () => {
    const peer = await vendor('okta');
    const { Resources: types } = (await peer.ask('GET', '/ResourceTypes')).json;
    expect(types.map(({ schema }: { schema: string }) => schema)).toEqual(
      expect.arrayContaining(['urn:okta:scim:schemas:core:1.0:Role', 'urn:okta:scim:schemas:core:1.0:Entitlement']),
    );
    const role = { schemas: ['urn:okta:scim:schemas:core:1.0:Role'], displayName: 'Admin' };
    expect((await peer.ask('POST', '/Roles', role)).status).toBe(201);
  });
});

describe('Entra ID as a client', () => {
  it('is content with a server that speaks its PATCH, and only eq and and', async () => {
    const peer = await vendor('entra-id-client');
    const id = await createUser(peer, 'bjensen');
    const ask = async (operation: object) => (await peer.ask('PATCH', `/Users/${id}`, patchOp(operation))).status;
    expect(await ask({ op: 'Replace', path: 'active', value: 'False' })).toBe(204);
    expect(await ask({ op: 'Replace', path: 'active', value: false })).toBe(400);
    expect(await ask({ op: 'replace', path: 'active', value: 'False' })).toBe(400);
    expect((await peer.ask('GET', `/Users/${id}`)).json.active).toBe(false);
    expect(
      await statuses(peer, '/Users', [
        'userName eq "a" and externalId eq "b"',
        'userName sw "a"',
        'userName eq "a" or id eq "b"',
      ]),
    ).toEqual([200, 400, 400]);
    const nobody = await peer.ask('GET', filtered('/Users', 'userName eq "nobody"'));
    expect([nobody.status, nobody.json.totalResults]).toEqual([200, 0]);
  });

  it('removes members by a list of values', async () => {
    const peer = await vendor('entra-id-client');
    const user = await createUser(peer, 'bjensen');
    const other = await createUser(peer, 'smith');
    const group = await createGroup(peer, 'Guides', [user, other]);
    const byFilter = { op: 'Remove', path: `members[value eq "${user}"]` };
    expect((await peer.ask('PATCH', `/Groups/${group}`, patchOp(byFilter))).status).toBe(400);
    const byList = { op: 'Remove', path: 'members', value: [{ value: user, $ref: null }] };
    expect((await peer.ask('PATCH', `/Groups/${group}`, patchOp(byList))).status).toBe(204);
    expect((await peer.ask('GET', `/Groups/${group}`)).json.members).toMatchObject([{ value: other }]);
  });
});

describe('OneLogin', () => {
  it('wants application/json, PUT for users and PATCH for groups', async () => {
    const peer = await vendor('onelogin');
    const id = await createUser(peer, 'bjensen');
    const group = await createGroup(peer, 'Guides');
    const put = await peer.ask('PUT', `/Users/${id}`, person('bjensen'));
    expect([put.status, put.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^application\/json/)]);
    expect((await peer.ask('PATCH', `/Users/${id}`, deactivate)).status).toBe(405);
    expect((await peer.ask('PUT', `/Groups/${group}`, { schemas: [groupUrn], displayName: 'Guides' })).status).toBe(
      405,
    );
    const rename = { op: 'replace', path: 'displayName', value: 'Tour Guides' };
    expect((await peer.ask('PATCH', `/Groups/${group}`, patchOp(rename))).status).toBeLessThan(300);
    expect(await statuses(peer, '/Users', ['userName eq "x"', 'userName co "x"'])).toEqual([200, 400]);
  });

  it('takes 404 for a user who is not there, too', async () => {
    const peer = await vendor('onelogin', { quirks: { 'lookup.missing': ['404'] } });
    await createUser(peer, 'bjensen');
    expect(await statuses(peer, '/Users', ['userName eq "bjensen"', 'userName eq "nobody"'])).toEqual([200, 404]);
  });
});

describe('SailPoint', () => {
  it('IdentityIQ updates by PUT and has accounts, roles and entitlements', async () => {
    const peer = await vendor('identityiq');
    const id = await createUser(peer, 'bjensen');
    expect((await peer.ask('PATCH', `/Users/${id}`, deactivate)).status).toBe(405);
    expect((await peer.ask('PUT', `/Users/${id}`, person('bjensen'))).status).toBe(200);
    for (const path of ['/Accounts', '/Roles', '/Entitlements', '/Applications']) {
      expect([path, (await peer.ask('GET', path)).status]).toEqual([path, 200]);
    }
  });

  it('ISC reads all of discovery, and its own names of rate headers', async () => {
    const { now } = handClock();
    const peer = await vendor('sailpoint-isc', { now, quirks: { 'rate.perMinute': 4 } });
    for (const path of ['/ServiceProviderConfig', '/ResourceTypes/User', '/ResourceTypes/Group', '/Schemas']) {
      expect([path, (await peer.ask('GET', path)).status]).toEqual([path, 200]);
    }
    const refused = await peer.ask('GET', '/Users');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-rate-limit-limit')).toBe('4');
    expect(refused.headers.get('x-rate-limit-remaining')).toBe('0');
    expect(refused.headers.get('x-rate-limit-retry-after-seconds')).toBe('15');
  });
});

describe('Auth0', () => {
  it('filters by eq, and, or; ignores passwords; has no Bulk', async () => {
    const peer = await vendor('auth0');
    await made(peer, 'bjensen', { password: 'Xq7!long-enough' });
    const filters = ['userName eq "a" or externalId eq "b"', 'userName sw "a"', 'not (userName eq "a")'];
    expect(await statuses(peer, '/Users', filters)).toEqual([200, 400, 400]);
    expect((await peer.ask('GET', '/ServiceProviderConfig')).json.bulk.supported).toBe(false);
    expect((await peer.ask('POST', '/Bulk', {})).status).toBeGreaterThanOrEqual(400);
  });

  it('takes 25 requests a second and tells so', async () => {
    const { now, pass } = handClock();
    const peer = await vendor('auth0', { now });
    const all: Reply[] = [];
    for (let count = 0; count < 26; count++) all.push(await peer.ask('GET', '/Users?count=0'));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(25);
    expect(all[25]?.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(Number(all[25]?.headers.get('x-ratelimit-reset'))).toBeGreaterThan(now().getTime() / 1000);
    pass(1);
    expect((await peer.ask('GET', '/Users?count=0')).status).toBe(200);
  });

  it('has two active tokens, and takes no PUT of a group with more than 10,000 members', async () => {
    await expect(vendor('auth0', { tokens: ['a', 'b', 'c'] })).rejects.toThrow('at most 2 active tokens');
    const peer = await vendor('auth0', { rules: { references: 'unchecked' } });
    const members = Array.from({ length: 10_001 }, (_, number) => ({ value: String(number) }));
    const put = await peer.ask('POST', '/Groups', { schemas: [groupUrn], displayName: 'All', members });
    expect([put.status, put.json.detail]).toEqual([413, expect.stringContaining('PATCH')]);
  });
});

describe('AWS IAM Identity Center', () => {
  it('has cursors when asked for one, and otherwise one page, whatever the startIndex', async () => {
    const peer = await vendor('aws', { users: 250 });
    const one = (await peer.ask('GET', '/Users?startIndex=101&count=500')).json;
    expect([one.Resources.length, one.startIndex, one.nextCursor]).toEqual([100, 1, undefined]);
    const seen = new Set<string>();
    let cursor: string | undefined = '';
    for (let page = 0; cursor !== undefined && page < 5; page++) {
      const list: Reply['json'] = (await peer.ask('GET', `/Users?cursor=${encodeURIComponent(cursor)}`)).json;
      expect([list.totalResults, list.itemsPerPage]).toEqual([undefined, list.Resources.length]);
      for (const { id } of list.Resources) seen.add(id);
      cursor = list.nextCursor;
    }
    expect(seen.size).toBe(250);
    expect((await peer.ask('GET', '/ServiceProviderConfig')).json.pagination).toMatchObject({
      cursor: true,
      index: false,
    });
  });

  it('ignores attributes in lists', async () => {
    const peer = await vendor('aws', { users: 1 });
    const { Resources } = (await peer.ask('GET', '/Users?attributes=userName')).json;
    expect(Resources[0]).toHaveProperty('meta');
  });

  it('filters by eq and and, and by manager together with id only', async () => {
    const peer = await vendor('aws');
    const filters = [
      'userName eq "a" and externalId eq "b"',
      'id eq "1" and manager eq "2"',
      'manager eq "2"',
      'userName sw "a"',
      'userName eq "a" or id eq "b"',
      'title eq "a"',
    ];
    expect(await statuses(peer, '/Users', filters)).toEqual([200, 200, 400, 400, 400, 400]);
    expect(await statuses(peer, '/Groups', ['displayName eq "a"', 'members eq "b"', 'externalId eq "c"'])).toEqual([
      200, 200, 400,
    ]);
  });

  it('shows no members, which are found by filter', async () => {
    const peer = await vendor('aws');
    const user = await made(peer, 'bjensen');
    const group = await createGroup(peer, 'Guides', [user]);
    expect((await peer.ask('GET', `/Groups/${group}`)).json.members).toEqual([]);
    expect((await peer.ask('GET', '/Groups')).json.Resources[0].members).toEqual([]);
    const found = await peer.ask('GET', filtered('/Groups', `members eq "${user}"`));
    expect(found.json.Resources[0].id).toBe(group);
  });

  it('needs names and takes one mail, which is primary', async () => {
    const peer = await vendor('aws');
    for (const name of ['name', 'displayName', 'userName']) {
      const { [name]: _left, ...rest } = Object.fromEntries(Object.entries(person('smith')));
      expect([name, (await peer.ask('POST', '/Users', rest)).json.scimType]).toEqual([name, 'invalidValue']);
    }
    const mail = (value: string, primary: boolean) => ({ value, primary });
    const withMails = (...emails: object[]) => peer.ask('POST', '/Users', person('smith', { emails }));
    expect((await withMails(mail('a@example.com', true), mail('b@example.com', false))).status).toBe(400);
    expect((await withMails(mail('a@example.com', false))).status).toBe(400);
    const created = await withMails({ ...mail('a@example.com', true), display: 'A' });
    expect([created.status, created.json.emails]).toEqual([201, [mail('a@example.com', true)]]);
    const second = { op: 'add', path: 'emails', value: [{ value: 'c@example.com', type: 'home' }] };
    expect((await peer.ask('PATCH', `/Users/${created.json.id}`, patchOp(second))).status).toBe(400);
    expect((await peer.ask('GET', `/Users/${created.json.id}`)).json.emails).toHaveLength(1);
    for (const more of [
      { password: 'Xq7!long-enough' },
      { photos: [{ value: 'http://a/b' }] },
      { ims: [{ value: 'x' }] },
    ]) {
      expect((await peer.ask('POST', '/Users', person('jones', more))).status).toBe(400);
    }
  });

  it('changes userName and active once a request, and removes neither', async () => {
    const peer = await vendor('aws');
    const id = await made(peer, 'bjensen');
    const ask = async (...operations: object[]) =>
      (await peer.ask('PATCH', `/Users/${id}`, patchOp(...operations))).status;
    const rename = (value: string) => ({ op: 'replace', path: 'userName', value });
    expect(await ask(rename('a'), rename('b'))).toBe(400);
    expect(await ask({ op: 'remove', path: 'active' })).toBe(400);
    expect(await ask({ op: 'replace', value: { schemas: [groupUrn], displayName: 'A', title: 'B' } })).toBe(400);
    expect(await ask(rename('a'))).toBe(200);
  });

  it('changes 100 members a request and never all; PATCH changes nothing else of groups; no PUT', async () => {
    const peer = await vendor('aws', { users: 101 });
    const first = (await peer.ask('GET', '/Users?cursor=')).json;
    const rest = (await peer.ask('GET', `/Users?cursor=${first.nextCursor}`)).json;
    const ids = [...first.Resources, ...rest.Resources].map(({ id }: { id: string }) => ({ value: id }));
    const group = await createGroup(peer, 'Guides');
    const ask = async (operation: object) => (await peer.ask('PATCH', `/Groups/${group}`, patchOp(operation))).status;
    expect(await ask({ op: 'add', path: 'members', value: ids })).toBe(400);
    expect(await ask({ op: 'add', path: 'members', value: ids.slice(0, 100) })).toBeLessThan(300);
    expect(await ask({ op: 'replace', path: 'members', value: ids.slice(0, 1) })).toBe(400);
    expect(await ask({ op: 'remove', path: 'members' })).toBe(400);
    expect(await ask({ op: 'remove', path: `members[value eq "${ids[0]?.value}"]` })).toBeLessThan(300);
    expect(await ask({ op: 'remove', path: 'members[display sw "A"]' })).toBe(400);
    expect(await ask({ op: 'replace', path: 'externalId', value: 'x' })).toBeLessThan(300);
    expect((await peer.ask('PUT', `/Groups/${group}`, { schemas: [groupUrn], displayName: 'x' })).status).toBe(405);
    const many = await peer.ask('POST', '/Groups', { schemas: [groupUrn], displayName: 'Many', members: ids });
    expect(many.status).toBe(400);
  });

  it('has no /Me, /Bulk, .search; a wrong tenant is 401; errors have names; two tokens for a year', async () => {
    const { now, pass } = handClock();
    const peer = await vendor('aws', { now, tokens: ['one', 'two'] });
    const ask = (path: string) => peer.ask('GET', path, undefined, { authorization: 'Bearer one' });
    for (const path of ['/Me', '/Bulk', '/.search', '/Users/.search']) expect((await ask(path)).status).toBe(404);
    expect((await ask('/Users/none')).json.detail).toMatch(/^ResourceNotFoundException: /);
    const url = peer.mock.url.replace('/scim/v2', '/other/scim/v2/Users');
    expect(await bareGet(url, { authorization: 'Bearer one' })).toBe(401);
    pass(364 * 86_400);
    expect((await ask('/Users')).status).toBe(200);
    pass(2 * 86_400);
    const expired = await ask('/Users');
    expect([expired.status, expired.json.detail]).toEqual([401, expect.stringMatching(/^UnauthorizedException: /)]);
    await expect(vendor('aws', { tokens: ['a', 'b', 'c'] })).rejects.toThrow('at most 2');
  });
});

describe('GitHub', () => {
  it('refuses requests without User-Agent, and other spellings of paths', async () => {
    const peer = await vendor('github');
    expect(await bareGet(`${peer.mock.url}/Users`)).toBe(403);
    expect(await bareGet(`${peer.mock.url}/Users`, { 'user-agent': 'test' })).toBe(200);
    expect((await peer.ask('GET', '/users')).status).toBe(404);
  });

  it('obfuscates a deactivated user, who stays in lists and comes back', async () => {
    const peer = await vendor('github');
    const id = await made(peer, 'bjensen');
    const off = (await peer.ask('PATCH', `/Users/${id}`, deactivate)).json;
    expect([off.active, off.userName === 'bjensen', off.emails[0].value]).toEqual([
      false,
      false,
      expect.not.stringContaining('bjensen'),
    ]);
    const listed = (await peer.ask('GET', '/Users')).json.Resources;
    expect(listed.map(({ id: one, userName }: Reply['json']) => [one, userName])).toEqual([[id, off.userName]]);
    const on = (await peer.ask('PATCH', `/Users/${id}`, activate)).json;
    expect([on.active, on.userName, on.emails[0].value]).toEqual([true, 'bjensen', 'bjensen@example.com']);
    await peer.ask('PUT', `/Users/${id}`, person('bjensen', { active: false }));
    const replaced = (await peer.ask('PUT', `/Users/${id}`, person('babs'))).json;
    expect([replaced.active, replaced.userName]).toEqual([true, 'babs']);
  });

  it('deletes for ever', async () => {
    const peer = await vendor('github');
    const id = await made(peer, 'bjensen');
    expect((await peer.ask('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await peer.ask('PATCH', `/Users/${id}`, activate)).status).toBe(404);
  });

  it('throttles the 1001st user of an hour with 403 and Retry-After', async () => {
    const { now } = handClock();
    const limits = [{ methods: ['POST'], resource: 'User', requests: 3, perSeconds: 3600 }];
    const peer = await vendor('github', { now, quirks: { 'rate.limits': limits } });
    for (const name of ['a', 'b', 'c']) await made(peer, name);
    const refused = await peer.ask('POST', '/Users', person('d'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, '1200']);
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    const other = await vendor('github', { now });
    expect((await other.ask('POST', '/Users', person('a'))).headers.get('x-ratelimit-limit')).toBe('1000');
  });

  it('has users only in organizations', async () => {
    const peer = await vendor('github-organization', { users: 2 });
    expect((await peer.ask('GET', '/Groups')).status).toBe(404);
    const { Resources: types } = (await peer.ask('GET', '/ResourceTypes')).json;
    expect(types.map(({ name }: { name: string }) => name)).toEqual(['User']);
    await expect(vendor('github-org', { groups: 1 })).rejects.toThrow('has no groups');
  });
});

describe('GitLab', () => {
  it('has the ids of its clients', async () => {
    const peer = await vendor('gitlab');
    const created = await peer.ask(
      'POST',
      '/Users',
      person('bjensen', { externalId: 'ext/1', name: { formatted: 'Babs' } }),
    );
    const url = `${peer.mock.url}/Users/ext%2F1`;
    expect([created.json.id, created.json.meta.location, created.headers.get('location')]).toEqual(['ext/1', url, url]);
    expect(created.json['name.formatted']).toBe('Babs');
    expect((await peer.ask('GET', '/Users/ext%2F1')).json.userName).toBe('bjensen');
    expect((await peer.ask('GET', filtered('/Users', 'id eq "ext/1"'))).json.Resources[0].id).toBe('ext/1');
    expect((await peer.ask('POST', '/Users', person('other', { externalId: 'ext/1' }))).status).toBe(409);
    const moved = await peer.ask('PATCH', '/Users/ext%2F1', patchOp({ op: 'Replace', path: 'id', value: 'two' }));
    expect(moved.status).toBe(204);
    expect((await peer.ask('GET', '/Users/two')).json).toMatchObject({ id: 'two', externalId: 'two' });
    expect((await peer.ask('GET', '/Users/ext%2F1')).status).toBe(404);
  });

  it('needs externalId, userName, emails and name; has no groups, PUT, Bulk', async () => {
    const peer = await vendor('gitlab');
    for (const name of ['externalId', 'userName', 'emails', 'name']) {
      const { [name]: _left, ...rest } = Object.fromEntries(Object.entries(person('smith')));
      expect([name, (await peer.ask('POST', '/Users', rest)).status]).toEqual([name, 400]);
    }
    await made(peer, 'bjensen');
    expect((await peer.ask('PUT', '/Users/bjensen', person('bjensen'))).status).toBe(405);
    expect((await peer.ask('GET', '/Groups')).status).toBe(404);
    expect(await statuses(peer, '/Users', ['id eq "x"', 'userName sw "x"', 'id eq "x" and userName eq "y"'])).toEqual([
      200, 400, 400,
    ]);
  });

  it('has 20 users a page, and takes startIndex below 1', async () => {
    const peer = await vendor('gitlab', { users: 25 });
    const page = (await peer.ask('GET', '/Users?startIndex=0')).json;
    expect([page.Resources.length, page.startIndex, page.totalResults]).toEqual([20, 1, 25]);
  });

  it('changes nothing but id, externalId and active, as strings too', async () => {
    const peer = await vendor('gitlab-self-managed');
    await made(peer, 'bjensen');
    const ask = async (operation: object) => (await peer.ask('PATCH', '/Users/bjensen', patchOp(operation))).status;
    expect(await ask({ op: 'replace', path: 'userName', value: 'x' })).toBe(400);
    expect(await ask({ op: 'replace', path: 'name.formatted', value: 'x' })).toBe(400);
    expect(await ask({ op: 'Replace', path: 'active', value: 'false' })).toBe(204);
    expect((await peer.ask('GET', '/Users/bjensen')).json.active).toBe(false);
  });

  it('removes the identity with active false in groups, and blocks the user in instances', async () => {
    const group = await vendor('gitlab');
    await made(group, 'bjensen');
    expect((await group.ask('PATCH', '/Users/bjensen', deactivate)).status).toBe(204);
    expect((await group.ask('GET', '/Users/bjensen')).status).toBe(404);
    const instance = await vendor('gitlab-self-managed');
    await made(instance, 'bjensen');
    expect((await instance.ask('DELETE', '/Users/bjensen')).status).toBe(204);
    expect((await instance.ask('GET', '/Users/bjensen')).json.active).toBe(false);
    expect((await instance.ask('PATCH', '/Users/bjensen', activate)).status).toBe(204);
    expect((await instance.ask('GET', '/Users/bjensen')).json.active).toBe(true);
  });
});

describe('Google', () => {
  it('has no pages, no sort, no Bulk, no ETags', async () => {
    const peer = await vendor('google', { users: 1500 });
    const all = (await peer.ask('GET', '/Users?count=10&startIndex=5')).json;
    expect([all.Resources.length, all.totalResults, all.nextCursor]).toEqual([1500, 1500, undefined]);
    const config = (await peer.ask('GET', '/ServiceProviderConfig')).json;
    expect([config.bulk.supported, config.sort.supported, config.etag.supported]).toEqual([false, false, false]);
    const one = await peer.ask('GET', `/Users/${all.Resources[0].id}`);
    expect([one.headers.get('etag'), one.json.meta.version]).toEqual([null, undefined]);
  });

  it('can lock groups', async () => {
    const peer = await vendor('google', { groups: 1, quirks: { 'groups.locked': true } });
    const [group] = (await peer.ask('GET', '/Groups')).json.Resources;
    const rename = patchOp({ op: 'replace', path: 'displayName', value: 'x' });
    expect((await peer.ask('PATCH', `/Groups/${group.id}`, rename)).status).toBe(403);
  });
});

describe('Keycloak', () => {
  it('advertises no authentication schemes, no sort, no ETag, no changePassword; 401 says nothing', async () => {
    const peer = await vendor('keycloak', { tokens: ['secret'] });
    const headers = { authorization: 'Bearer secret' };
    const config = (await peer.ask('GET', '/ServiceProviderConfig', undefined, headers)).json;
    expect(config.authenticationSchemes).toEqual([]);
    expect(config.patch.supported).toBe(true);
    expect([config.sort.supported, config.etag.supported, config.changePassword.supported]).toEqual([
      false,
      false,
      false,
    ]);
    const denied = await peer.ask('GET', '/Users');
    expect([denied.status, denied.text]).toEqual([401, '']);
  });
});

describe('Slack', () => {
  const options = (): MockOptions => ({ now: handClock().now });

  it('addresses schemas by short names', async () => {
    const peer = await vendor('slack', options());
    expect((await peer.ask('GET', '/Schemas/Users')).json.id).toBe(userUrn);
    expect((await peer.ask('GET', '/Schemas/Groups')).json.name).toBe('Group');
    expect((await peer.ask('GET', `/Schemas/${userUrn}`)).status).toBe(404);
  });

  it('deactivates with DELETE, deletes groups for good, and takes users back', async () => {
    const peer = await vendor('slack', options());
    const id = await made(peer, 'bjensen');
    expect((await peer.ask('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await peer.ask('GET', `/Users/${id}`)).json.active).toBe(false);
    expect((await peer.ask('POST', '/Users', person('bjensen'))).status).toBe(409);
    expect((await peer.ask('PATCH', `/Users/${id}`, activate)).json.active).toBe(true);
    const group = await createGroup(peer, 'Guides');
    await peer.ask('DELETE', `/Groups/${group}`);
    expect((await peer.ask('GET', `/Groups/${group}`)).status).toBe(404);
  });

  it('takes 20 creates at once and 180 a minute, with Retry-After', async () => {
    const { now, pass } = handClock();
    const peer = await vendor('slack', { now });
    const create = (number: number) => peer.ask('POST', '/Users', { schemas: [userUrn], userName: `u${number}` });
    for (let number = 0; number < 20; number++) expect((await create(number)).status).toBe(201);
    const refused = await create(20);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await peer.ask('GET', '/Users')).status).toBe(200);
    pass(1);
    const later = [await create(21), await create(22), await create(23), await create(24)].map(({ status }) => status);
    expect(later).toEqual([201, 201, 201, 429]);
  });

  it('takes 300 reads of single users a minute', async () => {
    const { now } = handClock();
    const limits = [
      { methods: ['GET'], requests: 1000, perSeconds: 60, burst: 1000 },
      { methods: ['GET'], resource: 'User', single: true, requests: 3, perSeconds: 60 },
    ];
    const peer = await vendor('slack', { now, users: 1, quirks: { 'rate.limits': limits } });
    const [user] = (await peer.ask('GET', '/Users')).json.Resources;
    for (let count = 0; count < 3; count++) expect((await peer.ask('GET', `/Users/${user.id}`)).status).toBe(200);
    expect((await peer.ask('GET', `/Users/${user.id}`)).status).toBe(429);
    expect((await peer.ask('GET', '/Users')).status).toBe(200);
  });
});

describe('Atlassian', () => {
  it('has pages of 100 and filters by userName and externalId', async () => {
    const peer = await vendor('atlassian', { users: 120 });
    expect((await peer.ask('GET', '/Users?count=200')).json.Resources).toHaveLength(100);
    expect((await peer.ask('GET', '/Users?count=200&startIndex=101')).json.Resources).toHaveLength(20);
    const filters = ['userName eq "a"', 'externalId eq "a"', 'displayName eq "a"', 'userName co "a"'];
    expect(await statuses(peer, '/Users', filters)).toEqual([200, 200, 400, 400]);
  });

  it('deactivates with DELETE, and can activate again', async () => {
    const peer = await vendor('atlassian');
    const id = await made(peer, 'bjensen');
    const deleted = await peer.ask('DELETE', `/Users/${id}`);
    expect([deleted.status, deleted.headers.get('x-ratelimit-limit')]).toEqual([204, '600']);
    expect((await peer.ask('GET', `/Users/${id}`)).json.active).toBe(false);
    expect((await peer.ask('PATCH', `/Users/${id}`, activate)).json.active).toBe(true);
  });
});

describe('Salesforce', () => {
  const worker = (userName: string) => person(userName, { entitlements: [{ value: '00e1' }] });

  it('has ServiceProviderConfigs, and errors as in SCIM 1.1', async () => {
    const peer = await vendor('salesforce');
    const config = await peer.ask('GET', '/ServiceProviderConfigs');
    expect([config.status, config.json.meta.location]).toEqual([200, `${peer.mock.url}/ServiceProviderConfigs`]);
    expect(config.json).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 200 },
      changePassword: { supported: true },
      sort: { supported: false },
      etag: { supported: false },
    });
    const missing = await peer.ask('GET', '/ServiceProviderConfig');
    expect([missing.status, missing.json]).toEqual([404, { Errors: [{ description: expect.any(String), code: 404 }] }]);
  });

  it('has pages of 200 and refuses a startIndex above 2,000', async () => {
    const peer = await vendor('salesforce', { users: 2300 });
    expect((await peer.ask('GET', '/Users?count=500&startIndex=2000')).json.Resources).toHaveLength(200);
    const deep = await peer.ask('GET', '/Users?startIndex=2201');
    expect([deep.status, deep.json.Errors[0].description]).toEqual([
      400,
      expect.stringContaining('Start index too big'),
    ]);
    const { Resources: last } = (await peer.ask('GET', '/Users?startIndex=2000&count=1')).json;
    expect((await peer.ask('GET', filtered('/Users', `id gt "${last[0].id}"`))).status).toBe(200);
  });

  it('cannot delete users, wants a profile and a userName like an address', async () => {
    const peer = await vendor('salesforce');
    const created = await peer.ask('POST', '/Users', worker('b@example.com'));
    expect(created.status).toBe(201);
    const deleted = await peer.ask('DELETE', `/Users/${created.json.id}`);
    expect([deleted.status, deleted.headers.get('allow')]).toEqual([405, 'GET, PUT, PATCH']);
    expect((await peer.ask('PATCH', `/Users/${created.json.id}`, deactivate)).json.active).toBe(false);
    expect((await peer.ask('POST', '/Users', worker('smith'))).status).toBe(400);
    expect((await peer.ask('POST', '/Users', person('c@example.com'))).status).toBe(400);
  });

  it('has Entitlements, and Roles to read', async () => {
    const peer = await vendor('salesforce');
    const schemas = ['urn:ietf:params:scim:schemas:extension:salesforce:2.0:Entitlement'];
    expect((await peer.ask('POST', '/Entitlements', { schemas, displayName: 'Standard User' })).status).toBe(201);
    expect((await peer.ask('GET', '/Roles')).status).toBe(200);
    expect((await peer.ask('POST', '/Roles', { schemas: [groupUrn], displayName: 'CEO' })).status).toBe(405);
  });
});

describe('Zoom', () => {
  it('wants Accept: application/scim+json, changes groups by PATCH only, and tells its limit', async () => {
    const peer = await vendor('zoom');
    const accept = { accept: 'application/scim+json' };
    expect(await bareGet(`${peer.mock.url}/Users`)).toBe(400);
    const list = await peer.ask('GET', '/Users', undefined, accept);
    expect([list.status, list.headers.has('x-ratelimit-remaining')]).toEqual([200, true]);
    const group = await peer.ask('POST', '/Groups', { schemas: [groupUrn], displayName: 'Guides' }, accept);
    expect(
      (await peer.ask('PUT', `/Groups/${group.json.id}`, { schemas: [groupUrn], displayName: 'x' }, accept)).status,
    ).toBe(405);
    const user = await peer.ask('POST', '/Users', bjensen, accept);
    expect((await peer.ask('PUT', `/Users/${user.json.id}`, bjensen, accept)).status).toBe(200);
  });
});

describe('Databricks', () => {
  it('refuses filters of more than 200 nodes with INVALID_FILTER', async () => {
    const peer = await vendor('databricks');
    const filter = (count: number) =>
      Array.from({ length: count }, (_, number) => `userName eq "u${number}"`).join(' or ');
    expect((await peer.ask('GET', filtered('/Users', filter(199)))).status).toBe(200);
    const refused = await peer.ask('GET', filtered('/Users', filter(200)));
    expect([refused.status, refused.json.scimType]).toEqual([400, 'INVALID_FILTER']);
  });

  it('takes four requests at the same time, and answers 500 to the fifth', async () => {
    const busy = await vendor('databricks', { quirks: { 'rate.serviceMs': 3_600_000 } });
    const [refused] = await firstAnswers(busy, 5, 1);
    expect([refused?.status, refused?.json.detail]).toEqual([500, 'exceeded concurrent limit of 4 requests']);
    const peer = await vendor('databricks');
    for (let count = 0; count < 6; count++) expect((await peer.ask('GET', '/Users')).status).toBe(200);
  });

  it('has ServicePrincipals', async () => {
    const peer = await vendor('databricks');
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:ServicePrincipal'];
    expect((await peer.ask('POST', '/ServicePrincipals', { schemas, displayName: 'job' })).status).toBe(201);
  });
});

describe('Snowflake', () => {
  it('lists one made-up object, and finds nothing for filters that it does not know', async () => {
    const peer = await vendor('snowflake');
    const id = await made(peer, 'bjensen');
    const list = (await peer.ask('GET', '/Users')).json;
    expect([list.totalResults, list.Resources[0].id === id]).toEqual([1, false]);
    const found = async (filter: string) => (await peer.ask('GET', filtered('/Users', filter))).json.totalResults;
    expect([await found('userName eq "bjensen"'), await found('userName sw "bj"')]).toEqual([1, 1]);
    expect([await found('userName co "jens"'), await found('userName eq "bjensen" and active eq true')]).toEqual([
      0, 0,
    ]);
  });

  it('has pages and invalidFilter after BCR-2276', async () => {
    const quirks = { 'list.synthetic': false, 'filter.unsupportedResult': 'error' };
    const peer = await vendor('snowflake', { users: 3, quirks });
    expect((await peer.ask('GET', '/Users?startIndex=2&count=1')).json).toMatchObject({
      totalResults: 3,
      itemsPerPage: 1,
    });
    const refused = await peer.ask('GET', filtered('/Users', 'userName co "jens"'));
    expect([refused.status, refused.json.scimType]).toEqual([400, 'invalidFilter']);
  });

  it('keeps no multi-valued attributes of users, and tokens for six months', async () => {
    const { now, pass } = handClock();
    const peer = await vendor('snowflake', { now, tokens: ['a', 'b', 'c'] });
    const headers = { authorization: 'Bearer a' };
    const created = await peer.ask('POST', '/Users', person('bjensen'), headers);
    expect([created.status, created.json.emails]).toEqual([201, undefined]);
    pass(180 * 86_400);
    expect((await peer.ask('GET', '/Users', undefined, headers)).status).toBe(200);
    pass(5 * 86_400);
    expect((await peer.ask('GET', '/Users', undefined, headers)).status).toBe(401);
  });
});
