/** The PatchOp message (RFC 7644 §3.5.2). */

import { ProtocolError } from '../error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { getAttribute } from '../schema/resource-type.js';
import { urn } from '../urn.js';

export interface PatchOperation {
  op: 'add' | 'remove' | 'replace';
  /** Absent for the resource itself. */
  path?: string;
  value?: JsonValue;
}

const operations: ReadonlyMap<string, PatchOperation['op']> = new Map([
  ['add', 'add'],
  ['remove', 'remove'],
  ['replace', 'replace'],
]);

/**
 * The operations of BODY, a PatchOp message. Reads what deployed clients send: `op` in any case, an empty or null path
 * for none. Throws ProtocolError 400 `invalidSyntax` for another shape or an unknown `op`, `invalidPath` for a path that
 * is no string, `invalidValue` when add or replace lack `value`, `noTarget` when remove lacks `path`.
 */
export function parsePatchRequest(body: JsonValue): PatchOperation[] {
  if (!isJsonObject(body)) throw invalidSyntax('A PATCH request is a JSON object');
  if (!hasPatchSchema(getAttribute(body, 'schemas'))) {
    throw invalidSyntax(`"schemas" of a PATCH request contains "${urn.patchOp}"`);
  }
  const list = getAttribute(body, 'Operations');
  if (!Array.isArray(list) || list.length === 0) {
    throw invalidSyntax('"Operations" is an array of one or more operations');
  }
  return list.map(parseOperation);
}

function hasPatchSchema(schemas: JsonValue | undefined): boolean {
  const wanted = urn.patchOp.toLowerCase();
  return Array.isArray(schemas) && schemas.some((id) => typeof id === 'string' && id.toLowerCase() === wanted);
}

function parseOperation(operation: JsonValue, index: number): PatchOperation {
  const where = `Operations[${index}]`;
  if (!isJsonObject(operation)) throw invalidSyntax(`${where} is not an object`);
  const word = getAttribute(operation, 'op');
  const op = typeof word === 'string' ? operations.get(word.toLowerCase()) : undefined;
  if (op === undefined) throw invalidSyntax(`${where}: "op" is one of add, remove and replace`);
  const path = parseOperationPath(operation, where);
  const value = getAttribute(operation, 'value');
  if (value === undefined && op !== 'remove') {
    throw new ProtocolError(400, 'invalidValue', `${where}: ${op} needs a "value"`);
  }
  if (path === undefined && op === 'remove') {
    throw new ProtocolError(400, 'noTarget', `${where}: remove needs a "path"`);
  }
  return { op, ...(path === undefined ? {} : { path }), ...(value === undefined ? {} : { value }) };
}

function parseOperationPath(operation: JsonObject, where: string): string | undefined {
  const path = getAttribute(operation, 'path');
  if (path === undefined || path === null || path === '') return undefined;
  if (typeof path === 'string') return path;
  throw new ProtocolError(400, 'invalidPath', `${where}: "path" is a string`);
}

function invalidSyntax(detail: string): ProtocolError {
  return new ProtocolError(400, 'invalidSyntax', detail);
}
