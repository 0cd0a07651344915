/** YAML texts made, and changed so that comments stay. */

import { Document, isMap, type Node, parseDocument, visit } from 'yaml';

/** VALUE as a block of YAML that stands INDENT spaces in. */
export function yamlBlock(value: unknown, indent = 0): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  quoteSpaces(document.contents);
  const text = document.toString({ lineWidth: 0 });
  const margin = ' '.repeat(indent);
  return text.replace(/^(?=.)/gm, margin);
}

/**
 * TEXT, a map in YAML, without its KEYS at the top, with SET in it; comments and the order of the rest stay. A text that
 * is no map, or is broken, counts as empty.
 */
export function withKeys(text: string, keys: readonly string[], set: Readonly<Record<string, unknown>> = {}): string {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0 || !isMap(document.contents)) return Object.keys(set).length > 0 ? yamlBlock(set) : '';
  for (const key of keys) document.delete(key);
  for (const [key, value] of Object.entries(set)) document.set(key, quoteSpaces(document.createNode(value)));
  return document.contents.items.length === 0 ? '' : document.toString({ lineWidth: 0 });
}

/** The strings in NODE whose lines begin with space are quoted: as blocks, `yaml` would read them back without it. */
function quoteSpaces<T extends Node | null>(node: T): T {
  visit(node, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && /(?:^|\n)\s/.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return node;
}
