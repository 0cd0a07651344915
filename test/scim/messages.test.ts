import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/scim/json.js';
import {
  asyncResponseEvent,
  completedIndex,
  parseAcceptance,
  parseCompletion,
  preferAsync,
} from '../../src/scim/messages/async.js';
import { listMessage, parseListMessage } from '../../src/scim/messages/list.js';
import {
  isMePath,
  isSearchPath,
  parseSearchMessage,
  searchMessage,
  searchPath,
} from '../../src/scim/messages/search.js';

describe('SearchRequest (RFC 7644 §3.4.3)', () => {
  it('is written and read', () => {
    const search = {
      attributes: ['userName'],
      filter: 'title pr',
      sortOrder: 'descending' as const,
      startIndex: 1,
      cursor: '',
    };
    expect(parseSearchMessage(searchMessage(search))).toEqual(search);
  });
  it('is read in any case, with null for absent', () => {
    const body = {
      Schemas: ['URN:ietf:params:scim:api:messages:2.0:SearchRequest'],
      SORTORDER: 'Ascending',
      count: null,
    };
    expect(parseSearchMessage(body)).toEqual({ sortOrder: 'ascending' });
  });
  it.each([[{}], [{ schemas: ['urn:x'] }], [{ ...searchMessage({}), count: 'many' }], ['text']])(
    '%j is refused',
    (body) => {
      expect(() => parseSearchMessage(body as JsonValue)).toThrow(/search/i);
    },
  );
  it('has its path at every level', () => {
    expect(['', '/', '/Users', '/Users/?x=1'].map(searchPath)).toEqual([
      '/.search',
      '/.search',
      '/Users/.search',
      '/Users/.search',
    ]);
    expect(['/.search', '/Users/.search/', '/Users', '/search'].map(isSearchPath)).toEqual([true, true, false, false]);
    expect(['/Me', '/me/?attributes=id', '/Me/1', '/Mexico'].map(isMePath)).toEqual([true, true, false, false]);
  });
});

describe('ListResponse (RFC 7644 §3.4.2)', () => {
  it('is written and read', () => {
    const page = { resources: [{ id: '1' }], totalResults: 3, startIndex: 1, itemsPerPage: 1, nextCursor: 'n' };
    expect(parseListMessage(listMessage(page))).toEqual({ ...page, previousCursor: undefined });
  });
  it('is read in any case, with numbers as strings', () => {
    expect(parseListMessage({ resources: [], TOTALRESULTS: '0', nextCursor: '' })).toMatchObject({
      resources: [],
      totalResults: 0,
    });
    expect(parseListMessage({ totalResults: 0 }).resources).toEqual([]);
  });
  it.each([[{}], [{ Resources: {} }], [{ Resources: [1] }], ['text']])('%j is none', (body) => {
    expect(() => parseListMessage(body as JsonValue)).toThrow(/ListResponse/);
  });
});

describe('an asynchronous answer (RFC 9967)', () => {
  const headers = (all: Record<string, string>) => (name: string) => all[name];
  const claims = (txn: string, event: JsonValue): JsonObject => ({
    iss: 'https://scim.example.com',
    jti: '3d0c3cf797584bd193bd0fb1bd4e7d30',
    sub_id: { format: 'scim', uri: '/Users/44f6142df96bd6ab61e7521d9', id: 'ж44f', externalId: 'jdoe' },
    txn,
    events: { [asyncResponseEvent]: event },
  });
  const jwt = (payload: JsonValue) =>
    ['{"alg":"none"}', JSON.stringify(payload), ''].map((part) => Buffer.from(part).toString('base64url')).join('.');

  it('is recognised by 202', () => {
    const found = { 'set-txn': 'a:b', 'preference-applied': 'wait=10, Respond-Async', location: '/Users/1' };
    expect(parseAcceptance(202, headers(found))).toEqual({ txn: 'a:b', applied: true, location: '/Users/1' });
    expect(parseAcceptance(202, headers({}))).toEqual({ txn: undefined, applied: false, location: undefined });
    expect(parseAcceptance(200, headers(found))).toBeUndefined();
    expect([preferAsync(), preferAsync(10)]).toEqual(['respond-async', 'respond-async, wait=10']);
  });

  it('is completed by a token with its transaction', () => {
    const event = { method: 'PUT', version: 'W/"2"', status: '200' };
    expect(parseCompletion(jwt(claims('a:b', event)), 'a:b')).toMatchObject({
      txn: 'a:b',
      index: undefined,
      jti: '3d0c3cf797584bd193bd0fb1bd4e7d30',
      uri: '/Users/44f6142df96bd6ab61e7521d9',
      id: 'ж44f',
      answer: { method: 'PUT', status: 200, version: 'W/"2"' },
    });
    expect(parseCompletion(JSON.stringify(claims('t:3', event)), 't')).toMatchObject({ txn: 't', index: 3 });
    expect(parseCompletion(jwt(claims('t:3', event)))).toMatchObject({ txn: 't', index: 3 });
    expect(parseCompletion(jwt(claims('plain', event)))).toMatchObject({ txn: 'plain', index: undefined });
  });

  it.each([
    ['another transaction', jwt(claims('other', { status: '200' }))],
    ['another event', jwt({ txn: 't', events: { 'urn:ietf:params:scim:event:prov:delete': {} } })],
    ['no transaction', jwt({ events: { [asyncResponseEvent]: { status: '200' } } })],
    ['no token', 'a.b'],
    ['no base64', '{}.***.x'],
    ['no JSON', `x.${Buffer.from('{').toString('base64url')}.x`],
  ])('%s is passed over', (_, token) => {
    expect(parseCompletion(token, 't')).toBeUndefined();
  });

  it('of a bulk request names its operation by bulkId, or by an index that may count from one', () => {
    const at = (index: number | undefined, bulkId?: string) => {
      const { answer } = parseCompletion(jwt(claims('t', { status: '200', ...(bulkId && { bulkId }) }))) ?? {};
      if (answer === undefined) throw new Error('the token is a completion');
      return { index, answer };
    };
    const bulkIds = ['a', undefined, 'c'];
    expect(completedIndex(at(1, 'c'), bulkIds)).toBe(2);
    expect(completedIndex(at(1), bulkIds, 0)).toBe(1);
    expect(completedIndex(at(3), bulkIds, 1)).toBe(2);
    expect(completedIndex(at(1), bulkIds, 1)).toBeUndefined();
    expect(completedIndex(at(4), bulkIds, 1)).toBeUndefined();
    expect(completedIndex(at(undefined), ['x'])).toBe(0);
  });
});
