/** How many requests may be under way at the same time: additive increase, multiplicative decrease. */

/** Writes that take so much longer than they could mean that they wait for each other on the server. */
const slowdown = 4;
const slowMs = 200;
/** Below this, slow answers are no reason to ask for even less at once. */
const leastForLatency = 2;

export class Concurrency {
  #limit: number;
  #underWay = 0;
  #successes = 0;
  #reducedAt = Number.NEGATIVE_INFINITY;
  /** The usual and the lately usual duration of a write, by kind. */
  readonly #latency = new Map<string, { best: number; recent: number }>();

  /** INITIAL and MOST requests at the same time. */
  constructor(
    initial: number,
    readonly most: number,
  ) {
    this.#limit = Math.min(initial, most);
  }

  get limit(): number {
    return Math.max(1, Math.floor(this.#limit));
  }

  get hasRoom(): boolean {
    return this.#underWay < this.limit;
  }

  begin(): void {
    this.#underWay += 1;
  }

  /** A request that was under way has ended, whatever became of it. */
  end(): void {
    this.#underWay -= 1;
  }

  /** As many successes as requests at the same time make room for one more, if the room is needed. */
  succeed(): void {
    if (this.#underWay + 1 < this.limit) return;
    this.#successes += 1;
    if (this.#successes < this.limit) return;
    this.#successes = 0;
    this.#limit = Math.min(this.most, this.limit + 1);
  }

  /** A request that began at BEGANMS met a limit. Those that were under way together count once. */
  reduce(factor: number, beganMs: number, nowMs: number, least = 1): void {
    if (beganMs < this.#reducedAt) return;
    this.#reducedAt = nowMs;
    this.#successes = 0;
    this.#limit = Math.max(Math.min(least, this.#limit), this.#limit * factor);
  }

  /** A write of KIND, which began at BEGANMS, has succeeded. */
  measure(kind: string, beganMs: number, nowMs: number): void {
    const took = nowMs - beganMs;
    const known = this.#latency.get(kind) ?? { best: took, recent: took };
    // The best drifts upwards, so that a lucky moment is not the measure for ever.
    known.best = Math.min(known.best * 1.01, took);
    known.recent += (took - known.recent) * 0.2;
    this.#latency.set(kind, known);
    if (known.recent <= known.best * slowdown + slowMs) return;
    this.reduce(0.8, beganMs, nowMs, leastForLatency);
  }
}
