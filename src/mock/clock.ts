/** The time of a mock server: everything that it dates, delays or lets expire goes by this clock, which can be moved. */

/** How a clock starts. */
export interface ClockSettings {
  /** The time at start; the real one when absent. */
  readonly start?: Date;
  /** Seconds that pass in one real second: 1 when absent, 0 for a clock that stands still until it is moved. */
  readonly rate?: number;
}

/** A clock that runs as fast as it is told, and can be moved. It begins to run when it is looked at first. */
export class MockClock {
  /** The time outside at which the clock showed `base`, in milliseconds, as `base` is. */
  private origin: number | undefined;
  private base: number | undefined;

  /** REAL is the time outside, in milliseconds. */
  constructor(
    private readonly settings: ClockSettings = {},
    private readonly real: () => number = Date.now,
  ) {
    this.base = settings.start?.getTime();
  }

  /** Seconds that pass in one real second. */
  get rate(): number {
    return this.settings.rate ?? 1;
  }

  /** The time now. */
  now(): Date {
    const real = this.real();
    this.origin ??= real;
    this.base ??= real;
    return new Date(this.base + (real - this.origin) * this.rate);
  }

  /** Puts the clock forward by MS milliseconds. */
  advance(ms: number): void {
    this.set(new Date(this.now().getTime() + ms));
  }

  /** Sets the clock to TIME, also back. */
  set(time: Date): void {
    this.origin = this.real();
    this.base = time.getTime();
  }
}
