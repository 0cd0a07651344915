/** RFC 7643 §2.2 and §7 `uniqueness`: no two users have one `userName`, whatever the case, and all have one. */

import { ProtocolError } from '../scim/error.js';
import { foldCase } from '../scim/fold.js';
import type { JsonObject } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import { type Entry, text } from './entry.js';

/** The resources that may have a value in an attribute; undefined when there is no telling. */
type LookUp = (path: string, value: string) => readonly Entry[] | undefined;

/**
 * Refuses CONTENT for the resource SELF of TYPE when another one has what only one may have.
 * @throws ProtocolError 409 `uniqueness`, 400 `invalidValue` for a `userName` that is empty
 */
export function refuseDuplicate(
  type: ResourceType,
  content: JsonObject,
  lookUp: LookUp,
  self: Entry | undefined,
): void {
  if (type.core.id === urn.user && content.userName === '') {
    throw new ProtocolError(400, 'invalidValue', 'userName: must not be empty (RFC 7643 §4.1.1)');
  }
  for (const { name, uniqueness, caseExact } of type.attributes) {
    const value = uniqueness === 'none' ? undefined : text(content[name]);
    if (value === undefined) continue;
    const keyOf = caseExact ? (given: string) => given : foldCase;
    const key = keyOf(value);
    const isTaken = lookUp(name, value)?.some((other) => {
      const theirs = other === self ? undefined : text(other.content[name]);
      return theirs !== undefined && keyOf(theirs) === key;
    });
    if (!isTaken) continue;
    const detail = `${name}: another ${type.name} already has the value ${JSON.stringify(value)}.`;
    throw new ProtocolError(409, 'uniqueness', detail);
  }
}
