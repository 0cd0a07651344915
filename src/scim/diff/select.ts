/** Filters that select exactly one value of a multi-valued attribute (RFC 7644 §3.5.2, `valuePath`). */

import { quoteFilterString } from '../filter/escape.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { typeKey, valueKey } from '../patch/identity.js';
import { getAttribute, subAttribute } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';

/** The text of a filter that selects ELEMENT and no other value; undefined when none of those that servers understand does. */
type Selector = (element: JsonValue) => string | undefined;

interface Selectors {
  /** For a value that changes: by `type` where that is enough, as in `emails[type eq "work"]`, which all servers know. */
  readonly change: Selector;
  /** For a value that goes: by what it is, so that nobody else's new value of the same type goes instead. */
  readonly remove: Selector;
}

/**
 * Selectors for the values BEFORE of ATTRIBUTE. LATER are values that some of them turn into on the way, which a filter
 * must not select either.
 */
export function selectorsFor(
  attribute: AttributeDefinition,
  before: readonly JsonValue[],
  later: readonly JsonValue[],
): Selectors {
  if (attribute.type !== 'complex') {
    const byValue: Selector = (element) => condition(attribute, 'value', element);
    return { change: byValue, remove: byValue };
  }
  const types = count(before, (element) => typeKey(attribute, element));
  const values = count([...before, ...later], (element) => valueKey(attribute, element));
  const parts = (element: JsonObject) => ({
    type: conditionOn(attribute, 'type', element),
    value: conditionOn(attribute, 'value', element),
    ownType: isOnly(types, typeKey(attribute, element)),
    ownValue: isOnly(values, valueKey(attribute, element)),
  });
  const both = (type: string | undefined, value: string | undefined) =>
    type === undefined || value === undefined ? undefined : `${type} and ${value}`;
  return {
    change: (element) => {
      if (!isJsonObject(element)) return undefined;
      const { type, value, ownType, ownValue } = parts(element);
      return (ownType ? type : undefined) ?? (ownValue ? value : undefined) ?? both(type, value);
    },
    remove: (element) => {
      if (!isJsonObject(element)) return undefined;
      const { type, value, ownType, ownValue } = parts(element);
      return (ownValue ? value : undefined) ?? both(type, value) ?? (ownType ? type : undefined);
    },
  };
}

/** `value eq "2819"` for ELEMENT, a value of a list of references. */
export function selectReference(attribute: AttributeDefinition, element: JsonValue): string | undefined {
  return isJsonObject(element) ? conditionOn(attribute, 'value', element) : undefined;
}

function conditionOn(attribute: AttributeDefinition, name: string, element: JsonObject): string | undefined {
  const definition = subAttribute(attribute, name);
  const value = getAttribute(element, name);
  return definition === undefined || value === undefined ? undefined : condition(definition, name, value);
}

/** NAME eq VALUE. dateTimes compare as instants, so that their filter could select another value. */
function condition(definition: AttributeDefinition, name: string, value: JsonValue): string | undefined {
  if (typeof value === 'string')
    return definition.type === 'dateTime' ? undefined : `${name} eq ${quoteFilterString(value)}`;
  return typeof value === 'number' || typeof value === 'boolean' ? `${name} eq ${JSON.stringify(value)}` : undefined;
}

type Counts = ReadonlyMap<string, number>;

function count(elements: readonly JsonValue[], keyOf: (element: JsonObject) => string | undefined): Counts {
  const counts = new Map<string, number>();
  for (const element of elements) {
    const key = isJsonObject(element) ? keyOf(element) : undefined;
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function isOnly(counts: Counts, key: string | undefined): boolean {
  return key !== undefined && counts.get(key) === 1;
}
