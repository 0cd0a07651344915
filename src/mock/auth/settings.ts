/** Who may use a mock server. */

import { UsageError } from '../../scim/error.js';

/** A secret that opens the server. */
export interface TokenSettings {
  /** Stands for the token wherever it must not be shown; with the basic scheme, the user name. */
  readonly name: string;
  readonly value: string;
  /** `userName` or `id` of the user that `/Me` is with this token. */
  readonly user?: string;
  /** The token is good until then. */
  readonly expires?: Date;
}

/** A client of the token endpoint (RFC 6749 §4.4): it knows a secret, or the private key to a public one, or both. */
export interface ClientSettings {
  readonly id: string;
  readonly secret?: string;
  /** PEM of the key that checks its assertions (RFC 7523). */
  readonly publicKey?: string;
  readonly user?: string;
}

/** How requests prove who they are from. */
export type AuthSettings =
  | { readonly scheme: 'none' }
  | { readonly scheme: 'bearer'; readonly tokens: readonly TokenSettings[] }
  | { readonly scheme: 'basic'; readonly users: readonly TokenSettings[] }
  | { readonly scheme: 'apiKey'; readonly header: string; readonly keys: readonly TokenSettings[] }
  | OAuth2Settings
  /** The certificate that TLS has asked for is enough. */
  | { readonly scheme: 'mtls' };

/** A token endpoint beside the service, and the access tokens that it gives. */
export interface OAuth2Settings {
  readonly scheme: 'oauth2';
  readonly clients: readonly ClientSettings[];
  /** Path of the token endpoint, from the root of the server. */
  readonly tokenPath: string;
  /** Seconds that an access token is good for. */
  readonly tokenLifetime: number;
  /** What clients may ask for; empty when scopes mean nothing here. */
  readonly scopes: readonly string[];
}

/**
 * The settings of a server that was started with AUTH or with bearer TOKENS; without both, everybody is let in.
 * @throws UsageError when both are there
 */
export function authSettings(auth: AuthSettings | undefined, tokens: readonly string[] | undefined): AuthSettings {
  if (tokens === undefined) return auth ?? { scheme: 'none' };
  if (auth) throw new UsageError('Both tokens and auth are given; put the tokens into auth');
  return {
    scheme: 'bearer',
    tokens: [...new Set(tokens)].map((value, place) => ({ name: `token ${place + 1}`, value })),
  };
}
