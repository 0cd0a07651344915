/** Lists: which queries a service takes, and how it answers them (RFC 7644 §3.4.2, RFC 9865). */

import { ProtocolError } from '../../scim/error.js';
import { isJsonObject, type JsonObject } from '../../scim/json.js';
import { getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import { urn } from '../../scim/urn.js';
import { jsonResponse, type MockRequest, type MockResponse } from '../message.js';
import type { Middleware } from '../middleware.js';
import {
  bodyOf,
  contentOf,
  parametersOf,
  type QuirkPlace,
  routingOf,
  typeAt,
  withBody,
  withContent,
  withParameters,
} from './call.js';
import { type FilterCheck, filterCheck } from './filters.js';
import type { QuirkValues } from './values.js';

/** A request for a list, whether GET or `.search`. */
interface ListRequest {
  readonly request: MockRequest;
  /** The types that it lists. */
  readonly types: readonly ResourceType[];
  get(name: string): string | undefined;
  without(names: readonly string[]): MockRequest;
}

/** Refuses or changes queries that VALUES do not take. */
export function queries(values: QuirkValues, place: QuirkPlace): Middleware | undefined {
  const check = filterCheck(values);
  const dropped = ignoredParameters(values);
  const { page } = values;
  if (check === undefined && dropped.length === 0 && page.maxStartIndex === null && page.startIndex !== 'refused') {
    return undefined;
  }
  const lists = listRequests(place);
  return (request, next) => {
    const list = lists(request);
    if (list === undefined) return next(request);
    checkStart(list, page);
    const refused = check && refusal(list, check);
    if (refused === undefined) return next(list.without(dropped));
    switch (values.filter.unsupportedResult) {
      case 'error':
        throw new ProtocolError(400, 'invalidFilter', refused);
      case 'empty':
        return emptyList();
      case 'everything':
        return next(list.without([...dropped, 'filter']));
    }
  };
}

function ignoredParameters({ page, list }: QuirkValues): string[] {
  if (page.mode === 'none') return ['startIndex', 'count', 'cursor', ...projection(list)];
  return [...(page.startIndex === 'ignored' ? ['startIndex'] : []), ...projection(list)];
}

function projection({ projection: honoured }: QuirkValues['list']): string[] {
  return honoured === 'ignored' ? ['attributes', 'excludedAttributes'] : [];
}

function checkStart(list: ListRequest, { startIndex, maxStartIndex }: QuirkValues['page']): void {
  const given = list.get('startIndex');
  if (given === undefined) return;
  if (startIndex === 'refused') throw new ProtocolError(400, 'invalidValue', 'startIndex is not supported.');
  if (maxStartIndex !== null && Number(given) > maxStartIndex) {
    throw new ProtocolError(400, 'invalidValue', 'Start index too big. Consider filtering down the result.');
  }
}

function refusal(list: ListRequest, check: FilterCheck): string | undefined {
  const text = list.get('filter');
  if (text === undefined) return undefined;
  return list.types.map(({ name }) => check(text, name)).find((found) => found !== undefined);
}

/** Lists in the shape that VALUES give them. */
export function listShape(values: QuirkValues, place: QuirkPlace): Middleware | undefined {
  const { list, lookup } = values;
  const isNotFound = lookup.missing[0] === '404';
  if (list.totalTrusted && !list.synthetic && !isNotFound) return undefined;
  const lists = listRequests(place);
  return (request, next) => {
    const asked = lists(request);
    if (asked === undefined) return next(request);
    if (list.synthetic && asked.get('filter') === undefined) return syntheticList(asked, place);
    const response = next(request);
    const content = response.status === 200 ? contentOf(response) : undefined;
    if (content === undefined) return response;
    if (isNotFound && content.totalResults === 0 && asked.get('filter') !== undefined) {
      throw new ProtocolError(404, undefined, 'Nothing matches the filter.');
    }
    return list.totalTrusted ? response : withContent(response, withoutTotal(content, asked));
  };
}

/** A server whose total is not to be trusted leaves it out where there are several pages by cursor. */
function withoutTotal(content: JsonObject, asked: ListRequest): JsonObject {
  const isOneOfSeveral =
    content.nextCursor !== undefined || content.previousCursor !== undefined || asked.get('cursor') !== undefined;
  if (!isOneOfSeveral) return content;
  const { totalResults: _total, ...others } = content;
  return others;
}

/** Lists whose resources are not called `Resources`, as VALUES have it. */
export function resourcesKey({ list }: QuirkValues): Middleware | undefined {
  if (list.resourcesKey === 'Resources') return undefined;
  return (request, next) => {
    const response = next(request);
    const content = response.status === 200 ? contentOf(response) : undefined;
    if (content?.Resources === undefined) return response;
    const { Resources: resources, ...others } = content;
    return withContent(response, { ...others, resources });
  };
}

/** Before BCR-2276 Snowflake answered a list without filter with one object that is no resource. */
function syntheticList(asked: ListRequest, { baseUrl }: QuirkPlace): MockResponse {
  const [type] = asked.types;
  const name = type?.name ?? 'User';
  const id = '00000000-0000-0000-0000-000000000000';
  const resource = {
    schemas: [type?.core.id ?? urn.user],
    id,
    ...(name === 'User' ? { userName: 'sample' } : { displayName: 'sample' }),
    meta: { resourceType: name, location: `${baseUrl}${type?.endpoint ?? '/Users'}/${id}` },
  };
  const counts = { totalResults: 1, itemsPerPage: 1, startIndex: 1 };
  return jsonResponse(200, JSON.stringify({ schemas: [urn.listResponse], ...counts, Resources: [resource] }));
}

function emptyList(): MockResponse {
  const counts = { totalResults: 0, itemsPerPage: 0, startIndex: 1 };
  return jsonResponse(200, JSON.stringify({ schemas: [urn.listResponse], ...counts, Resources: [] }));
}

/** Reads requests for lists at PLACE; undefined for others. */
function listRequests(place: QuirkPlace): (request: MockRequest) => ListRequest | undefined {
  const routing = routingOf(place);
  const { registry } = place;
  return (request) => {
    const route = routing(request);
    const isList =
      ((route?.kind === 'collection' || route?.kind === 'root') && request.method === 'GET') ||
      (route?.kind === 'search' && request.method === 'POST');
    if (!isList) return undefined;
    const type = typeAt(registry, route);
    const types = type === undefined ? registry.resourceTypes : [type];
    return route.kind === 'search' ? fromBody(request, types) : fromUrl(request, types);
  };
}

function fromUrl(request: MockRequest, types: readonly ResourceType[]): ListRequest {
  const parameters = parametersOf(request.target);
  return {
    request,
    types,
    get: (name) => parameters.get(name) ?? undefined,
    without: (names) => {
      if (!names.some((name) => parameters.has(name))) return request;
      const kept = new URLSearchParams(parameters);
      for (const name of names) kept.delete(name);
      return withParameters(request, kept);
    },
  };
}

function fromBody(request: MockRequest, types: readonly ResourceType[]): ListRequest {
  const body = bodyOf(request) ?? {};
  return {
    request,
    types,
    get: (name) => {
      const value = getAttribute(body, name);
      return value === undefined || value === null || isJsonObject(value) ? undefined : String(value);
    },
    without: (names) => {
      const gone = new Set(names.map((name) => name.toLowerCase()));
      const kept = Object.entries(body).filter(([name]) => !gone.has(name.toLowerCase()));
      return kept.length === Object.keys(body).length ? request : withBody(request, Object.fromEntries(kept));
    },
  };
}
