/** What stands under a cursor in a payload. */

import { findNodeAtOffset, getNodePath, type Node } from 'jsonc-parser';
import type { JsonPath } from '../../scim/json-text.js';
import type { PayloadContext } from './context.js';
import { type Spot, spotAt } from './spot.js';
import type { PayloadText } from './text.js';

/** A name or a simple value, and what the schema knows about it. */
export interface Place {
  readonly node: Node;
  readonly role: 'key' | 'value';
  /** Of the value; for a name, of what it names. */
  readonly path: JsonPath;
  readonly spot: Spot | undefined;
  /** The object that it is a member of. */
  readonly object: Node | undefined;
}

/** What stands at OFFSET of PAYLOAD; undefined between names and values. */
export function placeAt(payload: PayloadText, offset: number, context: PayloadContext): Place | undefined {
  const { root } = payload;
  if (root === undefined) return undefined;
  const node = findNodeAtOffset(root, offset, true);
  if (node === undefined || node.children !== undefined) return undefined;
  const property = node.parent?.type === 'property' ? node.parent : undefined;
  const role = property?.children?.[0] === node ? 'key' : 'value';
  const path = getNodePath(node);
  return { node, role, path, spot: spotAt(payload, path, context), object: property?.parent };
}
