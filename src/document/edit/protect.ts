/** What of a resource's text only the server can change (RFC 7643 §7): shown dimmed, and protected while it is edited. */

import type { Position } from '../../scim/error.js';
import type { ResourceType } from '../../scim/schema/resource-type.js';
import { protectedMembers } from '../payload/protected.js';
import { PayloadText } from '../payload/text.js';

/** A stretch of a text that the person cannot change. */
export interface ProtectedRange {
  readonly start: Position;
  /** Behind the last character. */
  readonly end: Position;
  /** SCIM path of what it is. */
  readonly path: string;
  /** As the end of a sentence: `is read-only: the server sets it`. */
  readonly reason: string;
}

const reasons = {
  readOnly: 'is read-only: the server sets it',
  immutable: 'is immutable: it cannot be changed any more',
};

/**
 * The members of TEXT, a resource of TYPE, that are read-only, and those that are immutable and have a value, with their
 * names; nothing when TEXT is not JSON. The values of a list can come and go, so nothing in them is protected.
 */
export function protectedRangesOf(type: ResourceType, text: string): ProtectedRange[] {
  const payload = new PayloadText(text);
  return protectedMembers(payload, type)
    .filter(({ isInElement }) => !isInElement)
    .map(({ start, end, spot, reason }) => {
      const prefix = spot.urn === type.core.id ? '' : `${spot.urn}:`;
      return { ...payload.lines.range(start, end), path: `${prefix}${spot.path}`, reason: reasons[reason] };
    });
}
