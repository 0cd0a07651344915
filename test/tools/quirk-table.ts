/** The table of quirks in MOCK.md, from the catalogue: `npm run generate` writes it. */

import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { quirkCatalogue } from '../../src/mock/quirks/catalogue.js';

const file = 'MOCK.md';
const start = '<!-- quirks: generated -->\n';
const end = '<!-- end of quirks -->';

/** MOCK.md as it is, and as it should be. */
export function mockManual(): { text: string; fresh: string } {
  const text = readFileSync(file, 'utf8');
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no place for the table of quirks`);
  return { text, fresh: text.slice(0, from + start.length) + quirkTable() + text.slice(to) };
}

function quirkTable(): string {
  const rows = quirkCatalogue().map(({ name, doc, kind, vendors }) => {
    const services = vendors.map((vendor) => vendor.name).join(', ');
    return [`\`${name}\``, cell(doc), cell(kind.replaceAll(' | ', ', ')), services].join(' | ');
  });
  const lines = ['quirk | what it decides | values | services that have it', '---|---|---|---', ...rows];
  return lines.map((line) => `| ${line} |\n`).join('');
}

/** TEXT inside a table: what looks like a placeholder is no HTML. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(file, mockManual().fresh);
