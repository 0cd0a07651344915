/** A body as a table: a row for each resource, a column for each attribute with a simple value. */
import { type ExactJson, type ExactObject, isExactObject, parseExactJson, printExactJson } from './exact-json.js';

export interface BodyTable {
  readonly columns: string[];
  readonly rows: string[][];
}

/** More columns than these nobody reads. */
const maxColumns = 30;

/**
 * BODY, a list, a resource or any JSON, as a table. Of a complex attribute its parts are columns; of one with several
 * values, the primary or first, with the number of the others. `schemas` and `meta` are left out.
 */
export function tableOf(body: string): BodyTable {
  const json = parsed(body);
  const resources = isExactObject(json) && Array.isArray(json.Resources) ? json.Resources : [json];
  const rows = resources.map(
    (resource) => new Map(isExactObject(resource) ? [...cellsOf(resource)] : [['value', textOf(resource)]]),
  );
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))].slice(0, maxColumns);
  return { columns, rows: rows.map((row) => columns.map((column) => row.get(column) ?? '')) };
}

function parsed(body: string): ExactJson {
  try {
    return parseExactJson(body);
  } catch {
    return body;
  }
}

function* cellsOf(resource: ExactObject): Generator<[string, string]> {
  for (const [name, value] of Object.entries(resource)) {
    if (/^(?:schemas|meta)$/i.test(name)) continue;
    if (Array.isArray(value)) yield [name, manyOf(value)];
    else if (isExactObject(value)) {
      // The URN of an extension says less than the names of its attributes.
      const head = /^urn:/i.test(name) ? '' : `${name}.`;
      for (const [sub, inner] of Object.entries(value)) if (sub !== '$ref') yield [head + sub, textOf(inner)];
    } else yield [name, textOf(value)];
  }
}

function manyOf(values: readonly ExactJson[]): string {
  const first = values.find((each) => isExactObject(each) && each.primary === true) ?? values[0];
  if (first === undefined) return '';
  const shown = isExactObject(first) ? textOf(first.display ?? first.value ?? first) : textOf(first);
  return values.length === 1 ? shown : `${shown} (+${values.length - 1})`;
}

function textOf(value: ExactJson): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : printExactJson(value);
  return text.replace(/[\t\r\n]+/g, ' ');
}
