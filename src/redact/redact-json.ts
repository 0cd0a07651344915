/**
 * Finds secrets in JSON text by structure: members named like a secret, PATCH operations whose `path` names one
 * (RFC 7644 §3.5.2), filters that compare one, JSON inside strings. Works on the text itself, so that what is not
 * secret stays as it is, byte for byte, and bears text that was cut off.
 */

import { comparesSecret, isSensitiveName } from './sensitive.js';

/** A scalar whose value may be shown or not. */
interface Leaf {
  readonly start: number;
  readonly end: number;
  hidden: boolean;
}

/** An object or array that is being read. */
interface Frame {
  readonly isObject: boolean;
  /** Everything in it is secret. */
  readonly hidden: boolean;
  /** The member whose value comes next; undefined where a name comes next. */
  key: string | undefined;
  /** A `path` (or the like) says that the `value` beside it is secret. */
  namesSecret: boolean;
  namesSomething: boolean;
  /** Where the leaves of `value` members start and end, in pairs. */
  values: number[];
  /** Where the leaves of the present `value` member start. */
  openValue: number | undefined;
}

interface Scan {
  readonly text: string;
  readonly leaves: Leaf[];
  readonly frames: Frame[];
  wellFormed: boolean;
}

/** Members that say what the `value` beside them is: PATCH operations, and lists of headers or settings. */
const namingKeys = new Set(['path', 'name', 'key', 'attribute', 'header']);

export interface JsonRedaction {
  readonly text: string;
  /** Whether it was JSON: complete, or cut off. Otherwise names and values may have been missed. */
  readonly wellFormed: boolean;
}

/**
 * TEXT with the secrets in it replaced by the JSON string MASK. CLEAN removes known secrets from the inside of a string
 * or from a number. When TEXT is the beginning of something longer, a `value` whose `path` may follow is hidden.
 */
export function redactJson(text: string, mask: string, clean: (text: string) => string): JsonRedaction {
  const { leaves, wellFormed } = scan(text);
  const hidden = JSON.stringify(mask);
  let result = '';
  let copied = 0;
  for (const leaf of leaves) {
    const raw = text.slice(leaf.start, leaf.end);
    const shown = leaf.hidden ? hidden : cleanLeaf(raw, hidden, clean);
    if (shown === raw) continue;
    result += text.slice(copied, leaf.start) + shown;
    copied = leaf.end;
  }
  return { text: copied === 0 ? text : result + text.slice(copied), wellFormed };
}

/** The string values that structure says are secret, decoded; numbers as text. */
export function secretsInJson(text: string): string[] {
  return scan(text)
    .leaves.filter((leaf) => leaf.hidden)
    .flatMap(({ start, end }) => {
      const value = decodeString(text.slice(start, end));
      // JSON in a string is hidden as a whole; what it hides may be quoted alone.
      return startsJson(text, start) ? [value, ...secretsInJson(value)] : [value];
    });
}

function cleanLeaf(raw: string, hidden: string, clean: (text: string) => string): string {
  if (!raw.startsWith('"')) return clean(raw) === raw ? raw : hidden;
  const cleaned = clean(raw.slice(1, -1));
  if (cleaned === raw.slice(1, -1)) return raw;
  // A secret may end in the middle of an escape; then the rest of it would break the string.
  return isJson(`"${cleaned}"`) ? `"${cleaned}"` : hidden;
}

function scan(text: string): Scan {
  const state: Scan = { text, leaves: [], frames: [], wellFormed: true };
  let at = 0;
  while (at < text.length) at = readToken(state, at);
  for (const frame of state.frames) closeFrame(state, frame, true);
  return state;
}

function readToken(state: Scan, at: number): number {
  const { text, frames } = state;
  switch (text[at]) {
    case '{':
    case '[':
      frames.push(openFrame(frames.at(-1), text[at] === '{'));
      return at + 1;
    case '}':
    case ']': {
      const frame = frames.pop();
      if (frame === undefined) state.wellFormed = false;
      else closeFrame(state, frame, false);
      return at + 1;
    }
    case ',':
      endMember(state);
      return at + 1;
    case '"':
      return readString(state, at);
    case ':':
    case ' ':
    case '\n':
    case '\r':
    case '\t':
      return at + 1;
    default:
      return readWord(state, at);
  }
}

function openFrame(parent: Frame | undefined, isObject: boolean): Frame {
  return {
    isObject,
    hidden: parent !== undefined && hidesValue(parent),
    key: undefined,
    namesSecret: false,
    namesSomething: false,
    values: [],
    openValue: undefined,
  };
}

/** Is the value that comes next in FRAME secret? */
function hidesValue(frame: Frame): boolean {
  return frame.hidden || (frame.key !== undefined && isSensitiveName(frame.key));
}

function endMember(state: Scan): void {
  const frame = state.frames.at(-1);
  if (frame?.isObject !== true) return;
  if (frame.openValue !== undefined) {
    frame.values.push(frame.openValue, state.leaves.length);
    frame.openValue = undefined;
  }
  frame.key = undefined;
}

function closeFrame(state: Scan, frame: Frame, cut: boolean): void {
  if (frame.openValue !== undefined) frame.values.push(frame.openValue, state.leaves.length);
  // Of an object that was cut off nobody knows whether a `path` would have followed.
  if (!frame.namesSecret && !(cut && !frame.namesSomething)) return;
  for (let pair = 0; pair < frame.values.length; pair += 2) {
    for (const leaf of state.leaves.slice(frame.values[pair], frame.values[pair + 1])) leaf.hidden = true;
  }
}

function readString(state: Scan, at: number): number {
  const end = stringEnd(state.text, at);
  const frame = state.frames.at(-1);
  if (frame?.isObject === true && frame.key === undefined) beginMember(state, frame, at, end);
  else addString(state, frame, at, end);
  return end;
}

function beginMember(state: Scan, frame: Frame, at: number, end: number): void {
  frame.key = decodeString(state.text.slice(at, end));
  if (frame.key.toLowerCase() === 'value') frame.openValue = state.leaves.length;
}

function addString(state: Scan, frame: Frame | undefined, start: number, end: number): void {
  const { text } = state;
  const leaf: Leaf = { start, end, hidden: frame !== undefined && hidesValue(frame) };
  state.leaves.push(leaf);
  if (leaf.hidden || frame === undefined) return;
  const key = frame.key?.toLowerCase();
  if (key === undefined) return;
  const isWhole = end - start > 1 && closesString(text, end - 1);
  if (!isWhole) leaf.hidden = key === 'filter' || startsJson(text, start);
  else if (namingKeys.has(key)) noteName(frame, leaf, key, decodeString(text.slice(start, end)));
  else if (key === 'filter') leaf.hidden = comparesSecret(decodeString(text.slice(start, end)));
  else leaf.hidden = startsJson(text, start) && secretsInJson(decodeString(text.slice(start, end))).length > 0;
}

/** Is the string at START JSON text, as in a log of a request? */
function startsJson(text: string, start: number): boolean {
  const first = text[start + 1];
  return first === '{' || first === '[';
}

function noteName(frame: Frame, leaf: Leaf, key: string, name: string): void {
  frame.namesSomething = true;
  if (isSensitiveName(name)) frame.namesSecret = true;
  if (key === 'path') leaf.hidden = comparesSecret(name);
}

/** A number or literal; anything else is not JSON and is passed over. */
function readWord(state: Scan, at: number): number {
  let end = at + 1;
  while (end < state.text.length && !/[\s{}[\]",:]/.test(state.text.charAt(end))) end++;
  const word = state.text.slice(at, end);
  if (/^-?[0-9]/.test(word)) {
    const frame = state.frames.at(-1);
    state.leaves.push({ start: at, end, hidden: frame !== undefined && hidesValue(frame) });
  } else if (word !== 'true' && word !== 'false' && word !== 'null') {
    const isCut = end === state.text.length && ['true', 'false', 'null'].some((literal) => literal.startsWith(word));
    if (!isCut) state.wellFormed = false;
  }
  return end;
}

function stringEnd(text: string, at: number): number {
  let quote = text.indexOf('"', at + 1);
  while (quote >= 0 && !closesString(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote < 0 ? text.length : quote + 1;
}

/** Is the character at AT a quotation mark that is not escaped? */
function closesString(text: string, at: number): boolean {
  let escapes = 0;
  while (text[at - 1 - escapes] === '\\') escapes++;
  return text[at] === '"' && escapes % 2 === 0;
}

/** The value of a string literal; its inside as it is when it is cut off or malformed; other literals unchanged. */
function decodeString(raw: string): string {
  if (!raw.startsWith('"')) return raw;
  const inside = raw.endsWith('"') && raw.length > 1 ? raw.slice(1, -1) : raw.slice(1);
  if (!inside.includes('\\')) return inside;
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'string' ? value : inside;
  } catch {
    return inside;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
