/** The mock service provider as a function from request to answer: routes, methods, errors. */

import { ProtocolError } from '../scim/error.js';
import type { JsonValue } from '../scim/json.js';
import type { BulkOperation } from '../scim/messages/bulk.js';
import type { ResourceType, SchemaRegistry } from '../scim/schema/resource-type.js';
import type { AuthSettings } from './auth/settings.js';
import { jsonBody } from './body.js';
import { bulkResponse, checkBulkSize } from './bulk.js';
import { isKnown } from './conditional.js';
import { createDiscovery, type Discovery, type Document, type Documents } from './discovery.js';
import type { StaleReads } from './faults/stale.js';
import { type ListAnswer, Lister } from './list.js';
import { Self } from './me.js';
import {
  emptyResponse,
  errorResponse,
  isAcceptable,
  jsonResponse,
  type MockRequest,
  type MockResponse,
  negotiate,
} from './message.js';
import type { Middleware } from './middleware.js';
import { queryFromSearch, queryFromUrl } from './query.js';
import { Presenter } from './represent.js';
import { create, patch, type ResourceHouse, read, remove, replace } from './resources.js';
import { createRouter, type Route, type Router } from './route.js';
import type { ServiceRules } from './rules.js';
import { refusePersonal } from './sensitive.js';
import type { ResourceStore } from './store.js';

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
  /** What keys are made from; the same secret makes the same ones. */
  readonly secret?: string;
  /** What reads show in place of what the store holds. */
  readonly stale?: StaleReads | undefined;
  /** For the ServiceProviderConfig. */
  readonly auth?: AuthSettings | undefined;
  /** A step around each operation of a bulk request: what a vendor refuses in a request, it refuses there, too. */
  readonly bulkStep?: Middleware | undefined;
}

/** A request on its way to what does it. */
interface Call {
  readonly request: MockRequest;
  readonly path: string;
  readonly parameters: URLSearchParams;
  /** The body as JSON. @throws ProtocolError 400 `invalidSyntax`, 413, 415 */
  body(): JsonValue;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a route does, by method. */
type Methods = Readonly<Partial<Record<Method, (call: Call) => MockResponse>>>;

const noParameters = new URLSearchParams();

/** Tells services apart that have the same data, so that no list of one is taken for that of another. */
let services = 0;

/** A SCIM service provider (RFC 7644) over a store. */
export class Service {
  private readonly router: Router;
  private readonly discovery: Discovery;
  private readonly lister: Lister;
  private readonly house: ResourceHouse;
  private readonly self: Self;
  private readonly types: ReadonlyMap<string, ResourceType>;
  private readonly instance: string;

  constructor(private readonly options: ServiceOptions) {
    const { registry, store, stale, baseUrl, rules, now, secret = '' } = options;
    const presenter = new Presenter(store, rules);
    this.types = new Map(registry.resourceTypes.map((type) => [type.endpoint, type]));
    this.router = createRouter(options.basePath, new Set(this.types.keys()));
    this.discovery = createDiscovery(registry, { baseUrl, rules, auth: options.auth });
    this.lister = new Lister({ store, stale, presenter, rules, now, secret });
    this.house = { store, stale, rules, presenter };
    this.self = new Self(store);
    this.instance = `${(services++).toString(36)}-${now().getTime().toString(36)}`;
  }

  /** The answer to REQUEST. Never throws: what goes wrong is an answer, too. */
  handle(request: MockRequest): MockResponse {
    const { accept } = request.headers;
    if (isAcceptable(accept)) return negotiate(this.answer(request), accept);
    return errorResponse(
      406,
      undefined,
      `The answer would be application/scim+json, which Accept (${accept}) excludes.`,
    );
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

  /** The answer to REQUEST; with BODY, its body is that, and not what its text says. */
  private answer(request: MockRequest, body?: JsonValue): MockResponse {
    try {
      const { path, parameters } = splitTarget(request.target);
      const { maxPayloadSize: bytes } = this.options.rules;
      const read = () => (body === undefined ? jsonBody(request, { name: 'maxPayloadSize', bytes }) : body);
      return this.dispatch({ request, path, parameters, body: read });
    } catch (error) {
      if (error instanceof ProtocolError) return errorResponse(error.status, error.scimType, error.message);
      const detail = `The mock server has an error: ${error instanceof Error ? error.message : String(error)}`;
      return errorResponse(500, undefined, detail);
    }
  }

  private dispatch(call: Call): MockResponse {
    const route = this.router(call.path);
    if (!route) {
      const detail = `There is nothing at ${call.path}. The base URL of this server is ${this.options.baseUrl}.`;
      throw new ProtocolError(404, undefined, detail);
    }
    return callMethod(this.methods(route), call);
  }

  private methods(route: Route): Methods {
    switch (route.kind) {
      case 'root':
        return { GET: (call) => this.list(this.options.registry.resourceTypes, call) };
      case 'search':
        return { POST: (call) => this.search(route.endpoint, call) };
      case 'collection': {
        const type = this.type(route.endpoint);
        return { GET: (call) => this.list([type], call), POST: (call) => create(this.house, { ...call, type }) };
      }
      case 'resource':
        return this.resourceMethods(this.type(route.endpoint), this.withoutSuffix(route.id));
      case 'serviceProviderConfig':
        return { GET: (call) => this.discovered(call, this.discovery.serviceProviderConfig) };
      case 'resourceTypes':
        return { GET: (call) => this.described(call, this.discovery.resourceTypes, route.id, route.id) };
      case 'schemas':
        return { GET: (call) => this.described(call, this.discovery.schemas, route.id, route.id?.toLowerCase()) };
      case 'me':
        return this.selfMethods();
      case 'bulk':
        return { POST: (call) => this.bulk(call) };
    }
  }

  /** RFC 7644 §3.8: a URL may end in `.scim`; an id that does so itself goes first. */
  private withoutSuffix(id: string): string {
    return id.endsWith('.scim') && !this.options.store.find(id) ? id.slice(0, -'.scim'.length) : id;
  }

  private resourceMethods(type: ResourceType, id: string): Methods {
    return {
      GET: (call) => read(this.house, { ...call, type }, id),
      PUT: (call) => replace(this.house, { ...call, type }, id),
      PATCH: (call) => patch(this.house, { ...call, type }, id),
      DELETE: (call) => remove(this.house, { ...call, type }, id),
    };
  }

  private list(types: readonly ResourceType[], { request, parameters }: Call): MockResponse {
    const { rules, store } = this.options;
    const query = queryFromUrl(parameters);
    if (rules.filter.refuseInUrl && query.filter !== undefined) refusePersonal(query.filter);
    // Lists have no version in SCIM, but in HTTP: a client that polls can ask whether anything changed at all.
    const etag = `W/"${this.instance}-${store.revision.toString(36)}"`;
    const { 'if-none-match': known, 'if-match': expected } = request.headers;
    const isConditional = known !== undefined || expected !== undefined;
    const answer = this.lister.list(types, query);
    const isVersioned = rules.etag.supported && answer.isLasting;
    if (isVersioned && isConditional && isKnown(request.headers, etag)) return emptyResponse(304, { etag });
    return jsonResponse(200, answer.body, isVersioned ? { etag } : {});
  }

  private search(endpoint: string | undefined, { body }: Call): MockResponse {
    const types = endpoint === undefined ? this.options.registry.resourceTypes : [this.type(endpoint)];
    const answer: ListAnswer = this.lister.list(types, queryFromSearch(body()));
    return jsonResponse(200, answer.body);
  }

  /** RFC 7644 §4: filters are forbidden here, since they would be ignored; sorting and paging are ignored. */
  private discovered({ parameters, request }: Call, { text, version: etag }: Document): MockResponse {
    if (parameters.has('filter')) {
      throw new ProtocolError(403, undefined, 'Discovery endpoints cannot be filtered (RFC 7644 §4).');
    }
    if (!this.options.rules.etag.supported) return jsonResponse(200, text);
    return isKnown(request.headers, etag) ? emptyResponse(304, { etag }) : jsonResponse(200, text, { etag });
  }

  /** The document with KEY of DOCUMENTS, which the client calls ID, or all of them. */
  private described(call: Call, documents: Documents, id: string | undefined, key: string | undefined): MockResponse {
    if (key === undefined) return this.discovered(call, documents.all);
    const found = documents.byId.get(key);
    if (!found) throw new ProtocolError(404, undefined, `There is no ${JSON.stringify(id)} here.`);
    return this.discovered(call, found);
  }

  private selfMethods(): Methods {
    const { me } = this.options.rules;
    if (me === 'unsupported') throw new ProtocolError(501, undefined, '/Me is not supported by this server.');
    const one = (method: Exclude<Method, 'POST'>) => (call: Call) => this.asSelf(method, call);
    return {
      GET: one('GET'),
      POST: (call) => this.createSelf(call),
      PUT: one('PUT'),
      PATCH: one('PATCH'),
      DELETE: one('DELETE'),
    };
  }

  /** RFC 7644 §3.11: the client is sent to the resource, or the request is done there, and Location tells where. */
  private asSelf(method: Exclude<Method, 'POST'>, call: Call): MockResponse {
    const { type, id } = this.self.get(call.request.principal);
    const location = this.options.store.locationOf(type, id);
    if (this.options.rules.me === 'redirect') return redirect(location, call);
    const response = this.resourceMethods(type, id)[method]?.(call) ?? emptyResponse(405);
    return { ...response, headers: { ...response.headers, location } };
  }

  private createSelf(call: Call): MockResponse {
    const { principal } = call.request;
    const body = call.body();
    const type = this.self.typeToCreate(principal, body);
    if (this.options.rules.me === 'redirect') return redirect(`${this.options.baseUrl}${type.endpoint}`, call);
    const before = this.options.store.count(type);
    const response = create(this.house, { ...call, type, body: () => body });
    const [entry] = this.options.store.all(type).slice(before, before + 1);
    if (entry) this.self.remember(principal, entry.id);
    return response;
  }

  private bulk(call: Call): MockResponse {
    const { bulk } = this.options.rules;
    if (!bulk.supported) {
      throw new ProtocolError(501, undefined, 'Bulk operations are not supported; see /ServiceProviderConfig.');
    }
    checkBulkSize(call.request, bulk);
    const limit = { name: 'maxPayloadSize', bytes: bulk.maxPayloadSize };
    const host = {
      perform: (operation: BulkOperation) => this.perform(operation, call.request),
      locationOf: (path: string) => this.locationOf(path),
    };
    return bulkResponse(jsonBody(call.request, limit), host, bulk);
  }

  /** One operation of the bulk request WHOLE (RFC 7644 §3.7), as a request of its own. */
  private perform({ method, path, version, data }: BulkOperation, whole: MockRequest): MockResponse {
    const kind = this.bulkRoute(path)?.kind;
    if (kind !== (method === 'POST' ? 'collection' : 'resource')) {
      const wanted = method === 'POST' ? 'the endpoint of a resource type' : 'a resource';
      return errorResponse(
        400,
        'invalidValue',
        `path: ${method} needs ${wanted}, and ${JSON.stringify(path)} is none.`,
      );
    }
    const { 'if-match': _whole, 'if-none-match': _none, ...headers } = whole.headers;
    const text = data === undefined || !this.options.bulkStep ? '' : JSON.stringify(data);
    const request: MockRequest = {
      ...whole,
      method,
      target: this.bulkTarget(path),
      headers: version === undefined ? headers : { ...headers, 'if-match': version },
      body: { text },
    };
    if (this.options.bulkStep) return this.options.bulkStep(request, (changed) => this.answer(changed));
    return this.answer(request, data);
  }

  private locationOf(path: string): string | undefined {
    const route = this.bulkRoute(path);
    return route?.kind === 'resource' ? this.options.store.locationOf(this.type(route.endpoint), route.id) : undefined;
  }

  private bulkRoute(path: string): Route | undefined {
    try {
      return this.router(splitTarget(this.bulkTarget(path)).path);
    } catch {
      return undefined;
    }
  }

  /** RFC 7644 §3.7: paths are relative to the base URL; examples in circulation begin with the version. */
  private bulkTarget(path: string): string {
    const { basePath } = this.options;
    const relative = basePath.endsWith('/v2') ? path.replace(/^\/?v2(?=\/)/, '') : path;
    return `${basePath}/${relative.replace(/^\//, '')}`;
  }

  private type(endpoint: string): ResourceType {
    const type = this.types.get(endpoint);
    if (!type) throw new ProtocolError(404, undefined, `There is no resource type at ${endpoint}.`);
    return type;
  }
}

function splitTarget(target: string): { path: string; parameters: URLSearchParams } {
  const query = target.indexOf('?');
  if (query < 0) return { path: target, parameters: noParameters };
  return { path: target.slice(0, query), parameters: new URLSearchParams(target.slice(query + 1)) };
}

function callMethod(methods: Methods, call: Call): MockResponse {
  const { method } = call.request;
  // RFC 9110 §9.1: HEAD is GET; the server leaves the body out.
  const handler = isMethod(method) ? methods[method] : method === 'HEAD' ? methods.GET : undefined;
  if (handler) return handler(call);
  const allow = [...Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])), 'OPTIONS'];
  if (method === 'OPTIONS') return emptyResponse(204, { allow: allow.join(', ') });
  const detail = `${method} is not possible here; ${allow.join(', ')} are.`;
  return errorResponse(405, undefined, detail, { allow: allow.join(', ') });
}

function isMethod(method: string): method is Method {
  return method === 'GET' || method === 'POST' || method === 'PUT' || method === 'PATCH' || method === 'DELETE';
}

function redirect(location: string, { request: { target } }: Call): MockResponse {
  const query = target.indexOf('?');
  return emptyResponse(308, { location: query < 0 ? location : location + target.slice(query) });
}
