/** Many resources as they are now: by lists that ask for their ids where the service can do that, else one by one. */

import { CancelledError, InvalidResponseError, NetworkError, ResponseError, ScimError } from '../../scim/error.js';
import { quoteFilterString } from '../../scim/filter/escape.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { attributeKey, getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import type { ProfileValues } from '../../vendors/index.js';
import type { Target } from '../target.js';
import type { CallOptions, Discovery, Projection } from '../types.js';
import { inLanes } from './lanes.js';
import type { Current } from './types.js';

export interface Reading {
  readonly target: Target;
  readonly type: ResourceType;
  readonly projection: Projection;
  /** Only what a list of ids cannot give: each resource is read by itself. */
  readonly oneByOne: boolean;
  /** Requests at the same time. */
  readonly width: number;
}

/** Fewer than so many are read one by one, which is as fast and gives the version of each. */
const fewIds = 8;
/** Characters of a filter, so that the URL stays below what proxies take. */
const maxFilterChars = 1_500;

/**
 * What each of IDS is now, in no order. A resource that cannot be read has an `error`; when nothing can be read at all,
 * because there is no connection or the credentials are refused, that is thrown.
 */
export async function readCurrent(
  reading: Reading,
  ids: readonly string[],
  found: (current: Current) => void,
  call: CallOptions,
): Promise<void> {
  const discovery = await reading.target.discover(call);
  const left = new Set(ids);
  const tell = (current: Current): void => {
    if (left.delete(current.id)) found(current);
    call.onProgress?.(ids.length - left.size, ids.length);
  };
  const batchSize = reading.oneByOne ? 0 : batchSizeFor(reading, discovery);
  if (batchSize > 1 && ids.length >= fewIds) await readByLists(reading, ids, batchSize, discovery, tell, call);
  await inLanes([...left], reading.width, async (id) => tell(await readOne(reading, id, call)));
}

/** How many ids a filter may hold; 0 when lists by id are of no use. */
function batchSizeFor({ target, type }: Reading, { supports }: Discovery): number {
  const { ops, logic, attributes, maxNodes } = target.profile.filter;
  const known = attributes[type.name];
  const isPossible =
    supports('filter') !== false &&
    ops.includes('eq') &&
    logic.includes('or') &&
    (known === undefined || known.includes('id')) &&
    pages(target.profile);
  return isPossible ? Math.min(50, maxNodes ?? 50) : 0;
}

function pages({ page }: ProfileValues): boolean {
  return page.mode !== 'none';
}

async function readByLists(
  reading: Reading,
  ids: readonly string[],
  size: number,
  discovery: Discovery,
  tell: (current: Current) => void,
  call: CallOptions,
): Promise<void> {
  let useless = false;
  const [first, ...others] = batches(ids, size);
  if (first === undefined) return;
  const read = async (batch: readonly string[]): Promise<void> => {
    const told = await readBatch(reading, batch, discovery, tell, call);
    if (told === 0) useless = true;
  };
  // The first shows whether the service can do it; what is not found in a list is asked for by itself.
  await read(first);
  await inLanes(others, reading.width, read, () => useless);
}

/** How many resources of BATCH a list gave. */
async function readBatch(
  { target, type, projection }: Reading,
  batch: readonly string[],
  { supports }: Discovery,
  tell: (current: Current) => void,
  { onProgress: _, ...call }: CallOptions,
): Promise<number> {
  const filter = batch.map((id) => `id eq ${quoteFilterString(id)}`).join(' or ');
  const wanted = new Set(batch);
  let count = 0;
  try {
    const run = target.list(
      type.name,
      { filter, count: batch.length, ...projection },
      { ...call, limit: batch.length },
    );
    for await (const { resources } of run) {
      for (const resource of resources) {
        const id = getAttribute(resource, 'id');
        const etag = versionOf(resource);
        if (typeof id !== 'string' || !wanted.has(id)) continue;
        // Lists need not tell versions: then each resource does.
        if (etag === undefined && supports('etag') === true) return 0;
        count += 1;
        tell({ id, resource, etag });
      }
    }
  } catch (error) {
    if (!(error instanceof ResponseError) && !(error instanceof InvalidResponseError)) throw error;
    if (error.status === 401) throw error;
    return 0;
  }
  return count;
}

/** IDS in lists that fit into a filter. */
function batches(ids: readonly string[], size: number): string[][] {
  const found: string[][] = [];
  let chars = 0;
  for (const id of ids) {
    const last = found.at(-1);
    const cost = encodeURIComponent(id).length + 20;
    if (last === undefined || last.length >= size || chars + cost > maxFilterChars) {
      found.push([id]);
      chars = cost;
    } else {
      last.push(id);
      chars += cost;
    }
  }
  return found;
}

/** The resource ID as it is now; what belongs to the resource alone is part of the result, any other failure thrown. */
export async function readOne(
  { target, type, projection }: Pick<Reading, 'target' | 'type' | 'projection'>,
  id: string,
  { onProgress: _, ...call }: CallOptions,
): Promise<Current> {
  try {
    const answer = await target.get(type.name, id, projection, call);
    const resource = isJsonObject(answer.json) ? answer.json : undefined;
    return { id, resource, etag: answer.etag ?? undefined, text: answer.text };
  } catch (error) {
    if (!(error instanceof ScimError) || error instanceof CancelledError) throw error;
    if (error instanceof NetworkError && error.outcome === 'notSent') throw error;
    if (error instanceof ResponseError && error.status === 401) throw error;
    return { id, resource: undefined, etag: undefined, error };
  }
}

/** As `readOne`, with the members of a group also where the service shows them only when they are asked for by name. */
export async function readGroup(
  reading: Pick<Reading, 'target' | 'type'>,
  id: string,
  call: CallOptions,
): Promise<Current> {
  const current = await readOne({ ...reading, projection: {} }, id, call);
  const { resource } = current;
  if (resource === undefined || attributeKey(resource, 'members') !== undefined) return current;
  const named = await readOne({ ...reading, projection: { attributes: ['members'] } }, id, call);
  const members = named.resource === undefined ? undefined : getAttribute(named.resource, 'members');
  return members === undefined ? current : { ...current, resource: { ...resource, members }, text: undefined };
}

/** The id that MEMBER, a reference or a bare id, refers to. */
export function referredId(member: JsonValue): string | undefined {
  const value = isJsonObject(member) ? getAttribute(member, 'value') : member;
  return Number.isSafeInteger(value) ? String(value) : typeof value === 'string' ? value : undefined;
}

/** `meta.version` of RESOURCE (RFC 7644 §3.14). */
function versionOf(resource: JsonObject): string | undefined {
  const meta = getAttribute(resource, 'meta');
  const version = isJsonObject(meta) ? getAttribute(meta, 'version') : undefined;
  return typeof version === 'string' ? version : undefined;
}

/** Is CURRENT known not to exist? */
export function isMissing({ error }: Current): boolean {
  return error instanceof ResponseError && (error.status === 404 || error.status === 410);
}
