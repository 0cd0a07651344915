/** RFC 7644 §3.7 over real HTTP: bulk operations. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MockOptions } from '../../src/mock/options.js';
import {
  createGroup,
  createUser,
  enterpriseUrn,
  errorUrn,
  groupUrn,
  type Peer,
  patchOp,
  start,
  userUrn,
} from './helper.js';

const requestUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const responseUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

const bulk = (peer: Peer, Operations: object[], more: object = {}) =>
  peer.ask('POST', '/Bulk', { schemas: [requestUrn], Operations, ...more });

const newUser = (bulkId: string, userName = bulkId, more: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { schemas: [userUrn], userName, ...more },
});

const newGroup = (bulkId: string, members: readonly string[]) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { schemas: [groupUrn], displayName: bulkId, members: members.map((value) => ({ value })) },
});

const statuses = (json: { Operations: { status: string }[] }) => json.Operations.map(({ status }) => status);

/** Display names of the members of the group called NAME. */
async function membersOf(peer: Peer, name: string): Promise<string[] | undefined> {
  const filter = encodeURIComponent(`displayName eq "${name}"`);
  const { json } = await peer.ask('GET', `/Groups?filter=${filter}`);
  return json.Resources[0]?.members?.map(({ display }: { display: string }) => display);
}

describe('POST /Bulk', () => {
  it('does the operations of the example in RFC 7644 §3.7.3', async () => {
    const peer = await start();
    const changed = await createUser(peer, 'bob');
    const replaced = await createUser(peer, 'jsmith');
    const deleted = await createUser(peer, 'gone');
    const version = (await peer.ask('GET', `/Users/${replaced}`)).headers.get('etag');
    const { status, json } = await bulk(peer, [
      newUser('qwerty', 'Alice'),
      {
        method: 'PUT',
        path: `/Users/${replaced}`,
        version,
        data: { schemas: [userUrn], userName: 'Bob Smith' },
      },
      { method: 'PATCH', path: `/Users/${changed}`, data: patchOp({ op: 'replace', path: 'title', value: 'Guide' }) },
      { method: 'DELETE', path: `/Users/${deleted}` },
    ]);
    expect(status).toBe(200);
    const at = (id: string) => `${peer.mock.url}/Users/${id}`;
    const [alice] = (await peer.ask('GET', `/Users?filter=${encodeURIComponent('userName eq "alice"')}`)).json
      .Resources;
    const etag = async (id: string) => (await peer.ask('GET', `/Users/${id}`)).headers.get('etag');
    expect(json).toEqual({
      schemas: [responseUrn],
      Operations: [
        { method: 'POST', bulkId: 'qwerty', location: at(alice.id), version: alice.meta.version, status: '201' },
        { method: 'PUT', location: at(replaced), version: await etag(replaced), status: '200' },
        { method: 'PATCH', location: at(changed), version: await etag(changed), status: '200' },
        { method: 'DELETE', location: at(deleted), status: '204' },
      ],
    });
    expect((await peer.ask('GET', `/Users/${changed}`)).json.title).toBe('Guide');
    expect((await peer.ask('GET', `/Users/${deleted}`)).status).toBe(404);
  });

  it('goes on after errors, which it reports in full, and stops after failOnErrors', async () => {
    const peer = await start();
    await createUser(peer, 'taken');
    const operations = [
      newUser('a', 'taken'),
      { method: 'PATCH', path: '/Users/nobody', data: patchOp({ op: 'remove', path: 'title' }) },
      newUser('c', 'carol'),
    ];
    const { json } = await bulk(peer, operations);
    expect(statuses(json)).toEqual(['409', '404', '201']);
    expect(json.Operations[0]).toEqual({
      method: 'POST',
      bulkId: 'a',
      status: '409',
      response: {
        schemas: [errorUrn],
        status: '409',
        scimType: 'uniqueness',
        detail: expect.stringContaining('taken'),
      },
    });
    expect(json.Operations[1].location).toBe(`${peer.mock.url}/Users/nobody`);
    const again = [newUser('d', 'TAKEN'), newUser('e', 'erin'), newUser('f', 'taken'), newUser('g', 'gina')];
    const stopped = (await bulk(peer, again, { failOnErrors: 2 })).json;
    expect(statuses(stopped)).toEqual(['409', '201', '409']);
    expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(3);
    const first = (await bulk(peer, again.slice(0, 2), { failOnErrors: 1 })).json;
    expect(statuses(first)).toEqual(['409']);
  });

  it('compares version with the state of the resource', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    const operations = ['PATCH', 'DELETE'].map((method) => ({
      method,
      path: `/Users/${id}`,
      version: 'W/"old"',
      ...(method === 'PATCH' && { data: patchOp({ op: 'add', path: 'title', value: 'x' }) }),
    }));
    expect(statuses((await bulk(peer, operations)).json)).toEqual(['412', '412']);
    const strict = await start({ rules: { etag: { required: true } } });
    const other = await createUser(strict, 'bjensen');
    const remove = { method: 'DELETE', path: `/Users/${other}` };
    const version = (await strict.ask('GET', `/Users/${other}`)).headers.get('etag');
    expect(statuses((await bulk(strict, [remove, { ...remove, version }])).json)).toEqual(['428', '204']);
    // If-Match of the bulk request itself is about nothing.
    const request = { schemas: [requestUrn], Operations: [{ method: 'DELETE', path: `/Users/${id}` }] };
    const { json } = await peer.ask('POST', '/Bulk', request, { 'if-match': 'W/"old"' });
    expect(statuses(json)).toEqual(['204']);
  });

  it.each([
    ['POST', '/Users/2819'],
    ['POST', '/Bulk'],
    ['POST', '/Users/.search'],
    ['POST', '/Robots'],
    ['DELETE', '/Users'],
    ['PUT', '/Me'],
    ['PATCH', '/Schemas/x'],
    ['DELETE', '/Users/%E0%A4%A'],
  ])('refuses %s %s as an operation', async (method, path) => {
    const peer = await start();
    const data = method === 'DELETE' ? {} : { data: { schemas: [userUrn], userName: 'x' } };
    const { json } = await bulk(peer, [{ method, path, bulkId: 'b', ...data }, newUser('other')]);
    expect(statuses(json)).toEqual(['400', '201']);
    expect(json.Operations[0].response.detail).toContain(path);
  });

  it.each([
    ['no schemas', { Operations: [newUser('a')] }, 'schemas'],
    ['no operations', { schemas: [requestUrn], Operations: [] }, 'Operations'],
    [
      'a POST without bulkId',
      { schemas: [requestUrn], Operations: [{ ...newUser('a'), bulkId: undefined }] },
      'bulkId',
    ],
    ['a PUT without data', { schemas: [requestUrn], Operations: [{ method: 'PUT', path: '/Users/1' }] }, 'data'],
    ['another method', { schemas: [requestUrn], Operations: [{ method: 'GET', path: '/Users' }] }, 'method'],
    ['one bulkId twice', { schemas: [requestUrn], Operations: [newUser('a'), newUser('a', 'b')] }, 'twice'],
    ['an array', [], 'BulkRequest'],
  ])('refuses %s and does nothing', async (_what, body, detail) => {
    const { ask } = await start();
    const { status, json } = await ask('POST', '/Bulk', body);
    expect(status).toBe(400);
    expect(json.detail).toContain(detail);
    expect((await ask('GET', '/Users')).json.totalResults).toBe(0);
  });

  it('keeps to the limits that it tells (RFC 7644 §3.7.4)', async () => {
    const limits = { maxOperations: 2, maxPayloadSize: 2000 };
    const peer = await start({ rules: { bulk: limits } });
    expect((await peer.ask('GET', '/ServiceProviderConfig')).json.bulk).toEqual({ supported: true, ...limits });
    const many = await bulk(peer, [newUser('a'), newUser('b'), newUser('c')]);
    expect([many.status, many.json.status]).toEqual([413, '413']);
    expect(many.json.detail).toContain('maxOperations (2)');
    const large = await bulk(peer, [newUser('a', 'a', { title: 'x'.repeat(2000) })]);
    expect(large.status).toBe(413);
    expect(large.json.detail).toContain('maxPayloadSize (2000)');
    expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(0);
  });

  it('is 501 where it is not supported', async () => {
    const peer = await start({ rules: { bulk: { supported: false } } });
    expect((await bulk(peer, [newUser('a')])).status).toBe(501);
    expect((await peer.ask('GET', '/ServiceProviderConfig')).json.bulk.supported).toBe(false);
    expect((await peer.ask('GET', '/Bulk')).headers.get('allow')).toBe('POST, OPTIONS');
  });
});

describe('bulkId', () => {
  it('stands for a resource of the same request, in members and in an extension (RFC 7644 §3.7.2)', async () => {
    const peer = await start();
    const manager = { manager: { value: 'bulkId:qwerty' } };
    const { json } = await bulk(peer, [
      newUser('qwerty', 'Alice'),
      newGroup('Tour Guides', ['bulkId:qwerty']),
      newUser('ytrewq', 'Bob', { schemas: [userUrn, enterpriseUrn], [enterpriseUrn]: manager }),
    ]);
    expect(statuses(json)).toEqual(['201', '201', '201']);
    expect(await membersOf(peer, 'Tour Guides')).toEqual(['Alice']);
    const { json: bob } = await peer.ask('GET', new URL(json.Operations[2].location).pathname.replace('/scim/v2', ''));
    expect(json.Operations[0].location).toContain(bob[enterpriseUrn].manager.value);
  });

  it('may stand before the operation that creates it, in paths as well', async () => {
    const peer = await start();
    const group = await createGroup(peer, 'Old');
    const { json } = await bulk(peer, [
      newGroup('New', ['bulkId:later']),
      {
        method: 'PATCH',
        path: `/Groups/${group}`,
        data: patchOp({ op: 'add', path: 'members', value: [{ value: 'bulkId:later' }] }),
      },
      { method: 'PATCH', path: '/Users/bulkId:later', data: patchOp({ op: 'add', path: 'title', value: 'Guide' }) },
      newUser('later', 'Zoe'),
    ]);
    expect(statuses(json)).toEqual(['201', '200', '200', '201']);
    expect(json.Operations.map(({ bulkId }: { bulkId?: string }) => bulkId)).toEqual([
      'New',
      undefined,
      undefined,
      'later',
    ]);
    expect(await membersOf(peer, 'New')).toEqual(['Zoe']);
    expect(await membersOf(peer, 'Old')).toEqual(['Zoe']);
    expect((await peer.ask('GET', '/Users')).json.Resources[0].title).toBe('Guide');
  });

  it('may stand in the filter of a PATCH path', async () => {
    const peer = await start();
    const group = await createGroup(peer, 'Guides');
    const patch = (...operations: object[]) => ({
      method: 'PATCH',
      path: `/Groups/${group}`,
      data: patchOp(...operations),
    });
    const { json } = await bulk(peer, [
      patch(
        { op: 'add', path: 'members', value: [{ value: 'bulkId:a' }, { value: 'bulkId:b' }] },
        { op: 'remove', path: 'members[value eq "bulkId:a" or value eq "bulkId:none"]' },
      ),
      patch(
        { op: 'add', path: 'members', value: [{ value: 'bulkId:a' }, { value: 'bulkId:b' }] },
        { op: 'remove', path: 'members[value eq "bulkId:a"]' },
      ),
      newUser('a'),
      newUser('b'),
    ]);
    expect(statuses(json)).toEqual(['400', '200', '201', '201']);
    expect(await membersOf(peer, 'Guides')).toEqual(['b']);
  });

  it('in a circle is resolved (RFC 7644 §3.7.1)', async () => {
    const peer = await start();
    const { json } = await bulk(peer, [
      newGroup('Group A', ['bulkId:Group B']),
      newGroup('Group B', ['bulkId:Group A']),
    ]);
    expect(statuses(json)).toEqual(['201', '201']);
    expect(await membersOf(peer, 'Group A')).toEqual(['Group B']);
    expect(await membersOf(peer, 'Group B')).toEqual(['Group A']);
    const groups = (await peer.ask('GET', '/Groups')).json.Resources;
    expect(json.Operations.map(({ version }: { version: string }) => version)).toEqual(
      groups.map(({ meta }: { meta: { version: string } }) => meta.version),
    );
  });

  it.each<[string, MockOptions['rules']]>([
    ['where PATCH is not supported', { patch: { supported: false } }],
    ['where writes need If-Match', { etag: { required: true } }],
  ])('in a circle is resolved %s', async (_where, rules) => {
    const peer = await start({ rules: rules ?? {} });
    const { json } = await bulk(peer, [
      newGroup('A', ['bulkId:B']),
      newGroup('B', ['bulkId:C']),
      newGroup('C', ['bulkId:A']),
    ]);
    expect(statuses(json)).toEqual(['201', '201', '201']);
    expect(await Promise.all(['A', 'B', 'C'].map((name) => membersOf(peer, name)))).toEqual([['B'], ['C'], ['A']]);
  });

  it('of a circle that cannot be resolved is 409, and leaves nothing behind', async () => {
    const peer = await start();
    const broken = newGroup('B', ['bulkId:A', 'nobody']);
    const { json } = await bulk(peer, [newGroup('A', ['bulkId:B']), broken, newUser('u')]);
    expect(statuses(json)).toEqual(['409', '400', '201']);
    expect((await peer.ask('GET', '/Groups')).json.totalResults).toBe(0);
    const stopped = await bulk(peer, [newGroup('A', ['bulkId:B']), broken, newUser('v')], { failOnErrors: 1 });
    expect(statuses(stopped.json)).toEqual(['400', '201']);
    expect((await peer.ask('GET', '/Groups')).json.totalResults).toBe(0);
  });

  it('that nobody creates, or whose creation fails, fails what refers to it', async () => {
    const peer = await start();
    await createUser(peer, 'taken');
    const { json } = await bulk(peer, [
      newGroup('A', ['bulkId:nobody']),
      newGroup('B', ['bulkId:u']),
      newUser('u', 'taken'),
      { method: 'DELETE', path: '/Users/bulkId:u' },
    ]);
    expect(statuses(json)).toEqual(['400', '409', '409', '409']);
    expect(json.Operations[0].response).toMatchObject({
      scimType: 'invalidValue',
      detail: expect.stringContaining('nobody'),
    });
    expect(json.Operations[1].response.detail).toContain('bulkId:u');
  });

  it('may refer to itself', async () => {
    const peer = await start();
    const { json } = await bulk(peer, [newGroup('Loop', ['bulkId:Loop'])]);
    expect(statuses(json)).toEqual(['201']);
    expect(await membersOf(peer, 'Loop')).toEqual(['Loop']);
  });

  it('leads to the same groups in whatever order the operations come', async () => {
    const graph = fc.array(fc.array(fc.nat({ max: 5 }), { maxLength: 4 }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(graph, fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), async (edges, order) => {
        const peer = await start();
        const members = edges.map((targets) => [...new Set(targets)].map((target) => `g${target}`));
        const operation = (place: number) =>
          newGroup(
            `g${place}`,
            (members[place] ?? []).map((name) => `bulkId:${name}`),
          );
        const { json } = await bulk(peer, order.map(operation));
        expect(statuses(json)).toEqual(order.map(() => '201'));
        for (const [place, expected] of members.entries()) {
          expect((await membersOf(peer, `g${place}`)) ?? []).toEqual(expected);
        }
        await peer.mock.close();
      }),
      { numRuns: 20 },
    );
  });

  it('in a chain of a thousand is followed', async () => {
    const peer = await start();
    const chain = Array.from({ length: 1000 }, (_each, place) =>
      newGroup(`g${place}`, place < 999 ? [`bulkId:g${place + 1}`] : []),
    );
    const { json } = await bulk(peer, chain);
    expect(new Set(statuses(json))).toEqual(new Set(['201']));
    expect(await membersOf(peer, 'g0')).toEqual(['g1']);
  });
});

describe('what a vendor refuses', () => {
  it('is refused as an operation, too', async () => {
    const peer = await start({ quirks: { 'multi.maxValues': { emails: 1 } } });
    const emails = ['a@example.com', 'b@example.com'].map((value) => ({ value }));
    const single = await peer.ask('POST', '/Users', { schemas: [userUrn], userName: 'alone', emails });
    const { status, json } = await bulk(peer, [newUser('a', 'a', { emails }), newUser('b', 'b')]);
    expect([status, statuses(json)]).toEqual([200, [String(single.status), '201']]);
    expect(single.status).toBe(400);
    expect(json.Operations[0].response.detail).toBe(single.json.detail);
  });
});

describe('a bulk request larger than other bodies may be', () => {
  it('is read up to its own limit', async () => {
    const peer = await start({ rules: { maxPayloadSize: 500, bulk: { maxPayloadSize: 3000 } } });
    const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => newUser(name));
    expect(JSON.stringify(many).length).toBeGreaterThan(500);
    expect(statuses((await bulk(peer, many)).json)).toEqual(many.map(() => '201'));
    const large = await peer.ask('POST', '/Users', { schemas: [userUrn], userName: 'x', title: 'x'.repeat(500) });
    expect([large.status, large.json.detail]).toEqual([413, expect.stringContaining('500 bytes')]);
  });
});
