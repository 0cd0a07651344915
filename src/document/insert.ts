/**
 * Putting values into templates. Each context has its own way to write a value, so that no value can end the string,
 * the path segment, the query value or the header it was put into.
 */
import { escapeFilterString } from '../scim/filter/escape.js';
import { Complaint } from './complaint.js';
import { type ExactJson, parseExactJson, printExactJson } from './exact-json.js';
import type { ReferencePart, Template, TextPart } from './model.js';
import { MappedText } from './source-map.js';

/**
 * A value that a reference stands for: text that a person wrote (a variable of the file), which may mean a number or
 * `true`, or a JSON value, which is what it is.
 */
export type Bound =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly value: ExactJson };

/** Finds the value of a reference, or throws. */
export type Lookup = (part: ReferencePart) => Bound;

/**
 * The value of PART as text, for where text is wanted.
 * @throws Complaint for null, which has no text
 */
export function textOf(part: ReferencePart, lookup: Lookup): string {
  const bound = lookup(part);
  if (bound.kind === 'text') return bound.text;
  const { value } = bound;
  if (typeof value === 'string') return value;
  if (value !== null) return printExactJson(value);
  throw new Complaint('request.variable', `\`${part.source}\` is null, which cannot be written as text`, part.offset);
}

/**
 * TEMPLATE as JSON text. Inside a string literal a value is escaped; outside it is written as a JSON value: text that
 * is a number, `true`, `false`, `null`, an object or an array stands for that, other text for a string.
 */
export function expandJson(template: Template, lookup: Lookup): MappedText {
  const expanded = new MappedText();
  let inString = false;
  for (const part of template) {
    if (part.kind === 'text') {
      inString = endsInString(part, inString);
      expanded.copy(part.text, part.offset);
    } else if (inString) {
      expanded.insert(JSON.stringify(textOf(part, lookup)).slice(1, -1), part.offset, part.source.length);
    } else expanded.insert(jsonOf(lookup(part)), part.offset, part.source.length);
  }
  return expanded;
}

function jsonOf(bound: Bound): string {
  if (bound.kind === 'json') return printExactJson(bound.value);
  const text = bound.text.trim();
  try {
    if (typeof parseExactJson(text) !== 'string') return text;
  } catch {
    // Not JSON: plain text.
  }
  return JSON.stringify(bound.text);
}

/**
 * Does a string literal go on after PART, when one does (or not) before it?
 * @throws Complaint when PART ends in a lone backslash, which would take the escape from a value that follows
 */
function endsInString(part: TextPart, inString: boolean): boolean {
  const { text } = part;
  let inside = inString;
  for (let offset = 0; offset < text.length; offset++) {
    const char = text[offset];
    if (char === '"') inside = !inside;
    else if (char === '\\' && inside) offset++;
    if (offset === text.length) {
      throw new Complaint('request.syntax', 'The backslash escapes nothing', part.offset + offset - 1);
    }
  }
  return inside;
}

/** TEMPLATE, the path of an operand, with values in the string literals of its filters. */
export function expandPath(template: Template, lookup: Lookup): MappedText {
  const expanded = new MappedText();
  let inString = false;
  for (const part of template) {
    if (part.kind === 'text') {
      inString = endsInString(part, inString);
      expanded.copy(part.text, part.offset);
    } else if (inString) expanded.insert(escapeFilterString(textOf(part, lookup)), part.offset, part.source.length);
    else {
      throw new Complaint(
        'request.syntax',
        `\`${part.source}\` must be inside a string here`,
        part.offset,
        `Write "${part.source}".`,
      );
    }
  }
  return expanded;
}

/** TEMPLATE as plain text: the value of a variable. */
export function expandText(template: Template, lookup: Lookup): string {
  return template.map((part) => (part.kind === 'text' ? part.text : textOf(part, lookup))).join('');
}

/** TEMPLATE as the value of a header. A value with a control character could start another header (RFC 9110 §5.5). */
export function expandHeader(template: Template, lookup: Lookup): string {
  return template
    .map((part) => {
      const text = part.kind === 'text' ? part.text : textOf(part, lookup);
      const bad = /[^\t\x20-\x7e\x80-\xff]/u.exec(text);
      if (bad === null) return text;
      const offset = part.offset + (part.kind === 'text' ? bad.index : 0);
      throw new Complaint('request.target', `${characterName(bad[0])} cannot stand in a header`, offset);
    })
    .join('')
    .trim();
}

function characterName(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /\p{C}/u.test(char) ? `The character U+${code}` : `\`${char}\` (U+${code})`;
}
