/**
 * When two values of a multi-valued attribute are the same value.
 *
 * RFC 7643 §2.4: a (type, value) pair occurs once. Where `value` is the id of another resource, as in `members`, it
 * decides alone, and is compared exactly as ids are. Values without `value`, such as addresses, are the same when equal.
 * Keys make the look-up independent of the number of values.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { comparedAs, getAttribute, holdsReferences, isCaseExact, subAttribute } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';

/** A key that two values of ATTRIBUTE share exactly when they are the same value. */
export function identityOf(attribute: AttributeDefinition, element: JsonValue): string {
  if (!isJsonObject(element)) return simpleKey(element, isCaseExact(attribute));
  const value = valueKey(attribute, element);
  if (value === undefined) return `whole ${canonical(element)}`;
  return holdsReferences(attribute) ? value : `${value.length}:${value}${typeKey(attribute, element) ?? ''}`;
}

/** Which of the listed VALUES an element of ATTRIBUTE is: `value` must agree, and `type` where the list gives one. */
export function compileListed(attribute: AttributeDefinition, values: readonly JsonValue[]): (e: JsonValue) => boolean {
  const whole = new Set<string>();
  const types = new Map<string, Set<string | undefined>>();
  for (const listed of values) {
    const value = isJsonObject(listed) ? valueKey(attribute, listed) : undefined;
    if (!isJsonObject(listed) || value === undefined) {
      whole.add(identityOf(attribute, listed));
      continue;
    }
    const wanted = types.get(value) ?? new Set();
    types.set(value, wanted.add(holdsReferences(attribute) ? undefined : typeKey(attribute, listed)));
  }
  return (element) => {
    if (whole.has(identityOf(attribute, element))) return true;
    const value = isJsonObject(element) ? valueKey(attribute, element) : undefined;
    const wanted = value === undefined ? undefined : types.get(value);
    if (wanted === undefined || !isJsonObject(element)) return false;
    return wanted.has(undefined) || wanted.has(typeKey(attribute, element));
  };
}

/** A key for the `value` of ELEMENT, a value of ATTRIBUTE; undefined when it has none. */
export function valueKey(attribute: AttributeDefinition, element: JsonObject): string | undefined {
  const value = getAttribute(element, 'value');
  if (value === undefined || value === null) return undefined;
  const definition = subAttribute(attribute, 'value');
  return simpleKey(value, definition !== undefined && isCaseExact(comparedAs(attribute, definition)));
}

/** A key for the `type` of ELEMENT, a value of ATTRIBUTE; undefined when it has none. */
export function typeKey(attribute: AttributeDefinition, element: JsonObject): string | undefined {
  const type = getAttribute(element, 'type');
  if (type === undefined || type === null) return undefined;
  const definition = subAttribute(attribute, 'type');
  return simpleKey(type, definition !== undefined && isCaseExact(definition));
}

function simpleKey(value: JsonValue, exact: boolean): string {
  if (typeof value !== 'string') return canonical(value);
  // No JSON text starts with "s".
  return `s${exact ? value : value.toLowerCase()}`;
}

/** JSON with members in one order and one spelling, without unassigned ones. */
export function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== null)
    .map(([name, member]) => `${JSON.stringify(name.toLowerCase())}:${canonical(member)}`);
  return `{${members.sort().join(',')}}`;
}
