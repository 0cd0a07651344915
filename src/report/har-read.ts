/** HTTP Archives, version 1.2, as browsers, proxies and this program write them, read as far as SCIM needs. */

import { UsageError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { JsonText } from '../scim/json-text.js';

/** An exchange of an archive, as it stands there, with its secrets. */
export interface HarEntry {
  readonly startedAt: Date;
  readonly durationMs: number;
  /** In capitals. */
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly requestHeaders: readonly (readonly [string, string])[];
  readonly requestBody: string | undefined;
  /** null when there was no answer. */
  readonly status: number | null;
  readonly responseHeaders: readonly (readonly [string, string])[];
  /** undefined when there was none, or the archive does not have it. */
  readonly responseBody: string | undefined;
  /** Bytes as they came over the wire. */
  readonly responseBytes: number;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** What this program notes beside the format; undefined in archives of others. */
  readonly tenant: string | undefined;
  readonly purpose: string | undefined;
  readonly attempts: number;
}

/**
 * The exchanges of the archive TEXT in the order in which they began, and how many of its entries are none.
 * @throws UsageError when TEXT is not an archive; JsonSyntaxError when it is not JSON
 */
export function readHar(text: string): { readonly entries: HarEntry[]; readonly skipped: number } {
  const { value } = JsonText.parse(text);
  const log = isJsonObject(value) ? value.log : undefined;
  if (!isJsonObject(log) || !Array.isArray(log.entries)) {
    throw new UsageError('This is not an HTTP Archive: it has no `log` with `entries`', {
      remedy: 'Give a file with the extension .har, as browsers, proxies and the log of SCIM exchanges save it.',
    });
  }
  const entries = log.entries.flatMap((entry) => entryOf(entry) ?? []);
  entries.sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
  return { entries, skipped: log.entries.length - entries.length };
}

function entryOf(entry: JsonValue): HarEntry | undefined {
  if (!isJsonObject(entry) || !isJsonObject(entry.request)) return undefined;
  const { request } = entry;
  const response = isJsonObject(entry.response) ? entry.response : {};
  const url = textIn(request, 'url');
  const method = textIn(request, 'method')?.toUpperCase();
  const startedAt = new Date(textIn(entry, 'startedDateTime') ?? Number.NaN);
  if (url === undefined || !URL.canParse(url) || method === undefined || Number.isNaN(startedAt.getTime())) {
    return undefined;
  }
  const posted = isJsonObject(request.postData) ? textIn(request.postData, 'text') : undefined;
  const status = numberIn(response, 'status') ?? 0;
  return {
    startedAt,
    durationMs: Math.max(0, numberIn(entry, 'time') ?? 0),
    method,
    url,
    requestHeaders: headersIn(request),
    requestBody: posted === '' ? undefined : posted,
    status: status > 0 ? status : null,
    responseHeaders: headersIn(response),
    responseBody: bodyIn(response),
    responseBytes: Math.max(0, numberIn(response, 'bodySize') ?? 0),
    error: errorIn(entry, status),
    tenant: textIn(entry, '_tenant'),
    purpose: textIn(entry, '_purpose'),
    attempts: numberIn(entry, '_attempts') ?? 1,
  };
}

function bodyIn({ content }: JsonObject): string | undefined {
  if (!isJsonObject(content)) return undefined;
  const text = textIn(content, 'text');
  return content.encoding === 'base64' && text !== undefined ? Buffer.from(text, 'base64').toString('utf8') : text;
}

function errorIn(entry: JsonObject, status: number): HarEntry['error'] {
  const told = isJsonObject(entry._error) ? entry._error : {};
  const message = textIn(told, 'message') ?? (status > 0 ? undefined : (textIn(entry, 'comment') ?? 'No answer'));
  return message === undefined ? undefined : { code: textIn(told, 'code') ?? 'network', message };
}

function headersIn({ headers }: JsonObject): [string, string][] {
  if (!Array.isArray(headers)) return [];
  return headers.flatMap((field): [string, string][] => {
    const [name, value] = isJsonObject(field) ? [textIn(field, 'name'), textIn(field, 'value')] : [];
    // Browsers write the pseudo-headers of HTTP/2, which are no headers.
    return name === undefined || value === undefined || name.startsWith(':') ? [] : [[name, value]];
  });
}

function textIn(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}

function numberIn(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
