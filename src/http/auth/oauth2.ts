/**
 * Adds the access token of an OAuth 2.0 client (RFC 6749 §4.4, RFC 6750 §2.1): one token for all requests, a new one
 * before it expires or when the service refuses it.
 *
 * Written by hand instead of with a library: of OAuth a workbench needs one grant of one request, and what is hard
 * about it (one refresh for many, redaction, messages, limits, proxy and certificates) is outside any library anyway.
 */

import type { HttpLayer } from '../pipeline.js';
import type { HttpAnswer } from '../session.js';
import { Shared } from '../shared.js';
import { deadlineOf, hasHeader, withHeader } from './header.js';
import type { AccessToken } from './token-endpoint.js';

/** How long before its end a token is no longer used: clocks differ, and requests take time. */
const skewMs = 60_000;
/** The same for tokens that live short, as a share of their life. */
const skewShare = 0.1;

/** A layer that uses the tokens that FETCHTOKEN gets. NOW tells milliseconds and never goes back. */
export function accessTokens(fetchToken: (signal: AbortSignal) => Promise<AccessToken>, now: () => number): HttpLayer {
  const tokens = new Shared(fetchToken, usableMs, now);
  return (next) => async (request, observed) => {
    if (hasHeader(request, 'authorization')) return next(request, observed);
    const within = deadlineOf(request);
    const token = await tokens.get(request.signal);
    const answer = await next(withToken(within(), token), observed);
    if (!refusesToken(answer)) return answer;
    // Whoever is refused first drops the token; the others find the new one. A second refusal is final.
    tokens.drop(token);
    const fresh = await tokens.get(request.signal);
    return next(withToken(within(), fresh), observed);
  };
}

function withToken(request: Parameters<typeof withHeader>[0], token: AccessToken): typeof request {
  return withHeader(request, 'Authorization', `Bearer ${token.value}`);
}

/** A token of unknown life is used until it is refused. */
function usableMs({ lifetimeMs }: AccessToken): number {
  return lifetimeMs === undefined ? Number.POSITIVE_INFINITY : lifetimeMs - Math.min(skewMs, lifetimeMs * skewShare);
}

/** RFC 6750 §3.1: `invalid_token`; most services leave out the reason. Any other reason is not healed by a new token. */
function refusesToken({ status, headers }: HttpAnswer): boolean {
  if (status !== 401) return false;
  const reasons = headers
    .filter(([name]) => name === 'www-authenticate')
    .map(([, challenge]) => /\berror\s*=\s*"?([\w.-]+)/i.exec(challenge)?.[1])
    .filter((reason) => reason !== undefined);
  return reasons.length === 0 || reasons.includes('invalid_token');
}
