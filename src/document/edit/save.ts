/**
 * What was typed is brought to the server: what is there now is read, changes of others are merged, the least is sent on
 * condition of the version that was read, and what came of it is read back. An answer with status 2xx proves nothing.
 */

import type { Answer, CallOptions } from '../../client/types.js';
import {
  CancelledError,
  InvalidResponseError,
  NetworkError,
  PendingError,
  ResponseError,
  ScimError,
} from '../../scim/error.js';
import { isJsonObject } from '../../scim/json.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import { changedPlaces, type Verification, verify } from './changes.js';
import { type Editable, editable } from './editable.js';
import {
  type Edited,
  objectOf,
  type Plan,
  type PlannedRequest,
  planEdit,
  refuseIssues,
  type Service,
} from './edited.js';
import { type MergeResult, merge3 } from './merge3.js';
import { ExactNumbers } from './numbers.js';

/** A resource as the server has it now. */
export interface Reading extends Editable {
  readonly id: string;
  readonly etag: string | null;
  /** As the server sent it. */
  readonly whole: string;
}

export type Saved =
  | { readonly outcome: 'saved'; readonly now: Reading; readonly shown: string; readonly told: Told }
  | { readonly outcome: 'unchanged'; readonly now: Reading; readonly shown: string; readonly told: Told }
  /** Nothing was sent: somebody else has changed the same. */
  | { readonly outcome: 'conflict'; readonly now: Reading; readonly merge: MergeResult }
  /** Some of several requests were carried out. */
  | {
      readonly outcome: 'partial';
      readonly now: Reading;
      readonly merge: MergeResult;
      readonly sent: number;
      readonly of: number;
      readonly error: ScimError;
    }
  /** Nobody knows whether it was carried out. */
  | { readonly outcome: 'ambiguous'; readonly error: ScimError };

/** What there is to say about what was saved. */
export interface Told {
  readonly verification: Verification;
  /** What others had changed, which is kept. */
  readonly merged: readonly string[];
  readonly warnings: readonly string[];
  readonly requests: number;
  /** Does the text differ in nothing that can be sent? */
  readonly isIdle: boolean;
}

/** Waits so many milliseconds; for tests, as fast as they like. */
export type Pause = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

/** Some servers show a change a moment after they have confirmed it. */
const pausesMs = [200, 800, 1_500];
/** How often the others may be faster. */
const mostRounds = 3;

/** Read the resource ID of SERVICE, as the person sees it when LEFTOUT is left out. */
export async function readResource(
  { target, type }: Service,
  id: string,
  leftOut: readonly string[],
  call: CallOptions,
): Promise<Reading> {
  const answer = await target.get(type.name, id, {}, call);
  return { ...editable(type, answer.text, answer.json, leftOut), id, etag: answer.etag, whole: answer.text };
}

/** Save EDITED. Throws when nothing was sent, or nothing carried out, and why. */
export async function saveEdited(service: Service, edited: Edited, call: CallOptions, pause: Pause): Promise<Saved> {
  return edited.id === null
    ? create(service, edited, call, pause)
    : change(service, { ...edited, id: edited.id }, call, pause);
}

async function create(service: Service, edited: Edited, call: CallOptions, pause: Pause): Promise<Saved> {
  const { target, type } = service;
  const plan = planEdit(service, edited);
  refuseIssues(plan, target.validation);
  const [request] = plan.requests;
  if (request === undefined) throw new Error('A new resource without a request');
  let answer: Answer;
  try {
    answer = await target.create(type.name, request.body, {}, call);
  } catch (error) {
    if (isAmbiguous(error)) return { outcome: 'ambiguous', error };
    throw error;
  }
  const id = idOf(answer);
  if (id === undefined) return { outcome: 'ambiguous', error: unnamed(answer) };
  const done = await readBack(service, id, [], plan, call, pause);
  if (done instanceof ScimError) return { outcome: 'ambiguous', error: done };
  const { now, verification } = done;
  const told = { verification, merged: [], warnings: answer.warnings, requests: 1, isIdle: false };
  return { outcome: 'saved', now, shown: now.text, told };
}

/** The id of what ANSWER says was created. */
function idOf({ json, location }: Answer): string | undefined {
  const id = isJsonObject(json) ? getAttribute(json, 'id') : undefined;
  if (typeof id === 'string' && id !== '') return id;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  const last = location?.replace(/[?#].*$/, '').match(/\/([^/]+)\/?$/)?.[1];
  try {
    return last === undefined ? undefined : decodeURIComponent(last);
  } catch {
    // Some servers do not encode what they write there.
    return last;
  }
}

function unnamed({ asked }: Answer): ScimError {
  return new PendingError(
    'async.unknown',
    'The server created something and did not say what its id is',
    undefined,
    undefined,
    {
      asked,
      remedy: 'Look for it before you create it again.',
    },
  );
}

type Existing = Edited & { readonly id: string };

async function change(service: Service, edited: Existing, call: CallOptions, pause: Pause): Promise<Saved> {
  const { target, type } = service;
  // What cannot be sent at all is told before anything is asked.
  const asked = planEdit(service, edited);
  refuseIssues(asked, target.validation);
  const isIdle = asked.requests.length === 0;
  let sent = 0;
  let refused: { readonly of: number; readonly error: ScimError } | undefined;
  for (let round = 1; ; round += 1) {
    const current = await readCurrent(service, edited, call, pause);
    const merge = merge3(type, edited.base, edited.text, current.text);
    if (merge.conflicts.length > 0) {
      if (refused === undefined || sent === 0) return { outcome: 'conflict', now: current, merge };
      return { outcome: 'partial', now: current, merge, sent, ...refused };
    }
    const rebased = { ...edited, base: current.text, text: merge.text, etag: current.etag };
    const plan = planEdit(service, rebased, current.whole);
    const sending = await sendAll(service, edited.id, plan, call);
    sent += sending.done;
    if (sending.error === undefined) {
      const done = await readBack(service, edited.id, edited.leftOut, plan, call, pause);
      if (done instanceof ScimError) return { outcome: 'ambiguous', error: done };
      const warnings = [...asked.warnings, ...sending.warnings];
      return conclude(service, rebased, done, { merged: merge.taken, warnings, requests: sent, isIdle });
    }
    if (isPreconditionFailed(sending.error) && round < mostRounds) {
      refused = { of: sent - sending.done + plan.requests.length, error: sending.error };
      continue;
    }
    if (sent > 0) return partial(service, edited, rebased, sent, plan, sending, call);
    if (isAmbiguous(sending.error)) return { outcome: 'ambiguous', error: sending.error };
    throw sending.error;
  }
}

/** The resource of EDITED as it is now; a replica that still shows what was before EDITED was read is asked again. */
async function readCurrent(service: Service, edited: Existing, call: CallOptions, pause: Pause): Promise<Reading> {
  const known = modifiedIn(edited.base);
  for (const wait of [...pausesMs, undefined]) {
    const current = await readResource(service, edited.id, edited.leftOut, call);
    const isOlder = (modifiedIn(current.whole) ?? Number.NaN) < (known ?? Number.NaN);
    if (!isOlder || wait === undefined) return current;
    await pause(wait, call.signal);
  }
  throw new Error('unreachable');
}

/** `meta.lastModified` of the resource TEXT, in ms. */
function modifiedIn(text: string): number | undefined {
  const resource = objectOf(ExactNumbers.parse([text]).values[0]);
  const meta = resource === undefined ? undefined : getAttribute(resource, 'meta');
  const modified = isJsonObject(meta) ? getAttribute(meta, 'lastModified') : undefined;
  const time = typeof modified === 'string' ? Date.parse(modified) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

interface Sending {
  readonly done: number;
  readonly warnings: readonly string[];
  readonly error?: unknown;
}

async function sendAll(service: Service, id: string, plan: Plan, call: CallOptions): Promise<Sending> {
  const warnings: string[] = [];
  let done = 0;
  let etag: string | undefined = plan.requests[0]?.headers['If-Match'];
  try {
    for (const request of plan.requests) {
      const answer = await sendOne(service, id, request, etag, call);
      etag = answer.etag ?? undefined;
      warnings.push(...answer.warnings);
      done += 1;
    }
    return { done, warnings };
  } catch (error) {
    // A success that cannot be read: reading the resource will show what it was.
    const isLast = done === plan.requests.length - 1;
    if (isLast && isUnclear(error)) return { done: done + 1, warnings: [...warnings, error.message] };
    return { done, warnings, error };
  }
}

function sendOne(
  { target, type }: Service,
  id: string,
  { method, body }: PlannedRequest,
  ifMatch: string | undefined,
  call: CallOptions,
): Promise<Answer> {
  // What was wrong was told before; the dialect of a service may be one that the schema does not know.
  const options = { ifMatch, validation: 'off' as const };
  return method === 'PUT'
    ? target.replace(type.name, id, body, options, call)
    : target.patch(type.name, id, body, options, call);
}

interface ReadBack {
  readonly now: Reading;
  readonly verification: Verification;
}

/** What came of PLAN; an error when it was carried out, says the service, but cannot be read. */
async function readBack(...args: Parameters<typeof readUntilShown>): Promise<ReadBack | ScimError> {
  const [, , , { requests }] = args;
  try {
    return await readUntilShown(...args);
  } catch (error) {
    if (!(error instanceof ScimError) || error instanceof CancelledError || requests.length === 0) throw error;
    const message = `The service said that it was done, but it could not be read again: ${error.message}`;
    return new PendingError('async.unknown', message, undefined, undefined, { cause: error });
  }
}

/** What came of a plan, read until it shows, or until nobody can expect that any more. */
async function readUntilShown(
  service: Service,
  id: string,
  leftOut: readonly string[],
  { before, after, requests }: Plan,
  call: CallOptions,
  pause: Pause,
): Promise<ReadBack> {
  const places = requests.length === 0 ? [] : changedPlaces(service.type, before, after);
  for (const wait of [...pausesMs, undefined]) {
    const now = await readResource(service, id, leftOut, call);
    const shown = objectOf(ExactNumbers.parse([now.text]).values[0]) ?? {};
    const verification = verify(service, places, before, after, shown);
    if (wait === undefined || verification.not.length === 0) return { now, verification };
    await pause(wait, call.signal);
  }
  throw new Error('unreachable');
}

function conclude(
  service: Service,
  rebased: Edited,
  { now, verification }: ReadBack,
  told: Omit<Told, 'verification'>,
): Saved {
  // What the server did not take stays as it was typed, so that it is not lost.
  const isLost = verification.not.some(({ kind }) => kind === 'ignored');
  const shown = isLost ? merge3(service.type, rebased.base, rebased.text, now.text).text : now.text;
  return { outcome: told.requests === 0 ? 'unchanged' : 'saved', now, shown, told: { ...told, verification } };
}

async function partial(
  service: Service,
  edited: Existing,
  rebased: Edited,
  sent: number,
  plan: Plan,
  { done, error }: Sending,
  call: CallOptions,
): Promise<Saved> {
  if (!(error instanceof ScimError)) throw error;
  const of = sent - done + plan.requests.length;
  try {
    const now = await readResource(service, edited.id, edited.leftOut, call);
    const merge = merge3(service.type, rebased.base, rebased.text, now.text);
    return { outcome: 'partial', now, merge, sent, of, error };
  } catch (failure) {
    if (!(failure instanceof ScimError) || failure instanceof CancelledError) throw failure;
    const message = `${sent} of ${of} requests were carried out, then: ${error.message}; nor could it be read again`;
    const context = { cause: error };
    return { outcome: 'ambiguous', error: new PendingError('async.unknown', message, undefined, undefined, context) };
  }
}

function isPreconditionFailed(error: unknown): error is ResponseError {
  return error instanceof ResponseError && error.status === 412;
}

/** Did the service say that it was done, in an answer from which nothing else can be concluded? */
function isUnclear(error: unknown): error is InvalidResponseError {
  return error instanceof InvalidResponseError && (error.status === undefined || error.status < 300);
}

/** After these statuses, which were looked into as far as can be, nobody knows. */
const openStatuses: ReadonlySet<number> = new Set([408, 500, 502, 504]);

function isAmbiguous(error: unknown): error is ScimError {
  if (error instanceof ResponseError) return openStatuses.has(error.status);
  return (
    (error instanceof NetworkError && error.outcome === 'unknown') || error instanceof PendingError || isUnclear(error)
  );
}
