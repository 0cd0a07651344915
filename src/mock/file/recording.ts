/** What a service had after recorded exchanges: the last representation of each resource that was seen. */

import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { applyPatch, parsePatchRequest } from '../../scim/patch/index.js';
import { parseResourceType, parseSchema } from '../../scim/schema/parse.js';
import type { ResourceType, SchemaRegistry } from '../../scim/schema/resource-type.js';
import type { ResourceTypeDefinition, SchemaDefinition } from '../../scim/schema/types.js';
import type { RecordedExchange } from './exchange.js';
import { discoveryKind, type ImportedData, listedIn, registryWith, typeOf } from './given.js';

/** What EXCHANGES, in the order in which they took place, let know. */
export function replay(exchanges: readonly RecordedExchange[]): ImportedData {
  const { schemas, resourceTypes } = discovered(exchanges);
  const recording = new Recording(registryWith(schemas, resourceTypes));
  for (const exchange of exchanges) recording.add(exchange);
  return { schemas, resourceTypes, resources: recording.resources(), warnings: recording.warnings() };
}

function discovered(exchanges: readonly RecordedExchange[]) {
  const schemas = new Map<string, SchemaDefinition>();
  const types = new Map<string, ResourceTypeDefinition>();
  for (const { status, responseBody } of exchanges) {
    if (status !== 200 || responseBody === undefined) continue;
    for (const document of listedIn(responseBody).filter(isJsonObject)) {
      const kind = discoveryKind(document);
      if (kind === 'schema') keep(schemas, parseSchema(document));
      if (kind === 'resourceType') keep(types, parseResourceType(document));
    }
  }
  return { schemas: [...schemas.values()], resourceTypes: [...types.values()] };
}

function keep<T extends { readonly id: string }>(map: Map<string, T>, one: T): void {
  map.set(one.id, one);
}

interface Seen {
  readonly type: ResourceType;
  resource: JsonObject;
}

/** The state of a service, put together from what went over the wire. */
class Recording {
  readonly #seen = new Map<string, Seen>();
  #unclear = 0;

  constructor(private readonly registry: SchemaRegistry) {}

  /** What is there, in the order in which it was first seen. */
  resources(): ImportedData['resources'] {
    return [...this.#seen.values()].map(({ type, resource }) => ({ type: type.name, resource }));
  }

  warnings(): string[] {
    if (this.#unclear === 0) return [];
    return [`${this.#unclear} changes were answered without the resource, and what they led to is not known`];
  }

  add(exchange: RecordedExchange): void {
    const { method, status, segments } = exchange;
    if (segments.at(-1)?.toLowerCase() === 'bulk') {
      this.#bulk(exchange);
      return;
    }
    const { type, id } = this.#target(segments);
    const isGone = status === 404 || status === 410 || (method === 'DELETE' && status >= 200 && status < 300);
    if (isGone && id !== undefined) this.#seen.delete(id);
    if (status < 200 || status > 299) return;
    const shown = exchange.responseBody === undefined ? [] : listedIn(exchange.responseBody).filter(isJsonObject);
    const resources = shown.filter(
      (resource) => typeof resource.id === 'string' && discoveryKind(resource) === undefined,
    );
    const isPart = exchange.query.has('attributes') || exchange.query.has('excludedAttributes') || isSearch(exchange);
    const isList = isListAnswer(exchange.responseBody);
    for (const resource of resources) this.#see(resource, type, { isPart, isList });
    if (resources.length === 0) this.#write(exchange, type, id);
  }

  /** The type and the id that a path names: the last segment that is an endpoint, and the one behind it. */
  #target(segments: readonly string[]): { type: ResourceType | undefined; id: string | undefined } {
    for (let index = segments.length - 1; index >= 0; index--) {
      const endpoint = `/${segments[index]}`.toLowerCase();
      const type = this.registry.resourceTypes.find((one) => one.endpoint.toLowerCase() === endpoint);
      if (type !== undefined) return { type, id: segments[index + 1] };
    }
    return { type: undefined, id: undefined };
  }

  #see(
    resource: JsonObject,
    byPath: ResourceType | undefined,
    { isPart, isList }: { isPart: boolean; isList: boolean },
  ) {
    const named = typeOf(resource, this.registry);
    const type = (named === undefined ? undefined : this.registry.find(named)) ?? byPath;
    const { id } = resource;
    if (type === undefined || typeof id !== 'string') return;
    const before = this.#seen.get(id)?.resource;
    // Many services leave members out of lists; that a group has none is known from the group alone.
    const kept = isPart ? before : isList && before?.members !== undefined ? { members: before.members } : undefined;
    this.#put(type, id, { ...kept, ...resource });
  }

  #put(type: ResourceType, id: string, resource: JsonObject): void {
    const known = this.#seen.get(id);
    if (known === undefined) this.#seen.set(id, { type, resource });
    else known.resource = resource;
  }

  /** A write whose answer does not show the resource: what was sent is what is known. */
  #write(exchange: RecordedExchange, type: ResourceType | undefined, id: string | undefined): void {
    const { method, requestBody: body } = exchange;
    if (type === undefined || !isJsonObject(body)) return;
    const { password: _, ...sent } = body;
    const created = method === 'POST' ? exchange.location?.split('/').at(-1) : undefined;
    if (created !== undefined) this.#put(type, created, { ...sent, id: created });
    else if (method === 'PUT' && id !== undefined) this.#put(type, id, { ...sent, id });
    else if (method === 'PATCH' && id !== undefined) this.#patch(id, body);
  }

  #patch(id: string, body: JsonObject): void {
    const known = this.#seen.get(id);
    if (known === undefined) return;
    try {
      known.resource = applyPatch(known.type, known.resource, parsePatchRequest(body)).resource;
    } catch {
      // In the dialect of a service that took what the standard does not know.
      this.#unclear++;
    }
  }

  /** RFC 7644 §3.7: each operation that was carried out counts as an exchange of its own. */
  #bulk({ requestBody, responseBody }: RecordedExchange): void {
    const asked = isJsonObject(requestBody) && Array.isArray(requestBody.Operations) ? requestBody.Operations : [];
    const answers = isJsonObject(responseBody) && Array.isArray(responseBody.Operations) ? responseBody.Operations : [];
    const sent = asked.filter(isJsonObject);
    for (const [index, answer] of answers.filter(isJsonObject).entries()) {
      const request = sent.find(({ bulkId }) => bulkId !== undefined && bulkId === answer.bulkId) ?? sent[index];
      const place = [answer.location, request?.path].find((text) => typeof text === 'string');
      if (place === undefined) continue;
      this.add({
        method: String(answer.method ?? request?.method).toUpperCase(),
        segments: place
          .replace(/^https?:\/\/[^/]*/i, '')
          .split('/')
          .filter(Boolean),
        query: new URLSearchParams(),
        status: Number(isJsonObject(answer.status) ? answer.status.code : answer.status),
        requestBody: request?.data,
        responseBody: answer.response,
        location: typeof answer.location === 'string' ? answer.location : undefined,
      });
    }
  }
}

function isListAnswer(body: JsonValue | undefined): boolean {
  return isJsonObject(body) && ('Resources' in body || 'resources' in body || 'totalResults' in body);
}

function isSearch({ segments, requestBody }: RecordedExchange): boolean {
  const asks = isJsonObject(requestBody) && ('attributes' in requestBody || 'excludedAttributes' in requestBody);
  return segments.at(-1) === '.search' && asks;
}
