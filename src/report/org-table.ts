/** Tables as Org text. */

/** HEADER and ROWS as an Org table; Org lays it out itself when it is asked to (C-c C-c). */
export function renderOrgTable(header: readonly string[], rows: Iterable<readonly string[]>): string {
  const lines = [line(header), `|${header.map(() => '-').join('+')}|`];
  for (const row of rows) lines.push(line(row));
  return `${lines.join('\n')}\n`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(escaped).join(' | ')} |`;
}

/** A bar would end the cell, and a row has one line; a first cell of special marks would be taken for Org's own. */
function escaped(cell: string): string {
  const text = cell
    .replace(/\s*[\r\n]+\s*/g, '; ')
    .replace(/\p{Cc}+/gu, ' ')
    .replaceAll('|', '\\vert{}');
  return /^(?:[/!$#*^_]|-+|<[lrc]?\d*>)$/.test(text) ? `\u200b${text}` : text;
}
