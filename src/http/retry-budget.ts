/** A bound on retries, so that a server in trouble is not asked many times as much as before. */

import type { Clock } from './clock.js';

/** Retries that are always possible within a minute, however few requests there were. */
const minimum = 10;
/** Further retries per request. */
const share = 0.1;
/** What many good requests save up. */
const most = 100;

/**
 * A balance of retries: each request adds a tenth, each retry costs one, and what was spent of the first ten comes back
 * within a minute. One for each target. Waits that a server asked for need not be paid: they relieve it.
 */
export class RetryBudget {
  readonly #clock: Clock;
  #balance = minimum;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  /** A request is about to be sent for the first time. */
  deposit(): void {
    this.#refill();
    this.#balance = Math.min(most, this.#balance + share);
  }

  /** May a request be sent again? Then it is paid for. */
  withdraw(): boolean {
    this.#refill();
    if (this.#balance < 1) return false;
    this.#balance -= 1;
    return true;
  }

  #refill(): void {
    const now = this.#clock.now();
    const gained = ((now - this.#at) / 60_000) * minimum;
    this.#at = now;
    if (this.#balance < minimum) this.#balance = Math.min(minimum, this.#balance + gained);
  }
}
