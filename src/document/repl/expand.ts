/** Variables and earlier results in an input, replaced by what they stand for. */

import { escapeFilterString } from '../../scim/filter/index.js';
import { type ExactJson, printExactJson } from '../exact-json.js';
import { MappedText } from '../source-map.js';
import { closingBraces } from '../template.js';
import { ReplProblem, type Span } from './problem.js';
import { looksLikeReference } from './reference.js';
import { stringEnd, wordEnd } from './scan.js';

/** What NAME stands for: that of a variable, or a reference to a result; SPAN is where it stands. */
export type ValueOf = (name: string, span: Span) => ExactJson;

/**
 * TEXT with values in the place of `{{name}}` and `{{*1.id}}`, and of results behind `=` or an operator of a filter
 * (`title=*1.title`, `id eq *1.id`). Within a string a value is escaped; where a filter or a change wants a value, or JSON
 * does, it is a JSON literal; elsewhere, as in `Users/{{id}}`, it is bare. Throws what LOOKUP throws.
 */
export function expandInput(text: string, lookup: ValueOf): MappedText {
  const expanded = new MappedText();
  let copied = 0;
  let depth = 0;
  const put = (value: string, start: number, end: number): number => {
    if (start > copied) expanded.copy(text.slice(copied, start), copied);
    expanded.insert(value, start);
    copied = end;
    return end - 1;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (text.startsWith('{{', at) && closingBraces(text, at + 2) >= 0) {
      const { value, end } = braced(text, at, lookup);
      const literal = depth > 0 || wantsLiteral(text.slice(0, at));
      at = put(literal ? printExactJson(value) : bare(value, { start: at, end }), at, end);
    } else if (char === '"') {
      const end = stringEnd(text, at);
      for (let inner = at; inner < end; inner += 1) {
        if (!text.startsWith('{{', inner) || closingBraces(text, inner + 2) < 0) continue;
        const found = braced(text, inner, lookup);
        inner = put(escapeFilterString(plain(found.value, { start: inner, end: found.end })), inner, found.end);
      }
      at = end - 1;
    } else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth = Math.max(0, depth - 1);
    else if (char === '*' && looksLikeReference(text.slice(at, at + 2)) && wantsLiteral(text.slice(0, at))) {
      const end = wordEnd(text, at, text.length, ')');
      at = put(printExactJson(lookup(text.slice(at, end), { start: at, end })), at, end);
    }
  }
  if (copied < text.length) expanded.copy(text.slice(copied), copied);
  return expanded;
}

function braced(text: string, start: number, lookup: ValueOf): { value: ExactJson; end: number } {
  const end = closingBraces(text, start + 2) + 2;
  return { value: lookup(text.slice(start + 2, end - 2).trim(), { start, end }), end };
}

/** Does a value follow BEFORE: behind an operator of a filter (RFC 7644 §3.4.2.2), or behind `attribute=`? */
function wantsLiteral(before: string): boolean {
  return /(?:\s(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s+|[\w\]]\+?=)$/i.test(before);
}

function plain(value: ExactJson, span: Span): string {
  if (typeof value === 'string') return value;
  if (value !== null) return printExactJson(value);
  throw new ReplProblem('This is null, which cannot be written as text', span);
}

/** VALUE where a word is wanted: as it is, or in quotes when it would be more than one word. */
function bare(value: ExactJson, span: Span): string {
  const text = plain(value, span);
  return text !== '' && !/[\s"[\](){}]/.test(text) ? text : JSON.stringify(text);
}
