/** The one or two credentials that a tenant has: two while one is being replaced by the other. */

import type { TlsOptions } from '../agent.js';
import type { CredentialName } from '../exchange.js';
import type { AuthOptions, ClientAuthentication } from './options.js';

/** A credential, and how `scim.yaml` calls it. Holds secrets. */
export interface Named<Value> {
  readonly name: CredentialName;
  /** `auth.token`, `auth.previousToken`. */
  readonly key: string;
  readonly value: Value;
}

/** One or two, the current one first. */
export type OneOrTwo<Value> = readonly [Value, ...Value[]];

/** The credentials of AUTH, each as if it were the only one. */
export function credentialsOf(auth: AuthOptions): OneOrTwo<Named<AuthOptions>> {
  switch (auth.scheme) {
    case 'bearer': {
      const { previousToken: token, ...current } = auth;
      return pair('auth.token', current, 'auth.previousToken', token && { scheme: 'bearer', token });
    }
    case 'basic': {
      const { previousPassword: password, ...current } = auth;
      return pair('auth.password', current, 'auth.previousPassword', password && { ...current, password });
    }
    case 'apiKey': {
      const { previousValue: value, ...current } = auth;
      return pair('auth.value', current, 'auth.previousValue', value && { ...current, value });
    }
    case 'oauth2': {
      const { previousClient: client, ...current } = auth;
      const previous = client && { ...current, client };
      const kind = kindOf(client ?? current.client);
      return pair(`auth.${lowered(kindOf(current.client))}`, current, `auth.previous${kind}`, previous);
    }
    case 'mtls':
    case 'none':
      return pair('auth', auth, '', undefined);
  }
}

/** The client certificates of TLS, each with all else that it says. */
export function certificatesOf(tls: TlsOptions | undefined): OneOrTwo<Named<TlsOptions | undefined>> {
  if (tls === undefined) return pair('tls.cert', undefined, '', undefined);
  const { previousCert: cert, previousKey: key, ...current } = tls;
  const { cert: _cert, key: _key, pfx, ...rest } = current;
  const previous = cert === undefined ? undefined : { ...rest, cert, key };
  return pair(pfx === undefined ? 'tls.cert' : 'tls.pfx', current, 'tls.previousCert', previous);
}

function pair<Value>(
  key: string,
  value: Value,
  previousKey: string,
  previous: Value | '' | undefined,
): OneOrTwo<Named<Value>> {
  const current: Named<Value> = { name: 'current', key, value };
  if (previous === undefined || previous === '') return [current];
  return [current, { name: 'previous', key: previousKey, value: previous }];
}

function kindOf({ method }: ClientAuthentication): 'PrivateKey' | 'ClientSecret' {
  return method === 'private_key_jwt' ? 'PrivateKey' : 'ClientSecret';
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** BOTH, each made into something else. */
export function mapped<From, To>([first, ...rest]: OneOrTwo<From>, make: (one: From) => To): OneOrTwo<To> {
  return [make(first), ...rest.map(make)];
}
