/**
 * Finds known secrets in a text, however they are written there: as they are, JSON-escaped (also JSON inside JSON),
 * percent-encoded (also twice), as form data, as HTML entities, and inside Base64 (`Basic` credentials).
 *
 * Instead of listing the escape forms of a secret, of which there are endlessly many, the text is matched character by
 * character against the secret, where each character may be written in any form.
 */

/** One character of a secret. */
interface Unit {
  readonly literal: string;
  /** A second spelling: Base64 has two alphabets (RFC 4648 §4, §5). */
  readonly alternative: string | undefined;
  readonly codePoint: number;
  readonly utf8: readonly number[];
  /** Letter of the short JSON escape, e.g. `n` of `\n`. */
  readonly shortEscape: string | undefined;
  readonly entity: string | undefined;
}

type Needle = readonly Unit[];

const backslash = 0x5c;
const percent = 0x25;
const ampersand = 0x26;
const plus = 0x2b;
/** Longest run of backslashes that is taken for escaping: JSON nested six times. */
const maxBackslashes = 64;
/** Longest way to write one UTF-16 unit that is reckoned with, in characters. */
const maxExpansion = 16;

const shortEscapes = new Map([
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\f', 'f'],
  ['\r', 'r'],
]);
const entities = new Map([
  ['&', 'amp;'],
  ['<', 'lt;'],
  ['>', 'gt;'],
  ['"', 'quot;'],
  ["'", 'apos;'],
]);

/** Replaces a fixed set of secrets. */
export class SecretMatcher {
  readonly #needles: readonly Needle[];
  readonly #starts = new Uint8Array(128);
  readonly #startsBeyondAscii: boolean;
  /** No written form of a secret is longer than this; a text that was cut may end with a piece of one. */
  readonly longest: number;

  constructor(secrets: readonly string[]) {
    const needles = secrets.filter((secret) => secret !== '').flatMap(needlesOf);
    this.#needles = needles;
    this.longest = secrets.reduce((longest, secret) => Math.max(longest, secret.length * maxExpansion), 0);
    let beyond = false;
    for (const code of [backslash, percent, ampersand]) this.#starts[code] = 1;
    for (const [first] of needles) {
      for (const spelling of [first?.literal, first?.alternative, first?.literal === ' ' ? '+' : undefined]) {
        const code = spelling?.charCodeAt(0);
        if (code === undefined) continue;
        if (code < 128) this.#starts[code] = 1;
        else beyond = true;
      }
    }
    this.#startsBeyondAscii = beyond;
  }

  /** TEXT with every secret in it replaced by MASK. */
  replace(text: string, mask: string): string {
    if (this.#needles.length === 0) return text;
    let result = '';
    let copied = 0;
    let at = 0;
    while (at < text.length) {
      const end = this.#mayStart(text.charCodeAt(at)) ? this.#matchAt(text, at) : -1;
      if (end < 0) {
        at++;
        continue;
      }
      result += text.slice(copied, at) + mask;
      copied = end;
      at = end;
    }
    return copied === 0 ? text : result + text.slice(copied);
  }

  #mayStart(code: number): boolean {
    return code < 128 ? this.#starts[code] === 1 : this.#startsBeyondAscii;
  }

  #matchAt(text: string, at: number): number {
    let longest = -1;
    for (const needle of this.#needles) longest = Math.max(longest, matchNeedle(text, at, needle));
    return longest;
  }
}

function needlesOf(secret: string): Needle[] {
  const bytes = Buffer.from(secret, 'utf8');
  const needles = [unitsOf(secret, false)];
  // Shorter ones would hide harmless text: four Base64 characters occur anywhere.
  if (bytes.length >= 6) {
    for (const shift of [0, 1, 2]) needles.push(unitsOf(base64Core(bytes, shift), true));
  }
  return needles;
}

/** The Base64 characters that depend on BYTES alone when SHIFT bytes precede them in their group of three. */
function base64Core(bytes: Buffer, shift: number): string {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
}

function unitsOf(text: string, base64: boolean): Needle {
  const units: Unit[] = [];
  for (const literal of text) {
    // A run of backslashes counts as one: how many there are depends on how often the text was escaped.
    if (literal === '\\' && units.at(-1)?.literal === '\\') continue;
    units.push({
      literal,
      alternative: base64 ? { '+': '-', '/': '_' }[literal] : undefined,
      codePoint: literal.codePointAt(0) ?? 0,
      utf8: [...Buffer.from(literal, 'utf8')],
      shortEscape: shortEscapes.get(literal),
      entity: entities.get(literal),
    });
  }
  return units;
}

/** End of the longest match of NEEDLE in TEXT at AT, or -1. Keeps all places where a prefix can end: no backtracking. */
function matchNeedle(text: string, at: number, needle: Needle): number {
  let places = [at];
  for (const unit of needle) {
    const next: number[] = [];
    for (const place of places) collectEnds(text, place, unit, next);
    if (next.length === 0) return -1;
    places = next.length === 1 ? next : [...new Set(next)];
  }
  return Math.max(...places);
}

/** Adds to ENDS every place where UNIT can end when it begins at AT. */
function collectEnds(text: string, at: number, unit: Unit, ends: number[]): void {
  if (unit.codePoint === backslash) {
    collectBackslashes(text, at, ends);
    return;
  }
  // Any number of what looks like an escaping backslash may stand before it, none included: in `%255c`, the text `%5c`
  // percent-encoded, the `%` looks like one.
  let start = at;
  for (let count = 0; count <= maxBackslashes; count++) {
    collectSpellings(text, at, start, unit, ends);
    const next = backslashEnd(text, start);
    if (next < 0) break;
    start = next;
  }
}

/** Adds to ENDS every place where UNIT can end when what escapes it stands from AT to START. */
function collectSpellings(text: string, at: number, start: number, unit: Unit, ends: number[]): void {
  if (text.startsWith(unit.literal, start)) ends.push(start + unit.literal.length);
  if (unit.alternative !== undefined && text.startsWith(unit.alternative, start)) ends.push(start + 1);
  if (start > at) collectJsonEscapes(text, at, start, unit, ends);
  const code = text.charCodeAt(start);
  if (code === percent) collectPercent(text, start, unit, ends);
  if (unit.literal === ' ' && code === plus) ends.push(start + 1);
  if (code === ampersand) collectEntity(text, start, unit, ends);
}

function collectBackslashes(text: string, at: number, ends: number[]): void {
  let end = at;
  for (let count = 0; count < maxBackslashes; count++) {
    const next = backslashEnd(text, end);
    if (next < 0) break;
    end = next;
    // `\u005c` is a backslash, too.
    const escaped = hexMatches(text, end + 1, backslash) && text[end] === 'u' ? end + 5 : end;
    ends.push(escaped);
    end = escaped;
  }
}

function skipBackslashes(text: string, at: number): number {
  let end = at;
  for (let count = 0; count < maxBackslashes; count++) {
    const next = backslashEnd(text, end);
    if (next < 0) break;
    end = next;
  }
  return end;
}

/** End of one backslash at AT, written as it is or percent-encoded; -1 when there is none. */
function backslashEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === backslash) return at + 1;
  return code === percent ? (percentEnds(text, at, backslash)[0] ?? -1) : -1;
}

/** `\n` and `\uXXXX`, the latter in two halves for a character beyond the basic plane (RFC 8259 §7). */
function collectJsonEscapes(text: string, at: number, start: number, unit: Unit, ends: number[]): void {
  if (unit.shortEscape !== undefined && text[start] === unit.shortEscape) ends.push(start + 1);
  let end = at;
  for (let index = 0; index < unit.literal.length; index++) {
    end = skipBackslashes(text, end);
    if (text[end] !== 'u' || !hexMatches(text, end + 1, unit.literal.charCodeAt(index))) return;
    end += 5;
  }
  ends.push(end);
}

function hexMatches(text: string, at: number, code: number): boolean {
  const digits = text.slice(at, at + 4);
  return /^[0-9a-f]{4}$/i.test(digits) && Number.parseInt(digits, 16) === code;
}

function collectPercent(text: string, at: number, unit: Unit, ends: number[]): void {
  let places = [at];
  for (const byte of unit.utf8) places = places.flatMap((place) => percentEnds(text, place, byte));
  ends.push(...places);
}

/** Ends of BYTE at AT as `%XX`, `%25XX`, `%2525XX`, … */
function percentEnds(text: string, at: number, byte: number): number[] {
  if (text.charCodeAt(at) !== percent) return [];
  const ends: number[] = [];
  for (let digits = at + 1; ; digits += 2) {
    const pair = text.slice(digits, digits + 2);
    if (/^[0-9a-f]{2}$/i.test(pair) && Number.parseInt(pair, 16) === byte) ends.push(digits + 2);
    if (pair !== '25') return ends;
  }
}

/** `&amp;`, `&#38;`, `&#x26;`, also escaped again: `&amp;#38;`. */
function collectEntity(text: string, at: number, unit: Unit, ends: number[]): void {
  let start = at + 1;
  while (text.startsWith('amp;', start)) {
    if (unit.literal === '&') ends.push(start + 4);
    start += 4;
  }
  if (unit.entity !== undefined && text.startsWith(unit.entity, start)) ends.push(start + unit.entity.length);
  const numeric = /^#(?:x([0-9a-f]{1,8})|([0-9]{1,8}));/i.exec(text.slice(start, start + 12));
  if (numeric === null) return;
  const value = numeric[1] === undefined ? Number(numeric[2]) : Number.parseInt(numeric[1], 16);
  if (value === unit.codePoint) ends.push(start + numeric[0].length);
}
