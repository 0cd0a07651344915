/** RFC 7644 §3.4.2: which resources a query finds, and their order. */

import { ProtocolError } from '../scim/error.js';
import { compileFilter, type Filter, parseFilter } from '../scim/filter/index.js';
import type { AttributePath, ResourceType } from '../scim/schema/resource-type.js';
import { compareSortKeys, compileSortKey } from '../scim/sort.js';
import { type Entry, hasMembers, showsGroups } from './entry.js';
import type { ListQuery } from './query.js';
import type { ViewParts } from './representations.js';
import { type EntryList, joined, reversed } from './sorted-list.js';
import type { ResourceStore } from './store.js';

export type { EntryList } from './sorted-list.js';

/** How many results are remembered, so that the next page of a large one costs nothing. */
const rememberedResults = 16;

/** How many resources they may hold in all. */
const rememberedEntries = 4_000_000;

/** What of a query says which resources are found, and in which order. */
export type Criteria = Pick<ListQuery, 'filter' | 'sortBy' | 'sortOrder'>;

/** Resources that a filter can match: never one too few. */
interface Candidates {
  readonly entries: readonly Entry[];
  /** What is still to be checked; undefined when all of them match. */
  readonly rest: Filter | undefined;
}

/** Finds resources of STORE. */
export class Finder {
  private readonly results = new Map<string, EntryList>();
  private resultsRevision = -1;

  constructor(private readonly store: ResourceStore) {}

  /**
   * The resources of TYPES that match CRITERIA, in its order.
   * @throws ProtocolError 400 `invalidFilter`, `invalidPath` or `invalidValue`
   */
  find(types: readonly ResourceType[], criteria: Criteria): EntryList {
    const kept = this.keptOrder(types, criteria);
    if (kept) return kept;
    if (this.resultsRevision !== this.store.revision) this.results.clear();
    this.resultsRevision = this.store.revision;
    const { filter, sortBy, sortOrder } = criteria;
    const key = JSON.stringify([types.map(({ name }) => name), filter, sortBy, sortOrder]);
    const known = this.results.get(key);
    if (known) return known;
    const result = this.sorted(types, criteria, this.filtered(types, filter));
    this.remember(key, result);
    return result;
  }

  /** What the store has in that order anyway. */
  private keptOrder(types: readonly ResourceType[], { filter, sortBy, sortOrder }: Criteria): EntryList | undefined {
    if (filter !== undefined) return undefined;
    if (sortBy === undefined) return joined(types.map((type) => this.store.all(type)));
    const [only] = types;
    const order = only && types.length === 1 ? this.store.sorted(only, sortBy) : undefined;
    return order && sortOrder === 'descending' ? reversed(order) : order;
  }

  private remember(key: string, result: EntryList): void {
    this.results.set(key, result);
    let held = 0;
    for (const { length } of this.results.values()) held += length;
    for (const [oldest, { length }] of this.results) {
      if (this.results.size <= rememberedResults && held <= rememberedEntries) return;
      this.results.delete(oldest);
      held -= length;
    }
  }

  private filtered(types: readonly ResourceType[], text: string | undefined): readonly Entry[] {
    const found: Entry[] = [];
    const filter = text === undefined ? undefined : parseFilter(text);
    for (const type of types) {
      if (!filter) {
        for (const entry of this.store.all(type)) found.push(entry);
        continue;
      }
      for (const entry of this.matching(filter, type)) found.push(entry);
    }
    return found;
  }

  private matching(filter: Filter, type: ResourceType): readonly Entry[] {
    // Also for the errors of what need not be checked.
    const whole = compileFilter(filter, type);
    const candidates = this.candidates(filter, type);
    const { entries = this.store.all(type), rest } = candidates ?? { rest: filter };
    if (!rest) return [...entries];
    const matches = rest === filter ? whole : compileFilter(rest, type);
    const parts = partsIn(rest, type);
    const found: Entry[] = [];
    for (const entry of entries) if (matches(this.store.partialView(entry, parts))) found.push(entry);
    return found;
  }

  /** The resources of TYPE that FILTER can match at all, when an index knows them. */
  private candidates(filter: Filter, type: ResourceType): Candidates | undefined {
    switch (filter.kind) {
      case 'compare':
        return filter.operator === 'eq' ? this.lookUp(type, filter.path, filter.value, filter) : undefined;
      case 'valuePath':
        return this.valueCandidates(filter.path, filter.filter, type, filter);
      case 'and':
        return this.conjunction(filter.filters, filter.offset, type);
      case 'or': {
        const each = filter.filters.map((operand) => this.candidates(operand, type));
        return each.every((candidates) => candidates !== undefined) ? union(each, filter) : undefined;
      }
      default:
        return undefined;
    }
  }

  private conjunction(filters: readonly Filter[], offset: number, type: ResourceType): Candidates | undefined {
    const each = filters.map((filter) => ({ filter, candidates: this.candidates(filter, type) }));
    const known = each.flatMap(({ candidates }) => candidates ?? []);
    const [fewest, ...others] = known.sort((left, right) => left.entries.length - right.entries.length);
    if (!fewest) return undefined;
    const exact = others.filter(({ rest }) => !rest).map(({ entries }) => new Set(entries));
    const unproven = each.flatMap(({ filter, candidates }) => (candidates ? (candidates.rest ?? []) : filter));
    const [only] = unproven;
    return {
      entries: fewest.entries.filter((entry) => exact.every((entries) => entries.has(entry))),
      rest: unproven.length > 1 ? { kind: 'and', filters: unproven, offset } : only,
    };
  }

  /** The same for INNER in `PATH[INNER]`, which is WHOLE. */
  private valueCandidates(
    path: AttributePath,
    inner: Filter,
    type: ResourceType,
    whole: Filter,
  ): Candidates | undefined {
    if (inner.kind === 'and') {
      // One value has to match all operands, so that none of them proves anything by itself.
      const each = inner.filters.flatMap((operand) => this.valueCandidates(path, operand, type, whole) ?? []);
      const [fewest] = each.sort((left, right) => left.entries.length - right.entries.length);
      return fewest && { entries: fewest.entries, rest: whole };
    }
    if (inner.kind !== 'compare' || inner.operator !== 'eq' || inner.path.sub !== undefined) return undefined;
    return this.lookUp(type, { ...path, sub: inner.path.name }, inner.value, whole);
  }

  /** The resources that have VALUE at PATH, as FILTER says. */
  private lookUp(type: ResourceType, path: AttributePath, value: unknown, filter: Filter): Candidates | undefined {
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    const resolved = type.resolve(path);
    if (!resolved?.attribute) return undefined;
    // `members` alone stands for `members.value`, as `emails` does for `emails.value`.
    const isBare = resolved.attribute.type === 'complex' && !resolved.sub;
    const canonical = isBare ? `${resolved.canonicalPath}.value` : resolved.canonicalPath;
    const entries = this.store.lookUp(type, canonical, value);
    return entries && { entries, rest: isKnownExactly(type, canonical) ? undefined : filter };
  }

  private sorted(types: readonly ResourceType[], criteria: Criteria, entries: readonly Entry[]): readonly Entry[] {
    const { sortBy } = criteria;
    if (sortBy === undefined) return entries;
    // Over several types the attribute may belong to one of them only; it is absent in the others (RFC 7644 §3.4.2.1).
    const type = types.find((candidate) => candidate.lookup(sortBy)) ?? types[0];
    if (!type) throw new ProtocolError(400, 'invalidValue', `sortBy: there is no attribute ${sortBy}`);
    const keyOf = compileSortKey(type, sortBy);
    const name = type.lookup(sortBy)?.attribute?.name;
    const parts = { members: name === 'members', groups: name === 'groups' };
    const keyed = entries.map((entry) => ({ entry, key: keyOf(this.store.partialView(entry, parts)) }));
    const sign = criteria.sortOrder === 'descending' ? -1 : 1;
    // What is equal is in the order of creation, and descending is the very reverse: as in the orders of the store.
    keyed.sort((a, b) => sign * (compareSortKeys(a.key, b.key) || a.entry.sequence - b.entry.sequence));
    return keyed.map(({ entry }) => entry);
  }
}

/** What FILTER looks at in a resource of TYPE. */
function partsIn(filter: Filter, type: ResourceType): ViewParts {
  const names = new Set(
    pathsIn(filter).map((path) => (type.resolve(path)?.attribute?.name ?? path.name).toLowerCase()),
  );
  return { members: names.has('members'), groups: names.has('groups') };
}

function pathsIn(filter: Filter): AttributePath[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap(pathsIn);
    case 'not':
      return pathsIn(filter.filter);
    default:
      return [filter.path];
  }
}

/** All that one of EACH, the operands of FILTER, knows; in order of creation, each of them once. */
function union(each: readonly Candidates[], filter: Filter): Candidates {
  const entries = [...new Set(each.flatMap((candidates) => candidates.entries))];
  entries.sort((left, right) => left.sequence - right.sequence);
  return { entries, rest: each.every(({ rest }) => !rest) ? undefined : filter };
}

/** Does the store know who has a value at PATH without looking at resources, some of which have 50,000 members? */
function isKnownExactly(type: ResourceType, path: string): boolean {
  if (path === 'id') return true;
  return path === 'members.value' ? hasMembers(type) : path === 'groups.value' && showsGroups(type);
}
