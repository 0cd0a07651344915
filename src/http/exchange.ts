/** One HTTP exchange, as the log shows it. */

import type { Redactor } from '../redact/redact.js';
import type { Retry } from './retry-record.js';
import { type Marks, type Timing, timingOf } from './timing.js';

/** Why an exchange took place: a person's request, discovery documents, a page of a list, an access token. */
export type Purpose = 'request' | 'discovery' | 'page' | 'token';

/** Which of the two credentials of a rotation. */
export type CredentialName = 'current' | 'previous';

/**
 * An exchange that has ended. Everything here is free of secrets. Headers and bodies are redacted when they are asked
 * for, so that an exchange that nobody looks at costs nothing.
 */
export interface Exchange {
  /** Unique in this process, ascending in the order in which exchanges began. */
  readonly id: number;
  readonly tenant: string;
  readonly purpose: Purpose;
  readonly startedAt: Date;
  readonly method: string;
  /** Absolute, redacted. */
  readonly url: string;
  readonly durationMs: number;
  /** The phases of it; undefined when nothing was sent. */
  readonly timing: Timing | undefined;
  /** null when there was no answer. */
  readonly status: number | null;
  /** How often it was sent: 2 when the first connection turned out to be dead. */
  readonly attempts: number;
  /** Which of two credentials it was sent with, the last time; undefined when there is one, or it has its own. */
  readonly credential: CredentialName | undefined;
  /** What became of the attempts before the last one, as far as there was a wait between them. */
  readonly retries: readonly Retry[];
  readonly requestBytes: number;
  /** Length of the text of the body; 0 when there is none. */
  readonly requestChars: number;
  /** Bytes of the body as they came over the wire, before decompression. */
  readonly responseBytes: number;
  /** Length of the text of the body, decompressed; 0 when there is none or it was not kept. */
  readonly responseChars: number;
  /** `HTTP/1.1` or `HTTP/2.0`. */
  readonly httpVersion: string;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** Knows the secrets of the tenant and those of this request, which its answer may quote. */
  readonly redactor: Redactor;
  requestHeaders(): [string, string][];
  /** The first MAXCHARS characters of the body; undefined when there was none. */
  requestBody(maxChars: number): string | undefined;
  responseHeaders(): [string, string][];
  responseBody(maxChars: number): string | undefined;
  /** What was sent, with its secrets: to be sent again, never to be shown. */
  original(): RawExchange['request'];
}

/** What is known of an exchange before redaction. */
export interface RawExchange {
  readonly tenant: string;
  readonly purpose: Purpose;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly attempts: number;
  readonly responseBytes: number;
  readonly retries?: readonly Retry[];
  readonly credential?: CredentialName | undefined;
  /** Of the last attempt. */
  readonly marks?: Marks | undefined;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string | undefined;
  };
  readonly response:
    | {
        readonly status: number;
        readonly headers: readonly (readonly [string, string])[];
        /** undefined when it was not kept: it was too large, or it is not text. */
        readonly text: string | undefined;
      }
    | undefined;
  /** Its message is free of secrets already. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

let exchanges = 0;

/** The next identity of an exchange. */
export function nextExchangeId(): number {
  exchanges += 1;
  return exchanges;
}

/** The exchange ID made of RAW; REDACTOR, which is asked for when needed, knows the secrets of tenant and request. */
export function recordExchange(id: number, raw: RawExchange, redactor: () => Redactor): Exchange {
  return new RecordedExchange(id, raw, redactor);
}

class RecordedExchange implements Exchange {
  readonly #raw: RawExchange;
  readonly #redactor: () => Redactor;
  readonly #endedAt = performance.now();

  constructor(
    readonly id: number,
    raw: RawExchange,
    redactor: () => Redactor,
  ) {
    this.#raw = raw;
    this.#redactor = redactor;
  }

  get tenant(): string {
    return this.#raw.tenant;
  }
  get purpose(): Purpose {
    return this.#raw.purpose;
  }
  get startedAt(): Date {
    return this.#raw.startedAt;
  }
  get method(): string {
    return this.#raw.request.method;
  }
  get url(): string {
    return this.#redactor().url(this.#raw.request.url);
  }
  get durationMs(): number {
    return this.#raw.durationMs;
  }
  get timing(): Timing | undefined {
    const { marks, durationMs } = this.#raw;
    return marks && timingOf(marks, this.#endedAt - durationMs);
  }
  get status(): number | null {
    return this.#raw.response?.status ?? null;
  }
  get attempts(): number {
    return this.#raw.attempts;
  }
  get credential(): CredentialName | undefined {
    return this.#raw.credential;
  }
  get retries(): readonly Retry[] {
    return this.#raw.retries ?? [];
  }
  get requestBytes(): number {
    return Buffer.byteLength(this.#raw.request.body ?? '');
  }
  get requestChars(): number {
    return this.#raw.request.body?.length ?? 0;
  }
  get responseChars(): number {
    return this.#raw.response?.text?.length ?? 0;
  }
  get httpVersion(): string {
    return this.#raw.marks?.httpVersion ?? 'HTTP/1.1';
  }
  get responseBytes(): number {
    return this.#raw.responseBytes;
  }
  get error(): { readonly code: string; readonly message: string } | undefined {
    return this.#raw.error;
  }
  get redactor(): Redactor {
    return this.#redactor();
  }

  requestHeaders(): [string, string][] {
    return this.#redactor().headers(this.#raw.request.headers);
  }

  requestBody(maxChars: number): string | undefined {
    const { body } = this.#raw.request;
    return body === undefined ? undefined : this.#redactor().excerpt(body, maxChars);
  }

  responseHeaders(): [string, string][] {
    return this.#redactor().headers(this.#raw.response?.headers ?? []);
  }

  responseBody(maxChars: number): string | undefined {
    const text = this.#raw.response?.text;
    return text === undefined ? undefined : this.#redactor().excerpt(text, maxChars);
  }

  original(): RawExchange['request'] {
    return this.#raw.request;
  }
}
