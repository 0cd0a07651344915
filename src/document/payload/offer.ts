/** What can stand at a cursor, and how it is put there so that the text stays JSON. */

import type { Cursor } from './cursor.js';
import type { Skeleton } from './skeleton.js';
import { encoded } from './strings.js';
import type { Span } from './text.js';

/** As `Completion`, by UTF-16 offsets. */
export interface PayloadOffer extends Span {
  readonly label: string;
  readonly kind: 'key' | 'value';
  readonly insert: string;
  readonly detail?: string | undefined;
  readonly description?: string | undefined;
  readonly filter?: string | undefined;
  readonly also?: readonly (Span & { readonly insert: string })[] | undefined;
  readonly caret?: number | undefined;
  readonly isDeprecated?: boolean | undefined;
  readonly isSearched?: boolean | undefined;
}

/** What is told of an offer beside its text. */
export type Told = Pick<PayloadOffer, 'label' | 'detail' | 'description' | 'filter' | 'isDeprecated' | 'isSearched'>;

/** The name of a member, with SKELETON as its value unless it has one. */
export function keyOffer(cursor: Cursor, told: Told, name: string, skeleton: Skeleton): PayloadOffer {
  if (cursor.hasColon) return { ...told, kind: 'key', ...stringEdit(cursor, name, '') };
  const { start, end } = cursor.span;
  const head = `${cursor.quote === 'none' ? '"' : ''}${encoded(name)}": `;
  const edit = {
    start,
    end: cursor.quote === 'closed' ? end + 1 : end,
    insert: `${head}${skeleton.text}${cursor.needsComma ? ',' : ''}`,
    caret: head.length + skeleton.caret,
  };
  return { ...told, kind: 'key', ...withComma(cursor, edit) };
}

/** The string CONTENT, and behind it TAIL, members that belong with it; the cursor goes to CARET of CONTENT. */
export function stringOffer(cursor: Cursor, told: Told, content: string, tail = '', caret?: number): PayloadOffer {
  const edit = stringEdit(cursor, content, tail);
  const quote = cursor.quote === 'none' ? 1 : 0;
  const at = caret === undefined ? undefined : quote + encoded(content.slice(0, caret)).length;
  return { ...told, kind: 'value', ...(at !== undefined && { caret: at }), ...withComma(cursor, edit) };
}

/** JSON as it is, in place of what stands there without quotes. */
export function jsonOffer(cursor: Cursor, told: Told, { text, caret }: Skeleton): PayloadOffer {
  const edit = { ...cursor.span, insert: `${text}${cursor.needsComma ? ',' : ''}`, caret };
  return { ...told, kind: 'value', ...withComma(cursor, edit) };
}

type Edit = Pick<PayloadOffer, 'start' | 'end' | 'insert' | 'caret'>;

function stringEdit({ span, quote, needsComma, hasColon }: Cursor, content: string, tail: string): Edit {
  const inside = encoded(content);
  const comma = needsComma && !hasColon ? ',' : '';
  if (quote === 'closed' && tail === '' && comma === '') return { ...span, insert: inside };
  const insert = `${quote === 'none' ? '"' : ''}${inside}"${tail}${comma}`;
  return { start: span.start, end: quote === 'closed' ? span.end + 1 : span.end, insert };
}

/** EDIT with the comma that is missing before it: where it belongs, or as part of EDIT when that is the same place. */
function withComma({ commaAt }: Cursor, edit: Edit): Edit & Pick<PayloadOffer, 'also'> {
  if (commaAt === undefined) return edit;
  if (commaAt < edit.start) return { ...edit, also: [{ start: commaAt, end: commaAt, insert: ',' }] };
  const caret = edit.caret === undefined ? {} : { caret: edit.caret + 2 };
  return { ...edit, insert: `, ${edit.insert}`, ...caret };
}

/** Does OFFER fit what is typed: is that the beginning of it (first), or a part of it? undefined: neither. */
function rankOf({ label, filter }: PayloadOffer, { typed, raw }: Cursor): number | undefined {
  const wanted = typed.toLowerCase();
  const at = label.toLowerCase().indexOf(wanted);
  if (at === 0 || filter?.toLowerCase().startsWith(raw.toLowerCase()) === true) return 0;
  return at > 0 ? 1 : undefined;
}

/** Those of OFFERS that fit CURSOR: first those that begin with what is typed; each label once. */
export function fitting(offers: readonly PayloadOffer[], cursor: Cursor): PayloadOffer[] {
  const rated = offers.map((offer) => ({ offer, rank: rankOf(offer, cursor) }));
  const sorted = [0, 1].flatMap((rank) => rated.filter((each) => each.rank === rank).map(({ offer }) => offer));
  return [...new Map(sorted.toReversed().map((offer) => [offer.label, offer])).values()].toReversed();
}
