/** Positions in a list of resources that do not count from its beginning: what cursors are made of. */

import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { compileSort } from '../scim/sort.js';
import type { Position } from './cursor.js';
import type { Entry } from './entry.js';
import type { Criteria, EntryList } from './find.js';
import type { ResourceStore } from './store.js';

type Sorted = Pick<Criteria, 'sortBy' | 'sortOrder'>;

/**
 * The order of a list: by the attribute that it is sorted by, if any, and then by type and creation. Places are found
 * by bisection, so that a page costs the same wherever it is.
 */
export class ListOrder {
  private readonly sortType: ResourceType | undefined;

  /** Of a list of resources of TYPES in STORE, sorted as SORTED says. */
  constructor(
    private readonly store: ResourceStore,
    private readonly types: readonly ResourceType[],
    private readonly sorted: Sorted,
  ) {
    const { sortBy } = sorted;
    if (sortBy !== undefined) this.sortType = types.find((type) => type.lookup(sortBy)) ?? types[0];
  }

  /** The position of ENTRY. */
  positionOf(entry: Entry): Position {
    const { sortBy } = this.sorted;
    const type = this.types.indexOf(entry.type);
    if (sortBy === undefined) return { type, sequence: entry.sequence };
    return { type, sequence: entry.sequence, sorted: excerpt(entry.type, sortBy, this.store.view(entry)) };
  }

  /**
   * How many of ENTRIES, a list in this order, come before POSITION; with INCLUDED also the one that is at it. The
   * resource that the position was made from may be gone.
   */
  placeOf(entries: EntryList, position: Position, included: boolean): number {
    const [from, to] = this.equals(entries, position);
    const rank = (entry: Entry): number =>
      this.types.indexOf(entry.type) - position.type || entry.sequence - position.sequence;
    // Among equals the order is that of creation, or the reverse of it in a list that is a reversed one.
    const [first, last] = [at(entries, from), at(entries, to - 1)];
    const sign = first && last && rank(first) > rank(last) ? -1 : 1;
    return bisect(entries, from, to, (entry) => (included ? sign * rank(entry) <= 0 : sign * rank(entry) < 0));
  }

  /** The range of ENTRIES that have the sorted value of POSITION. */
  private equals(entries: EntryList, { sorted }: Position): [from: number, to: number] {
    const { sortBy, sortOrder } = this.sorted;
    if (sortBy === undefined || !this.sortType) return [0, entries.length];
    const compare = compileSort(this.sortType, sortBy, sortOrder);
    const sought = isJsonObject(sorted) ? sorted : {};
    const from = bisect(entries, 0, entries.length, (entry) => compare(this.store.view(entry), sought) < 0);
    const to = bisect(entries, from, entries.length, (entry) => compare(this.store.view(entry), sought) <= 0);
    return [from, to];
  }
}

/** The first place between FROM and TO of which ISBEFORE does not hold, when it holds of a beginning of that range. */
function bisect(entries: EntryList, from: number, to: number, isBefore: (entry: Entry) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = at(entries, middle);
    if (entry && isBefore(entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function at(entries: EntryList, place: number): Entry | undefined {
  return place < 0 ? undefined : entries.slice(place, place + 1)[0];
}

/** Of RESOURCE only what sorting by SORTBY looks at: the primary value of a list, or its first (RFC 7644 §3.4.2.3). */
function excerpt(type: ResourceType, sortBy: string, resource: JsonObject): JsonObject {
  const resolved = type.lookup(sortBy);
  const name = resolved?.attribute?.name;
  if (!resolved || name === undefined) return {};
  if (resolved.extension === undefined) return single(name, resource[name]);
  const extension = resource[resolved.extension];
  return isJsonObject(extension) ? { [resolved.extension]: single(name, extension[name]) } : {};
}

function single(name: string, value: JsonValue | undefined): JsonObject {
  if (value === undefined) return {};
  if (!Array.isArray(value)) return { [name]: value };
  const chosen = value.find((element) => isJsonObject(element) && element.primary === true) ?? value[0];
  return chosen === undefined ? {} : { [name]: [chosen] };
}
