/** A JSON text that is being typed: a tree with places, as far as it can be read. */

import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import { type PositionEncoding, TextLines } from '../../config/text.js';
import { type JsonObject, type JsonValue, setMember } from '../../scim/json.js';
import type { JsonPath } from '../../scim/json-text.js';

/** UTF-16 offsets in a text: from one to the one before which it ends. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** TEXT as a tree. Nothing here throws, whatever the text is. */
export class PayloadText {
  readonly lines: TextLines;
  /** undefined when there is no value at all, or one that is nested too deep. */
  readonly root: Node | undefined;
  readonly errors: readonly ParseError[];

  constructor(
    readonly text: string,
    encoding: PositionEncoding = 'utf-32',
  ) {
    this.lines = new TextLines(text, encoding);
    const errors: ParseError[] = [];
    let root: Node | undefined;
    try {
      root = parseTree(text, errors, { disallowComments: true });
    } catch (error) {
      // The tree builder is recursive.
      if (!(error instanceof RangeError)) throw error;
    }
    this.root = root !== undefined && isShallow(root) ? root : undefined;
    this.errors = errors;
  }

  /** Is it JSON? */
  get isWhole(): boolean {
    return this.root !== undefined && this.errors.length === 0;
  }

  /** What could be read; of members with one name the last counts. */
  get value(): JsonValue | undefined {
    return this.root === undefined ? undefined : jsonOf(this.root);
  }

  /** The value at PATH, whose names are spelt as in the text. */
  find(path: JsonPath): Node | undefined {
    let node = this.root;
    for (const segment of path) {
      if (node === undefined) return undefined;
      node = typeof segment === 'number' ? elementOf(node, segment) : memberOf(node, segment, true);
    }
    return node;
  }
}

/** Deeper than any SCIM document; below, recursion is safe. */
const deepest = 500;

function isShallow(root: Node): boolean {
  let level: readonly Node[] = [root];
  for (let depth = 0; depth < deepest; depth++) {
    level = level.flatMap(({ children = [] }) => children);
    if (level.length === 0) return true;
  }
  return false;
}

function elementOf(node: Node, index: number): Node | undefined {
  return node.type === 'array' ? node.children?.[index] : undefined;
}

/** The value of the member NAME of NODE, the last one; names mind no case (RFC 7643 §2.1) unless ISEXACT. */
export function memberOf(node: Node | undefined, name: string, isExact = false): Node | undefined {
  return propertyOf(node, name, isExact)?.children?.[1];
}

/** The member NAME of NODE, as `memberOf` finds it. */
function propertyOf(node: Node | undefined, name: string, isExact = false): Node | undefined {
  if (node?.type !== 'object') return undefined;
  const exact = node.children?.findLast((property) => nameOf(property) === name);
  if (exact !== undefined || isExact) return exact;
  const lower = name.toLowerCase();
  return node.children?.findLast((property) => nameOf(property).toLowerCase() === lower);
}

/** The name of PROPERTY. */
export function nameOf(property: Node): string {
  const value: unknown = property.children?.[0]?.value;
  return typeof value === 'string' ? value : '';
}

/** The text of NODE when it is a string. */
export function stringOf(node: Node | undefined): string | undefined {
  const value: unknown = node?.value;
  return node?.type === 'string' && typeof value === 'string' ? value : undefined;
}

/** The strings in NODE when it is an array. */
export function stringsOf(node: Node | undefined): string[] {
  const elements = node?.type === 'array' ? (node.children ?? []) : [];
  return elements.map(stringOf).filter((value) => value !== undefined);
}

/** What NODE stands for. */
export function jsonOf(node: Node): JsonValue {
  if (node.type === 'array') return (node.children ?? []).map(jsonOf);
  if (node.type === 'object') {
    const object: JsonObject = {};
    for (const property of node.children ?? []) {
      const value = property.children?.[1];
      if (value !== undefined) setMember(object, nameOf(property), jsonOf(value));
    }
    return object;
  }
  const value: unknown = node.value;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** Where NODE stands. */
export function spanOf({ offset, length }: Node): Span {
  return { start: offset, end: offset + length };
}

/** Where to point when NODE as a whole is meant: at an object or array, at its name or its bracket. */
export function headOf(node: Node): Span {
  if (node.children === undefined) return spanOf(node);
  const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  return key === undefined ? { start: node.offset, end: node.offset + 1 } : spanOf(key);
}
