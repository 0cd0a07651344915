/** What a request is about, as faults see it: without a look at the data. */

import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import type { MockRequest, MockResponse } from '../message.js';
import { pathBelow } from './target.js';

/** Is REQUEST one that changes something? Queries by POST (RFC 7644 §3.4.3) are not, and neither are tokens. */
export function isWrite({ method, target }: MockRequest, basePath: string): boolean {
  if (method === 'PUT' || method === 'PATCH' || method === 'DELETE') return true;
  return method === 'POST' && pathBelow(target, basePath) !== undefined && !isSearch(target, basePath);
}

/** Is TARGET, path and query, that of a query by POST? */
export function isSearch(target: string, basePath: string): boolean {
  return pathBelow(target, basePath)?.endsWith('/.search') ?? false;
}

/** The JSON object in the text of REQUEST; undefined when there is none. */
export function requestObject({ body }: MockRequest): JsonObject | undefined {
  return 'text' in body ? objectIn(body.text) : undefined;
}

/** The JSON object in the body of RESPONSE; undefined when there is none. */
export function responseObject({ body }: MockResponse): JsonObject | undefined {
  return body.length === 0 ? undefined : objectIn(body.toString('utf8'));
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The id at the end of PATH or URL of a resource: `/Users/2819` gives `2819`; undefined where there is none. */
export function idIn(path: string): string | undefined {
  const [id, endpoint] = path.split('?')[0]?.split('/').reverse() ?? [];
  if (!id || !endpoint) return undefined;
  try {
    return decodeURIComponent(id);
  } catch {
    return undefined;
  }
}
