/** One request and its answer on a socket of node:http: what is read, and how the answer is written. */

import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { MockRequest, MockResponse, RequestBody } from './message.js';

/**
 * How much of a body that is too large is read and thrown away, times what is allowed: a client that still writes when
 * the connection ends may never see the answer.
 */
const drainFactor = 16;

/** Real milliseconds for the bytes before a cut to arrive: a reset makes the kernel forget what it has not sent. */
const beforeResetMs = 20;

const noBody: RequestBody = { text: '' };

/** Ends a connection with a reset. */
export type Reset = (outgoing: ServerResponse) => void;

/** Calls DONE with the body of INCOMING, at once when it has none; never when the client goes away before its end. */
export function withBody(incoming: IncomingMessage, maxPayloadSize: number, done: (body: RequestBody) => void): void {
  const { 'content-length': length, 'transfer-encoding': coding } = incoming.headers;
  if (coding === undefined && (length === undefined || length === '0')) done(noBody);
  else if (Number(length) > drainFactor * maxPayloadSize) done({ problem: 'tooLarge' });
  else readBody(incoming, maxPayloadSize, done);
}

function readBody(incoming: IncomingMessage, maxPayloadSize: number, done: (body: RequestBody) => void): void {
  const drainBytes = drainFactor * maxPayloadSize;
  const chunks: Buffer[] = [];
  let size = 0;
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= maxPayloadSize) chunks.push(chunk);
    else chunks.length = 0;
    if (size > drainBytes) finish();
  };
  const finish = (): void => {
    incoming.off('data', take).off('end', finish);
    done(size > maxPayloadSize ? { problem: 'tooLarge' } : decoded(chunks));
  };
  // An error is that the client went away: nobody waits for an answer.
  incoming.on('data', take).on('end', finish).on('error', ignore);
}

function decoded(chunks: readonly Buffer[]): RequestBody {
  const [first] = chunks;
  if (first === undefined) return noBody;
  const bytes = chunks.length === 1 ? first : Buffer.concat(chunks);
  if (!isUtf8(bytes)) return { problem: 'encoding' };
  const text = bytes.toString();
  return { text: text.startsWith('\uFEFF') ? text.slice(1) : text };
}

/** INCOMING as a plain value, with BODY. */
export function requestOf(incoming: IncomingMessage, body: RequestBody): MockRequest {
  const { method = 'GET', url = '/' } = incoming;
  return { method, target: url.startsWith('/') ? url : pathAndQuery(url), headers: singleHeaders(incoming), body };
}

/** Node joins what comes more than once, except for Set-Cookie, which no request has. */
function singleHeaders({ headers }: IncomingMessage): MockRequest['headers'] {
  return isSingle(headers) ? headers : { ...headers, 'set-cookie': headers['set-cookie']?.join(', ') };
}

function isSingle(headers: IncomingHttpHeaders): headers is IncomingHttpHeaders & Record<string, string | undefined> {
  return headers['set-cookie'] === undefined;
}

/** RFC 9112 §3.2.2: a request line may also hold a whole URL. */
function pathAndQuery(target: string): string {
  return /^https?:\/\//i.test(target) ? target.replace(/^https?:\/\/[^/?]*/i, '') || '/' : target;
}

/** Writes RESPONSE as its `delivery` wants it; with LAST, ends the connection, because the request was not read whole. */
export function send(outgoing: ServerResponse, response: MockResponse, last: boolean, reset: Reset): void {
  const { delayMs = 0, cutAfter, onEnd } = response.delivery ?? {};
  if (onEnd) outgoing.once('close', onEnd);
  if (delayMs > 0) {
    const timer = setTimeout(() => sendNow(outgoing, response, cutAfter, last, reset), delayMs);
    outgoing.once('close', () => clearTimeout(timer));
  } else sendNow(outgoing, response, cutAfter, last, reset);
}

function sendNow(
  outgoing: ServerResponse,
  response: MockResponse,
  cutAfter: number | undefined,
  last: boolean,
  reset: Reset,
): void {
  if (cutAfter !== undefined && cutAfter < 0) {
    reset(outgoing);
    return;
  }
  const hasBody = response.status !== 204 && response.status !== 304;
  writeHead(outgoing, response, hasBody, last);
  if (cutAfter === undefined) outgoing.end(hasBody ? response.body : undefined);
  else cut(outgoing, hasBody ? response.body.subarray(0, cutAfter) : undefined, reset);
}

function writeHead(outgoing: ServerResponse, response: MockResponse, hasBody: boolean, last: boolean): void {
  const head: string[] = [];
  for (const name in response.headers) {
    const value = response.headers[name];
    if (value !== undefined) head.push(name, value);
  }
  if (hasBody) head.push('content-length', String(response.body.length));
  if (last) head.push('connection', 'close');
  outgoing.writeHead(response.status, head);
}

/** Writes BYTES after the head, and resets the connection when they have had the time to arrive. */
function cut(outgoing: ServerResponse, bytes: Buffer | undefined, reset: Reset): void {
  outgoing.flushHeaders();
  const later = (): void => {
    const timer = setTimeout(() => reset(outgoing), beforeResetMs);
    outgoing.once('close', () => clearTimeout(timer));
  };
  if (bytes === undefined || bytes.length === 0) later();
  else outgoing.write(bytes, later);
}

function ignore(): void {
  // Nothing to do.
}
