import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/mock/faults/rule.js';
import { createGroup, createUser, errorUrn, type Peer, patchOp, start, userUrn } from './helper.js';

/** The statuses of COUNT requests for a user that is there. */
async function statuses(rule: FaultRule, count: number, seed = 1): Promise<number[]> {
  const peer = await start({ users: 1, seed, faults: [rule] });
  const found: number[] = [];
  for (let number = 0; number < count; number++) found.push((await peer.ask('GET', '/Users')).status);
  return found;
}

const auth = { scheme: 'bearer' as const, tokens: [{ name: 'one', value: 'token-of-the-first', user: 'nobody' }] };
const unavailable = { status: 503 };

describe('when a fault happens', () => {
  it('at every request when nothing else is asked for', async () => {
    expect(await statuses({ effect: unavailable }, 3)).toEqual([503, 503, 503]);
  });

  it('at requests by number', async () => {
    expect(await statuses({ when: { requests: [1, 4] }, effect: unavailable }, 5)).toEqual([503, 200, 200, 503, 200]);
  });

  it('at each n-th', async () => {
    expect(await statuses({ when: { every: 3 }, effect: unavailable }, 6)).toEqual([200, 200, 503, 200, 200, 503]);
  });

  it('after some have passed, and so many times', async () => {
    const when = { after: 2, times: 2 };
    expect(await statuses({ when, effect: unavailable }, 6)).toEqual([200, 200, 503, 503, 200, 200]);
  });

  it('with a probability, drawn from the seed', async () => {
    const rule = { when: { probability: 0.5 }, effect: unavailable };
    const first = await statuses(rule, 40, 7);
    expect(await statuses(rule, 40, 7)).toEqual(first);
    expect(await statuses(rule, 40, 8)).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });

  it('always with probability 1, never with 0', async () => {
    expect(await statuses({ when: { probability: 1 }, effect: unavailable }, 3)).toEqual([503, 503, 503]);
    expect(await statuses({ when: { probability: 0 }, effect: unavailable }, 3)).toEqual([200, 200, 200]);
  });
});

describe('where a fault happens', () => {
  const asked = async (on: FaultRule['on'], method: string, path: string): Promise<boolean> => {
    const peer = await start({ users: 1, ...(on && { faults: [{ on, effect: { status: 507 } }] }) });
    return (await peer.ask(method, path)).status === 507;
  };

  it.each([
    [{ path: '/Users' }, 'GET', '/Users?count=1', true],
    [{ path: '/Users' }, 'GET', '/Users/1', false],
    [{ path: '/Users/*' }, 'GET', '/Users/1', true],
    [{ path: '/Users/*' }, 'GET', '/Users', false],
    [{ path: '/*/.search' }, 'POST', '/Users/.search', true],
    [{ path: '/**' }, 'GET', '/Users/1', true],
    [{ path: '/Users/**' }, 'GET', '/Users', true],
    [{ path: '/Users/**' }, 'GET', '/UsersToo', false],
    [{ path: '/Users/' }, 'GET', '/Users', true],
    [{ path: '/Users' }, 'GET', '/Users/', true],
    [{ path: '/Users.' }, 'GET', '/Usersx', false],
    [{ methods: ['DELETE'] }, 'DELETE', '/Users/1', true],
    [{ methods: ['DELETE'] }, 'GET', '/Users/1', false],
    [{ methods: ['post', 'PUT'], path: '/Users' }, 'POST', '/Users', true],
  ])('%j: %s %s is %s', async (on, method, path, expected) => {
    expect(await asked(on, method, path)).toBe(expected);
  });
});

describe('a status in place of the answer', () => {
  it('is an error of RFC 7644 §3.12 with what the rule says', async () => {
    const effect = { status: 429, retryAfter: 7, detail: 'Slow down', scimType: 'tooMany' };
    const { ask } = await start({ faults: [{ effect }] });
    const reply = await ask('GET', '/Users');
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toBe('7');
    expect(reply.json).toEqual({ schemas: [errorUrn], status: '429', scimType: 'tooMany', detail: 'Slow down' });
  });

  it('leaves the request undone, or does it all the same', async () => {
    for (const commit of [false, true]) {
      const peer = await start({ faults: [{ on: { methods: ['POST'] }, effect: { status: 500, commit } }] });
      expect((await peer.ask('POST', '/Users', { schemas: [userUrn], userName: 'x' })).status).toBe(500);
      expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(commit ? 1 : 0);
    }
  });

  it('happens at the token endpoint, too, which is beside the service', async () => {
    const clients = [{ id: 'hr', secret: 'secret-of-hr' }];
    const tokenPath = '/oauth/token';
    const { mock } = await start({
      auth: { scheme: 'oauth2', clients, tokenPath, tokenLifetime: 60, scopes: [] },
      faults: [{ on: { methods: ['POST'], path: tokenPath }, when: { requests: [1] }, effect: unavailable }],
    });
    const body = { grant_type: 'client_credentials', client_id: 'hr', client_secret: 'secret-of-hr' };
    const ask = () => fetch(new URL(tokenPath, mock.url), { method: 'POST', body: new URLSearchParams(body) });
    expect([(await ask()).status, (await ask()).status]).toEqual([503, 200]);
  });

  it('looks like the errors of the vendor', async () => {
    const { ask } = await start({ vendor: 'salesforce', faults: [{ effect: { status: 503, detail: 'Busy' } }] });
    const reply = await ask('GET', '/Users');
    expect([reply.status, reply.json]).toEqual([503, { Errors: [{ description: 'Busy', code: expect.anything() }] }]);
  });

  it('comes before everybody is asked who they are', async () => {
    const { ask } = await start({ tokens: ['secret'], faults: [{ when: { times: 1 }, effect: unavailable }] });
    expect((await ask('GET', '/Users')).status).toBe(503);
    expect((await ask('GET', '/Users')).status).toBe(401);
  });
});

describe('pages that are wrong', () => {
  const userNames = ({ json }: { json: { Resources: { userName: string }[] } }) =>
    json.Resources.map(({ userName }) => userName);

  async function withUsers(effect: FaultRule['effect'], when: FaultRule['when'] = {}): Promise<Peer> {
    const peer = await start({ faults: [{ on: { methods: ['GET'], path: '/Users' }, when, effect }] });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await createUser(peer, name);
    return peer;
  }

  it('half of a page', async () => {
    const { ask } = await withUsers({ page: 'half' });
    const reply = await ask('GET', '/Users?count=4');
    expect(userNames(reply)).toEqual(['a', 'b']);
    expect(reply.json).toMatchObject({ totalResults: 6, itemsPerPage: 2, startIndex: 1 });
  });

  it('an empty one', async () => {
    const { ask } = await withUsers({ page: 'empty' });
    expect((await ask('GET', '/Users')).json).toMatchObject({ totalResults: 6, itemsPerPage: 0, Resources: [] });
  });

  it('the page before, by index', async () => {
    const { ask } = await withUsers({ page: 'duplicate' }, { requests: [2] });
    expect(userNames(await ask('GET', '/Users?startIndex=1&count=2'))).toEqual(['a', 'b']);
    const again = await ask('GET', '/Users?startIndex=3&count=2');
    expect(userNames(again)).toEqual(['a', 'b']);
    expect(again.json.startIndex).toBe(3);
    expect(userNames(await ask('GET', '/Users?startIndex=5&count=2'))).toEqual(['e', 'f']);
  });

  it('the page before, by cursor', async () => {
    const { ask } = await withUsers({ page: 'duplicate' }, { requests: [2] });
    const first = await ask('GET', '/Users?cursor=&count=2');
    const second = await ask('GET', `/Users?cursor=${first.json.nextCursor}&count=2`);
    expect(userNames(second)).toEqual(['a', 'b']);
    const third = await ask('GET', `/Users?cursor=${second.json.nextCursor}&count=2`);
    expect(userNames(third)).toEqual(['e', 'f']);
  });

  it('the page before, by search', async () => {
    const peer = await start({ faults: [{ on: { path: '/Users/.search' }, effect: { page: 'duplicate' } }] });
    for (const name of ['a', 'b', 'c', 'd']) await createUser(peer, name);
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];
    const reply = await peer.ask('POST', '/Users/.search', { schemas, startIndex: 3, count: 2 });
    expect(userNames(reply)).toEqual(['a', 'b']);
  });

  it('a number of results that is not true', async () => {
    const more = await withUsers({ totalResults: 3 });
    expect((await more.ask('GET', '/Users')).json).toMatchObject({ totalResults: 9, itemsPerPage: 6 });
    const less = await withUsers({ totalResults: -100 });
    expect((await less.ask('GET', '/Users')).json.totalResults).toBe(0);
  });

  it('leaves everything alone that is no list', async () => {
    const peer = await start({ faults: [{ effect: { page: 'empty', totalResults: 5 } }] });
    const id = await createUser(peer, 'a');
    expect((await peer.ask('GET', `/Users/${id}`)).json.userName).toBe('a');
  });
});

describe('a write that is ignored', () => {
  const ignoring: FaultRule = { on: { methods: ['POST', 'PUT', 'PATCH', 'DELETE'] }, effect: { ignore: true } };

  it('creates nothing, and says it has', async () => {
    const { ask } = await start({ faults: [ignoring] });
    const user = { schemas: [userUrn], userName: 'x', password: 'do not show' };
    const reply = await ask('POST', '/Users', user);
    expect(reply.status).toBe(201);
    expect(reply.json).toMatchObject({ userName: 'x', meta: { resourceType: 'User' } });
    expect(reply.json.password).toBeUndefined();
    expect(reply.headers.get('location')).toBe(reply.json.meta.location);
    expect((await ask('GET', `/Users/${reply.json.id}`)).status).toBe(404);
  });

  it('changes nothing', async () => {
    const peer = await start({ users: 1, faults: [ignoring] });
    const [before] = (await peer.ask('GET', '/Users')).json.Resources;
    const path = `/Users/${before.id}`;
    const patch = patchOp({ op: 'replace', path: 'active', value: false });
    expect((await peer.ask('PATCH', path, patch)).status).toBe(200);
    expect((await peer.ask('PUT', path, { schemas: [userUrn], userName: 'y' })).json).toEqual(before);
    expect((await peer.ask('DELETE', path)).status).toBe(204);
    expect((await peer.ask('GET', path)).json).toEqual(before);
  });

  it('still knows what is not there, and who may not', async () => {
    const peer = await start({ tokens: ['t'], faults: [ignoring] });
    const authorization = 'Bearer t';
    expect((await peer.ask('DELETE', '/Users/none', undefined, { authorization })).status).toBe(404);
    expect((await peer.ask('POST', '/Users', { schemas: [userUrn], userName: 'x' })).status).toBe(401);
  });

  it('takes all operations of a bulk request', async () => {
    const { ask } = await start({ faults: [ignoring] });
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    const data = { schemas: [userUrn], userName: 'x' };
    const Operations = [{ method: 'POST', path: '/Users', bulkId: 'q', data }];
    const reply = await ask('POST', '/Bulk', { schemas, Operations });
    expect(reply.json.Operations).toMatchObject([{ method: 'POST', bulkId: 'q', status: '201' }]);
    expect((await ask('GET', '/Users')).json.totalResults).toBe(0);
  });
});

describe('no write that is ignored', () => {
  it('changes anything, whatever it is', async () => {
    const peer = await start({ users: 3, groups: 1, auth, faults: [{ effect: { ignore: true } }] });
    const { provider, store } = peer.mock;
    const users = store.registry.resourceTypes.flatMap((type) => [...store.all(type)].map(({ id }) => id));
    const ids = fc.constantFrom(...users, 'none');
    const bodies = fc.oneof(
      fc.constant(patchOp({ op: 'replace', path: 'displayName', value: 'new' })),
      fc.constant({ schemas: [userUrn], userName: 'new' }),
      fc.constant({ Operations: [{ method: 'DELETE', path: `/Users/${users[0]}` }] }),
      fc.jsonValue(),
    );
    const requests = fc.record({
      method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
      target: fc.oneof(
        fc.constantFrom('/scim/v2/Users', '/scim/Users', '/scim/v2/Me', '/scim/v2/Bulk', '/scim/v2/Users/.search'),
        ids.map((id) => `/scim/v2/Users/${id}`),
        ids.map((id) => `/scim/Groups/${id}`),
      ),
      body: bodies.map((body) => ({ text: JSON.stringify(body) })),
    });
    const headers = { authorization: 'Bearer token-of-the-first', 'content-type': 'application/scim+json' };
    fc.assert(
      fc.property(requests, (request) => {
        provider.handle({ ...request, headers });
        expect(store.changes()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a connection that is cut', () => {
  it('before the answer, with the request done or not', async () => {
    for (const commit of [undefined, true]) {
      const effect = { cutAfter: -1, ...(commit && { commit }) };
      const peer = await start({ faults: [{ on: { methods: ['POST'] }, effect }] });
      await expect(peer.ask('POST', '/Users', { schemas: [userUrn], userName: 'x' })).rejects.toThrow();
      expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(commit ? 1 : 0);
    }
  });

  it('in the middle of the body, when the request was done', async () => {
    for (const commit of [undefined, false]) {
      const effect = { cutAfter: 10, ...(commit !== undefined && { commit }) };
      const peer = await start({ faults: [{ on: { methods: ['POST'] }, effect }] });
      await expect(peer.ask('POST', '/Users', { schemas: [userUrn], userName: 'x' })).rejects.toThrow();
      expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(commit === false ? 0 : 1);
    }
  });
});

describe('faults together', () => {
  it('a late answer waits for each of the delays, out of the drawn range', async () => {
    const peer = await start({ faults: [{ effect: { latency: [20, 30] } }, { effect: { latency: [15, 15] } }] });
    const { delivery } = peer.mock.provider.handle({
      method: 'GET',
      target: '/scim/v2/Users',
      headers: {},
      body: { text: '' },
    });
    expect(delivery?.delayMs).toBeGreaterThanOrEqual(35);
    expect(delivery?.delayMs).toBeLessThanOrEqual(45);
    expect((await peer.ask('GET', '/Users')).status).toBe(200);
  });

  it('the first rule keeps from the others what it answers', async () => {
    const peer = await start({ faults: [{ effect: { status: 503 } }, { effect: { status: 418 } }] });
    expect((await peer.ask('GET', '/Users')).status).toBe(503);
    const [first, second] = peer.mock.provider.faults.counts();
    expect(first).toEqual({ name: 'any request: 503', requests: 1, times: 1 });
    expect(second).toEqual({ name: 'any request: 418', requests: 1, times: 0 });
  });

  it('expires the token of the request, from this one on', async () => {
    const peer = await start({
      tokens: ['one', 'two'],
      faults: [{ when: { requests: [2] }, effect: { expireToken: true } }],
    });
    const as = async (token: string) =>
      (await peer.ask('GET', '/Users', undefined, { authorization: `Bearer ${token}` })).status;
    expect([await as('one'), await as('one'), await as('one'), await as('two')]).toEqual([200, 401, 401, 200]);
  });

  it('the same requests in the same order have the same faults', async () => {
    const occasion = fc.record(
      {
        every: fc.integer({ min: 1, max: 4 }),
        probability: fc.double({ min: 0, max: 1, noNaN: true }),
        after: fc.integer({ min: 0, max: 5 }),
        times: fc.integer({ min: 1, max: 5 }),
      },
      { requiredKeys: [] },
    );
    const effect = fc.oneof(
      fc.record({ status: fc.integer({ min: 400, max: 599 }) }),
      fc.record({ latency: fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 5, max: 90 })) }),
      fc.record({ page: fc.constantFrom('half' as const, 'empty' as const) }),
      fc.record({ ignore: fc.constant(true as const) }),
    );
    const rules = fc.array(fc.record({ when: occasion, effect }), { minLength: 1, maxLength: 4 });
    const methods = fc.array(fc.constantFrom('GET', 'POST'), { maxLength: 30 });
    const peer = await start();
    const played = (faults: FaultRule[], seed: number, asked: readonly string[]) => {
      peer.mock.replace({ users: 5, seed, faults });
      return asked.map((method, number) => {
        const body = { text: method === 'GET' ? '' : JSON.stringify({ schemas: [userUrn], userName: `u${number}` }) };
        const answer = peer.mock.provider.handle({ method, target: '/scim/v2/Users', headers: {}, body });
        return [answer.status, answer.delivery?.delayMs, answer.status === 200 && JSON.parse(answer.body.toString())];
      });
    };
    fc.assert(
      fc.property(rules, fc.integer(), methods, (faults, seed, asked) => {
        const numbersOf = (played: ReturnType<typeof Array>) => JSON.stringify(played, withoutTimes);
        expect(numbersOf(played(faults, seed, asked))).toBe(numbersOf(played(faults, seed, asked)));
      }),
      { numRuns: 40 },
    );
  });
});

/** The clock of these tests goes on between two servers. */
function withoutTimes(key: string, value: unknown): unknown {
  return ['created', 'lastModified', 'version'].includes(key) ? undefined : value;
}

describe('eventual consistency', () => {
  const day = new Date('2026-02-01T00:00:00Z');

  async function late(options: object = {}): Promise<Peer> {
    const stale = { on: { methods: ['POST', 'PUT', 'PATCH', 'DELETE'] }, effect: { stale: 30 } };
    return await start({ now: undefined, clock: { start: day, rate: 0 }, faults: [stale], ...options });
  }

  it('a new resource is there later', async () => {
    const peer = await late();
    const id = await createUser(peer, 'x');
    expect((await peer.ask('GET', `/Users/${id}`)).status).toBe(404);
    expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(0);
    expect((await peer.ask('GET', '/Users?filter=userName%20eq%20%22x%22')).json.totalResults).toBe(0);
    expect((await peer.ask('POST', '/Users', { schemas: [userUrn], userName: 'x' })).status).toBe(409);
    peer.mock.provider.clock.advance(29_999);
    expect((await peer.ask('GET', `/Users/${id}`)).status).toBe(404);
    peer.mock.provider.clock.advance(1);
    expect((await peer.ask('GET', `/Users/${id}`)).status).toBe(200);
    expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(1);
  });

  it('a changed resource is as it was, also for filters, projections and entity tags', async () => {
    const peer = await late({ users: 3 });
    const before = (await peer.ask('GET', '/Users')).json;
    const { id, userName } = before.Resources[1];
    const path = `/Users/${id}`;
    const { headers } = await peer.ask('GET', path);
    const etag = headers.get('etag') ?? '';
    const patched = await peer.ask('PATCH', path, patchOp({ op: 'replace', path: 'userName', value: 'renamed' }));
    expect(patched.json.userName).toBe('renamed');
    expect((await peer.ask('GET', '/Users')).json).toEqual(before);
    expect((await peer.ask('GET', '/Users?filter=userName%20eq%20%22renamed%22')).json.totalResults).toBe(0);
    const found = await peer.ask('GET', `/Users?filter=userName%20eq%20%22${userName}%22&attributes=userName`);
    expect(found.json.Resources).toMatchObject([{ id, userName }]);
    expect((await peer.ask('GET', path, undefined, { 'if-none-match': etag })).status).toBe(304);
    expect((await peer.ask('DELETE', path, undefined, { 'if-match': etag })).status).toBe(412);
    peer.mock.provider.clock.advance(30_000);
    expect((await peer.ask('GET', path)).json.userName).toBe('renamed');
  });

  it('a deleted resource is still there', async () => {
    const peer = await late({ users: 5, groups: 1 });
    const before = (await peer.ask('GET', '/Users?sortBy=userName')).json;
    const { id } = before.Resources[2];
    expect((await peer.ask('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await peer.ask('GET', '/Users?sortBy=userName')).json).toEqual(before);
    expect((await peer.ask('GET', `/Users/${id}`)).json).toEqual(before.Resources[2]);
    expect((await peer.ask('DELETE', `/Users/${id}`)).status).toBe(404);
    peer.mock.provider.clock.advance(30_000);
    expect((await peer.ask('GET', `/Users/${id}`)).status).toBe(404);
    expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(4);
  });

  it('shows the states one after the other', async () => {
    const peer = await late();
    const id = await createUser(peer, 'x', { title: 'first' });
    const { clock } = peer.mock.provider;
    clock.advance(20_000);
    await peer.ask('PATCH', `/Users/${id}`, patchOp({ op: 'replace', path: 'title', value: 'second' }));
    expect((await peer.ask('GET', `/Users/${id}`)).status).toBe(404);
    clock.advance(10_000);
    expect((await peer.ask('GET', `/Users/${id}`)).json.title).toBe('first');
    clock.advance(20_000);
    expect((await peer.ask('GET', `/Users/${id}`)).json.title).toBe('second');
  });

  it('ends for a resource with a write that is not late', async () => {
    const faults = [{ on: { methods: ['POST'] }, effect: { stale: 30 } }];
    const peer = await late({ faults });
    const id = await createUser(peer, 'x');
    await peer.ask('PATCH', `/Users/${id}`, patchOp({ op: 'replace', path: 'title', value: 'now' }));
    expect((await peer.ask('GET', `/Users/${id}`)).json.title).toBe('now');
  });

  it('hides what a bulk request has made', async () => {
    const peer = await late();
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    const data = { schemas: [userUrn], userName: 'x' };
    const Operations = [{ method: 'POST', path: '/Users', bulkId: 'q', data }];
    const [made] = (await peer.ask('POST', '/Bulk', { schemas, Operations })).json.Operations;
    expect(made.status).toBe('201');
    expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(0);
    peer.mock.provider.clock.advance(30_000);
    expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(1);
  });

  it('every list shows what it showed before the writes, in every order and by every page', async () => {
    const peer = await late({ users: 12, groups: 2, faults: [] });
    const stale = [{ on: { methods: ['POST', 'PUT', 'PATCH', 'DELETE'] }, effect: { stale: 30 } }];
    const queries = [
      '/Users?count=5&startIndex=3',
      '/Users?sortBy=userName&count=5&startIndex=2',
      '/Users?sortBy=name.familyName&sortOrder=descending',
      '/Users?filter=active%20eq%20true',
      '/Users?filter=userName%20gt%20%22e%22&sortBy=displayName',
      '/?count=20',
    ];
    const seen = async () => {
      const lists = await Promise.all(queries.map(async (query) => (await peer.ask('GET', query)).json));
      return lists.map(({ totalResults, Resources }) => [totalResults, Resources.map((one: { id: string }) => one.id)]);
    };
    const before = await seen();
    peer.mock.provider.faults.replace(stale);
    const { Resources } = (await peer.ask('GET', '/Users')).json;
    const ids = Resources.map(({ id }: { id: string }) => id);
    await peer.ask('DELETE', `/Users/${ids[0]}`);
    await peer.ask('DELETE', `/Users/${ids[5]}`);
    for (const id of [ids[2], ids[7], ids[11]]) {
      const value = { userName: `zz-${id}`, displayName: 'Aa', active: false, name: { familyName: 'Aaa' } };
      expect((await peer.ask('PATCH', `/Users/${id}`, patchOp({ op: 'replace', value }))).status).toBe(200);
    }
    for (const name of ['aaa', 'mmm', 'zzz']) await createUser(peer, name);
    await createGroup(peer, 'late');
    expect(await seen()).toEqual(before);
    peer.mock.provider.clock.advance(30_000);
    const after = await seen();
    for (const [place, list] of before.entries()) expect(after[place]).not.toEqual(list);
  });
});

describe('the log', () => {
  it('names a fault with the request that it happened to, and with no other', async () => {
    const told: (readonly string[])[] = [];
    const rule = { name: 'busy', when: { requests: [2] }, effect: unavailable };
    const { ask } = await start({ faults: [rule], onRequest: (line) => told.push(line.faults) });
    for (let request = 0; request < 3; request++) await ask('GET', '/Users');
    expect(told).toEqual([[], ['busy'], []]);
  });
});
