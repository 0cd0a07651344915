/** JSON text (RFC 8259) whose every member knows its place, and the re-indentation of JSON text. */

import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  parse as parseTolerantly,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { type Position, ScimError } from './error.js';
import type { JsonValue } from './json.js';

export type JsonPath = readonly (string | number)[];

/** A text is not JSON; `position` is where the first error is. */
export class JsonSyntaxError extends ScimError {
  constructor(
    message: string,
    position: Position,
    /** UTF-16 offset of the error in the text. */
    readonly offset: number,
  ) {
    super('json.syntax', message, { position });
  }
}

/** A member name that an object of the text has more than once. */
export interface DuplicateMember {
  readonly path: JsonPath;
  /** Where the later name is, whose value counts. */
  readonly position: Position;
}

/**
 * Standard JSON (no comments, no trailing commas) with positions. `JSON.parse` makes the value: it is fast and makes
 * `__proto__` an ordinary member. The tree that knows the positions is built when somebody asks for one.
 */
export class JsonText {
  #tree: Node | undefined;
  #hasTree = false;
  #lineStarts: readonly number[] | undefined;
  #duplicates: readonly DuplicateMember[] | undefined;

  private constructor(
    readonly text: string,
    readonly value: JsonValue,
  ) {}

  /** TEXT as JSON; throws `JsonSyntaxError` at the first error. */
  static parse(text: string): JsonText {
    try {
      const value: JsonValue = JSON.parse(text);
      return new JsonText(text, value);
    } catch (error) {
      throw syntaxError(text, error);
    }
  }

  /**
   * Where the value at PATH (or, with `key`, the name of that member) starts; undefined when there is none. Of a name
   * that occurs twice, the last counts. The names of PATH must be spelt as in the text.
   */
  positionOf(path: JsonPath, of: 'key' | 'value' = 'value'): Position | undefined {
    const node = this.#find(path);
    if (node === undefined) return undefined;
    const key = of === 'key' && node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
    return this.#position((key ?? node).offset);
  }

  /** Member names that occur more than once in their object; the last occurrence is the one in `value`. */
  get duplicates(): readonly DuplicateMember[] {
    this.#duplicates ??= this.#findDuplicates();
    return this.#duplicates;
  }

  #root(): Node | undefined {
    if (!this.#hasTree) {
      this.#hasTree = true;
      try {
        this.#tree = parseTree(this.text);
      } catch (error) {
        // The tree builder is recursive: text nested some ten thousand deep has a value but no positions.
        if (!(error instanceof RangeError)) throw error;
      }
    }
    return this.#tree;
  }

  #find(path: JsonPath): Node | undefined {
    let node = this.#root();
    for (const segment of path) {
      if (node === undefined) return undefined;
      node = typeof segment === 'number' ? findNodeAtLocation(node, [segment]) : lastMember(node, segment);
    }
    return node;
  }

  #position(offset: number): Position {
    this.#lineStarts ??= lineStartsOf(this.text);
    return positionIn(this.text, this.#lineStarts, offset);
  }

  #findDuplicates(): readonly DuplicateMember[] {
    const root = this.#root();
    const found: DuplicateMember[] = [];
    const open: { node: Node; path: JsonPath }[] = root === undefined ? [] : [{ node: root, path: [] }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node, path } = next;
      const seen = new Set<string>();
      for (const [index, child] of (node.children ?? []).entries()) {
        const [key, value] = node.type === 'object' ? (child.children ?? []) : [undefined, child];
        if (key !== undefined) {
          const name = String(key.value);
          if (seen.has(name)) found.push({ path: [...path, name], position: this.#position(key.offset) });
          seen.add(name);
        }
        if (value?.children !== undefined) {
          open.push({ node: value, path: [...path, key === undefined ? index : String(key.value)] });
        }
      }
    }
    return found;
  }
}

function lastMember(node: Node, name: string): Node | undefined {
  if (node.type !== 'object') return undefined;
  return node.children?.findLast((property) => property.children?.[0]?.value === name)?.children?.[1];
}

/**
 * Where OFFSET (UTF-16) of TEXT is: zero-based line, character in code points. A line ends with a line feed; a
 * carriage return before it belongs to the line.
 */
export function positionAt(text: string, offset: number): Position {
  return positionIn(text, lineStartsOf(text.slice(0, offset)), offset);
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

function positionIn(text: string, lineStarts: readonly number[], offset: number): Position {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low, character: codePoints(text, lineStarts[low] ?? 0, Math.min(offset, text.length)) };
}

function codePoints(text: string, start: number, end: number): number {
  let count = 0;
  for (let index = start; index < end; index += 1) {
    count += 1;
    if ((text.codePointAt(index) ?? 0) > 0xffff) index += 1;
  }
  return count;
}

const syntaxMessages = new Map<string, string>([
  ['InvalidSymbol', 'Unknown word: names and strings are in double quotes, literals are true, false and null'],
  ['InvalidNumberFormat', 'This is not a JSON number'],
  ['PropertyNameExpected', 'Expected a member name in double quotes'],
  ['ValueExpected', 'Expected a value'],
  ['ColonExpected', 'Expected `:` after the member name'],
  ['CommaExpected', 'Expected `,` between members or elements'],
  ['CloseBraceExpected', 'Expected `}` to close the object'],
  ['CloseBracketExpected', 'Expected `]` to close the array'],
  ['EndOfFileExpected', 'Expected the end of the text after the JSON value'],
  ['InvalidCommentToken', 'Comments are not allowed in JSON'],
  ['UnexpectedEndOfComment', 'Comments are not allowed in JSON'],
  ['UnexpectedEndOfString', 'Expected `"` to close the string on its line'],
  ['UnexpectedEndOfNumber', 'Expected a digit'],
  ['InvalidUnicode', 'Expected four hexadecimal digits after `\\u`'],
  ['InvalidEscapeCharacter', 'Expected one of `" \\ / b f n r t u` after the backslash'],
  ['InvalidCharacter', 'A control character in a string must be escaped'],
]);

/** `JSON.parse` says whether TEXT is JSON, the tolerant parser says where and why not. */
function syntaxError(text: string, cause: unknown): JsonSyntaxError {
  if (text.trim() === '') return new JsonSyntaxError('Expected a JSON value, but the text is empty', zero, 0);
  const errors: ParseError[] = [];
  try {
    parseTolerantly(text, errors, { disallowComments: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const [first] = errors;
  if (first === undefined) {
    return new JsonSyntaxError(`Not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, zero, 0);
  }
  const message = describe(text, first);
  return new JsonSyntaxError(message, positionAt(text, first.offset), first.offset);
}

/** What the first ones of ERRORS, which the tolerant parser found in TEXT, mean; `offset` and `length` in UTF-16 units. */
export function explainSyntaxErrors(
  text: string,
  errors: readonly ParseError[],
  limit: number,
): { readonly message: string; readonly offset: number; readonly length: number }[] {
  return errors
    .slice(0, limit)
    .map((error) => ({ message: describe(text, error), offset: error.offset, length: error.length }));
}

const zero: Position = { line: 0, character: 0 };

function describe(text: string, error: ParseError): string {
  const before = text.slice(0, error.offset).trimEnd();
  // The tolerant parser skips unknown words, also those behind a complete value.
  const code = isComplete(before) ? 'EndOfFileExpected' : printParseErrorCode(error.error);
  const expected = syntaxMessages.get(code) ?? 'This is not JSON';
  if (error.offset >= text.length) return `${expected}, but the text ends`;
  const next = text.charAt(error.offset);
  if (before.endsWith(',') && (next === '}' || next === ']')) return `${expected}: JSON allows no trailing comma`;
  return expected;
}

/** Deepest nesting that `prettyJson` indents: beyond it, indentation alone would fill the memory. */
const deepestIndent = 512;

export interface PrettyOptions {
  /** Spaces per level; 2 unless told. */
  readonly indent?: number;
}

/**
 * TEXT with one member or element per line. Only white space changes: the order of members, duplicate names, numbers
 * and escapes stay letter by letter, so `12345678901234567890` and `1.10` survive. Text that is not JSON, or that is
 * nested deeper than any SCIM document, comes back as it is.
 */
export function prettyJson(text: string, options: PrettyOptions = {}): string {
  return isComplete(text) ? (reindent(text, options.indent ?? 2) ?? text) : text;
}

function isComplete(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** One pass over TEXT, which must be JSON; undefined when it is nested too deep. */
function reindent(text: string, indent: number): string | undefined {
  const breaks = ['\n'];
  const out: string[] = [];
  // Start of the stretch of text that goes out unchanged.
  let from = 0;
  let depth = 0;
  const copyUpTo = (end: number): void => {
    if (end > from) out.push(text.slice(from, end));
    from = end + 1;
  };
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x7b: // {
      case 0x5b: {
        // [
        copyUpTo(at);
        const close = nextVisible(text, at + 1);
        const next = text.charCodeAt(close);
        if (next === 0x7d || next === 0x5d) {
          out.push(next === 0x7d ? '{}' : '[]');
          at = close;
          from = close + 1;
          break;
        }
        depth += 1;
        if (depth > deepestIndent) return undefined;
        breaks[depth] ??= `\n${' '.repeat(indent * depth)}`;
        out.push(text.charAt(at), breaks[depth] ?? '');
        break;
      }
      case 0x7d: // }
      case 0x5d: // ]
        copyUpTo(at);
        depth -= 1;
        out.push(breaks[depth] ?? '', text.charAt(at));
        break;
      case 0x2c: // ,
        copyUpTo(at);
        out.push(',', breaks[depth] ?? '');
        break;
      case 0x3a: // :
        copyUpTo(at);
        out.push(': ');
        break;
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        copyUpTo(at);
        break;
    }
  }
  copyUpTo(text.length);
  return out.join('');
}

/** Offset of the quote that closes the string which opens at START. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1;
  return backslashes % 2 === 1;
}

function nextVisible(text: string, start: number): number {
  let at = start;
  while (' \t\n\r'.includes(text.charAt(at)) && at < text.length) at += 1;
  return at;
}
