/** Resources, rows and requests as pages. */

import { candidateOf } from '../../client/lookup-names.js';
import type { Answer } from '../../client/target.js';
import { type ExactJson, isExactObject, parseExactJson, printExactJson } from '../../document/exact-json.js';
import { cellOf, columnsFor, textMember } from '../../document/repl/cells.js';
import { jsonPage } from '../../document/repl/json-page.js';
import type { Page } from '../../document/repl/page.js';
import { addTable, type Cell } from '../../document/repl/table-page.js';
import { scimUri } from '../../document/scim-uri.js';
import type { Redactor } from '../../redact/redact.js';
import { isJsonObject } from '../../scim/json.js';
import type { SchemaRegistry } from '../../scim/schema/resource-type.js';
import { type Evaluation, printQuota, shownLines, valueFrom } from './evaluation.js';
import type { RowsState } from './rows.js';

/** The resource that PATH or URL names, when REGISTRY knows its type. */
export function resourceAt(
  path: string,
  registry: SchemaRegistry,
  baseUrl: URL,
): { type: string; id: string } | undefined {
  const local = path.startsWith(baseUrl.href) ? path.slice(baseUrl.href.length) : path;
  const pathname = URL.canParse(local) ? new URL(local).pathname : local.replace(/[?#].*$/s, '');
  const [, endpoint, id] = /(\/[^/]+)\/([^/]+)\/?$/.exec(pathname.startsWith('/') ? pathname : `/${pathname}`) ?? [];
  const type = endpoint === undefined ? undefined : registry.find(endpoint);
  if (type === undefined || id === undefined || id.startsWith('.')) return undefined;
  try {
    return { type: type.name, id: decodeURIComponent(id) };
  } catch {
    return undefined;
  }
}

/** Where strings of JSON lead, in answers to EVALUATION. */
function linksOf(
  { settings, target }: Evaluation,
  registry: SchemaRegistry,
): (key: string | undefined, value: string) => string | undefined {
  const tenant = settings.name;
  return (key, value) => {
    if (key === '$ref' || key === 'location') {
      const found = resourceAt(value, registry, target.baseUrl);
      return found === undefined ? undefined : scimUri({ tenant, kind: 'resource', ...found });
    }
    if (/^urn:/i.test(value) && registry.schema(value) !== undefined)
      return scimUri({ tenant, kind: 'schema', urn: value });
    return undefined;
  };
}

/** TEXT, redacted JSON, on the page of EVALUATION, within what may still be printed. */
export async function addJson(evaluation: Evaluation, text: string, lines = shownLines): Promise<void> {
  const { registry } = await evaluation.target.discover({ signal: evaluation.signal });
  addJsonWith(evaluation, text, registry, lines);
}

function addJsonWith(evaluation: Evaluation, text: string, registry: SchemaRegistry, lines: number): void {
  const { page } = evaluation;
  const quota = Math.max(2_000, printQuota - page.length);
  page.page(jsonPage(text, { lines, quota, uriOf: linksOf(evaluation, registry) }));
}

/** ANSWER, a resource of TYPE, on the page of EVALUATION, LINES of it not folded; it becomes the result. */
export async function addResource(
  evaluation: Evaluation,
  answer: Answer,
  type: string | undefined,
  lines = shownLines,
): Promise<void> {
  const { registry } = await evaluation.target.discover({ signal: evaluation.signal });
  const { page, settings } = evaluation;
  const { redactor } = answer.exchange;
  const json = parseExactJson(answer.text);
  const resource = identity(json, type, registry);
  if (resource !== undefined) {
    const uri = scimUri({ tenant: settings.name, kind: 'resource', ...resource });
    page.link(redactor.text(`${resource.type} ${resource.id}`), uri);
    const name = isJsonObject(answer.json) ? candidateOf(resource.type, [], answer.json)?.name : undefined;
    if (name !== undefined && name !== resource.id) page.add('  ').add(redactor.text(name), 'heading');
    page.line('  = *1', 'dimmed');
  }
  addJsonWith(evaluation, redactor.json(answer.text), registry, lines);
  evaluation.result = valueFrom(evaluation, { json, resource }, redactor);
}

/** Type and id of JSON, when it is a resource; TYPE is what is known otherwise. */
export function identity(
  json: ExactJson,
  type: string | undefined,
  registry: SchemaRegistry,
): { type: string; id: string } | undefined {
  if (!isExactObject(json)) return undefined;
  const id = textMember(json, 'id');
  const meta = json.meta;
  const told = meta === undefined ? undefined : textMember(meta, 'resourceType');
  const name =
    (told === undefined ? undefined : registry.find(told)) ?? (type === undefined ? undefined : registry.find(type));
  return id === undefined || name === undefined ? undefined : { type: name.name, id };
}

/** The resource that ROW, an element of `members`, refers to (RFC 7643 §4.2). */
function memberOf(row: ExactJson, registry: SchemaRegistry, baseUrl: URL): { type: string; id: string } | undefined {
  const ref = textMember(row, '$ref');
  const referred = ref === undefined ? undefined : resourceAt(ref, registry, baseUrl);
  const id = textMember(row, 'value');
  const type = registry.find(textMember(row, 'type') ?? '');
  return referred ?? (id === undefined || type === undefined ? undefined : { type: type.name, id });
}

/** ROWS on the page of EVALUATION, the first of which has the number FIRST in the result. */
export async function addRows(
  evaluation: Evaluation,
  rows: readonly ExactJson[],
  first: number,
  type: string | undefined,
  attributes: readonly string[] | undefined,
  redactor: Redactor,
): Promise<void> {
  const { target, signal, settings, page } = evaluation;
  const { registry } = await target.discover({ signal });
  const columns = columnsFor(type === undefined ? undefined : registry.find(type), rows, attributes);
  const cells = rows.map((row, index): Cell[] => {
    const resource = identity(row, type, registry) ?? memberOf(row, registry, target.baseUrl);
    const id = resource?.id ?? textMember(row, 'id') ?? textMember(row, 'value') ?? '';
    const uri = resource && scimUri({ tenant: settings.name, kind: 'resource', ...resource });
    return [
      { text: `[${first + index}]`, look: 'dimmed' },
      { text: redactor.text(id), uri },
      ...columns.map((column): Cell => ({ text: cellOf(row, column, redactor), uri: undefined })),
    ];
  });
  addTable(page, ['', 'id', ...columns.map(({ name }) => name)], cells);
}

/** How many rows of how many were given, whether that is all, and how to go on. */
export function addCompleteness(page: Page, state: RowsState, what: string): void {
  const { first, given, total, ended, warnings } = state;
  const range = first > 0 ? `rows ${first + 1}-${first + given}` : `${given}`;
  const count = `${range} of ${total ?? 'an unknown number of'} ${what}`;
  if (ended === undefined) page.add(`${count}; `).input('more', 'more').line(' shows the next ones');
  else if (ended.kind === 'complete') page.line(`${count}, complete`, 'success');
  else if (ended.kind === 'partial') page.line(`${count}, PARTIAL: ${ended.reason}`, 'warning');
  else page.line(`${count}, UNKNOWN whether that is all: ${ended.reason}`, 'warning');
  addWarnings(page, warnings);
}

/** WARNINGS, each on its line. */
export function addWarnings(page: Page, warnings: readonly string[]): void {
  for (const warning of new Set(warnings)) page.line(`⚠ ${warning}`, 'warning');
}

/** VALUE, which is not a resource read just now, on the page of EVALUATION. */
export async function addValue(evaluation: Evaluation, value: ExactJson, redactor: Redactor): Promise<void> {
  const text = printExactJson(value);
  await addJson(evaluation, redactor.json(text));
}
