/** A list of resources with a few others in it, without a copy of the list. */

import type { Entry } from '../entry.js';
import type { EntryList } from '../find.js';

type Order = (left: Entry, right: Entry) => number;

/** LIST, which is in ORDER, without GONE (all of them are in it) and with BACK at their places. */
export function overlaid(list: EntryList, gone: readonly Entry[], back: readonly Entry[], order: Order): EntryList {
  if (gone.length === 0 && back.length === 0) return list;
  const cuts = gone.map((entry) => placeOf(list, entry, order)).sort((left, right) => left - right);
  const insertions = [...back].sort(order).map((entry) => ({ entry, place: lowerBound(list, entry, order) }));
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
}

function placeOf(list: EntryList, entry: Entry, order: Order): number {
  const place = lowerBound(list, entry, order);
  if (at(list, place)?.id === entry.id) return place;
  // The list knows an order among equals that is not ours.
  return list.slice(0, list.length).findIndex(({ id }) => id === entry.id);
}

/** The place of the first resource in LIST that does not come before ENTRY. */
function lowerBound(list: EntryList, entry: Entry, order: Order): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = at(list, middle);
    if (other && order(other, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function at(list: EntryList, place: number): Entry | undefined {
  return list.slice(place, place + 1)[0];
}
