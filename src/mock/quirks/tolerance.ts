/** What a service takes although the RFCs do not: filters of deployed clients, and schemas that it does not have. */

import { parseFilter, printFilter } from '../../scim/filter/index.js';
import type { JsonObject, JsonValue } from '../../scim/json.js';
import { attributeKey, getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import type { MockRequest } from '../message.js';
import type { Middleware } from '../middleware.js';
import { bodyOf, parametersOf, type QuirkPlace, routingOf, typeAt, withBody, withParameters } from './call.js';
import type { QuirkValues } from './values.js';

/** Reads the filters that the grammar of RFC 7644 §3.4.2.2 forbids as they are meant, when VALUES say so. */
export function lenientFilters({ filter }: QuirkValues, place: QuirkPlace): Middleware | undefined {
  if (filter.grammar === 'strict') return undefined;
  const routing = routingOf(place);
  return (request, next) => next(routing(request)?.kind === 'search' ? inBody(request) : inUrl(request));
}

function inUrl(request: MockRequest): MockRequest {
  const parameters = parametersOf(request.target);
  const given = parameters.get('filter');
  const meant = given === null ? null : strictText(given);
  if (given === meant || meant === null) return request;
  parameters.set('filter', meant);
  return withParameters(request, parameters);
}

function inBody(request: MockRequest): MockRequest {
  const body = bodyOf(request);
  const given = body && getAttribute(body, 'filter');
  if (body === undefined || typeof given !== 'string') return request;
  return withBody(request, withAttribute(body, 'filter', strictText(given)));
}

/** The filter TEXT as the grammar has it; TEXT itself when nobody can tell what it means. */
function strictText(text: string): string {
  try {
    return printFilter(parseFilter(text, { lenient: true }));
  } catch {
    return text;
  }
}

/** Drops schemas that the resource type does not have from what clients send, when VALUES say so. */
export function foreignSchemas({ schemas }: QuirkValues, place: QuirkPlace): Middleware | undefined {
  if (schemas.foreign === 'refused') return undefined;
  const routing = routingOf(place);
  return (request, next) => {
    if (request.method !== 'POST' && request.method !== 'PUT') return next(request);
    const route = routing(request);
    const type = route?.kind === 'search' ? undefined : typeAt(place.registry, route);
    const body = type && bodyOf(request);
    const given = body && getAttribute(body, 'schemas');
    if (type === undefined || body === undefined || !Array.isArray(given)) return next(request);
    const known = given.filter((id) => typeof id !== 'string' || isSchemaOf(type, id));
    return next(known.length === given.length ? request : withBody(request, withAttribute(body, 'schemas', known)));
  };
}

function isSchemaOf(type: ResourceType, id: string): boolean {
  return id.toLowerCase() === type.core.id.toLowerCase() || type.extension(id) !== undefined;
}

/** BODY with VALUE as its member NAME, however it spells that. */
function withAttribute(body: JsonObject, name: string, value: JsonValue): JsonObject {
  return { ...body, [attributeKey(body, name) ?? name]: value };
}
