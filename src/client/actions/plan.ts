/** A plan: what one change to many resources would send. It is a value; `run.ts` carries it out. */

import type { Action, Counts, Item, Job, Outcome } from './types.js';

/** What changes one resource, for as many of its items as are left in the plan. */
export interface Work {
  readonly items: readonly string[];
  /** The requests for IDS, some of the items. */
  job(ids: readonly string[]): Job;
}

export interface PlanParts {
  /** Name of the resource type of the items. */
  readonly type: string;
  readonly action: Action;
  readonly items: readonly Item[];
  readonly work: readonly Work[];
  readonly warnings: readonly string[];
  /** Names of the groups whose members it is about. */
  readonly groups?: readonly string[] | undefined;
}

/** What is to be done to which resources; items can be taken out, nothing else changes. */
export class ActionPlan {
  readonly type: string;
  readonly action: Action;
  readonly warnings: readonly string[];
  readonly groups: readonly string[];
  readonly #items: Map<string, Item>;
  readonly #work: readonly Work[];

  constructor({ type, action, items, work, warnings, groups = [] }: PlanParts) {
    this.type = type;
    this.action = action;
    this.warnings = warnings;
    this.groups = groups;
    this.#items = new Map(items.map((item) => [item.id, item]));
    this.#work = work;
  }

  /** The items, in the order in which they were given. */
  get items(): readonly Item[] {
    return [...this.#items.values()];
  }

  item(id: string): Item | undefined {
    return this.#items.get(id);
  }

  /** Take IDS out. */
  exclude(ids: readonly string[]): void {
    for (const id of ids) this.#items.delete(id);
  }

  /** What would be sent. */
  jobs(): Job[] {
    return this.#work.flatMap((work) => {
      const ids = work.items.filter((id) => this.#items.get(id)?.outcome === 'planned');
      return ids.length === 0 ? [] : [work.job(ids)];
    });
  }

  /** The jobs that item ID has a part in. */
  jobsOf(id: string): Job[] {
    return this.#items.has(id)
      ? this.jobs().filter(({ requests }) => requests.some((one) => one.items.includes(id)))
      : [];
  }

  /** How many items are to be changed, need nothing, and cannot be changed; and by how many requests. */
  get size(): { count: number; unchanged: number; skipped: number; requests: number } {
    const counts = countOutcomes(this.#items.values());
    const requests = this.jobs().reduce((sum, job) => sum + job.requests.length, 0);
    const { unchanged, skipped } = counts;
    return { count: this.#items.size - unchanged - skipped, unchanged, skipped, requests };
  }
}

/** How many of ITEMS have each outcome. */
export function countOutcomes(items: Iterable<{ readonly outcome: Outcome }>): Counts {
  const counts: Counts = { done: 0, unchanged: 0, failed: 0, conflict: 0, ambiguous: 0, skipped: 0, stopped: 0 };
  for (const { outcome } of items) if (outcome !== 'planned') counts[outcome] += 1;
  return counts;
}
