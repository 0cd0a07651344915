/** Differences of single-valued attributes, sub-attribute by sub-attribute (RFC 7644 §3.5.2.3). */

import { isJsonObject, type JsonValue } from '../json.js';
import type { Place } from '../patch/draft.js';
import { mutability } from '../patch/fail.js';
import { isUnassigned, toObject, toSubAttributes, toValue } from '../patch/value.js';
import { getAttribute } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';
import { type Edit, pathOf } from './edit.js';
import { changedSubs, currentValue, isSame } from './same.js';

/**
 * The edits that take the single-valued attribute at PLACE from BEFORE to AFTER. Throws ProtocolError `mutability` when
 * an immutable value would change or a required one go, `invalidValue` when AFTER does not fit the attribute.
 */
export function compareSingle(place: Place, before: JsonValue | undefined, after: JsonValue | undefined): Edit[] {
  return place.attribute.type === 'complex'
    ? compareComplex(place, before, after)
    : compareSimple(place, before, after);
}

function compareSimple(place: Place, before: JsonValue | undefined, after: JsonValue | undefined): Edit[] {
  const { attribute } = place;
  const current = currentValue(attribute, before);
  const wanted = toValue(attribute, after);
  return isSame(attribute, current, wanted) ? [] : [assign(place, undefined, current, wanted)];
}

function compareComplex(place: Place, before: JsonValue | undefined, after: JsonValue | undefined): Edit[] {
  const { attribute } = place;
  const given = isUnassigned(after) ? new Map<AttributeDefinition, undefined>() : toSubAttributes(attribute, after);
  const object = isJsonObject(before) ? before : {};
  const changes = changedSubs(attribute, object, given);
  if (changes.length === 0) return [];
  const wanted = toObject(attribute, given);
  if (wanted === undefined || !hasWritable(attribute, before)) {
    return [assign(place, undefined, wanted === undefined ? before : undefined, wanted)];
  }
  // Values first: an attribute that lost its last one on the way would be unassigned.
  const ordered = [
    ...changes.filter(({ after }) => after !== undefined),
    ...changes.filter((c) => c.after === undefined),
  ];
  if (attribute.mutability === 'immutable') throw refuseImmutable(pathOf({ place }));
  return ordered.map((change) => assign(place, change.sub, change.before, change.after));
}

/** Does VALUE have anything that a client can write? */
function hasWritable(attribute: AttributeDefinition, value: JsonValue | undefined): boolean {
  if (!isJsonObject(value)) return false;
  return attribute.subAttributes.some(
    (sub) => sub.mutability !== 'readOnly' && !isUnassigned(getAttribute(value, sub.name)),
  );
}

/** The edit that gives PLACE, or SUB of it, the value AFTER. */
export function assign(
  place: Place,
  sub: AttributeDefinition | undefined,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  filter?: string,
): Edit {
  const { mutability: kind, required } = sub ?? place.attribute;
  const target = { place, filter, sub };
  if (kind === 'immutable' && !isUnassigned(before)) throw refuseImmutable(pathOf(target));
  if (after !== undefined) return { op: isUnassigned(before) ? 'add' : 'replace', ...target, value: after };
  if (required) throw mutability(`${pathOf(target)} is required and cannot be removed`);
  return { op: 'remove', ...target };
}

/** RFC 7643 §2.2: an immutable attribute keeps the value that it once got. */
export function refuseImmutable(path: string): Error {
  return mutability(`${path} is immutable and has another value: it cannot be changed, only the resource created anew`);
}
