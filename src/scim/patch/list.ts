/** The effect of operations on multi-valued attributes (RFC 7644 §3.5.2.1-3). */

import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../json.js';
import { attributeKey, getAttribute, holdsReferences, subAttribute } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';
import { mergeObject } from './complex.js';
import type { Draft, Place } from './draft.js';
import { isEqual } from './equal.js';
import { invalidValue, mutability } from './fail.js';
import { compileListed, identityOf } from './identity.js';
import { type SubAttributeValues, toElements, toSubAttributes } from './value.js';

/**
 * Add the elements that VALUE gives. One that is there already is not added again: a member stays as it is, of another
 * attribute the given sub-attributes are set. Costs time in proportion to the list and to VALUE, not to their product.
 */
export function addValues(draft: Draft, place: Place, value: JsonValue): void {
  const { attribute } = place;
  const index = draft.index(place);
  const primary = new Set<string>();
  for (const element of toElements(attribute, value)) {
    const key = identityOf(attribute, element);
    const present = index.get(key);
    const next = present === undefined ? element : mergeSame(attribute, present, element);
    if (next === present) continue;
    refuseChangeOfImmutable(draft, place);
    draft.touch(place, index);
    index.set(key, next);
    if (becomesPrimary(present, next)) primary.add(key);
  }
  keepOnePrimary(
    draft,
    place,
    [...primary].flatMap((key) => index.get(key) ?? []),
  );
}

/** Let the elements that VALUE gives take the place of all others. */
export function replaceValues(draft: Draft, place: Place, value: JsonValue): void {
  const { attribute } = place;
  const current = draft.index(place);
  const values = new Map<string, JsonValue>();
  for (const element of toElements(attribute, value)) {
    const key = identityOf(attribute, element);
    const present = current.get(key);
    if (values.has(key)) continue;
    const isSame = present !== undefined && (holdsReferences(attribute) || isEqual(present, element));
    values.set(key, isSame ? present : element);
  }
  const list = [...values.values()];
  if (list.length === 0) {
    removeAllValues(draft, place);
    return;
  }
  // The order of values means nothing, so the same values in another order are no change.
  const before = draft.list(place);
  const known = new Set(before);
  if (list.length === before.length && list.every((element) => known.has(element))) return;
  refuseChangeOfImmutable(draft, place);
  if (list.filter(isPrimary).length > 1) throw onePrimary(attribute);
  draft.setList(place, list);
}

/** Unassign the attribute. */
export function removeAllValues(draft: Draft, place: Place): void {
  const { attribute } = place;
  if (attribute.required) throw mutability(`${attribute.name} is required and cannot be removed`);
  if (draft.list(place).length > 0) refuseChangeOfImmutable(draft, place);
  draft.clear(place);
}

/**
 * Remove the listed VALUES only. By the letter a remove with path `members` and a `value` removes all members, but Entra
 * ID sends it and means these.
 */
export function removeListedValues(draft: Draft, place: Place, values: JsonValue): void {
  const { attribute } = place;
  const listed = Array.isArray(values) ? values : [values];
  const remove = (element: JsonValue) => removeByIdentity(draft, place, identityOf(attribute, element));
  if (holdsReferences(attribute) && listed.every(remove)) return;
  removeValues(draft, place, compileListed(attribute, listed));
}

/**
 * Remove the value whose identity is KEY, in time that does not depend on how many others there are; none is no error.
 * False when it cannot be done like that.
 */
export function removeByIdentity(draft: Draft, place: Place, key: string): boolean {
  const index = draft.index(place);
  if (index.repeats || index.size <= 1 || place.attribute.mutability === 'immutable') return false;
  if (index.get(key) === undefined) return true;
  draft.touch(place, index);
  index.delete(key);
  return true;
}

/** Remove the values that MATCHES selects; none is no error (RFC 7644 §3.5.2.2, removing somebody who is no member). */
export function removeValues(draft: Draft, place: Place, matches: (element: JsonValue) => boolean): void {
  const list = draft.list(place);
  const kept = list.filter((element) => !matches(element));
  if (kept.length === list.length) return;
  if (kept.length === 0) {
    removeAllValues(draft, place);
    return;
  }
  refuseChangeOfImmutable(draft, place);
  draft.setList(place, kept);
}

/** How one selected element changes: to another value, or, with undefined, out of the list. */
export type ElementChange = (element: JsonValue) => JsonValue | undefined;

/** Apply CHANGE to the elements that MATCHES selects; false when it selects none. */
export function changeValues(
  draft: Draft,
  place: Place,
  matches: (element: JsonValue) => boolean,
  change: ElementChange,
): boolean {
  const primary: JsonValue[] = [];
  let primaries = 0;
  let found = false;
  let changed = false;
  const list = draft.list(place).flatMap((element) => {
    if (!matches(element)) return [element];
    found = true;
    const next = change(element);
    changed ||= next !== element;
    if (next === undefined) return [];
    if (isPrimary(next)) primaries++;
    if (becomesPrimary(element, next)) primary.push(next);
    return [next];
  });
  if (!changed) return found;
  // One of several equal values may have been primary before; it was asked to be so as much as the others.
  if (primary.length > 0 && primaries > 1) throw onePrimary(place.attribute);
  refuseChangeOfImmutable(draft, place);
  if (list.length === 0) removeAllValues(draft, place);
  else draft.setList(place, list);
  keepOnePrimary(draft, place, primary);
  return found;
}

/** The change that sets the sub-attributes GIVEN. */
export function merging(attribute: AttributeDefinition, given: SubAttributeValues): ElementChange {
  return (element) => (isJsonObject(element) ? mergeObject(attribute, element, given) : element);
}

/** The change that puts ELEMENT, a value of ATTRIBUTE, in the place of another; immutable sub-attributes must agree. */
export function replacing(attribute: AttributeDefinition, element: JsonValue): ElementChange {
  return (current) => {
    if (isEqual(current, element)) return current;
    if (isJsonObject(current) && isJsonObject(element)) refuseChangeOfImmutableSubs(attribute, current, element);
    return element;
  };
}

function mergeSame(attribute: AttributeDefinition, present: JsonValue, given: JsonValue): JsonValue {
  if (holdsReferences(attribute) || !isJsonObject(present) || !isJsonObject(given)) return present;
  return mergeObject(attribute, present, toSubAttributes(attribute, given)) ?? present;
}

function refuseChangeOfImmutable(draft: Draft, place: Place): void {
  if (place.attribute.mutability !== 'immutable' || draft.list(place).length === 0) return;
  throw mutability(`${place.attribute.name} is immutable and has values`);
}

function refuseChangeOfImmutableSubs(attribute: AttributeDefinition, before: JsonObject, after: JsonObject): void {
  for (const name of Object.keys(before)) {
    const sub = subAttribute(attribute, name);
    if (sub?.mutability !== 'immutable' || isEqual(before[name], getAttribute(after, name))) continue;
    throw mutability(`${attribute.name}.${sub.name} is immutable: remove the value and add another`);
  }
}

/** RFC 7644 §3.5.2: a value that becomes primary makes all others of its attribute not primary. */
function keepOnePrimary(draft: Draft, place: Place, primary: readonly JsonValue[]): void {
  const [chosen, ...others] = primary;
  if (chosen === undefined) return;
  if (others.length > 0) throw onePrimary(place.attribute);
  const index = draft.index(place);
  for (const [key, element] of index.entries()) {
    if (element === chosen || !isPrimary(element)) continue;
    const demoted = { ...element };
    setMember(demoted, attributeKey(demoted, 'primary') ?? 'primary', false);
    draft.touch(place, index);
    index.set(key, demoted);
  }
}

/** Is ELEMENT the primary value of its attribute (RFC 7643 §2.4)? */
export function isPrimary(element: JsonValue | undefined): element is JsonObject {
  return isJsonObject(element) && getAttribute(element, 'primary') === true;
}

function becomesPrimary(before: JsonValue | undefined, after: JsonValue): boolean {
  return isPrimary(after) && !isPrimary(before);
}

/** The refusal of a second primary value. */
export function onePrimary(attribute: AttributeDefinition): Error {
  return invalidValue(`Only one value of ${attribute.name} can be primary`);
}
