/** RFC 7644 §3.7 over real sockets: limits, refusals, and answers that leave things open. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Target } from '../../src/client/target.js';
import { PayloadError, ResponseError, UsageError } from '../../src/scim/error.js';
import type { BulkOperation } from '../../src/scim/messages/bulk.js';
import { urn } from '../../src/scim/urn.js';
import {
  answer,
  type Behaviour,
  type FaultServer,
  json,
  resetBeforeAnswer,
  startFaultServer,
} from '../support/fault-server.js';
import { targetOf } from './list-servers.js';

let server: FaultServer;
let target: Target;
let bulk: Behaviour;
let config: object;

beforeEach(async () => {
  server = await startFaultServer();
  config = { supported: true, maxOperations: 4, maxPayloadSize: 100_000 };
  bulk = carriedOut();
  server.otherwise = (seen, response) => {
    if (seen.url.endsWith('/ServiceProviderConfig')) return json(200, { bulk: config })(seen, response);
    return (seen.url.endsWith('/Bulk') ? bulk : json(404, {}))(seen, response);
  };
  target = targetOf(server);
});

afterEach(async () => {
  await target.close();
  await server.close();
});

interface Sent {
  failOnErrors?: number;
  Operations: { method: string; path: string; bulkId?: string; data?: Record<string, unknown> }[];
}

/** The bulk requests so far. */
function sent(): Sent[] {
  return server.seen.filter(({ url }) => url.endsWith('/Bulk')).map(({ body }): Sent => JSON.parse(body));
}

function respond(operations: object[]): Behaviour {
  return json(200, { schemas: [urn.bulkResponse], Operations: operations });
}

/** Does what it is asked, with ids that are made of bulkIds, and refuses more than LARGEST operations. */
function carriedOut(largest = 100): Behaviour {
  return (seen, response) => {
    const { Operations }: Sent = JSON.parse(seen.body);
    if (Operations.length > largest) return json(413, { detail: 'too many' })(seen, response);
    const results = Operations.map(({ method, path, bulkId }) => ({
      method,
      ...(bulkId === undefined ? {} : { bulkId }),
      location: method === 'POST' ? `${path}/id-${bulkId}` : path,
      status: method === 'POST' ? '201' : '204',
    }));
    respond(results)(seen, response);
  };
}

function users(count: number): BulkOperation[] {
  return Array.from({ length: count }, (_, index) => ({
    method: 'POST' as const,
    path: '/Users',
    bulkId: `u${index}`,
    data: { schemas: [urn.user], userName: `user${index}` },
  }));
}

function group(members: readonly string[]): BulkOperation {
  const data = { schemas: [urn.group], displayName: 'g', members: members.map((id) => ({ value: `bulkId:${id}` })) };
  return { method: 'POST', path: '/Groups', bulkId: 'g', data };
}

describe('a bulk job', () => {
  it('takes no more requests than the limits ask for, and puts ids in the place of bulkIds', async () => {
    const progress: unknown[] = [];
    const { results, requests } = await target.bulk(
      [...users(5), group(['u0', 'u4'])],
      {},
      {
        onProgress: (done, total) => progress.push([done, total]),
      },
    );
    expect(requests).toBe(2);
    expect(sent().map(({ Operations }) => Operations.length)).toEqual([4, 2]);
    expect(sent()[1]?.Operations[1]?.data?.members).toEqual([{ value: 'id-u0' }, { value: 'bulkId:u4' }]);
    expect(results.map(({ outcome, id }) => [outcome, id])).toEqual(
      ['u0', 'u1', 'u2', 'u3', 'u4', 'g'].map((id) => ['success', `id-${id}`]),
    );
    expect(progress).toEqual([
      [4, 6],
      [6, 6],
    ]);
  });

  it('that is too large for the server goes in halves, whose references hold', async () => {
    config = { supported: true, maxOperations: 100 };
    bulk = carriedOut(2);
    const { results, warnings } = await target.bulk([...users(7), group(['u0', 'u6'])]);
    expect(results.every(({ outcome }) => outcome === 'success')).toBe(true);
    expect(sent().map(({ Operations }) => Operations.length)).toEqual([8, 4, 2, 2, 2, 2]);
    const created = sent()
      .filter(({ Operations }) => Operations.length <= 2)
      .flatMap(({ Operations }) => Operations);
    expect(created.map(({ bulkId }) => bulkId)).toEqual(['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'g']);
    expect(created[7]?.data?.members).toEqual([{ value: 'id-u0' }, { value: 'bulkId:u6' }]);
    expect(warnings.join()).toContain('413');
  });

  it('tells what failed, what is unknown, and what was not sent', async () => {
    bulk = (seen, response) => {
      const error = { schemas: [urn.error], status: '409', scimType: 'uniqueness', detail: 'taken' };
      const created = { method: 'POST', bulkId: 'u0', location: '/Users/1', status: '201', version: 'W/"1"' };
      respond([created, { method: 'POST', bulkId: 'u1', status: '409', response: error }])(seen, response);
    };
    const { results } = await target.bulk(users(6), { failOnErrors: 1 });
    expect(sent()).toHaveLength(1);
    expect(sent()[0]?.failOnErrors).toBe(1);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'success',
      'error',
      'unknown',
      'unknown',
      'notSent',
      'notSent',
    ]);
    expect(results[0]).toMatchObject({ id: '1', version: 'W/"1"', status: 201 });
    expect(results[1]).toMatchObject({ status: 409, error: { scimType: 'uniqueness', detail: 'taken' } });
    expect(results[5]?.reason).toContain('failOnErrors');
  });

  it('of which a later request breaks off keeps what is known', async () => {
    let requests = 0;
    const good = carriedOut();
    bulk = (seen, response) => (++requests === 2 ? resetBeforeAnswer : good)(seen, response);
    const { results } = await target.bulk(users(10));
    const outcomes = results.map(({ outcome }) => outcome);
    expect(outcomes).toEqual([...Array(4).fill('success'), ...Array(4).fill('unknown'), ...Array(2).fill('notSent')]);
    expect(sent()).toHaveLength(2);
  });

  it.each<[string, Behaviour, string]>([
    ['a failure of the server', json(500, { detail: 'x' }), 'unknown'],
    ['no bulk response', json(200, { schemas: [], id: '1' }), 'unknown'],
    ['an acceptance', answer(202, { 'set-txn': 't' }, ''), 'unknown'],
    ['an answer that leaves all out', respond([]), 'unknown'],
  ])('that gets %s is unknown', async (_, behaviour, outcome) => {
    bulk = behaviour;
    const { results } = await target.bulk(users(2));
    expect(results.map((result) => result.outcome)).toEqual([outcome, outcome]);
    expect(results.every(({ reason }) => reason !== undefined)).toBe(true);
  });

  it('is not begun when it cannot succeed', async () => {
    bulk = json(403, { detail: 'no' });
    await expect(target.bulk(users(2))).rejects.toBeInstanceOf(ResponseError);
    const wrong: BulkOperation = {
      method: 'POST',
      path: '/Users',
      bulkId: 'a',
      data: { schemas: [urn.user], usrName: 'a' },
    };
    const before = sent().length;
    await expect(target.bulk([wrong], { validation: 'strict' })).rejects.toBeInstanceOf(PayloadError);
    await expect(target.bulk([{ method: 'DELETE', path: 'https://elsewhere.example/Users/1' }])).rejects.toMatchObject({
      scimType: 'invalidPath',
    });
    expect(sent()).toHaveLength(before);
    config = { supported: false };
    await target.close();
    target = targetOf(server);
    await expect(target.bulk(users(1))).rejects.toBeInstanceOf(UsageError);
  });
});
