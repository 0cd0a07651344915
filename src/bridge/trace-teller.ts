/** Tells exchanges to the client: each at once while they are few, many together when they are many. */

import * as workspace from '../protocol/workspace.js';
import type { Notify } from './connection.js';
import type { ExchangeView } from './trace-views.js';

/** How long exchanges are collected when there are many, in milliseconds. */
const collectMs = 50;

/** So many in a row are told one by one. A message costs Emacs more than what is in it. */
const burst = 32;

/** Milliseconds after which one more may be told by itself. */
const refillMs = 20;

/** Most in one message: reading it must not keep Emacs from its user. */
const maxTogether = 250;

export class ExchangeTeller {
  #pending: ExchangeView[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** How many may be told one by one, as of #filledAt. */
  #credit = burst;
  #filledAt: number;

  /** NOW is a clock in milliseconds. */
  constructor(
    private readonly notify: Notify,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#filledAt = now();
  }

  /** Have EXCHANGE told; those that are told keep their order. */
  tell(exchange: ExchangeView): void {
    if (this.#timer === undefined && this.#spend()) {
      this.notify(workspace.exchange, exchange);
      return;
    }
    this.#pending.push(exchange);
    this.#timer ??= setTimeout(() => this.flush(), collectMs);
    if (this.#pending.length >= maxTogether) this.flush();
  }

  /** Tell now what has been collected. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const exchanges = this.#pending;
    this.#pending = [];
    if (exchanges.length === 0) return;
    // The phases are in the detail of each; here they would be a third of what Emacs reads.
    this.notify(workspace.exchanges, { exchanges: exchanges.map(({ timing: _timing, ...rest }) => rest) });
  }

  #spend(): boolean {
    const now = this.now();
    const refill = Math.floor((now - this.#filledAt) / refillMs);
    this.#credit = Math.min(burst, this.#credit + refill);
    this.#filledAt += refill * refillMs;
    if (this.#credit === 0) return false;
    this.#credit -= 1;
    return true;
  }
}
