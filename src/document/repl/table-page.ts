/** Rows with columns, separated by tabs: Emacs aligns them. */

import type { Look, Page } from './page.js';

export interface Cell {
  readonly text: string;
  readonly uri?: string | undefined;
  readonly input?: string | undefined;
  readonly look?: Look | undefined;
}

/** Longest text of a cell, in code points. */
const maxCell = 44;

/** Append ROWS below HEADINGS to PAGE, or nothing when there are none; the last column may be as wide as it is when it is WIDE. */
export function addTable(
  page: Page,
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  { wide = false }: { readonly wide?: boolean } = {},
): void {
  if (rows.length === 0) return;
  page.within({ kind: 'table' }, () => {
    if (headings.some((heading) => heading !== '')) page.line(headings.join('\t'), 'dimmed');
    for (const row of rows) {
      for (const [index, cell] of row.entries()) {
        if (index > 0) page.add('\t');
        addCell(page, cell, wide && index === row.length - 1 ? Number.POSITIVE_INFINITY : maxCell);
      }
      page.add('\n');
    }
  });
}

function addCell(page: Page, { text, uri, input, look }: Cell, max: number): void {
  const shown = cellText(text, max);
  const write = (): void => {
    page.add(shown, look);
  };
  if (uri !== undefined) page.within({ kind: 'link', uri }, write);
  else if (input !== undefined) page.within({ kind: 'input', input }, write);
  else write();
}

/** TEXT on one line, without tabs, cut with an ellipsis when it has more than MAX letters. */
function cellText(text: string, max: number): string {
  const flat = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const letters = [...flat];
  return letters.length <= max ? flat : `${letters.slice(0, max - 1).join('')}…`;
}
