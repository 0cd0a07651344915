/** RFC 7644 §2 and RFC 6750: bearer tokens. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { errorResponse, type MockRequest, type MockResponse } from '../message.js';
import type { Middleware } from '../middleware.js';

const challenge = 'Bearer realm="SCIM"';

/**
 * A check for bearer TOKENS; undefined lets everybody pass, an empty list nobody. What ISPUBLIC is for everybody.
 *
 * All tokens are compared, as digests of one length, in constant time, so that the time of an answer says nothing about
 * how much of a token was right.
 */
export function bearerAuthentication(
  tokens: readonly string[] | undefined,
  isPublic: (request: MockRequest) => boolean,
): Middleware | undefined {
  if (tokens === undefined) return undefined;
  const check = bearerCheck(tokens);
  return (request, next) => (isPublic(request) ? undefined : check(request.headers.authorization)) ?? next(request);
}

function bearerCheck(tokens: readonly string[]): (authorization: string | undefined) => MockResponse | undefined {
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
