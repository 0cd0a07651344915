/** Differences of lists of references such as `members`, where the id in `value` is all that counts. */

import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Place } from '../patch/draft.js';
import { invalidValue, mutability } from '../patch/fail.js';
import { identityOf, valueKey } from '../patch/identity.js';
import { isUnassigned, toElements } from '../patch/value.js';
import { getAttribute } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';
import { type Edit, type MemberChange, pathOf } from './edit.js';
import { changesOf } from './list.js';
import { isSame } from './same.js';
import { selectReference } from './select.js';
import { assign, refuseImmutable } from './single.js';

export interface MembersDifference {
  readonly change: MemberChange | undefined;
  /** Changes of what a client can write about a member that stays. */
  readonly edits: readonly Edit[];
}

/**
 * What takes the list of references at PLACE from BEFORE to AFTER, in time proportional to both. `$ref` and `display`
 * follow from the id, so they are not compared; an immutable sub-attribute that both states give and that differs makes
 * the member go and come again (RFC 7643 §4.2: members are added and removed, never changed). References that the server
 * gave without an id cannot be addressed and are passed over. Throws ProtocolError `invalidValue` when AFTER has such a
 * one, `mutability` as `compareLists` does.
 */
export function compareMembers(
  place: Place,
  before: readonly JsonValue[],
  after: JsonValue | undefined,
): MembersDifference {
  const { attribute } = place;
  const wanted = byId(attribute, toElements(attribute, after), true);
  const current = byId(attribute, before, false);
  const watched = attribute.subAttributes.filter((sub) => sub.mutability !== 'readOnly' && !isDerived(sub));
  const removed: JsonValue[] = [];
  const added: JsonValue[] = [];
  const edits: Edit[] = [];
  for (const [id, element] of current) {
    const next = wanted.get(id);
    if (next === undefined) removed.push(element);
    else if (mustBeAddedAnew(watched, element, next)) {
      removed.push(element);
      added.push(next);
    } else if (watched.some(isWritable)) edits.push(...writableEdits(place, element, next));
  }
  for (const [id, element] of wanted) if (!current.has(id)) added.push(element);
  refuse(place, current.size, wanted.size, removed.length + added.length + edits.length);
  if (removed.length + added.length === 0) return { change: undefined, edits };
  return {
    change: { place, removed, added, after: [...wanted.values()], kept: current.size - removed.length },
    edits,
  };
}

function refuse(place: Place, before: number, after: number, differences: number): void {
  if (differences === 0) return;
  if (place.attribute.mutability === 'immutable' && before > 0) throw refuseImmutable(pathOf({ place }));
  if (place.attribute.required && after === 0)
    throw mutability(`${pathOf({ place })} is required and cannot be removed`);
}

function byId(attribute: AttributeDefinition, list: readonly JsonValue[], strict: boolean): Map<string, JsonObject> {
  const elements = new Map<string, JsonObject>();
  for (const element of list) {
    if (!isJsonObject(element) || valueKey(attribute, element) === undefined) {
      if (strict) throw invalidValue(`${attribute.name} names resources: each needs its id in "value"`);
      continue;
    }
    const key = identityOf(attribute, element);
    if (!elements.has(key)) elements.set(key, element);
  }
  return elements;
}

const derived: ReadonlySet<string> = new Set(['value', '$ref', 'display']);

function isDerived(sub: AttributeDefinition): boolean {
  return derived.has(sub.name.toLowerCase());
}

function isWritable(sub: AttributeDefinition): boolean {
  return sub.mutability !== 'immutable';
}

function mustBeAddedAnew(watched: readonly AttributeDefinition[], before: JsonObject, after: JsonObject): boolean {
  return watched.some((sub) => {
    if (isWritable(sub)) return false;
    const [old, wanted] = [getAttribute(before, sub.name), getAttribute(after, sub.name)];
    return !isUnassigned(old) && !isUnassigned(wanted) && !isSame(sub, old, wanted);
  });
}

function writableEdits(place: Place, before: JsonObject, after: JsonObject): Edit[] {
  const filter = selectReference(place.attribute, before);
  return changesOf(place.attribute, { before, after }, false)
    .filter(({ sub }) => sub !== undefined && isWritable(sub) && !isDerived(sub))
    .map((change) => assign(place, change.sub, change.before, change.after, filter));
}
