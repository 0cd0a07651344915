/** A resource with other references in one of its lists, for services that take the whole of it alone (RFC 7644 §3.5.1). */

import { type Node, parseTree } from 'jsonc-parser';
import { ProtocolError } from './error.js';

/** Which list is meant, and what shall be different. */
export interface ListChange {
  /** URN of the extension that has it. */
  readonly extension: string | undefined;
  /** Name of the attribute, in any case. */
  readonly name: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * TEXT, a resource as the server sent it, with CHANGE. All else stays letter by letter: spellings, digits that no double
 * holds, and what the client knows nothing of. Without `meta`, which is the server's.
 */
export function withReferences(text: string, change: ListChange): string {
  const root = parseTree(text);
  if (root?.type !== 'object') throw new ProtocolError(400, undefined, 'What is to be replaced is no JSON object');
  return `{${members(text, root, change).join(',')}}`;
}

function members(text: string, root: Node, change: ListChange): string[] {
  const { extension, ...inner } = change;
  const wanted = (extension ?? change.name).toLowerCase();
  let isThere = false;
  const parts = (root.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    const name = String(key?.value).toLowerCase();
    if (name === 'meta' && extension === undefined) return [];
    if (key === undefined || value === undefined || name !== wanted) return [rawOf(text, property)];
    isThere = true;
    const changed = extension === undefined ? listOf(text, value, change) : container(text, value, inner);
    return [`${rawOf(text, key)}:${changed}`];
  });
  if (isThere) return parts;
  const fresh = extension === undefined ? listOf(text, undefined, change) : container(text, undefined, inner);
  return [...parts, `${JSON.stringify(extension ?? change.name)}:${fresh}`];
}

function container(text: string, node: Node | undefined, change: Omit<ListChange, 'extension'>): string {
  const whole = node?.type === 'object' ? node : { ...emptyNode };
  return `{${members(text, whole, { ...change, extension: undefined }).join(',')}}`;
}

const emptyNode: Node = { type: 'object', offset: 0, length: 0, children: [] };

function listOf(text: string, node: Node | undefined, { added, removed }: ListChange): string {
  const gone = new Set(removed);
  const elements = node?.type === 'array' ? (node.children ?? []) : [];
  const kept = elements.filter((element) => !gone.has(idOf(element) ?? ''));
  const there = new Set(kept.map(idOf));
  const fresh = added.filter((id) => !there.has(id)).map((value) => JSON.stringify({ value }));
  return `[${[...kept.map((element) => rawOf(text, element)), ...fresh].join(',')}]`;
}

/** The id that ELEMENT, a reference or a bare id, refers to. */
function idOf(element: Node): string | undefined {
  if (element.type === 'string') return String(element.value);
  const value = element.children?.find(({ children = [] }) => String(children[0]?.value).toLowerCase() === 'value');
  const id: unknown = value?.children?.[1]?.value;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

function rawOf(text: string, { offset, length }: Node): string {
  return text.slice(offset, offset + length);
}
