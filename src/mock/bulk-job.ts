/**
 * RFC 7644 §3.7.1 to §3.7.3: the operations of a bulk request, one after the other. An operation that refers to a
 * resource which a later one creates waits for it; all others keep their order. Where creates wait for each other in a
 * circle, one of them is done without those references first, and replaced with the whole when the others are there.
 */

import { splitCreate } from '../scim/bulk/split.js';
import { ProtocolError } from '../scim/error.js';
import { isJsonObject, type JsonValue } from '../scim/json.js';
import type { BulkAnswer, BulkOperation } from '../scim/messages/bulk.js';
import { bulkIdsIn, withIds } from './bulk-references.js';
import { errorResponse, type MockResponse } from './message.js';

/** Who carries out the operations. */
export interface BulkHost {
  /** The answer to OPERATION, in which no `bulkId:` is left. */
  perform(operation: BulkOperation): MockResponse;
  /** URL of the resource at the path of a PUT, PATCH or DELETE. */
  locationOf(path: string): string | undefined;
}

/** A create that was done without what refers in a circle. */
interface Incomplete {
  readonly index: number;
  readonly operation: BulkOperation;
  readonly bulkId: string;
  readonly first: MockResponse;
}

/** What waits for bulkIds: an operation as a whole, or the rest of one. */
interface Waiting {
  readonly missing: Set<string>;
  readonly index: number;
  run(): void;
}

/** One bulk request. */
export class BulkJob {
  private readonly ids = new Map<string, string>();
  private readonly failed = new Set<string>();
  private readonly creators = new Map<string, number>();
  private readonly answers = new Map<number, BulkAnswer>();
  private readonly waiting = new Set<Waiting>();
  private readonly waitingFor = new Map<string, Set<Waiting>>();
  private readonly incomplete = new Set<Incomplete>();
  /** What waited and need not any more. */
  private readonly ready: Waiting[] = [];
  private errors = 0;

  /**
   * OPERATIONS for HOST, until FAILONERRORS of them have failed.
   * @throws ProtocolError 400 `invalidValue` for a bulkId that comes twice
   */
  constructor(
    private readonly operations: readonly BulkOperation[],
    private readonly failOnErrors: number | undefined,
    private readonly host: BulkHost,
  ) {
    for (const [index, { method, bulkId }] of operations.entries()) {
      if (method !== 'POST' || bulkId === undefined) continue;
      if (this.creators.has(bulkId)) {
        throw new ProtocolError(400, 'invalidValue', `Operations[${index}]: the bulkId ${bulkId} comes twice.`);
      }
      this.creators.set(bulkId, index);
    }
  }

  /** The answers, in the order of the operations; those that were not carried out have none. */
  run(): BulkAnswer[] {
    for (const [index, operation] of this.operations.entries()) {
      if (this.isOver()) break;
      this.whenThere(index, this.unsettled(operation), () => this.execute(index, operation));
      this.drain();
    }
    for (let [next] = this.waiting; next && !this.isOver(); [next] = this.waiting) {
      this.breakCircle(next);
      this.drain();
    }
    // Nothing half done is left behind.
    for (const { bulkId } of this.incomplete) this.takeBack(bulkId);
    return [...this.answers].sort(([left], [right]) => left - right).map(([, answer]) => answer);
  }

  private isOver(): boolean {
    return this.failOnErrors !== undefined && this.errors >= this.failOnErrors;
  }

  /** The bulkIds that OPERATION needs, that some operation creates, and of which it is not known yet what they became. */
  private unsettled(operation: BulkOperation): Set<string> {
    return new Set(
      [...bulkIdsIn(operation)].filter(
        (bulkId) => this.creators.has(bulkId) && !this.ids.has(bulkId) && !this.failed.has(bulkId),
      ),
    );
  }

  private whenThere(index: number, missing: Set<string>, run: () => void): void {
    if (missing.size === 0) {
      run();
      return;
    }
    const waiting: Waiting = { index, missing, run };
    this.waiting.add(waiting);
    for (const bulkId of missing) {
      const others = this.waitingFor.get(bulkId) ?? new Set();
      this.waitingFor.set(bulkId, others.add(waiting));
    }
  }

  /** Not recursive: chains of references can be long. */
  private drain(): void {
    for (let next = this.ready.shift(); next && !this.isOver(); next = this.ready.shift()) next.run();
  }

  /** It is known what became of BULKID: whoever waited for nothing else goes on. */
  private settle(bulkId: string, id: string | undefined): void {
    if (id === undefined) this.failed.add(bulkId);
    else this.ids.set(bulkId, id);
    for (const waiting of this.waitingFor.get(bulkId) ?? []) {
      waiting.missing.delete(bulkId);
      if (waiting.missing.size === 0 && this.waiting.delete(waiting)) this.ready.push(waiting);
    }
  }

  private execute(index: number, operation: BulkOperation): void {
    const response = this.attempt(operation);
    this.record(index, operation, response);
    if (operation.method === 'POST' && operation.bulkId !== undefined) {
      this.settle(operation.bulkId, isError(response) ? undefined : idOf(response));
    }
  }

  private attempt(operation: BulkOperation): MockResponse {
    const lost = [...bulkIdsIn(operation)].find((bulkId) => !this.ids.has(bulkId));
    return lost === undefined ? this.host.perform(withIds(operation, this.ids)) : this.unresolved(lost);
  }

  private unresolved(bulkId: string): MockResponse {
    if (!this.creators.has(bulkId)) {
      return errorResponse(400, 'invalidValue', `No operation of this request creates bulkId:${bulkId}.`);
    }
    return errorResponse(409, undefined, `bulkId:${bulkId} could not be created, and this refers to it.`);
  }

  /** FIRST waits, as all others do: one create of the circle that it leads into goes ahead. */
  private breakCircle(first: Waiting): void {
    const byIndex = new Map([...this.waiting].map((waiting) => [waiting.index, waiting]));
    const seen = new Set<Waiting>();
    let current = first;
    while (!seen.has(current)) {
      seen.add(current);
      const [bulkId = ''] = current.missing;
      const creator = byIndex.get(this.creators.get(bulkId) ?? -1);
      if (!creator) break;
      current = creator;
    }
    this.waiting.delete(current);
    this.createInPart(current);
  }

  private createInPart({ index, missing }: Waiting): void {
    const operation = this.operations[index];
    const bulkId = operation?.bulkId;
    if (!operation || bulkId === undefined) return;
    const first = this.attempt(splitCreate(operation, bulkId, missing).create);
    if (isError(first)) {
      this.record(index, operation, first);
      this.settle(bulkId, undefined);
      return;
    }
    const rest: Incomplete = { index, operation, bulkId, first };
    this.incomplete.add(rest);
    this.ids.set(bulkId, idOf(first) ?? '');
    this.whenThere(index, this.unsettled(operation), () => this.complete(rest));
    this.settle(bulkId, idOf(first));
  }

  /** What was created in part becomes whole, or is taken back (RFC 7644 §3.7.1: 409 when a circle cannot be resolved). */
  private complete(rest: Incomplete): void {
    const { index, operation, bulkId, first } = rest;
    this.incomplete.delete(rest);
    const version = first.headers.etag;
    const whole: BulkOperation = { ...operation, method: 'PUT', path: `${operation.path}/bulkId:${bulkId}`, version };
    const response = this.attempt(whole);
    if (!isError(response)) {
      const headers = { ...first.headers, ...response.headers };
      this.record(index, operation, { ...first, headers });
      return;
    }
    this.takeBack(bulkId);
    const detail = `The references in a circle cannot be resolved: ${detailOf(response)}`;
    this.record(index, operation, errorResponse(409, undefined, detail));
  }

  private takeBack(bulkId: string): void {
    const path = this.operations[this.creators.get(bulkId) ?? -1]?.path ?? '';
    this.host.perform(withIds({ method: 'DELETE', path: `${path}/bulkId:${bulkId}`, version: '*' }, this.ids));
    this.ids.delete(bulkId);
    this.failed.add(bulkId);
  }

  private record(index: number, operation: BulkOperation, outcome: MockResponse): void {
    const { method, bulkId } = operation;
    const { status, headers } = outcome;
    const failed = isError(outcome);
    if (failed) this.errors += 1;
    const location = headers.location ?? this.locationOf(operation);
    this.answers.set(index, {
      method,
      bulkId,
      // RFC 7644 §3.7: required, except for a POST that failed.
      location: failed && method === 'POST' ? undefined : location,
      version: failed ? undefined : headers.etag,
      status,
      response: failed ? jsonOf(outcome) : undefined,
    });
  }

  private locationOf(operation: BulkOperation): string | undefined {
    return this.host.locationOf(withIds(operation, this.ids).path);
  }
}

function isError({ status }: MockResponse): boolean {
  return status >= 400;
}

function jsonOf({ body }: MockResponse): JsonValue {
  const value: JsonValue = JSON.parse(body.toString('utf8'));
  return value;
}

function detailOf(outcome: MockResponse): string {
  const error = jsonOf(outcome);
  return isJsonObject(error) && typeof error.detail === 'string' ? error.detail : `status ${outcome.status}`;
}

/** The id of what RESPONSE to a POST tells of. */
function idOf(response: MockResponse): string | undefined {
  const { location } = response.headers;
  if (location !== undefined) return decodeURIComponent(location.slice(location.lastIndexOf('/') + 1));
  const resource = jsonOf(response);
  return isJsonObject(resource) && typeof resource.id === 'string' ? resource.id : undefined;
}
