/** Which keys of a tenant hold references, what each is for, and what its value must look like. */

import type { Annotations } from '../config/env-file.js';
import { isReference } from '../config/reference.js';
import {
  type Complaint,
  checkBaseUrl,
  checkHeaderName,
  checkHeaderValue,
  checkProxyUrl,
  checkSingleLine,
  checkToken,
  checkTokenUrl,
  checkUsername,
} from './check.js';
import { checkCertificates, checkPrivateKey, signingAlgorithm } from './check-keys.js';
import type { TenantEntry } from './file.js';

/** What a value is for. */
export interface Role {
  /** A noun phrase: `bearer token`. */
  readonly purpose: string;
  readonly format: NonNullable<Annotations['format']>;
  readonly secret: boolean;
  /** The end of a good name of a variable: `CLIENT_SECRET`. */
  readonly suffix: string;
  /** What is wrong with a value, without the value. */
  readonly check: (value: string) => Complaint | undefined;
  /** A file of bytes, not of text. */
  readonly binary?: boolean;
}

/** A key of a tenant and the reference that stands there. */
export interface WrittenReference {
  /** `['auth', 'token']`. */
  readonly keys: readonly [keyof TenantEntry, ...string[]];
  readonly reference: string;
  readonly role: Role;
}

const anything = (): undefined => undefined;
const orComplaint = (check: (value: string) => URL | Complaint) => (value: string) => {
  const checked = check(value);
  return checked instanceof URL ? undefined : checked;
};

/** A key that is encrypted is judged with its passphrase, when the tenant is used. */
function checkKey(value: string): Complaint | undefined {
  return value.includes('ENCRYPTED') ? undefined : checkPrivateKey(value, undefined);
}

function checkSigningKey(value: string): Complaint | undefined {
  const algorithm = signingAlgorithm(value, undefined);
  return typeof algorithm === 'string' ? undefined : algorithm;
}

function plain(purpose: string, suffix: string, check: Role['check'] = anything): Role {
  return { purpose, format: 'text', secret: false, suffix, check };
}

function url(purpose: string, suffix: string, check: (value: string) => URL | Complaint): Role {
  return { purpose, format: 'url', secret: false, suffix, check: orComplaint(check) };
}

/** A secret, and the one before it, which is accepted as long as both are in use. */
function secret(key: string, words: Pick<Role, 'purpose' | 'suffix' | 'check'>, format: Role['format'] = 'text') {
  const now: Role = { ...words, format, secret: true };
  const before: Role = { ...now, purpose: `previous ${words.purpose}`, suffix: `PREVIOUS_${words.suffix}` };
  return { [key]: now, [`previous${key[0]?.toUpperCase()}${key.slice(1)}`]: before };
}

const authRoles: Readonly<Record<string, Role>> = {
  ...secret('token', { purpose: 'bearer token', suffix: 'TOKEN', check: checkToken }, 'token'),
  username: plain('user name', 'USERNAME', checkUsername),
  ...secret('password', { purpose: 'password', suffix: 'PASSWORD', check: checkSingleLine }),
  header: plain('name of the header with the API key', 'API_KEY_HEADER', checkHeaderName),
  ...secret('value', { purpose: 'API key', suffix: 'API_KEY', check: checkHeaderValue }, 'token'),
  tokenUrl: url('URL of the token endpoint', 'TOKEN_URL', checkTokenUrl),
  clientId: plain('OAuth client id', 'CLIENT_ID', checkSingleLine),
  ...secret('clientSecret', { purpose: 'OAuth client secret', suffix: 'CLIENT_SECRET', check: checkSingleLine }),
  ...secret('privateKey', {
    purpose: 'private key that signs assertions',
    suffix: 'PRIVATE_KEY',
    check: checkSigningKey,
  }),
  keyId: plain('id of the private key', 'KEY_ID'),
  previousKeyId: plain('id of the previous private key', 'PREVIOUS_KEY_ID'),
  scope: plain('OAuth scope', 'SCOPE'),
  audience: plain('OAuth audience', 'AUDIENCE'),
  assertionAudience: plain('audience of assertions', 'ASSERTION_AUDIENCE'),
};

const certificate = plain('client certificate', 'CLIENT_CERTIFICATE', checkCertificates);

const tlsRoles: Readonly<Record<string, Role>> = {
  ca: plain('certificates of the authorities that are trusted', 'CA', checkCertificates),
  cert: certificate,
  previousCert: { ...certificate, purpose: 'previous client certificate', suffix: 'PREVIOUS_CLIENT_CERTIFICATE' },
  ...secret('key', { purpose: 'key of the client certificate', suffix: 'CLIENT_KEY', check: checkKey }),
  pfx: { ...plain('client certificate with its key, PKCS #12', 'CLIENT_PFX'), secret: true, binary: true },
  passphrase: { ...plain('passphrase of the client key', 'CLIENT_KEY_PASSPHRASE'), secret: true },
};

const baseUrl = url('base URL', 'BASE_URL', checkBaseUrl);

/** Proxies may have a password in their URL. */
export const proxyRole: Role = { ...url('proxy', 'PROXY', checkProxyUrl), secret: true };

/** Every reference of ENTRY, with what it is for. A proxy of `none` is no reference. */
export function referencesOf(entry: TenantEntry): WrittenReference[] {
  const found: WrittenReference[] = [];
  if (entry.baseUrl !== undefined) found.push({ keys: ['baseUrl'], reference: entry.baseUrl, role: baseUrl });
  found.push(...below('auth', entry.auth, authRoles), ...below('tls', entry.tls, tlsRoles));
  if (entry.proxy !== undefined && entry.proxy !== 'none') {
    // A proxy that stands there is no secret, unless it has a password.
    const secret = isReference(entry.proxy) || entry.proxy.includes('@');
    found.push({ keys: ['proxy'], reference: entry.proxy, role: { ...proxyRole, secret } });
  }
  return found;
}

function below(
  key: 'auth' | 'tls',
  values: object | undefined,
  roles: Readonly<Record<string, Role>>,
): WrittenReference[] {
  return Object.entries(values ?? {}).flatMap(([name, reference]) => {
    const role = roles[name];
    return role === undefined || typeof reference !== 'string' ? [] : [{ keys: [key, name] as const, reference, role }];
  });
}
