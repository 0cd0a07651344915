/** When a server says to come back: `Retry-After` (RFC 9110 §10.2.3) and the rate headers of vendors. */

type Headers = readonly (readonly [string, string])[];

/** How long the server asks to wait, from now on, and in which header it does. */
export interface WaitHint {
  readonly waitMs: number;
  /** Name of the header, as people write it. */
  readonly header: string;
}

/** What a number in a header means: seconds from now, or by its size seconds from now or a moment. */
type Unit = 'seconds' | 'guess';

/**
 * Headers that say when the next request may come, the most specific first.
 *
 * - `X-Rate-Limit-Retry-After-Seconds`: Zendesk style, seconds.
 * - `RateLimit`, `RateLimit-Reset`: drafts of draft-ietf-httpapi-ratelimit-headers, seconds.
 * - `X-Rate-Limit-Reset` (Okta), `X-RateLimit-Reset` (GitHub, Auth0): epoch seconds; others send epoch milliseconds
 *   or seconds from now, which the size of the number tells apart.
 */
const resetHeaders: readonly (readonly [name: string, shown: string, unit: Unit])[] = [
  ['x-rate-limit-retry-after-seconds', 'X-Rate-Limit-Retry-After-Seconds', 'seconds'],
  ['ratelimit-reset', 'RateLimit-Reset', 'seconds'],
  ['x-ratelimit-reset', 'X-RateLimit-Reset', 'guess'],
  ['x-rate-limit-reset', 'X-Rate-Limit-Reset', 'guess'],
];

/**
 * How long an answer with HEADERS (names in lower case) asks to wait; undefined when it does not say, or not in a way
 * that can be understood. NOWMS is the time now in epoch milliseconds; a moment is counted from the `Date` of the
 * answer when it has one, because the two clocks may differ. Past moments are a wait of 0.
 */
export function retryAfter(headers: Headers, nowMs: number): WaitHint | undefined {
  const value = single(headers, 'retry-after');
  // A number of decades is no wait: servers that send epoch seconds here mean the moment.
  const waitMs = value === undefined ? undefined : guess(value, serverTime(headers, nowMs));
  return waitMs === undefined ? undefined : { waitMs, header: 'Retry-After' };
}

/**
 * As `retryAfter`, but vendor headers count too. They say when the quota is full again, so that they are for answers
 * that refuse a request because of it; on others they mean nothing.
 */
export function quotaReset(headers: Headers, nowMs: number): WaitHint | undefined {
  const told = retryAfter(headers, nowMs);
  if (told !== undefined) return told;
  const now = serverTime(headers, nowMs);
  const structured = structuredReset(headers);
  if (structured !== undefined) return { waitMs: structured, header: 'RateLimit' };
  for (const [name, header, unit] of resetHeaders) {
    const value = single(headers, name);
    const waitMs = value === undefined ? undefined : unit === 'seconds' ? secondsIn(value) : guess(value, now);
    if (waitMs !== undefined) return { waitMs, header };
  }
  return undefined;
}

/** The first value of header NAME, in which some proxies join two with a comma. */
function single(headers: Headers, name: string): string | undefined {
  const value = headers.find(([candidate]) => candidate === name)?.[1].trim();
  return value === undefined ? undefined : (/^(\d+(?:\.\d+)?)\s*,/.exec(value)?.[1] ?? value);
}

/** Seconds; some servers send fractions. */
function secondsIn(value: string): number | undefined {
  return /^\d{1,12}(?:\.\d+)?$/.test(value) ? Math.round(Number(value) * 1000) : undefined;
}

/** A number by its size, else a date. */
function guess(value: string, nowMs: number): number | undefined {
  if (!/^\d{1,16}(?:\.\d+)?$/.test(value)) return untilDate(value, nowMs);
  const number = Number(value);
  if (number > 1e12) return Math.max(0, Math.round(number - nowMs));
  if (number > 1e9) return Math.max(0, Math.round(number * 1000 - nowMs));
  return Math.round(number * 1000);
}

/** `RateLimit: limit=10, remaining=0, reset=7` (drafts 03 to 07) and `RateLimit: "default";r=0;t=7` (08 and later). */
function structuredReset(headers: Headers): number | undefined {
  const value = headers.find(([name]) => name === 'ratelimit')?.[1];
  const waits = [...(value ?? '').matchAll(/(?:^|[;,\s])(?:reset|t)\s*=\s*(\d{1,12})(?![\w.])/g)].map((m) =>
    Number(m[1]),
  );
  return waits.length === 0 ? undefined : Math.max(...waits) * 1000;
}

function serverTime(headers: Headers, nowMs: number): number {
  const date = headers.find(([name]) => name === 'date')?.[1];
  return (date === undefined ? undefined : parseDate(date)) ?? nowMs;
}

function untilDate(value: string, nowMs: number): number | undefined {
  const then = parseDate(value);
  return then === undefined ? undefined : Math.max(0, then - nowMs);
}

/** RFC 9110 §5.6.7: the three forms of an HTTP-date; also RFC 3339, which some vendors send. */
function parseDate(text: string): number | undefined {
  const value = text.trim();
  // asctime has no zone and means UTC; JavaScript would take local time.
  const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/.test(value);
  if (!asctime && !/^[A-Z][a-z]{2,8}, |^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(value)) return undefined;
  const time = Date.parse(asctime ? `${value} GMT` : value);
  return Number.isNaN(time) ? undefined : time;
}
