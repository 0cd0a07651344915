/** Where in a JSON text, which may be half-written, somebody is typing. */

import { createScanner, type JSONScanner } from 'jsonc-parser';
import type { JsonPath } from '../../scim/json-text.js';
import { decoded } from './strings.js';
import type { Span } from './text.js';

/** The place of a name or a value that is there, begun, or could be there. */
export interface Cursor {
  readonly role: 'key' | 'value';
  /** For a name, to its object; for a value, to itself. */
  readonly path: JsonPath;
  /** What it says up to the cursor. */
  readonly typed: string;
  /** The same as it is written. */
  readonly raw: string;
  /** What to replace; of a string, what is between the quotes. */
  readonly span: Span;
  /** Is it in quotes, and do these end? */
  readonly quote: 'none' | 'open' | 'closed';
  /** For a name: does a colon follow? */
  readonly hasColon: boolean;
  /** Behind which offset a comma is missing. */
  readonly commaAt: number | undefined;
  /** Is a comma missing behind it? */
  readonly needsComma: boolean;
}

// The kinds of tokens; as the enumeration of jsonc-parser is `const`, it is not there at run time.
const kinds = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  string: 10,
  unknown: 16,
  end: 17,
};

interface Token extends Span {
  readonly kind: number;
  readonly value: string;
  /** A string whose closing quote is missing. */
  readonly isOpen: boolean;
}

/** An object or array that is open at some place. */
interface Frame {
  readonly isObject: boolean;
  /** What was last: nothing, a comma, a name, its colon, a value. */
  state: 'start' | 'comma' | 'name' | 'colon' | 'value';
  name: string;
  index: number;
  /** Where the last value ends. */
  valueEnd: number;
}

/** The place at OFFSET of TEXT; undefined where nothing can be typed, as behind a value or in a comment. */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const scanner = createScanner(text, true);
  const frames: Frame[] = [newFrame(false)];
  let token = next(scanner);
  while (token.kind !== kinds.end && !reaches(token, offset)) {
    advance(frames, token);
    token = next(scanner);
  }
  const inside = token.kind !== kinds.end && token.start < offset ? token : undefined;
  if (inside === undefined && isInComment(text, offset, frames)) return undefined;
  if (inside !== undefined && !isWord(inside)) return undefined;
  return inside === undefined ? between(frames, token, offset) : within(text, frames, inside, offset, scanner);
}

/** Is OFFSET before the end of TOKEN, or at the end of one that could go on there? */
function reaches(token: Token, offset: number): boolean {
  return (
    offset < token.end || (offset === token.end && (token.isOpen || (isWord(token) && token.kind !== kinds.string)))
  );
}

/** A string, or what is no punctuation: numbers, literals, words without quotes. */
function isWord({ kind }: Token): boolean {
  return kind >= 7 && kind !== kinds.end;
}

function next(scanner: JSONScanner): Token {
  const kind: number = scanner.scan();
  const start = scanner.getTokenOffset();
  const unexpectedEnd = 2;
  const isOpen = kind === kinds.string && Number(scanner.getTokenError()) === unexpectedEnd;
  return { kind, start, end: start + scanner.getTokenLength(), value: scanner.getTokenValue(), isOpen };
}

function newFrame(isObject: boolean): Frame {
  return { isObject, state: 'start', name: '', index: 0, valueEnd: 0 };
}

/** Take TOKEN into account in FRAMES. */
function advance(frames: Frame[], token: Token): void {
  const frame = frames.at(-1);
  if (frame === undefined) return;
  switch (token.kind) {
    case kinds.openBrace:
    case kinds.openBracket:
      beginValue(frame);
      frames.push(newFrame(token.kind === kinds.openBrace));
      return;
    case kinds.closeBrace:
    case kinds.closeBracket:
      close(frames, token);
      return;
    case kinds.comma:
      if (!frame.isObject) frame.index += 1;
      frame.state = 'comma';
      return;
    case kinds.colon:
      if (frame.isObject) frame.state = 'colon';
      return;
    default:
      if (frame.isObject && frame.state !== 'colon') {
        frame.name = token.value;
        frame.state = 'name';
      } else {
        beginValue(frame);
        frame.state = 'value';
        frame.valueEnd = token.end;
      }
  }
}

/** A value begins where a comma is missing: it is one further. */
function beginValue(frame: Frame): void {
  if (!frame.isObject && frame.state === 'value') frame.index += 1;
}

/** A closing bracket ends the nearest thing of its kind, and whatever was left open in it. */
function close(frames: Frame[], token: Token): void {
  const isObject = token.kind === kinds.closeBrace;
  const index = frames.findLastIndex((frame, at) => at > 0 && frame.isObject === isObject);
  if (index < 0) return;
  frames.length = index;
  const around = frames.at(-1);
  if (around === undefined) return;
  around.state = 'value';
  around.valueEnd = token.end;
}

/** The path to the object or array that is open last, or, where that wants a value, to that value. */
function pathOf(frames: readonly Frame[], toValue: boolean): JsonPath {
  const path = frames.slice(1, toValue ? undefined : -1).map(({ isObject, name, index }) => (isObject ? name : index));
  return path;
}

/** Between tokens: FOLLOWING is the next one. */
function between(frames: readonly Frame[], following: Token, offset: number): Cursor | undefined {
  const frame = frames.at(-1);
  if (frame === undefined || frame.state === 'name') return undefined;
  const isKey = frame.isObject && frame.state !== 'colon';
  const isTop = frames.length === 1;
  if (isTop && frame.state !== 'start') return undefined;
  const isValueNext = isWord(following) || following.kind === kinds.openBrace || following.kind === kinds.openBracket;
  if (isTop && isValueNext) return undefined;
  if (following.kind === kinds.colon) return undefined;
  // The value is there already, unless what follows is the next name.
  if (frame.isObject && !isKey && isValueNext && following.kind !== kinds.string) return undefined;
  if (frame.isObject && !isKey && following.kind === kinds.string) return undefined;
  return {
    role: isKey ? 'key' : 'value',
    path: placeIn(frames, isKey),
    typed: '',
    raw: '',
    span: { start: offset, end: offset },
    quote: 'none',
    hasColon: false,
    commaAt: frame.state === 'value' ? frame.valueEnd : undefined,
    needsComma: isValueNext,
  };
}

/** In the middle of TOKEN, or at its end. */
function within(
  text: string,
  frames: readonly Frame[],
  token: Token,
  offset: number,
  scanner: JSONScanner,
): Cursor | undefined {
  const frame = frames.at(-1);
  if (frame === undefined || frame.state === 'name') return undefined;
  if (frames.length === 1 && frame.state !== 'start') return undefined;
  const isKey = frame.isObject && frame.state !== 'colon';
  const isString = token.kind === kinds.string;
  // What follows a string without an end on its line is no part of it, save the rest of the word.
  const rest = /^[\w.$:-]*/.exec(text.slice(offset, token.end))?.[0].length ?? 0;
  const start = isString ? token.start + 1 : token.start;
  const end = token.isOpen ? offset + rest : isString ? token.end - 1 : token.end;
  if (token.isOpen) scanner.setPosition(end);
  const following = next(scanner);
  return {
    role: isKey ? 'key' : 'value',
    path: placeIn(frames, isKey),
    typed: isString ? decoded(text.slice(start, offset)) : text.slice(start, offset),
    raw: text.slice(start, offset),
    span: { start, end },
    quote: !isString ? 'none' : token.isOpen ? 'open' : 'closed',
    hasColon: isKey && following.kind === kinds.colon,
    commaAt: frame.state === 'value' ? frame.valueEnd : undefined,
    needsComma: isWord(following) || following.kind === kinds.openBrace || following.kind === kinds.openBracket,
  };
}

/** The path of a new name or value; an element behind a missing comma is one further. */
function placeIn(frames: readonly Frame[], isKey: boolean): JsonPath {
  const path = pathOf(frames, !isKey);
  const frame = frames.at(-1);
  const last = path.at(-1);
  if (frame === undefined || frame.isObject || frame.state !== 'value' || typeof last !== 'number') return path;
  return [...path.slice(0, -1), last + 1];
}

/** JSON has no comments, but people write them. */
function isInComment(text: string, offset: number, frames: readonly Frame[]): boolean {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(from, offset);
  const outside = line.replace(/"(?:[^"\\]|\\.)*"/g, '');
  return frames.length > 0 && /\/\/|\/\*(?!.*\*\/)/.test(outside);
}
