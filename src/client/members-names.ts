/** What the resources are called that a list of references names by their ids only. */

import { ResponseError } from '../scim/error.js';
import { quoteFilterString } from '../scim/filter/index.js';
import { isJsonObject, type JsonObject } from '../scim/json.js';
import { candidateOf, type Found, namingPaths } from './lookup-names.js';
import type { Target } from './target.js';
import type { CallOptions } from './types.js';

/** Ids in one filter. */
const batchSize = 20;
/** Requests at the same time. */
const concurrency = 4;

/**
 * The resources with IDS, by id; those that are not found are absent. Each id comes with the types that it may have, the
 * likeliest first. Asks for many at once where the service has `or` and `id`, else for one at a time.
 */
export async function namesOf(
  target: Target,
  ids: ReadonlyMap<string, readonly string[]>,
  call: CallOptions,
): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  const types = [...new Set([...ids.values()].flat())];
  for (const type of types) {
    const wanted = [...ids].filter(([id, some]) => !found.has(id) && some.includes(type)).map(([id]) => id);
    if (wanted.length > 0) await ofType(target, type, wanted, found, call);
  }
  return found;
}

async function ofType(
  target: Target,
  type: string,
  ids: readonly string[],
  found: Map<string, Found>,
  call: CallOptions,
): Promise<void> {
  const { registry } = await target.discover(call);
  const definition = registry.find(type);
  if (definition === undefined) return;
  const paths = namingPaths(definition);
  const attributes = ['id', ...paths.map((path) => path.replace(/\.value$/, ''))];
  const take = (resource: JsonObject): void => {
    const candidate = candidateOf(definition.name, paths, resource);
    if (candidate !== undefined && ids.includes(candidate.id)) found.set(candidate.id, candidate);
  };
  if (ids.length > 1 && canBatch(target, definition.name)) {
    const batches: string[][] = [];
    for (let start = 0; start < ids.length; start += batchSize) batches.push(ids.slice(start, start + batchSize));
    const isTaken = await inTurns(batches, (batch) => listed(target, definition.name, batch, attributes, take, call));
    if (isTaken.every(Boolean)) return;
  }
  const rest = ids.filter((id) => !found.has(id));
  await inTurns(rest, async (id) => {
    try {
      const { json } = await target.get(definition.name, id, { attributes }, call);
      if (isJsonObject(json)) take(json);
    } catch (error) {
      // What is gone, or hidden, has no name.
      if (!(error instanceof ResponseError) || ![400, 403, 404].includes(error.status)) throw error;
    }
  });
}

/** Asks for BATCH in one filter; false when the service refuses that. */
async function listed(
  target: Target,
  type: string,
  batch: readonly string[],
  attributes: readonly string[],
  take: (resource: JsonObject) => void,
  call: CallOptions,
): Promise<boolean> {
  const filter = batch.map((id) => `id eq ${quoteFilterString(id)}`).join(' or ');
  try {
    const run = target.list(type, { filter, attributes, count: batch.length }, { ...call, limit: batch.length });
    for await (const { resources } of run) resources.forEach(take);
    return run.outcome.totalResults === undefined || run.outcome.totalResults <= batch.length;
  } catch (error) {
    if (error instanceof ResponseError && error.status < 500 && error.status !== 401) return false;
    if (error instanceof ResponseError && error.status === 501) return false;
    throw error;
  }
}

function canBatch({ profile: { filter } }: Target, type: string): boolean {
  const attributes = filter.attributes[type];
  const nodes = filter.maxNodes === null || filter.maxNodes >= batchSize * 2;
  return (
    nodes &&
    filter.ops.includes('eq') &&
    filter.logic.includes('or') &&
    (attributes === undefined || attributes.includes('id'))
  );
}

/** What WORK makes of each of ITEMS, a few at the same time. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return results;
}
