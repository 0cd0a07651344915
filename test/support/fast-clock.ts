import { type Clock, systemClock } from '../../src/http/clock.js';

const factor = 50;

/** Waits take a fiftieth of their time; dates are the real ones. */
export const fastClock: Clock = {
  now: () => systemClock.now() * factor,
  wall: () => systemClock.wall(),
  after: (delayMs, run) => systemClock.after(delayMs / factor, run),
};
