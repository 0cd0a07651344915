/** RFC 7644 §3.7.2: `bulkId:…` wherever an operation of a bulk request may hold it. */

import { referencesOf, resolveReferences } from '../scim/bulk/references.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import type { BulkOperation } from '../scim/messages/bulk.js';
import { attributeKey } from '../scim/schema/resource-type.js';

/** A reference in the filter of a PATCH path: `members[value eq "bulkId:qwerty"]`. */
const quoted = /"bulkId:([^"\\]+)"/g;

/** The bulkIds that OPERATION refers to: in its path, in its data, and in the paths of a PATCH. */
export function bulkIdsIn(operation: BulkOperation): Set<string> {
  const { data, path } = referencesOf(operation);
  const found = new Set(path === undefined ? data : [...data, path]);
  for (const text of patchPaths(operation)) {
    for (const [, bulkId] of text.matchAll(quoted)) if (bulkId !== undefined) found.add(bulkId);
  }
  return found;
}

/** OPERATION with the ids that are known in the place of their bulkIds. */
export function withIds(operation: BulkOperation, ids: ReadonlyMap<string, string>): BulkOperation {
  const resolved = resolveReferences(operation, ids);
  if (patchPaths(resolved).every((path) => path.search(quoted) < 0)) return resolved;
  const fill = (path: string): string =>
    path.replace(quoted, (text, bulkId: string) => (ids.has(bulkId) ? JSON.stringify(ids.get(bulkId)) : text));
  const filled = (part: JsonValue): JsonValue =>
    isJsonObject(part) ? mapMember(part, 'path', (path) => (typeof path === 'string' ? fill(path) : path)) : part;
  const { data = {} } = resolved;
  return {
    ...resolved,
    data: mapMember(data, 'Operations', (list) => (Array.isArray(list) ? list.map(filled) : list)),
  };
}

function patchPaths({ method, data }: BulkOperation): string[] {
  const key = method === 'PATCH' && data ? attributeKey(data, 'Operations') : undefined;
  const list = key === undefined ? undefined : data?.[key];
  return (Array.isArray(list) ? list : []).flatMap((operation) => {
    const name = isJsonObject(operation) ? attributeKey(operation, 'path') : undefined;
    const path = isJsonObject(operation) && name !== undefined ? operation[name] : undefined;
    return typeof path === 'string' ? [path] : [];
  });
}

/** OBJECT with what CHANGE makes of its member NAME, if it has it. */
function mapMember(object: JsonObject, name: string, change: (value: JsonValue) => JsonValue): JsonObject {
  const key = attributeKey(object, name);
  const value = key === undefined ? undefined : object[key];
  return key === undefined || value === undefined ? object : { ...object, [key]: change(value) };
}
