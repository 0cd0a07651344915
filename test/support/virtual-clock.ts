/** A clock that only moves when a test says so. */

import type { Clock } from '../../src/http/clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export class VirtualClock implements Clock {
  /** What `wall` says at `now` 0. */
  static readonly epoch = Date.UTC(2024, 0, 1, 12);
  readonly #timers = new Set<Timer>();
  #now = 0;
  #order = 0;

  now(): number {
    return this.#now;
  }

  wall(): number {
    return VirtualClock.epoch + this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    this.#order += 1;
    const timer: Timer = { at: this.#now + Math.max(0, delayMs), order: this.#order, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass, from timer to timer, until WORK is done; what it resolves to. Fails when time alone cannot help. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const mark = (): void => {
      done = true;
    };
    work.then(mark, mark);
    for (;;) {
      await settle();
      if (done) return work;
      if (!this.#step()) throw new Error(`Nothing is due any more at ${this.#now} ms, but the work is not done`);
    }
  }

  #step(): boolean {
    const [next] = [...this.#timers].sort((a, b) => a.at - b.at || a.order - b.order);
    if (next === undefined) return false;
    this.#timers.delete(next);
    this.#now = Math.max(this.#now, next.at);
    next.run();
    return true;
  }
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
