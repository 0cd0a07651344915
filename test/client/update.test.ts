import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Target } from '../../src/client/target.js';
import type { Exchange } from '../../src/http/exchange.js';
import { type Mock, startMock } from '../../src/mock/server.js';
import { urn } from '../../src/scim/urn.js';
import { generic } from '../../src/vendors/index.js';
import { override } from '../../src/vendors/override.js';
import { settle } from '../../src/vendors/profile.js';

let mock: Mock;
const exchanges: Exchange[] = [];

beforeAll(async () => {
  mock = await startMock({ users: 30 });
});

afterAll(() => mock.close());

function target(profile = settle(generic)): Target {
  exchanges.length = 0;
  return new Target({
    tenant: 'test',
    baseUrl: new URL(mock.url),
    auth: { scheme: 'none' },
    limits: { timeoutMs: 5000, maxResponseBytes: 1 << 20 },
    validation: 'strict',
    userAgent: 'test',
    profile,
    onExchange: (exchange) => exchanges.push(exchange),
  });
}

/** The writes that were sent: method and body. */
function writes(): [string, unknown][] {
  return exchanges
    .filter(({ method }) => method !== 'GET')
    .map((exchange) => [exchange.method, JSON.parse(exchange.requestBody(1 << 20) ?? 'null')]);
}

async function newUser(client: Target, userName: string) {
  const text = JSON.stringify({ schemas: [urn.user], userName, title: 'Guide', nickName: 'Babs' });
  const { text: created } = await client.create('User', text);
  exchanges.length = 0;
  return JSON.parse(created);
}

describe('update', () => {
  it('sends the least that makes the resource what it shall be, bound to what was compared', async () => {
    const client = target();
    const user = await newUser(client, 'least');
    const { nickName: _, ...wanted } = { ...user, title: 'Manager', active: true };
    const { answer, requests } = await client.update('User', user.id, JSON.stringify(wanted));
    expect(requests).toBe(1);
    expect(answer.json).toMatchObject({ title: 'Manager', active: true });
    expect(answer.json).not.toHaveProperty('nickName');
    const [[method, body] = []] = writes();
    expect(method).toBe('PATCH');
    expect(body).toEqual({
      schemas: [urn.patchOp],
      Operations: expect.arrayContaining([
        { op: 'replace', path: 'title', value: 'Manager' },
        { op: 'remove', path: 'nickName' },
      ]),
    });
    const header = exchanges.find(({ method: each }) => each === 'PATCH')?.requestHeaders();
    expect(Object.fromEntries(header ?? [])).toMatchObject({ 'If-Match': user.meta.version });
  });

  it('sends nothing when nothing differs, in whatever order it is written', async () => {
    const client = target();
    const user = await newUser(client, 'same');
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(user).reverse()));
    expect((await client.update('User', user.id, reordered)).requests).toBe(0);
    expect(writes()).toEqual([]);
  });

  it('does not overwrite what somebody else has changed since it was read, unless told to', async () => {
    const client = target();
    const user = await newUser(client, 'stale');
    await client.patch('User', user.id, JSON.stringify([{ op: 'replace', path: 'title', value: 'Theirs' }]));
    exchanges.length = 0;
    const mine = JSON.stringify({ ...user, nickName: 'Mine' });
    await expect(client.update('User', user.id, mine)).rejects.toMatchObject({ status: 412 });
    expect(writes()).toEqual([]);
    const forced = await client.update('User', user.id, mine, { ifMatch: '*' });
    expect(forced.answer.json).toMatchObject({ nickName: 'Mine', title: 'Guide' });
  });

  it('uses PUT where that is the way of the service', async () => {
    const client = target(settle(override(generic, { update: { user: 'put' } }, { source: 'test', date: '2026' })));
    const user = await newUser(client, 'put');
    const { answer } = await client.update('User', user.id, JSON.stringify({ ...user, title: 'Manager' }));
    expect(answer.json).toMatchObject({ title: 'Manager' });
    expect(writes().map(([method]) => method)).toEqual(['PUT']);
  });

  it('writes in the dialect of the service, in as many requests as it demands', async () => {
    const profile = override(
      generic,
      { patch: { opCase: 'capital', maxMembersAdd: 4, mixMemberOps: false } },
      { source: 'test', date: '2026' },
    );
    const client = target(settle(profile));
    const { text } = await client.create('Group', JSON.stringify({ schemas: [urn.group], displayName: 'Chunks' }));
    const group = JSON.parse(text);
    const page = await (await fetch(`${mock.url}/Users?count=10&attributes=id`)).text();
    const members = JSON.parse(page).Resources.map(({ id }: { id: string }) => ({ value: id }));
    exchanges.length = 0;
    const { requests, answer } = await client.update('Group', group.id, JSON.stringify({ ...group, members }));
    expect(requests).toBe(3);
    expect(answer.json).toHaveProperty('members.length', 10);
    const sizes = writes().map(([, body]) => JSON.stringify(body).match(/"value":"/g)?.length);
    expect(sizes).toEqual([4, 4, 2]);
    expect(JSON.stringify(writes())).toContain('"op":"Add"');
  });
});
