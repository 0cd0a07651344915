import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ListPage, type ListRun, Target } from '../../src/client/target.js';
import type { Exchange } from '../../src/http/exchange.js';
import { NetworkError, ResponseError, UsageError } from '../../src/scim/error.js';
import { urn } from '../../src/scim/urn.js';
import {
  answer,
  type Behaviour,
  type FaultServer,
  json,
  resetBeforeAnswer,
  startFaultServer,
} from '../support/fault-server.js';

let server: FaultServer;
let target: Target;
let exchanges: Exchange[];

beforeEach(async () => {
  server = await startFaultServer();
  exchanges = [];
  target = new Target({
    tenant: 'test',
    baseUrl: server.base,
    auth: { scheme: 'none' },
    limits: { timeoutMs: 5_000, maxResponseBytes: 1_000_000 },
    validation: 'off',
    userAgent: 'scim-test',
    onExchange: (exchange) => exchanges.push(exchange),
  });
});

afterEach(async () => {
  await target.close();
  await server.close();
});

function people(from: number, to: number): { id: string }[] {
  const ids: { id: string }[] = [];
  for (let id = from; id <= to; id++) ids.push({ id: String(id) });
  return ids;
}

function parameters(url: string): URLSearchParams {
  return new URL(url, 'http://x').searchParams;
}

function page(total: number, startIndex: number, count: number): Record<string, unknown> {
  const resources = people(startIndex, Math.min(total, startIndex + count - 1));
  return {
    schemas: [urn.listResponse],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

/** A server that pages as RFC 7644 §3.4.2.4 says, COUNT at a time at most. */
function paging(total: number, maxCount: number): Behaviour {
  return (seen, response) => {
    const query = parameters(seen.url);
    const count = Math.min(maxCount, Number(query.get('count') ?? maxCount));
    json(200, page(total, Number(query.get('startIndex') ?? 1), count))(seen, response);
  };
}

async function read(run: ListRun): Promise<ListPage[]> {
  const pages: ListPage[] = [];
  for await (const each of run) pages.push(each);
  return pages;
}

async function ids(run: ListRun): Promise<unknown[]> {
  return (await read(run)).flatMap(({ resources }) => resources.map(({ id }) => id));
}

describe('a list', () => {
  it('follows index pages of whatever size the server gives', async () => {
    server.otherwise = paging(23, 5);
    const run = target.list('/Users', { filter: 'id ne "a&b"', attributes: ['userName'], count: 10 });
    expect(await ids(run)).toEqual(people(1, 23).map(({ id }) => id));
    expect(run.outcome).toMatchObject({ completeness: { kind: 'complete' }, count: 23, totalResults: 23, pages: 5 });
    expect(
      server.seen.map(({ url }) => url.replace('/scim/v2/Users?filter=id%20ne%20%22a%26b%22&attributes=userName', '')),
    ).toEqual([
      '&count=10',
      '&count=10&startIndex=6',
      '&count=10&startIndex=11',
      '&count=10&startIndex=16',
      '&count=10&startIndex=21',
    ]);
    expect(exchanges.map(({ purpose }) => purpose)).toEqual(['request', 'page', 'page', 'page', 'page']);
  });

  it('gives the text of each page unchanged and tells how far it is', async () => {
    const text = '{ "totalResults": "1", "resources" : [ {"id":7, "n":1.0} ] }';
    server.otherwise = answer(200, { 'content-type': 'application/json' }, text);
    const progress: unknown[] = [];
    const run = target.list('/Users', {}, { onProgress: (...args) => progress.push(args) });
    expect((await read(run)).map((each) => each.text)).toEqual([text]);
    expect(run.outcome).toMatchObject({ completeness: { kind: 'complete' }, totalResults: 1 });
    expect(progress).toEqual([[1, 1]]);
  });

  it('follows cursors, also those that nobody asked for', async () => {
    server.script.push(
      json(200, { Resources: people(1, 2), nextCursor: 'a+/=' }),
      json(200, { Resources: people(3, 4), nextCursor: 'b' }),
      json(200, { Resources: people(5, 5) }),
    );
    const run = target.list('/Users', { count: 2 });
    expect(await ids(run)).toEqual(['1', '2', '3', '4', '5']);
    expect(server.seen.map(({ url }) => url.split('?')[1])).toEqual([
      'count=2',
      'count=2&cursor=a%2B%2F%3D',
      'count=2&cursor=b',
    ]);
    expect(run.outcome.completeness).toEqual({ kind: 'complete' });
  });

  it('stops when a cursor leads nowhere', async () => {
    server.otherwise = json(200, { Resources: people(1, 1), nextCursor: 'a' });
    const run = target.list('/Users', {});
    await read(run);
    expect(run.outcome.completeness.kind).toBe('partial');
    expect(server.seen.length).toBeLessThan(4);
  });

  it('is empty, completely', async () => {
    server.otherwise = json(200, { totalResults: 0 });
    const run = target.list('/Users', {});
    expect(await ids(run)).toEqual([]);
    expect(run.outcome).toMatchObject({ completeness: { kind: 'complete' }, count: 0, pages: 1 });
  });

  it.each<[string, Behaviour[], string]>([
    [
      'an empty page before the end',
      [json(200, page(9, 1, 5)), json(200, { ...page(9, 6, 4), Resources: [] })],
      'partial',
    ],
    ['a total that moves', [json(200, page(9, 1, 5)), json(200, { ...page(9, 6, 4), totalResults: 8 })], 'unknown'],
    [
      'a resource that comes twice',
      [json(200, page(9, 1, 5)), json(200, { ...page(9, 6, 4), Resources: people(5, 8) })],
      'partial',
    ],
    ['no total', [json(200, { Resources: people(1, 2) }), json(200, { Resources: [] })], 'unknown'],
  ])('with %s is not complete', async (_, script, kind) => {
    server.script.push(...script);
    const run = target.list('/Users', {});
    await read(run);
    expect(run.outcome.completeness.kind).toBe(kind);
  });

  it('is read by POST /.search when the server ignores startIndex', async () => {
    server.otherwise = (seen, response) => {
      if (seen.method === 'GET') return json(200, page(50, 1, 20))(seen, response);
      return json(200, page(50, Number(JSON.parse(seen.body).startIndex), 20))(seen, response);
    };
    const run = target.list('/Users', { filter: 'a eq "ü"', sortBy: 'userName', attributes: ['userName', 'id'] });
    expect(await ids(run)).toEqual(people(1, 50).map(({ id }) => id));
    expect(run.outcome).toMatchObject({ completeness: { kind: 'complete' }, count: 50, pages: 3 });
    expect(run.outcome.warnings.join()).toContain('.search');
    expect(server.seen.map(({ method, url }) => `${method} ${url.split('?')[0]}`)).toEqual([
      'GET /scim/v2/Users',
      'GET /scim/v2/Users',
      'POST /scim/v2/Users/.search',
      'POST /scim/v2/Users/.search',
    ]);
    expect(JSON.parse(server.seen[2]?.body ?? '')).toEqual({
      schemas: [urn.searchRequest],
      filter: 'a eq "ü"',
      sortBy: 'userName',
      attributes: ['userName', 'id'],
      startIndex: 21,
    });
  });

  it.each<[string, Behaviour]>([
    ['is not there', json(404, { detail: 'no' })],
    ['does the same', json(200, page(50, 1, 20))],
    ['answers with a web page', answer(200, { 'content-type': 'text/html' }, '<html>')],
  ])('is partial when startIndex is ignored and /.search %s', async (_, search) => {
    server.otherwise = (seen, response) =>
      (seen.method === 'GET' ? json(200, page(50, 1, 20)) : search)(seen, response);
    const run = target.list('/Users', {});
    expect(await ids(run)).toEqual(people(1, 20).map(({ id }) => id));
    expect(run.outcome).toMatchObject({ completeness: { kind: 'partial' }, count: 20, totalResults: 50 });
  });

  it('stops at a limit, asking for no more than that', async () => {
    server.otherwise = paging(100, 10);
    const run = target.list('/Users', {}, { limit: 15 });
    expect(await ids(run)).toHaveLength(15);
    expect(server.seen.map(({ url }) => url.split('?')[1])).toEqual(['count=15', 'count=5&startIndex=11']);
    expect(run.outcome.completeness).toEqual({
      kind: 'partial',
      reason: 'reading stopped after 15 resources, as asked',
    });
    const all = target.list('/Users', {}, { limit: 100 });
    await read(all);
    expect(all.outcome.completeness.kind).toBe('complete');
  });

  it('that is left early says so and sends no more', async () => {
    server.otherwise = paging(100, 10);
    const run = target.list('/Users', {});
    for await (const each of run) if (each.startIndex === 11) break;
    expect(run.outcome).toMatchObject({ completeness: { kind: 'partial' }, count: 20 });
    expect((await target.exchange({ method: 'GET', path: '/Users' })).status).toBe(200);
    expect(server.seen.length).toBeLessThanOrEqual(4);
    await expect(read(run)).rejects.toBeInstanceOf(UsageError);
  });

  it('fails as a whole when a page fails', async () => {
    server.script.push(
      json(200, page(9, 1, 5)),
      resetBeforeAnswer,
      resetBeforeAnswer,
      json(200, page(9, 1, 5)),
      json(500, { detail: 'x' }),
    );
    const broken = target.list('/Users', {}, { retry: false });
    await expect(read(broken)).rejects.toBeInstanceOf(NetworkError);
    expect(broken.outcome).toMatchObject({ completeness: { kind: 'partial' }, count: 5 });
    await expect(read(target.list('/Users', {}, { retry: false }))).rejects.toBeInstanceOf(ResponseError);
  });

  it.each([
    ['a resource', { schemas: [urn.user], id: '1' }],
    ['Resources that are no array', { totalResults: 1, Resources: {} }],
    ['Resources that are no objects', { totalResults: 1, Resources: ['1'] }],
  ])('is not concluded from %s', async (_, body) => {
    server.otherwise = json(200, body);
    await expect(read(target.list('/Users', {}))).rejects.toMatchObject({ code: 'response.notScim' });
  });

  it('can be any path of a request file, from its startIndex on', async () => {
    server.otherwise = paging(12, 5);
    const run = target.listPath('/Users?count=5&filter=a%20eq%201&STARTINDEX=3', { 'X-Own': 'y' });
    expect(await ids(run)).toHaveLength(10);
    expect(server.seen.map(({ url }) => url.split('?')[1])).toEqual([
      'filter=a%20eq%201&count=5&startIndex=3',
      'filter=a%20eq%201&count=5&startIndex=8',
    ]);
    expect(server.seen.every(({ headers }) => headers['x-own'] === 'y')).toBe(true);
    expect(run.outcome.completeness.kind).toBe('partial');
  });
});
