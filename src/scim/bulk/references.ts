/** `bulkId:…` in place of the id of a resource that is yet to be created (RFC 7644 §3.7.2). */

import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../json.js';
import type { BulkOperation } from '../messages/bulk.js';

/** A whole value, or the last segment of a path or URI. */
const reference = /(?:^|\/)bulkId:([^/?#]+)$/;

/** The bulkIds that OPERATION needs resolved: in its data, and in its path. */
export interface References {
  readonly data: ReadonlySet<string>;
  /** Only a resource that exists has a path, so this one must come from an earlier request. */
  readonly path: string | undefined;
}

/** What OPERATION refers to. */
export function referencesOf({ path, data }: BulkOperation): References {
  const found = new Set<string>();
  if (data !== undefined) collect(data, found);
  return { data: found, path: referenceIn(path) };
}

/** The bulkId that TEXT refers to. */
function referenceIn(text: string): string | undefined {
  return reference.exec(text)?.[1];
}

/** Does VALUE refer to any of BULKIDS? */
export function refersTo(value: JsonValue, bulkIds: ReadonlySet<string>): boolean {
  const found = new Set<string>();
  collect(value, found);
  return [...found].some((bulkId) => bulkIds.has(bulkId));
}

/** OPERATION with the ids that are known in the place of their bulkIds; the same object when there are none. */
export function resolveReferences(operation: BulkOperation, ids: ReadonlyMap<string, string>): BulkOperation {
  const { path, data } = referencesOf(operation);
  const needed = path === undefined ? data : new Set([...data, path]);
  if (![...needed].some((bulkId) => ids.has(bulkId))) return operation;
  const resolved = operation.data === undefined ? undefined : resolve(operation.data, ids);
  return {
    ...operation,
    path: resolveText(operation.path, ids),
    ...(isJsonObject(resolved) ? { data: resolved } : {}),
  };
}

function collect(value: JsonValue, found: Set<string>): void {
  if (typeof value === 'string') {
    const bulkId = referenceIn(value);
    if (bulkId !== undefined) found.add(bulkId);
  } else if (Array.isArray(value)) {
    for (const element of value) collect(element, found);
  } else if (isJsonObject(value)) {
    for (const member of Object.values(value)) collect(member, found);
  }
}

function resolve(value: JsonValue, ids: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === 'string') return resolveText(value, ids);
  if (Array.isArray(value)) return value.map((element) => resolve(element, ids));
  if (!isJsonObject(value)) return value;
  const object: JsonObject = {};
  for (const [name, member] of Object.entries(value)) setMember(object, name, resolve(member, ids));
  return object;
}

function resolveText(text: string, ids: ReadonlyMap<string, string>): string {
  const bulkId = referenceIn(text);
  const id = bulkId === undefined ? undefined : ids.get(bulkId);
  if (bulkId === undefined || id === undefined) return text;
  const start = text.slice(0, text.length - `bulkId:${bulkId}`.length);
  // Behind a slash the id is a path segment.
  return start === '' ? id : `${start}${encodeURIComponent(id)}`;
}
