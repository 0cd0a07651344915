/** RFC 7644 §3.4.2 and §3.4.3: lists over real HTTP. */

import { describe, expect, it } from 'vitest';
import {
  createGroup,
  createUser,
  enterpriseUrn,
  errorUrn,
  listUrn,
  type Peer,
  searchUrn,
  start,
  userUrn,
} from './helper.js';

const people = [
  { userName: 'alice', title: 'Tour Guide', active: true, name: { familyName: 'Zimmer' } },
  { userName: 'Bob', title: 'Vice President', active: false, name: { familyName: 'abel' } },
  { userName: 'carol', active: true, emails: [{ type: 'work', value: 'carol@example.com', primary: true }] },
  { userName: 'dave', title: 'Tour Guide', name: { familyName: 'Ärmel' }, externalId: 'Ext-4' },
  {
    userName: 'eve',
    emails: [
      { type: 'home', value: 'eve@example.com' },
      { type: 'work', value: 'eve@example.org' },
    ],
  },
];

async function withPeople(options = {}): Promise<Peer> {
  const peer = await start(options);
  for (const { userName, ...more } of people) await createUser(peer, userName, more);
  return peer;
}

async function find(peer: Peer, parameters: Record<string, string>, path = '/Users'): Promise<string[]> {
  const { status, json } = await peer.ask('GET', `${path}?${new URLSearchParams(parameters)}`);
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(json)}`);
  return json.Resources.map((user: { userName?: string; displayName?: string }) => user.userName ?? user.displayName);
}

describe('paging', () => {
  it('gives pages in a stable order, each resource once, with the counts of RFC 7644 §3.4.2.4', async () => {
    const peer = await withPeople();
    const page = async (startIndex: number, count: number) =>
      (await peer.ask('GET', `/Users?startIndex=${startIndex}&count=${count}`)).json;
    const first = await page(1, 2);
    expect(first).toMatchObject({ schemas: [listUrn], totalResults: 5, itemsPerPage: 2, startIndex: 1 });
    const pages = [first, await page(3, 2), await page(5, 2)].flatMap(({ Resources }) => Resources);
    expect(pages.map(({ userName }) => userName)).toEqual(['alice', 'Bob', 'carol', 'dave', 'eve']);
  });

  it.each([
    ['startIndex=0', ['alice', 'Bob', 'carol', 'dave', 'eve'], 1],
    ['startIndex=-7', ['alice', 'Bob', 'carol', 'dave', 'eve'], 1],
    ['startIndex=5&count=10', ['eve'], 5],
    ['startIndex=6', [], 6],
    ['startIndex=999999999', [], 999_999_999],
    ['count=0', [], 1],
    ['count=-3', [], 1],
    ['color=red&count=1', ['alice'], 1],
  ])('%s', async (parameters, expected, startIndex) => {
    const peer = await withPeople();
    const { status, json } = await peer.ask('GET', `/Users?${parameters}`);
    expect(status).toBe(200);
    expect(json.Resources.map((user: { userName: string }) => user.userName)).toEqual(expected);
    expect(json).toMatchObject({ totalResults: 5, itemsPerPage: expected.length, startIndex });
  });

  it('never gives more than the page size', async () => {
    const peer = await withPeople({ pageSize: 3 });
    for (const path of ['/Users', '/Users?count=5']) {
      expect((await peer.ask('GET', path)).json).toMatchObject({ totalResults: 5, itemsPerPage: 3 });
    }
  });

  it.each(['startIndex=one', 'count=1.5', 'count=', 'sortBy=userName&sortOrder=up', 'sortBy=color'])(
    'refuses %s',
    async (parameters) => {
      const { ask } = await start();
      const { status, json } = await ask('GET', `/Users?${parameters}`);
      expect(status).toBe(400);
      expect(json).toMatchObject({ schemas: [errorUrn], status: '400', scimType: 'invalidValue' });
    },
  );

  it('of an empty collection is 200 with no resources', async () => {
    const { ask } = await start();
    const { status, json } = await ask('GET', '/Groups');
    expect(status).toBe(200);
    expect(json).toEqual({ schemas: [listUrn], totalResults: 0, itemsPerPage: 0, startIndex: 1, Resources: [] });
  });
});

describe('filters', () => {
  it.each([
    ['userName eq "ALICE"', ['alice']],
    ['USERNAME Eq "alice"', ['alice']],
    [`${userUrn}:userName eq "alice"`, ['alice']],
    ['userName eq "alice" and active eq false', []],
    ['active eq true and userName sw "c"', ['carol']],
    ['userName eq "alice" or userName eq "eve"', ['alice', 'eve']],
    ['externalId eq "Ext-4"', ['dave']],
    ['externalId eq "ext-4"', []],
    ['title pr and not (title co "guide")', ['Bob']],
    ['name.familyName sw "Z"', ['alice']],
    ['emails co "example.com"', ['carol', 'eve']],
    ['emails[type eq "work" and value co "example.com"]', ['carol']],
    ['emails.type eq "work" and emails.value co "example.com"', ['carol', 'eve']],
    ['meta.resourceType eq "User"', ['alice', 'Bob', 'carol', 'dave', 'eve']],
    ['meta.created gt "2030-01-01T00:00:00Z"', []],
    [`schemas eq "${enterpriseUrn}"`, []],
    ['id eq "nobody"', []],
  ])('%s', async (filter, expected) => {
    expect(await find(await withPeople(), { filter })).toEqual(expected);
  });

  it('find by id, exactly', async () => {
    const peer = await withPeople();
    const id = await createUser(peer, 'frank');
    expect(await find(peer, { filter: `id eq "${id}"` })).toEqual(['frank']);
    expect(await find(peer, { filter: `id eq "${id.toUpperCase()}"` })).toEqual([]);
  });

  it('see a change at once, also on the next page', async () => {
    const peer = await withPeople();
    const filter = 'title eq "Tour Guide"';
    expect(await find(peer, { filter, count: '1' })).toEqual(['alice']);
    const [id] = (await peer.ask('GET', '/Users?count=1')).json.Resources.map((user: { id: string }) => user.id);
    await peer.ask('DELETE', `/Users/${id}`);
    expect(await find(peer, { filter })).toEqual(['dave']);
  });

  it.each(['userName', 'userName eq', 'userName regex "x"', 'userName eq alice', 'active gt true', '(userName pr', ''])(
    'refuse %j with invalidFilter',
    async (filter) => {
      const { ask } = await withPeople();
      const { status, json } = await ask('GET', `/Users?${new URLSearchParams({ filter })}`);
      expect(status).toBe(400);
      expect(json).toMatchObject({ schemas: [errorUrn], status: '400', scimType: 'invalidFilter' });
    },
  );
});

describe('sorting', () => {
  it.each([
    [{ sortBy: 'userName' }, ['alice', 'Bob', 'carol', 'dave', 'eve']],
    [{ sortBy: 'userName', sortOrder: 'descending' }, ['eve', 'dave', 'carol', 'Bob', 'alice']],
    [{ sortBy: 'name.familyName', filter: 'name pr' }, ['Bob', 'alice', 'dave']],
    [{ sortBy: 'name.familyName', count: '4' }, ['Bob', 'alice', 'dave', 'carol']],
    [{ sortBy: 'name.familyName', sortOrder: 'descending', count: '3' }, ['eve', 'carol', 'dave']],
  ])('%j', async (parameters, expected) => {
    expect(await find(await withPeople(), parameters)).toEqual(expected);
  });
});

describe('projection', () => {
  it('works on every resource of a list', async () => {
    const peer = await withPeople();
    const { json } = await peer.ask('GET', '/Users?attributes=userName&count=1');
    expect(json.Resources).toEqual([{ schemas: [userUrn], id: expect.any(String), userName: 'alice' }]);
    const both = await peer.ask('GET', '/Users?attributes=userName&excludedAttributes=emails');
    expect([both.status, both.json.scimType]).toEqual([400, 'invalidValue']);
  });
});

describe('POST …/.search', () => {
  it('answers like GET, with 200', async () => {
    const peer = await withPeople();
    const search = { schemas: [searchUrn], filter: 'title pr', sortBy: 'userName', startIndex: 2, count: 1 };
    const { status, json } = await peer.ask('POST', '/Users/.search', { ...search, attributes: ['userName'] });
    expect(status).toBe(200);
    expect(json).toEqual({
      schemas: [listUrn],
      totalResults: 3,
      itemsPerPage: 1,
      startIndex: 2,
      Resources: [{ schemas: [userUrn], id: expect.any(String), userName: 'Bob' }],
    });
  });

  it('at the root asks all types, where a foreign attribute is absent', async () => {
    const peer = await withPeople();
    await createGroup(peer, 'Tour Guides');
    const search = (filter: string) => peer.ask('POST', '/.search', { schemas: [searchUrn], filter });
    expect((await search('meta.resourceType eq "Group"')).json.Resources[0].displayName).toBe('Tour Guides');
    expect((await search('userName eq "alice" or displayName sw "tour"')).json.totalResults).toBe(2);
    expect(await find(peer, { filter: 'title pr', sortBy: 'userName' }, '/')).toEqual(['alice', 'Bob', 'dave']);
  });

  it.each([
    [{ filter: 'title pr' }, 'schemas'],
    [{ schemas: [userUrn] }, 'schemas'],
    [{ schemas: [searchUrn], count: '10' }, 'count'],
    [[], 'expected object'],
  ])('refuses %j', async (body, detail) => {
    const { ask } = await start();
    const { status, json } = await ask('POST', '/Users/.search', body);
    expect([status, json.scimType]).toEqual([400, 'invalidSyntax']);
    expect(json.detail).toContain(detail);
  });
});
