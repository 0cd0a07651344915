/** The effect of one operation on its target (RFC 7644 §3.5.2.1-3). */

import { ProtocolError } from '../error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { type PatchPath, parsePath } from '../path.js';
import { getAttribute } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';
import { mergeObject } from './complex.js';
import type { Draft, Place } from './draft.js';
import { isEqual } from './equal.js';
import { invalidValue, mutability, noTarget } from './fail.js';
import {
  addValues,
  changeValues,
  merging,
  removeAllValues,
  removeByIdentity,
  removeListedValues,
  removeValues,
  replaceValues,
  replacing,
} from './list.js';
import type { PatchOperation } from './request.js';
import { type AttributeTarget, nameOf, resolveTarget, type Target } from './target.js';
import { isUnassigned, type SubAttributeValues, toObject, toSingle, toSubAttributes, toValue } from './value.js';

type Operation = PatchOperation['op'];

/** Add or replace the attributes that VALUE, an object, gives; URN, when given, is the extension that they are in. */
export function applyToResource(draft: Draft, op: 'add' | 'replace', value: JsonValue, urn?: string): void {
  if (!isJsonObject(value)) {
    throw invalidValue(`The value for ${urn ?? 'the resource itself'} is an object with attributes`);
  }
  for (const [name, member] of Object.entries(value)) {
    const target = memberTarget(draft, name, urn);
    if (target.kind === 'attribute' && isReadOnly(target)) refuseDifference(draft, target, member);
    else applyToTarget(draft, op, target, member);
  }
}

/** Apply OP with VALUE to TARGET. */
export function applyToTarget(draft: Draft, op: Operation, target: Target, value: JsonValue | undefined): void {
  if (target.kind === 'extension') {
    applyToExtension(draft, op, target.urn, value);
    return;
  }
  if (isReadOnly(target)) throw mutability(`${nameOf(target)} is read-only`);
  if (target.matches !== undefined) applyToMatches(draft, op, target, target.matches, value);
  else if (target.place.attribute.multiValued) applyToList(draft, op, target, value);
  else if (target.place.attribute.type === 'complex') applyToComplex(draft, op, target, value);
  else setSimple(draft, target.place, op === 'remove' ? undefined : toValue(target.place.attribute, value));
}

/** The target of a member of a path-less value: clients write nested, dotted and URN-qualified names. */
function memberTarget(draft: Draft, name: string, urn: string | undefined): Target {
  try {
    const path = parsePath(name);
    return resolveTarget(draft.type, urn === undefined ? path : within(path, urn));
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.scimType !== 'invalidPath') throw error;
    throw invalidValue(`${JSON.stringify(name)} is not an attribute of ${urn ?? draft.type.name}`);
  }
}

function within(path: PatchPath, urn: string): PatchPath {
  return path.attribute.urn === undefined ? { ...path, attribute: { ...path.attribute, urn } } : path;
}

function isReadOnly(target: AttributeTarget): boolean {
  return target.place.attribute.mutability === 'readOnly' || target.sub?.mutability === 'readOnly';
}

/** A path-less value may repeat what the server said: Okta renames a group with its `id` beside the new name. */
function refuseDifference(draft: Draft, target: AttributeTarget, value: JsonValue): void {
  const current = draft.get(target.place);
  const holder =
    target.sub === undefined ? current : isJsonObject(current) ? getAttribute(current, target.sub.name) : undefined;
  if (!includes(holder, value)) throw mutability(`${nameOf(target)} is read-only`);
}

/** Does CURRENT have all that VALUE says? */
function includes(current: JsonValue | undefined, value: JsonValue): boolean {
  if (isUnassigned(value)) return true;
  if (!isJsonObject(value) || !isJsonObject(current)) return isEqual(current, value);
  return Object.entries(value).every(([name, member]) => includes(getAttribute(current, name), member));
}

function applyToExtension(draft: Draft, op: Operation, urn: string, value: JsonValue | undefined): void {
  if (op !== 'remove' && value !== undefined && value !== null) {
    applyToResource(draft, op, value, urn);
    return;
  }
  if (draft.type.extension(urn)?.required === true) throw mutability(`The extension ${urn} is required`);
  draft.clearExtension(urn);
}

function applyToList(draft: Draft, op: Operation, target: AttributeTarget, value: JsonValue | undefined): void {
  const { place, sub } = target;
  if (sub !== undefined) applyToSubOfAll(draft, op, target, sub, value);
  else if (op === 'add') addValues(draft, place, value ?? null);
  else if (op === 'replace') replaceValues(draft, place, value ?? null);
  else if (value === undefined || value === null) removeAllValues(draft, place);
  else removeListedValues(draft, place, value);
}

function applyToSubOfAll(
  draft: Draft,
  op: Operation,
  { place }: AttributeTarget,
  sub: AttributeDefinition,
  value: JsonValue | undefined,
): void {
  const given = subValue(sub, op, value);
  const found = changeValues(draft, place, () => true, merging(place.attribute, given));
  const element = toObject(place.attribute, given);
  if (!found && element !== undefined) addValues(draft, place, [element]);
}

function applyToMatches(
  draft: Draft,
  op: Operation,
  { place, sub, identity }: AttributeTarget,
  matches: (element: JsonValue) => boolean,
  value: JsonValue | undefined,
): void {
  if (op === 'remove' && sub === undefined) {
    if (identity === undefined || !removeByIdentity(draft, place, identity)) removeValues(draft, place, matches);
    return;
  }
  const change =
    sub === undefined ? elementChange(place.attribute, op, value) : merging(place.attribute, subValue(sub, op, value));
  const found = changeValues(draft, place, matches, change);
  if (!found && op !== 'remove') throw noTarget(`No value of ${place.attribute.name} matches the filter`);
}

/** RFC 7644 §3.5.2.3: replace puts VALUE in the place of what matched; add only sets the sub-attributes that it gives. */
function elementChange(attribute: AttributeDefinition, op: Operation, value: JsonValue | undefined) {
  const single = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (isUnassigned(single)) return op === 'add' ? (element: JsonValue) => element : () => undefined;
  if (op === 'add' && attribute.type === 'complex') return merging(attribute, toSubAttributes(attribute, single));
  const element = toSingle(attribute, single);
  return element === undefined ? () => undefined : replacing(attribute, element);
}

function applyToComplex(draft: Draft, op: Operation, target: AttributeTarget, value: JsonValue | undefined): void {
  const { place, sub } = target;
  const { attribute } = place;
  if (sub === undefined && (op === 'remove' || isUnassigned(value))) {
    unassign(draft, place);
    return;
  }
  const given = sub === undefined ? toSubAttributes(attribute, value ?? null) : subValue(sub, op, value);
  const current = draft.get(place);
  const next = isJsonObject(current) ? mergeObject(attribute, current, given) : toObject(attribute, given);
  if (next === current) return;
  if (next === undefined) unassign(draft, place);
  else setAttribute(draft, place, next);
}

function subValue(sub: AttributeDefinition, op: Operation, value: JsonValue | undefined): SubAttributeValues {
  return new Map([[sub, op === 'remove' ? undefined : toValue(sub, value)]]);
}

function setSimple(draft: Draft, place: Place, value: JsonValue | undefined): void {
  if (value === undefined) unassign(draft, place);
  else if (!isEqual(draft.get(place), value)) setAttribute(draft, place, value);
}

/** RFC 7644 §3.5.2: an immutable attribute takes a value only as long as it has none. */
function setAttribute(draft: Draft, place: Place, value: JsonValue | JsonObject): void {
  refuseImmutable(draft, place);
  draft.set(place, value);
}

/** RFC 7644 §3.5.2.2: a required attribute cannot be unassigned. */
function unassign(draft: Draft, place: Place): void {
  if (place.attribute.required) throw mutability(`${place.attribute.name} is required and cannot be removed`);
  refuseImmutable(draft, place);
  draft.clear(place);
}

function refuseImmutable(draft: Draft, { extension, attribute }: Place): void {
  if (attribute.mutability !== 'immutable' || isUnassigned(draft.get({ extension, attribute }))) return;
  throw mutability(`${attribute.name} is immutable and has a value`);
}
