/** The mock server on a socket: node:http around `Service`. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ScimError, UsageError } from '../scim/error.js';
import type { MockRequest, MockResponse, RequestBody } from './message.js';
import type { Answerer } from './middleware.js';
import type { MockOptions } from './options.js';
import { createProvider } from './provider.js';
import { rulesWith } from './rules.js';
import type { ResourceStore } from './store.js';

/** A running mock server. */
export interface Mock {
  /** Base URL, with the base path. */
  readonly url: string;
  readonly port: number;
  /** Stops listening, lets running answers finish for a moment and ends all connections. Can be called twice. */
  close(): Promise<void>;
  readonly store: ResourceStore;
}

/**
 * How much of a body that is too large is read and thrown away, times what is allowed: a client that still writes when
 * the connection ends may never see the answer.
 */
const drainFactor = 16;

/** How long `close` waits for running requests before it cuts them off. */
const closeGraceMs = 500;

/**
 * Starts the mock server: a SCIM 2.0 service provider for users and groups, in memory.
 * @throws UsageError for an impossible option; ScimError `mock.listen` when it cannot listen
 */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const { host = '127.0.0.1' } = options;
  const basePath = checkedBasePath(options.basePath ?? '/scim/v2');
  const { maxPayloadSize } = rulesWith(options.rules ?? {});
  const server = createServer({ keepAliveTimeout: 60_000 });
  const port = await listen(server, host, options.port ?? 0);
  const url = `http://${urlHost(host)}:${port}${basePath}`;
  const provider = createProvider(options, { baseUrl: options.publicUrl ?? url, basePath, now: options.now });
  server.on('request', (request, response) => {
    void serve(provider.handle, maxPayloadSize, request, response, options.onRequest);
  });
  return { url, port, store: provider.store, close: () => close(server) };
}

async function listen(server: Server, host: string, port: number): Promise<number> {
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
  const asked = `listen on ${host}:${port}`;
  const reasons = new Map<unknown, [message: string, remedy: string]>([
    ['EADDRINUSE', [`Port ${port} on ${host} is already in use`, 'Choose another port, or 0 for a free one.']],
    ['EACCES', [`Port ${port} on ${host} needs more rights than this user has`, 'Choose a port above 1023.']],
    ['EADDRNOTAVAIL', [`${host} is not an address of this machine`, 'Use 127.0.0.1.']],
  ]);
  const [message, remedy] = reasons.get(code) ?? [
    `The mock server cannot listen on ${host}:${port}: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Check the host and the port.',
  ];
  return new ScimError('mock.listen', message, { asked, remedy, cause });
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await closed;
  clearTimeout(timer);
}

async function serve(
  handle: Answerer,
  maxPayloadSize: number,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  onRequest: MockOptions['onRequest'],
): Promise<void> {
  const { method = 'GET', url: target = '/' } = incoming;
  const body = await readBody(incoming, maxPayloadSize);
  if (body === undefined) return;
  const started = performance.now();
  const request: MockRequest = { method, target: pathAndQuery(target), headers: singleHeaders(incoming), body };
  const response = handle(request);
  send(outgoing, response, !incoming.complete);
  onRequest?.({ method, path: request.target, status: response.status, ms: performance.now() - started });
}

/** The body of INCOMING; undefined when the client went away. */
async function readBody(incoming: IncomingMessage, maxPayloadSize: number): Promise<RequestBody | undefined> {
  const chunks: Buffer[] = [];
  const drainBytes = drainFactor * maxPayloadSize;
  let size = 0;
  if (Number(incoming.headers['content-length']) > drainBytes) return { problem: 'tooLarge' };
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > drainBytes) break;
      if (size <= maxPayloadSize) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return size > maxPayloadSize ? { problem: 'tooLarge' } : decodeBody(chunks);
}

function decodeBody(chunks: readonly Buffer[]): RequestBody {
  if (chunks.length === 0) return { text: '' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) };
  } catch {
    return { problem: 'encoding' };
  }
}

/** Writes RESPONSE; with LAST, ends the connection after it, because the rest of the request was not read. */
function send(outgoing: ServerResponse, response: MockResponse, last: boolean): void {
  const hasBody = response.status !== 204 && response.status !== 304;
  outgoing.writeHead(response.status, {
    ...response.headers,
    ...(hasBody && { 'content-length': response.body.length }),
    ...(last && { connection: 'close' }),
  });
  outgoing.end(hasBody ? response.body : undefined);
}

function singleHeaders({ headers }: IncomingMessage): Record<string, string | undefined> {
  const single: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers)) single[name] = Array.isArray(value) ? value.join(', ') : value;
  return single;
}

/** RFC 9112 §3.2.2: a request line may also hold a whole URL. */
function pathAndQuery(target: string): string {
  return /^https?:\/\//i.test(target) ? target.replace(/^https?:\/\/[^/?]*/i, '') || '/' : target;
}

function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function checkedBasePath(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '' || /^(\/[\w.~-]+)+$/.test(trimmed)) return trimmed;
  throw new UsageError(`The base path ${JSON.stringify(path)} must be like /scim/v2`);
}
