/**
 * The layer that sends again what may be sent again, and waits as long as the server says.
 *
 * | outcome | safe requests | others |
 * |---|---|---|
 * | nothing was sent (refused, name, handshake broken off) | again | again |
 * | broken off or timed out after it was sent; 408, 500, 502, 504 | again | unknown: left to the caller |
 * | 429 and throttles that say 403 or 500 | after the wait that the server asks for, else after a growing one | same |
 * | 503 | same | same |
 *
 * RFC 9110 §9.2.2, §10.2.3 and §15.6.4, RFC 6585 §4. A certificate that is not trusted is not tried again: time does not
 * heal it.
 */

import { NetworkError } from '../scim/error.js';
import { type Clock, sleep } from './clock.js';
import type { HttpLayer, HttpSend } from './pipeline.js';
import { quotaReset, retryAfter, type WaitHint } from './retry-after.js';
import { RetryBudget } from './retry-budget.js';
import { duration } from './retry-record.js';
import type { HttpAnswer, HttpRequest, Observation } from './session.js';
import { type ThrottleSign, throttleOf } from './throttle.js';

export interface RetryOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** All attempts and the waits between them take no longer, unless one attempt alone may. */
  readonly deadlineMs: number;
  /** Further answers that mean a throttle, from the vendor profile. */
  readonly throttleSigns?: readonly ThrottleSign[] | undefined;
}

/** Full jitter: a wait is uniform between 0 and a bound that doubles from BASE to CAP. */
const baseMs = 500;
const capMs = 60_000;

/** How often a request is sent at most, by why it did not succeed. */
const mostAttempts = { notSent: 4, broken: 4, timeout: 2, fault: 4, unavailable: 4, throttled: 10 } as const;
type Cause = keyof typeof mostAttempts;

interface Verdict {
  readonly cause: Cause;
  readonly hint: WaitHint | undefined;
}

/** An attempt's end: exactly one of the two. */
type Outcome =
  | { readonly answer: HttpAnswer; readonly error?: undefined }
  | { readonly answer?: undefined; readonly error: unknown };

/** The statuses after which the server may have executed the request or not. */
const ambiguousStatuses: ReadonlySet<number> = new Set([408, 500, 502, 504]);

/** After an answer with STATUS, may the request have been executed as well as not? */
export function isAmbiguous(status: number): boolean {
  return ambiguousStatuses.has(status);
}

/** The layer, with one budget for all its requests. */
export function retryLayer(options: RetryOptions): HttpLayer {
  const budget = new RetryBudget(options.clock);
  return (next) => (request, observed) => new Attempts(options, budget, next, request, observed).run();
}

/** The attempts at one request. */
class Attempts {
  readonly #started: number;
  readonly #deadlineMs: number;
  #count = 0;

  constructor(
    readonly options: RetryOptions,
    readonly budget: RetryBudget,
    readonly next: HttpSend,
    readonly request: HttpRequest,
    readonly observed: Observation,
  ) {
    this.#started = options.clock.now();
    this.#deadlineMs = Math.max(options.deadlineMs, request.timeoutMs);
  }

  async run(): Promise<HttpAnswer> {
    this.budget.deposit();
    for (;;) {
      const outcome = await this.#attempt();
      const verdict = this.#judge(outcome);
      if (verdict === undefined) return this.#give(outcome, undefined);
      const waitMs = this.#waitFor(verdict);
      const obstacle = this.#obstacle(verdict, waitMs);
      if (obstacle !== undefined) return this.#give(outcome, obstacle);
      this.#note(outcome, verdict, waitMs);
      await sleep(this.options.clock, waitMs, this.request.signal);
    }
  }

  async #attempt(): Promise<Outcome> {
    this.#count += 1;
    const timeoutMs = Math.max(1, Math.min(this.request.timeoutMs, this.#remainingMs()));
    try {
      return { answer: await this.next({ ...this.request, timeoutMs }, this.observed) };
    } catch (error) {
      return { error };
    }
  }

  /** Why the request may be sent again; undefined when it is done or must not be. */
  #judge({ answer, error }: Outcome): Verdict | undefined {
    const safe = isSafe(this.request);
    if (answer === undefined) {
      const cause = error instanceof NetworkError ? causeOf(error, safe) : undefined;
      return cause && { cause, hint: undefined };
    }
    const now = this.options.clock.wall();
    if (throttleOf(answer, this.options.throttleSigns) !== undefined) {
      return { cause: 'throttled', hint: quotaReset(answer.headers, now) };
    }
    if (answer.status === 503) return { cause: 'unavailable', hint: retryAfter(answer.headers, now) };
    return safe && isAmbiguous(answer.status) ? { cause: 'fault', hint: undefined } : undefined;
  }

  #waitFor({ hint }: Verdict): number {
    const { random } = this.options;
    // A little more than asked, so that those who were told the same do not come at the same moment.
    if (hint !== undefined && hint.waitMs > 0) return hint.waitMs + random() * Math.min(1_000, hint.waitMs / 20);
    return random() * Math.min(capMs, baseMs * 2 ** (this.#count - 1));
  }

  /** What is in the way of another attempt. */
  #obstacle({ cause, hint }: Verdict, waitMs: number): string | undefined {
    const isTold = cause === 'throttled' || (cause === 'unavailable' && hint !== undefined);
    if (hint !== undefined && hint.waitMs >= this.#remainingMs()) {
      const limit = duration(this.#deadlineMs);
      return `the server asks to wait ${duration(hint.waitMs)} (${hint.header}), but a request may take ${limit} at most`;
    }
    const times = `it was sent ${this.#count === 1 ? 'once' : `${this.#count} times`}`;
    if (this.#count >= mostAttempts[isTold ? 'throttled' : cause]) return times;
    if (waitMs >= this.#remainingMs()) return `${times} and its time, ${duration(this.#deadlineMs)}, is over`;
    if (!isTold && !this.budget.withdraw()) return `${times}, and too much was sent again lately`;
    return undefined;
  }

  /** Time in our own queue does not count: nothing is wrong with a request that waits there. */
  #remainingMs(): number {
    const elapsed = this.options.clock.now() - this.#started - (this.observed.queuedMs ?? 0);
    return this.#deadlineMs - elapsed;
  }

  #note({ answer, error }: Outcome, { hint }: Verdict, waitMs: number): void {
    const code = error instanceof NetworkError ? error.code : undefined;
    this.observed.retries ??= [];
    this.observed.retries.push({ status: answer?.status, code, waitMs, header: hint?.header });
  }

  /** OUTCOME as the result, with why there was no other attempt although there was reason for one. */
  #give({ answer, error }: Outcome, obstacle: string | undefined): HttpAnswer {
    if (obstacle !== undefined) this.observed.gaveUp = obstacle;
    if (answer !== undefined) return answer;
    if (!(error instanceof NetworkError) || this.#count === 1) throw error;
    const { code, message, outcome, asked, remedy, cause } = error;
    // Whether an earlier attempt was executed matters more than what became of the last one, but only unsafe requests
    // are concerned, and those are sent again only after attempts that were not executed.
    throw new NetworkError(code, `${message}; ${obstacle ?? `sent ${this.#count} times`}`, outcome, {
      asked,
      remedy,
      cause,
    });
  }
}

function causeOf(error: NetworkError, safe: boolean): Cause | undefined {
  if (error.code === 'network.tls' || error.code === 'network.proxy') return undefined;
  if (error.outcome === 'unknown' && !safe) return undefined;
  if (error.code === 'network.timeout') return 'timeout';
  return error.outcome === 'notSent' ? 'notSent' : 'broken';
}

/** RFC 9110 §9.2.1, and RFC 7644 §3.4.3: `POST …/.search` reads too. */
export function isSafe({ method, path }: Pick<HttpRequest, 'method' | 'path'>): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return true;
  return method === 'POST' && /\/\.search(?:\?|$)/.test(path);
}
