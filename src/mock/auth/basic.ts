/** RFC 7617: user names and passwords. */

import { UsageError } from '../../scim/error.js';
import type { MockRequest, MockResponse, Principal } from '../message.js';
import { Credentials, type Finding } from './credentials.js';
import { type Scheme, unauthorized } from './scheme.js';
import type { TokenSettings } from './settings.js';

/** RFC 7617 §2.1: names and passwords are UTF-8. */
const challenge = 'Basic realm="SCIM", charset="UTF-8"';

/** Requests with the name and password of one of USERS. @throws UsageError for a name that cannot be sent */
export function basicScheme(users: readonly TokenSettings[], now: () => Date): Scheme {
  const credentials = new Credentials(now);
  for (const user of users) credentials.allow(pairOf(user));
  return {
    carries: ({ headers }) => headers.authorization !== undefined,
    check: (request) => check(request, credentials),
    expire: ({ headers }) => {
      const pair = basicPair(headers.authorization);
      if (pair !== undefined) credentials.expire(pair);
    },
    tokens: {
      list: () => credentials.list(),
      revoke: (name) => credentials.revoke(name),
      allow: (user) => credentials.allow(pairOf(user)),
    },
  };
}

/** USER as one secret. `/Me` is the user of that name unless another one is given. */
function pairOf(user: TokenSettings): TokenSettings {
  if (user.name.includes(':')) {
    throw new UsageError(
      `The user name ${JSON.stringify(user.name)} holds a colon, which basic authentication cannot send`,
    );
  }
  return { ...user, value: `${user.name}:${user.value}`, user: user.user ?? user.name };
}

function check({ headers }: MockRequest, credentials: Credentials): Principal | MockResponse {
  if (headers.authorization === undefined) {
    return unauthorized(challenge, 'The request has no Authorization header; send a user name and a password.');
  }
  const pair = basicPair(headers.authorization);
  if (pair === undefined) return unauthorized(challenge, 'The Authorization header is not "Basic" and BASE64.');
  const finding = credentials.find(pair);
  return typeof finding === 'string' ? unauthorized(challenge, reasons[finding]) : finding;
}

const reasons: Readonly<Record<Extract<Finding, string>, string>> = {
  unknown: 'The user name or the password is wrong.',
  expired: 'The password has expired.',
  revoked: 'The password has been revoked.',
};

/** `NAME:PASSWORD` of an Authorization header; undefined when it is of another form. */
export function basicPair(authorization: string | undefined): string | undefined {
  const encoded = /^Basic +([\w+/-]+=*) *$/i.exec(authorization ?? '')?.[1];
  const pair = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
  return pair?.includes(':') ? pair : undefined;
}
