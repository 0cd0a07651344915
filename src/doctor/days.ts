/** Time in the unit that people plan by. */

const day = 24 * 60 * 60 * 1000;

/** Whole days from NOW, in milliseconds since 1970, to DATE; negative when it is over. */
export function daysUntil(date: Date, now: number): number {
  return Math.floor((date.getTime() - now) / day);
}

/** DATE as `2026-11-22`, UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
