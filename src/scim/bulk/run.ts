/** Sending many operations as bulk requests: packing, and what the answers mean for what is still to be sent. */

import { ProtocolError, UsageError } from '../error.js';
import type { JsonObject } from '../json.js';
import { type BulkOperation, bulkRequestMessage } from '../messages/bulk.js';
import { type BulkStep, type BulkUnit, type CircleRule, createdBy, orderOperations } from './order.js';
import { referencesOf, resolveReferences } from './references.js';
import type { BulkResult } from './results.js';
import { envelopeBytes, operationBytes } from './size.js';

export interface BulkOptions {
  /** `bulk.maxOperations` and `bulk.maxPayloadSize` (in bytes) of ServiceProviderConfig (RFC 7643 §5). */
  readonly maxOperations?: number | undefined;
  readonly maxPayloadBytes?: number | undefined;
  /** Stop after so many errors, over all requests; absent: do all that can be done. */
  readonly failOnErrors?: number | undefined;
  /** What to do with references in a circle; `split` unless given. */
  readonly circles?: CircleRule | undefined;
  /** The bulkId of the operation at INDEX when it has none; must be new. */
  readonly newBulkId?: ((index: number) => string) | undefined;
}

/** One bulk request. */
export interface BulkBatch {
  readonly message: JsonObject;
  /** What was packed, in the order of the message, with the ids known so far in the place of references. */
  readonly steps: readonly BulkStep[];
}

/** A step that is not going to be sent, and why. */
interface BulkBlock {
  readonly step: BulkStep;
  readonly reason: string;
}

/**
 * Operations on their way to a server. `next` packs as many as the limits permit, in an order in which references point
 * backwards; `settle` takes the results of that request, so that the ids it brought take the place of bulkIds in the next
 * one. References within one request are left to the server (RFC 7644 §3.7.2). Deterministic: same input, same requests.
 */
export class BulkRun {
  readonly #options: BulkOptions;
  #queue: BulkUnit[];
  #next = 0;
  readonly #ids = new Map<string, string>();
  readonly #sent = new Set<string>();
  readonly #blocked: BulkBlock[] = [];
  #errors = 0;

  /**
   * Throws ProtocolError 413 when an operation alone exceeds a limit, naming both; 400 `invalidValue` for references that
   * cannot be (see `orderOperations`); UsageError for a limit below 1.
   */
  constructor(operations: readonly BulkOperation[], options: BulkOptions = {}) {
    checkLimits(options);
    this.#options = options;
    this.#queue = orderOperations(withBulkIds(operations, options.newBulkId), options.circles ?? 'split');
    for (const unit of this.#queue) {
      const excess = this.#excess(unit);
      if (excess !== undefined) throw new ProtocolError(413, undefined, excess);
    }
  }

  /** What will not be sent: its reference was not created, or `failOnErrors` was reached. */
  get blocked(): readonly BulkBlock[] {
    return this.#blocked;
  }

  /** The next request; undefined when there is nothing left to send. */
  next(): BulkBatch | undefined {
    if (this.#budget === 0) this.#blockRest();
    const steps: BulkStep[] = [];
    const creating = new Set<string>();
    let bytes = envelopeBytes(this.#budget);
    while (this.#next < this.#queue.length) {
      const unit = (this.#queue[this.#next] ?? []).map((step) => this.#resolved(step));
      const obstacle = this.#obstacle(unit, creating);
      if (obstacle !== undefined) {
        for (const step of unit) this.#blocked.push({ step, reason: obstacle });
        this.#next += 1;
        continue;
      }
      const size = bytesOf(unit) + (steps.length === 0 ? 0 : 1);
      if (!this.#fits(steps.length + unit.length, bytes + size) || needsEarlier(unit, creating)) break;
      bytes += size;
      for (const step of unit) this.#take(step, steps, creating);
      this.#next += 1;
    }
    if (steps.length === 0) return undefined;
    return {
      steps,
      message: bulkRequestMessage(
        steps.map(({ operation }) => operation),
        this.#budget,
      ),
    };
  }

  /** Take note of the RESULTS of the request before. */
  settle(results: readonly BulkResult[]): void {
    for (const { step, outcome, id } of results) {
      const bulkId = createdBy(step.operation);
      if (outcome === 'success' && bulkId !== undefined && id !== undefined) this.#ids.set(bulkId, id);
      if (outcome === 'error') this.#errors += 1;
    }
  }

  /** How many errors there may still be. */
  get #budget(): number | undefined {
    const { failOnErrors } = this.#options;
    return failOnErrors === undefined ? undefined : Math.max(0, failOnErrors - this.#errors);
  }

  #blockRest(): void {
    const reason = `not sent: ${this.#errors} ${this.#errors === 1 ? 'error' : 'errors'} came before (failOnErrors)`;
    for (const unit of this.#queue.slice(this.#next)) {
      for (const step of unit) this.#blocked.push({ step, reason });
    }
    this.#next = this.#queue.length;
  }

  #resolved(step: BulkStep): BulkStep {
    const operation = resolveReferences(step.operation, this.#ids);
    return operation === step.operation ? step : { ...step, operation };
  }

  #take(step: BulkStep, steps: BulkStep[], creating: Set<string>): void {
    const bulkId = createdBy(step.operation);
    if (bulkId !== undefined) {
      creating.add(bulkId);
      this.#sent.add(bulkId);
    }
    steps.push(step);
  }

  /** Why UNIT can never be sent: what it refers to is not there and is not coming, or ids made it too large. */
  #obstacle(unit: BulkUnit, creating: ReadonlySet<string>): string | undefined {
    const own = new Set(unit.map(({ operation }) => createdBy(operation)));
    for (const { operation } of unit) {
      const { data, path } = referencesOf(operation);
      for (const bulkId of path === undefined ? data : [...data, path]) {
        if (creating.has(bulkId) || own.has(bulkId)) continue;
        const fate = this.#sent.has(bulkId) ? 'was not confirmed' : 'was not sent';
        return `not sent: it refers to bulkId:${bulkId}, whose creation ${fate}`;
      }
    }
    return this.#excess(unit);
  }

  /** What limit UNIT exceeds in a request of its own. */
  #excess(unit: BulkUnit): string | undefined {
    const { maxOperations, maxPayloadBytes } = this.#options;
    const bytes = envelopeBytes(this.#options.failOnErrors) + bytesOf(unit);
    if (this.#fits(unit.length, bytes)) return undefined;
    const [first] = unit;
    const { method, path } = first?.operation ?? { method: '', path: '' };
    const what =
      unit.length === 1
        ? `Operation ${first?.index ?? 0} (${method} ${path})`
        : `${unit.length} operations that refer to each other in a circle`;
    const limit =
      maxOperations !== undefined && unit.length > maxOperations
        ? `maxOperations (${maxOperations})`
        : `maxPayloadSize (${maxPayloadBytes} bytes): alone in a request they take ${bytes}`;
    return `${what} cannot be sent: the request would exceed ${limit}`;
  }

  #fits(operations: number, bytes: number): boolean {
    const { maxOperations, maxPayloadBytes } = this.#options;
    return operations <= (maxOperations ?? operations) && bytes <= (maxPayloadBytes ?? bytes);
  }
}

/** Does the path of UNIT name a resource that the request itself creates? Then it must wait for the id. */
function needsEarlier(unit: BulkUnit, creating: ReadonlySet<string>): boolean {
  return unit.some(({ operation }) => creating.has(referencesOf(operation).path ?? ''));
}

/** The operations of UNIT with the commas between them. */
function bytesOf(unit: BulkUnit): number {
  return unit.reduce((sum, { operation }) => sum + operationBytes(operation), unit.length - 1);
}

function checkLimits({ maxOperations, maxPayloadBytes, failOnErrors }: BulkOptions): void {
  for (const [name, value] of Object.entries({ maxOperations, maxPayloadBytes, failOnErrors })) {
    if (value !== undefined && !(value >= 1))
      throw new UsageError(`${name} is ${value}: a bulk request needs at least 1`);
  }
}

/** RFC 7644 §3.7: bulkId is required for POST. */
function withBulkIds(operations: readonly BulkOperation[], newBulkId: BulkOptions['newBulkId']): BulkOperation[] {
  const taken = new Set(operations.map(({ bulkId }) => bulkId));
  const fresh = (index: number) => {
    let bulkId = `op${index + 1}`;
    while (taken.has(bulkId)) bulkId = `${bulkId}_`;
    return bulkId;
  };
  return operations.map((operation, index) => {
    if (operation.method !== 'POST' || operation.bulkId !== undefined) return operation;
    const bulkId = (newBulkId ?? fresh)(index);
    taken.add(bulkId);
    return { ...operation, bulkId };
  });
}
