/** Requests that a service does not take: headers, endpoints and methods that are missing. */

import { ProtocolError } from '../../scim/error.js';
import { errorResponse, type MockRequest } from '../message.js';
import type { Middleware } from '../middleware.js';
import type { Route } from '../route.js';
import { type QuirkPlace, routingOf, typeAt } from './call.js';
import type { QuirkValues } from './values.js';

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const writes: readonly Method[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Refuses requests without the headers that VALUES require. */
export function requiredHeaders({ headers }: QuirkValues): Middleware | undefined {
  if (headers.required.length === 0) return undefined;
  return (request, next) => {
    const missing = headers.required.find(({ name, value }) => !hasHeader(request, name, value));
    if (missing === undefined) return next(request);
    const wanted = missing.value === undefined ? missing.name : `${missing.name}: ${missing.value}`;
    throw new ProtocolError(headers.missingStatus, undefined, `The request has no header ${wanted}.`);
  };
}

function hasHeader(request: MockRequest, name: string, value: string | undefined): boolean {
  const given = request.headers[name.toLowerCase()];
  if (given === undefined || given === '') return false;
  return value === undefined || given.toLowerCase().includes(value.toLowerCase());
}

/** Refuses everything while nobody pays for the API, as VALUES have it. */
export function account({ account: { enabled } }: QuirkValues): Middleware | undefined {
  if (enabled) return undefined;
  const detail = 'The API is not enabled: there is no billing resource (scimapiconsumptions) for this tenant.';
  return () => errorResponse(400, undefined, detail);
}

/** Answers 404 where VALUES have no endpoint. */
export function missingEndpoints({ endpoints }: QuirkValues, place: QuirkPlace): Middleware | undefined {
  if (endpoints.missing.length === 0) return undefined;
  const missing = new Set(endpoints.missing.map((path) => path.toLowerCase()));
  const routing = routingOf(place);
  return (request, next) => {
    const name = endpointOf(routing(request));
    if (name === undefined || !missing.has(name)) return next(request);
    throw new ProtocolError(404, undefined, `This service has no ${name}.`);
  };
}

function endpointOf(route: Route | undefined): string | undefined {
  switch (route?.kind) {
    case 'me':
      return '/me';
    case 'bulk':
      return '/bulk';
    case 'search':
      return '/.search';
    case 'serviceProviderConfig':
      return '/serviceproviderconfig';
    case 'resourceTypes':
      return '/resourcetypes';
    case 'schemas':
      return '/schemas';
    case 'collection':
    case 'resource':
      return route.endpoint.toLowerCase();
    default:
      return undefined;
  }
}

/** Answers 405 to methods that VALUES do not take, and 403 to changes of locked groups. */
export function methods(values: QuirkValues, place: QuirkPlace): Middleware | undefined {
  const refused = new Map(place.registry.resourceTypes.map((type) => [type, refusedMethods(values, type.name)]));
  if ([...refused.values()].every((each) => each.length === 0) && !values.groups.locked) return undefined;
  const routing = routingOf(place);
  return (request, next) => {
    const route = routing(request);
    const type = typeAt(place.registry, route);
    const method = writes.find((one) => one === request.method);
    if (type === undefined || method === undefined || route?.kind === 'search') return next(request);
    const no = refused.get(type) ?? [];
    if (no.includes(method)) return notAllowed(method, type.name, route, no);
    if (values.groups.locked && type.name === 'Group') throw new ProtocolError(403, undefined, 'The group is locked.');
    return next(request);
  };
}

function refusedMethods({ update, endpoints, deprovision }: QuirkValues, type: string): readonly Method[] {
  if (endpoints.readOnly.includes(type)) return writes;
  const verbs = type === 'User' ? update.userVerbs : type === 'Group' ? update.groupVerbs : ['PATCH', 'PUT'];
  const changes = (['PUT', 'PATCH'] as const).filter((verb) => !verbs.includes(verb));
  return type === 'User' && deprovision.deleteEffect === 'unsupported' ? [...changes, 'DELETE'] : changes;
}

function notAllowed(method: Method, type: string, route: Route | undefined, refused: readonly Method[]) {
  const known: readonly string[] = route?.kind === 'collection' ? ['GET', 'POST'] : ['GET', 'PUT', 'PATCH', 'DELETE'];
  const allow = known.filter((one) => !refused.some((no) => no === one)).join(', ');
  return errorResponse(405, undefined, `This service has no ${method} of a ${type}.`, { allow });
}
