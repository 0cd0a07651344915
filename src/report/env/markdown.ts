/** Tables in Markdown. */

import { markdownText } from '../markdown-text.js';

/** A table with the columns HEAD; nothing in a cell is taken for markup. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |\n`;
  return [line(head), `|${head.map(() => ' --- |').join('')}\n`, ...rows.map(line)].join('');
}
