/**
 * Writes that are done exactly once, also when nobody knows whether a request was executed: the connection broke after it
 * was sent, no answer came in time, or the answer was 408, 500, 502 or 504 (RFC 9110 §9.2.2).
 *
 * | request | what is done then |
 * |---|---|
 * | POST | looked up; ours is taken, nothing found twice is sent again, anything else is an error |
 * | PUT | read; equal is done, else sent again on condition of the version that was read |
 * | PATCH | read; what is missing is sent, on the same condition |
 * | DELETE | sent again; 404 is done |
 */

import { sleep } from '../http/clock.js';
import { isAmbiguous } from '../http/retry.js';
import { throttleOf } from '../http/throttle.js';
import { NetworkError, ResponseError, type ScimError } from '../scim/error.js';
import { ifMatchHolds } from '../scim/etag.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { type Found, type LookupMeans, lookUp } from './ambiguous-lookup.js';
import { remainingPatch } from './ambiguous-patch.js';
import { holdsSecret, resembles } from './resemblance.js';
import { checkAnswer, responseErrorOf } from './response-error.js';
import type { Answer, CallOptions } from './types.js';
import type { WireRequest } from './wire.js';

export interface WriteMeans extends LookupMeans {
  /** Returns the answer, whatever its status. */
  send(request: WireRequest, call: CallOptions): Promise<Answer>;
  /** The type of the resources at PATH. */
  type(path: string, call: CallOptions): Promise<ResourceType | undefined>;
}

/** A write is sent so often at most. */
const mostAttempts = 3;
const pauseMs = 500;
/** How long a server may take until a look-up shows what it has committed; more when it was slow before. */
const settleMs = 2_000;
const slowSettleMs = 10_000;

/** Why it is not known whether a request was executed. */
interface Doubt {
  /** As the beginning of a sentence. */
  readonly told: string;
  readonly error: ScimError;
  readonly isSlow: boolean;
}

type Outcome =
  | { readonly answer: Answer; readonly doubt?: undefined }
  | { readonly answer?: undefined; readonly doubt: Doubt };

/**
 * Sends REQUEST, a POST, PUT, PATCH or DELETE, and returns its answer; or, when its outcome was in doubt and turned out
 * to be what was wanted, the resource as it is now, with a warning that tells the story. Throws `ResponseError`, what
 * `Target.exchange` throws, and, when a doubt cannot be settled, its cause with what was found.
 */
export async function writeOnce(request: WireRequest, means: WriteMeans, call: CallOptions): Promise<Answer> {
  return new Write(request, means, call).run();
}

class Write {
  readonly #body: JsonObject | undefined;
  readonly #since: number;

  constructor(
    readonly request: WireRequest,
    readonly means: WriteMeans,
    readonly call: CallOptions,
  ) {
    this.#body = objectIn(request.body);
    this.#since = means.clock.wall();
  }

  async run(): Promise<Answer> {
    let request = this.request;
    let doubt: Doubt | undefined;
    for (let count = 1; ; count++) {
      const outcome = await this.#attempt(request);
      if (outcome.answer !== undefined) return this.#conclude(outcome.answer, doubt);
      doubt = outcome.doubt;
      const next = await this.#settle(doubt);
      if ('status' in next) return next;
      if (count >= mostAttempts) throw unsettled(doubt, `it was sent ${count} times`);
      request = next;
      await sleep(this.means.clock, pauseMs * 2 ** (count - 1), this.call.signal);
    }
  }

  async #attempt(request: WireRequest): Promise<Outcome> {
    try {
      const answer = await this.means.send(request, this.call);
      if (!isAmbiguous(answer.status) || throttleOf(answer) !== undefined) return { answer };
      const told = `The server answered ${answer.status}, which does not say whether it was done`;
      return { doubt: { told, error: responseErrorOf(answer), isSlow: answer.status === 504 } };
    } catch (error) {
      const doubt = doubtOf(error);
      if (doubt === undefined) throw error;
      return { doubt };
    }
  }

  /** The answer that settles DOUBT, or what to send next. */
  async #settle(doubt: Doubt): Promise<Answer | WireRequest> {
    switch (this.request.method) {
      case 'POST':
        return this.#settleCreate(doubt);
      case 'PUT':
        return this.#settleReplace(doubt);
      case 'PATCH':
        return this.#settlePatch(doubt);
      default:
        return this.request;
    }
  }

  /** ANSWER as the result, after an earlier attempt left DOUBT. */
  async #conclude(answer: Answer, doubt: Doubt | undefined): Promise<Answer> {
    const { method } = this.request;
    if (doubt !== undefined) {
      if (method === 'DELETE' && (answer.status === 404 || answer.status === 410)) {
        return warned(answer, `${doubt.told}; the server no longer has it: it was deleted`);
      }
      // The first attempt may have been carried out late.
      const isLate = method === 'POST' ? answer.status === 409 : answer.status === 412;
      const settled = isLate ? await this.#settle(doubt) : undefined;
      if (settled !== undefined && 'status' in settled) return settled;
    }
    checkAnswer(answer);
    return doubt === undefined ? answer : warned(answer, `${doubt.told}; it was sent again`);
  }

  async #settleCreate(doubt: Doubt): Promise<Answer | WireRequest> {
    let found = await this.#look();
    if (found.kind === 'none') {
      // What was committed may not be found at once.
      await sleep(this.means.clock, doubt.isSlow ? slowSettleMs : settleMs, this.call.signal);
      found = await this.#look();
    }
    if (found.kind === 'none') return this.request;
    if (found.kind !== 'ours') throw unsettled(doubt, found.why);
    const path = `${pathOf(this.request)}/${encodeURIComponent(found.id)}${queryOf(this.request)}`;
    const resource = await this.means.send({ method: 'GET', path }, this.call);
    if (resource.status >= 400) throw unsettled(doubt, `${found.id} was found by ${found.key} and cannot be read`);
    return warned(resource, `${doubt.told}; looked it up by ${found.key}: it was created`);
  }

  async #look(): Promise<Found> {
    if (this.#body === undefined) return { kind: 'unknown', why: 'what was sent is no JSON object' };
    const sought = { endpoint: pathOf(this.request), resource: this.#body, since: this.#since };
    return lookUp(sought, this.means, this.call);
  }

  async #settleReplace(doubt: Doubt): Promise<Answer | WireRequest> {
    const now = await this.#read(doubt);
    const resource = isJsonObject(now.json) ? now.json : undefined;
    const body = this.#body;
    if (resource === undefined || body === undefined) throw unsettled(doubt, 'what is there cannot be read');
    // Nobody can see whether a password was set; setting it again does no harm.
    if (!holdsSecret(body) && resembles(resource, body, false)) {
      return warned(now, `${doubt.told}; read it: it was replaced`);
    }
    return this.#again(now, doubt);
  }

  async #settlePatch(doubt: Doubt): Promise<Answer | WireRequest> {
    const now = await this.#read(doubt);
    const type = await this.means.type(pathOf(this.request), this.call);
    const resource = isJsonObject(now.json) ? now.json : undefined;
    if (type === undefined || resource === undefined || this.#body === undefined) {
      throw unsettled(doubt, 'what is there cannot be compared');
    }
    const left = remainingPatch(type, resource, this.#body);
    if (left === 'done') return warned(now, `${doubt.told}; read it: the change is there`);
    if (left === undefined) throw unsettled(doubt, 'what is there does not show whether the change was made');
    return { ...this.#again(now, doubt), body: JSON.stringify(left) };
  }

  /** The resource as it is now. */
  async #read(doubt: Doubt): Promise<Answer> {
    const answer = await this.means.send({ method: 'GET', path: pathOf(this.request) }, this.call);
    if (answer.status < 400) return answer;
    throw unsettled(doubt, `${answer.asked} answered ${answer.status}`);
  }

  /** The request once more, on condition that the resource is still as it is NOW. */
  #again(now: Answer, doubt: Doubt): WireRequest {
    const { headers = {} } = this.request;
    const name = Object.keys(headers).find((each) => each.toLowerCase() === 'if-match');
    const wanted = name === undefined ? undefined : headers[name];
    if (wanted !== undefined && wanted.trim() !== '*' && now.etag !== null && !ifMatchHolds(wanted, now.etag)) {
      throw unsettled(doubt, 'it has another version now and is not what was sent');
    }
    return now.etag === null
      ? this.request
      : { ...this.request, headers: { ...headers, [name ?? 'If-Match']: now.etag } };
  }
}

function doubtOf(error: unknown): Doubt | undefined {
  if (!(error instanceof NetworkError) || error.outcome !== 'unknown') return undefined;
  const isSlow = error.code === 'network.timeout';
  const what = isSlow ? 'No answer came in time' : 'The connection broke after the request was sent';
  return { told: what, error, isSlow };
}

/** The cause of DOUBT, with WHY it could not be settled. */
function unsettled({ error }: Doubt, why: string): ScimError {
  const message = `${error.message}; whether it was done is not known: ${why}`;
  const remedy = 'Look at the resource before repeating the request.';
  const context = { asked: error.asked, remedy, cause: error };
  if (error instanceof NetworkError) return new NetworkError(error.code, message, error.outcome, context);
  const { status, scimType, detail } = error instanceof ResponseError ? error : {};
  return new ResponseError(status ?? 500, message, scimType, detail, context);
}

function warned(answer: Answer, warning: string): Answer {
  answer.warnings.push(warning);
  return answer;
}

function pathOf({ path }: WireRequest): string {
  return path.replace(/\?.*$/s, '').replace(/\/+$/, '');
}

function queryOf({ path }: WireRequest): string {
  return /\?.*$/s.exec(path)?.[0] ?? '';
}

function objectIn(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const value: JsonValue = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
