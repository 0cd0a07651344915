/** The mock service provider as a function from request to answer: authentication, routes, methods, errors. */

import { ProtocolError } from '../scim/error.js';
import type { JsonValue } from '../scim/json.js';
import { JsonSyntaxError, JsonText } from '../scim/json-text.js';
import type { ResourceType, SchemaRegistry } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import { createDiscovery, type Discovery } from './discovery.js';
import { Lister } from './list.js';
import { errorResponse, jsonResponse, type MockRequest, type MockResponse, negotiate } from './message.js';
import { queryFromSearch, queryFromUrl } from './query.js';
import { create, patch, type ResourceCall, read, remove, replace } from './resources.js';
import { createRouter, type Route, type Router } from './route.js';
import type { ServiceRules } from './rules.js';
import type { ResourceStore } from './store.js';

/** No SCIM message comes near this depth; walking much deeper ones would overflow the stack. */
const maxNesting = 64;

/** What a service is made of. */
export interface ServiceOptions {
  readonly registry: SchemaRegistry;
  readonly store: ResourceStore;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Path of `baseUrl`: `/scim/v2`. */
  readonly basePath: string;
  readonly rules: ServiceRules;
  readonly now: () => Date;
}

type Handler = () => MockResponse;

/** What a route does, by method. */
type Methods = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Handler>>>;

/** A SCIM service provider (RFC 7644) over a store. */
export class Service {
  private readonly router: Router;
  private readonly discovery: Discovery;
  private readonly lister: Lister;

  constructor(private readonly options: ServiceOptions) {
    const { registry, baseUrl, rules } = options;
    const pageSize = rules.paging.maxPageSize;
    this.router = createRouter(options.basePath, new Set(registry.resourceTypes.map(({ endpoint }) => endpoint)));
    this.discovery = createDiscovery(registry, {
      baseUrl,
      maxResults: pageSize,
      maxPayloadBytes: rules.maxPayloadSize,
    });
    this.lister = new Lister(options.store, pageSize);
  }

  /** The answer to REQUEST. Never throws: what goes wrong is an answer, too. */
  handle(request: MockRequest): MockResponse {
    return negotiate(this.answer(request), request.headers.accept);
  }

  /** RFC 7643 §5: authenticationSchemes can be read by a client that does not know yet how to authenticate. */
  isPublic(request: MockRequest): boolean {
    if (request.headers.authorization !== undefined) return false;
    try {
      return this.router(splitTarget(request.target).path)?.kind === 'serviceProviderConfig';
    } catch {
      return false;
    }
  }

  private answer(request: MockRequest): MockResponse {
    try {
      const { path, parameters } = splitTarget(request.target);
      return this.dispatch(request, path, parameters);
    } catch (error) {
      if (error instanceof ProtocolError) return errorResponse(error.status, error.scimType, error.message);
      const detail = `The mock server has an error: ${error instanceof Error ? error.message : String(error)}`;
      return errorResponse(500, undefined, detail);
    }
  }

  private dispatch(request: MockRequest, path: string, parameters: URLSearchParams): MockResponse {
    const route = this.router(path);
    if (!route) {
      const detail = `There is nothing at ${path}. The base URL of this server is ${this.options.baseUrl}.`;
      throw new ProtocolError(404, undefined, detail);
    }
    return callMethod(this.methods(route, request, parameters), request.method);
  }

  private methods(route: Route, request: MockRequest, parameters: URLSearchParams): Methods {
    const { store, registry } = this.options;
    const body = (): JsonValue => jsonBody(request, this.options.rules.maxPayloadSize);
    switch (route.kind) {
      case 'root':
        return { GET: () => this.list(registry.resourceTypes, parameters) };
      case 'search': {
        const types = route.endpoint === undefined ? registry.resourceTypes : [this.type(route.endpoint)];
        return { POST: () => jsonResponse(200, this.lister.list(types, queryFromSearch(body()))) };
      }
      case 'collection': {
        const call: ResourceCall = { request, parameters, type: this.type(route.endpoint), body };
        return { GET: () => this.list([call.type], parameters), POST: () => create(store, call) };
      }
      case 'resource': {
        const call: ResourceCall = { request, parameters, type: this.type(route.endpoint), body };
        return {
          GET: () => read(store, call, route.id),
          PUT: () => replace(store, call, route.id),
          PATCH: () => patch(store, call, route.id),
          DELETE: () => remove(store, call, route.id),
        };
      }
      case 'serviceProviderConfig':
        return { GET: () => discovered(parameters, this.discovery.serviceProviderConfig) };
      case 'resourceTypes':
        return { GET: () => oneOrAll(parameters, this.discovery.resourceTypes, route.id, route.id) };
      case 'schemas':
        return { GET: () => oneOrAll(parameters, this.discovery.schemas, route.id, route.id?.toLowerCase()) };
      case 'me':
        throw new ProtocolError(
          501,
          undefined,
          '/Me is not supported: a bearer token of this server stands for no user.',
        );
      case 'bulk':
        throw new ProtocolError(501, undefined, 'Bulk operations are not supported; see /ServiceProviderConfig.');
    }
  }

  private list(types: readonly ResourceType[], parameters: URLSearchParams): MockResponse {
    return jsonResponse(200, this.lister.list(types, queryFromUrl(parameters)));
  }

  private type(endpoint: string): ResourceType {
    const type = this.options.registry.resourceTypes.find((candidate) => candidate.endpoint === endpoint);
    if (!type) throw new ProtocolError(404, undefined, `There is no resource type at ${endpoint}.`);
    return type;
  }
}

function splitTarget(target: string): { path: string; parameters: URLSearchParams } {
  const query = target.indexOf('?');
  if (query < 0) return { path: target, parameters: new URLSearchParams() };
  return { path: target.slice(0, query), parameters: new URLSearchParams(target.slice(query + 1)) };
}

function callMethod(methods: Methods, method: string): MockResponse {
  // RFC 9110 §9.1: HEAD is GET; the server leaves the body out.
  const handler = Object.entries(methods).find(([name]) => name === (method === 'HEAD' ? 'GET' : method))?.[1];
  if (handler) return handler();
  const allow = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  const detail = `${method} is not possible here; ${allow.join(', ')} ${allow.length > 1 ? 'are' : 'is'}.`;
  return errorResponse(405, undefined, detail, { allow: allow.join(', ') });
}

/** RFC 7644 §4: filters are forbidden here, since they would be ignored; sorting and paging are ignored. */
function discovered(parameters: URLSearchParams, text: string): MockResponse {
  if (!parameters.has('filter')) return jsonResponse(200, text);
  throw new ProtocolError(403, undefined, 'Discovery endpoints cannot be filtered (RFC 7644 §4).');
}

function oneOrAll(
  parameters: URLSearchParams,
  resources: ReadonlyMap<string, string>,
  id: string | undefined,
  key: string | undefined,
): MockResponse {
  if (key === undefined) {
    const all = [...resources.values()];
    const counts = `"totalResults":${all.length},"itemsPerPage":${all.length},"startIndex":1`;
    return discovered(parameters, `{"schemas":["${urn.listResponse}"],${counts},"Resources":[${all.join(',')}]}`);
  }
  const text = resources.get(key);
  if (text === undefined) throw new ProtocolError(404, undefined, `There is no ${JSON.stringify(id)} here.`);
  return discovered(parameters, text);
}

function jsonBody(request: MockRequest, maxPayloadBytes: number): JsonValue {
  const contentType = request.headers['content-type'];
  if (contentType !== undefined && !/^\s*application\/(scim\+)?json\s*(;|$)/i.test(contentType)) {
    throw new ProtocolError(415, undefined, `The body must be application/scim+json, not ${contentType}.`);
  }
  if ('problem' in request.body) {
    if (request.body.problem === 'encoding') throw invalidSyntax('it is not UTF-8');
    // RFC 7644 §3.7.4: the answer names the limit.
    throw new ProtocolError(413, undefined, `The body is larger than the ${maxPayloadBytes} bytes that are allowed.`);
  }
  try {
    const { value } = JsonText.parse(request.body.text);
    if (!isNestedDeeperThan(maxNesting, value)) return value;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { line = 0, character = 0 } = error.position ?? {};
    throw invalidSyntax(`line ${line + 1}, column ${character + 1}: ${error.message}`);
  }
  throw new ProtocolError(400, 'invalidSyntax', `The body is nested deeper than ${maxNesting} levels.`);
}

function isNestedDeeperThan(levels: number, value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((element) => isNestedDeeperThan(levels - 1, element));
}

function invalidSyntax(reason: string): ProtocolError {
  return new ProtocolError(400, 'invalidSyntax', `The body is not JSON: ${reason}`);
}
