/** RFC 7644 §3.7: many operations in as few requests as the server takes, and what became of each. */

import { type BulkBatch, BulkRun, type BulkStep, readBulkResults, unknownResults } from '../scim/bulk/index.js';
import { CancelledError, InvalidResponseError, NetworkError, ProtocolError, ScimError } from '../scim/error.js';
import type { BulkOperation } from '../scim/messages/bulk.js';
import { type BulkReport, notSent, outcomesOf, refused, type StepOutcome } from './bulk-results.js';
import { responseErrorOf } from './response-error.js';
import type { Answer, CallOptions } from './types.js';
import type { Send } from './wire.js';

/** What a server takes, and what the caller wants. */
export interface BulkLimits {
  readonly maxOperations?: number | undefined;
  readonly maxPayloadBytes?: number | undefined;
  /** Stop after so many errors. */
  readonly failOnErrors?: number | undefined;
}

/** Servers must say their limits (RFC 7643 §5); these are for those that do not. */
const usual = { maxOperations: 1_000, maxPayloadBytes: 1_048_576 };

type Tell = (outcomes: readonly StepOutcome[]) => void;

/** Sends operations as bulk requests, one after the other, since later ones may need the ids of earlier ones. */
export class BulkSender {
  readonly #send: Send;
  readonly #limits: BulkLimits;
  readonly #call: CallOptions;
  readonly #warnings: string[] = [];
  /** Fewer than the server says, once it refused more (413). */
  #maxOperations: number;
  #requests = 0;
  #errors = 0;
  /** Why nothing more is sent. */
  #stopped: string | undefined;

  constructor(send: Send, limits: BulkLimits, call: CallOptions) {
    this.#send = send;
    this.#limits = limits;
    this.#call = call;
    this.#maxOperations = limits.maxOperations ?? usual.maxOperations;
  }

  /**
   * Sends OPERATIONS. Throws `ProtocolError` when they cannot be sent as they are, and what the first request throws when
   * it certainly did nothing; everything later is told by operation, so that no result is lost.
   */
  async run(operations: readonly BulkOperation[]): Promise<BulkReport> {
    const outcomes: StepOutcome[] = [];
    await this.#runAll(operations, (found) => {
      if (found.length === 0) return;
      outcomes.push(...found);
      this.#call.onProgress?.(Math.min(outcomes.length, operations.length), operations.length);
    });
    return {
      results: outcomesOf(operations.length, outcomes),
      requests: this.#requests,
      warnings: this.#warnings,
    };
  }

  /** Sends OPERATIONS in requests of the size that is known to work; TELL gets the outcome of every step. */
  async #runAll(operations: readonly BulkOperation[], tell: Tell): Promise<void> {
    const { maxPayloadBytes = usual.maxPayloadBytes, failOnErrors } = this.#limits;
    const run = new BulkRun(operations, {
      maxOperations: this.#maxOperations,
      maxPayloadBytes,
      failOnErrors: failOnErrors === undefined ? undefined : Math.max(1, failOnErrors - this.#errors),
    });
    for (let batch = run.next(); batch !== undefined; batch = run.next()) {
      const outcomes = await this.#runBatch(batch);
      tell(outcomes);
      run.settle(outcomes.map(({ result }) => result));
    }
    tell(run.blocked.map(({ step, reason }) => notSent(step, reason)));
  }

  /** Sends BATCH, in smaller requests when the server finds it too large (RFC 7644 §3.7.4). */
  async #runBatch(batch: BulkBatch): Promise<StepOutcome[]> {
    const { steps } = batch;
    const stopped = this.#stopped;
    if (stopped !== undefined) return steps.map((step) => notSent(step, `not sent, since before: ${stopped}`));
    if (steps.length > this.#maxOperations) return this.#runSmaller(steps);
    const outcomes = await this.#ask(batch);
    if (outcomes === 'tooLarge') {
      this.#maxOperations = Math.max(1, Math.floor(steps.length / 2));
      this.#warnings.push(
        `The server refused ${steps.length} operations at once (413); from then on it got ${this.#maxOperations}`,
      );
      return this.#runSmaller(steps);
    }
    this.#errors += outcomes.filter(({ result }) => result.outcome === 'error').length;
    return outcomes;
  }

  /** STEPS again, as a job of their own. */
  async #runSmaller(steps: readonly BulkStep[]): Promise<StepOutcome[]> {
    const found: StepOutcome[] = [];
    await this.#runAll(
      steps.map(({ operation }) => operation),
      (outcomes) => found.push(...outcomes),
    );
    return found.flatMap(({ result, sent, reason }) => {
      const step = steps[result.step.index];
      return step === undefined ? [] : [{ result: { ...result, step }, sent, reason }];
    });
  }

  async #ask(batch: BulkBatch): Promise<StepOutcome[] | 'tooLarge'> {
    const isFirst = this.#requests === 0;
    this.#requests += 1;
    const request = { method: 'POST', path: '/Bulk', body: JSON.stringify(batch.message) };
    try {
      return this.#read(batch, await this.#send(request, 'request', this.#call), isFirst);
    } catch (error) {
      const didNothing = !mayHaveRun(error);
      if (!(error instanceof ScimError) || (isFirst && didNothing)) throw error;
      this.#stopped = error.message;
      return didNothing ? batch.steps.map((step) => notSent(step, error.message)) : unknown(batch, error.message);
    }
  }

  #read(batch: BulkBatch, answer: Answer, isFirst: boolean): StepOutcome[] | 'tooLarge' {
    const { status, json, asked } = answer;
    if (status === 413 && batch.steps.length > 1) return 'tooLarge';
    if (status === 202) {
      // One event per operation would tell (RFC 9967 §2.5.1); nobody may take this for done.
      this.#stopped = `${asked} was accepted (202) and is not known to be carried out`;
      return unknown(batch, this.#stopped);
    }
    if (status >= 400) {
      const error = responseErrorOf(answer);
      if (status === 413) return refused(batch, error);
      // After a failure of the server nobody knows; refused as a whole, a request did nothing.
      if (isFirst && status < 500) throw error;
      this.#stopped = error.message;
      return status >= 500 ? unknown(batch, error.message) : refused(batch, error);
    }
    return this.#results(batch, answer, json ?? null);
  }

  #results(batch: BulkBatch, { asked, status }: Answer, json: Parameters<typeof readBulkResults>[1]): StepOutcome[] {
    try {
      return readBulkResults(batch, json).map((result) => ({ result, sent: true, reason: undefined }));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#stopped = `${asked} answered ${status}: ${error.message}`;
      return unknown(batch, this.#stopped);
    }
  }
}

function unknown(batch: BulkBatch, reason: string): StepOutcome[] {
  return unknownResults(batch).map((result) => ({ result, sent: true, reason }));
}

/** May the server have executed what failed with ERROR? */
function mayHaveRun(error: unknown): boolean {
  if (error instanceof NetworkError) return error.outcome === 'unknown';
  return error instanceof InvalidResponseError || error instanceof CancelledError;
}
