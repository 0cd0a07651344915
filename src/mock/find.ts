/** RFC 7644 §3.4.2: which resources a query finds, and their order. */

import { ProtocolError } from '../scim/error.js';
import { compileFilter, type Filter, parseFilter } from '../scim/filter/index.js';
import type { AttributePath, ResourceType } from '../scim/schema/resource-type.js';
import { compileSort } from '../scim/sort.js';
import type { Entry } from './entry.js';
import type { ListQuery } from './query.js';
import type { ResourceStore } from './store.js';

/** How many results are remembered, so that the next page of a large one costs nothing. */
const rememberedResults = 16;

/** Resources in an order, of which a page can be cut. An array is one. */
export interface EntryList {
  readonly length: number;
  /** Those from place START (from 0) up to, and without, END. */
  slice(start: number, end: number): readonly Entry[];
}

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
    const [only] = types;
    if (types.length === 1 && only && criteria.filter === undefined && criteria.sortBy === undefined) {
      return this.store.all(only);
    }
    if (this.resultsRevision !== this.store.revision) this.results.clear();
    this.resultsRevision = this.store.revision;
    const { filter, sortBy, sortOrder } = criteria;
    const key = JSON.stringify([types.map(({ name }) => name), filter, sortBy, sortOrder]);
    const known = this.results.get(key);
    if (known) return known;
    const result = this.sorted(types, criteria, this.filtered(types, filter));
    const [oldest] = this.results.keys();
    if (oldest !== undefined && this.results.size >= rememberedResults) this.results.delete(oldest);
    this.results.set(key, result);
    return result;
  }

  private filtered(types: readonly ResourceType[], text: string | undefined): readonly Entry[] {
    if (text === undefined) return types.flatMap((type) => this.store.all(type));
    const filter = parseFilter(text);
    return types.flatMap((type) => {
      const matches = compileFilter(filter, type);
      return (this.candidates(filter, type) ?? this.store.all(type)).filter((entry) => matches(this.store.view(entry)));
    });
  }

  /** The resources of TYPE that FILTER can match at all, when an index knows them. */
  private candidates(filter: Filter, type: ResourceType): readonly Entry[] | undefined {
    switch (filter.kind) {
      case 'compare':
        return filter.operator === 'eq' ? this.lookUp(type, filter.path, filter.value) : undefined;
      case 'valuePath': {
        const inner = filter.filter;
        if (inner.kind !== 'compare' || inner.operator !== 'eq' || inner.path.sub !== undefined) return undefined;
        return this.lookUp(type, { ...filter.path, sub: inner.path.name }, inner.value);
      }
      case 'and':
        return filter.filters
          .map((operand) => this.candidates(operand, type))
          .filter((entries) => entries !== undefined)
          .sort((left, right) => left.length - right.length)[0];
      default:
        return undefined;
    }
  }

  private lookUp(type: ResourceType, path: AttributePath, value: unknown): readonly Entry[] | undefined {
    const resolved = typeof value === 'string' ? type.resolve(path) : undefined;
    if (typeof value !== 'string' || !resolved?.attribute) return undefined;
    // `members` alone stands for `members.value`, as `emails` does for `emails.value`.
    const isBare = resolved.attribute.multiValued && resolved.attribute.type === 'complex' && !resolved.sub;
    return this.store.lookUp(type, isBare ? `${resolved.canonicalPath}.value` : resolved.canonicalPath, value);
  }

  private sorted(types: readonly ResourceType[], criteria: Criteria, entries: readonly Entry[]): readonly Entry[] {
    const { sortBy } = criteria;
    if (sortBy === undefined) return entries;
    // Over several types the attribute may belong to one of them only; it is absent in the others (RFC 7644 §3.4.2.1).
    const type = types.find((candidate) => candidate.lookup(sortBy)) ?? types[0];
    if (!type) throw new ProtocolError(400, 'invalidValue', `sortBy: there is no attribute ${sortBy}`);
    const compare = compileSort(type, sortBy, criteria.sortOrder);
    return [...entries].sort((left, right) => compare(this.store.view(left), this.store.view(right)));
  }
}
