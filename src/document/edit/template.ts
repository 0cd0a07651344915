/** A new resource as a text to be filled in, made from the schema of its type; or from another resource. */

import type { Position } from '../../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../../scim/json.js';
import { prettyJson } from '../../scim/json-text.js';
import { getAttribute, type ResourceType, subAttribute } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import { SourceText } from '../text.js';
import type { Profile } from './edited.js';

export interface Template {
  readonly text: string;
  /** The first value to be filled in. */
  readonly cursor: Position;
}

/** What people give most resources that they create, where the schema has it. */
const usual = new Set(['username', 'displayname', 'name', 'emails', 'active', 'externalid', 'members']);
/** Of complex ones. */
const usualParts = new Set(['givenname', 'familyname', 'value', 'type', 'primary']);

/**
 * A new resource of TYPE: what is required, by the schema or by the service with PROFILE, what is usual, and the extensions
 * that are required. Values that stay empty are not sent; see `filledIn`.
 */
export function newTemplate(type: ResourceType, { create }: Pick<Profile, 'create'>): Template {
  const demanded = lowerCase(create.required[type.name]);
  const forbidden = lowerCase(create.forbidden[type.name]);
  const wanted = (attribute: AttributeDefinition): boolean => {
    const name = attribute.name.toLowerCase();
    if (name === 'schemas' || !isWritable(attribute) || forbidden.has(name)) return false;
    return attribute.required || usual.has(name) || [...demanded].some((each) => each.split('.')[0] === name);
  };
  const resource: JsonObject = { schemas: [type.core.id] };
  for (const attribute of inOrder(type.attributes.filter(wanted))) {
    setMember(resource, attribute.name, emptyValue(attribute, demanded));
  }
  const schemas = [type.core.id];
  for (const { schema, required } of type.extensions) {
    const asked = schema.attributes.filter(({ name }) => demanded.has(`${schema.id}:${name}`.toLowerCase()));
    if (!required && asked.length === 0) continue;
    schemas.push(schema.id);
    const inner: JsonObject = {};
    const shown = schema.attributes.filter((each) => isWritable(each) && (each.required || asked.includes(each)));
    for (const attribute of shown) setMember(inner, attribute.name, emptyValue(attribute, demanded));
    setMember(resource, schema.id, inner);
  }
  resource.schemas = schemas;
  return laidOut(resource);
}

/**
 * A new resource like RESOURCE, of TYPE: without what the server sets and what it never shows, and with nothing in the
 * attributes that must be unique.
 */
export function copyTemplate(type: ResourceType, resource: JsonObject): Template {
  const copied = (attributes: (name: string) => AttributeDefinition | undefined, from: JsonObject): JsonObject => {
    const copy: JsonObject = {};
    for (const [name, value] of Object.entries(from)) {
      const attribute = attributes(name);
      const extension = type.extension(name);
      if (extension !== undefined && isJsonObject(value)) {
        const { schema } = extension;
        const inner = copied((each) => schema.attributes.find((one) => sameName(one.name, each)), value);
        if (Object.keys(inner).length > 0) setMember(copy, name, inner);
      } else if (attribute === undefined || isWritable(attribute)) setMember(copy, name, copiedValue(attribute, value));
    }
    return copy;
  };
  return laidOut(copied((name) => type.attribute(name), resource));
}

function copiedValue(attribute: AttributeDefinition | undefined, value: JsonValue): JsonValue {
  if (attribute === undefined) return value;
  if (attribute.uniqueness !== 'none' || sameName(attribute.name, 'externalId'))
    return emptyValue(attribute, new Set());
  if (Array.isArray(value)) return value.map((element) => withoutReadOnly(attribute, element));
  return withoutReadOnly(attribute, value);
}

function withoutReadOnly(attribute: AttributeDefinition, value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).filter(([name]) => {
    const sub = subAttribute(attribute, name);
    return sub === undefined || sub.mutability !== 'readOnly';
  });
  return Object.fromEntries(entries);
}

/** RESOURCE without what was left empty: empty texts, and objects and lists of nothing else. */
export function filledIn(resource: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(resource)) {
    const kept = filledValue(value);
    if (kept !== undefined) setMember(result, name, kept);
  }
  return result;
}

function filledValue(value: JsonValue): JsonValue | undefined {
  if (value === '' || value === null) return undefined;
  if (Array.isArray(value)) {
    const elements = value.flatMap((element) => filledValue(element) ?? []);
    return elements.length === 0 ? undefined : elements;
  }
  if (!isJsonObject(value)) return value;
  const object = filledIn(value);
  // A type or a mark without the value that it is about says nothing.
  const says = Object.keys(object).some((name) => !/^(?:type|primary)$/i.test(name));
  return says || (Object.keys(object).length > 0 && getAttribute(value, 'value') === undefined) ? object : undefined;
}

function isWritable({ mutability }: AttributeDefinition): boolean {
  return mutability !== 'readOnly';
}

/** The required ones first, but `active` and lists of members, which have a value already, last. */
function inOrder(attributes: readonly AttributeDefinition[]): AttributeDefinition[] {
  const rank = ({ name, required }: AttributeDefinition): number => {
    if (sameName(name, 'externalId')) return 2;
    return required ? 0 : /^(?:active|members)$/i.test(name) ? 3 : 1;
  };
  return [...attributes].sort((a, b) => rank(a) - rank(b));
}

function emptyValue(attribute: AttributeDefinition, demanded: ReadonlySet<string>): JsonValue {
  const one = emptySingle(attribute, demanded);
  if (!attribute.multiValued) return one;
  return sameName(attribute.name, 'members') || one === '' ? [] : [one];
}

function emptySingle(attribute: AttributeDefinition, demanded: ReadonlySet<string>): JsonValue {
  if (attribute.type === 'boolean') return true;
  if (attribute.type !== 'complex') return sameName(attribute.name, 'type') ? (attribute.canonicalValues[0] ?? '') : '';
  const object: JsonObject = {};
  const subs = attribute.subAttributes.filter(
    (sub) =>
      isWritable(sub) &&
      (sub.required ||
        usualParts.has(sub.name.toLowerCase()) ||
        demanded.has(`${attribute.name}.${sub.name}`.toLowerCase())),
  );
  for (const sub of subs) setMember(object, sub.name, emptyValue(sub, demanded));
  return object;
}

function laidOut(resource: JsonObject): Template {
  const text = `${prettyJson(JSON.stringify(resource))}\n`;
  const empty = text.indexOf('""');
  const first = empty >= 0 ? empty + 1 : Math.max(0, text.indexOf('\n}') + 1);
  return { text, cursor: new SourceText(text).positionAt(first) };
}

function lowerCase(names: readonly string[] | undefined): ReadonlySet<string> {
  return new Set((names ?? []).map((name) => name.toLowerCase()));
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
