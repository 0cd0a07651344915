/** When two values of an attribute are the same state. */

import { parseDateTime } from '../date-time.js';
import { ProtocolError } from '../error.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isEqual } from '../patch/equal.js';
import { canonical } from '../patch/identity.js';
import { isUnassigned, type SubAttributeValues, toValue } from '../patch/value.js';
import { getAttribute, subAttribute } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';

/**
 * Are BEFORE and AFTER, as `toValue` reads them, the same state of ATTRIBUTE? null, `[]` and absent are (RFC 7643 §2.5),
 * two notations of one instant are, and the order of values does not count. A value that is never returned is not gone
 * because nobody saw it.
 */
export function isSame(
  attribute: AttributeDefinition,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): boolean {
  if (isUnassigned(after)) return isUnassigned(before) || attribute.returned === 'never';
  if (isEqual(before, after)) return true;
  if (Array.isArray(before) && Array.isArray(after)) {
    return isEqual(before.map(canonical).sort(), after.map(canonical).sort());
  }
  if (attribute.type !== 'dateTime' || typeof before !== 'string' || typeof after !== 'string') return false;
  const instant = parseDateTime(before);
  return instant !== undefined && instant === parseDateTime(after);
}

/** VALUE as the server has it; one that does not fit ATTRIBUTE is taken as it is, since it is only compared. */
export function currentValue(attribute: AttributeDefinition, value: JsonValue | undefined): JsonValue | undefined {
  try {
    return toValue(attribute, value);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return value;
  }
}

/** A sub-attribute that differs; undefined values are unassigned. */
export interface SubChange {
  readonly sub: AttributeDefinition;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** What differs between OBJECT, a value of the complex ATTRIBUTE, and the sub-attributes GIVEN, read-only ones aside. */
export function changedSubs(
  attribute: AttributeDefinition,
  object: JsonObject,
  given: SubAttributeValues,
): SubChange[] {
  const subs = new Set(given.keys());
  for (const name of Object.keys(object)) {
    const sub = subAttribute(attribute, name);
    if (sub !== undefined && sub.mutability !== 'readOnly') subs.add(sub);
  }
  return [...subs].flatMap((sub) => {
    const before = currentValue(sub, getAttribute(object, sub.name));
    const after = given.get(sub);
    return isSame(sub, before, after) ? [] : [{ sub, before, after }];
  });
}
