/** RFC 7644 §3.3 to §3.6: create, read, replace, modify and delete one resource. */

import { type Issue, ProtocolError } from '../scim/error.js';
import { ifMatchHolds, ifNoneMatchHolds } from '../scim/etag.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { applyPatch, parsePatchRequest } from '../scim/patch/index.js';
import { compileProjection } from '../scim/projection.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { type Direction, validateResource } from '../scim/schema/validate.js';
import { ownContent } from './content.js';
import { type Entry, versionOf } from './entry.js';
import { emptyResponse, jsonResponse, type MockRequest, type MockResponse } from './message.js';
import { type AttributeSelection, selectionFromUrl } from './query.js';
import type { ResourceStore } from './store.js';

/** A request for one resource or one collection. */
export interface ResourceCall {
  readonly request: MockRequest;
  readonly parameters: URLSearchParams;
  readonly type: ResourceType;
  /** The body as JSON. @throws ProtocolError 400 `invalidSyntax`, 413, 415 */
  body(): JsonValue;
}

/** POST to a collection (RFC 7644 §3.3). */
export function create(store: ResourceStore, call: ResourceCall): MockResponse {
  const selection = selectionFromUrl(call.parameters);
  const entry = store.create(call.type, ownContent(call.type, valid(call.type, call.body(), 'create')));
  return represent(store, entry, selection, 201);
}

/** GET of a resource (RFC 7644 §3.4.1); 304 when the client already has this version (§3.14). */
export function read(store: ResourceStore, call: ResourceCall, id: string): MockResponse {
  const entry = existing(store, call.type, id);
  const ifNoneMatch = call.request.headers['if-none-match'];
  if (ifNoneMatch !== undefined && !ifNoneMatchHolds(ifNoneMatch, versionOf(entry))) {
    return emptyResponse(304, { etag: versionOf(entry) });
  }
  return represent(store, entry, selectionFromUrl(call.parameters), 200);
}

/** PUT of a resource that exists (RFC 7644 §3.5.1). What the body leaves out is cleared. */
export function replace(store: ResourceStore, call: ResourceCall, id: string): MockResponse {
  const selection = selectionFromUrl(call.parameters);
  const entry = changeable(store, call, id);
  store.replace(entry, ownContent(call.type, valid(call.type, call.body(), 'replace')));
  return represent(store, entry, selection, 200);
}

/** PATCH of a resource (RFC 7644 §3.5.2): all operations or none. */
export function patch(store: ResourceStore, call: ResourceCall, id: string): MockResponse {
  const selection = selectionFromUrl(call.parameters);
  const entry = changeable(store, call, id);
  const patched = applyPatch(call.type, store.view(entry), parsePatchRequest(call.body()));
  if (patched.changed) store.replace(entry, ownContent(call.type, patched.resource, entry.content));
  return represent(store, entry, selection, 200);
}

/** DELETE of a resource (RFC 7644 §3.6). */
export function remove(store: ResourceStore, call: ResourceCall, id: string): MockResponse {
  store.delete(changeable(store, call, id));
  return emptyResponse(204);
}

function existing(store: ResourceStore, type: ResourceType, id: string): Entry {
  const entry = store.find(id);
  if (entry?.type === type) return entry;
  throw new ProtocolError(404, undefined, `There is no ${type.name} with the id ${JSON.stringify(id)}.`);
}

/** The entry that a write may change: it exists and is in the version that the client wants to change. */
function changeable(store: ResourceStore, call: ResourceCall, id: string): Entry {
  const entry = existing(store, call.type, id);
  const version = versionOf(entry);
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = call.request.headers;
  if (ifMatch !== undefined && !ifMatchHolds(ifMatch, version)) {
    const detail = `The version of the resource is ${version}, If-Match asks for ${ifMatch}.`;
    throw new ProtocolError(412, undefined, detail);
  }
  if (ifNoneMatch !== undefined && !ifNoneMatchHolds(ifNoneMatch, version)) {
    throw new ProtocolError(412, undefined, `The version of the resource is ${version}, which If-None-Match excludes.`);
  }
  return entry;
}

/** ENTRY as an answer: Location as in the examples of RFC 7644 §3.4.1 and §3.5, ETag equal to `meta.version`. */
function represent(store: ResourceStore, entry: Entry, selection: AttributeSelection, status: number): MockResponse {
  const text =
    selection.attributes || selection.excludedAttributes
      ? JSON.stringify(compileProjection(entry.type, selection)(store.view(entry)))
      : store.text(entry);
  return jsonResponse(status, text, { location: store.locationOf(entry.type, entry.id), etag: versionOf(entry) });
}

/**
 * BODY, which must be a resource of TYPE.
 * @throws ProtocolError 400 `invalidSyntax` when it is no object, 400 `invalidValue` naming each attribute at fault
 */
function valid(type: ResourceType, body: JsonValue, direction: Direction): JsonObject {
  if (!isJsonObject(body)) throw new ProtocolError(400, 'invalidSyntax', 'The body must be a JSON object.');
  const errors = validateResource(type, body, direction).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new ProtocolError(400, 'invalidValue', errors.slice(0, 5).map(sentence).join(' '));
  return body;
}

function sentence({ path, message, rule }: Issue): string {
  return `${path === '' ? '' : `${path}: `}${message} (${rule})`;
}
