/** What can be typed at a place of a payload. */

import type { Completion } from '../../config/complete.js';
import type { Position } from '../../scim/error.js';
import { keyOffers } from './complete-keys.js';
import { referenceOffers } from './complete-references.js';
import { endpointOffers, valueOffers } from './complete-values.js';
import type { PayloadContext } from './context.js';
import { type Cursor, cursorAt } from './cursor.js';
import { filterOffers } from './filters.js';
import { bulkPath, searchFilter } from './messages.js';
import { fitting, type PayloadOffer } from './offer.js';
import { spotAt } from './spot.js';
import { PayloadText } from './text.js';

/**
 * What can stand at POSITION of TEXT, which may be half-written: names of members with their brackets, values that the
 * schema lists, and, where CONTEXT can look up, resources by their names. Each edit leaves a text that was JSON JSON.
 */
export async function completePayload(
  text: string,
  position: Position,
  context: PayloadContext,
): Promise<Completion[]> {
  const payload = new PayloadText(text, context.encoding);
  const { lines } = payload;
  const offset = lines.offset(position);
  const offers = [...offersAt(payload, offset, context), ...(await searchedAt(payload, offset, context))];
  return offers.map(({ start, end, also, ...offer }) => ({
    ...offer,
    range: lines.range(start, end),
    ...(also !== undefined && {
      also: also.map((edit) => ({ range: lines.range(edit.start, edit.end), insert: edit.insert })),
    }),
  }));
}

/** As `completePayload`, by offsets, without what must be looked up. */
export function offersAt(payload: PayloadText, offset: number, context: PayloadContext): PayloadOffer[] {
  const cursor = cursorAt(payload.text, offset);
  if (cursor === undefined) return [];
  if (cursor.role === 'key') return fitting(keyOffers(payload, cursor, context), cursor);
  const spot = spotAt(payload, cursor.path, context);
  const attribute = spot?.kind === 'attribute' ? spot.attribute : undefined;
  if (attribute === searchFilter) return filterOffers(cursor, context);
  const offers = attribute === bulkPath ? endpointOffers(cursor, context) : valueOffers(payload, cursor, context);
  return fitting(offers, cursor);
}

/** As `completePayload`, by offsets, only what must be looked up. */
export async function searchedAt(
  payload: PayloadText,
  offset: number,
  context: PayloadContext,
): Promise<PayloadOffer[]> {
  const cursor: Cursor | undefined = cursorAt(payload.text, offset);
  return cursor?.role === 'value' ? referenceOffers(payload, cursor, context) : [];
}
