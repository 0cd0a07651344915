/** Recorded exchanges, as an HTTP Archive or a log holds them. */

import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';

/** What is needed of an exchange to know what a service had. */
export interface RecordedExchange {
  /** In capitals. */
  readonly method: string;
  /** Path segments, decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly status: number;
  /** undefined when there was none, or it was not JSON. */
  readonly requestBody: JsonValue | undefined;
  readonly responseBody: JsonValue | undefined;
  /** The Location header of the answer. */
  readonly location: string | undefined;
}

/**
 * ENTRY as an exchange: an entry of an HTTP Archive, or an object with `method`, `url` (or `path`, `target`), `status`
 * and bodies (`request.body`, `requestBody`, `response.body`, `responseBody`). undefined for anything else.
 */
export function exchangeOf(entry: JsonValue): RecordedExchange | undefined {
  if (!isJsonObject(entry)) return undefined;
  const request = isJsonObject(entry.request) ? entry.request : entry;
  const response = isJsonObject(entry.response) ? entry.response : entry;
  const method = request.method ?? entry.method;
  const url = firstText(request.url, request.path, request.target, entry.url, entry.path, entry.target);
  const status = Number(response.status ?? entry.status);
  if (typeof method !== 'string' || url === undefined || !Number.isInteger(status)) return undefined;
  const [path = '', query = ''] = url.replace(/^https?:\/\/[^/?#]*/i, '').split('?', 2);
  return {
    method: method.toUpperCase(),
    segments: path.split('/').filter(Boolean).map(decoded),
    query: new URLSearchParams(query.replace(/#.*$/, '')),
    status,
    requestBody: requestBody(request, entry),
    responseBody: responseBody(response, entry),
    location: headerOf(response, 'location') ?? undefined,
  };
}

function requestBody(request: JsonObject, entry: JsonObject): JsonValue | undefined {
  const posted = isJsonObject(request.postData) ? request.postData.text : undefined;
  return json(posted ?? (request === entry ? entry.requestBody : request.body));
}

function responseBody(response: JsonObject, entry: JsonObject): JsonValue | undefined {
  const { content } = response;
  if (isJsonObject(content)) {
    const { text } = content;
    const isEncoded = content.encoding === 'base64' && typeof text === 'string';
    return json(isEncoded ? Buffer.from(text, 'base64').toString('utf8') : text);
  }
  return json(response === entry ? (entry.responseBody ?? entry.body) : response.body);
}

/** BODY as it is, or parsed when it is a text (also `{ "text": … }`). */
function json(body: JsonValue | undefined): JsonValue | undefined {
  if (isJsonObject(body) && typeof body.text === 'string' && Object.keys(body).length === 1) return json(body.text);
  if (typeof body !== 'string') return body ?? undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Headers come as `[{ name, value }]`, as `[[name, value]]`, or as a map. */
function headerOf({ headers }: JsonObject, name: string): string | undefined {
  const fields = Array.isArray(headers)
    ? headers.map((field) => (isJsonObject(field) ? [field.name, field.value] : Array.isArray(field) ? field : []))
    : isJsonObject(headers)
      ? Object.entries(headers)
      : [];
  const found = fields.find(([key]) => String(key).toLowerCase() === name)?.[1];
  return typeof found === 'string' ? found : undefined;
}

function firstText(...values: readonly (JsonValue | undefined)[]): string | undefined {
  return values.find((value) => typeof value === 'string');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
