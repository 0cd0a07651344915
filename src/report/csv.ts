/** Tables as CSV (RFC 4180). */

/** What a spreadsheet would run as a formula when a cell begins with it. */
const formula = /^[=+\-@\t\r]/;

export interface CsvOptions {
  /**
   * Put an apostrophe before cells that a spreadsheet would take for a formula (CSV injection): names come from many
   * hands. Such cells are then no longer what the server said.
   */
  readonly defuse: boolean;
}

/** HEADER and ROWS as CSV with CRLF at the end of every line, RFC 4180 §2. */
export function renderCsv(
  header: readonly string[],
  rows: Iterable<readonly string[]>,
  { defuse }: CsvOptions,
): string {
  const lines: string[] = [];
  for (const row of [header, ...rows]) {
    lines.push(row.map((cell) => quoted(defuse && formula.test(cell) ? `'${cell}` : cell)).join(','));
  }
  return lines.map((line) => `${line}\r\n`).join('');
}

/** §2.6, §2.7; a single empty cell would be an empty line, and space at an end is lost by some readers. */
function quoted(cell: string): string {
  return cell === '' || /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
