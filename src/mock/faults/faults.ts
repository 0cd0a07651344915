/** The step in which things go wrong on purpose: the same requests in the same order have the same faults. */

import { urn } from '../../scim/urn.js';
import type { Delivery, MockRequest, MockResponse } from '../message.js';
import { emptyResponse, jsonResponse } from '../message.js';
import type { Answerer } from '../middleware.js';
import { Random } from '../random.js';
import { describeFault } from './describe.js';
import { Occasions } from './occasion.js';
import { PageFaults } from './page.js';
import { type PretenceContext, pretend } from './pretend.js';
import { isWrite } from './request.js';
import type { FaultEffect, FaultRule } from './rule.js';
import type { StaleReads } from './stale.js';
import { targetMatcher } from './target.js';

/** Where faults get what they need of the server. */
export interface FaultContext extends Omit<PretenceContext, 'newId'> {
  readonly seed: number;
  /** The state that reads show. */
  readonly stale: StaleReads;
  /** Lets the credential of a request expire. */
  expire(request: MockRequest): void;
}

/** One fault and how often it was there. */
export interface FaultCount {
  readonly name: string;
  /** Requests that it is for. */
  readonly requests: number;
  /** How often it happened. */
  readonly times: number;
}

interface ActiveFault {
  readonly name: string;
  readonly effect: FaultEffect;
  readonly matches: (request: MockRequest) => boolean;
  readonly occasions: Occasions;
  readonly random: Random;
}

const nothing: readonly string[] = [];

/** The faults of one server, which can be exchanged while it runs. */
export class Faults {
  private active: readonly ActiveFault[] = [];
  private present: readonly FaultRule[] = [];
  private readonly pages: PageFaults;
  private remembersPages = false;
  private ids: Random;
  private latest: string[] = [];

  constructor(
    rules: readonly FaultRule[],
    private readonly context: FaultContext,
  ) {
    this.pages = new PageFaults(context.basePath);
    this.ids = new Random(context.seed);
    this.replace(rules);
  }

  /** The rules that are in force. */
  get rules(): readonly FaultRule[] {
    return this.present;
  }

  /** How often each of the rules has happened. */
  counts(): FaultCount[] {
    return this.active.map(({ name, occasions }) => ({
      name,
      requests: occasions.matched,
      times: occasions.happened,
    }));
  }

  /** Puts RULES in the place of the present ones, and begins to count and to draw anew. */
  replace(rules: readonly FaultRule[]): void {
    const seeds = new Random(this.context.seed);
    this.present = rules;
    this.ids = new Random(seeds.uint32());
    this.active = rules.map((rule) => {
      const random = new Random(seeds.uint32());
      const occasions = new Occasions(rule.when ?? {}, new Random(seeds.uint32()));
      const matches = targetMatcher(rule.on, this.context.basePath);
      return { name: rule.name ?? describeFault(rule), effect: rule.effect, matches, occasions, random };
    });
    this.remembersPages = rules.some(({ effect }) => effect.page === 'duplicate');
  }

  /** The names of the faults that happened since this was asked last. */
  takeHappened(): readonly string[] {
    // Not the list itself, which the next fault would be added to.
    if (this.latest.length === 0) return nothing;
    const happened = this.latest;
    this.latest = [];
    return happened;
  }

  /** Answers REQUEST with what NEXT answers, and with what goes wrong. */
  step(request: MockRequest, next: Answerer): MockResponse {
    const { stale, basePath } = this.context;
    if (this.active.length === 0 && !stale.isActive) return next(request);
    const due = this.active.filter(({ matches, occasions }) => matches(request) && occasions.next());
    const isStale = due.some(({ effect }) => effect.stale !== undefined);
    const last: Answerer =
      stale.isActive && !isStale && isWrite(request, basePath) ? (asked) => stale.written(asked, next) : next;
    const remembering: Answerer = this.remembersPages ? (asked) => this.remembered(last(asked)) : last;
    // The first rule is the outermost: what it keeps from the server does not reach the others.
    const answer = due.reduceRight<Answerer>((inner, fault) => (asked) => this.apply(fault, asked, inner), remembering);
    return answer(request);
  }

  private remembered(response: MockResponse): MockResponse {
    this.pages.remember(response);
    return response;
  }

  private apply(fault: ActiveFault, request: MockRequest, next: Answerer): MockResponse {
    if (!fault.occasions.take()) return next(request);
    this.latest.push(fault.name);
    const { effect } = fault;
    if (effect.expireToken) this.context.expire(request);
    return delivered(effect, this.affected(effect, request, next), fault.random);
  }

  private affected(effect: FaultEffect, request: MockRequest, next: Answerer): MockResponse {
    const isWriting = isWrite(request, this.context.basePath);
    const { status, cutAfter, commit = status === undefined && cutAfter !== -1 } = effect;
    if (status !== undefined) {
      if (commit) this.done(effect, request, next);
      return statusAnswer(effect, status);
    }
    // Nobody sees the answer when not even its head is sent.
    if (cutAfter === -1 && !commit) return emptyResponse(503);
    if (isWriting && (effect.ignore || (cutAfter !== undefined && !commit))) return this.pretended(request, next);
    return this.pages.spoiled(effect, request, this.done(effect, request, next), next);
  }

  private done({ stale }: FaultEffect, request: MockRequest, next: Answerer): MockResponse {
    if (stale === undefined || !isWrite(request, this.context.basePath)) return next(request);
    return this.context.stale.written(request, next, stale);
  }

  private pretended(request: MockRequest, next: Answerer): MockResponse {
    const { registry, baseUrl, basePath, now } = this.context;
    return pretend(request, next, { registry, baseUrl, basePath, now, newId: () => this.ids.uuid() });
  }
}

function statusAnswer(effect: FaultEffect, status: number): MockResponse {
  const { retryAfter, scimType, detail = `The mock server answers ${status} on purpose.` } = effect;
  const headers = { ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) };
  if (status < 400) return emptyResponse(status, headers);
  const schemas = [urn.error];
  return jsonResponse(
    status,
    JSON.stringify({ schemas, status: String(status), ...(scimType !== undefined && { scimType }), detail }),
    headers,
  );
}

function delivered({ latency, cutAfter }: FaultEffect, response: MockResponse, random: Random): MockResponse {
  if (latency === undefined && cutAfter === undefined) return response;
  const delivery: Delivery = {
    ...response.delivery,
    ...(latency && { delayMs: (response.delivery?.delayMs ?? 0) + within(latency, random) }),
    ...(cutAfter !== undefined && { cutAfter }),
  };
  return { ...response, delivery };
}

function within([from, to]: readonly [number, number], random: Random): number {
  return from + random.below(Math.max(0, to - from) + 1);
}
