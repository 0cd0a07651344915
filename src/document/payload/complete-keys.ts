/** The members that can be added to an object of a payload. */

import type { Node } from 'jsonc-parser';
import type { PayloadContext } from './context.js';
import type { Cursor } from './cursor.js';
import { describe, summary } from './hover.js';
import { keyOffer, type PayloadOffer } from './offer.js';
import { skeletonOf } from './skeleton.js';
import { type MemberInfo, membersOf, namesIn, type Spot, spotAt, step } from './spot.js';
import { memberOf, nameOf, type PayloadText, stringsOf } from './text.js';

/** The members that the object at CURSOR, whose place is SPOT, does not have yet: first those that it needs. */
export function keyOffers(payload: PayloadText, cursor: Cursor, context: PayloadContext): PayloadOffer[] {
  const spot = spotAt(payload, cursor.path, context);
  if (spot === undefined) return [];
  const object = payload.find(cursor.path);
  const present = othersIn(object, cursor);
  const missing = membersOf(spot).filter((member) => !present.has(member.name.toLowerCase()) && mayBeSet(member));
  const ordered = [
    ...missing.filter(({ isRequired }) => isRequired),
    ...missing.filter(({ isRequired }) => !isRequired),
  ];
  return ordered.map((member) => memberOffer(member, spot, object, cursor, context));
}

/** The names in OBJECT, in lower case, without the one that is being typed. */
function othersIn(object: Node | undefined, { span }: Cursor): ReadonlySet<string> {
  const here = object?.children?.find(({ children: [key] = [] }) => {
    return key !== undefined && key.offset <= span.start && span.start <= key.offset + key.length;
  });
  const names = new Set(namesIn(object));
  if (here !== undefined) names.delete(nameOf(here).toLowerCase());
  return names;
}

/** Would the service look at it? */
function mayBeSet({ attribute }: MemberInfo): boolean {
  return attribute?.mutability !== 'readOnly';
}

function memberOffer(
  member: MemberInfo,
  spot: Spot,
  object: Node | undefined,
  cursor: Cursor,
  context: PayloadContext,
): PayloadOffer {
  const { name, attribute, extension, isRequired } = member;
  const inner = step(spot, name, object, context);
  const detail = attribute === undefined ? `extension${isRequired ? ', required' : ''}` : summary(attribute);
  const description = describe(inner);
  const isDeprecated = /\bdeprecated\b/i.test((attribute ?? extension)?.description ?? '');
  const told = { label: name, detail, description, ...(isDeprecated && { isDeprecated }) };
  const offer = keyOffer(cursor, told, name, skeletonOf(inner, usedExtensions(spot, object)));
  const listed = extension === undefined ? undefined : listing(object, extension.id);
  return listed === undefined ? offer : { ...offer, also: [...(offer.also ?? []), listed] };
}

/** The URNs of the extensions whose attributes OBJECT, a resource, has. */
function usedExtensions(spot: Spot, object: Node | undefined): string[] {
  if (spot.kind !== 'resource') return [];
  const names = namesIn(object);
  return spot.type.extensions.map(({ schema }) => schema.id).filter((id) => names.has(id.toLowerCase()));
}

/** RFC 7643 §3: a resource lists its extensions. The edit that adds URN to the `schemas` of OBJECT. */
function listing(object: Node | undefined, urn: string) {
  const schemas = memberOf(object, 'schemas');
  const last = schemas?.type === 'array' ? schemas.children?.at(-1) : undefined;
  if (last === undefined || last.type !== 'string') return undefined;
  if (stringsOf(schemas).some((listed) => listed.toLowerCase() === urn.toLowerCase())) return undefined;
  const end = last.offset + last.length;
  return { start: end, end, insert: `, ${JSON.stringify(urn)}` };
}
