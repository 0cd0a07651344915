/** At which of the requests that it is for a fault happens. */

import type { Random } from '../random.js';
import type { FaultOccasion } from './rule.js';

/** Counts the requests of one rule. */
export class Occasions {
  private seen = 0;
  private times = 0;

  /** RANDOM belongs to this rule alone, so that other rules do not change what it draws. */
  constructor(
    private readonly when: FaultOccasion,
    private readonly random: Random,
  ) {}

  /** How many requests there were. */
  get matched(): number {
    return this.seen;
  }

  /** How often it happened. */
  get happened(): number {
    return this.times;
  }

  /** Counts a request, and tells whether the fault is due at it: when all of the conditions hold. */
  next(): boolean {
    const { requests, every, probability, after = 0 } = this.when;
    const number = ++this.seen;
    // Drawn for each request, so that a request has the same luck whatever else the rule asks for.
    const lucky = probability === undefined || this.random.chance(probability);
    return (
      lucky &&
      number > after &&
      (requests === undefined || requests.includes(number)) &&
      (every === undefined || number % every === 0)
    );
  }

  /** Takes one of the times that it may happen; false when there is none left. */
  take(): boolean {
    if (this.times >= (this.when.times ?? Number.POSITIVE_INFINITY)) return false;
    this.times++;
    return true;
  }
}
