/** JSON for people: indented, long texts and long documents folded, what leads somewhere as links. */

import { prettyJson } from '../../scim/json-text.js';
import { Page } from './page.js';

/** What JSON is shown with. */
export interface JsonLook {
  /** Lines that are shown; the others are folded. 0: all are. */
  readonly lines: number;
  /** Characters that are shown; the others are not there. */
  readonly quota: number;
  /** Where the string VALUE of the member KEY leads; undefined: nowhere. */
  readonly uriOf: (key: string | undefined, value: string) => string | undefined;
}

/** Longest string that is not folded, and how much of a longer one is shown. */
const longString = 160;
const shownOfString = 100;

/** JSON TEXT, which is redacted, as LOOK says. What is cut is told. */
export function jsonPage(text: string, { lines, quota, uriOf }: JsonLook): Page {
  const pretty = prettyJson(text);
  const shown = pretty.length <= quota ? pretty : cutAtLine(pretty, quota);
  const page = new Page();
  page.within({ kind: 'json' }, () => writeLines(page, shown, lines, uriOf));
  page.fresh();
  if (shown.length < pretty.length) {
    page.line(`… cut: ${shown.length} of ${pretty.length} characters are shown; ,save FILE writes all`, 'warning');
  }
  return page;
}

/** The beginning of TEXT up to the last end of a line within QUOTA. */
function cutAtLine(text: string, quota: number): string {
  const end = text.lastIndexOf('\n', quota);
  return wellFormed(text.slice(0, end > 0 ? end : quota));
}

/** TEXT without half a surrogate pair at its end. */
function wellFormed(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

function writeLines(page: Page, text: string, shown: number, uriOf: JsonLook['uriOf']): void {
  const all = text.split('\n');
  // A fold of a line or two takes as much room as they do.
  const limit = shown === 0 || all.length > shown + 3 ? shown : all.length;
  for (const [index, line] of all.slice(0, limit).entries()) {
    if (index > 0) page.add('\n');
    writeLine(page, line, uriOf);
  }
  const rest = all.slice(limit);
  if (rest.length === 0) return;
  if (limit > 0) page.add('\n');
  page.within({ kind: 'fold', label: limit === 0 ? `[${rest.length} lines]` : `[${rest.length} more lines]` }, () => {
    for (const [index, line] of rest.entries()) {
      if (index > 0) page.add('\n');
      writeLine(page, line, uriOf);
    }
  });
}

const member = /^(\s*)(?:("(?:[^"\\]|\\.)*"): )?("(?:[^"\\]|\\.)*")(,?)$/;

/** One LINE of indented JSON. */
function writeLine(page: Page, line: string, uriOf: JsonLook['uriOf']): void {
  const [, indent, key, value, comma] = member.exec(line) ?? [];
  if (indent === undefined || value === undefined) {
    page.add(line);
    return;
  }
  page.add(indent);
  if (key !== undefined) page.add(`${key}: `);
  const uri = uriOf(key === undefined ? undefined : decoded(key), decoded(value));
  const write = (): void => writeString(page, value);
  if (uri === undefined) write();
  else page.within({ kind: 'link', uri }, write);
  page.add(comma ?? '');
}

function writeString(page: Page, literal: string): void {
  if (literal.length <= longString) {
    page.add(literal);
    return;
  }
  const head = wellFormed(literal.slice(0, shownOfString));
  const rest = literal.slice(head.length, -1);
  page.add(head);
  page.within({ kind: 'fold', label: `[${rest.length} more characters]` }, () => page.add(rest));
  page.add(literal.slice(-1));
}

function decoded(literal: string): string {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : literal;
  } catch {
    return literal;
  }
}
