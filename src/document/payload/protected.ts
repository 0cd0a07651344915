/** RFC 7643 §7 `mutability`: what a person does not set in a resource. */

import type { Node } from 'jsonc-parser';
import type { PositionEncoding, Range } from '../../config/text.js';
import type { JsonPath } from '../../scim/json-text.js';
import type { ResourceType } from '../../scim/schema/resource-type.js';
import { type AttributeSpot, resourceSpot, type Spot, step } from './spot.js';
import { nameOf, PayloadText, type Span } from './text.js';

/** A member that the person does not set. */
export interface ProtectedRange {
  /** From its name to the end of its value. */
  readonly range: Range;
  /** In SCIM notation without positions: `meta`, `manager.displayName`. */
  readonly name: string;
  /** `readOnly`: only the server sets it; `immutable`: it has a value, which never changes. */
  readonly reason: 'readOnly' | 'immutable';
}

/** The same in a tree. */
export interface ProtectedMember extends Span {
  readonly path: JsonPath;
  readonly spot: AttributeSpot;
  readonly property: Node;
  readonly reason: ProtectedRange['reason'];
  /** Does it belong to one of several values, which as a whole may come and go? */
  readonly isInElement: boolean;
}

/** The members of TEXT, a resource of TYPE, that are read-only, or immutable and have a value; in the order of the text. */
export function protectedRanges(text: string, type: ResourceType, encoding?: PositionEncoding): ProtectedRange[] {
  const payload = new PayloadText(text, encoding);
  return protectedMembers(payload, type).map(({ start, end, spot, reason }) => {
    const isCore = spot.urn === type.core.id;
    return { range: payload.lines.range(start, end), name: isCore ? spot.path : `${spot.urn}:${spot.path}`, reason };
  });
}

/** As `protectedRanges`, in the tree of PAYLOAD. */
export function protectedMembers({ root }: PayloadText, type: ResourceType): ProtectedMember[] {
  const found: ProtectedMember[] = [];
  if (root !== undefined) collect(root, resourceSpot(type, 'replace'), [], false, found);
  return found;
}

function collect(node: Node, spot: Spot, path: JsonPath, isInElement: boolean, found: ProtectedMember[]): void {
  if (node.type === 'array') {
    const element = step(spot, 0, node, {});
    if (element === undefined) return;
    for (const [index, child] of (node.children ?? []).entries())
      collect(child, element, [...path, index], true, found);
    return;
  }
  if (node.type !== 'object') return;
  for (const property of node.children ?? []) {
    const value = property.children?.[1];
    const name = nameOf(property);
    const inner = step(spot, name, node, {});
    if (value === undefined || inner === undefined) continue;
    const at = [...path, name];
    const reason = inner.kind === 'attribute' ? reasonFor(inner, value) : undefined;
    if (inner.kind === 'attribute' && reason !== undefined) {
      const span = { start: property.offset, end: value.offset + value.length };
      found.push({ ...span, path: at, spot: inner, property, reason, isInElement });
    } else collect(value, inner, at, isInElement, found);
  }
}

function reasonFor({ attribute }: AttributeSpot, value: Node): ProtectedRange['reason'] | undefined {
  if (attribute.mutability === 'readOnly') return 'readOnly';
  return attribute.mutability === 'immutable' && hasValue(value) ? 'immutable' : undefined;
}

/** RFC 7643 §2.5: null and an empty array are no value; nor is a text that nobody has written yet. */
function hasValue({ type, value, children = [] }: Node): boolean {
  if (type === 'array' || type === 'object') return children.length > 0;
  return type !== 'null' && value !== '';
}
