/** Who may use a mock server. */

/** A secret that opens the server. */
export interface TokenSettings {
  /** Stands for the token wherever it must not be shown. */
  readonly name: string;
  readonly value: string;
  /** `userName` or `id` of the user that `/Me` is with this token. */
  readonly user?: string;
  /** The token is good until then. */
  readonly expires?: Date;
}

/** A client of the token endpoint (RFC 6749 §4.4). */
export interface ClientSettings {
  readonly id: string;
  readonly secret: string;
  readonly user?: string;
}

/** How requests prove who they are from. */
export type AuthSettings =
  | { readonly scheme: 'none' }
  | { readonly scheme: 'bearer'; readonly tokens: readonly TokenSettings[] }
  | { readonly scheme: 'basic'; readonly users: readonly TokenSettings[] }
  | { readonly scheme: 'apiKey'; readonly header: string; readonly keys: readonly TokenSettings[] }
  | {
      readonly scheme: 'oauth2';
      readonly clients: readonly ClientSettings[];
      /** Path of the token endpoint, from the root of the server. */
      readonly tokenPath: string;
      /** Seconds that an access token is good for. */
      readonly tokenLifetime: number;
      readonly scopes: readonly string[];
    }
  /** The certificate that TLS has asked for is enough. */
  | { readonly scheme: 'mtls' };
