/** What a playback server answers: the answers of a recording, to the requests that they were given to. */

import { emptyResponse, errorResponse, type MockRequest, type MockResponse } from '../mock/message.js';
import { isJsonObject, type JsonValue } from '../scim/json.js';
import type { Archive } from './trace-archives.js';
import { relativeOf } from './trace-views.js';

/** Characters of a body that are kept. */
const maxBodyChars = 32_000_000;

/** What stands for a secret in a recording: any value is as good. */
const mask = '***';

/** A recorded exchange, free of secrets. */
export interface Recorded {
  /** Of the exchange in its archive. */
  readonly id: number;
  readonly method: string;
  /** Relative to the base URL, with its query. */
  readonly path: string;
  readonly body: string | undefined;
  /** null when there was no answer. */
  readonly status: number | null;
  readonly headers: readonly (readonly [string, string])[];
  readonly answer: string | undefined;
}

/** The exchanges of ARCHIVE that can be played: requests for access tokens are for another server. */
export function recordedIn({ exchanges, base }: Archive): Recorded[] {
  return exchanges
    .filter(({ exchange }) => exchange.purpose !== 'token' && (base === undefined || isUnder(exchange.url, base)))
    .map(({ exchange, settings }) => ({
      id: exchange.id,
      method: exchange.method,
      path: relativeOf(exchange.url, settings),
      body: exchange.requestBody(maxBodyChars),
      status: exchange.status,
      headers: exchange.responseHeaders(),
      answer: exchange.responseBody(maxBodyChars),
    }));
}

function isUnder(url: string, base: URL): boolean {
  return new URL(url).origin === base.origin;
}

interface Played extends Recorded {
  used: boolean;
}

/** Headers of an answer that mean the same on another connection. */
const played = /^(?:content-type|location|content-location|etag|retry-after|link|www-authenticate|x-.*|ratelimit.*)$/i;

/** Most requests without an answer that are remembered. */
const maxUnmatched = 100;

export class Playback {
  readonly #entries: Played[];
  readonly #unmatched: string[] = [];
  #answered = 0;

  constructor(
    recorded: readonly Recorded[],
    /** Where the recording was made. */
    private readonly from: URL | undefined,
    /** Where the playback server is, without a slash at its end. */
    private readonly to: string,
  ) {
    this.#entries = recorded.map((entry) => ({ ...entry, used: false }));
  }

  get status(): { answered: number; left: number; unmatched: string[] } {
    const left = this.#entries.filter(({ used }) => !used).length;
    return { answered: this.#answered, left, unmatched: [...this.#unmatched] };
  }

  /**
   * The recorded answer to REQUEST, whose target is relative to the base URL: that of the first exchange with the same
   * method, path and body that has not been played yet. What only reads gets its last answer again; a write does not.
   */
  answer({ method, target, body }: Pick<MockRequest, 'method' | 'target' | 'body'>): MockResponse {
    const text = 'text' in body ? body.text : '';
    const alike = this.#entries.filter((entry) => matches(entry, method, target, text));
    const entry = alike.find(({ used }) => !used) ?? (isReading(method, target) ? alike.at(-1) : undefined);
    if (entry === undefined) return this.#refuse(method, target, alike.length);
    entry.used = true;
    this.#answered += 1;
    return this.#answerOf(entry);
  }

  #answerOf({ status, headers, answer = '' }: Recorded): MockResponse {
    // There was no answer: there is none now.
    if (status === null) return { ...emptyResponse(500), delivery: { cutAfter: -1 } };
    const kept = headers.filter(([name]) => played.test(name));
    return {
      status,
      headers: Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), this.#moved(value)])),
      body: Buffer.from(this.#moved(answer)),
    };
  }

  /** TEXT with the URLs of the recording as URLs of this server: a client takes no others. */
  #moved(text: string): string {
    if (this.from === undefined) return text;
    const from = this.from.href.replace(/\/+$/, '');
    return text.replaceAll(from, this.to).replaceAll(from.replaceAll('/', '\\/'), this.to.replaceAll('/', '\\/'));
  }

  #refuse(method: string, target: string, times: number): MockResponse {
    const next = this.#entries.find(({ used }) => !used);
    const what =
      times > 0
        ? `${method} ${target} was recorded ${times === 1 ? 'once' : `${times} times`} and has been played`
        : this.#entries.some((entry) => matches(entry, method, target, undefined))
          ? `${method} ${target} was recorded with another body`
          : `${method} ${target} was not recorded`;
    const expected = next === undefined ? 'everything has been played' : `next is ${next.method} ${next.path}`;
    const detail = `${what}; ${expected}`;
    this.#unmatched.push(detail);
    if (this.#unmatched.length > maxUnmatched) this.#unmatched.shift();
    return errorResponse(501, undefined, detail);
  }
}

/** RFC 7644 §3.4.3: a search reads, though it is posted. */
function isReading(method: string, target: string): boolean {
  return /^(?:GET|HEAD)$/.test(method) || (method === 'POST' && /\/\.search(?:\?|$)/.test(target));
}

/** Is ENTRY the recording of METHOD TARGET with BODY? Any body will do when that is undefined. */
function matches(entry: Recorded, method: string, target: string, body: string | undefined): boolean {
  if (entry.method !== method || !isSamePath(entry.path, target)) return false;
  return body === undefined || isSameText(entry.body ?? '', body);
}

function isSamePath(recorded: string, asked: string): boolean {
  if (recorded === asked) return true;
  const [a, b] = [partsOf(recorded), partsOf(asked)];
  return isLike(a.path, b.path) && a.query.length === b.query.length && a.query.every((p, i) => isLike(p, b.query[i]));
}

/** Path and parameters of TARGET, decoded; the order of parameters does not count. */
function partsOf(target: string): { path: string; query: string[] } {
  const [path = '', query = ''] = target.split('?', 2);
  const parameters = Array.from(new URLSearchParams(query), ([name, value]) => `${name}=${value}`).sort();
  return { path: path.split('/').map(decoded).join('/').replace(/\/+$/, ''), query: parameters };
}

function isSameText(recorded: string, asked: string): boolean {
  if (recorded === asked) return true;
  const [a, b] = [parsed(recorded), parsed(asked)];
  return a === undefined || b === undefined ? isLike(recorded, asked) : isSameValue(a, b);
}

/** Is ASKED the value RECORDED, where a mask stands for anything? The order of members does not count. */
function isSameValue(recorded: JsonValue, asked: JsonValue | undefined): boolean {
  if (typeof recorded === 'string') return recorded === mask || (typeof asked === 'string' && isLike(recorded, asked));
  if (Array.isArray(recorded)) {
    return (
      Array.isArray(asked) &&
      asked.length === recorded.length &&
      recorded.every((element, index) => isSameValue(element, asked[index]))
    );
  }
  if (!isJsonObject(recorded)) return recorded === asked;
  const names = Object.keys(recorded);
  return (
    isJsonObject(asked) &&
    Object.keys(asked).length === names.length &&
    names.every((name) => Object.hasOwn(asked, name) && isSameValue(recorded[name] ?? null, asked[name]))
  );
}

/** Is ASKED like RECORDED, in which masks stand for anything? */
function isLike(recorded: string, asked: string | undefined): boolean {
  if (asked === undefined || recorded === asked) return recorded === asked;
  if (!recorded.includes(mask)) return false;
  // By hand: a pattern made of a text from a file could take for ever.
  const parts = recorded.split(mask);
  const first = parts.shift() ?? '';
  const last = parts.pop() ?? '';
  if (!asked.startsWith(first) || !asked.endsWith(last) || asked.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of parts) {
    const found = asked.indexOf(part, from);
    if (found < 0 || found + part.length > asked.length - last.length) return false;
    from = found + part.length;
  }
  return true;
}

function parsed(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
