/** Setting sub-attributes of a complex value (RFC 7644 §3.5.2.1, §3.5.2.3): those not given stay as they are. */

import { type JsonObject, setMember } from '../json.js';
import { attributeKey, getAttribute } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';
import { deleteMember } from './draft.js';
import { isEqual } from './equal.js';
import { mutability } from './fail.js';
import { isUnassigned, requireSubAttributes, type SubAttributeValues } from './value.js';

/**
 * OBJECT, a value of ATTRIBUTE, with the sub-attributes GIVEN; OBJECT itself when that changes nothing, undefined when
 * nothing remains. Throws ProtocolError `mutability` when an immutable sub-attribute would change or a required one go.
 */
export function mergeObject(
  attribute: AttributeDefinition,
  object: JsonObject,
  given: SubAttributeValues,
): JsonObject | undefined {
  const merged = { ...object };
  let changed = false;
  for (const [sub, value] of given) {
    const current = getAttribute(object, sub.name);
    if (value === undefined ? isUnassigned(current) : isEqual(current, value)) continue;
    if (sub.mutability === 'immutable' && !isUnassigned(current)) {
      throw mutability(`${attribute.name}.${sub.name} is immutable and has a value`);
    }
    if (value === undefined && sub.required) throw mutability(`${attribute.name}.${sub.name} is required`);
    if (value === undefined) deleteMember(merged, sub.name);
    else setMember(merged, attributeKey(merged, sub.name) ?? sub.name, value);
    changed = true;
  }
  if (!changed) return object;
  if (Object.keys(merged).length === 0) return undefined;
  requireSubAttributes(attribute, merged);
  return merged;
}
