/**
 * Exchanges as an HTTP Archive, version 1.2, which browsers and proxies open (http://www.softwareishard.com/blog/har-12-spec/).
 * Members that the format does not know begin with `_`, as it demands.
 */
import { STATUS_CODES } from 'node:http';

/** Milliseconds; undefined is a phase that did not take place or is not known. */
interface Phases {
  readonly blockedMs: number;
  readonly dnsMs: number | undefined;
  readonly connectMs: number | undefined;
  readonly tlsMs: number | undefined;
  readonly sendMs: number | undefined;
  readonly waitMs: number | undefined;
  readonly receiveMs: number | undefined;
}

/** What is needed of an exchange; everything in it is redacted already. */
export interface HarSource {
  readonly id: number;
  readonly tenant: string;
  readonly purpose: string;
  readonly startedAt: Date;
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** `HTTP/1.1`. */
  readonly httpVersion: string;
  readonly durationMs: number;
  readonly timing: Phases | undefined;
  /** null when there was no answer. */
  readonly status: number | null;
  readonly attempts: number;
  readonly requestBytes: number;
  readonly requestChars: number;
  readonly responseBytes: number;
  readonly responseChars: number;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** Takes the secrets out of a text. */
  readonly redactor: { text(text: string): string };
  requestHeaders(): readonly (readonly [string, string])[];
  requestBody(maxChars: number): string | undefined;
  responseHeaders(): readonly (readonly [string, string])[];
  responseBody(maxChars: number): string | undefined;
}

export interface HarOptions {
  /** Of this program. */
  readonly version: string;
  /** Longer bodies are cut, and say so. */
  readonly maxBodyChars: number;
  /** About the archive as a whole, e.g. that something is missing. */
  readonly comment?: string | undefined;
}

interface Field {
  readonly name: string;
  readonly value: string;
}

/** An archive, written piece by piece: `begin`, then the entries with `separator` between them, then `end`. */
export interface HarWriter {
  readonly begin: string;
  readonly separator: string;
  readonly end: string;
  entry(exchange: HarSource): string;
}

export function harWriter({ version, maxBodyChars, comment }: HarOptions): HarWriter {
  const head = { version: '1.2', creator: { name: 'scim', version }, ...(comment === undefined ? {} : { comment }) };
  return {
    begin: `{"log":${JSON.stringify(head).slice(0, -1)},"entries":[\n`,
    separator: ',\n',
    end: '\n]}}\n',
    entry: (exchange) => JSON.stringify(entryOf(exchange, maxBodyChars)),
  };
}

/** EXCHANGES as one archive. */
export function harLog(exchanges: Iterable<HarSource>, options: HarOptions): string {
  const writer = harWriter(options);
  const entries = Array.from(exchanges, (exchange) => writer.entry(exchange));
  return writer.begin + entries.join(writer.separator) + writer.end;
}

function entryOf(exchange: HarSource, maxBodyChars: number): object {
  const { id, tenant, purpose, attempts, error } = exchange;
  const timings = timingsOf(exchange);
  return {
    startedDateTime: exchange.startedAt.toISOString(),
    time: totalOf(timings),
    request: requestOf(exchange, maxBodyChars),
    response: responseOf(exchange, maxBodyChars),
    cache: {},
    timings,
    ...(error === undefined ? {} : { comment: error.message, _error: error }),
    _id: id,
    _tenant: tenant,
    _purpose: purpose,
    _attempts: attempts,
  };
}

function requestOf(exchange: HarSource, maxBodyChars: number): object {
  const headers = fieldsOf(exchange.requestHeaders());
  const body = exchange.requestBody(maxBodyChars);
  const cut = exchange.requestChars > maxBodyChars;
  return {
    method: exchange.method,
    url: exchange.url,
    httpVersion: exchange.httpVersion,
    cookies: [],
    headers,
    queryString: queryOf(exchange),
    ...(body === undefined
      ? {}
      : { postData: { mimeType: headerValue(headers, 'content-type'), text: body, ...note(cut) } }),
    headersSize: -1,
    bodySize: exchange.requestBytes,
  };
}

function responseOf(exchange: HarSource, maxBodyChars: number): object {
  const headers = fieldsOf(exchange.responseHeaders());
  const { status, responseBytes } = exchange;
  const body = exchange.responseBody(maxBodyChars);
  const cut = exchange.responseChars > maxBodyChars;
  return {
    // Browsers write 0 for an answer that did not come.
    status: status ?? 0,
    statusText: status === null ? '' : (STATUS_CODES[status] ?? ''),
    httpVersion: status === null ? '' : exchange.httpVersion,
    cookies: [],
    headers,
    content: {
      size: isEncoded(headers) && body !== undefined ? Buffer.byteLength(body) : responseBytes,
      mimeType: headerValue(headers, 'content-type') || 'x-unknown',
      ...(body === undefined ? {} : { text: body }),
      ...note(cut),
    },
    redirectURL: headerValue(headers, 'location'),
    headersSize: -1,
    bodySize: status === null ? -1 : responseBytes,
  };
}

/** What is said of a body that is there only in part. */
function note(cut: boolean): object {
  return cut ? { comment: 'The text is cut.' } : {};
}

function isEncoded(headers: readonly Field[]): boolean {
  return !['', 'identity'].includes(headerValue(headers, 'content-encoding').toLowerCase());
}

function fieldsOf(headers: readonly (readonly [string, string])[]): Field[] {
  return headers.map(([name, value]) => ({ name, value }));
}

/** The value of the header NAME, given in lower case; empty when there is none. */
function headerValue(headers: readonly Field[], name: string): string {
  return headers.find((header) => header.name.toLowerCase() === name)?.value ?? '';
}

/** The parameters of the URL. It is redacted as it is written; decoded, it might show what was not to be seen in it. */
function queryOf({ url, redactor }: HarSource): Field[] {
  const start = url.indexOf('?');
  if (start < 0) return [];
  return Array.from(new URLSearchParams(url.slice(start + 1)), ([name, value]) => ({
    name: redactor.text(name),
    value: redactor.text(value),
  }));
}

interface Timings {
  blocked: number;
  dns: number;
  connect: number;
  ssl: number;
  send: number;
  wait: number;
  receive: number;
}

/** -1 is what did not take place; `send`, `wait` and `receive` must be there; `connect` includes `ssl`. */
function timingsOf({ timing, durationMs }: HarSource): Timings {
  if (timing === undefined) {
    return { blocked: round(durationMs), dns: -1, connect: -1, ssl: -1, send: 0, wait: 0, receive: 0 };
  }
  const { connectMs, tlsMs } = timing;
  return {
    blocked: round(timing.blockedMs),
    dns: round(timing.dnsMs ?? -1),
    connect: connectMs === undefined ? -1 : round(connectMs + (tlsMs ?? 0)),
    ssl: round(tlsMs ?? -1),
    send: round(timing.sendMs ?? 0),
    wait: round(timing.waitMs ?? 0),
    receive: round(timing.receiveMs ?? 0),
  };
}

/** `time` is the sum of the phases that took place. */
function totalOf({ blocked, dns, connect, send, wait, receive }: Timings): number {
  return round([blocked, dns, connect, send, wait, receive].reduce((sum, ms) => sum + Math.max(0, ms), 0));
}

/** Microseconds are as fine as it gets. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
