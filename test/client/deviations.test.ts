/** Answers that break the server's own schemas are taken in, and taken down. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Target } from '../../src/client/target.js';
import { urn } from '../../src/scim/urn.js';
import { type FaultServer, json, startFaultServer } from '../support/fault-server.js';
import { listOf, read, targetOf } from './list-servers.js';

let server: FaultServer;
let target: Target;
const meta = { resourceType: 'User', location: '/Users/1', created: '2026-01-01T00:00:00Z' };
const good = { schemas: [urn.user], id: '1', userName: 'babs', meta };
const odd = { ...good, active: 'True', emails: [{ value: 'a@b' }, { value: 7 }] };

beforeEach(async () => {
  server = await startFaultServer();
  server.otherwise = (seen, response) => {
    const body = /Users\?count/.test(seen.url) ? listOf([odd, odd], { totalResults: 2 }) : odd;
    (/ServiceProvider|ResourceTypes|Schemas/.test(seen.url) ? json(404, {}) : json(200, body))(seen, response);
  };
  target = targetOf(server, undefined, { validation: 'warn' });
  await target.discover();
});

afterEach(async () => {
  await target.close();
  await server.close();
});

describe('deviations', () => {
  it('are warned of once and counted, by the first resource of each page and by each single one', async () => {
    const run = target.list('User', { count: 2 });
    await read(run);
    const { warnings } = run.outcome;
    expect(warnings.filter((warning) => warning.includes('active'))).toHaveLength(1);
    const again = await target.get('User', '1');
    expect(again.warnings).toEqual([]);
    const found = target.deviations;
    expect(found.find(({ path }) => path === 'active')).toEqual({
      type: 'User',
      path: 'active',
      message: expect.any(String),
      rule: expect.stringContaining('RFC 7643'),
      count: 2,
      example: 'GET /Users?count=2',
    });
    expect(found.map(({ path }) => path)).toContain('emails.value');
  });

  it('are found in the answers to writes and in raw exchanges', async () => {
    const created = await target.create('User', JSON.stringify({ schemas: [urn.user], userName: 'babs' }));
    expect(created.warnings.join()).toContain('active');
    await target.exchange({ method: 'GET', path: '/Users/1' });
    expect(target.deviations.find(({ path }) => path === 'active')?.count).toBe(2);
  });

  it('are none in an answer that follows the schema, whole or projected', async () => {
    server.otherwise = json(200, good);
    expect((await target.get('User', '1')).warnings).toEqual([]);
    server.otherwise = json(200, { schemas: [urn.user], id: '1', meta });
    expect((await target.get('User', '1', { attributes: ['meta'] })).warnings).toEqual([]);
    expect(target.deviations).toEqual([]);
  });

  it('are not looked for when the tenant does not validate', async () => {
    await target.close();
    target = targetOf(server);
    await target.discover();
    expect((await target.get('User', '1')).warnings).toEqual([]);
    expect(target.deviations).toEqual([]);
  });

  it('of the caller come from what the resource says it is', async () => {
    const me = await target.me();
    expect(server.seen.at(-1)?.url).toBe('/scim/v2/Me');
    expect(me.warnings.join()).toContain('active');
  });
});

describe('a search', () => {
  it('at the root sends everything in the body, page by page', async () => {
    const totalResults = 3;
    server.script.push(
      json(200, listOf([good, { ...good, id: '2' }], { totalResults })),
      json(200, listOf([{ ...good, id: '3' }], { totalResults })),
    );
    const sent = server.seen.length;
    const run = target.search(undefined, {
      filter: 'userName sw "b"',
      sortBy: 'userName',
      attributes: ['id', 'userName'],
    });
    await read(run);
    expect(run.outcome).toMatchObject({ completeness: { kind: 'complete' }, count: 3 });
    const seen = server.seen.slice(sent);
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(2).fill('POST /scim/v2/.search'));
    expect(seen.map(({ body }) => JSON.parse(body))).toEqual(
      [1, 3].map((startIndex) => ({
        schemas: [urn.searchRequest],
        filter: 'userName sw "b"',
        sortBy: 'userName',
        attributes: ['id', 'userName'],
        startIndex,
      })),
    );
  });

  it('of a type goes by cursor where the server does', async () => {
    await target.close();
    target = targetOf(server, { page: { mode: 'cursor' } });
    server.script.push(json(200, listOf([good], { nextCursor: 'n' })), json(200, listOf([{ ...good, id: '2' }])));
    const sent = server.seen.length;
    const run = target.search('/Users', { count: 1 });
    await read(run);
    expect(run.outcome).toMatchObject({ completeness: { kind: 'complete' }, count: 2 });
    expect(server.seen.slice(sent).map(({ url, body }) => [url, JSON.parse(body)])).toEqual(
      ['', 'n'].map((cursor) => ['/scim/v2/Users/.search', { schemas: [urn.searchRequest], cursor, count: 1 }]),
    );
  });
});
