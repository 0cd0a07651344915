/** RFC 7644 §3.4.2.3: sorting. */

import { parseDateTime } from './date-time.js';
import { ProtocolError } from './error.js';
import { isJsonObject, type JsonObject, type JsonValue } from './json.js';
import {
  getAttribute,
  isCaseExact,
  type ResolvedAttribute,
  type ResourceType,
  subAttribute,
} from './schema/resource-type.js';
import type { AttributeDefinition } from './schema/types.js';

export type SortOrder = 'ascending' | 'descending';

/** What a resource is sorted by; undefined when it has no value. */
export type SortKey = string | number | undefined;

/**
 * A comparator for resources of TYPE by the attribute SORTBY. Resources without a value come last when ascending and
 * first when descending; of a multi-valued attribute the primary value counts, else the first. Strings follow
 * `caseExact` and compare by code point. Keys are computed once per resource, so a comparator serves one sort and must
 * not outlive a change of what it sorts. An unknown attribute, or a complex one without sub-attribute that has no
 * `value`, is `ProtocolError` 400 `invalidValue`.
 */
export function compileSort(
  type: ResourceType,
  sortBy: string,
  order: SortOrder = 'ascending',
): (a: JsonObject, b: JsonObject) => number {
  const compute = compileSortKey(type, sortBy);
  const keys = new WeakMap<JsonObject, { key: SortKey }>();
  const keyOf = (resource: JsonObject): SortKey => {
    let entry = keys.get(resource);
    if (entry === undefined) {
      entry = { key: compute(resource) };
      keys.set(resource, entry);
    }
    return entry.key;
  };
  const sign = order === 'descending' ? -1 : 1;
  return (a, b) => sign * compareSortKeys(keyOf(a), keyOf(b));
}

/** The key of a resource of TYPE in an ascending sort by SORTBY, for `compareSortKeys`. Same errors as `compileSort`. */
export function compileSortKey(type: ResourceType, sortBy: string): (resource: JsonObject) => SortKey {
  const { resolved, leaf, sub } = target(type, sortBy);
  return (resource) => toKey(leaf, read(resource, resolved, sub));
}

interface Target {
  readonly resolved: ResolvedAttribute & { readonly attribute: AttributeDefinition };
  readonly sub: AttributeDefinition | undefined;
  readonly leaf: AttributeDefinition;
}

function target(type: ResourceType, sortBy: string): Target {
  const resolved = type.lookup(sortBy);
  const attribute = resolved?.attribute;
  if (resolved === undefined || attribute === undefined) {
    throw new ProtocolError(400, 'invalidValue', `sortBy: ${type.name} has no attribute ${sortBy}`);
  }
  const sub = resolved.sub ?? (attribute.type === 'complex' ? subAttribute(attribute, 'value') : undefined);
  const leaf = sub ?? attribute;
  if (leaf.type === 'complex') {
    throw new ProtocolError(400, 'invalidValue', `sortBy: ${sortBy} is complex, name one of its sub-attributes`);
  }
  return { resolved: { ...resolved, attribute }, sub, leaf };
}

function read(
  resource: JsonObject,
  { extension, attribute }: Target['resolved'],
  sub: AttributeDefinition | undefined,
): JsonValue | undefined {
  const holder = extension === undefined ? resource : getAttribute(resource, extension);
  if (!isJsonObject(holder)) return undefined;
  const value = representative(getAttribute(holder, attribute.name));
  if (sub === undefined) return value;
  return isJsonObject(value) ? representative(getAttribute(value, sub.name)) : undefined;
}

function representative(value: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(value)) return value;
  return value.find((element) => isJsonObject(element) && getAttribute(element, 'primary') === true) ?? value[0];
}

function toKey(attribute: AttributeDefinition, value: JsonValue | undefined): SortKey {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  if (attribute.type === 'dateTime') return parseDateTime(value) ?? value;
  return isCaseExact(attribute) ? value : value.toLowerCase();
}

/** The ascending order of keys. */
export function compareSortKeys(a: SortKey, b: SortKey): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : compareCodePoints(a, b);
}

/** `<` compares UTF-16 units, which puts U+10000 before U+FF5E. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return unitRank(left) - unitRank(right);
  }
  return a.length - b.length;
}

/** Surrogates rank above all other units. */
function unitRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
