/** The steps on the way to a server, one by one, for whoever wants to know which of them fails. */

import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { createRedactor } from '../redact/redact.js';
import { CancelledError } from '../scim/error.js';
import { failureOf, timeoutOf } from './failure.js';
import { untilAborted } from './shared.js';

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
    if (error instanceof CancelledError) throw error;
    throw failureOf(error, circumstancesOf(origin));
  }
}

/** Returns when ORIGIN accepts a connection, within TIMEOUTMS. Throws `NetworkError`. */
export async function reach(origin: URL, timeoutMs = defaultConnectTimeoutMs, signal?: AbortSignal): Promise<void> {
  const { host, port } = peerOf(origin);
  const socket = connect({ host, port });
  try {
    const connected = new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      // Stays, because a server may still reset the connection afterwards.
      socket.on('error', (error) => reject(failureOf(error, circumstancesOf(origin))));
      socket.setTimeout(timeoutMs, () => reject(timeoutOf(timeoutMs, circumstancesOf(origin))));
    });
    await untilAborted(connected, signal);
  } finally {
    socket.destroy();
  }
}

function circumstancesOf(origin: URL): Parameters<typeof failureOf>[1] {
  const { host, port } = peerOf(origin);
  const peer = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    peer,
    phase: 'connecting',
    asked: `connect to ${peer}`,
    bytes: 0,
    expectedBytes: undefined,
    redactor: noSecrets,
  };
}
