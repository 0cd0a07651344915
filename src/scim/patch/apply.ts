/**
 * Applying a PATCH (RFC 7644 §3.5.2).
 *
 * Where the standard leaves a choice: a filter that matches nothing is `noTarget` for add as well as for replace, and no
 * error for remove; a path to an unknown attribute is `invalidPath`; `attribute.sub` of a multi-valued attribute without
 * filter means all of its values.
 */

import { ProtocolError } from '../error.js';
import { isPresent } from '../filter/compile.js';
import type { JsonObject } from '../json.js';
import { parsePath } from '../path.js';
import { attributeKey, type ResourceType } from '../schema/resource-type.js';
import { Draft } from './draft.js';
import { isEqual } from './equal.js';
import { invalidValue, noTarget } from './fail.js';
import { applyToResource, applyToTarget } from './operation.js';
import type { PatchOperation } from './request.js';
import { resolveTarget } from './target.js';

interface PatchOutcome {
  /** The resource after all operations; the very object that was given when nothing changed. */
  readonly resource: JsonObject;
  /** False when every operation found what it wanted: then `meta.lastModified` stays (RFC 7644 §3.5.2.1). */
  readonly changed: boolean;
}

/**
 * RESOURCE, of TYPE, after OPERATIONS in their order. RESOURCE itself is never changed; the result shares with it what no
 * operation touched. All or nothing: the first operation that fails throws ProtocolError 400 with `invalidPath`,
 * `invalidFilter`, `invalidValue`, `noTarget` or `mutability`, whose message names the operation.
 */
export function applyPatch(
  type: ResourceType,
  resource: JsonObject,
  operations: readonly PatchOperation[],
): PatchOutcome {
  const draft = new Draft(type, resource);
  operations.forEach((operation, index) => {
    try {
      applyOperation(draft, operation);
    } catch (error) {
      throw error instanceof ProtocolError ? located(error, operation, index) : error;
    }
  });
  if (draft.resource === resource) return { resource, changed: false };
  dropEmptyExtensions(draft);
  draft.completeSchemas();
  return isEqual(resource, draft.resource) ? { resource, changed: false } : { resource: draft.resource, changed: true };
}

function applyOperation(draft: Draft, { op, path, value }: PatchOperation): void {
  if (op !== 'remove' && value === undefined) throw invalidValue(`${op} needs a "value"`);
  if (path === undefined || path === '') {
    if (op === 'remove') throw noTarget('remove needs a "path"');
    applyToResource(draft, op, value ?? null);
    return;
  }
  // RFC 7644 §3.5.2.2 itself writes `members[value eq"…"]`.
  applyToTarget(draft, op, resolveTarget(draft.type, parsePath(path, { missingSpace: true })), value);
}

function dropEmptyExtensions(draft: Draft): void {
  for (const { schema } of draft.type.extensions) {
    const isThere = attributeKey(draft.resource, schema.id) !== undefined;
    if (isThere && !isPresent(draft.extension(schema.id))) draft.clearExtension(schema.id);
  }
}

function located(error: ProtocolError, { op, path }: PatchOperation, index: number): ProtocolError {
  const where = `Operations[${index}] (${op}${path === undefined ? '' : ` ${shorten(path)}`})`;
  return new ProtocolError(error.status, error.scimType, `${where}: ${error.message}`, {
    cause: error,
    ...(error.offset === undefined ? {} : { offset: error.offset }),
  });
}

function shorten(path: string): string {
  return path.length <= 100 ? path : `${path.slice(0, 100)}…`;
}
