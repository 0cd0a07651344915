/**
 * What was typed is brought to the server: what is there now is read, changes of others are merged, the least is sent on
 * condition of the version that was read, and what came of it is read back. An answer with status 2xx proves nothing.
 */

import type { Answer, CallOptions } from '../../client/types.js';
import { CancelledError, NetworkError, PendingError, ResponseError, ScimError } from '../../scim/error.js';
import { isJsonObject } from '../../scim/json.js';
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
}

/** Waits so many milliseconds; for tests, as fast as they like. */
export type Pause = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

/** Some servers show a change a moment after they have confirmed it. */
const pausesMs = [200, 800];
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
  const told = { verification, merged: [], warnings: answer.warnings, requests: 1 };
  return { outcome: 'saved', now, shown: now.text, told };
}

/** The id of what ANSWER says was created. */
function idOf({ json, location }: Answer): string | undefined {
  const id = isJsonObject(json) ? json.id : undefined;
  if (typeof id === 'string') return id;
  const last = location?.replace(/[?#].*$/, '').match(/\/([^/]+)\/?$/)?.[1];
  return last === undefined ? undefined : decodeURIComponent(last);
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
  refuseIssues(planEdit(service, edited), target.validation);
  for (let round = 1; ; round += 1) {
    const current = await readResource(service, edited.id, edited.leftOut, call);
    const merge = merge3(type, edited.base, edited.text, current.text);
    if (merge.conflicts.length > 0) return { outcome: 'conflict', now: current, merge };
    const rebased = { ...edited, base: current.text, text: merge.text, etag: current.etag };
    const plan = planEdit(service, rebased, current.whole);
    const sending = await sendAll(service, edited.id, plan, call);
    if (sending.error === undefined) {
      const done = await readBack(service, edited.id, edited.leftOut, plan, call, pause);
      if (done instanceof ScimError) return { outcome: 'ambiguous', error: done };
      return conclude(service, rebased, plan, done, { merged: merge.taken, warnings: sending.warnings });
    }
    const isFirst = sending.done === 0;
    if (isFirst && isPreconditionFailed(sending.error) && round < mostRounds) continue;
    if (!isFirst) return partial(service, edited, rebased, plan, sending.done, sending.error, call);
    if (isAmbiguous(sending.error)) return { outcome: 'ambiguous', error: sending.error };
    throw sending.error;
  }
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
  plan: Plan,
  { now, verification }: ReadBack,
  told: Pick<Told, 'merged' | 'warnings'>,
): Saved {
  // What the server did not take stays as it was typed, so that it is not lost.
  const isLost = verification.not.some(({ kind }) => kind === 'ignored');
  const shown = isLost ? merge3(service.type, rebased.base, rebased.text, now.text).text : now.text;
  const outcome = plan.requests.length === 0 ? 'unchanged' : 'saved';
  return { outcome, now, shown, told: { ...told, verification, requests: plan.requests.length } };
}

async function partial(
  service: Service,
  edited: Existing,
  rebased: Edited,
  plan: Plan,
  sent: number,
  error: unknown,
  call: CallOptions,
): Promise<Saved> {
  const failure = error instanceof ResponseError || isAmbiguous(error) ? error : undefined;
  if (failure === undefined) throw error;
  const now = await readResource(service, edited.id, edited.leftOut, call);
  const merge = merge3(service.type, rebased.base, rebased.text, now.text);
  return { outcome: 'partial', now, merge, sent, of: plan.requests.length, error: failure };
}

function isPreconditionFailed(error: unknown): boolean {
  return error instanceof ResponseError && error.status === 412;
}

function isAmbiguous(error: unknown): error is ScimError {
  return (error instanceof NetworkError && error.outcome === 'unknown') || error instanceof PendingError;
}
