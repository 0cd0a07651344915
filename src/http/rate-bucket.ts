/** A token bucket, the usual form of a permitted rate. */

/** Sums of fractions may end a hair below one. */
const whole = 1 - 1e-9;

/** Holds at most BURST tokens, gains PERSECOND of them each second, and begins full. Times in milliseconds. */
export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor(
    readonly perSecond: number,
    readonly burst: number,
    nowMs: number,
  ) {
    this.#tokens = Math.max(1, burst);
    this.#at = nowMs;
  }

  /** When a token can be taken: NOWMS or later. */
  readyAt(nowMs: number): number {
    this.#refill(nowMs);
    return this.#tokens >= whole ? nowMs : nowMs + ((1 - this.#tokens) * 1000) / this.perSecond;
  }

  take(nowMs: number): void {
    this.#refill(nowMs);
    this.#tokens -= 1;
  }

  #refill(nowMs: number): void {
    const gained = ((nowMs - this.#at) / 1000) * this.perSecond;
    this.#tokens = Math.min(Math.max(1, this.burst), this.#tokens + gained);
    this.#at = nowMs;
  }
}
