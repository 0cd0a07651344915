/** The latest requests that a mock server has answered, for whoever looks over its shoulder. */

import { createRedactor, secretsOfRequest } from '../redact/redact.js';
import type { MockRequest, MockResponse } from './message.js';
import type { RequestLine } from './options.js';

/** What there is to know of an answered request. */
export interface Answered {
  readonly request: MockRequest;
  readonly response: MockResponse;
  readonly time: Date;
  readonly ms: number;
  readonly faults: readonly string[];
}

const shapes = createRedactor([]);

/** One request and its answer as they were: what is shown of them goes through `shownExchange`. */
export class JournalEntry implements RequestLine {
  readonly request: MockRequest;
  readonly response: MockResponse;
  readonly time: Date;
  readonly ms: number;
  readonly faults: readonly string[];

  constructor(
    readonly number: number,
    { request, response, time, ms, faults }: Answered,
  ) {
    this.request = request;
    this.response = response;
    this.time = time;
    this.ms = ms;
    this.faults = faults;
  }

  get method(): string {
    return this.request.method;
  }

  /** Without secrets; made when somebody looks. */
  get path(): string {
    const { target } = this.request;
    return target.includes('?') ? shapes.url(target) : target;
  }

  get status(): number {
    return this.response.status;
  }
}

/** How much is kept. */
export interface JournalLimits {
  readonly entries: number;
  /** Of all bodies together, in bytes or characters. */
  readonly size: number;
}

const defaultLimits: JournalLimits = { entries: 2000, size: 32_000_000 };

/** Keeps the latest requests within its limits; the very last one always. */
export class Journal {
  private readonly kept = new Map<number, JournalEntry>();
  private answered = 0;
  private size = 0;

  constructor(private readonly limits: JournalLimits = defaultLimits) {}

  /** How many requests there were, kept or not: the number of the latest one. */
  get count(): number {
    return this.answered;
  }

  /** Writes down what was answered, and returns it as it is kept. */
  add(answered: Answered): JournalEntry {
    const entry = new JournalEntry(++this.answered, answered);
    this.kept.set(entry.number, entry);
    this.size += sizeOf(entry);
    while (this.kept.size > 1 && (this.kept.size > this.limits.entries || this.size > this.limits.size)) this.drop();
    return entry;
  }

  /** Those that are kept with a number above SINCE, the earliest first. */
  since(since: number): JournalEntry[] {
    const found: JournalEntry[] = [];
    for (let number = Math.max(this.oldest, since + 1); number <= this.answered; number++) {
      const entry = this.kept.get(number);
      if (entry) found.push(entry);
    }
    return found;
  }

  /** The one with NUMBER; undefined when it is not kept any more, or was never there. */
  find(number: number): JournalEntry | undefined {
    return this.kept.get(number);
  }

  /** Numbers follow each other: a look for the first one in a map that loses its first ones all the time is slow. */
  private get oldest(): number {
    return this.answered - this.kept.size + 1;
  }

  private drop(): void {
    const number = this.oldest;
    const entry = this.kept.get(number);
    this.kept.delete(number);
    if (entry) this.size -= sizeOf(entry);
  }
}

function sizeOf({ request, response }: Answered): number {
  return ('text' in request.body ? request.body.text.length : 0) + response.body.length;
}

/** An exchange without its secrets. */
export interface ShownExchange {
  /** Path and query. */
  readonly path: string;
  readonly requestHeaders: readonly (readonly [name: string, value: string])[];
  /** Undefined when it was too large, or no UTF-8. */
  readonly requestBody: string | undefined;
  readonly responseHeaders: readonly (readonly [name: string, value: string])[];
  readonly responseBody: string;
}

/** ENTRY as it may be shown; SECRETS are those that the server knows, besides those that the request holds. */
export function shownExchange({ request, response }: Answered, secrets: readonly string[] = []): ShownExchange {
  const headers = pairs(request.headers);
  const body = 'text' in request.body ? request.body.text : undefined;
  const redactor = createRedactor([...secrets, ...secretsOfRequest(headers, body, request.target)]);
  return {
    path: redactor.url(request.target),
    requestHeaders: redactor.headers(headers),
    requestBody: body === undefined ? undefined : redactor.json(body),
    responseHeaders: redactor.headers(pairs(response.headers)),
    responseBody: redactor.json(response.body.toString('utf8')),
  };
}

function pairs(headers: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
}
