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
  /** Reading is GET, HEAD and `.search`; absent: both. */
  readonly access?: 'read' | 'write' | undefined;
  /** First segment of the path below the base URL, e.g. `Users`; absent: all together. */
  readonly endpoint?: string | undefined;
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
  readonly #rules: readonly { readonly rule: RateRule; readonly bucket: TokenBucket }[];
  readonly #lanes = new Map<string, Lane>();
  #stopTimer: (() => void) | undefined;

  constructor(options: RateOptions) {
    const { clock, rules = [], concurrency = defaultConcurrency } = options;
    this.#options = options;
    this.#concurrency = new Concurrency(concurrency.initial, concurrency.most);
    this.#rules = rules.map((rule) => ({ rule, bucket: new TokenBucket(rule.perSecond, rule.burst, clock.now()) }));
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
    const access = isSafe(request) ? 'read' : 'write';
    const { basePath } = this.#options;
    const below = request.path.startsWith(basePath) ? request.path.slice(basePath.length) : request.path;
    const endpoint = /^\/*([^/?]*)/.exec(below)?.[1] ?? '';
    const key = `${access} ${endpoint}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = new Lane(key, access === 'write', this.#bucketsFor(access, endpoint));
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #bucketsFor(access: 'read' | 'write', endpoint: string): TokenBucket[] {
    return this.#rules
      .filter(({ rule }) => rule.access === undefined || rule.access === access)
      .filter(({ rule }) => rule.endpoint === undefined || rule.endpoint.toLowerCase() === endpoint.toLowerCase())
      .map(({ bucket }) => bucket);
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

/** Nothing is sent while the server wants nothing. */
function heldBack(request: HttpRequest, heldMs: number): ResponseError {
  const asked = request.asked();
  const wait = duration(heldMs);
  const message = `${asked} was not sent: the server asked to wait another ${wait}`;
  return new ResponseError(429, message, undefined, undefined, { asked, remedy: `Repeat it after ${wait}.` });
}
