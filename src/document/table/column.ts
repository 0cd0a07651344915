/** One column of a table of resources: an attribute, some of its values, or a sub-attribute of it or them. */

import { ScimError, UsageError } from '../../scim/error.js';
import { compileElementFilter } from '../../scim/filter/compile.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { type PatchPath, parsePath } from '../../scim/path.js';
import { getAttribute, holdsReferences, type ResourceType, subAttribute } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import { exportCell, renderCell } from './cell.js';
import { displayWidth } from './width.js';

export interface Column {
  /** As the person wrote it: `userName`, `name.familyName`, `emails[type eq "work"].value`. */
  readonly path: string;
  readonly heading: string;
  /** What is asked of the server for it, in `attributes` (RFC 7644 §3.9). */
  readonly asked: string;
  /** What rows are sorted by for it (RFC 7644 §3.4.2.3); undefined when there is no order. */
  readonly sortBy: string | undefined;
  /** Do numbers stand in it? */
  readonly right: boolean;
  readonly description: string;
  readonly read: (resource: JsonObject) => JsonValue | undefined;
  /** Of what `read` returns; undefined when no schema knows it. */
  readonly definition: AttributeDefinition | undefined;
}

/** Narrowest and widest column, without its heading. */
const minWidth = 4;
const maxWidth = 40;

/**
 * The column for PATH of resources of TYPE. An attribute that the schema does not know is read nevertheless: services
 * send more than they declare. Throws `UsageError` for what is no path.
 */
export function columnOf(type: ResourceType, path: string): Column {
  const parsed = parse(path);
  const resolved = type.resolve(parsed.attribute);
  const { attribute, extension } = resolved ?? {};
  const { urn, name } = parsed.attribute;
  const subName = parsed.sub ?? parsed.attribute.sub;
  const sub = attribute === undefined || subName === undefined ? undefined : subAttribute(attribute, subName);
  const definition = subName === undefined ? attribute : sub;
  const holder = extension ?? (urn?.toLowerCase() === type.core.id.toLowerCase() ? undefined : urn);
  const matches = selector(parsed, attribute);
  const qualified = holder === undefined ? name : `${holder}:${attribute?.name ?? name}`;
  const heading = holder === undefined ? path : path.slice(path.lastIndexOf(':', bracketIn(path)) + 1);
  return {
    path,
    heading,
    asked: attribute === undefined || holder !== undefined ? qualified : attribute.name,
    sortBy: sortKey(parsed, definition, resolved?.canonicalPath),
    right: definition !== undefined && isNumeric(definition),
    description: definition?.description ?? '',
    definition,
    read: (resource) => {
      const home = holder === undefined ? resource : getAttribute(resource, holder);
      if (!isJsonObject(home)) return undefined;
      return select(getAttribute(home, attribute?.name ?? name), matches, subName);
    },
  };
}

function parse(path: string): PatchPath {
  try {
    return parsePath(path, { lenient: true });
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    throw new UsageError(`"${path}" cannot be a column: ${error.message}`, {
      remedy: 'Name an attribute: userName, name.familyName, emails[type eq "work"].value',
    });
  }
}

function bracketIn(path: string): number {
  const bracket = path.indexOf('[');
  return bracket < 0 ? path.length : bracket;
}

function selector(
  { filter }: PatchPath,
  attribute: AttributeDefinition | undefined,
): ((element: JsonValue) => boolean) | undefined {
  return filter === undefined || attribute === undefined ? undefined : compileElementFilter(filter, attribute);
}

/** SUBNAME of VALUE, or of each of its elements that MATCHES. */
function select(
  value: JsonValue | undefined,
  matches: ((element: JsonValue) => boolean) | undefined,
  subName: string | undefined,
): JsonValue | undefined {
  if (!Array.isArray(value)) return subName === undefined ? value : memberOf(value, subName);
  const chosen = matches === undefined ? value : value.filter(matches);
  if (subName === undefined) return chosen;
  return chosen.map((element) => memberOf(element, subName)).filter((each) => each !== undefined && each !== null);
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? getAttribute(value, name) : undefined;
}

/** References are counted, and a number that the server does not have cannot be sorted by. */
function sortKey(
  { filter }: PatchPath,
  definition: AttributeDefinition | undefined,
  canonicalPath: string | undefined,
): string | undefined {
  if (filter !== undefined || definition === undefined || canonicalPath === undefined) return undefined;
  if (definition.type !== 'complex') return canonicalPath;
  if (holdsReferences(definition) && definition.multiValued) return undefined;
  return subAttribute(definition, 'value') === undefined ? undefined : `${canonicalPath}.value`;
}

function isNumeric(definition: AttributeDefinition): boolean {
  if (definition.type === 'integer' || definition.type === 'decimal') return !definition.multiValued;
  return definition.multiValued && holdsReferences(definition);
}

/** The cells of RESOURCE in COLUMNS, as text with a TAB between them. */
export function rowText(columns: readonly Column[], resource: JsonObject): string {
  return columns.map(({ read, definition }) => renderCell(read(resource), definition)).join('\t');
}

/** The cells of RESOURCE in COLUMNS, for a file. */
export function exportedRow(columns: readonly Column[], resource: JsonObject): string[] {
  return columns.map(({ read, definition }) => exportCell(read(resource), definition));
}

/** The width of each of COLUMNS on the screen that fits ROWS, texts of `rowText`; the headings not counted. */
export function widthsOf(columns: readonly Column[], rows: readonly string[]): number[] {
  const widths = columns.map(() => minWidth);
  for (const row of rows) {
    for (const [index, cell] of row.split('\t').entries()) {
      const width = widths[index];
      if (width !== undefined && cell.length > width / 2) widths[index] = Math.max(width, displayWidth(cell));
    }
  }
  return widths.map((width) => Math.min(width, maxWidth));
}
