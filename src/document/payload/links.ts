/** The parts of a JSON text that lead to resources. */

import type { PositionEncoding } from '../../config/text.js';
import type { SchemaRegistry } from '../../scim/schema/resource-type.js';
import { scimUri } from '../scim-uri.js';
import type { PayloadContext, PayloadLink } from './context.js';
import { type Reference, referencesIn } from './references.js';
import { rootSpot, type Spot } from './spot.js';
import { PayloadText } from './text.js';

/** The parts of TEXT that lead to resources, in its order: ids, members, managers, groups, `$ref`, `meta.location`. */
export function payloadLinks(text: string, context: PayloadContext): PayloadLink[] {
  return linksIn(new PayloadText(text, context.encoding), rootSpot(context), context.tenant, context.registry);
}

/**
 * As `payloadLinks`, for any JSON text of TENANT: a resource, a list, the answer to a bulk request. What its parts are is
 * told by the resources in it.
 */
export function resourceLinks(
  text: string,
  tenant: string,
  registry: SchemaRegistry,
  encoding?: PositionEncoding,
): PayloadLink[] {
  return linksIn(new PayloadText(text, encoding), undefined, tenant, registry);
}

function linksIn({ root, lines }: PayloadText, spot: Spot | undefined, tenant: string, registry: SchemaRegistry) {
  if (root === undefined) return [];
  const references = referencesIn(root, spot, registry).sort((a, b) => a.node.offset - b.node.offset);
  return references.map((reference): PayloadLink => {
    const { offset, length } = reference.node;
    // Without the quotes, which lead nowhere.
    const range = lines.range(offset + 1, offset + length - 1);
    return { range, target: uriOf(reference, tenant), tooltip: tooltipOf(reference) };
  });
}

/** The `scim:` URI of the likeliest target of REFERENCE. */
function uriOf({ types: [type = ''], id }: Reference, tenant: string): string {
  return scimUri({ tenant, kind: 'resource', type, id });
}

/** What REFERENCE leads to, for a person. */
export function tooltipOf({ types, id, name }: Reference): string {
  return `${types.join(' or ')} ${name ?? id}`;
}
