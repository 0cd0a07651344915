/** What became of each operation of a bulk job, as the caller is told. */

import type { BulkBatch, BulkResult, BulkStep } from '../scim/bulk/index.js';
import type { ResponseError } from '../scim/error.js';
import type { ErrorMessage } from '../scim/messages/error.js';

/** The result of one operation, by its index in the caller's list. */
export interface BulkOutcome {
  readonly index: number;
  /** `unknown`: the server may have executed it or not. `notSent`: it has not. */
  readonly outcome: 'success' | 'error' | 'unknown' | 'notSent';
  readonly status: number | undefined;
  /** Id of the resource, as far as the answer tells it. */
  readonly id: string | undefined;
  readonly location: string | undefined;
  readonly version: string | undefined;
  readonly error: ErrorMessage | undefined;
  /** Why it is not known, or was not sent. */
  readonly reason: string | undefined;
}

export interface BulkReport {
  /** One for each operation, in the caller's order. */
  readonly results: readonly BulkOutcome[];
  readonly requests: number;
  readonly warnings: readonly string[];
}

/** The result of one step, and whether it was sent at all. */
export interface StepOutcome {
  readonly result: BulkResult;
  readonly sent: boolean;
  readonly reason: string | undefined;
}

/** STEP was not sent, for REASON. */
export function notSent(step: BulkStep, reason: string): StepOutcome {
  return { result: resultFor(step, 'unknown', undefined), sent: false, reason };
}

/** Every step of BATCH failed with ERROR, which refused the request as a whole. */
export function refused(batch: BulkBatch, { status, scimType, detail, message }: ResponseError): StepOutcome[] {
  const error = { status, scimType, detail: detail ?? message };
  return batch.steps.map((step) => ({ result: resultFor(step, 'error', error), sent: true, reason: undefined }));
}

function resultFor(step: BulkStep, outcome: BulkResult['outcome'], error: ErrorMessage | undefined): BulkResult {
  const nothing = { id: undefined, location: undefined, version: undefined, response: undefined };
  return { step, outcome, status: error?.status, ...nothing, error };
}

/**
 * OUTCOMES of steps as the results of COUNT operations. A create that was sent in two parts is done when both are; when
 * the second one is not, its result counts, with the id of the resource that is there.
 */
export function outcomesOf(count: number, outcomes: readonly StepOutcome[]): BulkOutcome[] {
  const byIndex = new Map<number, BulkOutcome>();
  for (const outcome of outcomes) {
    const { index, part } = outcome.result.step;
    const told = tell(index, outcome);
    const created = byIndex.get(index);
    if (part !== 'completion' || created === undefined) byIndex.set(index, told);
    else if (created.outcome === 'success') byIndex.set(index, joined(created, told));
  }
  return Array.from({ length: count }, (_, index) => byIndex.get(index) ?? silent(index));
}

function joined(created: BulkOutcome, completed: BulkOutcome): BulkOutcome {
  const { id, location, status } = created;
  if (completed.outcome === 'success') return { ...completed, id, location, status };
  const why = completed.reason ?? completed.error?.detail;
  return {
    ...completed,
    id,
    location,
    reason: `created without some references${why === undefined ? '' : `: ${why}`}`,
  };
}

function tell(index: number, { result, sent, reason }: StepOutcome): BulkOutcome {
  const { status, id, location, version, error } = result;
  const outcome = sent ? result.outcome : 'notSent';
  const why =
    outcome === 'unknown' ? (reason ?? 'the answer does not say') : outcome === 'notSent' ? reason : undefined;
  return { index, outcome, status, id, location, version, error, reason: why };
}

function silent(index: number): BulkOutcome {
  const nothing = { status: undefined, id: undefined, location: undefined, version: undefined, error: undefined };
  return { index, outcome: 'notSent', ...nothing, reason: 'not sent' };
}
