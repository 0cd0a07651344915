/** What an HTTPS server needs to know: RFC 7644 §7.1 and RFC 9110 §4.2.2. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import { createSecureContext, TLSSocket } from 'node:tls';
import { UsageError } from '../../scim/error.js';
import type { MockRequest } from '../message.js';
import type { TlsSettings } from '../options.js';
import { type GeneratedCertificates, generateCertificates } from './generate.js';

/** Certificates of a server, and those for its clients when they were made for it. */
export interface Security {
  readonly settings: TlsSettings;
  readonly generated: GeneratedCertificates | undefined;
}

/**
 * What TLS asks for; DEMAND says that clients have to show a certificate, HOSTS how they call the server.
 * @throws UsageError for certificates that cannot be used, without any of their text
 */
export function securityOf(tls: TlsSettings | 'generated', hosts: readonly string[], demand: boolean): Security {
  if (tls !== 'generated') return { settings: checked(tls), generated: undefined };
  const generated = generateCertificates({ hosts });
  const { ca, certificate, key } = generated;
  return { settings: { certificate, key, ...(demand && { clientCa: ca }) }, generated };
}

function checked(tls: TlsSettings): TlsSettings {
  const { certificate, key, clientCa } = tls;
  attempt('certificate of the server', 'give one in PEM', () => new X509Certificate(certificate));
  attempt('key of the server', 'give one in PEM, without a passphrase', () => createPrivateKey(key));
  attempt('key of the server', 'give the one that belongs to the certificate', () =>
    createSecureContext({ cert: certificate, key }),
  );
  if (clientCa !== undefined) attempt('clientCa', 'give certificates in PEM', () => new X509Certificate(clientCa));
  return tls;
}

function attempt(what: string, remedy: string, use: () => unknown): void {
  try {
    use();
  } catch {
    throw new UsageError(`TLS: the ${what} cannot be used; ${remedy}`);
  }
}

/** An HTTPS server with SETTINGS; TLS 1.2 at least (RFC 7644 §7.1). */
export function createSecureServer({ certificate, key, clientCa }: TlsSettings, options: ServerOptions): Server {
  return createServer({
    ...options,
    cert: certificate,
    key,
    minVersion: 'TLSv1.2',
    ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  });
}

type Client = Pick<MockRequest, 'clientCertificate' | 'clientName'>;

const clients = new WeakMap<TLSSocket, Client>();

/** Who shows which certificate on the connection of INCOMING; nothing when there is none that the server trusts. */
export function clientOf({ socket }: IncomingMessage): Client {
  if (!(socket instanceof TLSSocket && socket.authorized)) return {};
  const known = clients.get(socket);
  if (known) return known;
  const client = readClient(socket);
  clients.set(socket, client);
  return client;
}

function readClient(socket: TLSSocket): Client {
  const { fingerprint256, subject } = socket.getPeerCertificate();
  if (fingerprint256 === undefined) return {};
  // A subject may have several names, which the types of Node do not know.
  const name: string | string[] | undefined = subject.CN;
  const [clientName] = [name ?? []].flat();
  return {
    clientCertificate: fingerprint256.replaceAll(':', '').toLowerCase(),
    ...(clientName !== undefined && { clientName }),
  };
}
