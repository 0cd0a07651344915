/** A table of Emacs as the text of a file. */

import type { actions, ParamsOf } from '../protocol/index.js';
import { markdownText } from '../report/markdown-text.js';

type Report = Omit<ParamsOf<typeof actions.tableReport>, 'rows'>;

/** TEXT, a line for each row with TAB between cells, in the format that REPORT wants. */
export function tableText({ title, notes, columns, format }: Report, text: string): string {
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  switch (format) {
    case 'csv':
      return [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
    case 'json':
      return `${JSON.stringify(
        rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? '']))),
        undefined,
        2,
      )}\n`;
    case 'markdown':
      return [
        `# ${markdownText(title)}\n`,
        ...notes.map((note) => `${markdownText(note)}\n`),
        [columns, columns.map(() => '---'), ...rows].map((row, index) => markdownRow(row, index === 1)).join('\n'),
        '',
      ].join('\n');
  }
}

function markdownRow(row: readonly string[], isRule: boolean): string {
  return `| ${row.map((cell) => (isRule ? cell : markdownText(cell))).join(' | ')} |`;
}

/** RFC 4180; what a spreadsheet would take for a formula is made a text. */
function csvCell(cell: string): string {
  const safe = /^[=+@]|^-(?![\d\s])/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
