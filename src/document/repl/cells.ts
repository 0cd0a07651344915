/** Resources as rows: which columns, and what stands in a cell. */

import type { ResourceType } from '../../scim/schema/resource-type.js';
import { type ExactJson, isExactObject } from '../exact-json.js';
import { shownText, type ValueRedactor } from '../show.js';
import { parseValuePath, type ValuePath, valueAt } from '../value-path.js';

/** A column: its heading, and the path to what it shows. */
export interface Column {
  readonly name: string;
  readonly path: ValuePath;
}

const usual: Readonly<Record<string, readonly string[]>> = {
  User: ['userName', 'displayName', 'active', 'title'],
  Group: ['displayName', 'externalId'],
};

/** Columns for ROWS of TYPE; ATTRIBUTES are those that were asked for. What no row has gets no column. */
export function columnsFor(
  type: ResourceType | undefined,
  rows: readonly ExactJson[],
  attributes: readonly string[] | undefined,
): Column[] {
  const wanted = attributes ?? (type && usual[type.name]) ?? namesIn(rows);
  const columns = wanted.filter((name) => !/^(?:id|schemas|meta)$/i.test(name)).flatMap(columnOf);
  return attributes === undefined
    ? columns.filter(({ path }) => rows.some((row) => valueAt(row, path) !== undefined))
    : columns;
}

function columnOf(name: string): Column[] {
  try {
    return [{ name: name.replace(/^urn:.*:(?=[^:]+$)/i, ''), path: parseValuePath(name) }];
  } catch {
    return [];
  }
}

/** The first members that the rows have and that fit into a cell. */
function namesIn(rows: readonly ExactJson[]): string[] {
  const names = rows
    .filter(isExactObject)
    .flatMap((row) => Object.entries(row).filter(([, value]) => isShort(value)))
    .map(([name]) => name);
  const preferred = ['resourceType', 'displayName', 'userName', 'name'];
  const found = [...new Set(names)].filter((name) => !name.startsWith('urn:'));
  return [
    ...preferred.filter((name) => found.includes(name)),
    ...found.filter((name) => !preferred.includes(name)),
  ].slice(0, 4);
}

function isShort(value: ExactJson): boolean {
  return !(Array.isArray(value) || isExactObject(value));
}

/** What stands in the cell of ROW under COLUMN; empty for nothing. */
export function cellOf(row: ExactJson, { name, path }: Column, redactor: ValueRedactor): string {
  const value = valueAt(row, path);
  return value === undefined || value === null ? '' : shown(value, name, redactor);
}

function shown(value: ExactJson, name: string, redactor: ValueRedactor): string {
  if (Array.isArray(value)) {
    const first = value.find((each) => isExactObject(each) && each.primary === true) ?? value[0];
    const more = value.length > 1 ? ` +${value.length - 1}` : '';
    return first === undefined ? '' : shown(first, name, redactor) + more;
  }
  if (isExactObject(value)) {
    const told = ['value', 'formatted', 'display', 'displayName'].map((key) => value[key]).find(isText);
    return told === undefined ? shownText(value, [name], redactor) : shownText(told, [name], redactor);
  }
  return shownText(value, [name], redactor);
}

function isText(value: ExactJson | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

/** The member NAME of ROW when it is a text. */
export function textMember(row: ExactJson, name: string): string | undefined {
  const value = isExactObject(row) ? row[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
