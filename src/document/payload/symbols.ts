/** The attributes of a payload, for lists of what is in it. */

import type { Node } from 'jsonc-parser';
import type { PositionEncoding, Range } from '../../config/text.js';
import { memberOf, nameOf, PayloadText, stringOf } from './text.js';

/** As LSP 3.17 `DocumentSymbol`. */
export interface PayloadSymbol {
  readonly name: string;
  readonly detail?: string | undefined;
  /** LSP's number of a property. */
  readonly kind: 7;
  readonly range: Range;
  readonly children?: readonly PayloadSymbol[] | undefined;
}

/** So many elements of an array are listed. */
const maxElements = 200;
const maxDetail = 60;

/** The members of TEXT, each with those of its value; elements are called by what they say of themselves. */
export function payloadSymbols(text: string, encoding?: PositionEncoding): PayloadSymbol[] {
  const payload = new PayloadText(text, encoding);
  return payload.root === undefined ? [] : childrenOf(payload.root, payload);
}

function childrenOf(node: Node, payload: PayloadText): PayloadSymbol[] {
  if (node.type === 'object')
    return (node.children ?? []).map((property) => symbol(property, nameOf(property), property.children?.[1], payload));
  if (node.type !== 'array') return [];
  const elements = (node.children ?? []).slice(0, maxElements);
  return elements
    .filter(({ type }) => type === 'object')
    .map((element, index) => symbol(element, titleOf(element) ?? `[${index}]`, element, payload));
}

function symbol(node: Node, name: string, value: Node | undefined, payload: PayloadText): PayloadSymbol {
  const children = value === undefined ? [] : childrenOf(value, payload);
  const detail =
    value === undefined || value.children !== undefined ? undefined : String(value.value).slice(0, maxDetail);
  return {
    name: name === '' ? '""' : name,
    ...(detail !== undefined && { detail }),
    kind: 7,
    range: payload.lines.range(node.offset, node.offset + node.length),
    ...(children.length > 0 && { children }),
  };
}

/** What distinguishes one value of several for a person. */
function titleOf(element: Node): string | undefined {
  const names = ['display', 'displayName', 'path', 'type', 'value', 'userName'];
  return names.map((name) => stringOf(memberOf(element, name))).find((title) => title !== undefined && title !== '');
}
