/** The values that can stand at a place of a payload. */

import type { PayloadContext } from './context.js';
import type { Cursor } from './cursor.js';
import { summary } from './hover.js';
import { bulkPath, patchPath, searchAttributes, searchExcluded, searchSortBy } from './messages.js';
import { jsonOffer, type PayloadOffer, stringOffer } from './offer.js';
import { attributePaths, patchPaths, type TypedPath } from './paths.js';
import { skeletonOf } from './skeleton.js';
import { type AttributeSpot, type Spot, spotAt } from './spot.js';
import { type PayloadText, stringsOf } from './text.js';

/** What the schema knows that can stand at CURSOR. */
export function valueOffers(payload: PayloadText, cursor: Cursor, context: PayloadContext): PayloadOffer[] {
  const spot = spotAt(payload, cursor.path, context);
  if (spot === undefined) return [];
  if (isComposite(spot)) return compositeOffers(spot, cursor);
  return spot.kind === 'attribute' ? simpleOffers(spot, payload, cursor) : [];
}

/** Is an object or an array wanted? */
function isComposite(spot: Spot): boolean {
  if (spot.kind !== 'attribute') return true;
  const { attribute, isElement } = spot;
  return attribute.type === 'complex' || (attribute.multiValued && !isElement);
}

/** Brackets, with what they need. */
function compositeOffers(spot: Spot, cursor: Cursor): PayloadOffer[] {
  if (cursor.quote !== 'none' || cursor.typed !== '') return [];
  const skeleton = skeletonOf(spot);
  const detail = spot.kind === 'attribute' ? summary(spot.attribute) : spot.kind;
  return [jsonOffer(cursor, { label: skeleton.text, detail }, skeleton)];
}

function simpleOffers(spot: AttributeSpot, payload: PayloadText, cursor: Cursor): PayloadOffer[] {
  const { attribute, type } = spot;
  if (attribute.name === 'schemas') return schemaOffers(spot, payload, cursor);
  if (attribute.type === 'boolean') {
    if (cursor.quote !== 'none') return [];
    return ['true', 'false'].map((text) => jsonOffer(cursor, { label: text }, { text, caret: text.length }));
  }
  if (attribute === bulkPath) return [];
  if (type !== undefined && attribute === patchPath) return pathOffers(patchPaths(type, cursor.typed), cursor);
  const isName = attribute === searchAttributes || attribute === searchExcluded || attribute === searchSortBy;
  if (type !== undefined && isName) return pathOffers(attributePaths(type), cursor);
  return attribute.canonicalValues.map((value) => stringOffer(cursor, { label: value }, value));
}

function pathOffers(paths: readonly TypedPath[], cursor: Cursor): PayloadOffer[] {
  return paths.map(({ path, attribute, caret }) => {
    const detail = attribute === undefined ? 'extension' : summary(attribute);
    const filter = JSON.stringify(path).slice(1, -1);
    const told = { label: path, detail, ...(filter !== path && { filter }) };
    return stringOffer(cursor, told, path, '', caret);
  });
}

/** The URNs that `schemas` does not list yet. */
function schemaOffers(
  { attribute, type, purpose }: AttributeSpot,
  payload: PayloadText,
  cursor: Cursor,
): PayloadOffer[] {
  const ofType = type === undefined ? [] : [type.core, ...type.extensions.map(({ schema }) => schema)];
  const urns =
    purpose === 'message'
      ? attribute.canonicalValues.map((id) => ({ id, detail: 'message' }))
      : ofType.map(({ id, name }) => ({ id, detail: name }));
  const listed = new Set(stringsOf(payload.find(cursor.path.slice(0, -1))));
  listed.delete(cursor.quote === 'none' ? '' : textAt(payload, cursor));
  return urns
    .filter(({ id }) => !listed.has(id))
    .map(({ id, detail }) => stringOffer(cursor, { label: id, detail }, id));
}

/** The whole text that is being typed at CURSOR. */
function textAt({ text }: PayloadText, { span }: Cursor): string {
  return text.slice(span.start, span.end);
}

/** The endpoints that the operations of a bulk request can go to. */
export function endpointOffers(cursor: Cursor, { registry }: PayloadContext): PayloadOffer[] {
  return registry.resourceTypes.map(({ endpoint, name }) =>
    stringOffer(cursor, { label: endpoint, detail: name }, endpoint),
  );
}
