/** RFC 9865, and servers that cannot page. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ListProfile } from '../../src/client/list-habits.js';
import type { Target } from '../../src/client/target.js';
import { urn } from '../../src/scim/urn.js';
import { type Behaviour, type FaultServer, json, startFaultServer } from '../support/fault-server.js';
import { ids, listOf, parameters, people, queries, read, targetOf } from './list-servers.js';

let server: FaultServer;
let target: Target;

beforeEach(async () => {
  server = await startFaultServer();
  target = targetOf(server, { page: { mode: 'cursor' } });
});

afterEach(async () => {
  await target.close();
  await server.close();
});

async function withProfile(profile: ListProfile): Promise<void> {
  await target.close();
  target = targetOf(server, profile);
}

function cursorError(scimType: string): Behaviour {
  return json(400, { schemas: [urn.error], status: '400', scimType, detail: 'Cursor is not good' });
}

/** A server that pages by cursor, COUNT at a time. */
function byCursor(total: number, totalResults?: number): Behaviour {
  return (seen, response) => {
    const query = parameters(seen.url);
    const from = Number(query.get('cursor')?.replace('after-', '') || 0) + 1;
    const to = Math.min(total, from + Number(query.get('count') ?? 10) - 1);
    const more = {
      ...(to < total ? { nextCursor: `after-${to}` } : {}),
      ...(totalResults === undefined ? {} : { totalResults }),
    };
    json(200, listOf(people(from, to), more))(seen, response);
  };
}

describe('a list by cursor', () => {
  it('begins with an empty cursor and keeps every other parameter', async () => {
    server.otherwise = byCursor(7);
    const run = target.list('/Users', { filter: 'id pr', sortBy: 'id', attributes: ['id'], count: 3 });
    expect(await ids(run)).toEqual(people(1, 7).map(({ id }) => id));
    const same = 'filter=id%20pr&attributes=id&sortBy=id&count=3&cursor';
    expect(queries(server)).toEqual([same, `${same}=after-3`, `${same}=after-6`]);
    expect(run.outcome).toMatchObject({ completeness: { kind: 'complete' }, count: 7, pages: 3 });
  });

  it('is one when ServiceProviderConfig says so, with pages no larger than it allows', async () => {
    await withProfile({});
    server.otherwise = (seen, response) => {
      const pagination = { cursor: true, index: true, defaultPaginationMethod: 'cursor', maxPageSize: 4 };
      if (seen.url.includes('/ServiceProviderConfig')) return json(200, { pagination })(seen, response);
      return (seen.url.includes('/Users') ? byCursor(6) : json(404, {}))(seen, response);
    };
    const run = target.list('User', { count: 100 });
    expect(await ids(run)).toHaveLength(6);
    expect(queries(server).filter((query) => query !== undefined)).toEqual([
      'count=4&cursor',
      'count=4&cursor=after-4',
    ]);
  });

  it.each<[string, number, number | undefined, string]>([
    ['no totalResults', 7, undefined, 'complete'],
    ['totalResults that agrees', 7, 7, 'complete'],
    ['totalResults that promises more', 7, 9, 'partial'],
    ['totalResults that promises less', 7, 5, 'unknown'],
  ])('with %s is judged by it', async (_, total, totalResults, kind) => {
    server.otherwise = byCursor(total, totalResults);
    const run = target.list('/Users', { count: 3 });
    expect(await ids(run)).toHaveLength(total);
    expect(run.outcome.completeness.kind).toBe(kind);
  });

  it('does not believe a total that the vendor is known to get wrong', async () => {
    await withProfile({ page: { mode: 'cursor' }, list: { totalTrusted: false } });
    server.otherwise = byCursor(7, 3);
    const run = target.list('/Users', { count: 3 });
    await read(run);
    expect(run.outcome.completeness).toEqual({ kind: 'complete' });
  });

  it('goes on over pages without resources', async () => {
    server.script.push(json(200, listOf([], { nextCursor: 'a' })), json(200, listOf([], { nextCursor: 'b' })));
    server.otherwise = json(200, listOf(people(1, 2), { totalResults: 2 }));
    const run = target.list('/Users', {});
    expect(await ids(run)).toEqual(['1', '2']);
    expect(run.outcome.completeness).toEqual({ kind: 'complete' });
  });

  it('that leads round in a circle is partial', async () => {
    server.script.push(
      json(200, listOf(people(1, 2), { nextCursor: 'a' })),
      json(200, listOf(people(3, 4), { nextCursor: 'b' })),
      json(200, listOf(people(5, 6), { nextCursor: 'a' })),
    );
    const run = target.list('/Users', {});
    expect(await ids(run)).toHaveLength(6);
    expect(run.outcome.completeness).toMatchObject({
      kind: 'partial',
      reason: expect.stringContaining('the same nextCursor twice'),
    });
    expect(server.seen).toHaveLength(3);
  });

  it('whose server repeats the first page under ever new cursors is partial', async () => {
    let page = 0;
    server.otherwise = (seen, response) =>
      json(200, listOf(people(1, 2), { nextCursor: `c${++page}` }))(seen, response);
    const run = target.list('/Users', {});
    expect(await ids(run)).toEqual(['1', '2']);
    expect(run.outcome.completeness).toMatchObject({ kind: 'partial', reason: expect.stringContaining('every page') });
    expect(server.seen.length).toBeLessThan(5);
  });

  it('of nothing but empty pages comes to an end', async () => {
    let page = 0;
    server.otherwise = (seen, response) => json(200, listOf([], { nextCursor: `c${++page}` }))(seen, response);
    const run = target.list('/Users', {});
    await read(run);
    expect(run.outcome.completeness.kind).toBe('partial');
  });

  it('begins again, once, when its cursor expires before anything was given', async () => {
    server.script.push(json(200, listOf([], { nextCursor: 'a' })), cursorError('expiredCursor'));
    server.otherwise = byCursor(5);
    const run = target.list('/Users', { count: 3 });
    expect(await ids(run)).toEqual(['1', '2', '3', '4', '5']);
    expect(run.outcome.completeness).toEqual({ kind: 'complete' });
    expect(run.outcome.warnings.join()).toContain('begun again');
    server.script.push(
      ...[1, 2].flatMap(() => [json(200, listOf([], { nextCursor: 'a' })), cursorError('expiredCursor')]),
    );
    const hopeless = target.list('/Users', { count: 3 });
    await read(hopeless);
    expect(hopeless.outcome.completeness.kind).toBe('partial');
  });

  it.each(['expiredCursor', 'invalidCursor'])('is partial when %s comes in the middle', async (scimType) => {
    server.script.push(json(200, listOf(people(1, 2), { nextCursor: 'a' })), cursorError(scimType));
    const run = target.list('/Users', {});
    expect(await ids(run)).toEqual(['1', '2']);
    expect(run.outcome.completeness).toMatchObject({ kind: 'partial', reason: expect.stringContaining(scimType) });
    expect(server.seen).toHaveLength(2);
  });

  it('becomes one by index when the server refuses or ignores the cursor', async () => {
    const byIndex: Behaviour = (seen, response) => {
      const start = Number(parameters(seen.url).get('startIndex') ?? 1);
      json(200, listOf(people(start, Math.min(5, start + 1)), { totalResults: 5 }))(seen, response);
    };
    server.otherwise = byIndex;
    const ignored = target.list('/Users', { count: 2 });
    expect(await ids(ignored)).toHaveLength(5);
    expect(ignored.outcome.completeness).toEqual({ kind: 'complete' });
    server.script.push(json(400, { detail: 'unknown parameter cursor' }));
    const refused = target.list('/Users', { count: 2 });
    expect(await ids(refused)).toHaveLength(5);
    expect(refused.outcome.completeness).toEqual({ kind: 'complete' });
    expect(refused.outcome.warnings.join()).toContain('unknown parameter cursor');
  });

  it('leaves the method to a request that names one', async () => {
    server.otherwise = json(200, listOf(people(3, 4), { totalResults: 4 }));
    await read(target.listPath('/Users?startIndex=3'));
    expect(queries(server)).toEqual(['startIndex=3']);
  });
});

describe('a server with limits', () => {
  it('that cannot page is asked once, for everything', async () => {
    await withProfile({ page: { mode: 'none' } });
    server.otherwise = json(200, listOf(people(1, 5), { totalResults: 9 }));
    const run = target.list('/Users', {});
    expect(await ids(run)).toHaveLength(5);
    expect(queries(server)).toEqual([undefined]);
    expect(run.outcome.completeness).toMatchObject({ kind: 'partial', reason: '5 of 9 resources received' });
  });

  it('that takes no large startIndex gives a part', async () => {
    await withProfile({ page: { mode: 'index', maxStartIndex: 4 } });
    server.otherwise = (seen, response) => {
      const start = Number(parameters(seen.url).get('startIndex') ?? 1);
      json(200, listOf(people(start, start + 1), { totalResults: 9 }))(seen, response);
    };
    const run = target.list('/Users', {});
    expect(await ids(run)).toHaveLength(4);
    expect(run.outcome.completeness).toMatchObject({
      kind: 'partial',
      reason: expect.stringContaining('no startIndex above 4'),
    });
  });

  it('that takes no large startIndex is read by id where the profile says so', async () => {
    await withProfile({ page: { mode: 'index', maxStartIndex: 4, deepFallback: 'id-gt', max: 2 } });
    const all = ['a1', 'b2', 'c3', 'd4', 'e5', 'f6', 'g7'].map((id) => ({ id, active: true }));
    server.otherwise = (seen, response) => {
      const query = parameters(seen.url);
      const start = Number(query.get('startIndex') ?? 1);
      if (start > 4) return json(400, { detail: 'Start index too big' })(seen, response);
      const after = /id gt "(.*)"/.exec(query.get('filter') ?? '')?.[1] ?? '';
      const matching = all.filter(({ id }) => id > after);
      json(200, listOf(matching.slice(start - 1, start + 1), { totalResults: matching.length }))(seen, response);
    };
    const run = target.list('/Users', { filter: 'active eq true', count: 50 });
    expect(await ids(run)).toEqual(all.map(({ id }) => id));
    expect(run.outcome).toMatchObject({ completeness: { kind: 'complete' }, count: 7 });
    const beyond = '(active eq true) and id gt "d4"';
    expect(parameters(server.seen[2]?.url ?? '').get('filter')).toBe(beyond);
    expect(queries(server)[0]).toBe('filter=active%20eq%20true&sortBy=id&count=2');
    expect(server.seen).toHaveLength(4);
  });

  it('that ignores the filter by id gives a part', async () => {
    await withProfile({ page: { mode: 'index', maxStartIndex: 2, deepFallback: 'id-gt' } });
    server.otherwise = (seen, response) => {
      const start = Number(parameters(seen.url).get('startIndex') ?? 1);
      json(200, listOf(people(start, start + 1), { totalResults: 6 }))(seen, response);
    };
    const run = target.list('/Users', {});
    expect(await ids(run)).toEqual(['1', '2']);
    expect(run.outcome.completeness.kind).toBe('partial');
  });
});
