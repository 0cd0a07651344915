/** The exchanges of late, for whoever asks for one in full or for all of them as an archive. */

import type { Exchange } from '../http/exchange.js';
import type { TenantSettings } from '../workspace/workspace.js';

/** What is needed of a tenant to tell of its exchanges. */
export interface TraceSettings extends Pick<TenantSettings, 'tokenVariable'> {
  /** Undefined when it is not known. */
  readonly baseUrl?: URL | undefined;
}

export interface Traced {
  readonly exchange: Exchange;
  readonly settings: TraceSettings;
  /** On whose behalf it took place; undefined when nobody said. */
  readonly action: string | undefined;
}

export interface TraceLimits {
  readonly exchanges: number;
  /** Of all bodies together. */
  readonly chars: number;
}

const defaultLimits: TraceLimits = { exchanges: 10_000, chars: 32_000_000 };

/** Keeps the newest exchanges, within LIMITS; the last one always. */
export class Trace {
  readonly #limits: TraceLimits;
  /** By id, in the order in which they ended. */
  readonly #kept = new Map<number, Traced>();
  readonly #dropped = new Map<string, number>();
  #chars = 0;

  constructor(limits: TraceLimits = defaultLimits) {
    this.#limits = limits;
  }

  add(exchange: Exchange, settings: Traced['settings'], action?: string): void {
    this.#kept.set(exchange.id, { exchange, settings, action });
    this.#chars += weightOf(exchange);
    for (const [id, { exchange: oldest }] of this.#kept) {
      const fits = this.#kept.size <= this.#limits.exchanges && this.#chars <= this.#limits.chars;
      if (fits || this.#kept.size === 1) break;
      this.#kept.delete(id);
      this.#chars -= weightOf(oldest);
      this.#dropped.set(oldest.tenant, this.droppedOf(oldest.tenant) + 1);
    }
  }

  /** The one with ID; not if it began at another time than STARTEDAT (ISO 8601), since it is of another bridge then. */
  find(id: number, startedAt?: string): Traced | undefined {
    const found = this.#kept.get(id);
    if (startedAt !== undefined && found?.exchange.startedAt.toISOString() !== startedAt) return undefined;
    return found;
  }

  /** Those on behalf of ACTION that began at SINCE or later, in the order in which they began. */
  onBehalf(action: string, since: Date): Traced[] {
    return [...this.#kept.values()]
      .filter((traced) => traced.action === action && traced.exchange.startedAt >= since)
      .sort((a, b) => a.exchange.id - b.exchange.id);
  }

  /** Those of TENANT, or of all tenants, in the order in which they began. */
  of(tenant: string | undefined): Exchange[] {
    return Array.from(this.#kept.values(), ({ exchange }) => exchange)
      .filter((exchange) => tenant === undefined || exchange.tenant === tenant)
      .sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime() || a.id - b.id);
  }

  /** How many of TENANT, or of all tenants, were there and are not kept any more. */
  droppedOf(tenant: string | undefined): number {
    if (tenant !== undefined) return this.#dropped.get(tenant) ?? 0;
    return [...this.#dropped.values()].reduce((sum, count) => sum + count, 0);
  }
}

function weightOf({ requestChars, responseChars }: Exchange): number {
  return requestChars + responseChars;
}
