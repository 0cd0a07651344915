/**
 * The tokens of a filter (RFC 7644 Figure 1) with their places.
 *
 * The lexer never throws: what it cannot read becomes one last `invalid` token, so that the caller decides whether that is
 * an invalid filter or an invalid path, and an editor can still colour and complete what stands before it.
 * Offsets count UTF-16 code units. Time is linear in the length of the text.
 */

type TokenKind = 'word' | 'string' | 'number' | '(' | ')' | '[' | ']' | 'subAttribute' | 'invalid' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The text as written; for a `subAttribute` without its dot. */
  readonly text: string;
  readonly offset: number;
  readonly end: number;
  /** Does white space stand before it? */
  readonly spaced: boolean;
  /** The decoded value of a string or number. */
  readonly value?: string | number;
  /** What is wrong, for `invalid`. */
  readonly message?: string;
}

export interface LexerOptions {
  /** Also take 'single quotes', tabs and line breaks. */
  readonly lenient?: boolean;
  /** Where to start; the offsets of the tokens still count from the start of the text. */
  readonly from?: number;
}

const plainWord = /[A-Za-z$][A-Za-z0-9$_.-]*/y;
// A word with a colon starts with a schema URI, in which RFC 3986 allows parentheses, quotes and more. That is not
// ambiguous: after an attribute path comes a space or "[".
const uriWord =
  /[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~!$&'()*+,;=:@/?#-]|%[0-9A-Fa-f]{2}|(?<=\/\/)\[[0-9A-Za-z.:]+\])*/y;
const jsonNumber = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const subAttribute = /\.[A-Za-z$][A-Za-z0-9$_-]*/y;
const wordCharacter = /[A-Za-z0-9_.$:+-]/;

/** The tokens of TEXT; the last one is `end` or `invalid`. */
export function lexFilter(text: string, options: LexerOptions = {}): Token[] {
  const tokens: Token[] = [];
  let position = options.from ?? 0;
  for (;;) {
    const start = skipSpace(text, position, options.lenient === true);
    const token = nextToken(text, start, start > position, options.lenient === true, tokens.at(-1)?.kind);
    tokens.push(token);
    if (token.kind === 'end' || token.kind === 'invalid') return tokens;
    position = token.end;
  }
}

function skipSpace(text: string, from: number, lenient: boolean): number {
  let position = from;
  while (position < text.length) {
    const c = text.charCodeAt(position);
    if (c !== 0x20 && !(lenient && (c === 0x09 || c === 0x0a || c === 0x0d))) break;
    position++;
  }
  return position;
}

function nextToken(
  text: string,
  offset: number,
  spaced: boolean,
  lenient: boolean,
  previous: TokenKind | undefined,
): Token {
  const c = text.charAt(offset);
  if (c === '') return { kind: 'end', text: '', offset, end: offset, spaced };
  if (c === '(' || c === ')' || c === '[' || c === ']') {
    return { kind: c, text: c, offset, end: offset + 1, spaced };
  }
  if (c === '"') return stringToken(text, offset, spaced);
  if (c === "'" && lenient) return singleQuotedToken(text, offset, spaced);
  if (c === '-' || (c >= '0' && c <= '9')) return numberToken(text, offset, spaced);
  if (c === '.' && previous === ']' && !spaced) {
    const sub = matchAt(subAttribute, text, offset);
    if (sub === undefined) return invalid(text, offset, 'A sub-attribute name must follow "."', spaced);
    return { kind: 'subAttribute', text: sub.slice(1), offset, end: offset + sub.length, spaced };
  }
  const word = matchAt(uriWord, text, offset) ?? matchAt(plainWord, text, offset);
  if (word !== undefined) return { kind: 'word', text: word, offset, end: offset + word.length, spaced };
  return invalid(text, offset, unexpectedCharacter(text, offset), spaced);
}

function numberToken(text: string, offset: number, spaced: boolean): Token {
  const digits = matchAt(jsonNumber, text, offset);
  const end = offset + (digits?.length ?? 0);
  if (digits === undefined || wordCharacter.test(text.charAt(end))) {
    return invalid(text, offset, 'This is not a JSON number', spaced);
  }
  return { kind: 'number', text: digits, offset, end, spaced, value: Number(digits) };
}

function stringToken(text: string, offset: number, spaced: boolean): Token {
  let position = offset + 1;
  for (;;) {
    const c = text.charCodeAt(position);
    if (Number.isNaN(c)) return invalid(text, offset, 'This string has no closing double quote', spaced);
    if (c === 0x22) break;
    if (c < 0x20) {
      const code = c.toString(16).padStart(4, '0');
      return invalid(text, position, `A control character in a string must be escaped: \\u${code}`, spaced);
    }
    if (c !== 0x5c) {
      position++;
      continue;
    }
    const length = escapeLength(text, position);
    if (length === 0) {
      return invalid(text, position, String.raw`Only \" \\ \/ \b \f \n \r \t and \uXXXX are escapes`, spaced);
    }
    position += length;
  }
  const end = position + 1;
  const source = text.slice(offset, end);
  return { kind: 'string', text: source, offset, end, spaced, value: decode(source) };
}

/** Decode SOURCE, a JSON string that was checked character by character. */
function decode(source: string): string {
  return source.includes('\\') ? String(JSON.parse(source)) : source.slice(1, -1);
}

function escapeLength(text: string, offset: number): number {
  const c = text.charAt(offset + 1);
  if (c === 'u') return /^[0-9A-Fa-f]{4}$/.test(text.slice(offset + 2, offset + 6)) ? 6 : 0;
  return c !== '' && '"\\/bfnrt'.includes(c) ? 2 : 0;
}

function singleQuotedToken(text: string, offset: number, spaced: boolean): Token {
  const close = text.indexOf("'", offset + 1);
  if (close < 0) return invalid(text, offset, 'This string has no closing quote', spaced);
  const end = close + 1;
  return { kind: 'string', text: text.slice(offset, end), offset, end, spaced, value: text.slice(offset + 1, close) };
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

function invalid(text: string, offset: number, message: string, spaced: boolean): Token {
  return { kind: 'invalid', text: text.slice(offset, offset + 1), offset, end: text.length, spaced, message };
}

function unexpectedCharacter(text: string, offset: number): string {
  const c = text.codePointAt(offset) ?? 0;
  if (c > 0x20 && c < 0x7f) {
    const hint = c === 0x27 ? ': a string stands in double quotes' : '';
    return `Unexpected character "${String.fromCodePoint(c)}"${hint}`;
  }
  const code = `U+${c.toString(16).toUpperCase().padStart(4, '0')}`;
  const isSpace = /\s/u.test(String.fromCodePoint(c));
  return isSpace ? `Only a space may separate, not ${code}` : `Unexpected character ${code}`;
}
