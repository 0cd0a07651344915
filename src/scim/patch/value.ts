/** Values of PATCH operations, checked against the schema and brought into its spelling (RFC 7643 §2.3, §2.5). */

import { parseDateTime } from '../date-time.js';
import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../json.js';
import { getAttribute, subAttribute } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';
import { invalidValue } from './fail.js';

/** The sub-attributes that a complex value gives; undefined takes the value away. */
export type SubAttributeValues = ReadonlyMap<AttributeDefinition, JsonValue | undefined>;

/** Is VALUE the state "unassigned" of RFC 7643 §2.5? */
export function isUnassigned(value: JsonValue | undefined): value is null | undefined | never[] {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/**
 * VALUE as ATTRIBUTE, or a sub-attribute, takes it: undefined for unassigned, an array exactly when it is multi-valued.
 * Throws ProtocolError `invalidValue` for another type.
 */
export function toValue(attribute: AttributeDefinition, value: JsonValue | undefined): JsonValue | undefined {
  if (isUnassigned(value)) return undefined;
  if (!attribute.multiValued) return toSingle(attribute, unwrap(value));
  const elements = toElements(attribute, value);
  return elements.length === 0 ? undefined : elements;
}

/** The elements that VALUE gives to the multi-valued ATTRIBUTE; a single element may stand without an array. */
export function toElements(attribute: AttributeDefinition, value: JsonValue | undefined): JsonValue[] {
  if (isUnassigned(value)) return [];
  const elements = Array.isArray(value) ? value : [value];
  return elements.flatMap((element) => toSingle(attribute, element) ?? []);
}

/** One value of ATTRIBUTE; undefined when nothing of it is assigned. */
export function toSingle(attribute: AttributeDefinition, value: JsonValue): JsonValue | undefined {
  if (value === null) return undefined;
  if (attribute.type === 'complex') return toObject(attribute, toSubAttributes(attribute, value));
  return toSimple(attribute, value);
}

/**
 * The sub-attributes that VALUE, an object, gives to the complex ATTRIBUTE. Read-only ones are passed over, as in POST
 * and PUT, because clients send back what they read. Throws ProtocolError `invalidValue`.
 */
export function toSubAttributes(attribute: AttributeDefinition, value: JsonValue): SubAttributeValues {
  const object = unwrap(value);
  if (!isJsonObject(object)) throw invalidValue(`${attribute.name} is complex, its value is an object`);
  const given = new Map<AttributeDefinition, JsonValue | undefined>();
  for (const [name, member] of Object.entries(object)) {
    const sub = subAttribute(attribute, name);
    if (sub === undefined) throw invalidValue(`${attribute.name} has no sub-attribute ${JSON.stringify(name)}`);
    if (sub.mutability !== 'readOnly') given.set(sub, toValue(sub, member));
  }
  return given;
}

/** The complex value of ATTRIBUTE with the sub-attributes GIVEN; undefined when none is assigned. */
export function toObject(attribute: AttributeDefinition, given: SubAttributeValues): JsonObject | undefined {
  const object: JsonObject = {};
  for (const [sub, value] of given) {
    if (value !== undefined) setMember(object, sub.name, value);
  }
  if (Object.keys(object).length === 0) return undefined;
  requireSubAttributes(attribute, object);
  return object;
}

/** Throws ProtocolError `invalidValue` when OBJECT, a value of ATTRIBUTE, lacks a required sub-attribute. */
export function requireSubAttributes(attribute: AttributeDefinition, object: JsonObject): void {
  for (const sub of attribute.subAttributes) {
    if (sub.required && sub.mutability !== 'readOnly' && isUnassigned(getAttribute(object, sub.name))) {
      throw invalidValue(`${attribute.name}.${sub.name} is required`);
    }
  }
}

/** Some clients put the value of a single-valued attribute into an array. */
function unwrap(value: JsonValue): JsonValue {
  if (!Array.isArray(value) || value.length !== 1) return value;
  return value[0] ?? null;
}

const descriptions: Readonly<Record<AttributeDefinition['type'], string>> = {
  string: 'a string',
  boolean: 'true or false',
  decimal: 'a number',
  integer: 'an integer',
  dateTime: 'a date and time such as "2011-05-13T04:42:34Z"',
  binary: 'a base64 string',
  reference: 'a string with a URI',
  complex: 'an object',
};

function toSimple(attribute: AttributeDefinition, value: JsonValue): JsonValue {
  const fitting = attribute.type === 'boolean' ? toBoolean(value) : value;
  if (!fits(attribute.type, fitting)) {
    throw invalidValue(`The value of ${attribute.name} is ${descriptions[attribute.type]}`);
  }
  return fitting;
}

/** Entra ID sends "True" and "False". */
function toBoolean(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value;
  const word = value.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : value;
}

function fits(type: AttributeDefinition['type'], value: JsonValue): boolean {
  switch (type) {
    case 'string':
    case 'reference':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'decimal':
      return typeof value === 'number';
    case 'integer':
      return Number.isInteger(value);
    case 'dateTime':
      return typeof value === 'string' && parseDateTime(value) !== undefined;
    case 'binary':
      return typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value);
    case 'complex':
      return isJsonObject(value);
  }
}
