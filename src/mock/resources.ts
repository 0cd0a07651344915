/** RFC 7644 §3.3 to §3.6: create, read, replace, modify and delete one resource. */

import { type Issue, ProtocolError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { applyPatch, type PatchOperation, parsePatchRequest } from '../scim/patch/index.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { type Direction, validateResource } from '../scim/schema/validate.js';
import { checkWritable, isKnown } from './conditional.js';
import { holdsSecrets, ownContent } from './content.js';
import { type Entry, versionOf } from './entry.js';
import type { StaleReads } from './faults/stale.js';
import { patchGroup } from './group-patch.js';
import { keepImmutable } from './immutable.js';
import { emptyResponse, type MockRequest, type MockResponse } from './message.js';
import { type AttributeSelection, selectionFromUrl } from './query.js';
import type { Presenter } from './represent.js';
import type { ServiceRules } from './rules.js';
import type { ResourceStore } from './store.js';

/** A request for one resource or one collection. */
export interface ResourceCall {
  readonly request: MockRequest;
  readonly parameters: URLSearchParams;
  readonly type: ResourceType;
  /** The body as JSON. @throws ProtocolError 400 `invalidSyntax`, 413, 415 */
  body(): JsonValue;
}

/** Where resources are, and the rules for them. */
export interface ResourceHouse {
  readonly store: ResourceStore;
  readonly rules: ServiceRules;
  readonly presenter: Presenter;
  /** What reads show in place of what the store holds. */
  readonly stale?: StaleReads | undefined;
}

/** Groups with more members are not sent back by a PATCH that may answer without a body. */
const manyMembers = 1000;

/** POST to a collection (RFC 7644 §3.3). */
export function create(house: ResourceHouse, call: ResourceCall): MockResponse {
  const selection = selectionFromUrl(call.parameters);
  const body = valid(call.type, call.body(), 'create');
  const entry = house.store.create(call.type, ownContent(call.type, body));
  return house.presenter.answer(entry, selection, 201, body);
}

/** GET of a resource (RFC 7644 §3.4.1); 304 when the client already has this version (§3.14). */
export function read(house: ResourceHouse, call: ResourceCall, id: string): MockResponse {
  const entry = ofType(call.type, house.stale ? house.stale.shown(id, house.store.find(id)) : house.store.find(id), id);
  const selection = selectionFromUrl(call.parameters);
  if (house.rules.etag.supported && isKnown(call.request.headers, versionOf(entry))) {
    return emptyResponse(304, { etag: versionOf(entry) });
  }
  return house.presenter.answer(entry, selection, 200);
}

/** PUT of a resource that exists (RFC 7644 §3.5.1). What the body leaves out is cleared. */
export function replace(house: ResourceHouse, call: ResourceCall, id: string): MockResponse {
  const selection = selectionFromUrl(call.parameters);
  const entry = changeable(house, call, id);
  const body = valid(call.type, call.body(), 'replace');
  if (!house.rules.changePassword.supported && namesPassword(call.type, body)) throw noPasswordChange();
  const content = keepImmutable(call.type, entry.content, ownContent(call.type, body));
  house.store.replace(entry, content, holdsSecrets(call.type, body));
  return house.presenter.answer(entry, selection, 200, body);
}

/** PATCH of a resource (RFC 7644 §3.5.2): all operations or none. */
export function patch(house: ResourceHouse, call: ResourceCall, id: string): MockResponse {
  const { store, rules, presenter } = house;
  if (!rules.patch.supported) {
    throw new ProtocolError(501, undefined, 'PATCH is not supported; see /ServiceProviderConfig. Use PUT.');
  }
  const selection = selectionFromUrl(call.parameters);
  const entry = changeable(house, call, id);
  const body = call.body();
  const operations = parsePatchRequest(body);
  if (!rules.changePassword.supported && operations.some((operation) => setsPassword(call.type, operation))) {
    throw noPasswordChange();
  }
  if (!patchGroup(store, entry, operations)) patchResource(store, entry, operations);
  return answersBody(rules, entry, selection)
    ? presenter.answer(entry, selection, 200, body)
    : presenter.empty(entry, 204);
}

function patchResource(store: ResourceStore, entry: Entry, operations: readonly PatchOperation[]): void {
  const { type } = entry;
  const before = store.view(entry);
  const patched = applyPatch(type, before, operations);
  if (!patched.changed) return;
  refuseLostExtension(type, before, patched.resource);
  store.replace(entry, ownContent(type, patched.resource, entry.content), holdsSecrets(type, patched.resource));
}

/** DELETE of a resource (RFC 7644 §3.6). */
export function remove(house: ResourceHouse, call: ResourceCall, id: string): MockResponse {
  house.store.delete(changeable(house, call, id));
  return emptyResponse(204);
}

/**
 * The resource of TYPE with ID.
 * @throws ProtocolError 404
 */
function existing(store: ResourceStore, type: ResourceType, id: string): Entry {
  return ofType(type, store.find(id), id);
}

function ofType(type: ResourceType, entry: Entry | undefined, id: string): Entry {
  if (entry?.type === type) return entry;
  throw new ProtocolError(404, undefined, `There is no ${type.name} with the id ${JSON.stringify(id)}.`);
}

/** The entry that a write may change: it exists and is in the version that the client wants to change. */
function changeable({ store, rules }: ResourceHouse, call: ResourceCall, id: string): Entry {
  const entry = existing(store, call.type, id);
  if (rules.etag.supported) checkWritable(call.request.headers, versionOf(entry), rules.etag.required);
  return entry;
}

/** RFC 7644 §3.5.2: a PATCH may answer 204, but not when the client asked for attributes. */
function answersBody({ patch: { result } }: ServiceRules, entry: Entry, selection: AttributeSelection): boolean {
  if (selection.attributes || selection.excludedAttributes || result === 200) return true;
  return result === 'either' && entry.memberCount <= manyMembers;
}

/**
 * BODY, which must be a resource of TYPE.
 * @throws ProtocolError 400 `invalidSyntax` when it is no object or has wrong `schemas`, 400 `invalidValue` naming each
 * attribute at fault
 */
function valid(type: ResourceType, body: JsonValue, direction: Direction): JsonObject {
  if (!isJsonObject(body)) throw new ProtocolError(400, 'invalidSyntax', 'The body must be a JSON object.');
  const errors = validateResource(type, body, direction).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return body;
  // RFC 7644 §3.7.3 answers a create with a wrong `schemas` with invalidSyntax: the body is not what was to be sent.
  const scimType = errors.some(({ path }) => /^schemas(\[|$)/.test(path)) ? 'invalidSyntax' : 'invalidValue';
  throw new ProtocolError(400, scimType, errors.slice(0, 5).map(sentence).join(' '));
}

function sentence({ path, message, rule }: Issue): string {
  return `${path === '' ? '' : `${path}: `}${message} (${rule})`;
}

/**
 * Refuses that the resource of TYPE that was BEFORE loses an extension with RESOURCE: one that is required (RFC 7643
 * §6), or that holds what cannot change.
 */
function refuseLostExtension(type: ResourceType, before: JsonObject, resource: JsonObject): void {
  for (const { schema, required } of type.extensions) {
    const old = before[schema.id];
    if (resource[schema.id] !== undefined || (old === undefined && !required)) continue;
    const fixed = schema.attributes.find(({ name, mutability }) => {
      return mutability === 'immutable' && isJsonObject(old) && old[name] !== undefined;
    });
    if (!required && !fixed) continue;
    const why = required ? 'is required' : `holds ${fixed?.name}, which is immutable,`;
    throw new ProtocolError(400, 'mutability', `The extension ${schema.id} ${why} and cannot be removed.`);
  }
}

function setsPassword(type: ResourceType, { path, value }: ReturnType<typeof parsePatchRequest>[number]): boolean {
  return path === undefined ? namesPassword(type, value) : isPassword(type, path);
}

function namesPassword(type: ResourceType, value: JsonValue | undefined): boolean {
  return isJsonObject(value) && Object.keys(value).some((name) => isPassword(type, name));
}

function isPassword(type: ResourceType, path: string): boolean {
  const resolved = type.lookup(path);
  return resolved?.extension === undefined && resolved?.attribute?.name === 'password';
}

function noPasswordChange(): ProtocolError {
  return new ProtocolError(
    501,
    undefined,
    'Passwords cannot be changed; see changePassword in /ServiceProviderConfig.',
  );
}
