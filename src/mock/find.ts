/** RFC 7644 §3.4.2: which resources a query finds, and their order. */

import { ProtocolError } from '../scim/error.js';
import { compileFilter, type Filter, parseFilter } from '../scim/filter/index.js';
import type { AttributePath, ResourceType } from '../scim/schema/resource-type.js';
import { compareSortKeys, compileSortKey } from '../scim/sort.js';
import type { Entry } from './entry.js';
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
      const matches = compileFilter(filter, type);
      const parts = partsIn(filter, type);
      for (const entry of this.candidates(filter, type) ?? this.store.all(type)) {
        if (matches(this.store.partialView(entry, parts))) found.push(entry);
      }
    }
    return found;
  }

  /** The resources of TYPE that FILTER can match at all, when an index knows them. */
  private candidates(filter: Filter, type: ResourceType): readonly Entry[] | undefined {
    switch (filter.kind) {
      case 'compare':
        return filter.operator === 'eq' ? this.lookUp(type, filter.path, filter.value) : undefined;
      case 'valuePath':
        return this.valueCandidates(filter.path, filter.filter, type);
      case 'and':
        return fewest(filter.filters.map((operand) => this.candidates(operand, type)));
      case 'or': {
        const each = filter.filters.map((operand) => this.candidates(operand, type));
        return each.every((entries) => entries !== undefined) ? union(each) : undefined;
      }
      default:
        return undefined;
    }
  }

  /** The same for `PATH[FILTER]`. */
  private valueCandidates(path: AttributePath, filter: Filter, type: ResourceType): readonly Entry[] | undefined {
    if (filter.kind === 'and') {
      return fewest(filter.filters.map((operand) => this.valueCandidates(path, operand, type)));
    }
    if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.path.sub !== undefined) return undefined;
    return this.lookUp(type, { ...path, sub: filter.path.name }, filter.value);
  }

  private lookUp(type: ResourceType, path: AttributePath, value: unknown): readonly Entry[] | undefined {
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    const resolved = type.resolve(path);
    if (!resolved?.attribute) return undefined;
    // `members` alone stands for `members.value`, as `emails` does for `emails.value`.
    const isBare = resolved.attribute.type === 'complex' && !resolved.sub;
    return this.store.lookUp(type, isBare ? `${resolved.canonicalPath}.value` : resolved.canonicalPath, value);
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

function fewest(each: readonly (readonly Entry[] | undefined)[]): readonly Entry[] | undefined {
  return each.filter((entries) => entries !== undefined).sort((left, right) => left.length - right.length)[0];
}

/** In order of creation, each of them once. */
function union(each: readonly (readonly Entry[])[]): readonly Entry[] {
  return [...new Set(each.flat())].sort((left, right) => left.sequence - right.sequence);
}
