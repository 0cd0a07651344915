/** Time as the layers see it, so that a test can run hours of it in no time. */

import { CancelledError } from '../scim/error.js';

export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Milliseconds since 1970, as servers tell time. */
  wall(): number;
  /** Calls RUN after DELAYMS; returns what prevents that. */
  after(delayMs: number, run: () => void): () => void;
}

/** What a timer of Node holds: 31 bits. */
const longest = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), longest));
    return () => clearTimeout(timer);
  },
};

/** Resolves after DELAYMS of CLOCK. Throws `CancelledError` as soon as SIGNAL is aborted. */
export async function sleep(clock: Clock, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) throw new CancelledError();
  await new Promise<void>((resolve, reject) => {
    const cancel = (): void => {
      stop();
      reject(new CancelledError());
    };
    const stop = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    });
    signal?.addEventListener('abort', cancel, { once: true });
  });
}
