/** Work that several callers need once. */

import { CancelledError } from '../scim/error.js';

interface Flight<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * Runs a task when it is first needed and shares its result. A caller who cancels only stops waiting; the task is
 * cancelled when nobody waits any more. A failure is told to those who wait and then forgotten.
 */
export class Shared<T> {
  readonly #run: (signal: AbortSignal) => Promise<T>;
  readonly #keepMs: (value: T) => number;
  #flight: Flight<T> | undefined;
  #kept: { readonly value: T; readonly until: number } | undefined;

  readonly #now: () => number;

  /** RUN does the work; KEEPMS says how long its value stays good. NOW tells milliseconds and never goes back. */
  constructor(
    run: (signal: AbortSignal) => Promise<T>,
    keepMs: (value: T) => number,
    now: () => number = () => performance.now(),
  ) {
    this.#run = run;
    this.#keepMs = keepMs;
    this.#now = now;
  }

  /** The value if it is there already. */
  peek(): T | undefined {
    return this.#kept !== undefined && this.#now() < this.#kept.until ? this.#kept.value : undefined;
  }

  /** The value; throws what the task throws, or `CancelledError` when SIGNAL is aborted first. */
  async get(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) throw new CancelledError();
    if (this.#kept !== undefined && this.#now() < this.#kept.until) return this.#kept.value;
    this.#flight ??= this.#start();
    const flight = this.#flight;
    flight.waiting += 1;
    try {
      return await untilAborted(flight.result, signal);
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) this.#abandon(flight);
    }
  }

  /** VALUE turned out to be no good: the next one who asks gets a new one, unless there is one already. */
  drop(value: T): void {
    if (this.#kept?.value === value) this.#kept = undefined;
  }

  #start(): Flight<T> {
    const abort = new AbortController();
    const flight: Flight<T> = { abort, waiting: 0, result: this.#run(abort.signal).then((value) => this.#keep(value)) };
    // Whoever waits sees the failure; when nobody waits any more, nobody has to.
    flight.result.catch(() => this.#abandon(flight));
    return flight;
  }

  #keep(value: T): T {
    this.#kept = { value, until: this.#now() + this.#keepMs(value) };
    this.#flight = undefined;
    return value;
  }

  #abandon(flight: Flight<T>): void {
    if (this.#flight !== flight) return;
    this.#flight = undefined;
    flight.abort.abort();
  }
}

/** RESULT, unless SIGNAL is aborted first: then throws `CancelledError`. */
export async function untilAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return result;
  let cancel: () => void = () => undefined;
  const cancelled = new Promise<never>((_, reject) => {
    cancel = () => reject(new CancelledError());
  });
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([result, cancelled]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
