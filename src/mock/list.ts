/** RFC 7644 §3.4.2: which resources a query finds, their order, and one page of them. */

import { ProtocolError } from '../scim/error.js';
import { compileFilter, type Filter, parseFilter } from '../scim/filter/index.js';
import { compileProjection } from '../scim/projection.js';
import type { AttributePath, ResourceType } from '../scim/schema/resource-type.js';
import { compileSort } from '../scim/sort.js';
import { urn } from '../scim/urn.js';
import type { Entry } from './entry.js';
import type { ListQuery } from './query.js';
import type { ResourceStore } from './store.js';

/** How many results are remembered, so that the next page of a large one costs nothing. */
const rememberedResults = 16;

const comma = Buffer.from(',');
const listEnd = Buffer.from(']}');

/** Answers list queries from STORE, at most MAXPAGE resources at a time. */
export class Lister {
  private readonly results = new Map<string, readonly Entry[]>();
  private resultsRevision = -1;

  constructor(
    private readonly store: ResourceStore,
    private readonly maxPage: number,
  ) {}

  /**
   * The ListResponse message for QUERY over the resources of TYPES, as JSON text in UTF-8.
   * @throws ProtocolError 400 `invalidFilter`, `invalidPath` or `invalidValue`
   */
  list(types: readonly ResourceType[], query: ListQuery): Buffer {
    const entries = this.find(types, query);
    const start = query.startIndex - 1;
    const page = entries.slice(start, start + Math.min(query.count ?? this.maxPage, this.maxPage));
    const head =
      `{"schemas":["${urn.listResponse}"],"totalResults":${entries.length},"itemsPerPage":${page.length},` +
      `"startIndex":${query.startIndex},"Resources":[`;
    const resources = this.texts(types, query, page).flatMap((text, place) => (place === 0 ? [text] : [comma, text]));
    return Buffer.concat([Buffer.from(head), ...resources, listEnd]);
  }

  private texts(types: readonly ResourceType[], query: ListQuery, page: readonly Entry[]): Buffer[] {
    if (!query.attributes && !query.excludedAttributes) return page.map((entry) => this.store.text(entry));
    const projections = new Map(types.map((type) => [type, compileProjection(type, query)]));
    return page.map((entry) => {
      const project = projections.get(entry.type);
      return project ? Buffer.from(JSON.stringify(project(this.store.view(entry)))) : this.store.text(entry);
    });
  }

  private find(types: readonly ResourceType[], query: ListQuery): readonly Entry[] {
    const [only] = types;
    if (types.length === 1 && only && query.filter === undefined && query.sortBy === undefined) {
      return this.store.all(only);
    }
    if (this.resultsRevision !== this.store.revision) this.results.clear();
    this.resultsRevision = this.store.revision;
    const key = JSON.stringify([types.map(({ name }) => name), query.filter, query.sortBy, query.sortOrder]);
    const known = this.results.get(key);
    if (known) return known;
    const result = this.sorted(types, query, this.filtered(types, query.filter));
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

  private sorted(types: readonly ResourceType[], query: ListQuery, entries: readonly Entry[]): readonly Entry[] {
    const { sortBy } = query;
    if (sortBy === undefined) return entries;
    // Over several types the attribute may belong to one of them only; it is absent in the others (RFC 7644 §3.4.2.1).
    const type = types.find((candidate) => candidate.lookup(sortBy)) ?? types[0];
    if (!type) throw new ProtocolError(400, 'invalidValue', `sortBy: there is no attribute ${sortBy}`);
    const compare = compileSort(type, sortBy, query.sortOrder);
    return [...entries].sort((left, right) => compare(this.store.view(left), this.store.view(right)));
  }
}
