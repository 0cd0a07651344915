/** RFC 7644 §3.9 and RFC 7643 §7 `returned`: how a service provider shows its resources. */

import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../scim/schema/types.js';
import { type Entry, versionOf } from './entry.js';
import { emptyResponse, jsonResponse, type MockResponse } from './message.js';
import type { AttributeSelection } from './query.js';
import type { ServiceRules } from './rules.js';
import type { ResourceStore } from './store.js';

/** Makes representations of the resources in STORE under RULES. */
export class Presenter {
  /** Types whose stored text is not what is shown. */
  private readonly special: ReadonlySet<ResourceType>;

  constructor(
    private readonly store: ResourceStore,
    private readonly rules: Pick<ServiceRules, 'etag'>,
  ) {
    const { resourceTypes } = store.registry;
    this.special = new Set(rules.etag.supported ? resourceTypes.filter(hidesAttributes) : resourceTypes);
  }

  /** A function that gives the JSON text of resources of TYPE with the attributes of SELECTION. */
  texts(
    type: ResourceType,
    selection: AttributeSelection,
    supplied?: ReadonlySet<string>,
  ): (entry: Entry) => Buffer | string {
    const isPlain = !selection.attributes && !selection.excludedAttributes && !this.special.has(type);
    if (isPlain) return (entry) => this.store.text(entry);
    const project = this.store.projection(type, selection, supplied && { requested: supplied });
    return (entry) => JSON.stringify(this.withoutVersion(project(entry)));
  }

  /**
   * ENTRY as an answer: Location as in the examples of RFC 7644 §3.4.1 and §3.5, ETag equal to `meta.version`. BODY is
   * what the client's write carried: it gets back what is returned on request only (RFC 7643 §7).
   */
  answer(entry: Entry, selection: AttributeSelection, status: number, body?: JsonValue): MockResponse {
    const { type } = entry;
    const supplied = body !== undefined && this.special.has(type) ? suppliedNames(type, body) : undefined;
    const headers = this.headers(entry);
    // RFC 7643 §3.1: `meta.location` is the same as Content-Location.
    const located = { ...headers, 'content-location': headers.location };
    return jsonResponse(status, this.texts(type, selection, supplied)(entry), located);
  }

  /** An answer with STATUS without a body, about ENTRY. */
  empty(entry: Entry, status: number): MockResponse {
    return emptyResponse(status, this.headers(entry));
  }

  private headers(entry: Entry): { location: string; etag?: string } {
    const location = this.store.locationOf(entry.type, entry.id);
    return this.rules.etag.supported ? { location, etag: versionOf(entry) } : { location };
  }

  /** RFC 7643 §3.1: `meta.version` is the entity tag, so that it goes where there are none. */
  private withoutVersion(resource: JsonObject): JsonObject {
    if (this.rules.etag.supported || !isJsonObject(resource.meta)) return resource;
    const { version: _none, ...meta } = resource.meta;
    return { ...resource, meta };
  }
}

function hidesAttributes(type: ResourceType): boolean {
  return [type.attributes, ...type.extensions.map(({ schema }) => schema.attributes)].some((list) =>
    list.some(isHidden),
  );
}

function isHidden({ returned, subAttributes }: AttributeDefinition): boolean {
  return returned === 'request' || subAttributes.some(isHidden);
}

/** The attributes that BODY, a resource of TYPE or a PatchOp message, gives values, in attribute notation. */
function suppliedNames(type: ResourceType, body: JsonValue): ReadonlySet<string> {
  const names = new Set<string>();
  if (!isJsonObject(body)) return names;
  const operations = Object.entries(body).find(([name]) => name.toLowerCase() === 'operations')?.[1];
  if (!Array.isArray(operations)) {
    collectNames(type, body, '', names);
    return names;
  }
  for (const operation of operations) {
    if (!isJsonObject(operation)) continue;
    const path = typeof operation.path === 'string' ? operation.path.replace(/\[.*\]/s, '') : '';
    if (path !== '') names.add(path);
    collectNames(type, operation.value ?? null, path, names);
  }
  return names;
}

function collectNames(type: ResourceType, value: JsonValue, path: string, names: Set<string>): void {
  if (Array.isArray(value)) for (const element of value) collectNames(type, element, path, names);
  if (Array.isArray(value) || !isJsonObject(value)) return;
  const separator = path === '' ? '' : type.extension(path) ? ':' : '.';
  for (const [name, member] of Object.entries(value)) {
    names.add(`${path}${separator}${name}`);
    collectNames(type, member, `${path}${separator}${name}`, names);
  }
}
