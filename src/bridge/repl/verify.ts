/** Whether what was written is what the service has now. */

import { printAssignments } from '../../document/repl/assignments.js';
import type { Redactor } from '../../redact/redact.js';
import { diffToPatch } from '../../scim/diff/index.js';
import { ScimError } from '../../scim/error.js';
import type { JsonObject, JsonValue } from '../../scim/json.js';
import type { PatchOperation } from '../../scim/patch/index.js';
import { parsePath } from '../../scim/path.js';
import type { ResourceType } from '../../scim/schema/resource-type.js';
import type { Evaluation } from './evaluation.js';

/** Most characters of a change that are printed. */
const maxShown = 400;

/**
 * Tell on the page of EVALUATION whether ACTUAL, the resource of TYPE as it was read after a write, is EXPECTED. DONE says
 * what holds when it is.
 */
export function addVerification(
  { page }: Evaluation,
  type: ResourceType,
  actual: JsonObject,
  expected: JsonObject,
  done: string,
  redactor: Redactor,
): void {
  let rest: PatchOperation[];
  try {
    rest = diffToPatch(type, actual, expected).flat();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    page.line(`– not verified: ${redactor.text(error.message)}`, 'warning');
    return;
  }
  const hidden = rest.filter((operation) => isNeverReturned(type, operation));
  const wrong = rest.filter((operation) => !hidden.includes(operation));
  if (wrong.length > 0) {
    page.line(`✗ NOT AS ASKED: it would still take ${shownChanges(wrong, redactor)}`, 'failure');
  } else page.line(`✓ verified: ${done}`, 'success');
  const names = [...new Set(hidden.map(({ path }) => path ?? ''))].filter((name) => name !== '');
  if (names.length > 0) page.line(`– ${names.join(', ')}: never returned, so not verified`, 'dimmed');
}

/** OPERATIONS as a person would type them, redacted. */
export function shownChanges(operations: readonly PatchOperation[], redactor: Redactor): string {
  const parts = operations.map((operation) => {
    const { op, path = '…', value } = operation;
    const clean = value === undefined ? undefined : redactedValue(path, value, redactor);
    return printAssignments([{ op, path, ...(clean === undefined ? {} : { value: clean }) }]);
  });
  const text = parts.join(' ');
  return text.length <= maxShown ? text : `${text.slice(0, maxShown)}…`;
}

function redactedValue(path: string, value: JsonValue, redactor: Redactor): JsonValue {
  const name = path.replace(/\[[^\]]*\]/g, '');
  const redacted = redactor.json(JSON.stringify({ path: name, value }));
  try {
    const parsed: { value: JsonValue } = JSON.parse(redacted);
    return parsed.value;
  } catch {
    return '***';
  }
}

/** RFC 7643 §2.2 `returned`, §7 `mutability`: nobody can read it back. */
function isNeverReturned(type: ResourceType, { path }: PatchOperation): boolean {
  if (path === undefined) return false;
  const found = type.resolve(parsePath(path, { missingSpace: true }).attribute);
  const attribute = found?.sub ?? found?.attribute;
  return attribute?.returned === 'never' || attribute?.mutability === 'writeOnly';
}
