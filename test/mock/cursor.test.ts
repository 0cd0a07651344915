/** RFC 9865 over real HTTP: paging by cursor. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MockOptions } from '../../src/mock/options.js';
import { createGroup, createUser, listUrn, type Peer, type Reply, searchUrn, start } from './helper.js';

async function withUsers(count: number, options: MockOptions = {}): Promise<Peer> {
  const peer = await start(options);
  for (let number = 1; number <= count; number++) {
    // The titles repeat: a sorted list has equals in it.
    await createUser(peer, `user${number}`, { title: `Title ${number % 3}` });
  }
  return peer;
}

const names = ({ json }: Reply): string[] =>
  json.Resources.map((each: { userName?: string; displayName?: string }) => each.userName ?? each.displayName);

/** All pages of PATH, whose query has no cursor, from the first. */
async function allPages(peer: Peer, path: string, between: () => Promise<unknown> = async () => {}): Promise<Reply[]> {
  const pages = [await peer.ask('GET', `${path}&cursor`)];
  for (let next = pages[0]?.json.nextCursor; next !== undefined; next = pages.at(-1)?.json.nextCursor) {
    await between();
    pages.push(await peer.ask('GET', `${path}&cursor=${next}`));
    if (pages.length > 100) throw new Error('The list has no end');
  }
  return pages;
}

describe('paging by cursor', () => {
  it('goes on with nextCursor until there is none, and gives each resource once', async () => {
    const peer = await withUsers(7);
    const pages = await allPages(peer, '/Users?count=3');
    expect(pages.map(names)).toEqual([['user1', 'user2', 'user3'], ['user4', 'user5', 'user6'], ['user7']]);
    const [first, second, last] = pages.map(({ json }) => json);
    expect(first).toEqual({
      schemas: [listUrn],
      totalResults: 7,
      itemsPerPage: 3,
      nextCursor: expect.stringMatching(/^[A-Za-z0-9._~-]+$/),
      Resources: expect.any(Array),
    });
    expect(Object.keys(second)).toEqual(expect.arrayContaining(['nextCursor', 'previousCursor']));
    expect(Object.keys(last)).not.toContain('nextCursor');
  });

  it('goes back with previousCursor', async () => {
    const peer = await withUsers(7);
    const [, second, third] = await allPages(peer, '/Users?count=3');
    const back = (page: Reply | undefined) => peer.ask('GET', `/Users?count=3&cursor=${page?.json.previousCursor}`);
    const again = await back(third);
    expect(names(again)).toEqual(second && names(second));
    const first = await back(again);
    expect(names(first)).toEqual(['user1', 'user2', 'user3']);
    expect(first.json).not.toHaveProperty('previousCursor');
    expect(names(await peer.ask('GET', `/Users?cursor=${first.json.nextCursor}`))).toEqual(second && names(second));
  });

  it.each([
    'count=2&sortBy=title',
    'count=2&sortBy=title&sortOrder=descending',
    'count=2&sortBy=userName&sortOrder=descending',
    `count=2&filter=${encodeURIComponent('title ne "Title 1"')}&sortBy=title`,
    'count=2&sortBy=emails',
    'count=1&sortBy=meta.created&sortOrder=descending&attributes=userName',
  ])('follows %s like paging by index', async (query) => {
    const peer = await withUsers(8);
    const whole = await peer.ask('GET', `/Users?${query.replace(/count=\d/, 'count=100')}&startIndex=1`);
    expect((await allPages(peer, `/Users?${query}`)).flatMap(names)).toEqual(names(whole));
  });

  it('works over all types, and with POST /.search', async () => {
    const peer = await withUsers(3);
    await createGroup(peer, 'Guides');
    const whole = names(await peer.ask('GET', '/?startIndex=1'));
    expect((await allPages(peer, '/?count=2')).flatMap(names)).toEqual(whole);
    for (const sort of ['sortBy=displayName', 'sortBy=userName&sortOrder=descending', 'sortBy=meta.resourceType']) {
      const sorted = names(await peer.ask('GET', `/?startIndex=1&${sort}`));
      expect((await allPages(peer, `/?count=1&${sort}`)).flatMap(names)).toEqual(sorted);
    }
    const search = (cursor: string) => peer.ask('POST', '/.search', { schemas: [searchUrn], count: 3, cursor });
    const first = await search('');
    const second = await search(first.json.nextCursor);
    expect([...names(first), ...names(second)]).toEqual(whole);
    expect(second.json).not.toHaveProperty('nextCursor');
  });

  it('loses and repeats nothing when resources come and go between the pages', async () => {
    const peer = await withUsers(9);
    const ids = new Map<string, string>(
      (await peer.ask('GET', '/Users')).json.Resources.map((user: { userName: string; id: string }) => [
        user.userName,
        user.id,
      ]),
    );
    const first = await peer.ask('GET', '/Users?count=3&cursor=&sortBy=userName');
    // The last of the page, one before it, and one that is still to come; and a new one before all.
    for (const name of ['user3', 'user1', 'user5']) await peer.ask('DELETE', `/Users/${ids.get(name)}`);
    await createUser(peer, 'aaron');
    const second = await peer.ask('GET', `/Users?count=3&cursor=${first.json.nextCursor}&sortBy=userName`);
    expect(names(second)).toEqual(['user4', 'user6', 'user7']);
    expect(second.json.totalResults).toBe(7);
  });

  it('gives every resource that stays exactly once, whatever happens meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 6 }),
        fc.constantFrom('', '&sortBy=title', '&sortBy=title&sortOrder=descending'),
        fc.integer({ min: 1, max: 5 }),
        async (victims, sort, count) => {
          const peer = await withUsers(12);
          const { Resources } = (await peer.ask('GET', '/Users')).json;
          const doomed: string[] = [...new Set(victims)].map((place) => Resources[place].id);
          const stays = Resources.map(({ id }: { id: string }) => id).filter((id: string) => !doomed.includes(id));
          let created = 0;
          const pages = await allPages(peer, `/Users?count=${count}${sort}`, async () => {
            const id = doomed.pop();
            if (id !== undefined) await peer.ask('DELETE', `/Users/${id}`);
            if (created++ < 3) await createUser(peer, `new${created}`, { title: `Title ${created % 2}` });
          });
          const seen: string[] = pages.flatMap(({ json }) => json.Resources.map(({ id }: { id: string }) => id));
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen).toEqual(expect.arrayContaining(stays));
          await peer.mock.close();
        },
      ),
      { numRuns: 12 },
    );
  });

  it('with count=0 tells the total only', async () => {
    const peer = await withUsers(2);
    const { json } = await peer.ask('GET', '/Users?cursor&count=0');
    expect(json).toEqual({ schemas: [listUrn], totalResults: 2, itemsPerPage: 0, Resources: [] });
  });
});

describe('cursors', () => {
  it.each([
    ['another sort order', '/Users?count=2&sortBy=title', 'invalidCursor'],
    ['another filter', '/Users?count=2&filter=title%20pr', 'invalidCursor'],
    ['other attributes', '/Users?count=2&attributes=userName', 'invalidCursor'],
    ['another endpoint', '/Groups?count=2', 'invalidCursor'],
    ['another count', '/Users?count=3', 'invalidCount'],
  ])('are refused with %s', async (_what, path, scimType) => {
    const peer = await withUsers(5);
    const { nextCursor } = (await peer.ask('GET', '/Users?count=2&cursor')).json;
    const { status, json } = await peer.ask('GET', `${path}&cursor=${nextCursor}`);
    expect([status, json.status, json.scimType]).toEqual([400, '400', scimType]);
  });

  it('cannot be made up or changed', async () => {
    const peer = await withUsers(3);
    const cursor: string = (await peer.ask('GET', '/Users?count=2&cursor')).json.nextCursor;
    const other = await start({ seed: 2, users: 3 });
    const foreign: string = (await other.ask('GET', '/Users?count=2&cursor')).json.nextCursor;
    const changed = [...cursor.slice(0, -8)].map((letter, place) => {
      return cursor.slice(0, place) + (letter === 'A' ? 'B' : 'A') + cursor.slice(place + 1);
    });
    for (const text of ['abc', foreign, `${cursor}A`, cursor.slice(1), ...changed.filter((_each, n) => n % 7 === 0)]) {
      const { status, json } = await peer.ask('GET', `/Users?count=2&cursor=${text}`);
      expect([text, status, json.scimType]).toEqual([text, 400, 'invalidCursor']);
    }
  });

  it('do not show what the list is sorted by', async () => {
    const peer = await withUsers(3);
    const { nextCursor } = (await peer.ask('GET', '/Users?count=2&cursor&sortBy=userName')).json;
    expect(Buffer.from(nextCursor, 'base64url').toString('latin1')).not.toContain('user');
  });

  it('expire by the clock of the server', async () => {
    const now = new Date('2026-01-31T08:00:00Z');
    const peer = await withUsers(3, { now: () => now, rules: { paging: { cursorTimeout: 60 } } });
    const { nextCursor } = (await peer.ask('GET', '/Users?count=2&cursor')).json;
    const next = () => peer.ask('GET', `/Users?count=2&cursor=${nextCursor}`);
    peer.mock.provider.clock.advance(60_000);
    expect((await next()).status).toBe(200);
    peer.mock.provider.clock.advance(1);
    const { status, json } = await next();
    expect([status, json.scimType]).toEqual([400, 'expiredCursor']);
    expect(json.detail).toContain('60 seconds');
  });

  it.each(['count=-1', 'count=1001'])('are refused with %s', async (count) => {
    const { ask } = await start();
    const { status, json } = await ask('GET', `/Users?cursor&${count}`);
    expect([status, json.scimType]).toEqual([400, 'invalidCount']);
  });

  it('and startIndex exclude each other', async () => {
    const { ask } = await start();
    const { status, json } = await ask('GET', '/Users?cursor&startIndex=1');
    expect([status, json.scimType]).toEqual([400, 'invalidValue']);
  });
});

describe('the way of paging', () => {
  it.each<[string, MockOptions['rules'], string, string[]]>([
    ['index by default', {}, '/Users?count=1', ['startIndex']],
    ['cursor by default', { paging: { defaultMethod: 'cursor' } }, '/Users?count=1', ['nextCursor']],
    ['index when asked', { paging: { defaultMethod: 'cursor' } }, '/Users?count=1&startIndex=1', ['startIndex']],
    ['cursor only, forced', { paging: { index: false } }, '/Users?count=1&startIndex=1', ['nextCursor']],
    ['index only, which ignores cursors', { paging: { cursor: false } }, '/Users?count=1&cursor=abc', ['startIndex']],
  ])('%s', async (_what, rules, path, members) => {
    const peer = await withUsers(2, { rules: rules ?? {} });
    const { status, json } = await peer.ask('GET', path);
    expect(status).toBe(200);
    const place = Object.keys(json).filter((name) => ['startIndex', 'nextCursor', 'previousCursor'].includes(name));
    expect(place).toEqual(members);
  });

  it('is told in the ServiceProviderConfig (RFC 9865 §4)', async () => {
    const { ask } = await start({ rules: { paging: { defaultPageSize: 5, maxPageSize: 20, cursorTimeout: 30 } } });
    expect((await ask('GET', '/ServiceProviderConfig')).json.pagination).toEqual({
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 5,
      maxPageSize: 20,
      cursorTimeout: 30,
    });
    const indexOnly = await start({ rules: { paging: { cursor: false } } });
    const { pagination } = (await indexOnly.ask('GET', '/ServiceProviderConfig')).json;
    expect(pagination).toMatchObject({ cursor: false, index: true, defaultPaginationMethod: 'index' });
    expect(pagination).not.toHaveProperty('cursorTimeout');
  });
});
