/** The requests of a recording, sent to a tenant, and how its answers differ from the recorded ones. */

import { isWrite } from '../client/safeguards.js';
import type { Target } from '../client/target.js';
import type { Answer } from '../client/types.js';
import type { ResultOf, trace } from '../protocol/index.js';
import { CancelledError, ScimError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { isEqual } from '../scim/patch/equal.js';
import type { Recorded } from './replay.js';
import { headersAgain } from './trace-resend.js';

export type Row = ResultOf<typeof trace.sendReplay>['rows'][number];

/** A recorded request, as it was sent. */
export interface Sendable extends Recorded {
  readonly requestHeaders: readonly (readonly [string, string])[];
}

/** Whether sending REQUEST changes something. */
export function isWriting({ method, path, requestHeaders }: Sendable): boolean {
  return isWrite({ method, path, headers: headersAgain(requestHeaders) });
}

/**
 * Sends REQUESTS, in order, to TARGET, those that write only if WRITES; TELL gets the row of each. What the service names
 * anew, ids and versions, is put into later requests in the place of what was recorded.
 * @throws CancelledError
 */
export async function replayTo(
  target: Target,
  requests: readonly Sendable[],
  writes: boolean,
  signal: AbortSignal,
  tell: (row: Row, done: number) => void,
): Promise<void> {
  const renamed = new Renamed();
  for (const [index, request] of requests.entries()) {
    if (signal.aborted) throw new CancelledError();
    tell(await one(target, request, writes, signal, renamed), index + 1);
  }
}

async function one(
  target: Target,
  request: Sendable,
  writes: boolean,
  signal: AbortSignal,
  renamed: Renamed,
): Promise<Row> {
  const { id, method, status: recorded } = request;
  const path = renamed.inPath(request.path);
  const row = { id, method, path, recorded };
  const skipped = (note: string): Row => ({ ...row, outcome: 'skipped', note });
  if (!writes && isWriting(request)) return skipped('writes are not sent');
  if (`${request.path}${request.body ?? ''}`.includes('***')) return skipped('has a secret that was not recorded');
  if (isWriting(request) && renamed.misses(request)) return skipped('is about what could not be created now');
  const body = request.body === undefined ? undefined : renamed.in(request.body);
  const headers = Object.entries(headersAgain(request.requestHeaders));
  const again = Object.fromEntries(headers.map(([name, value]) => [name, renamed.inHeader(path, name, value)]));
  try {
    const answer = await target.exchange({ method, path, headers: again, body }, { signal });
    renamed.learn(request, path, answer);
    const note = differenceOf(request, answer, renamed);
    const outcome = note === '' ? 'same' : 'different';
    return { ...row, now: answer.status, outcome, note, exchange: answer.exchange.id };
  } catch (error) {
    if (error instanceof CancelledError || !(error instanceof ScimError)) throw error;
    renamed.lose(request);
    const outcome = recorded === null ? 'same' : 'different';
    return { ...row, now: null, outcome, note: error.message };
  }
}

/** What the service calls otherwise than the recorded one: ids of what was created, and versions. */
class Renamed {
  readonly #ids = new Map<string, string>();
  /** Ids of what was created when it was recorded, and is not now: they may be somebody else's. */
  readonly #lost = new Set<string>();
  /** By the path of the resource and the recorded version. */
  readonly #versions = new Map<string, string>();

  /** TEXT, a body, with the ids of now. */
  in(text: string): string {
    return replaced(text, this.#ids, (id) => id);
  }

  /** PATH with the ids of now. */
  inPath(path: string): string {
    return replaced(path, this.#ids, encodeURIComponent);
  }

  /** VALUE of the header NAME of a request to PATH, with the version of now. */
  inHeader(path: string, name: string, value: string): string {
    return /^if-(?:none-)?match$/i.test(name) ? (this.#versions.get(versionKey(path, value)) ?? value) : value;
  }

  /** Does REQUEST name something that was created when it was recorded, and is not there now? */
  misses({ path, body = '' }: Recorded): boolean {
    const lost = new Map([...this.#lost].map((id) => [id, '']));
    return replaced(path, lost, encodeURIComponent) !== path || replaced(body, lost, (id) => id) !== body;
  }

  /** Notes what ANSWER to REQUEST, sent to PATH, calls otherwise. */
  learn(request: Recorded, path: string, answer: Answer): void {
    const { method, status, answer: text, headers } = request;
    if (status === null || status >= 300) return;
    if (answer.status >= 300) {
      this.lose(request);
      return;
    }
    const before = parsed(text);
    const id = method === 'POST' ? stringIn(answer.json, 'id') : undefined;
    const old = method === 'POST' ? stringIn(before, 'id') : undefined;
    if (old !== undefined) {
      if (id === undefined) {
        this.lose(request);
        return;
      }
      this.#ids.set(old, id);
      this.#lost.delete(old);
    }
    const version = headers.find(([name]) => name.toLowerCase() === 'etag')?.[1] ?? stringIn(metaOf(before), 'version');
    const place = id === undefined ? path : `${path.replace(/[?].*$/s, '')}/${encodeURIComponent(id)}`;
    if (version !== undefined && answer.etag !== null) this.#versions.set(versionKey(place, version), answer.etag);
  }

  /** Notes that what REQUEST created when it was recorded was not created now. */
  lose({ method, answer, status }: Recorded): void {
    const id = method === 'POST' && status !== null && status < 300 ? stringIn(parsed(answer), 'id') : undefined;
    if (id !== undefined && !this.#ids.has(id)) this.#lost.add(id);
  }
}

function versionKey(path: string, version: string): string {
  return JSON.stringify([path.replace(/[?].*$/s, ''), version]);
}

/**
 * TEXT with NAMES replaced, all at once, so that what is new is not replaced again. Only whole values count, between
 * quotes or as a segment of a path: an id may be as short as 1. WRITE spells an id as TEXT does.
 */
function replaced(text: string, names: ReadonlyMap<string, string>, write: (id: string) => string): string {
  if (names.size === 0) return text;
  const spelled = new Map([...names].flatMap(([before, now]) => [before, write(before)].map((each) => [each, now])));
  const any = [...spelled.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(`(?<=^|["'/=]|%22|%27)(?:${any.join('|')})(?=$|["'/?&\\\\]|%22|%27)`, 'g');
  return text.replace(pattern, (name) => write(spelled.get(name) ?? name));
}

/** What differs between the recorded answer and ANSWER, in words; empty when nothing does. */
function differenceOf({ status, answer: text, body }: Recorded, answer: Answer, renamed: Renamed): string {
  if (status !== answer.status) return `${status ?? 'no answer'} → ${answer.status}${detailOf(answer.json)}`;
  const before = parsed(text === undefined ? undefined : renamed.in(text));
  if (!isJsonObject(before) || !isJsonObject(answer.json)) {
    return before === undefined && body === undefined ? '' : isEqual(before, answer.json) ? '' : 'another body';
  }
  const names = differing(before, answer.json);
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return names.length === 0 ? '' : `differs in ${names.slice(0, 5).join(', ')}${more}`;
}

/** The members in which BEFORE and NOW differ; what every server makes for itself does not count. */
function differing(before: JsonObject, now: JsonObject): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => !isEqual(comparable(before, name), comparable(now, name)));
}

function comparable(object: JsonObject, name: string): JsonValue | undefined {
  const value = object[name];
  if (value === '***') return undefined;
  if (Array.isArray(value) && name === 'Resources') return value.map((one) => (isJsonObject(one) ? plain(one) : one));
  return name === 'meta' && isJsonObject(value) ? (value.resourceType ?? null) : withoutReferences(value);
}

function plain(resource: JsonObject): JsonObject {
  const { meta: _meta, ...rest } = resource;
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, withoutReferences(value) ?? null]));
}

/** VALUE without `$ref`, which are URLs of one server. */
function withoutReferences(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((element) => withoutReferences(element) ?? null);
  if (!isJsonObject(value)) return value;
  const { $ref: _reference, ...rest } = value;
  return rest;
}

function detailOf(json: JsonValue | undefined): string {
  const detail = stringIn(json, 'detail');
  return detail === undefined ? '' : `: ${detail}`;
}

function metaOf(json: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(json) ? json.meta : undefined;
}

function stringIn(json: JsonValue | undefined, name: string): string | undefined {
  const value = isJsonObject(json) ? json[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function parsed(text: string | undefined): JsonValue | undefined {
  try {
    const value: JsonValue | undefined = text === undefined ? undefined : JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
