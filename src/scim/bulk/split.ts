/** Splitting a create whose references run in a circle (RFC 7644 §3.7.1): create it without them, add them afterwards. */

import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../json.js';
import type { BulkOperation } from '../messages/bulk.js';
import { patchMessage } from '../messages/patch-op.js';
import type { PatchOperation } from '../patch/request.js';
import { refersTo } from './references.js';

/** A create without some references, and the PATCH that adds them. */
export interface SplitCreate {
  readonly create: BulkOperation;
  readonly completion: BulkOperation;
}

/**
 * CREATE, a POST with BULKID, split so that the first part refers to none of UNRESOLVED. The second part is for a later
 * request, since its path holds the id that the first one brings.
 */
export function splitCreate(create: BulkOperation, bulkId: string, unresolved: ReadonlySet<string>): SplitCreate {
  const later: PatchOperation[] = [];
  const data = without(create.data ?? {}, undefined, unresolved, later);
  return {
    create: { ...create, data },
    completion: {
      method: 'PATCH',
      path: `${create.path.replace(/\/+$/, '')}/bulkId:${bulkId}`,
      data: patchMessage(later),
    },
  };
}

/** RESOURCE, or with URN its extension, without what refers to UNRESOLVED; operations that add it go to LATER. */
function without(
  holder: JsonObject,
  urn: string | undefined,
  unresolved: ReadonlySet<string>,
  later: PatchOperation[],
): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(holder)) {
    const rest = refersTo(value, unresolved) ? strip(name, value, urn, unresolved, later) : value;
    if (rest !== undefined) setMember(kept, name, rest);
  }
  return kept;
}

function strip(
  name: string,
  value: JsonValue,
  urn: string | undefined,
  unresolved: ReadonlySet<string>,
  later: PatchOperation[],
): JsonValue | undefined {
  // Only an extension's container has a colon in its name (RFC 7643 §2.1, §3.3).
  if (urn === undefined && name.includes(':') && isJsonObject(value)) {
    const rest = without(value, name, unresolved, later);
    return Object.keys(rest).length === 0 ? undefined : rest;
  }
  const path = urn === undefined ? name : `${urn}:${name}`;
  if (!Array.isArray(value)) {
    later.push({ op: 'add', path, value });
    return undefined;
  }
  later.push({ op: 'add', path, value: value.filter((element) => refersTo(element, unresolved)) });
  const kept = value.filter((element) => !refersTo(element, unresolved));
  return kept.length === 0 ? undefined : kept;
}
