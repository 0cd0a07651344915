/** RFC 7644 §3.4.2.5 and §3.9, RFC 7643 §7 `returned`: which attributes an answer holds. */

import { ProtocolError } from './error.js';
import { isJsonObject, type JsonObject, type JsonValue, setMember } from './json.js';
import { attributeOf, type ResourceType, subAttribute } from './schema/resource-type.js';
import type { AttributeDefinition } from './schema/types.js';

export interface ProjectionParameters {
  /** Attributes to return instead of the default ones, in attribute notation (RFC 7644 §3.10). */
  attributes?: readonly string[];
  /** Attributes to leave out of the default ones. */
  excludedAttributes?: readonly string[];
}

export interface ProjectionContext {
  /** Attributes that the client's own write carried: those are returned although `returned` is `request`. */
  requested?: ReadonlySet<string>;
}

/**
 * A function from a resource of TYPE to its representation. `always` attributes stay and `never` attributes go,
 * whatever is asked; asking for a sub-attribute returns its parent with only that; asking for an extension's URN
 * returns all of it. Names that the type does not know are compared as they are. The result shares unchanged parts
 * with the resource. Both parameters at once are `ProtocolError` 400 `invalidValue`: they exclude each other.
 */
export function compileProjection(
  type: ResourceType,
  parameters: ProjectionParameters = {},
  context: ProjectionContext = {},
): (resource: JsonObject) => JsonObject {
  const { attributes = [], excludedAttributes = [] } = parameters;
  if (attributes.length > 0 && excludedAttributes.length > 0) {
    throw new ProtocolError(400, 'invalidValue', 'Use attributes or excludedAttributes, not both');
  }
  const rules: Rules = {
    only: attributes.length > 0 ? selection(type, attributes) : undefined,
    without: selection(type, excludedAttributes),
    requested: selection(type, context.requested ?? []),
  };
  return (resource) => projectTop(type, rules, resource);
}

interface Rules {
  readonly only: Selection | undefined;
  readonly without: Selection;
  readonly requested: Selection;
}

/** Lower-case canonical paths, and all that lies above a selected path. */
interface Selection {
  readonly selected: ReadonlySet<string>;
  readonly ancestors: ReadonlySet<string>;
}

function selection(type: ResourceType, names: Iterable<string>): Selection {
  const selected = new Set<string>();
  const ancestors = new Set<string>();
  for (const name of names) {
    const resolved = type.lookup(name.trim());
    selected.add((resolved?.canonicalPath ?? name.trim()).toLowerCase());
    if (resolved?.extension !== undefined) ancestors.add(resolved.extension.toLowerCase());
    if (resolved?.sub !== undefined) ancestors.add(pathIn(resolved.extension, resolved.attribute?.name ?? ''));
  }
  return { selected, ancestors };
}

function pathIn(extension: string | undefined, name: string): string {
  return (extension === undefined ? name : `${extension}:${name}`).toLowerCase();
}

function projectTop(type: ResourceType, rules: Rules, resource: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(resource)) {
    const extension = type.extension(key);
    const projected =
      extension === undefined
        ? projectMember(rules, type.attribute(key), key.toLowerCase(), false, value)
        : projectExtension(rules, extension.schema.id, value, (name) => attributeOf(extension.schema, name));
    if (projected !== undefined) setMember(result, key, projected);
  }
  return result;
}

function projectExtension(
  rules: Rules,
  id: string,
  value: JsonValue,
  find: (name: string) => AttributeDefinition | undefined,
): JsonValue | undefined {
  if (!isJsonObject(value)) return value;
  const all = rules.only?.selected.has(id.toLowerCase()) ?? false;
  const none = rules.without.selected.has(id.toLowerCase());
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const attribute = find(key);
    if (none && attribute?.returned !== 'always') continue;
    const projected = projectMember(rules, attribute, pathIn(id, key), all, member);
    if (projected !== undefined) setMember(result, key, projected);
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

/** VALUE of the attribute at PATH as it is returned, undefined when it is not; ALL when all of its parent was asked for. */
function projectMember(
  rules: Rules,
  attribute: AttributeDefinition | undefined,
  path: string,
  all: boolean,
  value: JsonValue,
): JsonValue | undefined {
  if (!isReturned(rules, attribute?.returned ?? 'default', path, all)) return undefined;
  if (attribute === undefined || attribute.type !== 'complex') return value;
  const whole = all || rules.only === undefined || rules.only.selected.has(path) || !rules.only.ancestors.has(path);
  const projected = projectSubAttributes(rules, attribute, path, whole, value);
  return isJsonObject(projected) && Object.keys(projected).length === 0 ? undefined : projected;
}

function projectSubAttributes(
  rules: Rules,
  attribute: AttributeDefinition,
  path: string,
  whole: boolean,
  value: JsonValue,
): JsonValue {
  if (Array.isArray(value)) {
    return value.map((element) => projectSubAttributes(rules, attribute, path, whole, element));
  }
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const sub = subAttribute(attribute, key);
    if (isReturned(rules, sub?.returned ?? 'default', `${path}.${key.toLowerCase()}`, whole)) {
      setMember(result, key, member);
    }
  }
  return result;
}

/** The table of RFC 7643 §7 for one attribute; ALL when its parent was asked for as a whole. */
function isReturned(rules: Rules, returned: AttributeDefinition['returned'], path: string, all: boolean): boolean {
  if (returned === 'always') return true;
  if (returned === 'never') return false;
  const named = rules.only !== undefined && (rules.only.selected.has(path) || rules.only.ancestors.has(path));
  if (returned === 'request') {
    if (rules.without.selected.has(path)) return false;
    return named || (rules.only === undefined && isSelected(rules.requested, path));
  }
  if (rules.only !== undefined) return named || all;
  return !rules.without.selected.has(path);
}

function isSelected({ selected, ancestors }: Selection, path: string): boolean {
  return selected.has(path) || ancestors.has(path);
}
