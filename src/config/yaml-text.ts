/** YAML 1.2 text (JSON is a subset of it) as a value that knows where each of its parts stands. */

import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { type Condensed, condense, expand } from './condense.js';
import { type PositionEncoding, type Problem, type Range, TextLines } from './text.js';

/** Keys and indexes from the root. */
export type Path = readonly PropertyKey[];

/** What is wrong, by the parser's code: its own messages may quote the text, and a secret may stand there. */
const syntax: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias cannot have an anchor or a tag',
  BAD_ALIAS: 'this alias is not well formed, or names an anchor that is not there',
  BAD_COLLECTION_TYPE: 'the tag does not fit what follows it',
  BAD_DIRECTIVE: 'this directive is not well formed',
  BAD_DQ_ESCAPE: 'this escape is not known between double quotes',
  BAD_INDENT: 'the indentation does not fit the lines around it, or a bracket is not closed',
  BAD_PROP_ORDER: 'anchors and tags must come before the value',
  BAD_SCALAR_START: 'a value without quotes cannot begin with this character; put it between quotes',
  BLOCK_AS_IMPLICIT_KEY: 'there is one `key:` too many in this line; a value with `: ` needs quotes',
  BLOCK_IN_FLOW: 'indented lines cannot stand between brackets',
  DUPLICATE_KEY: 'this key is there twice',
  IMPOSSIBLE: 'this cannot be read',
  KEY_OVER_1024_CHARS: 'a key can have 1024 characters at most',
  MISSING_CHAR: 'something is missing before this place: a colon after the key, a comma, a quote or a bracket',
  MULTILINE_IMPLICIT_KEY: 'a key must stand in one line and be followed by a colon',
  MULTIPLE_ANCHORS: 'a value can have one anchor only',
  MULTIPLE_DOCS: 'there must be one document only: remove everything from ---',
  MULTIPLE_TAGS: 'a value can have one tag only',
  NON_STRING_KEY: 'keys must be texts',
  RESOURCE_EXHAUSTION: 'this is nested too deep',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  TAG_RESOLVE_FAILED: 'this tag is not known; remove it',
  UNEXPECTED_TOKEN: 'this is not expected here',
};

/** A large text that is JSON is read as such: a hundred times faster, and positions are seldom asked for. */
const largeText = 262_144;

/** A YAML text, its value, and what is wrong with its syntax. */
export class YamlText {
  readonly lines: TextLines;
  /** undefined for a text without content. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** The text that is parsed: of the same length and lines as `text`. */
  #parsed: Condensed;
  #document: Document | undefined;

  constructor(
    readonly text: string,
    encoding: PositionEncoding = 'utf-32',
  ) {
    this.lines = new TextLines(text, encoding);
    const json = text.length > largeText ? jsonValue(text) : undefined;
    const whole: Condensed = { text, elements: new Map() };
    this.#parsed = json === undefined && text.length > largeText ? condense(text) : whole;
    if (json !== undefined) {
      this.value = json;
      this.problems = [];
      return;
    }
    let result = this.#toValue();
    if (result === undefined) {
      // Lines that look like elements stood in a text of several lines, or elsewhere.
      this.#parsed = whole;
      this.#document = undefined;
      result = this.#toValue();
    }
    const { value, problem } = result ?? {};
    this.problems = [...this.#tree().errors, ...this.#tree().warnings].map(({ code, pos }) => ({
      range: this.lines.range(pos[0], pos[1]),
      message: syntax[code] ?? `this is not valid YAML (${code})`,
      severity: 'error',
    }));
    this.value = value;
    if (problem !== undefined) this.problems = [...this.problems, problem];
  }

  /** Where the value at PATH stands; that of the nearest parent when there is none. */
  valueRange(path: Path): Range {
    for (let length = path.length; length > 0; length--) {
      const node = this.#node(path.slice(0, length));
      if (node?.range) return this.#rangeOf(node);
    }
    return this.lines.range(0, 0);
  }

  /** Where the key of the value at PATH stands; an element of a list is its own key. */
  keyRange(path: Path): Range {
    const parent = path.length === 0 ? undefined : this.#node(path.slice(0, -1));
    const name = String(path.at(-1));
    if (!isMap(parent)) return this.valueRange(path);
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    return isNode(pair?.key) ? this.#rangeOf(pair.key) : this.valueRange(path.slice(0, -1));
  }

  /** The scalar at OFFSET (a key, or a value without parts) and the path to it. */
  scalarAt(offset: number): ScalarPlace | undefined {
    return scalarIn(this.#tree().contents, offset, []);
  }

  #tree(): Document {
    this.#document ??= parseDocument(this.#parsed.text, {
      prettyErrors: false,
      logLevel: 'silent',
      stringKeys: true,
      merge: true,
    });
    return this.#document;
  }

  /** Merged keys (`<<`) and aliases are resolved; a bomb of aliases is refused. undefined: to be parsed as a whole. */
  #toValue(): { value: unknown; problem?: Problem } | undefined {
    const { elements } = this.#parsed;
    try {
      const value: unknown = this.#tree().toJS({ maxAliasCount: 100 }) ?? undefined;
      if (elements.size === 0) return { value };
      const expanded = expand(value, elements);
      return expanded === undefined ? undefined : { value: expanded };
    } catch {
      const message = 'aliases (*name) refer to what is not there, or make the text too large';
      return { value: undefined, problem: { range: this.lines.range(0, 0), message, severity: 'error' } };
    }
  }

  #node(path: Path): Node | undefined {
    let node: unknown = this.#tree().contents;
    for (const key of path) {
      if (isAlias(node)) node = node.resolve(this.#tree());
      if (isMap(node))
        node = node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))?.value;
      else if (isSeq(node)) node = node.items[Number(key)];
      else return undefined;
    }
    return isNode(node) ? node : undefined;
  }

  /** Up to the end of the first line of a value of many, so that an editor does not underline the whole. */
  #rangeOf(node: Node): Range {
    const [start = 0, end = start] = node.range ?? [];
    const lineEnd = this.text.indexOf('\n', start);
    return this.lines.range(start, lineEnd >= 0 && lineEnd < end ? lineEnd : end);
  }
}

/** A key, or a value without parts. */
export interface ScalarPlace {
  /** Path to the value; for a key, to the value that it names. */
  readonly path: Path;
  readonly role: 'key' | 'value';
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
}

function scalarIn(node: unknown, offset: number, path: Path): ScalarPlace | undefined {
  if (isScalar(node)) return touches(node, offset) ? placeOf(node, path, 'value') : undefined;
  if (isSeq(node)) return firstOf(node.items, (item, index) => scalarIn(item, offset, [...path, index]));
  if (!isMap(node)) return undefined;
  return firstOf(node.items, (pair) => {
    if (!isPair(pair) || !isScalar(pair.key)) return undefined;
    const here = [...path, String(pair.key.value)];
    if (touches(pair.key, offset)) return placeOf(pair.key, here, 'key');
    return scalarIn(pair.value, offset, here);
  });
}

function touches(node: Node, offset: number): boolean {
  const [start = -1, end = -1] = node.range ?? [];
  return start <= offset && offset <= end && end > start;
}

function placeOf(node: Node, path: Path, role: 'key' | 'value'): ScalarPlace {
  const [start = 0, end = 0] = node.range ?? [];
  return { path, role, start, end, value: isScalar(node) ? node.value : undefined };
}

function firstOf<T, R>(items: readonly T[], look: (item: T, index: number) => R | undefined): R | undefined {
  for (const [index, item] of items.entries()) {
    const found = look(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The part of VALUE at PATH; undefined when it is not there. */
export function partAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null && Object.hasOwn(part, key) ? Reflect.get(part, key) : undefined,
    value,
  );
}

function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
