/** What the authentication schemes have in common: RFC 9110 §11. */

import type { ScimType } from '../../scim/error.js';
import { errorResponse, type MockRequest, type MockResponse, type Principal } from '../message.js';
import type { CredentialState } from './credentials.js';
import type { TokenSettings } from './settings.js';

/** How requests prove who they are from. */
export interface Scheme {
  /** Whether REQUEST tries to prove it, well or badly. */
  carries(request: MockRequest): boolean;
  /** Whom REQUEST is from, or the answer that refuses it. */
  check(request: MockRequest): Principal | MockResponse;
  /** An answer to a request that is for this scheme and not for the service: the token endpoint. */
  readonly intercept?: (request: MockRequest) => MockResponse | undefined;
  /** What REQUEST proves itself with counts as expired from now on. */
  expire(request: MockRequest): void;
  readonly tokens: TokenControl;
}

/** Secrets can be taken and given while the server runs. Nothing here returns one. */
export interface TokenControl {
  list(): readonly CredentialState[];
  /** Lets nobody in any more who shows the secret called NAME. Returns false when there is none. */
  revoke(name: string): boolean;
  /** @throws UsageError for a secret that cannot be sent */
  allow(token: TokenSettings): void;
}

/** The refusal of a request, which names the scheme in CHALLENGE (RFC 9110 §11.6.1). */
export function unauthorized(challenge: string, detail: string, status = 401, scimType?: ScimType): MockResponse {
  return errorResponse(status, scimType, detail, { 'www-authenticate': challenge });
}
