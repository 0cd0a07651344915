/** References that contradict themselves or lead nowhere. */

import type { Node } from 'jsonc-parser';
import { holdsReferences, type SchemaRegistry } from '../../scim/schema/resource-type.js';
import type { PayloadContext } from './context.js';
import type { PlacedProblem } from './diagnose.js';
import { referredTypes, resourceOf } from './references.js';
import { type AttributeSpot, rootSpot, type Spot, step } from './spot.js';
import { memberOf, nameOf, type PayloadText, spanOf, stringOf } from './text.js';

/** What is wrong with the `$ref`s of PAYLOAD: no resource of a type that may stand there, or another id than `value`. */
export function referenceProblems({ root }: PayloadText, context: PayloadContext): PlacedProblem[] {
  const found: PlacedProblem[] = [];
  const spot = rootSpot(context);
  const open: { node: Node; spot: Spot }[] = root === undefined || spot === undefined ? [] : [{ node: root, spot }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, spot } = next;
    if (node.type === 'object' && spot.kind === 'attribute' && holdsReferences(spot.attribute)) {
      found.push(...problemsOf(node, spot, context.registry));
    }
    for (const [index, child] of (node.children ?? []).entries()) {
      const value = node.type === 'object' ? child.children?.[1] : child;
      if (value?.children === undefined) continue;
      const inner = step(spot, node.type === 'object' ? nameOf(child) : index, node, context);
      if (inner !== undefined) open.push({ node: value, spot: inner });
    }
  }
  return found;
}

function problemsOf(node: Node, { attribute }: AttributeSpot, registry: SchemaRegistry): PlacedProblem[] {
  const ref = memberOf(node, '$ref');
  const uri = stringOf(ref);
  if (ref === undefined || uri === undefined || uri === '' || /(?:^|\/)bulkId:/.test(uri)) return [];
  const warning = (message: string): PlacedProblem[] => [{ ...spanOf(ref), message, severity: 'warning' }];
  const allowed = referredTypes(attribute, registry);
  const target = resourceOf(uri, registry);
  if (target === undefined) {
    return allowed.length === 0
      ? []
      : warning(`\`$ref\` leads to no ${allowed.join(' or ')} of this service (RFC 7643 §2.4)`);
  }
  if (allowed.length > 0 && !allowed.includes(target.type.name)) {
    return warning(`\`$ref\` leads to a ${target.type.name}, expected is a ${allowed.join(' or ')} (RFC 7643 §2.4)`);
  }
  const id = stringOf(memberOf(node, 'value'));
  if (id === undefined || id === '' || id === target.id || id.startsWith('bulkId:')) return [];
  return warning('`$ref` and `value` name different resources (RFC 7643 §2.4)');
}
