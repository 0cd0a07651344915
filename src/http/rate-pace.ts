/**
 * The pace that a server seems to permit, learned from its throttles.
 *
 * The curve is that of CUBIC (RFC 9438 §4.2): after a throttle the pace drops to 70 % of what was accepted lately, comes
 * back quickly, lingers there, and then probes for more. What is not sent in the dip stays in the server's own bucket
 * and is sent in the probe, so that little of a permitted rate is lost.
 */

/** RFC 9438 §4.6 and §5: the drop and the steepness. */
const drop = 0.7;
const steepness = 0.4;
/** Requests per second: at least this is always tried, and above that no pace is kept. */
const slowest = 0.5;
const fastest = 2_000;
/** Over which time the accepted requests are counted. */
const windowMs = 1_000;
/** After a throttle, how long further ones tell nothing new; longer at a low pace. */
const settleMs = 250;
/** What may be made up at once when a timer was late. */
const slackSeconds = 0.1;

export class Pace {
  #accepts: number[] = [];
  /** Accepted per second at the last throttle; undefined: none yet, or long overcome. */
  #level: number | undefined;
  #throttledAt = Number.NEGATIVE_INFINITY;
  /** When something was sent again after the last throttle. */
  #activeFrom = Number.NEGATIVE_INFINITY;
  #deafUntil = Number.NEGATIVE_INFINITY;
  #tokens = 1;
  #at = 0;

  /** A request was not throttled. */
  accept(nowMs: number): void {
    this.#accepts.push(nowMs);
    if (this.#accepts.length < 4_096) return;
    this.#accepts = this.#accepts.filter((time) => time >= nowMs - windowMs);
  }

  /** Nothing will be sent before UNTILMS, which says nothing about the pace. */
  pause(untilMs: number): void {
    this.#activeFrom = Math.max(this.#activeFrom, untilMs);
  }

  /** A request that began at BEGANMS was throttled. Requests that were under way together tell only once. */
  throttle(beganMs: number, nowMs: number): void {
    if (beganMs < this.#deafUntil) return;
    const kept = this.rate(beganMs) ?? Number.POSITIVE_INFINITY;
    const least = this.#level === undefined ? slowest : Math.max(slowest, this.#level / 2);
    this.#level = Math.max(least, Math.min(kept, this.#accepted(nowMs)));
    this.#throttledAt = nowMs;
    this.#activeFrom = nowMs;
    // The server's bucket is empty, and what is under way finds it so; the lower pace shows its effect later.
    this.#deafUntil = nowMs + settleMs + 2_000 / this.#level;
    this.#tokens = 0;
    this.#at = nowMs;
  }

  /** What the server accepted in the last second in which it was asked, and a little more: answers come late. */
  #accepted(nowMs: number): number {
    const from = Math.max(nowMs - windowMs, this.#activeFrom);
    return this.#accepts.reduce((count, time) => (time >= from ? count + 1 : count), 0) * 1.2 + 1;
  }

  /** Requests per second that are permitted now; undefined: as many as there are. */
  rate(nowMs: number): number | undefined {
    if (this.#level === undefined) return undefined;
    const seconds = Math.max(0, nowMs - this.#throttledAt) / 1000;
    const plateau = Math.cbrt((this.#level * (1 - drop)) / steepness);
    const rate = Math.max(slowest, this.#level + steepness * (seconds - plateau) ** 3);
    if (rate <= fastest) return rate;
    this.#level = undefined;
    return undefined;
  }

  /** When the next request may begin: NOWMS or later. */
  readyAt(nowMs: number): number {
    const rate = this.#refill(nowMs);
    if (rate === undefined || this.#tokens >= 1 - 1e-9) return nowMs;
    return nowMs + ((1 - this.#tokens) * 1000) / rate;
  }

  take(nowMs: number): void {
    if (this.#refill(nowMs) !== undefined) this.#tokens -= 1;
  }

  #refill(nowMs: number): number | undefined {
    const rate = this.rate(nowMs);
    const gained = ((nowMs - this.#at) / 1000) * (rate ?? 0);
    this.#at = nowMs;
    this.#tokens = Math.min(Math.max(1, (rate ?? 0) * slackSeconds), this.#tokens + gained);
    return rate;
  }
}
