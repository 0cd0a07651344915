/** Each quirk, switched on alone: what is seen with it, and is not without. */

import { describe, expect, it } from 'vitest';
import { quirkCatalogue } from '../../../src/mock/quirks/catalogue.js';
import { createGroup, createUser, groupUrn, type Peer, patchOp, searchUrn, start, userUrn } from '../helper.js';
import { bareGet, firstAnswers, type HandClock, handClock } from './helper.js';

interface Case {
  readonly value: unknown;
  /** Quirks that it is about, and that are there without it, too. */
  readonly with?: Record<string, unknown>;
  readonly tokens?: readonly string[];
  see(peer: Peer, clock: HandClock): Promise<unknown>;
  readonly seen: unknown;
}

const user = { schemas: [userUrn], userName: 'bjensen' };
const mails = [
  { value: 'a@example.com', type: 'work' },
  { value: 'b@example.com', type: 'home' },
];
const query = (path: string, parameters: Record<string, string>) => `${path}?${new URLSearchParams(parameters)}`;

async function statusOf(peer: Peer, method: string, path: string, body?: unknown): Promise<number> {
  return (await peer.ask(method, path, body)).status;
}

const get = (path: string) => (peer: Peer) => statusOf(peer, 'GET', path);
const post = (path: string, body: unknown) => (peer: Peer) => statusOf(peer, 'POST', path, body);
const filter = (text: string) => get(query('/Users', { filter: text }));

/** The status of a PATCH of a user. */
const patch =
  (...operations: object[]) =>
  async (peer: Peer) => {
    const id = await createUser(peer, 'bjensen', { title: 'Guide', emails: mails });
    return statusOf(peer, 'PATCH', `/Users/${id}`, patchOp(...operations));
  };

/** The status of a PATCH of a group with two members, and how many there are afterwards. */
const patchGroup =
  (operations: (ids: readonly string[]) => object[]) =>
  async (peer: Peer): Promise<[number, number]> => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) ids.push(await createUser(peer, name));
    const group = await createGroup(peer, 'Guides', ids.slice(0, 2));
    const { status } = await peer.ask('PATCH', `/Groups/${group}`, patchOp(...operations(ids)));
    const { members = [] } = (await peer.ask('GET', `/Groups/${group}`)).json;
    return [status, members.length];
  };

const adding = (...ids: (string | undefined)[]) => ({
  op: 'add',
  path: 'members',
  value: ids.map((value) => ({ value })),
});
const dropping = (id: string | undefined) => ({ op: 'remove', path: `members[value eq "${id}"]` });

async function emptyDetail(peer: Peer) {
  return (await peer.ask('GET', '/Users/none')).json;
}

async function deletedUser(peer: Peer): Promise<string> {
  const id = await createUser(peer, 'bjensen');
  await peer.ask('DELETE', `/Users/${id}`);
  return id;
}

async function inactiveUser(peer: Peer): Promise<string> {
  const id = await createUser(peer, 'bjensen');
  await peer.ask('PATCH', `/Users/${id}`, patchOp({ op: 'replace', path: 'active', value: false }));
  return id;
}

/** An hour: longer than any test. */
const endless = 3_600_000;

const two = [{ requests: 2, perSeconds: 60 }];
const rateNames = { limit: 'x-limit', remaining: 'x-remaining', reset: 'x-reset', retryAfter: 'x-retry' };
const header =
  (name: string, times = 1) =>
  async (peer: Peer) => {
    for (let count = 1; count < times; count++) await peer.ask('GET', '/Users');
    return (await peer.ask('GET', '/Users')).headers.get(name);
  };
const third = async (peer: Peer) => {
  for (let count = 1; count < 3; count++) await peer.ask('GET', '/Users');
  return statusOf(peer, 'GET', '/Users');
};
const config = (part: string) => async (peer: Peer) => (await peer.ask('GET', '/ServiceProviderConfig')).json[part];
const threeUsers = async (peer: Peer) => {
  for (const name of ['a', 'b', 'c']) await createUser(peer, name);
};
const pageOf = (path: string) => async (peer: Peer) => {
  await threeUsers(peer);
  const { status, json } = await peer.ask('GET', path);
  return status === 200 ? json.Resources.length : status;
};
const bearer = { authorization: 'Bearer one' };

const cases: Readonly<Record<string, Case>> = {
  'account.enabled': { value: false, see: get('/Users'), seen: 400 },
  'attributes.ignored': {
    value: { User: ['title', 'name.givenName'] },
    see: async (peer) => {
      const id = await createUser(peer, 'bjensen', { title: 'x', name: { givenName: 'B', familyName: 'J' } });
      await peer.ask('PATCH', `/Users/${id}`, patchOp({ op: 'replace', path: 'title', value: 'y' }));
      await peer.ask('PATCH', `/Users/${id}`, patchOp({ op: 'replace', value: { title: 'y', nickName: 'z' } }));
      const { title, name, nickName } = (await peer.ask('GET', `/Users/${id}`)).json;
      return { title, name, nickName };
    },
    seen: { title: undefined, name: { familyName: 'J' }, nickName: 'z' },
  },
  'base.pathCase': { value: 'lower', see: get('/users'), seen: 200 },
  'base.trailingSlash': { value: 'keep', see: get('//Users'), seen: 200 },
  'create.forbidden': { value: { User: ['title'] }, see: post('/Users', { ...user, title: 'x' }), seen: 400 },
  'create.maxMembers': {
    value: 1,
    see: async (peer) => {
      const ids = [await createUser(peer, 'a'), await createUser(peer, 'b')];
      return statusOf(peer, 'POST', '/Groups', {
        schemas: [groupUrn],
        displayName: 'x',
        members: ids.map((value) => ({ value })),
      });
    },
    seen: 400,
  },
  'create.maxMembersPut': {
    value: 1,
    see: async (peer) => {
      const ids = [await createUser(peer, 'a'), await createUser(peer, 'b')];
      const group = await createGroup(peer, 'x');
      const members = ids.map((value) => ({ value }));
      return statusOf(peer, 'PUT', `/Groups/${group}`, { schemas: [groupUrn], displayName: 'x', members });
    },
    seen: 413,
  },
  'create.required': { value: { User: ['title'] }, see: post('/Users', user), seen: 400 },
  'create.userNameForm': { value: 'email', see: post('/Users', user), seen: 400 },
  'deactivate.delay': {
    value: 60,
    with: { 'deactivate.effect': 'delayed' },
    see: async (peer, { pass }) => {
      const id = await inactiveUser(peer);
      const before = (await peer.ask('GET', `/Users/${id}`)).json.active;
      pass(61);
      return [before, (await peer.ask('GET', `/Users/${id}`)).json.active];
    },
    seen: [true, false],
  },
  'deactivate.effect': {
    value: 'deleted-later',
    see: async (peer, { pass }) => {
      const id = await inactiveUser(peer);
      const { active } = (await peer.ask('GET', `/Users/${id}`)).json;
      pass(31 * 86_400);
      return [active, await statusOf(peer, 'GET', `/Users/${id}`)];
    },
    seen: [false, 404],
  },
  'delete.retention': {
    value: 60,
    with: { 'delete.tombstone': 'reserved' },
    see: async (peer, { pass }) => {
      await deletedUser(peer);
      const during = await statusOf(peer, 'POST', '/Users', user);
      pass(61);
      return [during, await statusOf(peer, 'POST', '/Users', user)];
    },
    seen: [409, 201],
  },
  'delete.tombstone': {
    value: 'reserved',
    see: async (peer) => {
      const id = await deletedUser(peer);
      return [
        await statusOf(peer, 'GET', `/Users/${id}`),
        await statusOf(peer, 'POST', '/Users', { ...user, userName: 'BJensen' }),
      ];
    },
    seen: [404, 409],
  },
  'deprovision.deleteEffect': {
    value: 'deactivated',
    see: async (peer) => (await peer.ask('GET', `/Users/${await deletedUser(peer)}`)).json.active,
    seen: false,
  },
  'deprovision.reversible': {
    value: true,
    with: { 'deprovision.deleteEffect': 'deactivated' },
    see: async (peer) => {
      const id = await deletedUser(peer);
      return statusOf(peer, 'PATCH', `/Users/${id}`, patchOp({ op: 'replace', path: 'active', value: true }));
    },
    seen: 200,
  },
  'discovery.authenticationSchemes': {
    value: 'empty',
    tokens: ['one'],
    see: config('authenticationSchemes'),
    seen: [],
  },
  'discovery.resourceTypesPath': { value: null, see: get('/ResourceTypes'), seen: 404 },
  'discovery.schemaAddress': { value: 'short', see: get(`/Schemas/${userUrn}`), seen: 404 },
  'discovery.schemaNames': {
    value: ['Users'],
    with: { 'discovery.schemaAddress': 'short' },
    see: get('/Schemas/Users'),
    seen: 200,
  },
  'discovery.schemasPath': { value: '/schemas', see: get('/schemas'), seen: 200 },
  'discovery.spcPath': { value: '/ServiceProviderConfigs', see: get('/ServiceProviderConfigs'), seen: 200 },
  'endpoints.missing': { value: ['/.search'], see: post('/Users/.search', { schemas: [] }), seen: 404 },
  'endpoints.readOnly': { value: ['User'], see: post('/Users', user), seen: 405 },
  'error.bare401': {
    value: true,
    tokens: ['one'],
    see: async (peer) => (await peer.ask('GET', '/Users')).text,
    seen: '',
  },
  'error.nameIn': {
    value: 'scimType',
    with: { 'error.names': { INVALID_FILTER: 400 } },
    see: async (peer) => (await peer.ask('GET', query('/Users', { filter: '(' }))).json.scimType,
    seen: 'INVALID_FILTER',
  },
  'error.names': {
    value: { NotThere: 404 },
    see: async (peer) => (await emptyDetail(peer)).detail.slice(0, 9),
    seen: 'NotThere:',
  },
  'error.shape': { value: 'scim1', see: async (peer) => Object.keys(await emptyDetail(peer)), seen: ['Errors'] },
  'error.status': { value: 'number', see: async (peer) => (await emptyDetail(peer)).status, seen: 404 },
  'error.unknownPath': {
    value: 401,
    see: (peer) => bareGet(peer.mock.url.replace('/scim/v2', '/other')),
    seen: 401,
  },
  'features.bulk': { value: 'no', see: async (peer) => (await config('bulk')(peer)).supported, seen: false },
  'features.changePassword': { value: 'no', see: config('changePassword'), seen: { supported: false } },
  'features.etag': {
    value: 'no',
    see: async (peer) => [await config('etag')(peer), (await peer.ask('POST', '/Users', user)).headers.get('etag')],
    seen: [{ supported: false }, null],
  },
  'features.sort': { value: 'no', see: config('sort'), seen: { supported: false } },
  'filter.alone': { value: ['externalId'], see: filter('externalId eq "a" and userName eq "b"'), seen: 400 },
  'filter.attributeOps': { value: { userName: ['eq'] }, see: filter('userName sw "a"'), seen: 400 },
  'filter.attributes': { value: { User: ['userName'] }, see: filter('title eq "a"'), seen: 400 },
  'filter.grammar': {
    value: 'lenient',
    see: async (peer) => {
      await createUser(peer, 'bjensen', { emails: mails });
      const count = async (text: string) =>
        (await peer.ask('GET', query('/Users', { filter: text }))).json.totalResults;
      const { json } = await peer.ask('POST', '/Users/.search', {
        schemas: [searchUrn],
        filter: 'emails[type eq "work"].value eq "b@example.com"',
      });
      return [
        await count('emails[type eq "work"].value eq "a@example.com"'),
        json.totalResults,
        await count('userName eq bjensen'),
        await count('userName eq "bjensen"'),
        await count('userName eq'),
      ];
    },
    seen: [1, 0, 1, 1, undefined],
  },
  'filter.logic': { value: ['and'], see: filter('userName eq "a" or title eq "b"'), seen: 400 },
  'filter.maxNodes': { value: 2, see: filter('userName eq "a" and title eq "b"'), seen: 400 },
  'filter.onlyWith': { value: { title: 'userName' }, see: filter('title eq "b"'), seen: 400 },
  'filter.ops': { value: ['eq'], see: filter('emails[value sw "a"]'), seen: 400 },
  'filter.unsupportedResult': {
    value: 'everything',
    with: { 'filter.ops': ['eq'] },
    see: async (peer) => {
      await createUser(peer, 'bjensen');
      return (await peer.ask('GET', query('/Users', { filter: 'userName co "xyz"' }))).json.totalResults;
    },
    seen: 1,
  },
  'groups.hiddenMembers': {
    value: 'empty',
    with: { 'groups.membersReadable': false },
    see: async (peer) => (await peer.ask('GET', `/Groups/${await createGroup(peer, 'x')}`)).json.members,
    seen: [],
  },
  'groups.locked': {
    value: true,
    see: async (peer) => statusOf(peer, 'POST', '/Groups', { schemas: [groupUrn], displayName: 'x' }),
    seen: 403,
  },
  'groups.membersReadable': {
    value: false,
    see: async (peer) => {
      const group = await createGroup(peer, 'x', [await createUser(peer, 'a')]);
      const root = (await peer.ask('GET', query('/', { filter: 'displayName eq "x"' }))).json.Resources[0];
      return [(await peer.ask('GET', `/Groups/${group}`)).json.members, root.members];
    },
    seen: [undefined, undefined],
  },
  'groups.supported': { value: false, see: get('/Groups'), seen: 404 },
  'headers.missingStatus': {
    value: 406,
    with: { 'headers.required': [{ name: 'X-Needed' }] },
    see: get('/Users'),
    seen: 406,
  },
  'headers.required': { value: [{ name: 'X-Needed' }], see: get('/Users'), seen: 400 },
  'http.acceptTypes': {
    value: ['text/json'],
    see: async (peer) => (await peer.ask('GET', '/Users')).headers.get('content-type')?.split(';')[0],
    seen: 'text/json',
  },
  'id.semantics': {
    value: 'external',
    see: async (peer) => (await peer.ask('POST', '/Users', { ...user, externalId: 'e1' })).json.id,
    seen: 'e1',
  },
  'list.flatName': {
    value: true,
    see: async (peer) => {
      await createUser(peer, 'bjensen', { name: { formatted: 'Babs' } });
      return (await peer.ask('GET', '/Users')).json.Resources[0]['name.formatted'];
    },
    seen: 'Babs',
  },
  'list.projection': {
    value: 'ignored',
    see: async (peer) => {
      await createUser(peer, 'bjensen');
      return 'meta' in (await peer.ask('GET', '/Users?attributes=userName')).json.Resources[0];
    },
    seen: true,
  },
  'list.resourcesKey': {
    value: 'any',
    see: async (peer) => (await peer.ask('GET', '/Users')).json.resources,
    seen: [],
  },
  'list.synthetic': { value: true, see: async (peer) => (await peer.ask('GET', '/Users')).json.totalResults, seen: 1 },
  'list.totalTrusted': {
    value: false,
    with: { 'page.mode': 'cursor' },
    see: async (peer) => {
      await threeUsers(peer);
      return 'totalResults' in (await peer.ask('GET', '/Users?count=2')).json;
    },
    seen: false,
  },
  'lookup.missing': { value: ['404'], see: filter('userName eq "nobody"'), seen: 404 },
  'multi.excess': {
    value: 'ignored',
    with: { 'multi.maxValues': { emails: 1 } },
    see: async (peer) => (await peer.ask('POST', '/Users', { ...user, emails: mails })).json.emails,
    seen: mails.slice(0, 1),
  },
  'multi.maxValues': { value: { '*': 1 }, see: post('/Users', { ...user, emails: mails }), seen: 400 },
  'multi.requirePrimary': { value: ['emails'], see: post('/Users', { ...user, emails: mails }), seen: 400 },
  'page.cursorStart': {
    value: 'asked',
    with: { 'page.mode': 'cursor' },
    see: async (peer) => {
      await threeUsers(peer);
      const unasked = (await peer.ask('GET', '/Users?count=2')).json;
      const asked = (await peer.ask('GET', '/Users?count=2&cursor=')).json;
      return ['nextCursor' in unasked, 'nextCursor' in asked];
    },
    seen: [false, true],
  },
  'page.default': { value: 2, see: pageOf('/Users'), seen: 2 },
  'page.max': { value: 1, see: pageOf('/Users?count=3'), seen: 1 },
  'page.maxStartIndex': { value: 2, see: pageOf('/Users?startIndex=3'), seen: 400 },
  'page.mode': { value: 'none', see: pageOf('/Users?count=1'), seen: 3 },
  'page.startIndex': { value: 'ignored', see: pageOf('/Users?startIndex=3'), seen: 3 },
  'patch.attributes': {
    value: { User: ['active'] },
    see: patch({ op: 'replace', value: { active: true, title: 'x' } }),
    seen: 400,
  },
  'patch.attributesMixedWithMembers': {
    value: false,
    see: patchGroup(([, , c]) => [adding(c), { op: 'replace', path: 'displayName', value: 'x' }]),
    seen: [400, 2],
  },
  'patch.boolean': {
    value: 'lower-string',
    see: patch({ op: 'replace', path: 'active', value: true }),
    seen: 400,
  },
  'patch.keep': { value: { User: ['title'] }, see: patch({ op: 'remove', path: 'title' }), seen: 400 },
  'patch.maxMembersAdd': { value: 1, see: patchGroup(([, , c, d]) => [adding(c), adding(d)]), seen: [400, 2] },
  'patch.maxMembersRemove': { value: 1, see: patchGroup(([a, b]) => [dropping(a), dropping(b)]), seen: [400, 2] },
  'patch.maxPathlessAttributes': {
    value: 1,
    see: patch({ op: 'replace', value: { title: 'x', nickName: 'y' } }),
    seen: 400,
  },
  'patch.memberArray': {
    value: 'all',
    see: patchGroup(([a]) => [{ op: 'remove', path: 'members', value: [{ value: a }] }]),
    seen: [200, 0],
  },
  'patch.mixMemberOps': { value: false, see: patchGroup(([a, , c]) => [adding(c), dropping(a)]), seen: [400, 2] },
  'patch.noTargetOnRemove': {
    value: 'error',
    see: async (peer) => [
      await patch({ op: 'remove', path: 'emails[type eq "work"]' })(peer),
      await statusOf(peer, 'DELETE', `/Users/${(await peer.ask('GET', '/Users')).json.Resources[0].id}`),
      await patch({ op: 'remove', path: 'emails[type eq "other"]' })(peer),
    ],
    seen: [200, 204, 400],
  },
  'patch.once': {
    value: ['title'],
    see: patch({ op: 'replace', path: 'title', value: 'x' }, { op: 'replace', value: { title: 'y' } }),
    seen: 400,
  },
  'patch.opCase': { value: 'capital', see: patch({ op: 'replace', path: 'title', value: 'x' }), seen: 400 },
  'patch.pathless': { value: 'forbidden', see: patch({ op: 'replace', value: { title: 'x' } }), seen: 400 },
  'patch.removeMember': { value: 'value-array', see: patchGroup(([a]) => [dropping(a)]), seen: [400, 2] },
  'patch.replaceAllMembers': {
    value: 'forbidden',
    see: patchGroup(([a]) => [{ op: 'replace', value: { members: [{ value: a }] } }]),
    seen: [400, 2],
  },
  'patch.result': { value: 204, see: patch({ op: 'replace', path: 'title', value: 'x' }), seen: 204 },
  'patch.valueFilterOps': { value: ['eq'], see: patch({ op: 'remove', path: 'emails[value co "a"]' }), seen: 400 },
  'rate.concurrency': {
    value: 2,
    with: { 'rate.serviceMs': endless },
    see: async (peer) => (await firstAnswers(peer, 4, 2)).map(({ status }) => status),
    seen: [429, 429],
  },
  'rate.disguised': { value: [{ status: 503, body: 'busy' }], with: { 'rate.limits': two }, see: third, seen: 503 },
  'rate.headers': { value: rateNames, with: { 'rate.limits': two }, see: header('x-remaining'), seen: '1' },
  'rate.limits': { value: two, see: third, seen: 429 },
  'rate.perMinute': { value: 2, see: third, seen: 429 },
  'rate.resetKind': {
    value: 'relative',
    with: { 'rate.limits': two, 'rate.headers': rateNames },
    see: header('x-reset', 2),
    seen: '60',
  },
  'rate.serviceMs': { value: 0, see: get('/Users'), seen: 200 },
  'schemas.foreign': {
    value: 'ignored',
    see: async (peer) => {
      const { status, json } = await peer.ask('POST', '/Users', { ...user, schemas: [userUrn, 'urn:example:x'] });
      return [status, json.schemas];
    },
    seen: [201, [userUrn]],
  },
  'token.maxActive': { value: 1, see: get('/Users'), seen: 200 },
  'token.ttl': {
    value: 'P1DT1H',
    tokens: ['one'],
    see: async (peer, { pass }) => {
      pass(90_000 - 1);
      const before = (await peer.ask('GET', '/Users', undefined, bearer)).status;
      pass(2);
      return [before, (await peer.ask('GET', '/Users', undefined, bearer)).status];
    },
    seen: [200, 401],
  },
  'types.extra': { value: ['databricks:ServicePrincipal'], see: get('/ServicePrincipals'), seen: 200 },
  'update.groupVerbs': {
    value: ['PATCH'],
    see: async (peer) =>
      statusOf(peer, 'PUT', `/Groups/${await createGroup(peer, 'x')}`, { schemas: [groupUrn], displayName: 'y' }),
    seen: 405,
  },
  'update.userVerbs': { value: ['PUT'], see: patch({ op: 'remove', path: 'title' }), seen: 405 },
};

/** What cannot be seen in one answer. */
const elsewhere = ['token.maxActive', 'rate.serviceMs'];

function server(quirks: Record<string, unknown>, { tokens }: Case, { now }: HandClock): Promise<Peer> {
  return start({ quirks, now, ...(tokens && { tokens }) });
}

describe('every quirk alone', () => {
  it('is in the list below', () => {
    expect(Object.keys(cases).sort()).toEqual(
      quirkCatalogue()
        .map(({ name }) => name)
        .sort(),
    );
  });

  it.each(Object.entries(cases).filter(([name]) => !elsewhere.includes(name)))('%s', async (name, one) => {
    const clock = handClock();
    const quirked = await server({ ...one.with, [name]: one.value }, one, clock);
    expect(await one.see(quirked, clock)).toEqual(one.seen);
    const otherClock = handClock();
    const plain = await server(one.with ?? {}, one, otherClock);
    expect(await one.see(plain, otherClock)).not.toEqual(one.seen);
  });

  it('rate.serviceMs: a request is under way for so long, and not longer', async () => {
    const long = await start({ quirks: { 'rate.concurrency': 1, 'rate.serviceMs': endless } });
    expect((await firstAnswers(long, 2, 1)).map(({ status }) => status)).toEqual([429]);
    const short = await start({ quirks: { 'rate.concurrency': 1, 'rate.serviceMs': 1 } });
    for (let count = 0; count < 3; count++) expect((await short.ask('GET', '/Users')).status).toBe(200);
  });

  it('token.maxActive', async () => {
    const quirks = { 'token.maxActive': 1 };
    await expect(start({ quirks, tokens: ['a', 'b'] })).rejects.toThrow('at most 1 active tokens, not 2');
  });
});
