/**
 * Carrying out a plan: each request of it once, several resources at the same time, the requests of one resource one
 * after the other. No outcome is told that was not seen; what was stopped says so.
 */

import { isAmbiguous } from '../../http/retry.js';
import {
  CancelledError,
  InvalidResponseError,
  NetworkError,
  PendingError,
  ResponseError,
  SafeguardError,
  ScimError,
} from '../../scim/error.js';
import type { ResourceType } from '../../scim/schema/resource-type.js';
import type { Target } from '../target.js';
import type { Answer, CallOptions } from '../types.js';
import { fingerprintOf } from './fingerprint.js';
import { inLanes } from './lanes.js';
import type { ActionPlan } from './plan.js';
import { readOne } from './read.js';
import { Settlement, type Verdict } from './settlement.js';
import type { Item, Job, PlannedRequest } from './types.js';
import { lookFor, type Sight, seenIn } from './verify.js';

export interface RunMeans {
  readonly target: Target;
  /** Jobs at the same time. */
  readonly width: number;
  /** Aborted when nothing more is to be sent; what is under way goes on. */
  readonly stop: AbortSignal;
  /** Told as soon as the outcome of an item is known. */
  readonly onItem: (item: Item) => void;
}

/**
 * Send what PLAN says. Returns when all is settled; throws only what is no outcome of a request, such as a defect of this
 * program. CALL is for the requests: aborting its signal breaks them off, and leaves their outcome unknown.
 */
export async function runPlan(plan: ActionPlan, means: RunMeans, call: CallOptions): Promise<readonly Item[]> {
  const { registry } = await means.target.discover(call);
  const jobs = plan.jobs();
  const settlement = new Settlement(plan.items, jobs, means.onItem);
  await inLanes(jobs, means.width, async (job) => {
    const type = registry.find(job.type);
    if (type === undefined) throw new ScimError('usage', `The server has no resource type ${job.type}`);
    await new JobRun(job, type, means, settlement, call).run();
  });
  return settlement.items;
}

/** A resource whose version changes faster than it can be read is in conflict. */
const mostRenewals = 3;

/** The warnings of an answer that was not had at the first attempt: see `ambiguous.ts`. */
const settledDoubt = /^(No answer came in time|The connection broke after|The server answered \d+, which)/;

/** What a request came to, before anybody has looked at the resource. */
type Sent =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly verdict: Verdict }
  | { readonly kind: 'doubtful'; readonly verdict: Verdict };

class JobRun {
  #etag: string | undefined;
  /** Requests that were answered with success by an answer that does not show the effect. */
  readonly #unseen: { readonly request: PlannedRequest; readonly verdict: Verdict }[] = [];
  #barred: Verdict | undefined;

  constructor(
    readonly job: Job,
    readonly type: ResourceType,
    readonly means: RunMeans,
    readonly settlement: Settlement,
    readonly call: CallOptions,
  ) {
    this.#etag = job.etag;
  }

  async run(): Promise<void> {
    for (const request of this.job.requests) {
      if (this.#barred !== undefined) this.#settle(request, this.#barred);
      else if (this.means.stop.aborted) this.#settle(request, { outcome: 'stopped', detail: 'not sent' });
      else await this.#one(request);
    }
    await this.#lookAtUnseen();
  }

  async #one(request: PlannedRequest): Promise<void> {
    let sent = await this.#send(request);
    for (let count = 0; count < mostRenewals && isConflict(sent) && (await this.#renewVersion()); count += 1) {
      if (this.means.stop.aborted) {
        this.#settle(request, { outcome: 'stopped', detail: 'refused by its version, and not sent again' });
        return;
      }
      sent = await this.#send(request);
    }
    if (sent.kind === 'refused') {
      // What was read is no longer so: nothing more is based on it.
      if (sent.verdict.outcome === 'conflict') this.#barred = sent.verdict;
      this.#settle(request, sent.verdict);
      return;
    }
    if (sent.kind === 'doubtful') {
      const sight = await this.#look(request.items);
      this.#etag = sight.etag;
      this.#settle(request, doubtSettled(sent.verdict, sight));
      return;
    }
    const { answer } = sent;
    this.#etag = this.job.etag === undefined ? undefined : (answer.etag ?? undefined);
    const detail = answer.warnings.filter((warning) => settledDoubt.test(warning)).join(' ');
    const verdict: Verdict = { outcome: 'done', detail, status: answer.status };
    const sight = seenIn(answer.json, this.job.expect, this.#looked(request.items));
    if (sight?.effect === true) this.#settle(request, withDetail(verdict, sight.detail));
    else this.#unseen.push({ request, verdict });
  }

  /** Take the new version, when the resource still says what it said: then it was a change elsewhere that made it. */
  async #renewVersion(): Promise<boolean> {
    const { fingerprint, id } = this.job;
    if (fingerprint === undefined) return false;
    try {
      const { resource, etag } = await readOne({ ...this.means, type: this.type, projection: {} }, id, this.call);
      if (resource === undefined || etag === undefined || etag === this.#etag) return false;
      if (fingerprintOf(this.type, resource) !== fingerprint) return false;
      this.#etag = etag;
      return true;
    } catch (error) {
      if (error instanceof ScimError) return false;
      throw error;
    }
  }

  /** One reading shows what all answers have left open. */
  async #lookAtUnseen(): Promise<void> {
    const items = this.#unseen.flatMap(({ request }) => request.items);
    if (items.length === 0) return;
    const { expect } = this.job;
    const sight: Sight =
      expect.kind === 'members' && !expect.readable
        ? { effect: undefined, detail: 'the service does not show members' }
        : await this.#look(items);
    for (const { request, verdict } of this.#unseen) {
      for (const item of request.items) this.settlement.add(item, this.#label(), seen(verdict, sight, item));
    }
  }

  async #look(items: readonly string[]): Promise<Sight> {
    try {
      return await lookFor(this.job.expect, this.#looked(items), this.call);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      return { effect: undefined, detail: `it cannot be read: ${error.message}` };
    }
  }

  async #send(request: PlannedRequest): Promise<Sent> {
    const { target } = this.means;
    const { type, id } = this.job;
    const options = this.#etag === undefined ? {} : { ifMatch: this.#etag };
    // The dialect of a service may be one that the standard, and so the schema, does not know.
    const write = { ...options, validation: 'off' } as const;
    const body = request.body ?? '';
    try {
      switch (request.method) {
        case 'DELETE':
          return { kind: 'answered', answer: await target.delete(type, id, options, this.call) };
        case 'PUT':
          return { kind: 'answered', answer: await target.replace(type, id, body, write, this.call) };
        case 'PATCH':
          return { kind: 'answered', answer: await target.patch(type, id, body, write, this.call) };
      }
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      return failureOf(error, request.method);
    }
  }

  #looked(items: readonly string[]) {
    return { target: this.means.target, type: this.type, id: this.job.id, items };
  }

  #settle(request: PlannedRequest, verdict: Verdict): void {
    for (const item of request.items) this.settlement.add(item, this.#label(), verdict);
  }

  /** What to call the job where an item has several. */
  #label(): string {
    return this.job.expect.kind === 'members' ? this.job.label : '';
  }
}

function isConflict(sent: Sent): boolean {
  return sent.kind === 'refused' && sent.verdict.outcome === 'conflict';
}

/** What ERROR says about a request with METHOD. */
function failureOf(error: ScimError, method: PlannedRequest['method']): Sent {
  const status = error instanceof ResponseError ? error.status : undefined;
  // What the server says about it is short, and the status stands beside it.
  const detail = (error instanceof ResponseError && error.detail !== '' ? error.detail : undefined) ?? error.message;
  if (error instanceof SafeguardError) return { kind: 'refused', verdict: { outcome: 'skipped', detail, error } };
  if (status === 412) {
    return {
      kind: 'refused',
      verdict: { outcome: 'conflict', detail: 'changed by somebody else meanwhile', status, error },
    };
  }
  if (method === 'DELETE' && (status === 404 || status === 410)) {
    return { kind: 'refused', verdict: { outcome: 'done', detail: 'was gone already', status } };
  }
  if (isDoubtful(error)) return { kind: 'doubtful', verdict: { outcome: 'ambiguous', detail, status, error } };
  return { kind: 'refused', verdict: { outcome: 'failed', detail, status, error } };
}

/** After ERROR, may the request have been carried out? */
function isDoubtful(error: ScimError): boolean {
  if (error instanceof NetworkError) return error.outcome === 'unknown';
  if (error instanceof ResponseError) return isAmbiguous(error.status);
  if (error instanceof InvalidResponseError) return error.status === undefined || error.status < 300;
  return error instanceof PendingError || error instanceof CancelledError;
}

/** VERDICT, a doubt, after the resource was seen. */
function doubtSettled(verdict: Verdict, { effect, detail }: Sight): Verdict {
  if (effect === true)
    return { outcome: 'done', detail: `${detail === '' ? '' : `${detail}; `}no good answer came, but it was done` };
  const seen = effect === false ? `for the moment ${detail}` : detail;
  return { ...verdict, detail: `${verdict.detail}${seen === '' ? '' : ` (${seen})`}` };
}

/** VERDICT, a success by its answer, after the resource was seen on behalf of ITEM. */
function seen(verdict: Verdict, { effect, detail, wrong, isOpen }: Sight, item: string): Verdict {
  if (isOpen === true) return { ...withDetail(verdict, detail), outcome: 'ambiguous' };
  if (effect === false && (wrong === undefined || wrong.has(item))) {
    const answered = `the service answered ${verdict.status ?? 'with success'}, but ${detail}`;
    return { ...verdict, outcome: 'failed', detail: `did not take effect: ${answered}` };
  }
  return withDetail(verdict, effect === false ? '' : detail);
}

function withDetail(verdict: Verdict, detail: string): Verdict {
  return { ...verdict, detail: [verdict.detail, detail].filter((part) => part !== '').join('; ') };
}
