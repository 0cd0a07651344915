/** Resources in an order that is kept while they come, change and go: any page of a million costs the same. */

import { compareSortKeys, type SortKey } from '../scim/sort.js';
import type { Entry } from './entry.js';

/** Resources in an order, of which a page can be cut. An array is one. */
export interface EntryList extends Iterable<Entry> {
  readonly length: number;
  /** Those from place START (from 0) up to, and without, END. */
  slice(start: number, end: number): readonly Entry[];
}

/** A run of neighbours, short enough to be moved about. */
interface Block {
  readonly keys: SortKey[];
  readonly entries: Entry[];
}

/** A block that has grown to this is cut in two. */
const largestBlock = 1024;

/** Resources in the order of their keys, those with one key in the order of creation. */
export class SortedList implements EntryList {
  length = 0;
  private readonly blocks: Block[] = [];
  /** The place of the first resource of each block; undefined when it has to be counted again. */
  private starts: number[] | undefined;

  /** A list of ENTRIES, whose KEYS stand at the same places. Neither array is changed. */
  static of(entries: readonly Entry[], keys: readonly SortKey[]): SortedList {
    const order = sortedPlaces(keys);
    const list = new SortedList();
    const half = largestBlock / 2;
    for (let start = 0; start < order.length; start += half) {
      const places = order.slice(start, start + half);
      list.blocks.push({
        keys: places.map((place) => keys[place]),
        entries: places.flatMap((place) => entries[place] ?? []),
      });
    }
    list.length = entries.length;
    return list;
  }

  /** Puts ENTRY in its place by KEY. */
  add(key: SortKey, entry: Entry): void {
    this.starts = undefined;
    this.length++;
    const number = Math.min(this.blockOf(key, entry), this.blocks.length - 1);
    const block = this.blocks[number];
    if (!block) {
      this.blocks.push({ keys: [key], entries: [entry] });
      return;
    }
    const place = placeIn(block, key, entry);
    block.keys.splice(place, 0, key);
    block.entries.splice(place, 0, entry);
    if (block.entries.length < largestBlock) return;
    // What grows at its end, as the order of creation does, would leave half-empty blocks behind.
    const cut = place === block.entries.length - 1 ? place : largestBlock / 2;
    this.blocks.splice(number + 1, 0, { keys: block.keys.splice(cut), entries: block.entries.splice(cut) });
  }

  /** Takes ENTRY out, which was added with KEY. */
  remove(key: SortKey, entry: Entry): void {
    const number = this.blockOf(key, entry);
    const block = this.blocks[number];
    const place = block ? placeIn(block, key, entry) : 0;
    if (!block || block.entries[place] !== entry) throw new Error(`${entry.id} is not where it was put`);
    this.starts = undefined;
    this.length--;
    block.keys.splice(place, 1);
    block.entries.splice(place, 1);
    if (block.entries.length === 0) this.blocks.splice(number, 1);
  }

  slice(start: number, end: number): readonly Entry[] {
    const from = Math.max(0, start);
    const wanted = Math.min(end, this.length) - from;
    if (wanted <= 0) return [];
    const found: Entry[] = [];
    let number = this.blockAt(from);
    let place = from - (this.starts?.[number] ?? 0);
    while (found.length < wanted) {
      const entries = this.blocks[number++]?.entries ?? [];
      for (const entry of entries.slice(place, place + wanted - found.length)) found.push(entry);
      place = 0;
    }
    return found;
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (const { entries } of this.blocks) yield* entries;
  }

  /** The first block that does not end before KEY and ENTRY. */
  private blockOf(key: SortKey, entry: Entry): number {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = this.blocks[middle];
      if (block && isBefore(block, block.entries.length - 1, key, entry)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The block that has PLACE in it. */
  private blockAt(place: number): number {
    const starts = this.counted();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private counted(): readonly number[] {
    if (this.starts) return this.starts;
    let start = 0;
    this.starts = this.blocks.map(({ entries }) => {
      start += entries.length;
      return start - entries.length;
    });
    return this.starts;
  }
}

/** LIST from its end to its beginning. */
export function reversed(list: EntryList): EntryList {
  return {
    length: list.length,
    slice: (start, end) => {
      const from = Math.max(0, list.length - end);
      return [...list.slice(from, Math.max(from, list.length - Math.max(0, start)))].reverse();
    },
    [Symbol.iterator]: () => [...list].reverse()[Symbol.iterator](),
  };
}

/** LISTS one behind the other. */
export function joined(lists: readonly EntryList[]): EntryList {
  const [only] = lists;
  if (only && lists.length === 1) return only;
  return {
    length: lists.reduce((length, list) => length + list.length, 0),
    slice: (start, end) => {
      const found: Entry[] = [];
      let before = 0;
      for (const list of lists) {
        for (const entry of list.slice(Math.max(0, start - before), Math.max(0, end - before))) found.push(entry);
        before += list.length;
      }
      return found;
    },
    *[Symbol.iterator]() {
      for (const list of lists) yield* list;
    },
  };
}

/** The places of KEYS in the order of the keys; those of equal keys in their own. */
function sortedPlaces(keys: readonly SortKey[]): number[] {
  const places = new Map<SortKey, number | number[]>();
  let isPlain = true;
  for (const [place, key] of keys.entries()) {
    const others = places.get(key);
    if (others === undefined) {
      places.set(key, place);
      isPlain &&= typeof key === 'string' ? !surrogate.test(key) : key === undefined;
    } else if (typeof others === 'number') places.set(key, [others, place]);
    else others.push(place);
  }
  const distinct = [...places.keys()];
  // The order of the language itself is that of UTF-16 units, several times faster, and the same but for surrogates.
  if (isPlain) distinct.sort();
  else distinct.sort(compareSortKeys);
  return distinct.flatMap((key) => places.get(key) ?? []);
}

const surrogate = /[\ud800-\udfff]/;

/** Where in BLOCK a resource with KEY stands, or is to stand. */
function placeIn(block: Block, key: SortKey, entry: Entry): number {
  let low = 0;
  let high = block.entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(block, middle, key, entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore({ keys, entries }: Block, place: number, key: SortKey, entry: Entry): boolean {
  const compared = compareSortKeys(keys[place], key);
  return compared < 0 || (compared === 0 && (entries[place]?.sequence ?? 0) < entry.sequence);
}
