/** Which content of a resource a service takes: attributes required, forbidden or ignored, and how many values. */

import { ProtocolError } from '../../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { applyPatch, parsePatchRequest } from '../../scim/patch/index.js';
import { getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import type { MockRequest } from '../message.js';
import type { Answerer, Middleware } from '../middleware.js';
import {
  ask,
  bodyOf,
  contentOf,
  isMissing,
  lookUp,
  type QuirkPlace,
  routingOf,
  typeAt,
  valueAt,
  withBody,
} from './call.js';
import { isSame, type QuirkValues, standardSettings } from './values.js';

const usualFlags = ['create.required', 'create.forbidden', 'create.maxMembers', 'create.maxMembersPut'];
const usualValues = ['create.userNameForm', 'multi.maxValues', 'multi.requirePrimary', 'attributes.ignored'];

/** Checks what VALUES ask of the resources in POST, PUT and PATCH. */
export function contentChecks(values: QuirkValues, place: QuirkPlace): Middleware | undefined {
  const given: Readonly<Record<string, unknown>> = {
    'create.required': values.create.required,
    'create.forbidden': values.create.forbidden,
    'create.maxMembers': values.create.maxMembers,
    'create.maxMembersPut': values.create.maxMembersPut,
    'create.userNameForm': values.create.userNameForm,
    'multi.maxValues': values.multi.maxValues,
    'multi.requirePrimary': values.multi.requirePrimary,
    'attributes.ignored': values.attributes.ignored,
  };
  const usual = standardSettings();
  if ([...usualFlags, ...usualValues].every((name) => isSame(given[name], usual.get(name)))) return undefined;
  const routing = routingOf(place);
  return (request, next) => {
    const type = typeAt(place.registry, routing(request));
    const body = type === undefined ? undefined : bodyOf(request);
    if (type === undefined || body === undefined) return next(request);
    switch (request.method) {
      case 'POST':
      case 'PUT':
        return routing(request)?.kind === 'search'
          ? next(request)
          : next(withBody(request, checked(values, type, body, request.method)));
      case 'PATCH':
        checkPatched(values, type, request, body, next);
        return next(withBody(request, withoutIgnoredOperations(values, type, body)));
      default:
        return next(request);
    }
  };
}

function checked(values: QuirkValues, type: ResourceType, given: JsonObject, method: 'POST' | 'PUT'): JsonObject {
  const { create } = values;
  const forbidden = (create.forbidden[type.name] ?? []).find((path) => !isMissing(valueAt(type, given, path)));
  if (forbidden !== undefined) throw invalidValue(`${forbidden} is not supported.`);
  const body = withoutIgnored(values, type, given);
  if (method === 'POST') checkRequired(create.required[type.name] ?? [], type, body);
  if (type.name === 'Group') checkMembers(create, body, method);
  if (type.name !== 'User') return body;
  checkUserName(create, body);
  return limited(values, type, body);
}

function checkRequired(paths: readonly string[], type: ResourceType, body: JsonObject): void {
  const missing = paths.filter((path) => isMissing(valueAt(type, body, path)));
  if (missing.length > 0) throw invalidValue(`A ${type.name} needs ${missing.join(', ')}.`);
}

function checkMembers({ maxMembers, maxMembersPut }: QuirkValues['create'], body: JsonObject, method: string): void {
  const members = getAttribute(body, 'members');
  const count = Array.isArray(members) ? members.length : 0;
  if (method === 'POST' && maxMembers !== null && count > maxMembers) {
    throw invalidValue(`A group can be created with at most ${maxMembers} members, not ${count}.`);
  }
  if (maxMembersPut !== null && count > maxMembersPut) {
    throw new ProtocolError(413, undefined, `The body holds ${count} members; more than ${maxMembersPut} need PATCH.`);
  }
}

function checkUserName({ userNameForm }: QuirkValues['create'], body: JsonObject): void {
  const name = getAttribute(body, 'userName');
  if (userNameForm === 'any' || typeof name !== 'string' || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(name)) return;
  throw invalidValue('userName must have the form of an e-mail address.');
}

/** BODY, a user, with no more values than VALUES allow. */
function limited({ multi }: QuirkValues, type: ResourceType, body: JsonObject): JsonObject {
  const kept = Object.entries(body).map(([name, value]): [string, JsonValue] => {
    const attribute = type.attribute(name);
    if (attribute?.multiValued !== true || !Array.isArray(value) || attribute.name === 'schemas') return [name, value];
    const most = multi.maxValues[attribute.name] ?? multi.maxValues['*'];
    if (most !== undefined && value.length > most && multi.excess === 'error') {
      throw invalidValue(`${attribute.name} can have ${most} ${most === 1 ? 'value' : 'values'}, not ${value.length}.`);
    }
    if (multi.requirePrimary.includes(attribute.name) && value.length > 0 && !value.some(isPrimary)) {
      throw invalidValue(`One value of ${attribute.name} must be primary.`);
    }
    return [name, most === undefined ? value : value.slice(0, most)];
  });
  return Object.fromEntries(kept);
}

function isPrimary(value: JsonValue): boolean {
  return isJsonObject(value) && getAttribute(value, 'primary') === true;
}

/** Refuses a PATCH after which the resource would have more values than VALUES allow. */
function checkPatched(
  values: QuirkValues,
  type: ResourceType,
  request: MockRequest,
  body: JsonObject,
  next: Answerer,
): void {
  const { multi, create } = values;
  const isLimited = Object.keys(multi.maxValues).length > 0 && multi.excess === 'error';
  const hasRules = isLimited || multi.requirePrimary.length > 0 || create.userNameForm !== 'any';
  if (type.name !== 'User' || !hasRules) return;
  const current = ask(next, request, 'GET', request.target.replace(/\?.*$/s, ''));
  const resource = current.status === 200 ? contentOf(current) : undefined;
  const patched = resource && patchedOf(type, resource, body);
  if (patched === undefined) return;
  checkUserName(create, patched);
  limited(values, type, patched);
}

/** RESOURCE after the PATCH in BODY; undefined when the service will refuse it anyway. */
function patchedOf(type: ResourceType, resource: JsonObject, body: JsonObject): JsonObject | undefined {
  try {
    return applyPatch(type, resource, parsePatchRequest(body)).resource;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

function withoutIgnored({ attributes }: QuirkValues, type: ResourceType, body: JsonObject): JsonObject {
  return (attributes.ignored[type.name] ?? []).reduce((kept, path) => without(type, kept, path), body);
}

/** BODY, a payload of TYPE, without what PATH names. */
function without(type: ResourceType, body: JsonObject, path: string): JsonObject {
  const resolved = lookUp(type, path);
  if (resolved?.attribute === undefined) return body;
  const names = [resolved.extension, resolved.attribute.name, resolved.sub?.name].filter((name) => name !== undefined);
  return removed(body, names);
}

function removed(body: JsonObject, [name, ...rest]: readonly string[]): JsonObject {
  const kept = Object.entries(body).flatMap(([key, value]): [string, JsonValue][] => {
    if (key.toLowerCase() !== name?.toLowerCase()) return [[key, value]];
    if (rest.length === 0) return [];
    if (Array.isArray(value)) return [[key, value.map((one) => (isJsonObject(one) ? removed(one, rest) : one))]];
    return [[key, isJsonObject(value) ? removed(value, rest) : value]];
  });
  return Object.fromEntries(kept);
}

/** BODY, a PatchOp message, without the operations on attributes that VALUES ignore. */
function withoutIgnoredOperations(values: QuirkValues, type: ResourceType, body: JsonObject): JsonObject {
  const ignored = values.attributes.ignored[type.name];
  const operations = getAttribute(body, 'Operations');
  if (ignored === undefined || !Array.isArray(operations)) return body;
  const isIgnored = (path: JsonValue | undefined): boolean =>
    typeof path === 'string' &&
    ignored.some((one) => lookUp(type, one)?.canonicalPath === lookUp(type, path)?.canonicalPath);
  const kept = operations
    .filter((one) => !isJsonObject(one) || !isIgnored(getAttribute(one, 'path')))
    .map((one) => {
      if (!isJsonObject(one) || !isJsonObject(one.value) || getAttribute(one, 'path') !== undefined) return one;
      return { ...one, value: withoutIgnored(values, type, one.value) };
    });
  // A message without operations would be refused: what is ignored is answered like a change of nothing.
  return { ...body, Operations: kept.length > 0 ? kept : [{ op: 'add', value: {} }] };
}

function invalidValue(detail: string): ProtocolError {
  return new ProtocolError(400, 'invalidValue', detail);
}
