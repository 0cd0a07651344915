import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MockClock } from '../../src/mock/clock.js';

/** A time outside that moves when it is told to. */
function outside(start = 1_000_000) {
  const time = { ms: start, read: () => time.ms };
  return time;
}

describe('the clock of a mock server', () => {
  it('is the real one when nothing is said', () => {
    const time = outside();
    const clock = new MockClock({}, time.read);
    expect(clock.now().getTime()).toBe(1_000_000);
    time.ms += 500;
    expect(clock.now().getTime()).toBe(1_000_500);
  });

  it('starts where it is told, when it is looked at first', () => {
    const time = outside();
    const start = new Date('2026-01-01T00:00:00Z');
    const clock = new MockClock({ start }, time.read);
    time.ms += 90_000;
    expect(clock.now()).toEqual(start);
    time.ms += 1000;
    expect(clock.now().toISOString()).toBe('2026-01-01T00:00:01.000Z');
  });

  it('stands still with rate 0, until it is moved', () => {
    const time = outside();
    const start = new Date('2026-01-01T00:00:00Z');
    const clock = new MockClock({ start, rate: 0 }, time.read);
    expect(clock.now()).toEqual(start);
    time.ms += 1_000_000;
    expect(clock.now()).toEqual(start);
    clock.advance(30 * 86_400_000);
    expect(clock.now().toISOString()).toBe('2026-01-31T00:00:00.000Z');
  });

  it('can be set, also back', () => {
    const clock = new MockClock({ rate: 0 }, outside().read);
    clock.set(new Date('2020-01-01T00:00:00Z'));
    expect(clock.now().toISOString()).toBe('2020-01-01T00:00:00.000Z');
  });

  it('shows start + rate × elapsed + what it was put forward, whatever happens in which order', () => {
    const step = fc.oneof(
      fc.record({ elapse: fc.integer({ min: 0, max: 1_000_000 }) }),
      fc.record({ advance: fc.integer({ min: 0, max: 1_000_000 }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3600 }), fc.array(step), (rate, steps) => {
        const time = outside();
        const clock = new MockClock({ start: new Date(0), rate }, time.read);
        let expected = clock.now().getTime();
        for (const one of steps) {
          if ('elapse' in one) {
            time.ms += one.elapse;
            expected += rate * one.elapse;
          } else {
            clock.advance(one.advance);
            expected += one.advance;
          }
          expect(clock.now().getTime()).toBe(expected);
        }
      }),
    );
  });
});
