import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BulkBatch,
  type BulkOptions,
  type BulkResult,
  BulkRun,
  readBulkResults,
} from '../../src/scim/bulk/index.js';
import type { JsonObject, JsonValue } from '../../src/scim/json.js';
import {
  type BulkAnswer,
  type BulkOperation,
  bulkResponseMessage,
  parseBulkRequest,
} from '../../src/scim/messages/bulk.js';

const name = fc.constantFrom('Ольга', '小林 💡', 'a"b\\c', 'Barbara', 'x'.repeat(80));

/** Creates that refer to each other as they like, themselves included, and changes of what exists. */
const anyOperations: fc.Arbitrary<BulkOperation[]> = fc.integer({ min: 1, max: 12 }).chain((size) => {
  const reference = fc.nat({ max: size - 1 });
  const create = fc.record({ name, members: fc.array(reference, { maxLength: 3 }), manager: fc.option(reference) });
  const change = fc.record({ name, gone: fc.boolean() });
  return fc.tuple(...Array.from({ length: size }, () => create), fc.array(change, { maxLength: 4 })).map((parts) => {
    const changes = parts.at(-1) as { name: string; gone: boolean }[];
    const creates = parts.slice(0, -1) as { name: string; members: number[]; manager: number | null }[];
    return [...creates.map(toCreate), ...changes.map(toChange)];
  });
});

const extension = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function toCreate(part: { name: string; members: number[]; manager: number | null }, index: number): BulkOperation {
  const members = part.members.map((other) => ({ value: `bulkId:b${other}` }));
  const manager = part.manager === null ? {} : { [extension]: { manager: { value: `bulkId:b${part.manager}` } } };
  const data = { displayName: part.name, ...(members.length > 0 ? { members } : {}), ...manager };
  return { method: 'POST', path: '/Groups', bulkId: `b${index}`, data };
}

function toChange({ name, gone }: { name: string; gone: boolean }, index: number): BulkOperation {
  if (gone) return { method: 'DELETE', path: `/Users/d${index}` };
  return { method: 'PUT', path: `/Users/p${index}`, version: 'W/"1"', data: { displayName: name } };
}

const anyOptions = fc.record({
  maxOperations: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  maxPayloadBytes: fc.option(fc.integer({ min: 900, max: 3000 }), { nil: undefined }),
});

const longId = (bulkId: string) => `id-of-${bulkId}-92b725cd-9465-4e7d-8c16-01f8e146b87a`;

/** A server that resolves references within a request to what came before, and to nothing else. */
function execute(message: JsonObject): BulkAnswer[] {
  const known = new Set<string>();
  return parseBulkRequest(message).operations.map(({ method, path, bulkId, data }) => {
    for (const [, used = ''] of JSON.stringify({ path, data }).matchAll(/bulkId:([^"]+)/g)) {
      if (path.includes('bulkId:') || !known.has(used)) throw new Error(`${used} cannot be resolved`);
    }
    if (method === 'POST') known.add(bulkId ?? '');
    const location = `https://example.com/v2${path}${method === 'POST' ? `/${longId(bulkId ?? '')}` : ''}`;
    return { method, bulkId, location, version: undefined, status: method === 'POST' ? 201 : 200, response: undefined };
  });
}

function runAll(operations: BulkOperation[], options: BulkOptions) {
  const run = new BulkRun(operations, options);
  const batches: BulkBatch[] = [];
  const results: BulkResult[] = [];
  for (let batch = run.next(); batch !== undefined; batch = run.next()) {
    batches.push(batch);
    const answers = readBulkResults(batch, bulkResponseMessage(execute(batch.message)));
    run.settle(answers);
    results.push(...answers);
  }
  return { run, batches, results };
}

/** DATA with every `bulkId:x` as the id that the server gave it. */
function withIds(data: JsonValue | undefined): JsonValue {
  return JSON.parse(JSON.stringify(data ?? {}).replaceAll(/bulkId:(b\d+)/g, (_, bulkId) => longId(bulkId)));
}

describe('a bulk run', () => {
  it('keeps to the limits in every request', () => {
    fc.assert(
      fc.property(anyOperations, anyOptions, (operations, options) => {
        for (const { message, steps } of runAll(operations, options).batches) {
          expect(steps.length).toBeLessThanOrEqual(options.maxOperations ?? Number.POSITIVE_INFINITY);
          const bytes = Buffer.byteLength(JSON.stringify(message));
          expect(bytes).toBeLessThanOrEqual(options.maxPayloadBytes ?? Number.POSITIVE_INFINITY);
        }
      }),
    );
  });

  it('sends every operation exactly once, split ones as a create and its completion, in this order', () => {
    fc.assert(
      fc.property(anyOperations, anyOptions, (operations, options) => {
        const { run, batches } = runAll(operations, options);
        const parts = batches.flatMap(({ steps }) => steps.map(({ index, part }) => `${index} ${part}`));
        const split = operations.map((_, index) => parts.includes(`${index} create`));
        const wanted = split.flatMap((isSplit, index) =>
          isSplit ? [`${index} create`, `${index} completion`] : [`${index} whole`],
        );
        expect(run.blocked).toEqual([]);
        expect([...parts].sort()).toEqual(wanted.sort());
        split.forEach((isSplit, index) => {
          if (isSplit) expect(parts.indexOf(`${index} create`)).toBeLessThan(parts.indexOf(`${index} completion`));
        });
      }),
    );
  });

  it('keeps the order of operations that wait for nothing', () => {
    fc.assert(
      fc.property(anyOperations, anyOptions, (operations, options) => {
        const free = operations.map((operation) => !JSON.stringify(operation.data ?? '').includes('bulkId:'));
        const sent = runAll(operations, options).batches.flatMap(({ steps }) => steps.map(({ index }) => index));
        const order = sent.filter((index) => free[index]);
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
    );
  });

  it('gives every create all that it asked for', () => {
    fc.assert(
      fc.property(anyOperations, anyOptions, (operations, options) => {
        const state = new Map<number, Record<string, JsonValue>>();
        for (const { steps } of runAll(operations, options).batches) {
          for (const { index, part, operation } of steps) {
            const data = withIds(operation.data) as Record<string, JsonValue>;
            if (part !== 'completion') state.set(index, data);
            else for (const added of data.Operations as JsonObject[]) apply(state.get(index) ?? {}, added);
          }
        }
        operations.forEach((operation, index) => {
          expect(normal(state.get(index))).toEqual(normal(withIds(operation.data)));
        });
      }),
    );
  });

  it('knows the id of everything that was created', () => {
    fc.assert(
      fc.property(anyOperations, anyOptions, (operations, options) => {
        for (const { step, outcome, id } of runAll(operations, options).results) {
          expect(outcome).toBe('success');
          if (step.operation.method === 'POST') expect(id).toBe(longId(step.operation.bulkId ?? ''));
        }
      }),
    );
  });
});

function apply(resource: Record<string, JsonValue>, { path, value }: JsonObject): void {
  if (path === 'members')
    resource.members = [...((resource.members ?? []) as JsonValue[]), ...((value ?? []) as JsonValue[])];
  else if (path === `${extension}:manager`) resource[extension] = { manager: value ?? null };
  else throw new Error(`unexpected path ${String(path)}`);
}

/** Members as a sorted list. */
function normal(resource: JsonValue | undefined): JsonValue {
  const { members, ...rest } = (resource ?? {}) as JsonObject;
  return { ...rest, members: ((members ?? []) as JsonObject[]).map((member) => JSON.stringify(member)).sort() };
}
