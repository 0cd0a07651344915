/** How a client proves who it is: to the service provider, and to an authorization server. */

/** How a client authenticates at the token endpoint. */
export type ClientAuthentication =
  /** RFC 6749 §2.3.1. */
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
  /** RFC 7523 §2.2. */
  | {
      readonly method: 'private_key_jwt';
      /** PEM. */
      readonly privateKey: string;
      readonly keyId?: string | undefined;
      readonly algorithm: SigningAlgorithm;
      /** `aud` of the assertion; the token endpoint's URL unless the authorization server wants its issuer. */
      readonly assertionAudience?: string | undefined;
    }
  /** RFC 8705 §2: by the certificate of the TLS connection. */
  | { readonly method: 'tls_client_auth' };

/** RFC 7518 §3.1. */
export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256';

/** OAuth 2.0 client credentials (RFC 6749 §4.4). */
export interface OAuth2Options {
  readonly scheme: 'oauth2';
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly client: ClientAuthentication;
  /** The other secret or key of a rotation: tried when the authorization server refuses the first. */
  readonly previousClient?: ClientAuthentication | undefined;
  /** Space-separated. */
  readonly scope?: string | undefined;
  /** The `audience` parameter that some authorization servers (Auth0) want in the request. */
  readonly audience?: string | undefined;
}

interface BearerOptions {
  readonly scheme: 'bearer';
  readonly token: string;
  /** The other token of a rotation: tried when the service refuses the first. */
  readonly previousToken?: string | undefined;
}

/** RFC 7617. */
interface BasicOptions {
  readonly scheme: 'basic';
  readonly username: string;
  readonly password: string;
  readonly previousPassword?: string | undefined;
}

interface ApiKeyOptions {
  readonly scheme: 'apiKey';
  readonly header: string;
  readonly value: string;
  readonly previousValue?: string | undefined;
}

/** The credential of a tenant, with the other one while it is being rotated. */
export type AuthOptions =
  | { readonly scheme: 'none' }
  /** The client certificate of the TLS connection is the credential. */
  | { readonly scheme: 'mtls' }
  | BearerOptions
  | BasicOptions
  | ApiKeyOptions
  | OAuth2Options;
