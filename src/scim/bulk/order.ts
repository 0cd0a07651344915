/** The order of bulk operations: what is referred to comes before what refers to it (RFC 7644 §3.7, §3.7.1). */

import { ProtocolError } from '../error.js';
import type { BulkOperation } from '../messages/bulk.js';
import { referencesOf } from './references.js';
import { splitCreate } from './split.js';

/** One operation to send, made from an operation of the caller. */
export interface BulkStep {
  /** Index of the caller's operation. */
  readonly index: number;
  /** `create` and `completion` are the two parts of a create that referred in a circle. */
  readonly part: 'whole' | 'create' | 'completion';
  readonly operation: BulkOperation;
}

/** Steps that belong into one request. */
export type BulkUnit = readonly BulkStep[];

/** How to deal with references in a circle: split creates, or leave them to the server, all in one request. */
export type CircleRule = 'split' | 'server';

interface Waiting {
  readonly step: BulkStep;
  /** The bulkIds that must come first and have not yet. */
  readonly missing: Set<string>;
}

/**
 * OPERATIONS in an order in which every reference points backwards. An operation waits for what it refers to and then
 * follows at once; all others keep their order. Every POST has a bulkId by now. Throws ProtocolError 400 `invalidValue`
 * for a bulkId that comes twice or that nobody creates.
 */
export function orderOperations(operations: readonly BulkOperation[], circles: CircleRule): BulkUnit[] {
  const created = createdIds(operations);
  const order = new Ordering();
  operations.forEach((operation, index) => {
    const { data, path } = referencesOf(operation);
    const missing = new Set(path === undefined ? data : [...data, path]);
    for (const bulkId of missing) {
      if (!created.has(bulkId)) throw unknownReference(operation, index, bulkId);
    }
    order.add({ index, part: 'whole', operation }, missing);
  });
  if (circles === 'server') order.closeTogether();
  else order.breakCircles();
  return order.units;
}

class Ordering {
  readonly units: BulkUnit[] = [];
  readonly #done = new Set<string>();
  /** In the order of the caller. */
  readonly #waiting = new Set<Waiting>();
  readonly #waitingFor = new Map<string, Waiting[]>();
  /** The waiting operation that creates a bulkId. */
  readonly #creator = new Map<string, Waiting>();

  add(step: BulkStep, references: ReadonlySet<string>): void {
    const missing = new Set([...references].filter((bulkId) => !this.#done.has(bulkId)));
    if (missing.size === 0) {
      this.#emit(step);
      return;
    }
    const waiting = { step, missing };
    this.#waiting.add(waiting);
    const bulkId = createdBy(step.operation);
    if (bulkId !== undefined) this.#creator.set(bulkId, waiting);
    for (const needed of missing) {
      const others = this.#waitingFor.get(needed);
      if (others === undefined) this.#waitingFor.set(needed, [waiting]);
      else others.push(waiting);
    }
  }

  /** What still waits refers in a circle, or to such: split one create of each circle. */
  breakCircles(): void {
    for (let first = this.#firstWaiting(); first !== undefined; first = this.#firstWaiting()) {
      this.#split(this.#inCircle(first));
    }
  }

  /** What still waits goes into one request, in the order of the caller: the server MUST try (RFC 7644 §3.7.1). */
  closeTogether(): void {
    if (this.#waiting.size > 0) this.units.push([...this.#waiting].map(({ step }) => step));
    this.#waiting.clear();
  }

  /** STEP goes, and after it whoever waited for nothing else. Not recursive: chains can be long. */
  #emit(step: BulkStep): void {
    const ready = [step];
    for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
      this.units.push([next]);
      const bulkId = createdBy(next.operation);
      if (bulkId === undefined) continue;
      this.#done.add(bulkId);
      ready.push(...this.#release(bulkId).reverse());
    }
  }

  #release(bulkId: string): BulkStep[] {
    const released: BulkStep[] = [];
    for (const waiting of this.#waitingFor.get(bulkId) ?? []) {
      waiting.missing.delete(bulkId);
      if (waiting.missing.size === 0 && this.#waiting.delete(waiting)) released.push(waiting.step);
    }
    this.#waitingFor.delete(bulkId);
    return released;
  }

  #firstWaiting(): Waiting | undefined {
    const [first] = this.#waiting;
    return first;
  }

  /** Follow what each waits for, from FIRST on, until one comes again: it is part of a circle. */
  #inCircle(first: Waiting): Waiting {
    const seen = new Set<Waiting>();
    let current = first;
    while (!seen.has(current)) {
      seen.add(current);
      const [needed = ''] = current.missing;
      const creator = this.#creator.get(needed);
      if (creator === undefined) return current;
      current = creator;
    }
    return current;
  }

  #split(waiting: Waiting): void {
    const { index, operation } = waiting.step;
    const unresolved = new Set(waiting.missing);
    this.#waiting.delete(waiting);
    const { create, completion } = splitCreate(operation, operation.bulkId ?? '', unresolved);
    this.#emit({ index, part: 'create', operation: create });
    this.add({ index, part: 'completion', operation: completion }, unresolved);
  }
}

function createdIds(operations: readonly BulkOperation[]): ReadonlySet<string> {
  const created = new Set<string>();
  operations.forEach(({ method, path, bulkId }, index) => {
    if (method !== 'POST' || bulkId === undefined) return;
    if (created.has(bulkId)) {
      throw new ProtocolError(
        400,
        'invalidValue',
        `Operations[${index}] (POST ${path}): bulkId "${bulkId}" comes twice`,
      );
    }
    created.add(bulkId);
  });
  return created;
}

/** The bulkId of the resource that OPERATION creates. */
export function createdBy({ method, bulkId }: BulkOperation): string | undefined {
  return method === 'POST' ? bulkId : undefined;
}

function unknownReference({ method, path }: BulkOperation, index: number, bulkId: string): ProtocolError {
  const where = `Operations[${index}] (${method} ${path})`;
  return new ProtocolError(400, 'invalidValue', `${where} refers to bulkId:${bulkId}, which no operation creates`);
}
