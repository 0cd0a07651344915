/** RFC 7644 §3.5.2: the filter of a PATCH path names sub-attributes of the attribute before the bracket. */

import type { Filter } from '../filter/ast.js';
import { subAttribute } from './resource-type.js';
import { closest } from './suggest.js';
import type { AttributeDefinition } from './types.js';

/** What is wrong with FILTER as a selection among the values of OWNER. */
export function checkPatchFilter(owner: AttributeDefinition, filter: Filter): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap((operand) => checkPatchFilter(owner, operand));
    case 'not':
      return checkPatchFilter(owner, filter.filter);
    case 'valuePath':
      return [`\`${owner.name}[…]\` cannot hold another selection in brackets`];
    case 'compare':
    case 'present':
      return isKnown(owner, filter.path.name) ? [] : [unknown(owner, filter.path.name)];
  }
}

/** Simple values have no sub-attributes; filters call them `value`. */
function isKnown(owner: AttributeDefinition, name: string): boolean {
  if (owner.type !== 'complex') return name.toLowerCase() === 'value';
  return owner.subAttributes.length === 0 || subAttribute(owner, name) !== undefined;
}

function unknown(owner: AttributeDefinition, name: string): string {
  const candidate = closest(
    name,
    owner.subAttributes.map((sub) => sub.name),
  );
  const hint = candidate === undefined ? '' : `; did you mean \`${candidate}\`?`;
  return `\`${owner.name}\` has no sub-attribute \`${name}\` to select by${hint}`;
}
