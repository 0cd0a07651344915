/** Adds the credential of a tenant to its requests. */

import type { HttpLayer } from '../pipeline.js';
import { hasHeader, withHeader } from './header.js';
import { accessTokens } from './oauth2.js';
import type { AuthOptions, OAuth2Options } from './options.js';
import { rotatingTokens } from './rotation.js';
import type { AccessToken } from './token-endpoint.js';
import { basicCredentials } from './token-request.js';

export interface AuthSurroundings {
  /** Told what a person must know, free of secrets. */
  readonly warn: (message: string) => void;
  /** Gets an access token. */
  readonly fetchToken: (options: OAuth2Options, signal: AbortSignal) => Promise<AccessToken>;
  /** Milliseconds; never goes back. */
  readonly now: () => number;
}

/** The layer that adds the credential of AUTH to each request, unless the request brings its own. */
export function authLayer(auth: AuthOptions, surroundings: AuthSurroundings): HttpLayer {
  if (auth.scheme === 'oauth2') {
    return accessTokens((signal) => surroundings.fetchToken(auth, signal), surroundings.now);
  }
  if (auth.scheme === 'bearer' && auth.previousToken !== undefined) {
    return rotatingTokens(auth.token, auth.previousToken, surroundings.warn);
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

/** What of AUTH must never be seen. A private key never leaves the process, so that it need not be looked for. */
export function secretsOfAuth(auth: AuthOptions): string[] {
  switch (auth.scheme) {
    case 'bearer':
      return auth.previousToken === undefined ? [auth.token] : [auth.token, auth.previousToken];
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
