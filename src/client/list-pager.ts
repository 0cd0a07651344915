/** Which page of a list comes next: by index (RFC 7644 §3.4.2.4), by cursor (RFC 9865), or by id. */

import { IdSet } from '../scim/id-set.js';
import type { PagingHabits } from './list-habits.js';
import type { ListRequest, PageWanted } from './list-request.js';
import type { ListResponse } from './list-response.js';

/** A server that sends cursors but no resources might do so for ever. */
const maxEmptyPages = 100;

export class Pager {
  readonly #request: ListRequest;
  readonly #habits: PagingHabits;
  readonly #limit: number | undefined;
  readonly #first: PageWanted;
  #cursors = new IdSet();
  #byCursor: boolean;
  #count = 0;
  #emptyPages = 0;
  #stopped: string | undefined;

  /** PAGESIZE is the `count` when REQUEST does not say; LIMIT ends the list after so many resources. */
  constructor(
    request: ListRequest,
    habits: PagingHabits,
    pageSize: number | undefined,
    limit: number | undefined,
    byCursor = habits.mode === 'cursor',
  ) {
    this.#request = request;
    this.#habits = habits;
    this.#limit = limit;
    this.#first = this.#begin(request.firstPage(pageSize), byCursor);
    this.#byCursor = this.#first.cursor !== undefined;
  }

  /** The first page. */
  get first(): PageWanted {
    return this.#withinLimit(this.#first, 0);
  }

  /** Why the list was not followed to its end. */
  get stopped(): string | undefined {
    return this.#stopped;
  }

  /** The page after LIST, which answered WANTED; undefined when there is none, or none that is wanted. */
  next(wanted: PageWanted, list: ListResponse): PageWanted | undefined {
    this.#count += list.resources.length;
    this.#emptyPages = list.resources.length === 0 ? this.#emptyPages + 1 : 0;
    const { nextCursor } = list;
    if (nextCursor !== undefined) return this.#nextByCursor(nextCursor);
    if (!this.#goesOn(wanted, list) || this.#reachedLimit()) return undefined;
    const startIndex = this.#first.startIndex + this.#count;
    const { maxStartIndex } = this.#habits;
    const isTooDeep = maxStartIndex !== undefined && startIndex > maxStartIndex;
    if (wanted.after === undefined && !isTooDeep) {
      return this.#withinLimit({ ...this.#first, startIndex, cursor: undefined }, this.#count);
    }
    return this.#nextById(startIndex, list);
  }

  #begin(first: PageWanted, byCursor: boolean): PageWanted {
    const { maxStartIndex, pagesById } = this.#habits;
    const isOwn = this.#request.says('startIndex') || first.cursor !== undefined;
    return {
      ...first,
      count: this.#countOf(first, byCursor),
      cursor: byCursor && !isOwn ? '' : first.cursor,
      sortsById: maxStartIndex !== undefined && pagesById && !this.#request.says('sortBy'),
    };
  }

  /** The `count` of FIRST that the server can take. By cursor it stays the same, so that a limit tells at once. */
  #countOf({ count }: PageWanted, byCursor: boolean): number | undefined {
    if (count === undefined || (this.#habits.mode === 'none' && !this.#request.says('count'))) return undefined;
    const limit = byCursor ? (this.#limit ?? count) : count;
    return Math.min(count, this.#habits.maxCount ?? count, limit);
  }

  /** RFC 9865 §2: all but the cursor must stay the same from page to page, `count` included. */
  #nextByCursor(cursor: string): PageWanted | undefined {
    this.#byCursor = true;
    if (this.#first.count === 0 || this.#reachedLimit()) return undefined;
    if (!this.#cursors.add(cursor)) {
      this.#stopped = `the server gave the same nextCursor twice, so that the list would never end; ${this.#count} resources received`;
      return undefined;
    }
    if (this.#emptyPages >= maxEmptyPages) {
      this.#stopped = `${maxEmptyPages} pages without resources came one after the other; ${this.#count} resources received`;
      return undefined;
    }
    return { ...this.#first, startIndex: this.#first.startIndex + this.#count, cursor };
  }

  /** Is there more after LIST, which has no cursor? */
  #goesOn(wanted: PageWanted, list: ListResponse): boolean {
    if (this.#habits.mode === 'none' || list.resources.length === 0) return false;
    // The last page of a list by cursor has no `nextCursor`; a server that ignored `cursor=` may go on by index.
    const isFirstByCursor = wanted.cursor === '' && list.totalResults !== undefined;
    if (this.#byCursor && !isFirstByCursor) return false;
    this.#byCursor = false;
    if (list.totalResults === undefined || !this.#habits.trustsTotal) return true;
    if (wanted.after !== undefined) return list.resources.length < list.totalResults;
    return this.#first.startIndex + this.#count <= list.totalResults;
  }

  /** What comes after the last resource of LIST in the order of ids: the way past the largest `startIndex`. */
  #nextById(startIndex: number, list: ListResponse): PageWanted | undefined {
    const last = list.ids.at(-1);
    if (this.#first.sortsById && last !== undefined) {
      return this.#withinLimit({ ...this.#first, startIndex, cursor: undefined, after: last }, this.#count);
    }
    const limit = this.#habits.maxStartIndex ?? 0;
    this.#stopped = `the server takes no startIndex above ${limit}; ${this.#count} resources received`;
    return undefined;
  }

  #reachedLimit(): boolean {
    if (this.#limit === undefined || this.#count < this.#limit) return false;
    this.#stopped = `reading stopped after ${this.#count} resources, as asked`;
    return true;
  }

  /** WANTED with a `count` no larger than what is still wanted after READ resources. */
  #withinLimit(wanted: PageWanted, read: number): PageWanted {
    if (this.#limit === undefined || wanted.cursor !== undefined) return wanted;
    const remaining = Math.max(0, this.#limit - read);
    return { ...wanted, count: Math.min(wanted.count ?? remaining, remaining) };
  }
}
