/** What became of each operation of a bulk request (RFC 7644 §3.7.3). */

import { isJsonObject, type JsonValue } from '../json.js';
import { type BulkAnswer, parseBulkResponse } from '../messages/bulk.js';
import { type ErrorMessage, parseErrorMessage } from '../messages/error.js';
import { getAttribute } from '../schema/resource-type.js';
import type { BulkStep } from './order.js';
import type { BulkBatch } from './run.js';

export interface BulkResult {
  readonly step: BulkStep;
  /** `unknown`: the answer does not say; the operation may or may not have been executed. */
  readonly outcome: 'success' | 'error' | 'unknown';
  readonly status: number | undefined;
  /** Id of the resource, from the response or its location. */
  readonly id: string | undefined;
  readonly location: string | undefined;
  readonly version: string | undefined;
  readonly error: ErrorMessage | undefined;
  /** The resource, when the server sent it. */
  readonly response: JsonValue | undefined;
}

/**
 * The results of BATCH, one for each of its steps in their order, according to BODY, the BulkResponse. When the server
 * stopped early (`failOnErrors`), or left an operation out, its outcome is unknown. Throws ProtocolError 400
 * `invalidSyntax` when BODY is no BulkResponse: then all is unknown.
 */
export function readBulkResults(batch: BulkBatch, body: JsonValue): BulkResult[] {
  const answers = assign(batch.steps, parseBulkResponse(body));
  return batch.steps.map((step) => resultOf(step, answers.get(step)));
}

/** The results of BATCH when no answer came: nobody knows. */
export function unknownResults(batch: BulkBatch): BulkResult[] {
  return batch.steps.map((step) => resultOf(step, undefined));
}

/** The result of STEP according to ANSWER, the operation of a BulkResponse or of an asynchronous event. */
function resultOf(step: BulkStep, answer: BulkAnswer | undefined): BulkResult {
  const { status, location, version, response } = answer ?? {};
  const outcome = status === undefined ? 'unknown' : status >= 200 && status < 300 ? 'success' : 'error';
  return {
    step,
    outcome,
    status,
    id: outcome === 'success' ? (idIn(response) ?? idAt(location)) : undefined,
    location,
    version,
    error: outcome === 'error' ? (parseErrorMessage(response) ?? noMessage(status)) : undefined,
    response,
  };
}

function noMessage(status: number | undefined): ErrorMessage {
  return { status, scimType: undefined, detail: undefined };
}

function idIn(response: JsonValue | undefined): string | undefined {
  const id = isJsonObject(response) ? getAttribute(response, 'id') : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function idAt(location: string | undefined): string | undefined {
  const segment = location
    ?.replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .split('/')
    .at(-1);
  if (segment === undefined || segment === '') return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * Which answer is for which step: by bulkId, by the resource that `location` names, and what is left, of each method, by
 * order, provided that so many are left of both. Several operations on one resource are taken in their order.
 */
function assign(steps: readonly BulkStep[], answers: readonly BulkAnswer[]): ReadonlyMap<BulkStep, BulkAnswer> {
  const assigned = new Map<BulkStep, BulkAnswer>();
  const byBulkId = queues(steps, ({ operation }) => operation.bulkId);
  const byPath = queues(steps, ({ operation }) => pathKey(operation.method, operation.path));
  const left: BulkAnswer[] = [];
  for (const answer of answers) {
    const { bulkId, location, method = '' } = answer;
    const candidates =
      bulkId === undefined ? byPath.get(location === undefined ? '' : pathKey(method, location)) : byBulkId.get(bulkId);
    const step = candidates?.find((candidate) => !assigned.has(candidate));
    if (step === undefined) left.push(answer);
    else assigned.set(step, answer);
  }
  assignByOrder(steps, left, assigned);
  return assigned;
}

function assignByOrder(
  steps: readonly BulkStep[],
  left: readonly BulkAnswer[],
  assigned: Map<BulkStep, BulkAnswer>,
): void {
  const free = steps.filter((step) => !assigned.has(step));
  for (const method of new Set(free.map(({ operation }) => operation.method))) {
    const open = free.filter(({ operation }) => operation.method === method);
    // An answer that names another operation is none of these.
    const answers = left.filter((answer) => answer.method === method && answer.bulkId === undefined);
    if (open.length !== answers.length) continue;
    open.forEach((step, index) => {
      const answer = answers[index];
      if (answer !== undefined) assigned.set(step, answer);
    });
  }
}

function queues(steps: readonly BulkStep[], keyOf: (step: BulkStep) => string | undefined): Map<string, BulkStep[]> {
  const map = new Map<string, BulkStep[]>();
  for (const step of steps) {
    const key = keyOf(step);
    if (key === undefined) continue;
    const queue = map.get(key);
    if (queue === undefined) map.set(key, [step]);
    else queue.push(step);
  }
  return map;
}

/** METHOD and the last two segments of PATHORURI, the endpoint and the id: whatever stands before is the base URL. */
function pathKey(method: string, pathOrUri: string): string {
  const segments = pathOrUri
    .replace(/[?#].*$/, '')
    .split('/')
    .filter((segment) => segment !== '');
  return `${method} ${segments.slice(-2).join('/')}`;
}
