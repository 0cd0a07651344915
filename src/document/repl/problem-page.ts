/** What went wrong, with the place in what was typed. */

import { codePoints, type Page } from './page.js';
import type { Span } from './problem.js';

/** Most of a line that is repeated to point at a place in it, before that place. */
const maxBefore = 400;

/** Append the line of INPUT that SPAN begins in, with carets below the place. */
export function addPlace(page: Page, input: string, { start, end }: Span): void {
  const at = Math.min(start, input.length);
  const lineStart = input.lastIndexOf('\n', at - 1) + 1;
  const nextLine = input.indexOf('\n', at);
  const lineEnd = nextLine < 0 ? input.length : nextLine;
  const from = at - lineStart > maxBefore ? at - maxBefore : lineStart;
  const stop = Math.max(at, Math.min(end, lineEnd));
  const before = input.slice(from, at).replaceAll('\t', ' ');
  const wrong = input.slice(at, stop).replaceAll('\t', ' ').slice(0, maxBefore);
  const after = input.slice(at + wrong.length, Math.min(lineEnd, at + wrong.length + maxBefore));
  page.fresh().add('  ').add(before).add(wrong, 'wrong').line(after);
  page.add('  ');
  page.within({ kind: 'indent', like: before }, () => page.add(' '.repeat(codePoints(before))));
  page.line('^'.repeat(Math.min(Math.max(1, codePoints(wrong)), 60)), 'failure');
}
