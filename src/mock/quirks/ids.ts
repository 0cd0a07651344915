/** Users whose id is what the client calls them, as GitLab has it. */

import { ProtocolError } from '../../scim/error.js';
import { type Filter, parseFilter, printFilter, quoteFilterString } from '../../scim/filter/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import type { MockRequest, MockResponse } from '../message.js';
import type { Answerer, Middleware } from '../middleware.js';
import {
  ask,
  bodyOf,
  contentOf,
  parametersOf,
  type QuirkPlace,
  routingOf,
  typeAt,
  withBody,
  withParameters,
  withResources,
} from './call.js';
import type { QuirkValues } from './values.js';

/** Shows and takes `externalId` as the id of users, when VALUES do. */
export function externalIds({ id }: QuirkValues, place: QuirkPlace): Middleware | undefined {
  if (id.semantics === 'server') return undefined;
  const routing = routingOf(place);
  return (request, next) => {
    const route = routing(request);
    const type = typeAt(place.registry, route);
    if (type?.name !== 'User') return next(request);
    const base = `${place.baseUrl}${type.endpoint}/`;
    switch (route?.kind) {
      case 'collection':
        if (request.method === 'POST') refuseDuplicate(request, next, place, type);
        return outward(next(byExternalId(request)), base);
      case 'resource': {
        const internal = internalId(request, next, place, type, route.id);
        const target = `${place.basePath}${type.endpoint}/${internal}${queryOf(request.target)}`;
        return outward(next(withoutId({ ...request, target })), base);
      }
      case 'me':
        return outward(next(withoutId(request)), base);
      default:
        return next(request);
    }
  };
}

function internalId(request: MockRequest, next: Answerer, place: QuirkPlace, type: ResourceType, id: string): string {
  const [found] = usersCalled(request, next, place, type, id);
  if (isJsonObject(found) && typeof found.id === 'string') return found.id;
  throw new ProtocolError(404, undefined, `There is no User with the id ${JSON.stringify(id)}.`);
}

function refuseDuplicate(request: MockRequest, next: Answerer, place: QuirkPlace, type: ResourceType): void {
  const id = getAttribute(bodyOf(request) ?? {}, 'externalId');
  if (typeof id !== 'string' || usersCalled(request, next, place, type, id).length === 0) return;
  throw new ProtocolError(409, 'uniqueness', `externalId: another User already has the value ${JSON.stringify(id)}.`);
}

function usersCalled(
  request: MockRequest,
  next: Answerer,
  { basePath }: QuirkPlace,
  type: ResourceType,
  externalId: string,
): readonly JsonValue[] {
  const query = new URLSearchParams({ filter: `externalId eq ${quoteFilterString(externalId)}` });
  const { Resources: found } = contentOf(ask(next, request, 'GET', `${basePath}${type.endpoint}?${query}`)) ?? {};
  return Array.isArray(found) ? found : [];
}

/** REQUEST for a list with `externalId` where its filter has `id`. */
function byExternalId(request: MockRequest): MockRequest {
  const parameters = parametersOf(request.target);
  const filter = parameters.get('filter');
  if (request.method !== 'GET' || filter === null) return request;
  try {
    parameters.set('filter', printFilter(withExternalId(parseFilter(filter))));
  } catch (error) {
    if (error instanceof ProtocolError) return request;
    throw error;
  }
  return withParameters(request, parameters);
}

function withExternalId(filter: Filter): Filter {
  switch (filter.kind) {
    case 'compare':
    case 'present':
      return filter.path.name.toLowerCase() === 'id' ? { ...filter, path: { name: 'externalId' } } : filter;
    case 'not':
      return { ...filter, filter: withExternalId(filter.filter) };
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map(withExternalId) };
    default:
      return filter;
  }
}

/** REQUEST, a PATCH, with `externalId` where it changes `id`. */
function withoutId(request: MockRequest): MockRequest {
  const body = request.method === 'PATCH' ? bodyOf(request) : undefined;
  const operations = body && getAttribute(body, 'Operations');
  if (body === undefined || !Array.isArray(operations)) return request;
  const changed = operations.map((one) => (isJsonObject(one) ? ofExternalId(one) : one));
  return withBody(request, { ...body, Operations: changed });
}

function ofExternalId(operation: JsonObject): JsonObject {
  const { path, value } = operation;
  if (typeof path === 'string') return path.toLowerCase() === 'id' ? { ...operation, path: 'externalId' } : operation;
  if (!isJsonObject(value) || value.id === undefined) return operation;
  const { id, ...others } = value;
  return { ...operation, value: { externalId: id, ...others } };
}

/** RESPONSE with the ids that clients know; BASE is the URL of users with a slash at its end. */
function outward(response: MockResponse, base: string): MockResponse {
  if (response.status >= 300 || response.body.length === 0) return response;
  let location = response.headers.location;
  const changed = withResources(response, (user) => {
    if (typeof user.externalId !== 'string') return user;
    const own = `${base}${encodeURIComponent(user.externalId)}`;
    if (location !== undefined) location = own;
    return { ...user, id: user.externalId, ...(isJsonObject(user.meta) && { meta: { ...user.meta, location: own } }) };
  });
  return location === undefined ? changed : { ...changed, headers: { ...changed.headers, location } };
}

function queryOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? '' : target.slice(query);
}
