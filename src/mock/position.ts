/** Positions in a list of resources that do not count from its beginning: what cursors are made of. */

import type { ResourceType } from '../scim/schema/resource-type.js';
import { compareSortKeys, compileSortKey, type SortKey } from '../scim/sort.js';
import type { Position } from './cursor.js';
import type { Entry } from './entry.js';
import type { Criteria, EntryList } from './find.js';
import type { ResourceStore } from './store.js';

/**
 * The order of a list: as `Finder` makes it. Places are found by bisection, so that a page costs the same wherever it
 * is.
 */
export class ListOrder {
  /** What a sorted list is sorted by. */
  private readonly keyOf: ((entry: Entry) => SortKey) | undefined;
  private readonly sign: 1 | -1;

  /** Of a list of resources of TYPES in STORE, sorted as CRITERIA say. */
  constructor(
    store: ResourceStore,
    private readonly types: readonly ResourceType[],
    { sortBy, sortOrder }: Criteria,
  ) {
    this.sign = sortOrder === 'descending' ? -1 : 1;
    if (sortBy === undefined) return;
    const type = types.find((candidate) => candidate.lookup(sortBy)) ?? types[0];
    if (!type) return;
    const read = compileSortKey(type, sortBy);
    const name = type.lookup(sortBy)?.attribute?.name;
    const parts = { members: name === 'members', groups: name === 'groups' };
    this.keyOf = (entry) => read(store.partialView(entry, parts));
  }

  /** The position of ENTRY. */
  positionOf(entry: Entry): Position {
    return { type: this.types.indexOf(entry.type), sequence: entry.sequence, key: this.keyOf?.(entry) };
  }

  /**
   * How many of ENTRIES, a list in this order, come before POSITION; with INCLUDED also the one that is at it. The
   * resource that the position was made from may be gone.
   */
  placeOf(entries: EntryList, position: Position, included: boolean): number {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const [entry] = entries.slice(middle, middle + 1);
      const order = entry ? this.compare(entry, position) : 1;
      if (order < 0 || (included && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Sorted lists go by key and, among equals, by creation; others by type and creation. */
  private compare(entry: Entry, { type, sequence, key }: Position): number {
    const first = this.keyOf ? compareSortKeys(this.keyOf(entry), key) : this.types.indexOf(entry.type) - type;
    return (this.keyOf ? this.sign : 1) * (first || entry.sequence - sequence);
  }
}
