import { describe, expect, it } from 'vitest';
import { quotaReset, retryAfter } from '../../src/http/retry-after.js';

const now = Date.UTC(2024, 0, 1, 12, 0, 0);
const date = 'Mon, 01 Jan 2024 12:00:00 GMT';

describe('Retry-After', () => {
  it.each([
    ['seconds', '120', 120_000],
    ['zero', '0', 0],
    ['a fraction, which some send', '0.5', 500],
    ['two values joined by a proxy', '3, 3', 3_000],
    ['an HTTP-date', 'Mon, 01 Jan 2024 12:00:30 GMT', 30_000],
    ['an HTTP-date of RFC 850', 'Monday, 01-Jan-24 12:00:30 GMT', 30_000],
    ['an HTTP-date of asctime', 'Mon Jan  1 12:00:30 2024', 30_000],
    ['RFC 3339', '2024-01-01T12:00:30Z', 30_000],
    ['epoch seconds, by mistake', String(now / 1000 + 30), 30_000],
    ['a moment that is past', 'Mon, 01 Jan 2024 11:00:00 GMT', 0],
  ])('understands %s', (_, value, waitMs) => {
    expect(retryAfter([['retry-after', value]], now)).toEqual({ waitMs, header: 'Retry-After' });
  });

  it.each(['', 'soon', '-1', '5 minutes', '1e9', 'Mon, nonsense', '2024-01-01'])('does not guess from %j', (value) => {
    expect(retryAfter([['retry-after', value]], now)).toBeUndefined();
  });

  it("counts from the server's own clock", () => {
    const ahead = 3_600_000;
    const headers = [
      ['date', date],
      ['retry-after', 'Mon, 01 Jan 2024 12:00:07 GMT'],
    ] as const;
    expect(retryAfter(headers, now + ahead)?.waitMs).toBe(7_000);
    expect(retryAfter(headers, now - ahead)?.waitMs).toBe(7_000);
  });

  it('has no opinion on vendor headers, which a 503 carries by accident', () => {
    expect(retryAfter([['ratelimit-reset', '5']], now)).toBeUndefined();
  });
});

describe('the reset of a quota', () => {
  const epoch = now / 1000 + 20;
  it.each([
    ['X-RateLimit-Reset', String(epoch), 20_000],
    ['X-RateLimit-Reset', String(epoch * 1000), 20_000],
    ['X-RateLimit-Reset', `${epoch}.5`, 20_500],
    ['X-RateLimit-Reset', '20', 20_000],
    ['X-RateLimit-Reset', '2024-01-01T12:00:20Z', 20_000],
    ['X-RateLimit-Reset', String(epoch - 60), 0],
    ['X-Rate-Limit-Reset', String(epoch), 20_000],
    ['RateLimit-Reset', '20', 20_000],
    ['X-Rate-Limit-Retry-After-Seconds', '20', 20_000],
    ['RateLimit', 'limit=100, remaining=0, reset=20', 20_000],
    ['RateLimit', '"burst";r=0;t=2, "day";r=0;t=20', 20_000],
  ])('is read from %s: %s', (header, value, waitMs) => {
    expect(quotaReset([[header.toLowerCase(), value]], now)).toEqual({ waitMs, header });
  });

  it('yields to Retry-After', () => {
    const headers = [
      ['x-ratelimit-reset', String(epoch)],
      ['retry-after', '3'],
    ] as const;
    expect(quotaReset(headers, now)).toEqual({ waitMs: 3_000, header: 'Retry-After' });
  });

  it("counts epoch seconds from the server's own clock", () => {
    const headers = [
      ['date', date],
      ['x-ratelimit-reset', String(epoch)],
    ] as const;
    expect(quotaReset(headers, now + 500_000)?.waitMs).toBe(20_000);
  });

  it('is unknown when nothing says so', () => {
    expect(quotaReset([['ratelimit', '"default";r=0']], now)).toBeUndefined();
    expect(quotaReset([['x-ratelimit-reset', 'tomorrow']], now)).toBeUndefined();
  });
});
