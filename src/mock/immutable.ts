/** RFC 7644 §3.5.1: what a replacement must leave as it is. */

import { ProtocolError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../scim/schema/types.js';
import { sameContent } from './content.js';

/**
 * CONTENT, the replacement of a resource of TYPE that was BEFORE, with the immutable values that it does not mention:
 * what a client leaves out is not asserted, and what cannot change cannot be cleared.
 * @throws ProtocolError 400 `mutability` for an immutable attribute that would get another value
 */
export function keepImmutable(type: ResourceType, before: JsonObject, content: JsonObject): JsonObject {
  let kept = keepIn(type.attributes, before, content, '');
  for (const { schema } of type.extensions) {
    const [old, next] = [before[schema.id], kept[schema.id]];
    if (!isJsonObject(old)) continue;
    const given = isJsonObject(next) ? next : {};
    const extension = keepIn(schema.attributes, old, given, `${schema.id}:`);
    if (extension !== given) kept = withExtension(kept, schema.id, extension);
  }
  return kept;
}

function withExtension(content: JsonObject, id: string, extension: JsonObject): JsonObject {
  const schemas = Array.isArray(content.schemas) ? content.schemas : [];
  return { ...content, schemas: schemas.includes(id) ? schemas : [...schemas, id], [id]: extension };
}

function keepIn(
  attributes: readonly AttributeDefinition[],
  before: JsonObject,
  content: JsonObject,
  prefix: string,
): JsonObject {
  let kept = content;
  for (const attribute of attributes) {
    const { name } = attribute;
    const old = before[name];
    if (old === undefined || old === null) continue;
    const next = keepValue(attribute, old, kept[name], prefix + name);
    if (next !== undefined && next !== kept[name]) kept = { ...kept, [name]: next };
  }
  return kept;
}

/** The elements of a multi-valued attribute come and go as a whole: only single values are looked into. */
function keepValue(
  attribute: AttributeDefinition,
  old: JsonValue,
  next: JsonValue | undefined,
  path: string,
): JsonValue | undefined {
  if (attribute.mutability === 'immutable') {
    if (next === undefined || sameContent(old, next)) return old;
    throw new ProtocolError(400, 'mutability', `${path} is immutable and has another value.`);
  }
  if (attribute.multiValued || !isJsonObject(old) || !attribute.subAttributes.some(isImmutable)) return next;
  const given = isJsonObject(next) ? next : {};
  const kept = keepIn(attribute.subAttributes, old, given, `${path}.`);
  return kept === given ? next : kept;
}

function isImmutable({ mutability }: AttributeDefinition): boolean {
  return mutability === 'immutable';
}
