/** Servers that ignore the filter: what they answer must not pass for the answer. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Target } from '../../src/client/target.js';
import { type FaultServer, json, startFaultServer } from '../support/fault-server.js';
import { ids, listOf, read, targetOf } from './list-servers.js';

let server: FaultServer;
let target: Target;

beforeEach(async () => {
  server = await startFaultServer();
  target = targetOf(server);
});

afterEach(async () => {
  await target.close();
  await server.close();
});

const babs = {
  id: '1',
  userName: 'BJensen',
  externalId: 'X-1',
  active: 'True',
  emails: [{ type: 'work', value: 'Babs@example.com' }],
  meta: { lastModified: '2026-02-03T04:05:06Z' },
};

describe('the answer to a filter', () => {
  it('with strangers in it is not the answer, and no more is asked for', async () => {
    server.otherwise = json(200, listOf([babs, { id: '2', userName: 'other' }], { totalResults: 500 }));
    const run = target.list('/Users', { filter: 'userName eq "bjensen"' });
    expect(await ids(run)).toEqual(['1', '2']);
    expect(run.outcome.completeness).toEqual({
      kind: 'partial',
      reason: 'the server ignores the filter: 1 of the 2 resources on a page do not match it (2 first)',
    });
    expect(server.seen.length).toBeLessThanOrEqual(2);
  });

  it.each([
    'userName eq "bjensen"',
    'userName sw "bj" and active eq true',
    'externalId eq "x-1"',
    'emails[type eq "work" and value co "@EXAMPLE.com"]',
    'emails eq "babs@example.com"',
    'meta.lastModified gt "2026-02-03T00:00:00+01:00"',
    'not (userName eq "other")',
    'title pr or userName pr',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName eq "bjensen"',
    // Nothing can be told of these: a secret, and what only the vendor understands.
    'password eq "t1meMa$heen"',
    'userName like "bj%"',
  ])('to %s is good', async (filter) => {
    server.otherwise = json(200, listOf([babs], { totalResults: 1 }));
    const run = target.list('/Users', { filter });
    await read(run);
    expect(run.outcome.completeness).toEqual({ kind: 'complete' });
  });

  it.each([
    [{ filter: 'userName eq "x"', attributes: ['displayName'] }, 'complete'],
    [{ filter: 'emails.value eq "x"', attributes: ['emails.type'] }, 'complete'],
    [{ filter: 'userName eq "x"', excludedAttributes: ['userName'] }, 'complete'],
    [{ filter: 'name.familyName eq "x"', excludedAttributes: ['name'] }, 'complete'],
    [{ filter: 'userName eq "x"', attributes: ['userName'] }, 'partial'],
    [{ filter: 'emails.value eq "x"', attributes: ['emails'] }, 'partial'],
    [{ filter: 'id eq "x"', attributes: ['userName'] }, 'partial'],
    [{ filter: 'userName eq "x"', excludedAttributes: ['emails'] }, 'partial'],
  ])('is checked where the attributes can be seen: %j is %s', async (query, kind) => {
    server.otherwise = json(200, listOf([babs], { totalResults: 1 }));
    const run = target.list('/Users', query);
    await read(run);
    expect(run.outcome.completeness.kind).toBe(kind);
  });

  it('without the attributes that were asked for proves nothing', async () => {
    server.otherwise = json(200, listOf([{ id: '1' }], { totalResults: 1 }));
    const run = target.list('/Users', { filter: 'externalId eq "x"' });
    await read(run);
    expect(run.outcome.completeness).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('filter') });
  });

  it('that is empty proves nothing where unsupported filters find nothing', async () => {
    await target.close();
    target = targetOf(server, { filter: { unsupportedResult: 'empty', attributes: { User: ['userName'] } } });
    server.otherwise = json(200, listOf([], { totalResults: 0 }));
    const kinds: string[] = [];
    for (const filter of ['userName eq "x"', 'externalId eq "x"']) {
      const run = target.list('/Users', { filter });
      await read(run);
      kinds.push(run.outcome.completeness.kind);
    }
    expect(kinds).toEqual(['complete', 'unknown']);
  });
});
