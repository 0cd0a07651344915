/** Resources out of files that were not written as mock files: JSON, JSON Lines, HTTP Archives. */

import { UsageError } from '../../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { JsonText } from '../../scim/json-text.js';
import { parseResourceType, parseSchema } from '../../scim/schema/parse.js';
import type { SchemaRegistry } from '../../scim/schema/resource-type.js';
import type { ResourceTypeDefinition, SchemaDefinition } from '../../scim/schema/types.js';
import type { GivenResource } from '../options.js';
import { exchangeOf, type RecordedExchange } from './exchange.js';
import { completeSchemas, discoveryKind, type ImportedData, listedIn, registryWith, typeOf } from './given.js';
import { replay } from './recording.js';

/** What a text holds: a mock file, resources, an HTTP Archive, or a record in each line. */
export type DataKind = 'mock' | 'json' | 'har' | 'jsonl';

/** The kind of TEXT, by the name of its file when that tells, else by its content. */
export function kindOf(text: string, path: string): DataKind {
  const extension = /\.([\w-]+)$/.exec(path)?.[1]?.toLowerCase();
  if (extension === 'scim-mock' || extension === 'yaml' || extension === 'yml') return 'mock';
  if (extension === 'har') return 'har';
  if (extension === 'jsonl' || extension === 'ndjson') return 'jsonl';
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return 'mock';
  const value = tryParse(text);
  if (value === undefined) return isJsonLines(text) ? 'jsonl' : extension === 'json' ? 'json' : 'mock';
  if (isJsonObject(value) && isJsonObject(value.log) && Array.isArray(value.log.entries)) return 'har';
  return isJsonObject(value) && looksLikeMockFile(value) ? 'mock' : 'json';
}

/**
 * The resources in TEXT. JSON: a resource, an array, a ListResponse, or a map from endpoints or types to arrays. JSON
 * Lines: a resource or an exchange in each line. An HTTP Archive, or exchanges: what the service had when they ended.
 * Discovery documents among them become schemas and resource types.
 *
 * @throws UsageError when TEXT is not of that KIND, or holds nothing that could be served
 */
export function importData(text: string, kind: Exclude<DataKind, 'mock'>): ImportedData {
  const records = kind === 'jsonl' ? jsonLines(text) : [parse(text)];
  const exchanges = records.flatMap(exchangesIn);
  const data = exchanges.length > 0 ? replay(exchanges) : ofRecords(records);
  if (data.resources.length + data.schemas.length + data.resourceTypes.length > 0) return data;
  throw new UsageError(`There are no SCIM resources in this ${kindNames[kind]}`, {
    remedy:
      data.warnings[0] ?? 'Give a resource, an array of them, a ListResponse, or recorded exchanges with their bodies.',
  });
}

const kindNames = { json: 'JSON', har: 'HTTP Archive', jsonl: 'JSON Lines text' } as const;

const mockKeys = ['vendor', 'quirks', 'listen', 'auth', 'generate', 'clock', 'rules', 'resources', 'include', 'faults'];

function looksLikeMockFile(value: JsonObject): boolean {
  if (Array.isArray(value.schemas) && typeof value.schemas[0] === 'string') return false;
  return Object.keys(value).some((key) => mockKeys.includes(key)) && !Array.isArray(value.resources);
}

function isJsonLines(text: string): boolean {
  const [first = '', second = ''] = text.split('\n', 2);
  return second.trim() !== '' && tryParse(first) !== undefined;
}

function jsonLines(text: string): JsonValue[] {
  const values: JsonValue[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const value = tryParse(line);
    if (value === undefined)
      throw new UsageError(`Line ${index + 1} is not JSON`, { position: { line: index, character: 0 } });
    values.push(value);
  }
  return values;
}

function parse(text: string): JsonValue {
  return JsonText.parse(text).value;
}

function tryParse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function exchangesIn(record: JsonValue): readonly RecordedExchange[] {
  if (!isJsonObject(record)) return [];
  const entries = isJsonObject(record.log) && Array.isArray(record.log.entries) ? record.log.entries : [record];
  return entries.flatMap((entry) => exchangeOf(entry) ?? []);
}

/** RECORDS as resources, lists and maps of them. */
function ofRecords(records: readonly JsonValue[]): ImportedData {
  const found = records.flatMap(foundIn);
  const schemas: SchemaDefinition[] = [];
  const resourceTypes: ResourceTypeDefinition[] = [];
  const rest: Found[] = [];
  for (const one of found) {
    const kind = discoveryKind(one.resource);
    if (kind === 'schema') schemas.push(parseSchema(one.resource));
    else if (kind === 'resourceType') resourceTypes.push(parseResourceType(one.resource));
    else if (kind === undefined) rest.push(one);
  }
  const registry = registryWith(schemas, resourceTypes);
  const warnings: string[] = [];
  const resources = rest.flatMap((one, index) => given(one, index, registry, warnings));
  return { resources, schemas, resourceTypes, warnings };
}

interface Found {
  readonly resource: JsonObject;
  /** The key of the map that it was found under. */
  readonly under?: string;
}

function foundIn(record: JsonValue): Found[] {
  if (isJsonObject(record) && isMapOfLists(record)) {
    return Object.entries(record).flatMap(([under, list]) =>
      Array.isArray(list) ? list.filter(isJsonObject).map((resource) => ({ resource, under })) : [],
    );
  }
  return listedIn(record)
    .filter(isJsonObject)
    .map((resource) => ({ resource }));
}

/** `{ "Users": […], "Groups": […] }`: neither a resource nor a list has lists of objects only. */
function isMapOfLists(record: JsonObject): boolean {
  const values = Object.values(record);
  return (
    !('Resources' in record) &&
    !('schemas' in record) &&
    values.length > 0 &&
    values.every((value) => Array.isArray(value) && value.every((element) => isJsonObject(element)))
  );
}

function given(
  { resource, under }: Found,
  index: number,
  registry: SchemaRegistry,
  warnings: string[],
): GivenResource[] {
  const called = under === undefined ? typeOf(resource, registry) : under;
  const type = called === undefined ? undefined : registry.find(called);
  if (type !== undefined) return [{ type: type.name, resource: completeSchemas(type, resource) }];
  const name = under === undefined ? `Resource ${index + 1}` : `\`${under}\``;
  warnings.push(`${name} is of no known type and was left out; give it \`schemas\` that a resource type has`);
  return [];
}
