/** RFC 6750: bearer tokens, and their refusal. */

import type { MockRequest, MockResponse, Principal } from '../message.js';
import { checkedToken, checkedTokens } from './checks.js';
import { Credentials, type Finding } from './credentials.js';
import { type Scheme, unauthorized } from './scheme.js';
import type { TokenSettings } from './settings.js';

const challenge = 'Bearer realm="SCIM"';
const kind = 'bearer token';

/** Requests that show one of TOKENS; NOW is the time by which they expire. @throws UsageError for tokens that cannot be */
export function bearerScheme(tokens: readonly TokenSettings[], now: () => Date): Scheme {
  const credentials = new Credentials(now);
  for (const token of checkedTokens(kind, tokens)) credentials.allow(token);
  return {
    ...bearerChecks(credentials),
    tokens: {
      list: () => credentials.list(),
      revoke: (name) => credentials.revoke(name),
      allow: (token) => credentials.allow(checkedToken(kind, token)),
    },
  };
}

/** What looks at the `Authorization` header for one of CREDENTIALS. */
export function bearerChecks(credentials: Credentials): Pick<Scheme, 'carries' | 'check' | 'expire'> {
  return {
    carries: ({ headers }) => headers.authorization !== undefined,
    check: ({ headers }) => check(headers.authorization, credentials),
    expire: (request) => {
      const token = tokenOf(request);
      if (token !== undefined) credentials.expire(token);
    },
  };
}

function check(authorization: string | undefined, credentials: Credentials): Principal | MockResponse {
  // RFC 6750 §3.1: no error code for a client that did not know how to authenticate.
  if (authorization === undefined) {
    return unauthorized(challenge, 'The request has no Authorization header; send a bearer token.');
  }
  if (!/^Bearer\b/i.test(authorization)) {
    return unauthorized(challenge, 'The Authorization header has another scheme; send "Bearer TOKEN".');
  }
  const token = tokenIn(authorization);
  if (token === undefined) {
    return refused('invalid_request', 'The Authorization header is not "Bearer TOKEN".', 400);
  }
  const finding = credentials.find(token);
  return typeof finding === 'string' ? refused('invalid_token', reasons[finding], 401) : finding;
}

const reasons: Readonly<Record<Extract<Finding, string>, string>> = {
  unknown: 'The bearer token is not known.',
  expired: 'The bearer token has expired.',
  revoked: 'The bearer token has been revoked.',
};

function refused(error: string, description: string, status: number): MockResponse {
  return unauthorized(
    `${challenge}, error="${error}", error_description="${quotable(description)}"`,
    description,
    status,
  );
}

/** RFC 6750 §3: no quotes within the value. */
function quotable(text: string): string {
  return text.replaceAll('"', "'");
}

function tokenOf({ headers }: MockRequest): string | undefined {
  return headers.authorization === undefined ? undefined : tokenIn(headers.authorization);
}

function tokenIn(authorization: string): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
}
