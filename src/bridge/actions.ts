/** The plans of a session: made, looked at, made smaller, run once. */

import { actionChoices, attributeChoices } from '../client/actions/choices.js';
import { makePlan } from '../client/actions/make-plan.js';
import { type ActionPlan, countOutcomes } from '../client/actions/plan.js';
import { runPlan } from '../client/actions/run.js';
import type { Action, Item, Job } from '../client/actions/types.js';
import type { Target } from '../client/target.js';
import * as actions from '../protocol/actions.js';
import type { ParamsOf, ResultOf } from '../protocol/index.js';
import { type Redactor, secretsOfRequest } from '../redact/redact.js';
import { UsageError } from '../scim/error.js';
import { prettyJson } from '../scim/json-text.js';
import type { TenantSettings } from '../workspace/workspace.js';
import { progressReporter } from './actions-progress.js';
import { actionPhrase, countsText, questionOf, rowOf, sentText, sizeText } from './actions-text.js';
import { demandYes } from './confirm.js';
import type { Notify } from './connection.js';
import type { Call } from './dispatch.js';
import type { Session } from './session.js';

type PlanParams = ParamsOf<typeof actions.planAction>;
type Summary = ResultOf<typeof actions.excludeFromAction>;

/** A plan that somebody looks at. */
interface Held {
  readonly id: string;
  readonly plan: ActionPlan;
  readonly target: Target;
  readonly settings: TenantSettings;
  readonly redactor: Redactor;
  /** What is sent for each item, in words. */
  readonly sent: ReadonlyMap<string, string>;
  readonly stop: AbortController;
  state: 'made' | 'running' | 'run';
  /** After the run: how the items ended. */
  readonly ended: Map<string, Item>;
}

/** So many plans are kept; the oldest is forgotten first. */
const mostPlans = 20;
/** Between two notifications of one run. */
const batchMs = 100;
/** Requests at the same time when neither tenant nor service says a number; the lanes of the target may send fewer. */
const usualWidth = 8;

export class Actions {
  readonly #plans = new Map<string, Held>();
  #count = 0;

  constructor(
    private readonly session: Session,
    private readonly notify: Notify,
  ) {}

  /** What can be done to resources of a type. */
  async choices({ tenant, type }: ParamsOf<typeof actions.actionChoices>, { signal }: Call) {
    const { target } = await this.session.connect(tenant);
    const discovery = await target.discover({ signal });
    const found = discovery.registry.find(type);
    if (found === undefined) throw new UsageError(`The server has no resource type "${type}"`);
    return {
      type: found.name,
      actions: actionChoices(found, discovery, target.profile),
      attributes: attributeChoices(found).map(({ ops, values, ...rest }) => ({
        ...rest,
        ops: [...ops],
        values: [...values],
      })),
    };
  }

  /** Make a plan. */
  async plan(params: PlanParams, { signal }: Call): Promise<ResultOf<typeof actions.planAction>> {
    const { tenant, type, ids, confirmed, workDoneToken } = params;
    const { target, settings } = await this.session.connect(tenant);
    demandYes(this.session, settings, confirmed, [{ method: 'GET', path: `/${type}` }]);
    const action = await this.#actionOf(params.change);
    const onProgress = progressReporter(this.notify, workDoneToken, 'resources read');
    const means = { target, safeguards: settings.safeguards, width: widthFor(target, settings), single: params.single };
    const plan = await makePlan(means, type, ids, action, { signal, onProgress });
    const held = this.#hold(plan, target, settings);
    const { items } = plan;
    const rows = items.map((item) => rowOf(item, held.sent.get(item.id) ?? '', held.redactor));
    return {
      plan: held.id,
      tenant: settings.name,
      ...summaryOf(held),
      warnings: plan.warnings.map((warning) => held.redactor.text(warning)),
      rows: await this.session.texts.send(rows.map((row) => `${row}\n`).join('')),
      ids: items.map(({ id }) => id),
      outcomes: items.map(({ outcome }) => outcome),
    };
  }

  /** Take IDS out of a plan that was not run. */
  exclude({ plan, ids }: ParamsOf<typeof actions.excludeFromAction>): Summary {
    const held = this.#heldUnrun(plan);
    held.plan.exclude(ids);
    return summaryOf(held);
  }

  /** The requests for one item as text, and what became of them. */
  async request({ plan: name, id }: ParamsOf<typeof actions.actionRequest>) {
    const held = this.#held(name);
    const item = held.ended.get(id) ?? held.plan.item(id);
    if (item === undefined) throw new UsageError('The plan has no such resource');
    const status = item.status === undefined ? '' : ` (status ${item.status})`;
    const told = item.detail === '' ? '' : `: ${item.detail}`;
    const head = `${item.label}  ${item.id}\n${item.outcome}${status}${told}\n`;
    const text = [held.redactor.text(head), ...held.plan.jobsOf(id).map((job) => jobText(job, id, held))].join('\n');
    return { text: await this.session.texts.send(text) };
  }

  /** Run a plan; stopping CALL stops it as `stop` does. */
  async run(
    { plan: name, confirmed, workDoneToken }: ParamsOf<typeof actions.runAction>,
    call: Call,
  ): Promise<ResultOf<typeof actions.runAction>> {
    const held = this.#heldUnrun(name);
    const { plan, target, settings, stop } = held;
    const jobs = plan.jobs();
    const asked = jobs.flatMap(({ path, requests }) => requests.map(({ method }) => ({ method, path })));
    demandYes(this.session, settings, confirmed, asked);
    held.state = 'running';
    const began = Date.now();
    const teller = new Teller(held, this.notify, progressReporter(this.notify, workDoneToken, 'resources'));
    const halt = () => stop.abort();
    call.signal.addEventListener('abort', halt, { once: true });
    if (call.signal.aborted) halt();
    try {
      const means = { target, width: widthFor(target, settings), stop: stop.signal, onItem: teller.tell };
      // Not the signal of the call: what was sent is waited for, or nobody would know what became of it.
      const items = await runPlan(plan, means, { signal: this.session.signal });
      const counts = countOutcomes(items);
      return {
        counts,
        stopped: stop.signal.aborted,
        durationMs: Date.now() - began,
        summary: `${stop.signal.aborted ? 'Stopped: ' : ''}${countsText(counts)}`,
      };
    } finally {
      held.state = 'run';
      teller.end();
      call.signal.removeEventListener('abort', halt);
    }
  }

  /** Have a run send nothing more. */
  stop({ plan }: ParamsOf<typeof actions.stopAction>): null {
    this.#plans.get(plan)?.stop.abort();
    return null;
  }

  /** Let go of a plan; one that runs is stopped. */
  forget({ plan }: ParamsOf<typeof actions.forgetAction>): null {
    this.#plans.get(plan)?.stop.abort();
    this.#plans.delete(plan);
    return null;
  }

  async #actionOf(action: PlanParams['change']): Promise<Action> {
    if (action.kind !== 'patch') return action;
    return { kind: 'patch', operations: await this.session.texts.receive(action.operations) };
  }

  #hold(plan: ActionPlan, target: Target, settings: TenantSettings): Held {
    const id = `plan-${++this.#count}`;
    const jobs = plan.jobs();
    const redactor = redactorFor(target, jobs);
    const sent = sentTexts(jobs, redactor);
    const stop = new AbortController();
    const held: Held = { id, plan, target, settings, redactor, sent, stop, state: 'made', ended: new Map() };
    this.#plans.set(id, held);
    for (const [other, { state }] of this.#plans) {
      if (this.#plans.size <= mostPlans) break;
      if (state !== 'running') this.#plans.delete(other);
    }
    return held;
  }

  #held(plan: string): Held {
    const held = this.#plans.get(plan);
    if (held !== undefined) return held;
    throw new UsageError('This plan is not known any more', { remedy: 'Plan again.' });
  }

  #heldUnrun(plan: string): Held {
    const held = this.#held(plan);
    if (held.state === 'made') return held;
    throw new UsageError('This plan was run already', { remedy: 'Plan again, which reads what is there now.' });
  }
}

/** Tells about items in batches. */
class Teller {
  readonly #total: number;
  #batch: ParamsOf<typeof actions.actionItems>['items'] = [];
  #done = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly held: Held,
    private readonly notify: Notify,
    private readonly onProgress: ((done: number, total: number) => void) | undefined,
  ) {
    this.#total = held.plan.size.count;
  }

  readonly tell = (item: Item): void => {
    const { ended, sent, redactor } = this.held;
    ended.set(item.id, item);
    this.#done += 1;
    const { id, outcome, status } = item;
    const row = rowOf(item, sent.get(id) ?? '', redactor);
    this.#batch.push({ id, outcome, row, ...(status === undefined ? {} : { status }) });
    this.onProgress?.(this.#done, this.#total);
    this.#timer ??= setTimeout(() => this.#flush(), batchMs);
  };

  end(): void {
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const items = this.#batch;
    this.#batch = [];
    if (items.length === 0) return;
    this.notify(actions.actionItems, { plan: this.held.id, items, done: this.#done, total: this.#total });
  }
}

function summaryOf({ plan, settings }: Held): Summary {
  const { size, action, groups, type } = plan;
  const phrase = actionPhrase(action, size.count, type, groups);
  const { production, confirm } = settings.safeguards;
  return {
    title: `${phrase} (${settings.name})`,
    ...size,
    summary: sizeText(size),
    question: size.count === 0 ? null : questionOf(phrase, { name: settings.name, production }, size.requests),
    severe: action.kind === 'delete' || production || confirm !== 'never',
  };
}

function widthFor(target: Target, { limits }: TenantSettings): number {
  return limits.concurrency ?? target.profile.rate.concurrency ?? usualWidth;
}

/** Knows the secrets of JOBS, most of which have the same body. */
function redactorFor(target: Target, jobs: readonly Job[]): Redactor {
  const bodies = new Set(jobs.flatMap(({ requests }) => requests.flatMap(({ body }) => body ?? [])));
  return target.redactor.with([...new Set([...bodies].flatMap((body) => secretsOfRequest([], body)))]);
}

function sentTexts(jobs: readonly Job[], redactor: Redactor): ReadonlyMap<string, string> {
  const byItem = new Map<string, Job[]>();
  for (const job of jobs) {
    for (const id of new Set(job.requests.flatMap(({ items }) => items)))
      byItem.set(id, [...(byItem.get(id) ?? []), job]);
  }
  return new Map([...byItem].map(([id, own]) => [id, sentText(own, id, redactor)]));
}

/** The requests of JOB for the item ID as they are sent, redacted. */
function jobText(job: Job, id: string, { target, redactor }: Held): string {
  const own = job.requests.filter(({ items }) => items.includes(id));
  return own
    .map(({ method, body }) => {
      const headers = target.headersOf({
        method,
        path: job.path,
        ...(body === undefined ? {} : { body }),
        ...(job.etag === undefined ? {} : { headers: { 'If-Match': job.etag } }),
      });
      const lines = headers.map(([name, value]) => `${name}: ${value}\n`).join('');
      return `${method} ${job.path}\n${lines}${body === undefined ? '' : `\n${prettyJson(redactor.json(body))}\n`}`;
    })
    .join('\n');
}
