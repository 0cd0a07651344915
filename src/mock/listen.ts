/** Sockets that a mock server listens on. */

import type { Server } from 'node:http';
import { ScimError, UsageError } from '../scim/error.js';

/** How long `close` waits for running requests before it cuts them off. */
const closeGraceMs = 500;

/**
 * Makes SERVER listen, and returns the port, which is another one than PORT when that is 0.
 * @throws ScimError `mock.listen`, which tells why it cannot
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
  } catch (cause) {
    throw listenError(host, port, cause);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function listenError(host: string, port: number, cause: unknown): ScimError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const asked = `listen on ${urlHost(host)}:${port}`;
  const reasons = new Map<unknown, [message: string, remedy: string]>([
    ['EADDRINUSE', [`Port ${port} on ${host} is already in use`, 'Choose another port, or 0 for a free one.']],
    ['EACCES', [`Port ${port} on ${host} needs more rights than this user has`, 'Choose a port above 1023.']],
    ['EADDRNOTAVAIL', [`${host} is not an address of this machine`, 'Use 127.0.0.1.']],
    ['ENOTFOUND', [`There is no host called ${host}`, 'Use 127.0.0.1.']],
  ]);
  const [message, remedy] = reasons.get(code) ?? [
    `The mock server cannot listen on ${host}:${port}: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Check the host and the port.',
  ];
  return new ScimError('mock.listen', message, { asked, remedy, cause });
}

/** Stops listening, lets running answers finish for a moment and ends all connections. Can be called twice. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await closed;
  clearTimeout(timer);
}

/** HOST, an address to listen on, as a client on this machine writes it in a URL. */
export function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** PATH without a trailing slash. @throws UsageError unless it can be the path of a base URL */
export function checkedBasePath(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '' || /^(\/[\w.~-]+)+$/.test(trimmed)) return trimmed;
  throw new UsageError(`The base path ${JSON.stringify(path)} must be like /scim/v2`);
}

/** @throws UsageError unless PORT is one */
export function checkedPort(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(`The port ${port} must be a whole number from 0 to 65535; 0 takes a free one`);
}

/**
 * URL, which clients know the server by, without a trailing slash.
 * @throws UsageError unless it is an absolute URL of HTTP without query and fragment (RFC 7644 §1.3: base URL)
 */
export function checkedPublicUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isBase = parsed && /^https?:$/.test(parsed.protocol) && !/[?#]/.test(url) && parsed.username === '';
  if (isBase && parsed.password === '') return url.replace(/\/+$/, '');
  throw new UsageError('The public URL must be like https://scim.example.com/scim/v2: no query, no user, no password');
}
