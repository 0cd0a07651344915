/** The time of a mock server: everything that it dates, delays or lets expire goes by this clock, which can be moved. */

/** How a clock starts. */
export interface ClockSettings {
  /** The time at start; the real one when absent. */
  readonly start?: Date;
  /** Seconds that pass in one real second: 1 when absent, 0 for a clock that stands still until it is moved. */
  readonly rate?: number;
}

/** A clock that runs as fast as it is told, and can be put forward. */
export class MockClock {
  private origin: number;
  private base: number;

  /** REAL is the time outside, in milliseconds. */
  constructor(
    private readonly settings: ClockSettings = {},
    private readonly real: () => number = Date.now,
  ) {
    this.origin = real();
    this.base = settings.start?.getTime() ?? this.origin;
  }

  /** The time now. */
  now(): Date {
    const { rate = 1 } = this.settings;
    return new Date(this.base + (this.real() - this.origin) * rate);
  }

  /** Puts the clock forward by MS milliseconds. */
  advance(ms: number): void {
    this.base += ms;
  }

  /** Sets the clock to TIME. */
  set(time: Date): void {
    this.origin = this.real();
    this.base = time.getTime();
  }
}
