/** Resources found by what people call them, on services that filter well, badly or not at all. */

import { ResponseError, ScimError } from '../scim/error.js';
import { isJsonObject } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { type Candidate, candidateOf, type Found, matching, namingPaths, rankOf } from './lookup-names.js';
import { looksLikeId, type Way, waysToFind } from './lookup-query.js';
import type { Target } from './target.js';
import type { CallOptions, Discovery } from './types.js';

export type { Found } from './lookup-names.js';

/** What a look-up came to. */
export interface Lookup {
  /** The best first. */
  readonly found: readonly Found[];
  /** Is that everything with such a name? false also when the service cannot tell. */
  readonly complete: boolean;
}

/** What was found for a text, with everything needed to narrow it down. */
interface Pool {
  readonly candidates: readonly Candidate[];
  readonly complete: boolean;
}

interface Kept {
  readonly text: string;
  readonly types: string;
  readonly limit: number;
  readonly until: number;
  readonly pool: Pool;
}

/** What is remembered about a target. */
class Memory {
  readonly kept: Kept[] = [];
  readonly pages = new Map<string, { readonly until: number; readonly pool: Pool }>();
  /** Ways and filters that the service refused (`User co or`), and until when that counts. */
  readonly refused = new Map<string, number>();
  /** Does the service take `attributes`? */
  projects = true;
}

/** For so long, in ms, an answer is used again while somebody types. */
const keepMs = 10_000;
const maxKept = 32;
/** For so long what a service refused is not asked of it again. */
const refusedMs = 300_000;
/** So many resources of a type are read at most where the service cannot filter. */
const pageSize = 100;

const memories = new WeakMap<Target, Memory>();

/**
 * The resources of TYPES (`User`, `Groups`, …; all of the service when empty) whose name, mail address or id TEXT is, begins
 * or is part of: at most LIMIT, exact matches first, then by how they begin, then the others; without TEXT, the first
 * ones of the service. Reads a page or two, never everything, and asks again only after some seconds. Throws what
 * `Target.list` throws, but not because a service has no filters.
 */
export async function lookupByName(
  target: Target,
  types: readonly string[],
  text: string,
  limit: number,
  call: CallOptions,
): Promise<Found[]> {
  return [...(await findByName(target, types, text, limit, call)).found];
}

/** As `lookupByName`, and whether there may be others. */
export async function findByName(
  target: Target,
  types: readonly string[],
  text: string,
  limit: number,
  call: CallOptions,
): Promise<Lookup> {
  const memory = memoryOf(target);
  const wanted = text.trim();
  const names = JSON.stringify(types);
  const known = recall(memory, names, wanted, limit);
  const pool = known ?? (await ask(target, memory, types, wanted, limit, call));
  if (known === undefined) remember(memory, { text: wanted, types: names, limit, until: now() + keepMs, pool });
  const all = matching(wanted, pool.candidates);
  const found = all.slice(0, limit).map(plainly);
  return { found, complete: pool.complete && all.length <= limit };
}

/** Look up anew from now on, for who must not be told what was: before something is changed by its name. */
export function forgetLookups(target: Target): void {
  const memory = memories.get(target);
  memory?.kept.splice(0);
  memory?.pages.clear();
}

function now(): number {
  return performance.now();
}

/**
 * What is known of TEXT: it was asked for, or the beginning of it was and everything came. Where that has nothing for TEXT,
 * the service is asked: somebody may just have been created.
 */
function recall({ kept }: Memory, types: string, text: string, limit: number): Pool | undefined {
  const fresh = kept.filter((each) => each.types === types && each.until > now());
  const same = fresh.find((each) => each.text === text && each.limit >= limit);
  const wider = fresh.find((each) => each.pool.complete && text.startsWith(each.text) && !looksLikeId(text));
  if (same !== undefined) return same.pool;
  return wider !== undefined && matching(text, wider.pool.candidates).length > 0 ? wider.pool : undefined;
}

function remember({ kept }: Memory, entry: Kept): void {
  kept.push(entry);
  if (kept.length > maxKept) kept.shift();
}

async function ask(
  target: Target,
  memory: Memory,
  types: readonly string[],
  text: string,
  limit: number,
  call: CallOptions,
  exact = false,
): Promise<Pool> {
  const discovery = await target.discover(call);
  const chosen = types.length === 0 ? discovery.registry.resourceTypes : types.map((type) => typeOf(discovery, type));
  const pools = await Promise.all(
    chosen.flatMap((type) => {
      const search = new Search(target, memory, discovery, type, limit, call);
      const byName = search.byName(text, exact);
      return looksLikeId(text) ? [search.byId(text), byName] : [byName];
    }),
  );
  return merged(pools);
}

/**
 * The resources of TYPES that are called exactly TEXT, by name, mail address or id, whatever its case. `complete` is false
 * when the service cannot be asked for some of that, so that there may be others, or there may be one although none was
 * found. Throws what `lookupByName` throws.
 */
export async function findExactly(
  target: Target,
  types: readonly string[],
  text: string,
  call: CallOptions,
): Promise<Lookup> {
  const wanted = text.trim();
  if (wanted === '') return { found: [], complete: true };
  const pool = await ask(target, memoryOf(target), types, wanted, 10, call, true);
  const all = matching(wanted, pool.candidates).filter((candidate) => rankOf(wanted, candidate) === 0);
  return { found: all.map(plainly), complete: pool.complete };
}

function memoryOf(target: Target): Memory {
  const memory = memories.get(target) ?? new Memory();
  memories.set(target, memory);
  return memory;
}

function plainly({ type, id, name, detail }: Candidate): Found {
  return { type, id, name, detail };
}

function typeOf({ registry }: Discovery, name: string): ResourceType {
  const found = registry.find(name);
  if (found !== undefined) return found;
  const known = registry.resourceTypes.map((type) => type.name).join(', ');
  throw new ScimError('usage', `The server has no resource type "${name}"`, { remedy: `It has: ${known}.` });
}

function merged(pools: readonly Pool[]): Pool {
  return {
    candidates: pools.flatMap(({ candidates }) => candidates),
    complete: pools.every(({ complete }) => complete),
  };
}

/** The search among the resources of one type. */
class Search {
  readonly #paths: readonly string[];

  constructor(
    private readonly target: Target,
    private readonly memory: Memory,
    private readonly discovery: Discovery,
    private readonly type: ResourceType,
    private readonly limit: number,
    private readonly call: CallOptions,
  ) {
    this.#paths = namingPaths(type);
  }

  async byId(id: string): Promise<Pool> {
    try {
      const { json } = await this.target.get(this.type.name, id, { attributes: this.#attributes() }, this.call);
      const candidate = isJsonObject(json) ? candidateOf(this.type.name, this.#paths, json) : undefined;
      return { candidates: candidate?.id === id ? [candidate] : [], complete: true };
    } catch (error) {
      if (isRefusal(error)) return { candidates: [], complete: true };
      throw error;
    }
  }

  /** Tries one way after the other until the service takes one; one that only finds whole names is followed by a page. */
  async byName(text: string, exact = false): Promise<Pool> {
    if (text === '') return (await this.#page()) ?? { candidates: [], complete: false };
    const canFilter = this.discovery.supports('filter') !== false;
    const { filter } = this.target.profile;
    const filters = exact ? { ...filter, ops: filter.ops.filter((op) => op === 'eq') } : filter;
    const ways = waysToFind(text, this.type.name, this.#paths, filters, canFilter);
    const pools: Pool[] = [];
    let done: Way['op'];
    for (const way of ways) {
      // What begins so is among what has it inside, and whole names are among both.
      if (this.#isRefused(way.key) || (done !== undefined && way.op !== undefined)) continue;
      const pool = await this.#go(way, exact);
      if (pool === undefined) continue;
      pools.push(pool);
      const matched = matching(text, merged(pools).candidates).length;
      // Resources of which none matches come from a service that ignores the filter.
      if (pool.candidates.length === 0 || matched > 0) done = way.op;
      if (done === 'co' || (exact && done !== undefined && way.covers) || matched >= this.limit) break;
    }
    if (pools.length === 0 && this.memory.projects) {
      this.memory.projects = false;
      this.memory.refused.clear();
      return this.byName(text, exact);
    }
    // Only a way that finds what has the text inside, or a page that is everything, has found all there is.
    const complete = pools.some((pool) => pool.complete);
    return { candidates: merged(pools).candidates, complete };
  }

  /** What WAY finds; undefined when the service refuses it. */
  async #go({ key, op, filters, covers }: Way, exact: boolean): Promise<Pool | undefined> {
    if (op === undefined) return this.#page();
    const asked = filters.filter((filter) => !this.#isRefused(attributeIn(key, filter)));
    const pools = await Promise.all(asked.map((filter) => this.#read(filter, this.limit).catch(refusalAsNothing)));
    for (const [index, pool] of pools.entries()) {
      if (pool === undefined) this.#refuse(attributeIn(key, asked[index]));
    }
    const taken = pools.filter((pool) => pool !== undefined);
    if (taken.length === 0) {
      this.#refuse(key);
      return undefined;
    }
    const all = merged(taken);
    return { ...all, complete: all.complete && (op === 'co' || exact) && covers && taken.length === filters.length };
  }

  /** The first resources of the type, whatever they are called; undefined when the service refuses to list them. */
  async #page(): Promise<Pool | undefined> {
    const known = this.memory.pages.get(this.type.name);
    if (known !== undefined && known.until > now()) return known.pool;
    const pool = await this.#read(undefined, pageSize).catch(refusalAsNothing);
    if (pool === undefined) return undefined;
    this.memory.pages.set(this.type.name, { until: now() + 3 * keepMs, pool });
    return pool;
  }

  /** One page of what FILTER selects. */
  async #read(filter: string | undefined, count: number): Promise<Pool> {
    const attributes = this.memory.projects ? this.#attributes() : undefined;
    const run = this.target.list(this.type.name, { filter, attributes, count }, { ...this.call, limit: count });
    const candidates: Candidate[] = [];
    try {
      for await (const { resources, totalResults } of run) {
        for (const resource of resources) {
          const candidate = candidateOf(this.type.name, this.#paths, resource);
          if (candidate !== undefined) candidates.push(candidate);
        }
        const isAll = totalResults !== undefined && resources.length >= totalResults;
        return { candidates, complete: isAll && this.#isTrusted };
      }
    } catch (error) {
      // RFC 7644 §3.4.2 wants an empty list where some services answer that there is no such thing.
      const { missing } = this.target.profile.lookup;
      if (filter !== undefined && missing.includes('404') && error instanceof ResponseError && error.status === 404) {
        return { candidates, complete: false };
      }
      throw error;
    }
    return { candidates, complete: false };
  }

  /** Does an empty list mean that there is nothing? */
  get #isTrusted(): boolean {
    const { filter: filters, list } = this.target.profile;
    // What answers filters with nothing may answer a list without one with samples (Snowflake).
    return list.totalTrusted && filters.unsupportedResult !== 'empty';
  }

  /** What is read of a resource: what it is found by and told by. */
  #attributes(): string[] {
    const told = this.type.name === 'User' ? ['active'] : [];
    return [...new Set(['id', ...this.#paths.map((path) => path.replace(/\.value$/, '')), ...told])];
  }

  #refuse(what: string): void {
    this.memory.refused.set(`${this.type.name} ${what}`, now() + refusedMs);
  }

  #isRefused(what: string): boolean {
    return (this.memory.refused.get(`${this.type.name} ${what}`) ?? 0) > now();
  }
}

/** FILTER without its text: how it is remembered that the service refused it. */
function attributeIn(way: string, filter: string | undefined): string {
  return `${way}: ${filter === undefined ? '' : filter.slice(0, filter.indexOf('"'))}`;
}

function refusalAsNothing(error: unknown): undefined {
  if (isRefusal(error)) return undefined;
  throw error;
}

/** The service answered that it does not do such a thing, or not for this. */
function isRefusal(error: unknown): boolean {
  return error instanceof ResponseError && [400, 403, 404, 405, 422, 501].includes(error.status);
}
