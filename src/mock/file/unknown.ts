/** Names in a mock file that nothing is known by. */

import type { SchemaRegistry } from '../../scim/schema/resource-type.js';
import { closest } from '../../scim/schema/suggest.js';
import { names, suggestName } from '../../vendors/index.js';

/** A sentence on NAME, which is no resource type of REGISTRY. */
export function unknownType(name: string, registry: SchemaRegistry): string {
  const known = registry.resourceTypes.flatMap((type) => [type.endpoint.slice(1), type.name]);
  const meant = closest(name, known);
  const hint = meant === undefined ? `; there are ${known.join(', ')}` : `; did you mean \`${meant}\`?`;
  return `\`${name}\` is no resource type${hint}`;
}

/** A sentence on NAME, which is no vendor. */
export function unknownVendor(name: string): string {
  const meant = suggestName(name);
  return `is not a known vendor${meant === undefined ? '.' : `; did you mean \`${meant}\`?`} There are ${names().join(', ')}`;
}
