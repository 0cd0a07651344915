/** The requests of one class that wait for their turn. */

import type { TokenBucket } from './rate-bucket.js';
import { Pace } from './rate-pace.js';
import type { WaitHint } from './retry-after.js';

/** A request that waits. */
export interface Turn {
  readonly start: () => void;
  /** It will not be sent, because the server wants nothing for so long. */
  readonly refuse: (heldMs: number) => void;
  /** Called when it waits no more. */
  end?: () => void;
  /** It was cancelled. */
  isGone: boolean;
}

/** First in, first out, in constant time. */
class Fifo {
  #turns: Turn[] = [];
  #first = 0;

  push(turn: Turn): void {
    this.#turns.push(turn);
  }

  /** The first that still waits. */
  peek(): Turn | undefined {
    while (this.#turns[this.#first]?.isGone === true) this.shift();
    return this.#turns[this.#first];
  }

  shift(): void {
    this.#first += 1;
    if (this.#first < 1_000 || this.#first < this.#turns.length / 2) return;
    this.#turns = this.#turns.slice(this.#first);
    this.#first = 0;
  }

  drain(): Turn[] {
    const rest = this.#turns.slice(this.#first).filter(({ isGone }) => !isGone);
    this.#turns = [];
    this.#first = 0;
    return rest;
  }
}

export class Lane {
  readonly pace = new Pace();
  readonly #again = new Fifo();
  readonly #fresh = new Fifo();
  #heldSince = Number.NEGATIVE_INFINITY;
  #heldUntil = Number.NEGATIVE_INFINITY;

  constructor(
    /** `write Users` */
    readonly key: string,
    readonly isWriting: boolean,
    readonly buckets: readonly TokenBucket[],
  ) {}

  get isEmpty(): boolean {
    return this.#next === undefined;
  }

  /** Until when the server wants nothing. */
  get heldUntil(): number {
    return this.#heldUntil;
  }

  /** TURN waits behind the others; in front of those that were not sent yet when it ISAGAIN. */
  enqueue(turn: Turn, isAgain: boolean): void {
    (isAgain ? this.#again : this.#fresh).push(turn);
  }

  /** When the next may start: NOWMS or later. */
  readyAt(nowMs: number): number {
    return Math.max(this.#heldUntil, this.pace.readyAt(nowMs), ...this.buckets.map((bucket) => bucket.readyAt(nowMs)));
  }

  startNext(nowMs: number): void {
    const turn = this.#next;
    if (turn === undefined) return;
    (turn === this.#again.peek() ? this.#again : this.#fresh).shift();
    for (const bucket of this.buckets) bucket.take(nowMs);
    this.pace.take(nowMs);
    turn.end?.();
    turn.start();
  }

  /**
   * The server wants nothing for as long as HINT says, in its answer to a request that began at BEGANMS. Requests that
   * were under way when it first said so are told the same, some later. Who would have to wait longer than LONGESTMS is
   * refused.
   */
  hold(hint: WaitHint | undefined, beganMs: number, nowMs: number, longestMs: number): void {
    if (hint === undefined) return;
    if (beganMs > this.#heldSince) this.#heldSince = nowMs;
    this.#heldUntil = Math.max(this.#heldUntil, this.#heldSince + hint.waitMs);
    this.pace.pause(this.#heldUntil);
    if (hint.waitMs <= longestMs) return;
    for (const turn of [...this.#again.drain(), ...this.#fresh.drain()]) {
      turn.end?.();
      turn.refuse(hint.waitMs);
    }
  }

  get #next(): Turn | undefined {
    return this.#again.peek() ?? this.#fresh.peek();
  }
}
