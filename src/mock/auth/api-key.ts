/** A key in a header of its own, as several services have it. */

import { UsageError } from '../../scim/error.js';
import type { MockResponse, Principal } from '../message.js';
import { checkedToken, checkedTokens } from './checks.js';
import { Credentials, type Finding } from './credentials.js';
import { type Scheme, unauthorized } from './scheme.js';
import type { TokenSettings } from './settings.js';

const kind = 'API key';

/** Requests with one of KEYS in HEADER. @throws UsageError for a header or keys that cannot be sent */
export function apiKeyScheme(header: string, keys: readonly TokenSettings[], now: () => Date): Scheme {
  // RFC 9110 §5.6.2: token.
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(header)) {
    throw new UsageError(`${JSON.stringify(header)} is not the name of a header; use one like X-Api-Key`);
  }
  const name = header.toLowerCase();
  const credentials = new Credentials(now);
  for (const key of checkedTokens(kind, keys)) credentials.allow(key);
  return {
    carries: ({ headers }) => headers[name] !== undefined,
    check: ({ headers }) => check(header, headers[name], credentials),
    expire: ({ headers }) => credentials.expire(headers[name] ?? ''),
    tokens: {
      list: () => credentials.list(),
      revoke: (key) => credentials.revoke(key),
      allow: (key) => credentials.allow(checkedToken(kind, key)),
    },
  };
}

function check(header: string, value: string | undefined, credentials: Credentials): Principal | MockResponse {
  // No scheme is registered for this; RFC 9110 §15.5.2 wants a challenge all the same.
  const challenge = `ApiKey realm="SCIM", header="${header}"`;
  if (value === undefined)
    return unauthorized(challenge, `The request has no ${header} header; send an API key in it.`);
  const finding = credentials.find(value);
  return typeof finding === 'string' ? unauthorized(challenge, reasons[finding]) : finding;
}

const reasons: Readonly<Record<Extract<Finding, string>, string>> = {
  unknown: 'The API key is not known.',
  expired: 'The API key has expired.',
  revoked: 'The API key has been revoked.',
};
