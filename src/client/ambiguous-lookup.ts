/** Looks for a resource that was sent to be created, when nobody knows whether it was. */

import type { Clock } from '../http/clock.js';
import { ResponseError, ScimError } from '../scim/error.js';
import { quoteFilterString } from '../scim/filter/escape.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import type { Completeness } from '../scim/list.js';
import { getAttribute } from '../scim/schema/resource-type.js';
import type { ListRun } from './list.js';
import { resembles, sameText } from './resemblance.js';
import type { CallOptions, Query } from './types.js';

/** What was sent, and since when it may be there. */
export interface Sought {
  readonly endpoint: string;
  readonly resource: JsonObject;
  /** Epoch milliseconds by our clock. */
  readonly since: number;
}

export interface LookupMeans {
  list(endpoint: string, query: Query, call: CallOptions): ListRun;
  /** Whether the server says 404 when a filter finds nothing. */
  readonly missingIs404: boolean;
  readonly clock: Clock;
}

/** What was found; `why` completes the sentence "it was looked up, but …". */
export type Found =
  | { readonly kind: 'ours'; readonly id: string; readonly key: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'foreign' | 'unknown'; readonly why: string };

interface Match {
  readonly resource: JsonObject;
  /** How far the server's clock is ahead of ours. */
  readonly skewMs: number;
}

/** `meta.created` has whole seconds with many servers, and so has `Date`. */
const clockSlackMs = 3_000;

/**
 * Looks for SOUGHT by `externalId`, which RFC 7643 §3.1 made for this, then by `userName` or else `displayName`. What the
 * server gives is compared here again, since servers ignore filters. Throws `CancelledError`.
 */
export async function lookUp(sought: Sought, means: LookupMeans, call: CallOptions): Promise<Found> {
  const keys = keysOf(sought.resource);
  if (keys.length === 0) return { kind: 'unknown', why: 'it has neither externalId nor userName nor displayName' };
  let doubt: Found | undefined;
  for (const key of keys) {
    const found = await lookUpBy(key, sought, means, call);
    if (found.kind === 'unknown') doubt ??= found;
    else if (found.kind !== 'none') return found;
  }
  return doubt ?? { kind: 'none' };
}

function keysOf(resource: JsonObject): string[] {
  const has = (name: string): boolean => textOf(resource, name) !== undefined;
  const named = has('userName') ? 'userName' : 'displayName';
  return ['externalId', named].filter(has);
}

async function lookUpBy(key: string, sought: Sought, means: LookupMeans, call: CallOptions): Promise<Found> {
  const wanted = textOf(sought.resource, key) ?? '';
  const isWanted = (resource: JsonObject): boolean => {
    const value = getAttribute(resource, key);
    return key === 'externalId' ? value === wanted : sameText(value, wanted);
  };
  try {
    let seen = await read(sought, { filter: `${key} eq ${quoteFilterString(wanted)}` }, isWanted, means, call);
    // A filter that lets others through was ignored, so that only the whole list can prove that something is missing.
    if (seen.matches.length === 0 && seen.others > 0) seen = await read(sought, {}, isWanted, means, call);
    const [match] = seen.matches;
    if (seen.matches.length > 1) return { kind: 'foreign', why: `${seen.matches.length} resources have this ${key}` };
    if (match !== undefined) return judge(key, match, sought);
    if (seen.completeness.kind === 'complete') return { kind: 'none' };
    return {
      kind: 'unknown',
      why: `the list by ${key} is ${seen.completeness.kind}: ${seen.completeness.reason}`,
    };
  } catch (error) {
    if (!(error instanceof ScimError) || error.code === 'cancelled') throw error;
    if (error instanceof ResponseError && error.status === 404 && means.missingIs404) return { kind: 'none' };
    return { kind: 'unknown', why: `the look-up by ${key} failed: ${error.message}` };
  }
}

/** What a list holds: those that are wanted, and how many others. */
interface Seen {
  readonly matches: readonly Match[];
  readonly others: number;
  readonly completeness: Completeness;
}

async function read(
  { endpoint }: Sought,
  query: Query,
  isWanted: (resource: JsonObject) => boolean,
  means: LookupMeans,
  call: CallOptions,
): Promise<Seen> {
  const run = means.list(endpoint, query, call);
  const matches: Match[] = [];
  let others = 0;
  for await (const { resources, answer } of run) {
    const date = Date.parse(answer.headers.find(([name]) => name === 'date')?.[1] ?? '');
    const skewMs = Number.isNaN(date) ? 0 : date - means.clock.wall();
    const wanted = resources.filter(isWanted);
    matches.push(...wanted.map((resource) => ({ resource, skewMs })));
    others += resources.length - wanted.length;
  }
  return { matches, others, completeness: run.outcome.completeness };
}

/** Is what was found what was sent? */
function judge(key: string, { resource, skewMs }: Match, sought: Sought): Found {
  const id = textOf(resource, 'id');
  if (id === undefined) return { kind: 'unknown', why: `what has this ${key} shows no id` };
  const [ours, theirs] = [textOf(sought.resource, 'externalId'), textOf(resource, 'externalId')];
  if (ours !== undefined && theirs !== undefined) {
    if (ours === theirs) return { kind: 'ours', id, key };
    return { kind: 'foreign', why: `${id} has this ${key} and another externalId` };
  }
  const created = Date.parse(textOf(getAttribute(resource, 'meta'), 'created') ?? '');
  if (Number.isNaN(created))
    return { kind: 'foreign', why: `${id} has this ${key}, and does not show since when it exists` };
  if (created < sought.since + skewMs - clockSlackMs) {
    return { kind: 'foreign', why: `${id} has this ${key} and was there before` };
  }
  if (resembles(resource, sought.resource, true)) return { kind: 'ours', id, key };
  return { kind: 'foreign', why: `${id} has this ${key} and other attributes` };
}

function textOf(object: JsonValue | undefined, name: string): string | undefined {
  const value = isJsonObject(object) ? getAttribute(object, name) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
