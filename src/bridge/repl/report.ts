/** What went wrong with an input, as text: where, why, what to do. */

import type { Page } from '../../document/repl/page.js';
import { ReplProblem, type Span } from '../../document/repl/problem.js';
import { addPlace } from '../../document/repl/problem-page.js';
import type { MappedText } from '../../document/source-map.js';
import { SourceText } from '../../document/text.js';
import type { ErrorView } from '../../protocol/index.js';
import type { Redactor } from '../../redact/redact.js';
import { PayloadError, type ScimError } from '../../scim/error.js';
import { holdsSecret } from './history.js';

/** The input that failed. */
export interface FailedInput {
  /** As typed. */
  readonly text: string;
  /** With values in the place of references; undefined when it did not come that far. */
  readonly expanded: MappedText | undefined;
  /** Where the body stands in the expanded text, and how many characters were put before it. */
  readonly body: (Span & { readonly shift: number }) | undefined;
  readonly redactor: Redactor | undefined;
}

/** Most findings about a payload that are told. */
const maxIssues = 10;

/** Append to PAGE what ERROR, told as VIEW, means for INPUT. */
export function addError(page: Page, error: ScimError, view: ErrorView, input: FailedInput): void {
  const clean = (text: string): string => input.redactor?.text(text) ?? text;
  const span = spanOf(error, input);
  page.fresh();
  if (span !== undefined) addPlace(page, holdsSecret(input.text, input.redactor) ? '' : input.text, span);
  page.line(`✗ ${clean(view.message)}`, 'failure');
  if (error instanceof PayloadError) addIssues(page, error, clean);
  const { scimType, detail, remedy } = view;
  if (scimType !== undefined && !view.message.includes(scimType)) page.line(`  scimType: ${clean(scimType)}`);
  if (detail !== undefined && !view.message.includes(detail)) page.line(`  detail: ${clean(detail)}`);
  if (remedy !== undefined) addRemedy(page, clean(remedy));
}

/** REMEDY on its line; a shortcut or command in it can be pressed. */
function addRemedy(page: Page, remedy: string): void {
  page.add('  → ');
  let done = 0;
  for (const match of remedy.matchAll(/,help(?: (?:get|patch|create|users|filter|references)\b)?/g)) {
    page.add(remedy.slice(done, match.index)).input(match[0], match[0]);
    done = match.index + match[0].length;
  }
  page.line(remedy.slice(done));
}

function addIssues(page: Page, { issues }: PayloadError, clean: (text: string) => string): void {
  // The message itself tells the first.
  if (issues.length < 2) return;
  for (const { path, message, rule, severity } of issues.slice(0, maxIssues)) {
    page.add(severity === 'error' ? '  ✗ ' : '  ⚠ ', severity === 'error' ? 'failure' : 'warning');
    if (path !== '') page.add(clean(path), 'key').add(': ');
    page.add(clean(message)).line(` (${rule})`, 'dimmed');
  }
  if (issues.length > maxIssues) page.line(`  … and ${issues.length - maxIssues} more`);
}

/** Append to PAGE the place of SPAN, one of the expanded text, in the text as typed. */
export function addPlaceOf(page: Page, span: Span, { text, expanded }: Pick<FailedInput, 'text' | 'expanded'>): void {
  addPlace(page, text, typedSpan(span, text, expanded));
}

function typedSpan(span: Span, text: string, expanded: MappedText | undefined): Span {
  const source = (offset: number): number => Math.min(expanded?.sourceOf(offset) ?? offset, text.length);
  const start = source(span.start);
  return { start, end: Math.max(start + 1, source(Math.max(span.start, span.end - 1)) + 1) };
}

/** Where in the text as typed the error is; undefined when it is not about a place. */
function spanOf(error: ScimError, { text, expanded, body }: FailedInput): Span | undefined {
  const source = (offset: number): number => Math.min(expanded?.sourceOf(offset) ?? offset, text.length);
  if (error instanceof ReplProblem) return typedSpan(error.span, text, expanded);
  const { position } = error;
  if (position === undefined || (body === undefined && error.file === undefined)) return undefined;
  if (body === undefined) {
    const start = new SourceText(text).offsetAt(position);
    return { start, end: wordFrom(text, start) };
  }
  const sent = new SourceText((expanded?.text ?? text).slice(body.start, body.end));
  const shift = position.line === 0 ? body.shift : 0;
  const at = sent.offsetAt({ line: position.line, character: Math.max(0, position.character - shift) });
  const start = source(body.start + at);
  return { start, end: wordFrom(text, start) };
}

/** The end of the word or string that begins at START of TEXT. */
function wordFrom(text: string, start: number): number {
  const [word = ''] = /^(?:"(?:[^"\\\n]|\\.)*"|[\w.$:-]+|.)/u.exec(text.slice(start)) ?? [];
  return start + Math.max(1, word.length);
}
