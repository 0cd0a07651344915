/** What the steps of the quirks have in common: where a request goes, and what it and its answer hold. */

import { ProtocolError } from '../../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { getAttribute, type ResourceType, type SchemaRegistry } from '../../scim/schema/resource-type.js';
import { urn } from '../../scim/urn.js';
import { errorResponse, type MockRequest, type MockResponse } from '../message.js';
import type { Answerer, Middleware } from '../middleware.js';
import { createRouter, type Route } from '../route.js';

/** The server that the quirks are of. */
export interface QuirkPlace {
  readonly registry: SchemaRegistry;
  /** Path of the base URL: `/scim/v2`. */
  readonly basePath: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly now: () => Date;
}

/** Finds where a request goes; undefined for nowhere. */
export type Routing = (request: MockRequest) => Route | undefined;

/** The routing of a server at PLACE. What its router refuses goes nowhere. */
export function routingOf({ registry, basePath }: QuirkPlace): Routing {
  const router = createRouter(basePath, new Set(registry.resourceTypes.map(({ endpoint }) => endpoint)));
  return ({ target }) => {
    try {
      return router(pathOf(target));
    } catch {
      return undefined;
    }
  };
}

/** The resource type that ROUTE is about, if it is one; `/Me` is a user. */
export function typeAt(registry: SchemaRegistry, route: Route | undefined): ResourceType | undefined {
  if (route?.kind === 'me') return registry.resourceTypes.find(({ name }) => name === 'User');
  const endpoint = route && 'endpoint' in route ? route.endpoint : undefined;
  return registry.resourceTypes.find((type) => type.endpoint === endpoint);
}

/** The path of TARGET. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

/** The parameters of TARGET. */
export function parametersOf(target: string): URLSearchParams {
  const query = target.indexOf('?');
  return new URLSearchParams(query < 0 ? '' : target.slice(query + 1));
}

/** REQUEST with PARAMETERS in place of its own. */
export function withParameters(request: MockRequest, parameters: URLSearchParams): MockRequest {
  const text = parameters.toString();
  return { ...request, target: `${pathOf(request.target)}${text === '' ? '' : `?${text}`}` };
}

/** The body of REQUEST when it is a JSON object; everything else the service refuses by itself. */
export function bodyOf(request: MockRequest): JsonObject | undefined {
  return 'text' in request.body ? parsed(request.body.text) : undefined;
}

/** REQUEST with BODY in place of its own. */
export function withBody(request: MockRequest, body: JsonObject): MockRequest {
  return { ...request, body: { text: JSON.stringify(body) } };
}

/** The body of RESPONSE when it is a JSON object. */
export function contentOf(response: MockResponse): JsonObject | undefined {
  return response.body.length === 0 ? undefined : parsed(response.body.toString());
}

/** RESPONSE with BODY in place of its own. */
export function withContent(response: MockResponse, body: JsonValue): MockResponse {
  return { ...response, body: Buffer.from(JSON.stringify(body)) };
}

/** RESPONSE with CHANGE made to its resource, or to each one of its list. */
export function withResources(response: MockResponse, change: (resource: JsonObject) => JsonObject): MockResponse {
  if (response.status >= 300) return response;
  const content = contentOf(response);
  if (content === undefined) return response;
  const { Resources: resources } = content;
  if (!Array.isArray(resources)) return withContent(response, change(content));
  const changed = resources.map((resource) => (isJsonObject(resource) ? change(resource) : resource));
  return withContent(response, { ...content, Resources: changed });
}

/** Asks NEXT for METHOD at TARGET on behalf of REQUEST, whatever the version of the resource. */
export function ask(
  next: Answerer,
  request: MockRequest,
  method: string,
  target: string,
  body?: JsonObject,
): MockResponse {
  const { 'if-match': _match, 'if-none-match': _noneMatch, accept: _accept, ...headers } = request.headers;
  const isWrite = method !== 'GET' && method !== 'POST';
  return next({
    ...request,
    method,
    target,
    headers: { ...headers, 'content-type': 'application/scim+json', ...(isWrite && { 'if-match': '*' }) },
    body: { text: body === undefined ? '' : JSON.stringify(body) },
  });
}

/** A PatchOp message with OPERATIONS. */
export function patchOf(...operations: JsonObject[]): JsonObject {
  return { schemas: [urn.patchOp], Operations: operations };
}

/** STEP, whose ProtocolErrors are answers. */
function guarded(step: Middleware): Middleware {
  return (request, next) => {
    try {
      return step(request, next);
    } catch (error) {
      if (error instanceof ProtocolError) return errorResponse(error.status, error.scimType, error.message);
      throw error;
    }
  };
}

/** STEPS as one, the first of them outermost; undefined when there is none. */
export function joined(steps: readonly (Middleware | undefined)[]): Middleware | undefined {
  const present = steps.filter((step) => step !== undefined);
  if (present.length === 0) return undefined;
  return present
    .map(guarded)
    .reduceRight((inner, step) => (request, next) => step(request, (changed) => inner(changed, next)));
}

/** The value at PATH (`name.givenName`, `urn:…:mailNickname`) of RESOURCE, a payload of TYPE; names in any case. */
export function valueAt(type: ResourceType, resource: JsonObject, path: string): JsonValue | undefined {
  const resolved = lookUp(type, path);
  const name = resolved?.attribute?.name ?? path.split('.')[0] ?? path;
  const holder = resolved?.extension === undefined ? resource : getAttribute(resource, resolved.extension);
  const value = isJsonObject(holder) ? getAttribute(holder, name) : undefined;
  const sub = resolved?.sub?.name;
  if (sub === undefined || value === undefined) return value;
  if (Array.isArray(value))
    return value.filter(isJsonObject).find((one) => getAttribute(one, sub) !== undefined)?.[sub];
  return isJsonObject(value) ? getAttribute(value, sub) : undefined;
}

/** What PATH means in TYPE; the URN of an extension may be left out. */
export function lookUp(type: ResourceType, path: string) {
  return (
    type.lookup(path) ??
    type.extensions.map(({ schema }) => type.lookup(`${schema.id}:${path}`)).find((found) => found !== undefined)
  );
}

/** Is VALUE unassigned (RFC 7643 §2.5)? */
export function isMissing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
