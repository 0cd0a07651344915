/** RFC 7644 §3.4.2: the ListResponse message, read as leniently as servers write it. */

import { InvalidResponseError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute } from '../scim/schema/resource-type.js';
import type { Answer } from './types.js';

export interface ListResponse {
  readonly resources: JsonObject[];
  /** One per resource; undefined where there is none. */
  readonly ids: (string | undefined)[];
  readonly startIndex: number | undefined;
  readonly itemsPerPage: number | undefined;
  readonly totalResults: number | undefined;
  readonly nextCursor: string | undefined;
}

/**
 * The list in ANSWER. Names are read in any case, numbers also from strings. Throws `InvalidResponseError` when it is
 * no list: a success that says nothing about resources must not pass for an empty list.
 */
export function readListResponse(answer: Answer): ListResponse {
  const json = answer.json;
  if (!isJsonObject(json)) throw noList(answer, 'without a list');
  const resources = getAttribute(json, 'Resources') ?? undefined;
  const totalResults = numberOf(getAttribute(json, 'totalResults'));
  if (resources !== undefined && !Array.isArray(resources)) throw noList(answer, 'whose Resources are not an array');
  if (resources === undefined && totalResults === undefined) throw noList(answer, 'that is not a ListResponse');
  const nextCursor = getAttribute(json, 'nextCursor');
  return {
    ...readResources(answer, resources ?? []),
    startIndex: numberOf(getAttribute(json, 'startIndex')),
    itemsPerPage: numberOf(getAttribute(json, 'itemsPerPage')),
    totalResults,
    nextCursor: typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : undefined,
  };
}

/** The only work that is done per resource of a list: it is what the speed of listing depends on. */
function readResources(answer: Answer, resources: JsonValue[]): Pick<ListResponse, 'resources' | 'ids'> {
  if (!resources.every(isJsonObject)) throw noList(answer, 'whose Resources are not all objects');
  return { resources, ids: resources.map(idOf) };
}

function idOf(resource: JsonObject): string | undefined {
  const id = resource.id ?? getAttribute(resource, 'id');
  return typeof id === 'number' ? String(id) : typeof id === 'string' ? id : undefined;
}

function numberOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

function noList(answer: Answer, what: string): InvalidResponseError {
  const message = `${answer.asked} answered ${answer.status} with an object ${what}`;
  return new InvalidResponseError('response.notScim', message, answer.status, {
    asked: answer.asked,
    remedy: 'A list must have Resources and totalResults (RFC 7644 §3.4.2): check the path and the base URL.',
  });
}
