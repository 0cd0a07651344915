/** Which part of a PATCH did not take effect yet (RFC 7644 §3.5.2). */

import { ProtocolError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { applyPatch, type PatchOperation, parsePatchRequest } from '../scim/patch/index.js';
import { attributeKey, type ResourceType } from '../scim/schema/resource-type.js';

/**
 * The PatchOp MESSAGE without what RESOURCE, of TYPE, shows to be done: operations that would change nothing, and values
 * that an addition finds there. `done` when nothing is left; undefined when it cannot be told, because an operation finds
 * no target, which may be its own doing.
 */
export function remainingPatch(
  type: ResourceType,
  resource: JsonObject,
  message: JsonObject,
): JsonObject | 'done' | undefined {
  const key = attributeKey(message, 'Operations');
  const written = key === undefined ? undefined : message[key];
  if (key === undefined || !Array.isArray(written)) return undefined;
  try {
    const left: JsonValue[] = [];
    let state = resource;
    parsePatchRequest(message).forEach((operation, index) => {
      const outcome = applyPatch(type, state, [operation]);
      if (outcome.changed) left.push(withMissing(type, state, operation, written[index] ?? null));
      state = outcome.resource;
    });
    return left.length === 0 ? 'done' : { ...message, [key]: left };
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** WRITTEN, the text of OPERATION, with only those of several added values that STATE lacks. */
function withMissing(type: ResourceType, state: JsonObject, operation: PatchOperation, written: JsonValue): JsonValue {
  const { op, path, value } = operation;
  if (op !== 'add' || path === undefined || !Array.isArray(value) || !isJsonObject(written)) return written;
  const missing = value.filter((element) => applyPatch(type, state, [{ op, path, value: [element] }]).changed);
  const key = attributeKey(written, 'value') ?? 'value';
  return missing.length === value.length ? written : { ...written, [key]: missing };
}
