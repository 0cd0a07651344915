/** RFC 7644 §2 and RFC 6750: bearer tokens. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { errorResponse, type MockResponse } from './message.js';

/** Returns the 401 answer to a request with this `Authorization` header, or undefined when the request may pass. */
export type Authenticate = (authorization: string | undefined) => MockResponse | undefined;

const challenge = 'Bearer realm="SCIM"';

/**
 * A check for bearer TOKENS; undefined lets everybody pass, an empty list nobody.
 *
 * All tokens are compared, as digests of one length, in constant time, so that the time of an answer says nothing about
 * how much of a token was right.
 */
export function bearerAuthentication(tokens: readonly string[] | undefined): Authenticate {
  if (tokens === undefined) return () => undefined;
  const digests = tokens.map(digest);
  return (authorization) => {
    if (authorization === undefined) {
      return unauthorized(challenge, 'The request has no Authorization header; send a bearer token.');
    }
    const token = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
    if (token === undefined) {
      return unauthorized(`${challenge}, error="invalid_request"`, 'The Authorization header is not "Bearer TOKEN".');
    }
    const given = digest(token);
    let known = false;
    for (const expected of digests) known = timingSafeEqual(expected, given) || known;
    return known ? undefined : unauthorized(`${challenge}, error="invalid_token"`, 'The bearer token is not known.');
  };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function unauthorized(header: string, detail: string): MockResponse {
  return errorResponse(401, undefined, detail, { 'www-authenticate': header });
}
