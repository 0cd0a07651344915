/** JSON text as a tree whose every part knows its own characters, so that what is not touched stays letter by letter. */

import { getNodeValue, type Node, parseTree } from 'jsonc-parser';
import type { JsonValue } from '../../scim/json.js';
import { JsonText } from '../../scim/json-text.js';

/** A part of a JSON text. */
export interface Piece {
  readonly kind: 'object' | 'array' | 'simple';
  /** As written. */
  readonly raw: string;
  /** UTF-16 offset of the first character. */
  readonly start: number;
  /** UTF-16 offset behind the last character. */
  readonly end: number;
  readonly value: JsonValue;
  /** Of an object; of names that come twice (in any case), the last. */
  readonly members: readonly Member[];
  /** Of an array. */
  readonly elements: readonly Piece[];
}

export interface Member {
  readonly name: string;
  /** The name as written, with its quotes. */
  readonly rawName: string;
  /** UTF-16 offset of the quote before the name. */
  readonly start: number;
  readonly piece: Piece;
}

/** TEXT as a tree. Throws `JsonSyntaxError`. */
export function parsePiece(text: string): Piece {
  JsonText.parse(text);
  const root = parseTree(text, [], { disallowComments: true });
  if (root === undefined) throw new Error('JSON without a value');
  return pieceOf(text, root);
}

function pieceOf(text: string, node: Node): Piece {
  const start = node.offset;
  const end = node.offset + node.length;
  const common = { raw: text.slice(start, end), start, end };
  if (node.type === 'array') {
    const elements = (node.children ?? []).map((child) => pieceOf(text, child));
    return { ...common, kind: 'array', value: elements.map(({ value }) => value), members: [], elements };
  }
  if (node.type !== 'object') {
    const value: JsonValue = getNodeValue(node);
    return { ...common, kind: 'simple', value, members: [], elements: [] };
  }
  const members = new Map<string, Member>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    const rawName = text.slice(key.offset, key.offset + key.length);
    members.set(name.toLowerCase(), { name, rawName, start: key.offset, piece: pieceOf(text, value) });
  }
  const list = [...members.values()];
  const entries = list.map(({ name, piece }): [string, JsonValue] => [name, piece.value]);
  return { ...common, kind: 'object', value: Object.fromEntries(entries), members: list, elements: [] };
}

/** The member NAME of PIECE, in any case. */
export function memberOf(piece: Piece | undefined, name: string): Member | undefined {
  const lower = name.toLowerCase();
  return piece?.members.find((member) => member.name.toLowerCase() === lower);
}

/**
 * A text that two pieces share when they are the same state: names in any case and order, null, `[]` and absent alike
 * (RFC 7643 §2.5), numbers by their digits.
 */
export function stateOf(piece: Piece | undefined): string {
  if (piece === undefined) return 'null';
  if (piece.kind === 'array') {
    const states = piece.elements.map(stateOf).filter((state) => state !== 'null');
    return states.length === 0 ? 'null' : `[${states.sort().join(',')}]`;
  }
  if (piece.kind === 'simple') return simpleState(piece);
  const members = piece.members
    .map(({ name, piece: member }) => [name.toLowerCase(), stateOf(member)] as const)
    .filter(([, state]) => state !== 'null')
    .map(([name, state]) => `${JSON.stringify(name)}:${state}`);
  return members.length === 0 ? 'null' : `{${members.sort().join(',')}}`;
}

function simpleState({ value, raw }: Piece): string {
  if (typeof value !== 'number') return JSON.stringify(value);
  return /\d[\d.]{15}|[eE]/.test(raw) ? raw : JSON.stringify(value);
}
