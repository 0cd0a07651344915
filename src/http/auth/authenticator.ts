/** Adds the credential of a tenant to its requests. */

import type { TlsOptions } from '../agent.js';
import type { HttpLayer } from '../pipeline.js';
import { credentialsOf } from './credential.js';
import { hasHeader, withHeader } from './header.js';
import { accessTokens } from './oauth2.js';
import type { AuthOptions, OAuth2Options } from './options.js';
import type { AccessToken } from './token-endpoint.js';
import { basicCredentials } from './token-request.js';

export interface AuthSurroundings {
  /** Gets an access token. */
  readonly fetchToken: (options: OAuth2Options, signal: AbortSignal) => Promise<AccessToken>;
  /** Milliseconds; never goes back. */
  readonly now: () => number;
}

/** The layer that adds the current credential of AUTH to each request, unless the request brings its own. */
export function authLayer(auth: AuthOptions, surroundings: AuthSurroundings): HttpLayer {
  if (auth.scheme === 'oauth2') {
    return accessTokens((signal) => surroundings.fetchToken(auth, signal), surroundings.now);
  }
  const header = credentialHeader(auth);
  if (header === undefined) return (next) => next;
  const [name, value] = header;
  return (next) => (request, observed) => {
    const added = hasHeader(request, name.toLowerCase()) ? request : withHeader(request, name, value);
    return next(added, observed);
  };
}

/** The header that a request is sent with, as far as it is known without asking anybody. Holds the secret. */
export function credentialHeader(auth: AuthOptions): readonly [string, string] | undefined {
  switch (auth.scheme) {
    case 'bearer':
      return ['Authorization', `Bearer ${auth.token}`];
    case 'basic':
      return ['Authorization', `Basic ${basicCredentials(auth.username, auth.password)}`];
    case 'apiKey':
      return [auth.header, auth.value];
    case 'oauth2':
      return ['Authorization', 'Bearer ***'];
    case 'mtls':
    case 'none':
      return undefined;
  }
}

/**
 * What of AUTH and TLS must never be seen, of both credentials of a rotation. A private key never leaves the process, so
 * that it need not be looked for.
 */
export function secretsOfAccess(auth: AuthOptions, tls: TlsOptions | undefined): string[] {
  const secrets = credentialsOf(auth).flatMap(({ value }) => secretsOf(value));
  return tls?.passphrase === undefined ? secrets : [...secrets, tls.passphrase];
}

function secretsOf(auth: AuthOptions): string[] {
  switch (auth.scheme) {
    case 'bearer':
      return [auth.token];
    case 'basic':
      return [auth.password, basicCredentials(auth.username, auth.password)];
    case 'apiKey':
      return [auth.value];
    case 'oauth2':
      return 'secret' in auth.client ? [auth.client.secret] : [];
    case 'mtls':
    case 'none':
      return [];
  }
}
