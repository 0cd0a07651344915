/** The rows of a list as a file. */

import type { CallOptions } from '../client/types.js';
import { columnOf, exportedRow } from '../document/table/column.js';
import { resourceTexts } from '../document/table/slices.js';
import { renderCsv } from '../report/csv.js';
import { renderOrgTable } from '../report/org-table.js';
import { prettyJson } from '../scim/json-text.js';
import type { Completeness } from '../scim/list.js';
import { type BrowseView, idOf, parse, type ViewRow } from './browse-view.js';

export interface ExportRequest {
  readonly format: 'csv' | 'org' | 'json';
  /** Absent: all rows. */
  readonly ids?: readonly string[] | undefined;
  readonly defuse?: boolean | undefined;
}

export interface Exported {
  readonly text: string;
  readonly count: number;
  readonly completeness: Completeness;
}

/** So many resources are read one by one; for more, the list is read again. */
const fewIds = 25;

/** The rows of VIEW, all or those with the ids of REQUEST, in their order. Throws what reading resources throws. */
export async function exportView(view: BrowseView, request: ExportRequest, call: CallOptions): Promise<Exported> {
  const chosen = request.ids === undefined ? undefined : new Set(request.ids);
  const rows = chosen === undefined ? view.rows : view.rows.filter(({ id }) => chosen.has(id));
  // Who chose rows has all of them.
  const completeness: Completeness = chosen === undefined ? view.completeness : { kind: 'complete' };
  if (request.format === 'json') return wholeResources(view, rows, chosen !== undefined, completeness, call);
  const hasId = view.columns.some(({ path }) => path.toLowerCase() === 'id');
  const columns = hasId ? view.columns : [...view.columns, columnOf(view.type, 'id')];
  const header = columns.map(({ path }) => path);
  const cells = rows.map(({ text }) => exportedRow(columns, parse(text)));
  const text =
    request.format === 'csv'
      ? renderCsv(header, cells, { defuse: request.defuse ?? true })
      : renderOrgTable(header, cells);
  return { text, count: rows.length, completeness };
}

/** Rows have only what their columns show, so whole resources are read; digits and order of members stay. */
async function wholeResources(
  view: BrowseView,
  rows: readonly ViewRow[],
  isChoice: boolean,
  completeness: Completeness,
  call: CallOptions,
): Promise<Exported> {
  if (isChoice && rows.length <= fewIds) {
    const texts: string[] = [];
    for (const { id } of rows) {
      texts.push((await view.target.get(view.type.name, id, {}, call)).text);
      call.onProgress?.(texts.length, rows.length);
    }
    return { text: arrayOf(view, texts), count: texts.length, completeness };
  }
  const wanted = new Set(rows.map(({ id }) => id).filter((id) => id !== ''));
  const run = view.target.list(view.type.name, view.query, call);
  const found = new Map<string, string>();
  for await (const page of run) {
    const texts = resourceTexts(page.text);
    for (const [index, resource] of page.resources.entries()) {
      const id = idOf(resource);
      if (wanted.has(id)) found.set(id, texts[index] ?? '{}');
    }
    if (found.size === wanted.size) break;
  }
  // What cannot be told from others is what the list showed of it.
  const texts = rows.flatMap(({ id, text }) => (id === '' ? text : (found.get(id) ?? [])));
  const missing = rows.length - texts.length;
  const all: Completeness =
    missing === 0 ? completeness : { kind: 'partial', reason: `${missing} are not there any more` };
  return { text: arrayOf(view, texts), count: texts.length, completeness: all };
}

/** TEXTS, resources of VIEW, as one array; secrets are masked. */
function arrayOf({ target }: BrowseView, texts: readonly string[]): string {
  return `${prettyJson(`[${texts.map((text) => target.redactor.json(text)).join(',')}]`)}\n`;
}
