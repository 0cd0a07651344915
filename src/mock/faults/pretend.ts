/** Answers to writes that are not done: what a server says that has lost them. */

import { isSensitiveName } from '../../redact/sensitive.js';
import { isJsonObject, type JsonObject } from '../../scim/json.js';
import { compileProjection } from '../../scim/projection.js';
import type { ResourceType, SchemaRegistry } from '../../scim/schema/resource-type.js';
import { urn } from '../../scim/urn.js';
import { emptyResponse, jsonResponse, type MockRequest, type MockResponse } from '../message.js';
import type { Answerer } from '../middleware.js';
import { requestObject } from './request.js';
import { pathBelow } from './target.js';

/** What an answer is made from. */
export interface PretenceContext {
  readonly registry: SchemaRegistry;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Path of `baseUrl`. */
  readonly basePath: string;
  now(): Date;
  /** An id for a resource that is not made. */
  newId(): string;
}

/** Statuses with which a server turns somebody away. */
const refusals: ReadonlySet<number> = new Set([401, 403, 429]);

/**
 * The answer to the write REQUEST as if it was done, asking NEXT for nothing but reads: the resource as it is to PUT and
 * PATCH, what was sent with an id to POST. Who may not read, or asks for what is not there, is told so.
 */
export function pretend(request: MockRequest, next: Answerer, context: PretenceContext): MockResponse {
  if (request.method !== 'POST') {
    const present = next(asRead(request, request.target));
    return request.method === 'DELETE' && present.status === 200 ? emptyResponse(204) : present;
  }
  const path = pathBelow(request.target, context.basePath) ?? '';
  const body = requestObject(request);
  const type = context.registry.resourceTypes.find(
    ({ endpoint, core }) => endpoint === path || (path === '/Me' && core.id === urn.user),
  );
  if (body === undefined || (type === undefined && path !== '/Bulk')) return next(request);
  const refused = refusal(request, next, type === undefined ? '/ServiceProviderConfig' : `${path}?count=0`, context);
  if (refused) return refused;
  return type === undefined ? bulkAnswer(body, context) : created(type, body, context);
}

function refusal(request: MockRequest, next: Answerer, read: string, context: PretenceContext) {
  const answer = next(asRead(request, context.basePath + read));
  return refusals.has(answer.status) ? answer : undefined;
}

/** A GET of TARGET with the credential of REQUEST. */
function asRead(request: MockRequest, target: string): MockRequest {
  const { 'if-match': _match, 'if-none-match': _noneMatch, ...headers } = request.headers;
  return { ...request, method: 'GET', target, headers, body: { text: '' } };
}

/** RFC 7644 §3.3 */
function created(type: ResourceType, content: JsonObject, context: PretenceContext): MockResponse {
  const id = context.newId();
  const location = locationOf(type.endpoint, id, context);
  const time = context.now().toISOString();
  const meta = { resourceType: type.name, created: time, lastModified: time, location };
  const shown = compileProjection(type)({ ...withoutSecrets(content), id, meta });
  return jsonResponse(201, JSON.stringify(shown), { location });
}

/** RFC 7644 §3.7 */
function bulkAnswer(body: JsonObject, context: PretenceContext): MockResponse {
  const operations = Array.isArray(body.Operations) ? body.Operations : [];
  const results = operations.filter(isJsonObject).map((operation) => bulkResult(operation, context));
  return jsonResponse(200, JSON.stringify({ schemas: [urn.bulkResponse], Operations: results }));
}

function bulkResult({ method, bulkId, path }: JsonObject, context: PretenceContext): JsonObject {
  const isNew = typeof method === 'string' && method.toUpperCase() === 'POST';
  const target = typeof path === 'string' ? path : '';
  return {
    ...(method !== undefined && { method }),
    ...(bulkId !== undefined && { bulkId }),
    location: isNew ? locationOf(target, context.newId(), context) : context.baseUrl + target,
    status: isNew ? '201' : method === 'DELETE' ? '204' : '200',
  };
}

function locationOf(endpoint: string, id: string, { baseUrl }: PretenceContext): string {
  return `${baseUrl}${endpoint}/${encodeURIComponent(id)}`;
}

function withoutSecrets(content: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(content).filter(([name]) => !isSensitiveName(name)));
}
