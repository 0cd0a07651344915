/** Differences of multi-valued attributes, compared as sets by identity (RFC 7643 §2.4). */

import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Place } from '../patch/draft.js';
import { isEqual } from '../patch/equal.js';
import { mutability } from '../patch/fail.js';
import { identityOf, typeKey } from '../patch/identity.js';
import { isPrimary, onePrimary } from '../patch/list.js';
import { toElements, toSubAttributes } from '../patch/value.js';
import type { AttributeDefinition } from '../schema/types.js';
import { type Edit, pathOf } from './edit.js';
import { changedSubs, type SubChange } from './same.js';
import { selectorsFor } from './select.js';
import { assign, refuseImmutable } from './single.js';

/** A value in both states. */
interface Pair {
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** Two states of a list, sorted out. */
interface Matching {
  readonly removed: JsonValue[];
  readonly added: JsonValue[];
  readonly pairs: Pair[];
}

/**
 * The edits that take the multi-valued attribute at PLACE from BEFORE to AFTER: values that go, values that change,
 * values that come, in this order. Values that are the same stay untouched, unless the standard's filters cannot tell the
 * values apart: then the list is replaced. Throws ProtocolError `mutability` when the attribute is immutable or required
 * and would change or go, `invalidValue` when AFTER does not fit.
 */
export function compareLists(place: Place, before: readonly JsonValue[], after: JsonValue | undefined): Edit[] {
  const { attribute } = place;
  const current = byIdentity(attribute, before);
  const wanted = byIdentity(attribute, toElements(attribute, after)).elements;
  if ([...wanted.values()].filter(isPrimary).length > 1) throw onePrimary(attribute);
  const edits = editsBetween(place, before, current, wanted);
  if (edits.length === 0) return edits;
  if (attribute.mutability === 'immutable' && current.elements.size > 0) throw refuseImmutable(pathOf({ place }));
  if (attribute.required && wanted.size === 0) throw mutability(`${attribute.name} is required and cannot be removed`);
  return edits;
}

interface Identified {
  readonly elements: ReadonlyMap<string, JsonValue>;
  /** Does a value come twice? Then a filter selects both, which not every change survives. */
  readonly repeats: boolean;
}

function byIdentity(attribute: AttributeDefinition, list: readonly JsonValue[]): Identified {
  const elements = new Map<string, JsonValue>();
  let repeats = false;
  for (const element of list) {
    if (element === null) continue;
    const key = identityOf(attribute, element);
    if (elements.has(key)) repeats = true;
    else elements.set(key, element);
  }
  return { elements, repeats };
}

function editsBetween(
  place: Place,
  before: readonly JsonValue[],
  current: Identified,
  wanted: ReadonlyMap<string, JsonValue>,
): Edit[] {
  const all = [...wanted.values()];
  if (all.length === 0) return current.elements.size === 0 ? [] : [{ op: 'remove', place }];
  if (current.elements.size === 0) return [{ op: 'add', place, value: all }];
  const matching = match(place.attribute, [...current.elements.values()], current.elements, wanted);
  const whole: Edit[] = [{ op: 'replace', place, value: all }];
  if (matching.pairs.length === 0) return whole;
  const edits = elementEdits(place, before, matching);
  return edits === undefined || (edits.length > 0 && current.repeats) ? whole : edits;
}

/** Pairs by identity; then, among those left, a value that is the only one of its type before and after. */
function match(
  attribute: AttributeDefinition,
  list: readonly JsonValue[],
  current: ReadonlyMap<string, JsonValue>,
  wanted: ReadonlyMap<string, JsonValue>,
): Matching {
  const matching: Matching = { removed: [], added: [], pairs: [] };
  const note = (before: JsonValue, after: JsonValue) => {
    if (keepsImmutables(attribute, before, after)) {
      matching.pairs.push({ before, after });
    } else {
      // What cannot be changed can be removed and added (RFC 7644 §3.5.2).
      matching.removed.push(before);
      matching.added.push(after);
    }
  };
  const newTypes = onlyOfType(attribute, [...wanted.values()]);
  const oldTypes = onlyOfType(attribute, list);
  const successors = new Set<JsonValue>();
  for (const [key, before] of current) {
    const same = wanted.get(key);
    const type = same === undefined && isJsonObject(before) ? typeKey(attribute, before) : undefined;
    const successor = type !== undefined && oldTypes.has(type) ? newTypes.get(type) : undefined;
    const after = same ?? successor;
    if (after === undefined) matching.removed.push(before);
    else note(before, after);
    if (successor !== undefined) successors.add(successor);
  }
  for (const [key, after] of wanted) {
    if (!current.has(key) && !successors.has(after)) matching.added.push(after);
  }
  return matching;
}

/** The elements of LIST that are alone of their type. */
function onlyOfType(attribute: AttributeDefinition, list: readonly JsonValue[]): ReadonlyMap<string, JsonValue> {
  const first = new Map<string, JsonValue>();
  const several = new Set<string>();
  for (const element of list) {
    const type = isJsonObject(element) ? typeKey(attribute, element) : undefined;
    if (type === undefined) continue;
    if (first.has(type)) several.add(type);
    first.set(type, element);
  }
  for (const type of several) first.delete(type);
  return first;
}

function keepsImmutables(attribute: AttributeDefinition, before: JsonValue, after: JsonValue): boolean {
  if (!isJsonObject(before) || !isJsonObject(after)) return true;
  return !changedSubs(attribute, before, toSubAttributes(attribute, after)).some(
    ({ sub, before: value }) => sub.mutability === 'immutable' && value !== undefined,
  );
}

/** The edits for each value; undefined when one cannot be selected. */
function elementEdits(place: Place, before: readonly JsonValue[], matching: Matching): Edit[] | undefined {
  const { attribute } = place;
  const { removed, added, pairs } = matching;
  const select = selectorsFor(
    attribute,
    before,
    pairs.flatMap(({ before: old, after }) => (isEqual(old, after) ? [] : movedValue(attribute, old, after))),
  );
  const edits: Edit[] = [];
  for (const element of removed) {
    const filter = select.remove(element);
    if (filter === undefined) return undefined;
    edits.push({ op: 'remove', place, filter });
  }
  const promotes = added.some(isPrimary) || pairs.some((pair) => isPrimary(pair.after) && !isPrimary(pair.before));
  for (const pair of pairs) {
    const changes = changesOf(attribute, pair, promotes);
    if (changes.length === 0) continue;
    const filter = select.change(pair.before);
    if (filter === undefined) return undefined;
    edits.push(...changes.map(({ sub, before: old, after }) => assign(place, sub, old, after, filter)));
  }
  if (added.length > 0) edits.push({ op: 'add', place, value: added });
  return edits;
}

/** AFTER, when its identity is not that of OLD. */
function movedValue(attribute: AttributeDefinition, old: JsonValue, after: JsonValue): JsonValue[] {
  return identityOf(attribute, old) === identityOf(attribute, after) ? [] : [after];
}

type ElementChange = Omit<SubChange, 'sub'> & { readonly sub: AttributeDefinition | undefined };

/** How a value changes in its sub-attributes, or, without them, itself; PROMOTES says that another one becomes primary, so that the server itself demotes this one. */
export function changesOf(attribute: AttributeDefinition, { before, after }: Pair, promotes: boolean): ElementChange[] {
  if (!isJsonObject(before) || !isJsonObject(after)) {
    return isEqual(before, after) ? [] : [{ sub: undefined, before, after }];
  }
  const changes = changedSubs(attribute, before, toSubAttributes(attribute, after));
  return changes.flatMap((change) => {
    if (change.sub.name.toLowerCase() !== 'primary') return [change];
    return primaryChange(change, before, after, promotes);
  });
}

/** RFC 7643 §2.4: not primary and without `primary` are the same; RFC 7644 §3.5.2: only one value can be primary. */
function primaryChange(change: SubChange, before: JsonObject, after: JsonObject, promotes: boolean): SubChange[] {
  if (isPrimary(before) === isPrimary(after)) return [];
  if (isPrimary(after)) return [change];
  return promotes ? [] : [{ ...change, after: false }];
}
