/** What a tenant's `auth` comes to: every reference resolved and checked. */

import type { AuthEntry, OAuth2Entry } from './access-file.js';
import {
  type Complaint,
  checkHeaderName,
  checkHeaderValue,
  checkSingleLine,
  checkToken,
  checkTokenUrl,
  checkUsername,
  isInsecure,
} from './check.js';
import { signingAlgorithm } from './check-keys.js';
import type { Found, Resolver } from './resolver.js';

type ClientAuthentication =
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
  | {
      readonly method: 'private_key_jwt';
      readonly privateKey: string;
      readonly keyId?: string;
      readonly algorithm: 'RS256' | 'PS256' | 'ES256';
      readonly assertionAudience?: string;
    }
  | { readonly method: 'tls_client_auth' };

/** The credential of a tenant. Holds secrets. */
export type AuthSettings =
  | { readonly scheme: 'none' | 'mtls' }
  | { readonly scheme: 'bearer'; readonly token: string; readonly previousToken?: string }
  | {
      readonly scheme: 'basic';
      readonly username: string;
      readonly password: string;
      readonly previousPassword?: string;
    }
  | { readonly scheme: 'apiKey'; readonly header: string; readonly value: string; readonly previousValue?: string }
  | {
      readonly scheme: 'oauth2';
      readonly tokenUrl: URL;
      readonly clientId: string;
      readonly client: ClientAuthentication;
      readonly previousClient?: ClientAuthentication;
      readonly scope?: string;
      readonly audience?: string;
    };

export interface Credentials {
  readonly auth: AuthSettings;
  /** The environment variable that holds the token, for copied commands. */
  readonly tokenVariable: string | undefined;
}

/** The credentials of ENTRY; undefined after a complaint. HASCERTIFICATE: there is a client certificate. */
export function resolveAuth(
  entry: AuthEntry | undefined,
  hasCertificate: boolean,
  resolver: Resolver,
): Credentials | undefined {
  if (entry === undefined) {
    return resolver.complain('auth', ['auth'], {
      problem: 'is missing',
      remedy: 'write auth: { scheme: bearer, token: env:NAME }, or { scheme: none } for a server without',
    });
  }
  switch (entry.scheme) {
    case 'none':
      return { auth: { scheme: 'none' }, tokenVariable: undefined };
    case 'mtls':
      if (!hasCertificate) return resolver.complain('auth', ['auth'], noCertificate);
      return { auth: { scheme: 'mtls' }, tokenVariable: undefined };
    case 'bearer':
      return bearer(entry, resolver);
    case 'basic':
      return basic(entry, resolver);
    case 'apiKey':
      return apiKey(entry, resolver);
    case 'oauth2':
      return oauth2(entry, hasCertificate, resolver);
  }
}

const noCertificate: Complaint = {
  problem: 'needs a client certificate',
  remedy: 'write tls: { cert: file:PATH, key: file:PATH }, or { pfx: file:PATH, passphrase: env:NAME }',
};

type Entry<Scheme extends AuthEntry['scheme']> = Extract<AuthEntry, { scheme: Scheme }>;

function bearer(entry: Entry<'bearer'>, resolver: Resolver): Credentials | undefined {
  const token = resolver.secret(entry.token, ['auth', 'token'], checkToken);
  const previousToken = other(token, entry.previousToken, (reference) =>
    resolver.secret(reference, ['auth', 'previousToken'], checkToken),
  );
  if (token === undefined) return undefined;
  const auth: AuthSettings = {
    scheme: 'bearer',
    token: token.value,
    ...(previousToken === undefined ? {} : { previousToken }),
  };
  return { auth, tokenVariable: token.origin.variable };
}

function basic(entry: Entry<'basic'>, resolver: Resolver): Credentials | undefined {
  const username = resolver.found(entry.username, ['auth', 'username'], checkUsername);
  const password = resolver.secret(entry.password, ['auth', 'password'], checkSingleLine);
  const previousPassword = other(password, entry.previousPassword, (reference) =>
    resolver.secret(reference, ['auth', 'previousPassword'], checkSingleLine),
  );
  if (username === undefined || password === undefined) return undefined;
  const auth: AuthSettings = {
    scheme: 'basic',
    username: username.value,
    password: password.value,
    ...(previousPassword === undefined ? {} : { previousPassword }),
  };
  return { auth, tokenVariable: undefined };
}

function apiKey(entry: Entry<'apiKey'>, resolver: Resolver): Credentials | undefined {
  const header = resolver.found(entry.header, ['auth', 'header'], checkHeaderName);
  const value = resolver.secret(entry.value, ['auth', 'value'], checkHeaderValue);
  const previousValue = other(value, entry.previousValue, (reference) =>
    resolver.secret(reference, ['auth', 'previousValue'], checkHeaderValue),
  );
  if (header === undefined || value === undefined) return undefined;
  const auth: AuthSettings = {
    scheme: 'apiKey',
    header: header.value,
    value: value.value,
    ...(previousValue === undefined ? {} : { previousValue }),
  };
  return { auth, tokenVariable: value.origin.variable };
}

function oauth2(entry: OAuth2Entry, hasCertificate: boolean, resolver: Resolver): Credentials | undefined {
  const tokenUrl = endpoint(entry.tokenUrl, resolver);
  const clientId = resolver.found(entry.clientId, ['auth', 'clientId'], checkSingleLine);
  const client = clientAuthentication(entry, hasCertificate, resolver);
  const previousClient = previousAuthentication(entry, client, resolver);
  const scope = optional(entry.scope, (reference) => resolver.found(reference, ['auth', 'scope']));
  const audience = optional(entry.audience, (reference) => resolver.found(reference, ['auth', 'audience']));
  if (tokenUrl === undefined || clientId === undefined || client === undefined) return undefined;
  const auth: AuthSettings = {
    scheme: 'oauth2',
    tokenUrl,
    clientId: clientId.value,
    client,
    ...(previousClient === undefined ? {} : { previousClient }),
    ...(scope === undefined ? {} : { scope: scope.value }),
    ...(audience === undefined ? {} : { audience: audience.value }),
  };
  return { auth, tokenVariable: undefined };
}

function endpoint(reference: string, resolver: Resolver): URL | undefined {
  const keys = ['auth', 'tokenUrl'];
  const found = resolver.found(reference, keys);
  if (found === undefined) return undefined;
  const url = checkTokenUrl(found.value);
  if (!(url instanceof URL)) return resolver.complain(found.origin.label, keys, url);
  if (isInsecure(url)) {
    resolver.warn('auth.tokenUrl is http, so the client secret crosses the network unencrypted; use https');
  }
  return url;
}

/** `method`, or the one that goes with what is given. */
function methodOf({ method, privateKey, clientSecret }: OAuth2Entry, hasCertificate: boolean): string {
  if (method !== undefined) return method;
  if (privateKey !== undefined) return 'private_key_jwt';
  return clientSecret === undefined && hasCertificate ? 'tls_client_auth' : 'client_secret_basic';
}

function clientAuthentication(
  entry: OAuth2Entry,
  hasCertificate: boolean,
  resolver: Resolver,
): ClientAuthentication | undefined {
  const method = methodOf(entry, hasCertificate);
  switch (method) {
    case 'private_key_jwt':
      return privateKeyJwt(entry, resolver);
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      if (!hasCertificate) return resolver.complain(`auth.method ${method}`, ['auth', 'method'], noCertificate);
      return { method: 'tls_client_auth' };
    default: {
      const secret = resolver.secret(entry.clientSecret, ['auth', 'clientSecret'], checkSingleLine);
      const chosen = method === 'client_secret_post' ? method : 'client_secret_basic';
      return secret && { method: chosen, secret: secret.value };
    }
  }
}

/** The other secret or key of a rotation; undefined when it is the same as that of CURRENT: there is nothing to fall back to. */
function previousAuthentication(
  entry: OAuth2Entry,
  current: ClientAuthentication | undefined,
  resolver: Resolver,
): ClientAuthentication | undefined {
  const { previousPrivateKey: privateKey, previousKeyId: keyId, previousClientSecret: clientSecret } = entry;
  if (privateKey !== undefined) {
    const previous = privateKeyJwt({ ...entry, privateKey, keyId }, resolver, 'previous');
    const isSame = current?.method === 'private_key_jwt' && current.privateKey === previous?.privateKey;
    return isSame ? undefined : previous;
  }
  if (clientSecret === undefined) return undefined;
  const secret = resolver.secret(clientSecret, ['auth', 'previousClientSecret'], checkSingleLine);
  if (secret === undefined || (current !== undefined && 'secret' in current && current.secret === secret.value)) {
    return undefined;
  }
  const method = current?.method === 'client_secret_post' ? current.method : 'client_secret_basic';
  return { method, secret: secret.value };
}

type PrivateKeyAuthentication = Extract<ClientAuthentication, { method: 'private_key_jwt' }>;

/** WHICH of the two keys it is, which `scim.yaml` calls by other names. */
function privateKeyJwt(
  entry: OAuth2Entry,
  resolver: Resolver,
  which: 'current' | 'previous' = 'current',
): PrivateKeyAuthentication | undefined {
  const at = (key: string): string[] => [
    'auth',
    which === 'current' ? key : `previous${key.charAt(0).toUpperCase()}${key.slice(1)}`,
  ];
  const keys = at('privateKey');
  const key = resolver.secret(entry.privateKey, keys);
  const keyId = optional(entry.keyId, (reference) => resolver.found(reference, at('keyId')));
  const audience = optional(entry.assertionAudience, (reference) =>
    resolver.found(reference, ['auth', 'assertionAudience']),
  );
  if (key === undefined) return undefined;
  const algorithm = signingAlgorithm(key.value, which === 'current' ? entry.algorithm : undefined);
  if (typeof algorithm !== 'string') return resolver.complain(key.origin.label, keys, algorithm);
  return {
    method: 'private_key_jwt',
    privateKey: key.value,
    algorithm,
    ...(keyId === undefined ? {} : { keyId: keyId.value }),
    ...(audience === undefined ? {} : { assertionAudience: audience.value }),
  };
}

/** What REFERENCE resolves to; undefined when that is what CURRENT is, too: there is nothing to fall back to. */
function other(
  current: Found | undefined,
  reference: string | undefined,
  resolve: (reference: string) => Found | undefined,
): string | undefined {
  const found = optional(reference, resolve);
  return found === undefined || found.value === current?.value ? undefined : found.value;
}

function optional(reference: string | undefined, resolve: (reference: string) => Found | undefined): Found | undefined {
  return reference === undefined ? undefined : resolve(reference);
}
