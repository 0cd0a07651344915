/** Where names and values of a payload are defined. */

import type { Position } from '../../scim/error.js';
import { scimUri } from '../scim-uri.js';
import type { PayloadContext, PayloadDefinition } from './context.js';
import { type Place, placeAt } from './place.js';
import { referencesIn } from './references.js';
import { type AttributeSpot, rootSpot } from './spot.js';
import { PayloadText, stringOf } from './text.js';

/**
 * Where what stands at POSITION of TEXT is defined: a resource behind an id or a URI, a schema behind its URN, a resource
 * type behind its name, otherwise the attribute in its schema. Several when a reference does not tell its type.
 */
export function definePayload(text: string, position: Position, context: PayloadContext): PayloadDefinition[] {
  const payload = new PayloadText(text, context.encoding);
  const place = placeAt(payload, payload.lines.offset(position), context);
  if (place === undefined) return [];
  const { offset, length } = place.node;
  const range = payload.lines.range(offset, offset + length);
  return urisAt(place, payload, context).map((uri) => ({ uri, range }));
}

function urisAt(place: Place, { root }: PayloadText, context: PayloadContext): string[] {
  const { tenant, registry } = context;
  const { node, role, spot } = place;
  if (role === 'value' && root !== undefined) {
    const reference = referencesIn(root, rootSpot(context), registry).find((each) => each.node === node);
    if (reference !== undefined) {
      return reference.types.map((type) => scimUri({ tenant, kind: 'resource', type, id: reference.id }));
    }
    const text = stringOf(node);
    if (spot?.kind === 'attribute' && spot.attribute.name === 'schemas' && text !== undefined) {
      return registry.schema(text) === undefined ? [] : [scimUri({ tenant, kind: 'schema', urn: text })];
    }
    if (spot?.kind === 'attribute' && /^meta\.resourceType$/i.test(spot.path) && text !== undefined) {
      return registry.find(text) === undefined ? [] : [scimUri({ tenant, kind: 'type', type: text })];
    }
  }
  if (spot?.kind === 'extension') return [scimUri({ tenant, kind: 'schema', urn: spot.schema.id })];
  return spot?.kind === 'attribute' ? attributeUris(spot, tenant) : [];
}

/** The attribute of SPOT in its schema; the messages have none. */
function attributeUris({ urn, path }: AttributeSpot, tenant: string): string[] {
  if (urn === undefined) return [];
  return [scimUri({ tenant, kind: 'schema', urn, path })];
}
