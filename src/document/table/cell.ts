/** Attribute values as cells of a table. */

import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { getAttribute, holdsReferences } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';

/** Longest cell, in UTF-16 units: who wants to read more opens the resource. */
const maxCellLength = 256;

// C0, DEL, C1, the separators of lines and paragraphs; what would break a row. A run of them is one space.
const breaking = /[\p{Cc}\u2028\u2029]+/gu;
// Embeddings, overrides and isolates would turn the cells behind them too; marks (U+200E, U+200F) are harmless.
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

// Half of a character, which UTF-8 cannot express.
const lone = /\p{Cs}/gu;

/** TEXT as a cell that can neither break its row nor turn its neighbours around. */
export function cellText(text: string): string {
  const clean = text.replace(breaking, ' ').replace(turning, '\ufffd').replace(lone, '\ufffd');
  return clean.length <= maxCellLength ? clean : `${clean.slice(0, maxCellLength - 1).replace(lone, '')}…`;
}

/** VALUE of the attribute DEFINITION (undefined when no schema knows it) as people read it, in one line. */
export function renderCell(value: JsonValue | undefined, definition: AttributeDefinition | undefined): string {
  return cellText(render(value, definition));
}

function render(value: JsonValue | undefined, definition: AttributeDefinition | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return renderList(value, definition);
  if (typeof value === 'boolean') return renderBoolean(value, definition);
  if (isJsonObject(value)) return renderObject(value);
  if (typeof value === 'string' && definition?.type === 'dateTime') return renderDate(value);
  return String(value);
}

function renderBoolean(value: boolean, definition: AttributeDefinition | undefined): string {
  if (definition?.name.toLowerCase() === 'active') return value ? '✓ active' : '✗ inactive';
  return value ? '✓ yes' : '✗ no';
}

/** To the minute; the offset stays when it is not UTC. */
function renderDate(value: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/.exec(value);
  if (parts === null) return value;
  const [, date, time, zone] = parts;
  return `${date} ${time}${zone === undefined || zone === 'Z' ? '' : zone}`;
}

/** Of values that refer to resources, as members do, their number; else the primary value or the first, and how many more. */
function renderList(values: readonly JsonValue[], definition: AttributeDefinition | undefined): string {
  if (definition !== undefined && holdsReferences(definition)) return String(values.length);
  if (values.length === 0) return '';
  const simple = values.filter((value) => !isJsonObject(value));
  if (simple.length === values.length) return simple.map(String).join(', ');
  const first = values.find((value) => isJsonObject(value) && getAttribute(value, 'primary') === true) ?? values[0];
  const more = values.length === 1 ? '' : ` +${values.length - 1}`;
  return `${render(first, undefined)}${more}`;
}

/** What people call OBJECT by; all of it when it has no such member. */
function renderObject(object: JsonObject): string {
  for (const name of ['formatted', 'displayName', 'display', 'value']) {
    const value = getAttribute(object, name);
    if (typeof value === 'string' && value !== '') return value;
  }
  const names = ['givenName', 'familyName'].map((name) => getAttribute(object, name));
  const known = names.filter((name) => typeof name === 'string');
  return known.length > 0 ? known.join(' ') : JSON.stringify(object);
}

/** VALUE for a spreadsheet: nothing is shortened, several values have a line each. */
export function exportCell(value: JsonValue | undefined, definition: AttributeDefinition | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    const values = value.map((each) => exportCell(each, undefined));
    return definition !== undefined && holdsReferences(definition) ? String(values.length) : values.join('\n');
  }
  return isJsonObject(value) ? renderObject(value) : String(value);
}
