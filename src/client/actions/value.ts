/** What a person types for an attribute as the JSON value that is sent. */

import { UsageError } from '../../scim/error.js';
import type { JsonValue } from '../../scim/json.js';
import { JsonText } from '../../scim/json-text.js';
import { parsePath } from '../../scim/path.js';
import { type ResourceType, subAttribute } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';

/**
 * The value of TEXT for the attribute at PATH of TYPE: for an attribute that holds texts TEXT itself, unless it is a
 * JSON string; for any other JSON. Throws `UsageError` when it can be no value of the attribute, `ProtocolError` when
 * PATH is none.
 */
export function readValue(type: ResourceType, path: string, text: string | undefined): JsonValue {
  if (text === undefined) throw new UsageError(`No value was given for ${path}`);
  const definition = attributeAt(type, path);
  const trimmed = text.trim();
  // An attribute without a schema: what is wrong with it, the schema itself will say.
  if (definition === undefined)
    return /^([[{"\d-]|(true|false|null)$)/.test(trimmed) ? parsed(trimmed, path, undefined) : text;
  if (definition.type === 'complex' || /^[[{]/.test(trimmed)) {
    return parsed(trimmed, path, definition);
  }
  const single = singleValue(definition, path, text);
  return definition.multiValued && !hasFilter(path) ? [single] : single;
}

/** The attribute, or sub-attribute, that PATH names; undefined when TYPE does not know it. */
function attributeAt(type: ResourceType, path: string): AttributeDefinition | undefined {
  const found = parsePath(path);
  const resolved = type.resolve(found.attribute);
  if (found.sub === undefined) return resolved?.sub ?? resolved?.attribute;
  return resolved?.attribute === undefined ? undefined : subAttribute(resolved.attribute, found.sub);
}

function hasFilter(path: string): boolean {
  return parsePath(path).filter !== undefined;
}

function singleValue(definition: AttributeDefinition, path: string, text: string): JsonValue {
  const trimmed = text.trim();
  switch (definition.type) {
    case 'boolean':
      if (/^(true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === 'true';
      throw new UsageError(`${path} is true or false, not ${trimmed}`);
    case 'integer':
    case 'decimal':
      if (/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(trimmed)) return parsed(trimmed, path, definition);
      throw new UsageError(`${path} is a number, not ${trimmed}`);
    default:
      return /^".*"$/s.test(trimmed) ? parsed(trimmed, path, definition) : text;
  }
}

function parsed(text: string, path: string, definition: AttributeDefinition | undefined): JsonValue {
  try {
    return JsonText.parse(text).value;
  } catch (cause) {
    const kind = definition === undefined ? 'an attribute without a schema' : `of type ${definition.type}`;
    throw new UsageError(`The value for ${path}, ${kind}, is not JSON`, {
      remedy: definition?.type === 'complex' ? 'Write an object, as in {"value": "x"}.' : 'Put texts into quotes.',
      cause,
    });
  }
}
