import { describe, expect, it } from 'vitest';
import { type BulkBatch, BulkRun, readBulkResults, unknownResults } from '../../src/scim/bulk/index.js';
import { ProtocolError, UsageError } from '../../src/scim/error.js';
import type { JsonValue } from '../../src/scim/json.js';
import { type BulkOperation, parseBulkRequest } from '../../src/scim/messages/bulk.js';

const create = (bulkId: string, ...members: string[]): BulkOperation => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { displayName: bulkId, members: members.map((member) => ({ value: `bulkId:${member}`, type: 'Group' })) },
});
const remove = (id: string): BulkOperation => ({ method: 'DELETE', path: `/Users/${id}` });

const batchesOf = (run: BulkRun, answer: (batch: BulkBatch) => JsonValue[] = succeed) => {
  const batches: BulkBatch[] = [];
  for (let batch = run.next(); batch !== undefined; batch = run.next()) {
    batches.push(batch);
    run.settle(readBulkResults(batch, { Operations: answer(batch) }));
  }
  return batches;
};
const succeed = ({ steps }: BulkBatch): JsonValue[] =>
  steps.map(({ operation: { method, path, bulkId } }) =>
    bulkId === undefined
      ? { method, location: `https://x/v2${path}`, status: '200' }
      : { method, bulkId, location: `https://x/v2/Groups/id-${bulkId}`, status: '201' },
  );
const sent = (batches: readonly BulkBatch[]) =>
  batches.map(({ steps }) => steps.map(({ part, operation }) => `${operation.method} ${operation.bulkId ?? part}`));

describe('order', () => {
  it('moves behind what it needs only what needs it', () => {
    const run = new BulkRun([create('a', 'c'), remove('1'), create('b'), create('c'), remove('2')]);
    expect(sent(batchesOf(run))).toEqual([['DELETE whole', 'POST b', 'POST c', 'POST a', 'DELETE whole']]);
  });

  it('puts ids from earlier requests in the place of references', () => {
    const [, second] = batchesOf(new BulkRun([create('a'), create('b', 'a')], { maxOperations: 1 }));
    expect(second?.steps[0]?.operation.data).toEqual({
      displayName: 'b',
      members: [{ value: 'id-a', type: 'Group' }],
    });
  });

  it('splits a circle into a create and a later PATCH', () => {
    const [first, second] = batchesOf(new BulkRun([create('a', 'b'), create('b', 'a')]));
    expect(sent([first, second].flatMap((batch) => batch ?? []))).toEqual([['POST a', 'POST b'], ['PATCH completion']]);
    expect(first?.steps[0]?.operation.data).toEqual({ displayName: 'a' });
    expect(second?.steps[0]?.operation).toMatchObject({
      path: '/Groups/id-a',
      data: { Operations: [{ op: 'add', path: 'members', value: [{ value: 'id-b', type: 'Group' }] }] },
    });
  });

  it('leaves a circle to the server when asked to, in one request', () => {
    const operations = [remove('1'), create('a', 'b'), create('b', 'a')];
    expect(sent(batchesOf(new BulkRun(operations, { circles: 'server', maxOperations: 2 })))).toEqual([
      ['DELETE whole'],
      ['POST a', 'POST b'],
    ]);
    expect(() => new BulkRun(operations, { circles: 'server', maxOperations: 1 })).toThrow(
      /2 operations that refer to each other.*maxOperations \(1\)/,
    );
  });

  it('gives a POST the bulkId that it needs, and nobody the same', () => {
    const plain: BulkOperation = { method: 'POST', path: '/Users', data: {} };
    const run = new BulkRun([plain, { ...plain, bulkId: 'op1' }, plain]);
    expect(run.next()?.steps.map(({ operation }) => operation.bulkId)).toEqual(['op1_', 'op1', 'op3']);
  });

  it('refuses a reference to nothing and a bulkId that comes twice', () => {
    expect(() => new BulkRun([create('a', 'z')])).toThrow(/Operations\[0\] \(POST \/Groups\) refers to bulkId:z/);
    expect(() => new BulkRun([create('a'), create('a')])).toThrow(/bulkId "a" comes twice/);
  });

  it('is found for long chains', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => create(`b${i}`, ...(i === 19_999 ? [] : [`b${i + 1}`])));
    expect(new BulkRun(chain).next()?.steps[0]?.operation.bulkId).toBe('b19999');
  });
});

describe('limits', () => {
  it('count bytes, not characters', () => {
    const one: BulkOperation = { method: 'PUT', path: '/Users/1', data: { displayName: 'ж'.repeat(100) } };
    const bytes = Buffer.byteLength(JSON.stringify(new BulkRun([one]).next()?.message));
    expect(batchesOf(new BulkRun([one], { maxPayloadBytes: bytes }))).toHaveLength(1);
    const refuse = () => new BulkRun([remove('1'), one], { maxPayloadBytes: bytes - 1 });
    expect(refuse).toThrow(ProtocolError);
    expect(refuse).toThrow(`Operation 1 (PUT /Users/1) cannot be sent: the request would exceed maxPayloadSize`);
    expect(refuse).toThrow(String(bytes));
  });

  it('are numbers of at least 1', () => {
    expect(() => new BulkRun([], { maxOperations: 0 })).toThrow(UsageError);
  });
});

describe('results', () => {
  const operations = [create('a'), remove('1'), remove('2'), create('b', 'a')];
  const batchOf = (all: BulkOperation[]) => {
    const batch = new BulkRun(all).next();
    if (batch === undefined) throw new Error('there is a batch');
    return batch;
  };
  const outcomes = (body: JsonValue) => readBulkResults(batchOf(operations), body).map(({ outcome }) => outcome);

  it('are found by bulkId and by location, in any order and spelling', () => {
    const results = readBulkResults(batchOf(operations), {
      operations: [
        {
          method: 'DELETE',
          location: 'https://x/scim/v2/Users/2',
          status: 404,
          response: { detail: 'gone', status: '404' },
        },
        { method: 'post', bulkid: 'b', status: { code: '201' }, response: { ID: 'x', id: 'gb' } },
        { method: 'DELETE', location: 'https://x/scim/v2/Users/1', status: '204' },
        { method: 'POST', bulkId: 'a', status: '201', location: 'https://x/scim/v2/Groups/g%20a/', version: 'W/"1"' },
      ],
    });
    expect(results.map(({ outcome, id, version, error }) => [outcome, id, version, error?.detail])).toEqual([
      ['success', 'g a', 'W/"1"', undefined],
      ['success', '1', undefined, undefined],
      ['error', undefined, undefined, 'gone'],
      ['success', 'gb', undefined, undefined],
    ]);
  });

  it('are unknown for what the server left out', () => {
    expect(outcomes({ Operations: [{ method: 'POST', bulkId: 'a', status: '409', response: {} }] })).toEqual([
      'error',
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect(unknownResults(batchOf(operations)).map(({ outcome }) => outcome)).toEqual(Array(4).fill('unknown'));
  });

  it('without bulkId and location are taken by order only when all are there', () => {
    const gone = { method: 'DELETE', status: '204' };
    expect(outcomes({ Operations: [gone, gone] })).toEqual(['unknown', 'success', 'success', 'unknown']);
    expect(outcomes({ Operations: [gone] })).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  });

  it('of another kind are refused', () => {
    expect(() => outcomes({ status: '413' })).toThrow(/Malformed BulkResponse/);
  });
});

describe('failures', () => {
  const fail = ({ steps }: BulkBatch): JsonValue[] =>
    steps.map(({ operation: { method, bulkId } }) => ({
      method,
      ...(bulkId && { bulkId }),
      status: '400',
      response: {},
    }));

  it('keep back what refers to what was not created', () => {
    const run = new BulkRun([create('a'), create('b', 'a'), create('c', 'b')], { maxOperations: 1 });
    expect(batchesOf(run, fail)).toHaveLength(1);
    expect(run.blocked.map(({ step, reason }) => [step.index, reason])).toEqual([
      [1, 'not sent: it refers to bulkId:a, whose creation was not confirmed'],
      [2, 'not sent: it refers to bulkId:b, whose creation was not sent'],
    ]);
  });

  it('end the run when there are as many as failOnErrors permits, over all requests', () => {
    const run = new BulkRun([remove('1'), remove('2'), remove('3')], { maxOperations: 1, failOnErrors: 2 });
    const batches = batchesOf(run, fail);
    expect(batches.map(({ message }) => message.failOnErrors)).toEqual([2, 1]);
    expect(run.blocked).toMatchObject([
      { step: { index: 2 }, reason: expect.stringContaining('2 errors came before') },
    ]);
  });
});

describe('a BulkRequest that is read', () => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];

  it.each([
    [{ Operations: [] }, 'schemas'],
    [{ schemas: ['urn:x'], Operations: [{ method: 'DELETE', path: '/Users/1' }] }, 'BulkRequest'],
    [{ schemas, Operations: [] }, 'Operations'],
    [{ schemas, Operations: [{ method: 'GET', path: '/Users' }] }, 'Operations.0.method'],
    [{ schemas, Operations: [{ method: 'POST', path: '/Users', data: {} }] }, 'bulkId'],
    [{ schemas, Operations: [{ method: 'PUT', path: '/Users/1' }] }, 'data is missing'],
    [{ schemas, failOnErrors: 0, Operations: [{ method: 'DELETE', path: '/Users/1' }] }, 'failOnErrors'],
  ])('%j is refused', (body: JsonValue, message) => {
    expect(() => parseBulkRequest(body)).toThrow(message);
  });
});
