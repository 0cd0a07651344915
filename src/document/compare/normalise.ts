/** Resources in one notation, so that what differs between two of them is what they say and not how they say it. */

import { isJsonObject, type JsonValue } from '../../scim/json.js';
import { prettyJson } from '../../scim/json-text.js';
import { canonical, identityOf } from '../../scim/patch/identity.js';
import { attributeOf, type ResourceType, subAttribute } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import {
  type ExactJson,
  type ExactObject,
  isExactObject,
  parseExactJson,
  printExactJson,
  toPlainJson,
} from '../exact-json.js';

export interface NormaliseOptions {
  /** Leave out what the service alone sets: `id`, `meta`, other read-only attributes; and `schemas` and `$ref`, which follow. */
  readonly hideServerSet: boolean;
}

type Definitions = (name: string) => AttributeDefinition | undefined;

/**
 * The resource TEXT of TYPE as pretty JSON: attributes spelt as the schema spells them and in its order, those it does
 * not know after them by name; values of multi-valued attributes by identity (RFC 7643 §2.4); nothing that is unassigned
 * (§2.5). Numbers keep their digits. Throws SyntaxError when TEXT is not JSON.
 */
export function normalise(type: ResourceType, text: string, options: NormaliseOptions): string {
  const value = parseExactJson(text);
  if (!isExactObject(value)) return `${prettyJson(text)}\n`;
  return `${prettyJson(printExactJson(normalResource(type, value, options)))}\n`;
}

/** The resource OBJECT as `normalise` has it. */
function normalResource(type: ResourceType, object: ExactObject, options: NormaliseOptions): ExactObject {
  const containers = new Map(type.extensions.map(({ schema }) => [schema.id.toLowerCase(), schema]));
  const own: [string, ExactJson][] = [];
  const extensions: [string, ExactJson][] = [];
  for (const [name, value] of Object.entries(object)) {
    const schema = containers.get(name.toLowerCase());
    if (schema === undefined || !isExactObject(value)) own.push([name, value]);
    else {
      const inner = normalObject(value, schema.attributes, (each) => attributeOf(schema, each), options);
      if (Object.keys(inner).length > 0) extensions.push([schema.id, inner]);
    }
  }
  const core = normalObject(record(own), type.attributes, (name) => type.attribute(name), options);
  if (options.hideServerSet) delete core.schemas;
  return record([...Object.entries(core), ...extensions.sort(byName)]);
}

function normalObject(
  object: ExactObject,
  order: readonly AttributeDefinition[],
  definitions: Definitions,
  options: NormaliseOptions,
): ExactObject {
  const known = new Map<AttributeDefinition, ExactJson>();
  const unknown: [string, ExactJson][] = [];
  for (const [name, value] of Object.entries(object)) {
    if (options.hideServerSet && name.toLowerCase() === '$ref') continue;
    const definition = definitions(name);
    if (definition === undefined) {
      if (!isUnassigned(value)) unknown.push([name, normalUnknown(value)]);
    } else if (!(options.hideServerSet && definition.mutability === 'readOnly')) {
      const normal = normalValue(definition, value, options);
      if (!isUnassigned(normal)) known.set(definition, normal);
    }
  }
  const place = new Map(order.map((definition, index) => [definition, index]));
  const sorted = [...known].sort(([a], [b]) => (place.get(a) ?? order.length) - (place.get(b) ?? order.length));
  return record([...sorted.map(([{ name }, value]): [string, ExactJson] => [name, value]), ...unknown.sort(byName)]);
}

/** VALUE of ATTRIBUTE. */
function normalValue(attribute: AttributeDefinition, value: ExactJson, options: NormaliseOptions): ExactJson {
  if (Array.isArray(value)) {
    return value
      .filter((element) => element !== null)
      .map((element) => ({ element: normalSingle(attribute, element, options), key: keyOf(attribute, element) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ element }) => element);
  }
  return normalSingle(attribute, value, options);
}

function normalSingle(attribute: AttributeDefinition, value: ExactJson, options: NormaliseOptions): ExactJson {
  if (!isExactObject(value)) return value;
  return normalObject(value, attribute.subAttributes, (name) => subAttribute(attribute, name), options);
}

/** What values are sorted by: their identity, then all that they say. */
function keyOf(attribute: AttributeDefinition, element: ExactJson): string {
  const plain: JsonValue = toPlainJson(element);
  return `${isJsonObject(plain) ? identityOf(attribute, plain) : ''} ${canonical(plain)}`;
}

/** A value that no schema describes: members by name, elements as they come. */
function normalUnknown(value: ExactJson): ExactJson {
  if (Array.isArray(value)) return value.map(normalUnknown);
  if (!isExactObject(value)) return value;
  return record(
    Object.entries(value)
      .map(([name, member]): [string, ExactJson] => [name, normalUnknown(member)])
      .sort(byName),
  );
}

/** RFC 7643 §2.5: null, an empty array and no value are one state; so is an object without values. */
function isUnassigned(value: ExactJson): boolean {
  if (value === null || (Array.isArray(value) && value.length === 0)) return true;
  return isExactObject(value) && Object.keys(value).length === 0;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function record(entries: readonly (readonly [string, ExactJson])[]): ExactObject {
  return Object.fromEntries(entries);
}
