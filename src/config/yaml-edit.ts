/** One value in a YAML text changed: every other character stays as the person wrote it. */

import { isDeepStrictEqual } from 'node:util';
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
} from 'yaml';

/** A value to set, and the keys that lead to it. */
export interface YamlEdit {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * TEXT, a map in YAML, with the value of EDIT at its path; maps on the way there are made. Undefined when TEXT is broken
 * or holds something other than maps on the way.
 *
 * The text is cut where the value stands, so that comments, order, indentation and quotes of all else stay. What comes
 * of it is read again; should it not be what was wanted, the parser's own writer is used, which keeps comments and order.
 */
export function withValue(text: string, edit: YamlEdit): string | undefined {
  const before = parsed(text);
  if (before === undefined) return undefined;
  const wanted = placed(before, edit.path, edit.value);
  if (wanted === undefined) return undefined;
  const cut = edited(text, edit, wanted);
  if (cut !== undefined && isDeepStrictEqual(parsed(cut), wanted)) return cut;
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  document.setIn(edit.path, document.createNode(edit.value));
  const written = document.toString({ lineWidth: 0 });
  return isDeepStrictEqual(parsed(written), wanted) ? written : undefined;
}

function parsed(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) return undefined;
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return value ?? {};
  } catch {
    return undefined;
  }
}

/** INTO with VALUE at PATH; undefined when there is something else than a map on the way. */
function placed(into: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const map: unknown = into ?? {};
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return undefined;
  const below = placed(Object.hasOwn(map, key) ? Reflect.get(map, key) : undefined, rest, value);
  return below === undefined ? undefined : { ...map, [key]: below };
}

/** TEXT with EDIT made where it stands; WANTED is the whole that is to come of it. */
function edited(text: string, { path }: YamlEdit, wanted: unknown): string | undefined {
  let map: unknown = parseDocument(text, { prettyErrors: false, logLevel: 'silent' }).contents;
  for (const [index, key] of path.entries()) {
    if (!isMap(map)) return undefined;
    const pair = pairOf(map, key);
    const value = valueAt(wanted, path.slice(0, index + 1));
    if (pair === undefined) return inserted(text, map, key, value);
    // What an alias stands for belongs to others, too; an empty value has no inside.
    const isLast = index === path.length - 1;
    if (isLast || isAlias(pair.value) || !isMap(pair.value)) return replaced(text, pair, value);
    map = pair.value;
  }
  return undefined;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((part, key) => {
    return typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined;
  }, value);
}

/** VALUE on one line, as it can stand anywhere. */
function inline(value: unknown): string {
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd();
  // A plain text in a flow collection cannot hold these; JSON is YAML, too.
  return typeof value === 'string' && /[\n,[\]{}]/.test(text) ? JSON.stringify(value) : text;
}

function replaced(text: string, pair: Pair, value: unknown): string | undefined {
  const { key, value: old } = pair;
  if (!isNode(key) || !key.range) return undefined;
  if (!isNode(old) || !old.range || old.range[0] === old.range[1]) {
    const colon = text.indexOf(':', key.range[1]);
    return colon < 0 ? undefined : `${text.slice(0, colon + 1)} ${inline(value)}${text.slice(colon + 1)}`;
  }
  const start = old.range[0];
  return text.slice(0, start) + inline(value) + text.slice(endOf(old, text));
}

/** A new key behind the last one of MAP. */
function inserted(text: string, map: YAMLMap, key: string, value: unknown): string | undefined {
  const written = `${inline(key)}: ${inline(value)}`;
  const last = map.items.at(-1);
  const [start = 0, end = 0] = map.range ?? [];
  if (map.flow === true) {
    if (last === undefined) return `${text.slice(0, start)}{ ${written} }${text.slice(end)}`;
    const at = endOf(last, text);
    return `${text.slice(0, at)}, ${written}${text.slice(at)}`;
  }
  if (last === undefined) return undefined;
  const lineEnd = text.indexOf('\n', Math.max(0, endOf(last, text)));
  const at = lineEnd < 0 ? text.length : lineEnd;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  return `${text.slice(0, at)}\n${indent}${written}${text.slice(at)}`;
}

/** Where the last character of NODE, a node or a pair, ends. */
function endOf(node: unknown, text: string): number {
  if (isPair(node)) return isNode(node.value) && !isEmpty(node.value) ? endOf(node.value, text) : endOf(node.key, text);
  if ((isMap(node) || isSeq(node)) && node.flow !== true && node.items.length > 0)
    return endOf(node.items.at(-1), text);
  if (!isNode(node) || !node.range) return 0;
  const [start, end] = node.range;
  // A block of text ends with its line end, which belongs to what follows.
  return end > start && text[end - 1] === '\n' ? end - 1 : end;
}

/** A value that is not there: its range stands behind the colon. */
function isEmpty(node: unknown): boolean {
  return isNode(node) && node.range !== null && node.range !== undefined && node.range[0] === node.range[1];
}
