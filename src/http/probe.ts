/** The steps on the way to a server, one by one, for whoever wants to know which of them fails. Nothing is sent. */

import { lookup } from 'node:dns/promises';
import { isIP, connect as openSocket, type Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import { createRedactor } from '../redact/redact.js';
import { CancelledError, NetworkError, ScimError } from '../scim/error.js';
import { type TlsOptions, verification } from './agent.js';
import { describeCertificate, nameOf, tunnel } from './certificate.js';
import { type Circumstances, failureOf, isCertificateProblem, timeoutOf } from './failure.js';
import { untilAborted } from './shared.js';

/** What is known of a server after a handshake. */
export interface SecureFacts {
  /** `TLSv1.3`. */
  readonly protocol: string;
  /** Whose certificate it is, and who says so; both as `CN=…, O=…`. */
  readonly subject: string;
  readonly issuer: string;
  /** NaN when the certificate does not say. */
  readonly validTo: Date;
  /** Whether the certificate proves anything; false only with `insecureSkipVerify`. */
  readonly verified: boolean;
}

/** Nothing that a connection is made with is secret. */
const noSecrets = createRedactor([]);

const defaultConnectTimeoutMs = 10_000;

/** Host without brackets, and port, of ORIGIN. */
export function peerOf(origin: URL): { readonly host: string; readonly port: number } {
  const standard = origin.protocol === 'https:' ? 443 : 80;
  return { host: origin.hostname.replace(/^\[|\]$/g, ''), port: Number(origin.port || standard) };
}

/** Is HOST an address, which no name server is asked for? */
export function isAddress(host: string): boolean {
  return isIP(host) !== 0;
}

/** The addresses of the host of ORIGIN. Throws `NetworkError` when there are none. */
export async function dnsOf(origin: URL, signal: AbortSignal): Promise<string[]> {
  const { host } = peerOf(origin);
  try {
    const found = await untilAborted(lookup(host, { all: true }), signal);
    return found.map(({ address }) => address);
  } catch (error) {
    throw asFailure(error, origin);
  }
}

/** Returns when ORIGIN accepts a connection, within TIMEOUTMS. Throws `NetworkError`. */
export async function reach(origin: URL, timeoutMs = defaultConnectTimeoutMs, signal?: AbortSignal): Promise<void> {
  const { host, port } = peerOf(origin);
  const socket = openSocket({ host, port });
  try {
    await ready(socket, 'connect', origin, timeoutMs, signal);
  } catch (error) {
    throw asFailure(error, origin);
  } finally {
    socket.destroy();
  }
}

/** How a secure connection is made. */
export interface SecureOptions {
  readonly tls?: TlsOptions | undefined;
  readonly proxy?: URL | undefined;
  readonly timeoutMs?: number | undefined;
}

/** What ORIGIN shows in a handshake, as OPTIONS say. Throws `NetworkError`; its message describes the certificate. */
export async function handshake(origin: URL, options: SecureOptions, signal: AbortSignal): Promise<SecureFacts> {
  try {
    return await secured(origin, options, signal);
  } catch (error) {
    const failure = asFailure(error, origin);
    if (!isCertificateProblem(error) || !(failure instanceof NetworkError)) throw failure;
    const { code, message, remedy, asked, cause } = failure;
    const shown = await describeCertificate(origin, options.proxy, signal);
    const told = shown === undefined ? message : `${message}: ${shown}`;
    throw new NetworkError(code, told, 'notSent', { asked, remedy, cause });
  }
}

async function secured(origin: URL, options: SecureOptions, signal: AbortSignal): Promise<SecureFacts> {
  const { tls, proxy, timeoutMs = defaultConnectTimeoutMs } = options;
  const { host, port } = peerOf(origin);
  const via = proxy === undefined ? undefined : await tunnelled(origin, proxy, timeoutMs, signal);
  const socket = secure({
    host,
    port,
    ...verification(tls),
    ...(via === undefined ? {} : { socket: via }),
    ...(isAddress(host) ? {} : { servername: host }),
  });
  try {
    await ready(socket, 'secureConnect', origin, timeoutMs, signal);
    const { subject, issuer, valid_to: validTo } = socket.getPeerCertificate();
    return {
      protocol: socket.getProtocol() ?? 'TLS',
      subject: nameOf(subject),
      issuer: nameOf(issuer),
      validTo: new Date(validTo),
      verified: socket.authorized,
    };
  } finally {
    socket.destroy();
    via?.destroy();
  }
}

async function tunnelled(origin: URL, proxy: URL, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  const { host, port } = peerOf(origin);
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  try {
    return await tunnel(proxy, target, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  } catch (cause) {
    if (signal.aborted) throw new CancelledError();
    const through = `The proxy ${peerOf(proxy).host}:${peerOf(proxy).port} does not connect to ${target}`;
    throw new NetworkError('network.proxy', through, 'notSent', {
      asked: `connect to ${target}`,
      remedy:
        'Check host, port and credentials of the proxy, what it permits, and whether the host belongs into NO_PROXY.',
      cause,
    });
  }
}

/** Resolves when SOCKET, to ORIGIN, says EVENT; rejects with what it says, or when SIGNAL is aborted or time is over. */
async function ready(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  origin: URL,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const done = new Promise<void>((resolve, reject) => {
    socket.once(event, resolve);
    // Stays, because a server may still reset the connection afterwards.
    socket.on('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    socket.setTimeout(timeoutMs, () => reject(timeoutOf(timeoutMs, circumstancesOf(origin))));
  });
  await untilAborted(done, signal);
}

function asFailure(error: unknown, origin: URL): ScimError {
  return error instanceof ScimError ? error : failureOf(error, circumstancesOf(origin));
}

function circumstancesOf(origin: URL): Circumstances {
  const { host, port } = peerOf(origin);
  const peer = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const asked = `connect to ${peer}`;
  return { peer, phase: 'connecting', asked, bytes: 0, expectedBytes: undefined, redactor: noSecrets };
}
