/**
 * Did the server obey the filter? Some ignore one that they cannot read and answer with everything (RFC 7644 §3.4.2.2
 * demands 400 `invalidFilter`): whoever takes that for the answer finds the wrong resource.
 */

import { compileFilter, type Filter, isPresent, parseFilter } from '../scim/filter/index.js';
import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../scim/json.js';
import { type AttributePath, getAttribute, type ResourceType } from '../scim/schema/resource-type.js';
import type { Projection } from './types.js';

type Test = (resource: JsonObject) => boolean;

/** Looks at the resources of a list with a filter, page by page. */
export class FilterCheck {
  readonly #matches: Test;
  readonly #matchesFolded: Test;
  readonly #isShown: Test;
  #untold = 0;

  private constructor(matches: Test, matchesFolded: Test, isShown: Test) {
    this.#matches = matches;
    this.#matchesFolded = matchesFolded;
    this.#isShown = isShown;
  }

  /**
   * The check of FILTER for resources of TYPE that are projected by PROJECTION; undefined when nothing can be told: the
   * filter is the vendor's own, or an attribute of it is not in the answer.
   */
  static of(
    filter: string | undefined,
    type: ResourceType | undefined,
    projection: Projection,
  ): FilterCheck | undefined {
    if (filter === undefined) return undefined;
    try {
      const parsed = parseFilter(filter, { lenient: true });
      const paths = pathsOf(parsed);
      if (!paths.every((path) => isReturned(path, type, projection))) return undefined;
      return new FilterCheck(compileFilter(parsed, type), compileFilter(folded(parsed), type), (resource) =>
        paths.every((path) => isAssigned(resource, path)),
      );
    } catch {
      // The server judges a filter that does not follow the standard.
      return undefined;
    }
  }

  /** What is wrong with RESOURCES, a page of the list; undefined when nothing is. */
  look(resources: readonly JsonObject[]): string | undefined {
    const strangers = resources.filter((resource) => this.#isStranger(resource));
    const [first] = strangers;
    if (first === undefined) return undefined;
    const id = getAttribute(first, 'id');
    const named = typeof id === 'string' ? ` (${id.slice(0, 64)} first)` : '';
    return `the server ignores the filter: ${strangers.length} of the ${resources.length} resources on a page do not match it${named}`;
  }

  /** Why it remains open whether the server obeyed; undefined when it does not. */
  get doubt(): string | undefined {
    if (this.#untold === 0) return undefined;
    return `${this.#untold} resources came without the attributes of the filter, so that it cannot be checked`;
  }

  /** Servers differ in what they compare without regard to case: a resource is at home if it matches either way. */
  #isStranger(resource: JsonObject): boolean {
    if (this.#matches(resource) || this.#matchesFolded(foldedObject(resource))) return false;
    if (this.#isShown(resource)) return true;
    this.#untold += 1;
    return false;
  }
}

/**
 * Why an empty answer to FILTER may not mean that nothing matches: a server that answers unsupported filters with
 * nothing takes only the ATTRIBUTES. undefined when there is no such doubt.
 */
export function emptinessDoubt(
  filter: string | undefined,
  attributes: readonly string[] | undefined,
): string | undefined {
  if (filter === undefined || attributes === undefined) return undefined;
  const supported = new Set(attributes.map((name) => name.toLowerCase()));
  const names = namesIn(filter);
  const other = names.find((name) => !supported.has(name) && !supported.has(name.split('.')[0] ?? name));
  if (names.length > 0 && other === undefined) return undefined;
  return 'this service answers filters that it does not support with nothing, and is not known to support this one';
}

function namesIn(filter: string): string[] {
  try {
    return pathsOf(parseFilter(filter, { lenient: true })).map(shortName);
  } catch {
    return [];
  }
}

/** Every attribute that FILTER looks at, as seen from the resource. */
function pathsOf(filter: Filter): AttributePath[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap(pathsOf);
    case 'not':
      return pathsOf(filter.filter);
    case 'valuePath':
      return [filter.path, ...pathsOf(filter.filter).map(({ name }) => ({ ...filter.path, sub: name }))];
    default:
      return [filter.path];
  }
}

/** Is the attribute at PATH in an answer for PROJECTION (RFC 7644 §3.9, RFC 7643 §7 `returned`)? */
function isReturned(path: AttributePath, type: ResourceType | undefined, projection: Projection): boolean {
  const definition = type?.resolve(path);
  const characteristics = [definition?.attribute, definition?.sub].filter((attribute) => attribute !== undefined);
  if (characteristics.some(({ returned }) => returned === 'never' || returned === 'request')) return false;
  const { attributes, excludedAttributes } = projection;
  const name = shortName(path);
  const covers = (other: string): boolean => {
    const given = other.toLowerCase();
    return given === name || given.endsWith(`:${name}`) || `${name}.`.startsWith(`${given.split(':').at(-1)}.`);
  };
  if (attributes !== undefined) return characteristics.some(isAlwaysReturned) || attributes.some(covers);
  const touches = (other: string): boolean => covers(other) || isInside(other, name);
  return excludedAttributes === undefined || !excludedAttributes.some(touches);
}

function isAlwaysReturned({ returned }: { returned: string }): boolean {
  return returned === 'always';
}

/** Is OTHER a part of the attribute NAME? */
function isInside(other: string, name: string): boolean {
  return `${other.toLowerCase().split(':').at(-1)}`.startsWith(`${name}.`);
}

function shortName({ name, sub }: AttributePath): string {
  return (sub === undefined ? name : `${name}.${sub}`).toLowerCase();
}

/** Does RESOURCE show a value at PATH? */
function isAssigned(resource: JsonObject, { urn, name, sub }: AttributePath): boolean {
  const extension = urn === undefined ? undefined : getAttribute(resource, urn);
  const home = isJsonObject(extension) ? extension : resource;
  const value = name === '' ? extension : getAttribute(home, name);
  if (value === undefined || value === null) return false;
  if (sub === undefined) return isPresent(value);
  const elements = Array.isArray(value) ? value : [value];
  return elements.some((element) => isJsonObject(element) && isPresent(getAttribute(element, sub)));
}

/** FILTER with its strings in lower case. */
function folded(filter: Filter): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map(folded) };
    case 'not':
    case 'valuePath':
      return { ...filter, filter: folded(filter.filter) };
    case 'compare':
      return typeof filter.value === 'string' ? { ...filter, value: foldedText(filter.value) } : filter;
    case 'present':
      return filter;
  }
}

/** TEXT in lower case, or the boolean that it spells (Entra ID writes "True"); a dateTime stays one. */
function foldedText(text: string): string | boolean {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  return /^\d{4}-\d\d-\d\dT/.test(text) ? text : lower;
}

/** VALUE with its strings in lower case. */
function foldedValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return foldedText(value);
  if (Array.isArray(value)) return value.map(foldedValue);
  return isJsonObject(value) ? foldedObject(value) : value;
}

function foldedObject(object: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(object)) setMember(result, name, foldedValue(value));
  return result;
}
