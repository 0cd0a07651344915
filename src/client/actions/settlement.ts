/** The outcome of each item, made of the verdicts on its requests. */

import type { ScimError } from '../../scim/error.js';
import type { Item, Job, Outcome } from './types.js';

/** What one request came to. */
export interface Verdict {
  readonly outcome: Exclude<Outcome, 'planned' | 'unchanged'>;
  readonly detail: string;
  readonly status?: number | undefined;
  readonly error?: ScimError | undefined;
}

/** The worst comes first: an item is what the worst of its requests is. */
const severity: readonly Verdict['outcome'][] = ['ambiguous', 'conflict', 'failed', 'skipped', 'stopped', 'done'];

interface Open {
  readonly item: Item;
  left: number;
  readonly verdicts: { readonly label: string; readonly verdict: Verdict }[];
}

/** Collects verdicts, and tells about an item when all of its requests have one. */
export class Settlement {
  readonly #open = new Map<string, Open>();
  readonly #items: Map<string, Item>;

  constructor(
    items: readonly Item[],
    jobs: readonly Job[],
    private readonly onItem: (item: Item) => void,
  ) {
    this.#items = new Map(items.map((item) => [item.id, item]));
    for (const { requests } of jobs) for (const { items: ids } of requests) for (const id of ids) this.#expect(id);
  }

  /** All items as they stand. */
  get items(): readonly Item[] {
    return [...this.#items.values()];
  }

  /** The VERDICT on one request for the item ID; LABEL says which, where it has several. */
  add(id: string, label: string, verdict: Verdict): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    open.verdicts.push({ label, verdict });
    open.left -= 1;
    if (open.left > 0) return;
    this.#open.delete(id);
    const item = concluded(open);
    this.#items.set(id, item);
    this.onItem(item);
  }

  #expect(id: string): void {
    const item = this.#items.get(id);
    if (item === undefined) return;
    const open = this.#open.get(id);
    if (open === undefined) this.#open.set(id, { item, left: 1, verdicts: [] });
    else open.left += 1;
  }
}

function concluded({ item, verdicts }: Open): Item {
  const worst = severity.find((outcome) => verdicts.some(({ verdict }) => verdict.outcome === outcome)) ?? 'failed';
  const decisive = verdicts.filter(({ verdict }) => verdict.outcome === worst);
  const details = decisive.map(({ label, verdict }) =>
    label === '' || verdict.detail === '' ? verdict.detail : `${label}: ${verdict.detail}`,
  );
  const others = verdicts.filter(
    ({ verdict, label }) => verdict.outcome === 'done' && worst !== 'done' && label !== '',
  );
  const done = others.length === 0 ? [] : [`done: ${others.map(({ label }) => label).join(', ')}`];
  return {
    id: item.id,
    label: item.label,
    outcome: worst,
    detail: [...new Set([...details, ...done].filter((detail) => detail !== ''))].join('; '),
    status: decisive.find(({ verdict }) => verdict.status !== undefined)?.verdict.status,
  };
}
