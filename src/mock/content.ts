/** From a payload to what the store keeps of it: RFC 7643 §2.5 (unassigned), RFC 7644 §3.3 and §3.5.1 (readOnly). */

import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { attributeOf, type ResourceType, subAttribute } from '../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../scim/schema/types.js';
import { text } from './entry.js';

/**
 * What a client asserts with RESOURCE, a valid representation of TYPE: names in the schema's spelling; without readOnly
 * attributes (ignored), null and empty values (unassigned) and what is never returned (no password is kept anywhere).
 * Values that are the very ones of the content BEFORE are kept as they are.
 */
export function ownContent(type: ResourceType, resource: JsonObject, before: JsonObject = {}): JsonObject {
  const content: JsonObject = {};
  const extensions: JsonObject = {};
  for (const [name, value] of Object.entries(resource)) {
    const extension = type.extension(name)?.schema;
    if (extension) {
      const own = ownAttributes((sub) => attributeOf(extension, sub), value);
      if (own !== undefined) extensions[extension.id] = own;
      continue;
    }
    const attribute = type.attribute(name);
    const own =
      attribute && attribute.name !== 'schemas' ? ownValue(attribute, value, before[attribute.name]) : undefined;
    if (attribute && own !== undefined) content[attribute.name] = own;
  }
  return { schemas: schemasOf(type, resource, extensions), ...content, ...extensions };
}

/** Has RESOURCE, a representation of TYPE, values that `ownContent` leaves out because they are never returned? */
export function holdsSecrets(type: ResourceType, resource: JsonObject): boolean {
  return Object.entries(resource).some(([name, value]) => value !== null && type.attribute(name)?.returned === 'never');
}

/** Do LEFT and RIGHT hold the same, whatever the order of object members? */
export function sameContent(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    return left.every((value, place) => sameContent(value, right[place]));
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => sameContent(left[name], right[name]));
}

/** RFC 7643 §3: the core schema and the extensions that the client named or used, in the order of the type. */
function schemasOf(type: ResourceType, resource: JsonObject, extensions: JsonObject): string[] {
  const given = Object.entries(resource).find(([name]) => name.toLowerCase() === 'schemas')?.[1];
  const named = new Set((Array.isArray(given) ? given : []).map((value) => text(value)?.toLowerCase()));
  const used = type.extensions
    .map(({ schema }) => schema.id)
    .filter((id) => extensions[id] !== undefined || named.has(id.toLowerCase()));
  return [type.core.id, ...used];
}

function ownValue(
  attribute: AttributeDefinition,
  value: JsonValue,
  before: JsonValue | undefined,
): JsonValue | undefined {
  if (value === before) return value;
  if (attribute.mutability === 'readOnly' || attribute.returned === 'never' || value === null) return undefined;
  if (Array.isArray(value)) {
    const known = new Set(Array.isArray(before) ? before : []);
    const values = value
      .map((element) => (known.has(element) ? element : ownValue(attribute, element, undefined)))
      .filter((element) => element !== undefined);
    return values.length > 0 ? values : undefined;
  }
  if (attribute.type !== 'complex') return value;
  return ownAttributes((name) => subAttribute(attribute, name), value);
}

/** The members of the object VALUE that DEFINITION knows and a client may set; undefined when none is left. */
function ownAttributes(
  definition: (name: string) => AttributeDefinition | undefined,
  value: JsonValue,
): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  const own: JsonObject = {};
  for (const [name, element] of Object.entries(value)) {
    const attribute = definition(name);
    const kept = attribute && ownValue(attribute, element, undefined);
    if (attribute && kept !== undefined) own[attribute.name] = kept;
  }
  return Object.keys(own).length > 0 ? own : undefined;
}
