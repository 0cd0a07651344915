/** PATCH paths: `PATH = attrPath / valuePath [subAttr]` (RFC 7644 §3.5.2, Figure 7). */

import { ProtocolError } from './error.js';
import type { Filter } from './filter/ast.js';
import { isBareUri, isPathProblem, printAttributePath, readAttributePath } from './filter/attribute-path.js';
import { lexFilter, type Token } from './filter/lexer.js';
import { parseTokens } from './filter/parse.js';
import { printFilter } from './filter/print.js';
import type { AttributePath } from './schema/resource-type.js';

/** What a PATCH operation points at. */
export interface PatchPath {
  readonly attribute: AttributePath;
  /** Selects among the values of a multi-valued attribute; its attributes are sub-attributes. */
  readonly filter?: Filter;
  /** The sub-attribute after the filter; one without a filter is in `attribute.sub`. */
  readonly sub?: string;
}

export interface ParsePathOptions {
  /** Take filters as leniently as `parseFilter` with `lenient` does. */
  readonly lenient?: boolean;
  /** Take `members[value eq"2819"]`, as the example of RFC 7644 §3.5.2.2 has it. */
  readonly missingSpace?: boolean;
}

/** Longest path that is read. */
const maxPathLength = 65_536;

/**
 * Read TEXT as a PATCH path; the bare URN of an extension is one too, although the grammar forgot it.
 * A URN whose last part can be an attribute name comes back split at its last colon: only the resource type can tell.
 * Throws ProtocolError 400 `invalidPath`, or `invalidFilter` for what stands between brackets, with the offset in TEXT.
 */
export function parsePath(text: string, options: ParsePathOptions = {}): PatchPath {
  if (text.length > maxPathLength)
    throw pathError(`The path is longer than ${maxPathLength} characters`, maxPathLength);
  const lenient = options.lenient === true;
  const tokens = lexFilter(text, { lenient });
  const [name, bracket] = tokens;
  if (name === undefined || name.kind !== 'word' || name.spaced) {
    throw unexpected('A path starts with an attribute name', name, text);
  }
  const attribute = attributePath(name.text, name.offset);
  if (bracket === undefined || bracket.kind !== '[' || bracket.spaced) {
    if (bracket?.kind !== 'end' || bracket.spaced) throw unexpected('The path should end here', bracket, text);
    return { attribute };
  }
  const close = closingBracket(tokens);
  const rules = { lenient, missingSpace: lenient || options.missingSpace === true, insideBrackets: true };
  const filter = parseTokens(filterTokens(tokens, close), rules);
  return { attribute, filter, ...subAttributeAfter(tokens, close, text) };
}

/** The text of PATH, which `parsePath` reads as the same path. */
export function printPath(path: PatchPath): string {
  const filter = path.filter === undefined ? '' : `[${printFilter(path.filter)}]`;
  const sub = path.sub === undefined ? '' : `.${path.sub}`;
  return `${printAttributePath(path.attribute)}${filter}${sub}`;
}

/**
 * Read TEXT as an attribute in the notation of RFC 7644 §3.10: `userName`, `name.familyName`, `urn:…:User:userName`,
 * or the bare URN of an extension (see `parsePath`). Throws ProtocolError 400 `invalidPath` with the offset.
 */
export function parseAttributePath(text: string): AttributePath {
  const path = parsePath(text);
  if (path.filter !== undefined) throw pathError('A filter cannot stand here', text.indexOf('['));
  return path.attribute;
}

function attributePath(text: string, offset: number): AttributePath {
  const path = readAttributePath(text);
  if (!isPathProblem(path)) return path;
  if (isBareUri(text)) return { urn: text, name: '' };
  throw pathError(path.message, offset + path.offset);
}

/** The index of the first `]`; that of the last token when there is none. Strings are tokens, so theirs do not count. */
function closingBracket(tokens: readonly Token[]): number {
  const index = tokens.findIndex((token) => token.kind === ']');
  return index < 0 ? tokens.length - 1 : index;
}

/** The tokens between the brackets, ended as `parseTokens` wants it. */
function filterTokens(tokens: readonly Token[], close: number): Token[] {
  const inside = tokens.slice(2, close);
  const last = tokens[close];
  if (last !== undefined) inside.push(last.kind === ']' ? { ...last, kind: 'end' } : last);
  return inside;
}

function subAttributeAfter(tokens: readonly Token[], close: number, text: string): { sub?: string } {
  if (tokens[close]?.kind !== ']') throw pathError('This "[" is never closed', tokens[1]?.offset ?? 0);
  const next = tokens[close + 1];
  const isSub = next?.kind === 'subAttribute';
  const end = isSub ? tokens[close + 2] : next;
  if (end?.kind !== 'end' || end.spaced) {
    throw unexpected('Only ".subAttribute" can follow the closing bracket', end, text);
  }
  return isSub ? { sub: next.text } : {};
}

function unexpected(message: string, token: Token | undefined, text: string): ProtocolError {
  if (token?.kind === 'invalid') return pathError(token.message ?? message, token.offset);
  return pathError(message, token === undefined ? text.length : token.spaced ? token.offset - 1 : token.offset);
}

function pathError(message: string, offset: number): ProtocolError {
  return new ProtocolError(400, 'invalidPath', `${message} (at character ${offset + 1})`, { offset });
}
