/** A list of resources with a few others in it, without a copy of the list. */

import type { Entry } from '../entry.js';
import type { EntryList } from '../find.js';
import type { ListOrder } from '../position.js';

/** LIST, which is in ORDER, without GONE (all of them are in it) and with BACK at their places. */
export function overlaid(list: EntryList, gone: readonly Entry[], back: readonly Entry[], order: ListOrder): EntryList {
  if (gone.length === 0 && back.length === 0) return list;
  const placeOf = (entry: Entry): number => order.placeOf(list, order.positionOf(entry), false);
  const cuts = gone.map(placeOf).sort((left, right) => left - right);
  const insertions = inOrder(back, order).map((entry) => ({ entry, place: placeOf(entry) }));
  const parts: EntryList[] = [];
  let done = 0;
  const upTo = (place: number): void => {
    if (place > done) parts.push(new Part(list, done, place));
    done = Math.max(done, place);
  };
  for (const { entry, place } of insertions) {
    while (cuts[0] !== undefined && cuts[0] < place) skip();
    upTo(place);
    parts.push([entry]);
  }
  while (cuts.length > 0) skip();
  upTo(list.length);
  return new Joined(parts);

  function skip(): void {
    const cut = cuts.shift() ?? list.length;
    upTo(cut);
    done = Math.max(done, cut + 1);
  }
}

/** The resources of LIST from place FROM up to, and without, TO. */
class Part implements EntryList {
  constructor(
    private readonly list: EntryList,
    private readonly from: number,
    private readonly to: number,
  ) {}

  get length(): number {
    return this.to - this.from;
  }

  slice(start: number, end: number): readonly Entry[] {
    return this.list.slice(this.from + start, Math.min(this.to, this.from + end));
  }

  [Symbol.iterator](): Iterator<Entry> {
    return this.slice(0, this.length)[Symbol.iterator]();
  }
}

/** PARTS one after the other. */
class Joined implements EntryList {
  readonly length: number;

  constructor(private readonly parts: readonly EntryList[]) {
    this.length = parts.reduce((sum, { length }) => sum + length, 0);
  }

  slice(start: number, end: number): readonly Entry[] {
    const found: Entry[] = [];
    let offset = 0;
    for (const part of this.parts) {
      const from = Math.max(0, start - offset);
      const to = Math.min(part.length, end - offset);
      if (from < to) found.push(...part.slice(from, to));
      offset += part.length;
    }
    return found;
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (const part of this.parts) yield* part.slice(0, part.length);
  }
}

/** ENTRIES in ORDER, each put at its place among those before it. */
function inOrder(entries: readonly Entry[], order: ListOrder): Entry[] {
  const sorted: Entry[] = [];
  for (const entry of entries) sorted.splice(order.placeOf(sorted, order.positionOf(entry), false), 0, entry);
  return sorted;
}
