/** Rate limits: token buckets by the clock of the server, with the headers of the vendor. */

import { errorResponse, type MockRequest, type MockResponse } from '../message.js';
import type { Middleware } from '../middleware.js';
import type { Route } from '../route.js';
import { type QuirkPlace, routingOf, typeAt } from './call.js';
import type { QuirkValues } from './values.js';

type RateQuirks = QuirkValues['rate'];
type RateLimit = RateQuirks['limits'][number];

/** How many requests of a kind are left. */
interface Bucket {
  readonly limit: RateLimit;
  readonly capacity: number;
  /** Tokens that come back in a second. */
  readonly perSecond: number;
  tokens: number;
  /** When TOKENS was right, in milliseconds. */
  at: number;
}

/** Limits how many requests VALUES take in a time. */
export function rateLimits({ rate }: QuirkValues, place: QuirkPlace): Middleware | undefined {
  const usual = rate.perMinute === null ? [] : [{ requests: rate.perMinute, perSeconds: 60 }];
  const limits = rate.limits.length > 0 ? rate.limits : usual;
  if (limits.length === 0) return undefined;
  const start = place.now().getTime();
  const buckets = limits.map((limit) => newBucket(limit, start));
  const routing = routingOf(place);
  return (request, next) => {
    const now = place.now().getTime();
    const typeName = typeAt(place.registry, routing(request))?.name;
    const route = routing(request);
    const own = buckets.filter(({ limit }) => isFor(limit, request, route, typeName));
    for (const bucket of own) refill(bucket, now);
    const empty = own.find(({ tokens }) => tokens < 1);
    if (empty !== undefined) {
      const wait = Math.max(1, Math.ceil((1 - empty.tokens) / empty.perSecond));
      return withHeaders(throttled(rate, wait), headersOf(empty, rate, now));
    }
    for (const bucket of own) bucket.tokens -= 1;
    const [tightest] = own.toSorted((left, right) => left.tokens - right.tokens);
    const response = next(request);
    return tightest === undefined ? response : withHeaders(response, headersOf(tightest, rate, now));
  };
}

/** Limits how many requests VALUES take at the same time. */
export function concurrency({ rate }: QuirkValues): Middleware | undefined {
  const most = rate.concurrency;
  if (most === null) return undefined;
  let running = 0;
  return (request, next) => {
    if (running >= most) return throttled(rate, 1, `exceeded concurrent limit of ${most} requests`);
    running += 1;
    const response = next(request);
    const { delivery } = response;
    const onEnd = (): void => {
      running -= 1;
      delivery?.onEnd?.();
    };
    const delayMs = Math.max(delivery?.delayMs ?? 0, rate.serviceMs);
    return { ...response, delivery: { ...delivery, delayMs, onEnd } };
  };
}

function newBucket(limit: RateLimit, now: number): Bucket {
  const capacity = limit.burst ?? limit.requests;
  return { limit, capacity, perSecond: limit.requests / limit.perSeconds, tokens: capacity, at: now };
}

function refill(bucket: Bucket, now: number): void {
  const passed = Math.max(0, now - bucket.at) / 1000;
  bucket.tokens = Math.min(bucket.capacity, bucket.tokens + passed * bucket.perSecond);
  bucket.at = now;
}

function isFor(
  { methods, resource, single }: RateLimit,
  request: MockRequest,
  route: Route | undefined,
  typeName: string | undefined,
): boolean {
  if (methods !== undefined && !methods.some((method) => method === request.method)) return false;
  if (resource !== undefined && resource !== typeName) return false;
  return single === undefined || single === (route?.kind === 'resource');
}

/** 429 (RFC 6585 §4), or what the vendor has in its place. */
function throttled(rate: RateQuirks, wait: number, reason = 'The rate limit is exceeded.'): MockResponse {
  const { retryAfter } = rate.headers;
  const headers = retryAfter === null ? {} : { [retryAfter]: String(wait) };
  const [disguise] = rate.disguised;
  if (disguise === undefined) return errorResponse(429, undefined, reason, headers);
  const { status, body, header } = disguise;
  const own = header === undefined ? {} : { [header]: String(wait) };
  const detail = body === undefined || reason.includes(body) ? reason : `${body}: ${reason}`;
  return errorResponse(status, undefined, detail, own);
}

function headersOf({ limit, capacity, tokens, perSecond }: Bucket, rate: RateQuirks, now: number) {
  const { headers } = rate;
  const untilFull = Math.max(1, Math.ceil((capacity - tokens) / perSecond));
  const values: readonly (readonly [string | null, string])[] = [
    [headers.limit, String(limit.requests)],
    [headers.remaining, String(Math.max(0, Math.floor(tokens)))],
    [headers.reset, resetOf(rate.resetKind, untilFull, now)],
  ];
  return Object.fromEntries(values.flatMap(([name, value]) => (name === null ? [] : [[name, value] as const])));
}

/** When all tokens are back, after SECONDS. */
function resetOf(kind: RateQuirks['resetKind'], seconds: number, now: number): string {
  switch (kind) {
    case 'relative':
      return String(seconds);
    case 'http-date':
      return new Date(now + seconds * 1000).toUTCString();
    default:
      return String(Math.ceil(now / 1000) + seconds);
  }
}

function withHeaders(response: MockResponse, headers: Readonly<Record<string, string>>): MockResponse {
  return { ...response, headers: { ...response.headers, ...headers } };
}
