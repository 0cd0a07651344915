import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderCsv } from '../../src/report/csv.js';
import { renderOrgTable } from '../../src/report/org-table.js';

/** RFC 4180 read by its grammar, to judge the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let offset = 0;
  const field = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
  while (offset < text.length) {
    field.lastIndex = offset;
    const match = field.exec(text);
    if (match === null) throw new Error(`not CSV at ${offset}`);
    row.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
    offset = field.lastIndex;
    if (text[offset] === ',') offset++;
    else if (text.startsWith('\r\n', offset)) {
      rows.push(row);
      row = [];
      offset += 2;
    } else throw new Error(`not CSV at ${offset}`);
  }
  return rows;
}

const cell = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '=1+1', '"', ',', '\r\n', '-5', '@x', 'é,"\n', '鈴木', '\t=x'),
);
const table = fc.integer({ min: 1, max: 5 }).chain((width) => {
  const row = fc.array(cell, { minLength: width, maxLength: width });
  return fc.tuple(row, fc.array(row));
});

describe('CSV', () => {
  it('reads back as what was written', () => {
    fc.assert(
      fc.property(table, ([header, rows]) => {
        expect(parseCsv(renderCsv(header, rows, { defuse: false }))).toEqual([header, ...rows]);
      }),
    );
  });

  it('has no cell that a spreadsheet would run, and changes no other', () => {
    fc.assert(
      fc.property(table, ([header, rows]) => {
        const read = parseCsv(renderCsv(header, rows, { defuse: true }));
        for (const [i, row] of [header, ...rows].entries()) {
          for (const [j, text] of row.entries()) {
            const found = read[i]?.[j] ?? '';
            expect(found).not.toMatch(/^[=+\-@\t\r]/);
            expect(found).toBe(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
          }
        }
      }),
    );
  });
});

describe('Org tables', () => {
  it('keep every cell in its place', () => {
    expect(
      renderOrgTable(
        ['a', 'b'],
        [
          ['x|y', 'one\ntwo'],
          ['#', ''],
        ],
      ),
    ).toBe('| a | b |\n|-+-|\n| x\\vert{}y | one; two |\n| \u200b# |  |\n');
  });

  it('have as many bars in each row as cells', () => {
    fc.assert(
      fc.property(table, ([header, rows]) => {
        const lines = renderOrgTable(header, rows).split('\n');
        expect(lines).toHaveLength(rows.length + 3);
        for (const line of [lines[0], ...lines.slice(2, -1)]) {
          expect((line ?? '').split('|')).toHaveLength(header.length + 2);
        }
      }),
    );
  });
});
