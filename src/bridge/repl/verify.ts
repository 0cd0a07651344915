/** Whether what was written is what the service has now. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../client/target.js';
import { inTypes } from '../../document/edit/changes.js';
import { printAssignments } from '../../document/repl/assignments.js';
import type { Redactor } from '../../redact/redact.js';
import { diffToPatch } from '../../scim/diff/index.js';
import { CancelledError, InvalidResponseError, ResponseError, ScimError } from '../../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import type { PatchOperation } from '../../scim/patch/index.js';
import { parsePath } from '../../scim/path.js';
import type { ResourceType } from '../../scim/schema/resource-type.js';
import type { Evaluation } from './evaluation.js';

/** Most characters of a change that are printed. */
const maxShown = 400;

/** A service may show for a moment what was before. */
const pausesMs = [200, 800, 1_500];

/** What was written, and how to see what came of it. */
export interface Written {
  readonly type: ResourceType;
  readonly id: string;
  /** What there shall be, by what there is now; undefined: nobody can tell. */
  readonly expected: ((actual: JsonObject) => JsonObject) | undefined;
  /** What holds when it is so. */
  readonly done: string;
  readonly redactor: Redactor;
}

/**
 * Read the resource of WRITTEN until it is as it shall be, or nobody can expect that any more, and tell what came of it.
 * An answer to a write proves nothing. Returns the last reading; undefined when nothing can be read.
 */
export async function verifyWritten(evaluation: Evaluation, written: Written): Promise<Answer | undefined> {
  const { page, target, signal } = evaluation;
  const { type, id, expected, done, redactor } = written;
  try {
    for (const wait of [...pausesMs, undefined]) {
      const answer = await target.get(type.name, id, {}, { signal });
      if (expected === undefined) return answer;
      const actual = inTypes(type, isJsonObject(answer.json) ? answer.json : {});
      const { wrong, hidden } = compared(type, actual, inTypes(type, expected(actual)));
      if (wait === undefined || wrong.length === 0) {
        if (wrong.length > 0) {
          page.line(`✗ NOT AS ASKED: it would still take ${shownChanges(wrong, redactor)}`, 'failure');
        } else page.line(`✓ verified: ${done}`, 'success');
        const names = [...new Set(hidden.map(({ path }) => path ?? ''))].filter((name) => name !== '');
        if (names.length > 0) page.line(`– ${names.join(', ')}: never returned, so not verified`, 'dimmed');
        return answer;
      }
      await sleep(wait, undefined, { signal });
    }
  } catch (error) {
    if (!(error instanceof ScimError) || error instanceof CancelledError) throw error;
    page.line(`– not verified, though it was sent: ${redactor.text(error.message)}`, 'warning');
  }
  return undefined;
}

/** Read the resource ID of TYPE until it is gone, and tell whether it is. */
export async function verifyGone({ page, target, signal }: Evaluation, type: string, id: string): Promise<void> {
  try {
    for (const wait of [...pausesMs, undefined]) {
      await target.get(type, id, {}, { signal });
      if (wait !== undefined) await sleep(wait, undefined, { signal });
    }
    page.line('✗ NOT AS ASKED: it is still there', 'failure');
  } catch (error) {
    if (!(error instanceof ScimError) || error instanceof CancelledError) throw error;
    if (error instanceof ResponseError && (error.status === 404 || error.status === 410)) {
      page.line(`✓ verified: ${type}/${id} is gone`, 'success');
    } else page.line(`– not verified, though it was sent: ${target.redactor.text(error.message)}`, 'warning');
  }
}

/** The answer that SEND gives; undefined when it is a success from which nothing else can be concluded. */
export async function sent({ page }: Evaluation, send: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await send();
  } catch (error) {
    const isUnclear = error instanceof InvalidResponseError && (error.status === undefined || error.status < 300);
    if (!isUnclear) throw error;
    page.line(`⚠ ${error.message}`, 'warning');
    return undefined;
  }
}

interface Comparison {
  readonly wrong: readonly PatchOperation[];
  readonly hidden: readonly PatchOperation[];
}

/** What ACTUAL lacks of EXPECTED, resources of TYPE, and what nobody can see of it. Throws as `diffToPatch`. */
function compared(type: ResourceType, actual: JsonObject, expected: JsonObject): Comparison {
  const rest = diffToPatch(type, actual, expected).flat();
  const hidden = rest.filter((operation) => isNeverReturned(type, operation));
  return { wrong: rest.filter((operation) => !hidden.includes(operation)), hidden };
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
