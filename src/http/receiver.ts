/** Takes one answer from undici. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Phase } from './failure.js';
import type { ConnectionWatch, Marks } from './timing.js';

/** An answer as it came over the wire. */
export interface Received {
  readonly status: number;
  readonly reason: string;
  readonly headers: [string, string][];
  readonly body: Buffer;
}

/** The announced length of the answer is beyond the limit. */
export class AnswerTooLarge extends Error {}

/**
 * Handler of one dispatch. undici's `request` cannot tell whether a request was written to a socket, and lets an abort
 * wait for a connection that is being made; this can and does not.
 */
export class Receiver implements Dispatcher.DispatchHandler {
  phase: Phase = 'connecting';
  status: number | undefined;
  reason = '';
  headers: [string, string][] = [];
  bytes = 0;
  readonly marks: Marks = {};
  /** Settles once: with the answer, or with the first thing that went wrong. */
  readonly received: Promise<Received>;

  readonly #maxBytes: number;
  readonly #connections: ConnectionWatch;
  readonly #dispatchedAt = performance.now();
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #failure: Error | undefined;
  #resolve: (received: Received) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  /** To be made right before the dispatch. CONNECTIONS knows about those that are made for it. */
  constructor(maxBytes: number, connections: ConnectionWatch) {
    this.#maxBytes = maxBytes;
    this.#connections = connections;
    this.received = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Gives up with ERROR; when the request was not written yet, it never will be. */
  abort(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.marks.endedAt = performance.now();
    this.#reject(error);
    this.#controller?.abort(error);
  }

  /** `Content-Length` of the answer. */
  get expectedBytes(): number | undefined {
    const length = this.headers.find(([name]) => name === 'content-length')?.[1];
    return length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    const connection = this.#connections.take(this.#dispatchedAt);
    if (this.#failure !== undefined) {
      controller.abort(this.#failure);
      return;
    }
    this.phase = 'waiting';
    if (connection !== undefined) this.marks.connection = connection;
    this.marks.httpVersion = this.#connections.httpVersion;
    this.marks.startedAt = performance.now();
    // A body that is a string is written right after this, and undici does not tell when that is done.
    queueMicrotask(() => {
      this.marks.sentAt = performance.now();
    });
  }

  /** The first byte of an answer; the one that counts is the last, because interim answers come before (1xx). */
  onResponseStarted(): void {
    this.marks.answeredAt = performance.now();
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders, reason?: string): void {
    if (status < 200) return;
    this.phase = 'reading';
    this.marks.answeredAt ??= performance.now();
    this.status = status;
    this.reason = reason ?? '';
    this.headers = headerPairs(headers);
    if ((this.expectedBytes ?? 0) > this.#maxBytes) this.abort(new AnswerTooLarge());
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.bytes += chunk.length;
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.marks.endedAt = performance.now();
    const [only] = this.#chunks;
    const body = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks, this.bytes);
    const received = { status: this.status ?? 0, reason: this.reason, headers: this.headers, body };
    // undici frees the socket in the next turn of the event loop, after this; whoever sends again before that opens a
    // second connection.
    queueMicrotask(() => setImmediate(this.#resolve, received));
  }

  onResponseError(_: unknown, error: Error): void {
    this.abort(error);
  }
}

function headerPairs(headers: IncomingHttpHeaders): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) pairs.push([name, one]);
  }
  return pairs;
}
