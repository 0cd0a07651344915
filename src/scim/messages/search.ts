/** The SearchRequest message (RFC 7644 §3.4.3, `cursor` by RFC 9865 §2), and the paths `.search` and `/Me`. */

import * as z from 'zod';
import { ProtocolError } from '../error.js';
import type { JsonObject, JsonValue } from '../json.js';
import { renamed } from '../shape.js';
import { urn } from '../urn.js';

/** What a list request asks for. */
export interface SearchRequest {
  readonly attributes?: readonly string[] | undefined;
  readonly excludedAttributes?: readonly string[] | undefined;
  readonly filter?: string | undefined;
  readonly sortBy?: string | undefined;
  readonly sortOrder?: 'ascending' | 'descending' | undefined;
  readonly startIndex?: number | undefined;
  readonly count?: number | undefined;
  readonly cursor?: string | undefined;
}

/** The body of `POST …/.search` for SEARCH. */
export function searchMessage(search: SearchRequest): JsonObject {
  const body: JsonObject = { schemas: [urn.searchRequest] };
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined) body[name] = Array.isArray(value) ? [...value] : value;
  }
  return body;
}

/**
 * What BODY, a SearchRequest, asks for; names in any case, `null` counts as absent. Throws ProtocolError 400
 * `invalidSyntax` when `schemas` lacks the URN or a member has another type.
 */
export function parseSearchMessage(body: JsonValue): SearchRequest {
  memo ??= shape();
  const result = memo.safeParse(body);
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    throw new ProtocolError(400, 'invalidSyntax', `Malformed SearchRequest: ${place}${issue?.message ?? ''}`);
  }
  const search: Record<string, unknown> = {};
  const { schemas, ...members } = result.data;
  if (!schemas.some((schema) => schema.toLowerCase() === urn.searchRequest.toLowerCase())) {
    throw new ProtocolError(400, 'invalidSyntax', `"schemas" of a search contains "${urn.searchRequest}"`);
  }
  for (const [name, value] of Object.entries(members)) if (value !== null && value !== undefined) search[name] = value;
  return search;
}

/** The path that a search below PATH is posted to: of an endpoint, or with an empty or root PATH of the whole server. */
export function searchPath(path: string): string {
  return `${path.replace(/[?#].*$/, '').replace(/\/+$/, '')}/.search`;
}

/** Is PATH, relative to the base URL, one that a search is posted to? */
export function isSearchPath(path: string): boolean {
  return /\/\.search\/?$/i.test(path.replace(/[?#].*$/, ''));
}

/** The alias of the resource that the client is authenticated as (RFC 7644 §3.11). */
const mePath = '/Me';

/** Is PATH, relative to the base URL, `/Me`? */
export function isMePath(path: string): boolean {
  return (
    path
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, '')
      .toLowerCase() === mePath.toLowerCase()
  );
}

let memo: ReturnType<typeof shape> | undefined;

const names = [
  'schemas',
  'attributes',
  'excludedAttributes',
  'filter',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
];

function shape() {
  return renamed(
    names,
    z.object({
      schemas: z.array(z.string()),
      attributes: z.array(z.string()).nullish(),
      excludedAttributes: z.array(z.string()).nullish(),
      filter: z.string().nullish(),
      sortBy: z.string().nullish(),
      sortOrder: z
        .string()
        .transform((order) => order.toLowerCase())
        .pipe(z.enum(['ascending', 'descending']))
        .nullish(),
      startIndex: z.int().nullish(),
      count: z.int().nullish(),
      cursor: z.string().nullish(),
    }),
  );
}
