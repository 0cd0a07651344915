/** The filter of a search (RFC 7644 §3.4.3), which is a language of its own in a JSON string. */

import { ProtocolError } from '../../scim/error.js';
import { parseFilter } from '../../scim/filter/index.js';
import type { JsonObject } from '../../scim/json.js';
import { attributeKey, getAttribute } from '../../scim/schema/resource-type.js';
import { completeFilter } from '../filter/complete.js';
import { diagnoseFilter } from '../filter/diagnose.js';
import type { PayloadContext } from './context.js';
import type { Cursor } from './cursor.js';
import type { PlacedFinding } from './diagnose.js';
import type { PayloadOffer } from './offer.js';
import { encoded, rawOffset } from './strings.js';

const rule = 'RFC 7644 §3.4.2.2';

/** What is wrong with the filter of the search VALUE. */
export function filterFindings(value: JsonObject, { type, filters }: PayloadContext): PlacedFinding[] {
  const filter = getAttribute(value, 'filter');
  if (typeof filter !== 'string') return [];
  const path = [attributeKey(value, 'filter') ?? 'filter'];
  if (filters === undefined) return syntaxFinding(filter, path);
  return diagnoseFilter(filter, { ...filters, resourceType: type }).map(({ start, end, message, severity }) => {
    return { path, at: 'value', message, rule, severity, part: { start, end } };
  });
}

function syntaxFinding(filter: string, path: readonly string[]): PlacedFinding[] {
  try {
    parseFilter(filter);
    return [];
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const part = error.offset === undefined ? undefined : { start: error.offset, end: filter.length };
    return [
      { path, at: 'value', message: error.message.replace(/ \(at character \d+\)/, ''), rule, severity: 'error', part },
    ];
  }
}

/** What can stand at CURSOR, in the filter of a search. */
export function filterOffers(cursor: Cursor, { type, filters }: PayloadContext): PayloadOffer[] {
  if (filters === undefined || cursor.quote === 'none') return [];
  const { typed, raw, span, quote } = cursor;
  const offers = completeFilter(typed, typed.length, { ...filters, resourceType: type });
  return offers.map(({ label, insert, detail, description, start }): PayloadOffer => {
    const from = span.start + rawOffset(`"${raw}"`, start) - 1;
    const text = encoded(insert);
    return {
      label,
      kind: 'value',
      start: from,
      end: span.start + raw.length,
      insert: quote === 'open' ? `${text}"` : text,
      ...(quote === 'open' && { caret: text.length }),
      filter: encoded(label),
      ...(detail !== undefined && { detail }),
      ...(description !== undefined && { description }),
    };
  });
}
