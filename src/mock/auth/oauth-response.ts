/** RFC 6749 §5: what a token endpoint answers. */

import type { MockResponse } from '../message.js';

/** Why no token is given (RFC 6749 §5.2). */
export class OAuthError extends Error {
  constructor(
    readonly code: 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope',
    /** Without quotes and without secrets. */
    readonly description: string,
    readonly status = code === 'invalid_client' ? 401 : 400,
  ) {
    super(description);
  }
}

/** The access token VALUE, good for LIFETIME seconds and SCOPE (RFC 6749 §5.1). */
export function grantResponse(value: string, lifetime: number, scope: string | undefined): MockResponse {
  return tokenResponse(200, {
    access_token: value,
    token_type: 'Bearer',
    expires_in: lifetime,
    ...(scope !== undefined && { scope }),
  });
}

/** ERROR as the answer that a client expects. */
export function oauthErrorResponse({ code, description, status }: OAuthError): MockResponse {
  return tokenResponse(
    status,
    { error: code, error_description: description },
    {
      ...(status === 401 && { 'www-authenticate': 'Basic realm="SCIM token endpoint", charset="UTF-8"' }),
      ...(status === 405 && { allow: 'POST' }),
    },
  );
}

/** RFC 6749 §5.1: neither tokens nor errors are stored. */
function tokenResponse(status: number, body: object, headers: Record<string, string> = {}): MockResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json;charset=UTF-8',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      ...headers,
    },
    body: Buffer.from(JSON.stringify(body)),
  };
}
