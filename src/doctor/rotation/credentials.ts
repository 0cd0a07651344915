/** The credentials of a tenant, one by one: what they refer to, where that is written, and what stands for them. */

import { isReference, type Origin, resolveReference } from '../../config/reference.js';
import type { TlsOptions } from '../../http/agent.js';
import { certificatesOf, credentialsOf } from '../../http/auth/credential.js';
import type { AuthOptions } from '../../http/auth/options.js';
import { fingerprint } from '../../workspace/fingerprint.js';
import type { TenantSettings, Workspace } from '../../workspace/workspace.js';

/** What proves who the client is. Holds secrets. */
export interface Access {
  readonly auth: AuthOptions;
  readonly tls: TlsOptions | undefined;
}

/** One credential of a tenant. Only `access` holds a secret. */
export interface TenantCredential {
  readonly name: 'current' | 'previous';
  /** How `scim.yaml` calls it: `auth.token`. */
  readonly key: string;
  /** This one, as if there were no other. */
  readonly access: Access;
  /** Stands for it in what is remembered. */
  readonly id: string;
  readonly fingerprint: string | undefined;
}

/** A credential, and the other one while it is being rotated. */
export interface Pair {
  readonly current: TenantCredential;
  readonly previous: TenantCredential | undefined;
}

/** The credentials of SETTINGS that can be rotated, those that are being rotated if there are any. */
export function pairsOf({ auth, tls }: Pick<TenantSettings, 'auth' | 'tls'>): Pair[] {
  const [currentAuth, previousAuth] = credentialsOf(auth);
  const [currentTls, previousTls] = certificatesOf(tls);
  const access = { auth: currentAuth.value, tls: currentTls.value };
  const byAuth: Pair = {
    current: credential('current', currentAuth.key, access, secretOf(currentAuth.value)),
    previous:
      previousAuth &&
      credential('previous', previousAuth.key, { ...access, auth: previousAuth.value }, secretOf(previousAuth.value)),
  };
  const byTls: Pair = {
    current: credential('current', currentTls.key, access, certificateOf(currentTls.value)),
    previous:
      previousTls &&
      credential('previous', previousTls.key, { ...access, tls: previousTls.value }, certificateOf(previousTls.value)),
  };
  const isByCertificate =
    auth.scheme === 'mtls' || (auth.scheme === 'oauth2' && auth.client.method === 'tls_client_auth');
  const possible = isByCertificate ? [byTls] : auth.scheme === 'none' ? [] : [byAuth];
  const rotating = [byAuth, byTls].filter(({ previous }) => previous !== undefined);
  return rotating.length > 0 ? rotating : possible;
}

function credential(
  name: TenantCredential['name'],
  key: string,
  access: Access,
  secret: string | undefined,
): TenantCredential {
  const found = secret === undefined ? undefined : fingerprint(secret);
  return { name, key, access, id: found ?? key, fingerprint: found };
}

function secretOf(auth: AuthOptions): string | undefined {
  switch (auth.scheme) {
    case 'bearer':
      return auth.token;
    case 'basic':
      return auth.password;
    case 'apiKey':
      return auth.value;
    case 'oauth2':
      if ('secret' in auth.client) return auth.client.secret;
      return auth.client.method === 'private_key_jwt' ? auth.client.privateKey : undefined;
    case 'mtls':
    case 'none':
      return undefined;
  }
}

function certificateOf(tls: TlsOptions | undefined): string | undefined {
  return tls?.cert ?? tls?.pfx;
}

/** What is written about a credential. */
export interface Written {
  /** `env:SCIM_AUTH_TOKEN`; `a literal` for one that stands in `scim.yaml` itself. */
  readonly reference: string;
  /** The tenant that it is written at: itself, or one that it extends. */
  readonly tenant: string;
  /** Line in `scim.yaml`, from 1; undefined without one. */
  readonly line: number | undefined;
  /** What holds the value: `variable SCIM_AUTH_TOKEN, env/staging.env:3`. */
  readonly origin: Origin | undefined;
}

/** What is written at KEY, `auth.token`, of tenant NAME. */
export function writtenAt(workspace: Workspace, name: string, key: string): Written {
  const { entry, context, definerOf } = workspace.written(name);
  const [part, member = ''] = key.split('.');
  const section = part === 'tls' ? 'tls' : 'auth';
  const tenant = definerOf(section);
  const values: Readonly<Record<string, unknown>> = { ...entry[section] };
  const value = values[member];
  const line = workspace.lineOf(['tenants', tenant, section, member]);
  if (typeof value !== 'string' || !isReference(value)) {
    return { reference: 'a literal', tenant, line, origin: undefined };
  }
  return { reference: value, tenant, line, origin: resolveReference(value, context).origin };
}
