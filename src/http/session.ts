/** The connection to one server: keeps sockets alive, enforces limits, says what went wrong. */

import type { Dispatcher } from 'undici';
import type { Redactor } from '../redact/redact.js';
import {
  CancelledError,
  InvalidResponseError,
  NetworkError,
  RedirectError,
  ScimError,
  UsageError,
} from '../scim/error.js';
import { type ConnectionOptions, createDispatcher } from './agent.js';
import { describeCertificate } from './certificate.js';
import { acceptedEncodings, ContentError, decodeContent } from './content.js';
import type { CredentialName } from './exchange.js';
import { type Circumstances, failureOf, isCertificateProblem, timeoutOf } from './failure.js';
import { AnswerTooLarge, type Received, Receiver } from './receiver.js';
import type { Retry } from './retry-record.js';
import { Shared } from './shared.js';
import { ConnectionWatch, type Marks } from './timing.js';

export interface SessionOptions extends ConnectionOptions {
  /** Scheme, host and port. */
  readonly origin: URL;
  /** Of one body, before and after decompression. */
  readonly maxResponseBytes: number;
}

export interface HttpRequest {
  readonly method: string;
  /** Absolute path with query, percent-encoded. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
  /** From now to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** What is asked, redacted, for messages. */
  readonly asked: () => string;
  /** Knows the secrets of the tenant and of this request. */
  readonly redactor: () => Redactor;
}

export interface HttpAnswer {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case. */
  readonly headers: [string, string][];
  readonly text: string;
}

/** What is known of an exchange so far, also when it fails. */
export interface Observation {
  attempts: number;
  status: number | undefined;
  headers: [string, string][];
  bytes: number;
  /** When the last attempt came how far. */
  marks?: Marks;
  /** What was sent last, credential included. */
  sentHeaders?: HttpRequest['headers'];
  /** The attempts before the last one. */
  retries?: Retry[];
  /** Why there was no further attempt although there was reason for one. */
  gaveUp?: string;
  /** Which of two credentials it was sent with last; undefined when there is one, or the request has its own. */
  credential?: CredentialName | undefined;
  /** How long it waited for its turn here. */
  queuedMs?: number;
}

/** How long what a certificate says about itself is told again without asking. */
const certificateMs = 5_000;

/** One server. Nothing is connected to before the first `send`. */
export class HttpSession {
  readonly #options: SessionOptions;
  readonly #connections = new ConnectionWatch();
  #agent: Promise<Dispatcher> | undefined;
  readonly #certificate: Shared<string | undefined>;
  /** An answer came before, so that a socket that is dead now may only have been idle for too long. */
  #wasAnswered = false;
  #closed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#certificate = new Shared(
      (signal) => describeCertificate(options.origin, options.proxy, signal),
      () => certificateMs,
    );
  }

  /** Host and port, e.g. `example.com:443`. */
  get peer(): string {
    return peerOf(this.#options.origin);
  }

  /**
   * Sends REQUEST and reads the whole answer, whatever its status; OBSERVED is kept up to date.
   *
   * Throws `NetworkError` when no complete answer came, `InvalidResponseError` when the answer is too large, cannot be
   * decoded or is a redirect, `CancelledError`, and `UsageError` when HTTP does not allow a header.
   */
  async send(request: HttpRequest, observed: Observation): Promise<HttpAnswer> {
    checkHeaders(request);
    if (this.#closed || request.signal?.aborted === true) throw new CancelledError();
    const received = await this.#receive(request, observed);
    this.#wasAnswered = true;
    const { status, reason, headers } = received;
    const text = await this.#decode(received, request);
    const answer = { status, reason, headers, text };
    this.#refuseRedirect(answer, request);
    return answer;
  }

  /** Ends every connection; requests under way fail with `CancelledError`. */
  async close(): Promise<void> {
    this.#closed = true;
    const agent = await this.#agent?.catch(() => undefined);
    await agent?.destroy();
  }

  async #receive(request: HttpRequest, observed: Observation): Promise<Received> {
    const deadline = performance.now() + request.timeoutMs;
    const first = await this.#attempt(request, observed, deadline);
    if (!('stale' in first)) return first;
    // RFC 9110 §9.2.2: a safe request may be repeated when the connection is closed before any answer.
    const second = await this.#attempt(request, observed, deadline);
    if ('stale' in second) throw second.stale;
    return second;
  }

  /** One try; an error that another connection may heal is returned instead of thrown. */
  async #attempt(
    request: HttpRequest,
    observed: Observation,
    deadline: number,
  ): Promise<Received | { stale: ScimError }> {
    observed.attempts += 1;
    observed.sentHeaders = request.headers;
    const agent = await this.#connect();
    const receiver = new Receiver(this.#options.maxResponseBytes, this.#connections);
    const circumstances = (): Circumstances => this.#circumstances(request, receiver);
    const timer = setTimeout(
      () => receiver.abort(timeoutOf(request.timeoutMs, circumstances())),
      Math.max(0, deadline - performance.now()),
    );
    const cancel = (): void => receiver.abort(new CancelledError('Cancelled', { asked: request.asked() }));
    request.signal?.addEventListener('abort', cancel, { once: true });
    try {
      if (request.signal?.aborted === true) cancel();
      else this.#dispatch(agent, request, receiver);
      return await receiver.received;
    } catch (error) {
      const failure = await this.#explain(error, receiver, circumstances());
      const isStale = failure.code === 'network.reset' && receiver.phase === 'waiting' && this.#wasAnswered;
      if (isStale && isSafe(request.method)) return { stale: failure };
      throw failure;
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', cancel);
      observed.status = receiver.status;
      observed.headers = receiver.headers;
      observed.bytes = receiver.bytes;
      observed.marks = receiver.marks;
    }
  }

  #dispatch(agent: Dispatcher, request: HttpRequest, receiver: Receiver): void {
    const headers = [...request.headers.flat(), 'accept-encoding', acceptedEncodings];
    agent.dispatch(
      {
        origin: this.#options.origin.origin,
        path: request.path,
        method: request.method,
        headers,
        body: request.body ?? null,
      },
      receiver,
    );
  }

  async #connect(): Promise<Dispatcher> {
    this.#agent ??= createDispatcher(this.peer, this.#options, this.#options.maxResponseBytes, this.#connections);
    return this.#agent;
  }

  #circumstances(request: HttpRequest, receiver: Receiver): Circumstances {
    const { phase, bytes, expectedBytes } = receiver;
    const proxy = this.#options.proxy?.host;
    return {
      peer: this.peer,
      proxy,
      asked: request.asked(),
      redactor: request.redactor(),
      phase,
      bytes,
      expectedBytes,
    };
  }

  async #explain(error: unknown, receiver: Receiver, circumstances: Circumstances): Promise<ScimError> {
    if (error instanceof AnswerTooLarge || isCode(error, 'UND_ERR_RES_EXCEEDED_MAX_SIZE')) {
      return this.#tooLarge(receiver.status, circumstances.asked, receiver.expectedBytes);
    }
    if (error instanceof ScimError) return error;
    const failure = failureOf(error, circumstances);
    if (!(failure instanceof NetworkError) || !isCertificateProblem(error)) return failure;
    const certificate = await this.#certificate.get();
    if (certificate === undefined) return failure;
    const { code, message, outcome, asked, remedy, cause } = failure;
    return new NetworkError(code, `${message}: ${certificate}`, outcome, { asked, remedy, cause });
  }

  #tooLarge(status: number | undefined, asked: string, bytes?: number): InvalidResponseError {
    const size = bytes === undefined ? '' : `: ${megabytes(bytes)}`;
    const message = `The answer of ${this.peer} is larger than the limit of ${megabytes(this.#options.maxResponseBytes)}${size}`;
    return new InvalidResponseError('response.tooLarge', message, status, {
      asked,
      remedy: 'Ask for fewer resources per page or for fewer attributes, or raise the limit.',
    });
  }

  async #decode(received: Received, request: HttpRequest): Promise<string> {
    const encoding = headerOf(received.headers, 'content-encoding');
    try {
      return await decodeContent(received.body, encoding, this.#options.maxResponseBytes);
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      if (error.kind === 'tooLarge') throw this.#tooLarge(received.status, request.asked());
      const name = request.redactor().text(error.encoding);
      const message = `The body that ${this.peer} sends is not what its Content-Encoding says: ${name}`;
      throw new InvalidResponseError('response.notJson', message, received.status, {
        asked: request.asked(),
        remedy: 'Report it to whoever runs the server or the proxy before it.',
      });
    }
  }

  /** Redirects are not followed: with the token in hand, where to go is for a person to decide. */
  #refuseRedirect(answer: HttpAnswer, request: HttpRequest): void {
    if (answer.status < 300 || answer.status > 399 || answer.status === 304) return;
    const location = headerOf(answer.headers, 'location');
    const target = location === undefined ? 'nowhere' : `to ${request.redactor().url(location).slice(0, 300)}`;
    throw new RedirectError(
      `${this.peer} redirects ${request.asked()} ${target} (${answer.status})`,
      answer.status,
      location,
      {
        asked: request.asked(),
        remedy:
          'Redirects are not followed. If the service has moved, or this is its sign-in page, correct the base URL.',
      },
    );
  }
}

/** Host and port of ORIGIN, e.g. `example.com:443`. */
export function peerOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/** The first value of header NAME, given in lower case. */
export function headerOf(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  return headers.find(([candidate]) => candidate === name)?.[1];
}

/** RFC 9110 §5.5; checked here, because the usual cause is a line end in a token, and a message must not show it. */
function checkHeaders(request: HttpRequest): void {
  for (const [name, value] of request.headers) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      throw new UsageError('A header has a name that HTTP does not allow', { asked: request.asked() });
    }
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new UsageError(`The value of header ${name} holds a character that HTTP does not allow`, {
        asked: request.asked(),
        remedy: 'Look for a line end or a character beyond Latin-1 in it.',
      });
    }
  }
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${bytes} bytes` : `${Math.round(bytes / 100_000) / 10} MB`;
}
