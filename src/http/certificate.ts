/** Says whose certificate it is that could not be verified. */

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { type Certificate, connect, type TLSSocket } from 'node:tls';

const limitMs = 5_000;

/**
 * What the certificate that ORIGIN presents says about itself, as a part of a sentence; undefined when it cannot be
 * had. Node does not keep a certificate that it refused, so it is asked for once more: over a connection on which
 * nothing is sent, no client certificate either, and which is closed at once.
 */
export async function describeCertificate(
  origin: URL,
  proxy: URL | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await ask(origin, proxy, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]));
  } catch {
    return undefined;
  }
}

async function ask(origin: URL, proxy: URL | undefined, signal: AbortSignal): Promise<string> {
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  const port = Number(origin.port || 443);
  const via = proxy === undefined ? undefined : await tunnel(proxy, `${origin.hostname}:${port}`, signal);
  const socket = connect({
    host,
    port,
    ...(via === undefined ? {} : { socket: via }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: false,
  });
  const cancel = (): void => void socket.destroy(new Error('too late'));
  signal.addEventListener('abort', cancel, { once: true });
  try {
    await secured(socket);
    return sentence(socket);
  } finally {
    signal.removeEventListener('abort', cancel);
    socket.destroy();
    via?.destroy();
  }
}

function secured(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    // Stays, because a server may still reset the connection afterwards.
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

/** A connection to TARGET through PROXY (RFC 9110 §9.3.6). */
export function tunnel(proxy: URL, target: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
    const auth = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const asked = send({
      host: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      headers: { host: target },
      ...(auth === ':' ? {} : { auth }),
      signal,
    });
    asked.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) resolve(socket);
      else reject(new Error('refused'));
    });
    asked.once('response', () => reject(new Error('refused')));
    asked.on('error', reject);
    asked.end();
  });
}

function sentence(socket: TLSSocket): string {
  const { subject, issuer, valid_from: from, valid_to: to, subjectaltname: names } = socket.getPeerCertificate();
  const validity = `valid from ${day(from)} to ${day(to)}`;
  const alternatives = names === undefined ? '' : ` (${clean(names)})`;
  return `it is for ${nameOf(subject)}${alternatives}, issued by ${nameOf(issuer)}, ${validity}`;
}

/** SUBJECT, free of control characters, as `CN=scim.example.com, O=Example`. */
export function nameOf(subject: Certificate): string {
  const parts = [
    ['CN', subject.CN],
    ['O', subject.O],
    ['OU', subject.OU],
  ];
  const told = parts
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${value}`);
  return told.length === 0 ? 'nobody' : clean(told.join(', '));
}

function day(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? clean(date) : new Date(time).toISOString().slice(0, 10);
}

/** TEXT of a stranger, for a message. */
function clean(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 200);
}
