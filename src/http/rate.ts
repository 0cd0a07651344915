/**
 * The layer that sends no faster than the server permits: token buckets per class of endpoint, a pace learned from
 * throttles, as many requests at the same time as the server bears, first come first served.
 */

import { CancelledError, NetworkError, ResponseError } from '../scim/error.js';
import type { Clock } from './clock.js';
import type { HttpLayer, HttpSend } from './pipeline.js';
import { TokenBucket } from './rate-bucket.js';
import { Concurrency } from './rate-concurrency.js';
import { Lane, type Turn } from './rate-lane.js';
import { isSafe } from './retry.js';
import { quotaReset, retryAfter } from './retry-after.js';
import { duration } from './retry-record.js';
import type { HttpAnswer, HttpRequest, Observation } from './session.js';
import { type ThrottleSign, throttleOf } from './throttle.js';

/** A rate that the server is known to permit. Requests of several rules need the permission of each. */
export interface RateRule {
  /** Methods in upper case, where a search by POST counts as GET; absent: all. */
  readonly methods?: readonly string[] | undefined;
  /** First segment of the path below the base URL, e.g. `Users`, in any case; absent: all together. */
  readonly endpoint?: string | undefined;
  /** Requests for one resource by its id (true) or for the whole endpoint (false); absent: both. */
  readonly single?: boolean | undefined;
  readonly perSecond: number;
  /** Requests that may come at once after a pause. */
  readonly burst: number;
}

export interface RateOptions {
  readonly clock: Clock;
  /** Path of the base URL. */
  readonly basePath: string;
  /** A request that would have to wait longer because the server said so is refused at once. */
  readonly deadlineMs: number;
  readonly rules?: readonly RateRule[] | undefined;
  /** Requests at the same time: to begin with, and at most. */
  readonly concurrency?: { readonly initial: number; readonly most: number } | undefined;
  readonly throttleSigns?: readonly ThrottleSign[] | undefined;
}

const defaultConcurrency = { initial: 8, most: 32 };

/** The layer, with its own queues. */
export function rateLayer(options: RateOptions): HttpLayer {
  const scheduler = new Scheduler(options);
  return (next) => (request, observed) => scheduler.send(next, request, observed);
}

class Scheduler {
  readonly #options: RateOptions;
  readonly #concurrency: Concurrency;
  readonly #rules: readonly { readonly rule: RateRule; readonly index: number; readonly bucket: TokenBucket }[];
  readonly #lanes = new Map<string, Lane>();
  #stopTimer: (() => void) | undefined;

  constructor(options: RateOptions) {
    const { clock, rules = [], concurrency = defaultConcurrency } = options;
    this.#options = options;
    this.#concurrency = new Concurrency(concurrency.initial, concurrency.most);
    this.#rules = rules.map((rule, index) => {
      return { rule, index, bucket: new TokenBucket(rule.perSecond, rule.burst, clock.now()) };
    });
  }

  async send(next: HttpSend, request: HttpRequest, observed: Observation): Promise<HttpAnswer> {
    const lane = this.#laneOf(request);
    await this.#turn(lane, request, observed);
    const began = this.#options.clock.now();
    try {
      const answer = await next(request, observed);
      this.#learn(lane, answer, began);
      return answer;
    } catch (error) {
      const isSlow = error instanceof NetworkError && error.code === 'network.timeout';
      if (isSlow) this.#concurrency.reduce(0.5, began, this.#options.clock.now());
      throw error;
    } finally {
      this.#concurrency.end();
      this.#pump();
    }
  }

  /** Reading and writing each kind of resource have limits of their own with most vendors. */
  #laneOf(request: HttpRequest): Lane {
    const isReading = isSafe(request);
    const { basePath } = this.#options;
    const below = request.path.startsWith(basePath) ? request.path.slice(basePath.length) : request.path;
    const [, endpoint = '', id = ''] = /^\/*([^/?]*)(?:\/([^/?]+))?/.exec(below) ?? [];
    const method = isReading ? 'GET' : request.method;
    const rules = this.#rules.filter(({ rule }) => applies(rule, method, endpoint, id !== '' && id !== '.search'));
    const key = `${isReading ? 'read' : 'write'} ${endpoint} ${rules.map(({ index }) => index).join()}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      const buckets = rules.map(({ bucket }) => bucket);
      lane = new Lane(key, !isReading, buckets);
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  /** Resolves when the request may be sent; it is under way then. */
  async #turn(lane: Lane, request: HttpRequest, observed: Observation): Promise<void> {
    const { clock } = this.#options;
    const { signal } = request;
    if (signal?.aborted === true) throw new CancelledError();
    const held = lane.heldUntil - clock.now();
    if (held > this.#options.deadlineMs) throw heldBack(request, held);
    const since = clock.now();
    try {
      await new Promise<void>((resolve, reject) => {
        const turn: Turn = { start: resolve, refuse: (heldMs) => reject(heldBack(request, heldMs)), isGone: false };
        const cancel = (): void => {
          turn.isGone = true;
          reject(new CancelledError());
        };
        signal?.addEventListener('abort', cancel, { once: true });
        turn.end = () => signal?.removeEventListener('abort', cancel);
        // What was sent before has its time limit running, and goes first.
        lane.enqueue(turn, observed.attempts > 0);
        this.#pump();
      });
    } finally {
      observed.queuedMs = (observed.queuedMs ?? 0) + clock.now() - since;
    }
  }

  /** Starts what may start, one of each lane in turn, and sets the timer for what may start later. */
  #pump(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const now = this.#options.clock.now();
    let wakeAt = Number.POSITIVE_INFINITY;
    let ready = [...this.#lanes.values()];
    while (ready.length > 0 && this.#concurrency.hasRoom) {
      ready = ready.filter((lane) => {
        if (!this.#concurrency.hasRoom || lane.isEmpty) return false;
        const at = lane.readyAt(now);
        if (at > now) {
          wakeAt = Math.min(wakeAt, at);
          return false;
        }
        this.#concurrency.begin();
        lane.startNext(now);
        return true;
      });
    }
    if (!this.#concurrency.hasRoom || wakeAt === Number.POSITIVE_INFINITY) return;
    this.#stopTimer = this.#options.clock.after(wakeAt - now, () => this.#pump());
  }

  #learn(lane: Lane, answer: HttpAnswer, began: number): void {
    const { clock, throttleSigns, deadlineMs } = this.#options;
    const now = clock.now();
    const throttle = throttleOf(answer, throttleSigns);
    if (throttle === 'concurrency') {
      this.#concurrency.reduce(0.5, began, now);
    } else if (throttle === 'rate') {
      // The pace drops; requests at the same time are not too many, only too often.
      lane.pace.throttle(began, now);
      lane.hold(quotaReset(answer.headers, clock.wall()), began, now, deadlineMs);
    } else if (answer.status === 503) {
      lane.hold(retryAfter(answer.headers, clock.wall()), began, now, deadlineMs);
    } else {
      lane.pace.accept(now);
      this.#concurrency.succeed();
      if (lane.isWriting && answer.status < 300) this.#concurrency.measure(lane.key, began, now);
    }
  }
}

function applies({ methods, endpoint, single }: RateRule, method: string, asked: string, isSingle: boolean): boolean {
  if (methods !== undefined && !methods.includes(method)) return false;
  if (endpoint !== undefined && endpoint.toLowerCase() !== asked.toLowerCase()) return false;
  return single === undefined || single === isSingle;
}

/** Nothing is sent while the server wants nothing. */
function heldBack(request: HttpRequest, heldMs: number): ResponseError {
  const asked = request.asked();
  const wait = duration(heldMs);
  const message = `${asked} was not sent: the server asked to wait another ${wait}`;
  return new ResponseError(429, message, undefined, undefined, { asked, remedy: `Repeat it after ${wait}.` });
}
