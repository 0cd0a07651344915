/** How somebody who owns a mock server gets into it: what a client needs to know. Holds secrets. */

import { UsageError } from '../scim/error.js';
import { type AuthSettings, authSettings, type ClientSettings, type TokenSettings } from './auth/settings.js';
import type { MockOptions, TlsSettings } from './options.js';
import type { Mock } from './server.js';

/** A credential that opens a server. */
type Credential =
  | { readonly scheme: 'none' | 'mtls' }
  | { readonly scheme: 'bearer'; readonly token: string }
  | { readonly scheme: 'basic'; readonly username: string; readonly password: string }
  | { readonly scheme: 'apiKey'; readonly header: string; readonly value: string }
  | {
      readonly scheme: 'oauth2';
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
    };

/** Where a server is, what opens it, and whom to trust. */
interface MockAccess {
  readonly url: string;
  /** The profile that it imitates. */
  readonly vendor: string | undefined;
  readonly auth: Credential;
  /** PEM. */
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string };
}

/**
 * Access to MOCK, which was started with OPTIONS: by its first credential.
 * @throws UsageError when nobody can get in with what is known here
 */
export function accessTo({ url, certificates }: Mock, options: MockOptions): MockAccess {
  const auth = credentialOf(options, url);
  const { tls, vendor } = options;
  if (certificates !== undefined) {
    const { ca, clientCertificate, clientKey } = certificates;
    return { url, vendor, auth, tls: { ca, cert: clientCertificate, key: clientKey } };
  }
  if (tls === undefined || tls === 'generated') return { url, vendor, auth };
  return { url, vendor, auth, tls: { ca: trusted(tls) } };
}

/** Whom a client of a server with TLS trusts: its own certificate, and those that came along with it. */
function trusted({ certificate, clientCa }: TlsSettings): string {
  if (clientCa === undefined) return certificate;
  throw new UsageError('This mock server wants client certificates of an authority whose key is not known here', {
    remedy: 'Write tls: generated into the mock file.',
  });
}

function credentialOf(options: MockOptions, url: string): Credential {
  const settings = authSettings(options.auth, options.tokens);
  switch (settings.scheme) {
    case 'none':
    case 'mtls':
      return { scheme: settings.scheme };
    case 'bearer':
      return { scheme: 'bearer', token: first(settings.tokens).value };
    case 'basic': {
      const { name, value } = first(settings.users);
      return { scheme: 'basic', username: name, password: value };
    }
    case 'apiKey':
      return { scheme: 'apiKey', header: settings.header, value: first(settings.keys).value };
    case 'oauth2':
      return clientCredential(settings, url);
  }
}

function clientCredential(
  { clients, tokenPath }: Extract<AuthSettings, { scheme: 'oauth2' }>,
  url: string,
): Credential {
  const isOpen = (client: ClientSettings): client is ClientSettings & { secret: string } => client.secret !== undefined;
  const client = clients.find(isOpen);
  if (client === undefined) throw new UsageError('No client of this mock server has a secret to get in with');
  return {
    scheme: 'oauth2',
    tokenUrl: new URL(tokenPath, url).href,
    clientId: client.id,
    clientSecret: client.secret,
  };
}

function first([token]: readonly TokenSettings[]): TokenSettings {
  if (token === undefined) throw new UsageError('This mock server knows no token, so that nobody gets in');
  return token;
}
