/** RFC 7644 §3.4.2 and RFC 9865: is what was read the whole list? */

import { IdSet } from './id-set.js';

/** Whether a listing holds every resource. Whoever acts on absence must see `complete`. */
export type Completeness =
  | { kind: 'complete' }
  | { kind: 'partial'; reason: string }
  | { kind: 'unknown'; reason: string };

/** One page of a list, as asked for and as answered. */
export interface AuditedPage {
  /** The `startIndex` that was asked for, 1-based. */
  requestedStart: number;
  startIndex?: number;
  itemsPerPage?: number;
  totalResults?: number;
  /** One entry per resource; undefined where the answer carried no `id`. */
  ids: (string | undefined)[];
  nextCursor?: string;
  /** Was it asked for by a cursor, be it the empty one of a first page (RFC 9865 §2)? */
  byCursor?: boolean;
}

/**
 * Follows the pages of one list and says in the end whether together they are the list. Nothing is taken on trust:
 * resources are counted against `totalResults`, ids are compared across pages, and `totalResults` must stand still.
 */
export class ListAudit {
  readonly #start: number;
  readonly #seen = new IdSet();
  #pages = 0;
  #count = 0;
  #duplicates = 0;
  #firstDuplicate = '';
  #total: number | undefined;
  #firstTotal: number | undefined;
  #totalMoved = false;
  #emptyBeforeEnd = false;
  #ignoresStartIndex = false;
  #ignoresCursor = false;
  #usedCursor = false;
  #nextCursor: string | undefined;

  /** START is the `startIndex` of the first page. */
  constructor(start = 1) {
    this.#start = Math.max(1, start);
  }

  /** Resources received so far, repeated ones included. */
  get count(): number {
    return this.#count;
  }

  /** `totalResults` of the last page that carried one. */
  get totalResults(): number | undefined {
    return this.#total;
  }

  /** Did the server answer a later page with the resources of an earlier one? */
  get ignoresStartIndex(): boolean {
    return this.#ignoresStartIndex;
  }

  /** Did the server answer a cursor with nothing but resources that had come before? */
  get ignoresCursor(): boolean {
    return this.#ignoresCursor;
  }

  /** Take the next PAGE into account, in the order of arrival. */
  page(page: AuditedPage): void {
    this.#noteTotal(page.totalResults);
    const repeated = this.#noteIds(page.ids);
    this.#notePaging(page, repeated);
    this.#pages += 1;
    this.#count += page.ids.length;
    if (this.#nextCursor !== undefined || page.byCursor === true) this.#usedCursor = true;
    this.#nextCursor = page.nextCursor === '' ? undefined : page.nextCursor;
    if (page.ids.length === 0 && this.#missing() > 0) this.#emptyBeforeEnd = true;
  }

  /** What the pages so far amount to. */
  conclude(): Completeness {
    if (this.#pages === 0) return { kind: 'unknown', reason: 'no page was read' };
    const partial = this.#whyPartial();
    if (partial !== undefined) return { kind: 'partial', reason: partial };
    const unknown = this.#whyUnknown();
    return unknown === undefined ? { kind: 'complete' } : { kind: 'unknown', reason: unknown };
  }

  #noteTotal(total: number | undefined): void {
    if (total === undefined) return;
    this.#firstTotal ??= total;
    if (total !== this.#firstTotal) this.#totalMoved = true;
    this.#total = total;
  }

  /** How many of IDS had come before. */
  #noteIds(ids: readonly (string | undefined)[]): number {
    let repeated = 0;
    for (const id of ids) {
      if (id === undefined || this.#seen.add(id)) continue;
      repeated += 1;
      if (this.#duplicates === 0) this.#firstDuplicate = id;
      this.#duplicates += 1;
    }
    return repeated;
  }

  /** A wrong `startIndex` in the answer proves nothing while new ids arrive: some servers page well and echo badly. */
  #notePaging(page: AuditedPage, repeated: number): void {
    if (this.#pages === 0 || page.ids.length === 0) return;
    const known = page.ids.filter((id) => id !== undefined).length;
    if (this.#nextCursor !== undefined || page.byCursor === true) {
      if (known > 0 && repeated === known) this.#ignoresCursor = true;
      return;
    }
    const echoedWrongly = page.startIndex !== undefined && page.startIndex !== page.requestedStart;
    if (known > 0 ? repeated === known : echoedWrongly) this.#ignoresStartIndex = true;
  }

  /** Resources that `totalResults` promises and that did not come. */
  #missing(): number {
    return this.#total === undefined ? 0 : this.#total - (this.#start - 1) - this.#count;
  }

  #whyPartial(): string | undefined {
    const received = `${this.#count} of ${this.#total ?? 'an unknown number of'} resources received`;
    if (this.#ignoresStartIndex || this.#ignoresCursor)
      return `the server answers every page with the same resources; ${received}`;
    if (this.#nextCursor !== undefined) return `the server has more pages (nextCursor); ${received}`;
    if (this.#duplicates > 0) {
      return `${plural(this.#duplicates, 'resource')} came twice (${this.#firstDuplicate} first), so others may have been skipped`;
    }
    if (this.#emptyBeforeEnd && this.#missing() > 0) return `an empty page came before the end; ${received}`;
    if (this.#missing() > 0) return received;
    if (this.#start > 1) return `the list was read from its resource ${this.#start} on`;
    return undefined;
  }

  #whyUnknown(): string | undefined {
    if (this.#total === undefined) {
      // RFC 9865 §2.1: totalResults may be missing, and a page without nextCursor is the last.
      return this.#usedCursor ? undefined : 'the server does not say how many resources there are (totalResults)';
    }
    if (this.#totalMoved) {
      return `totalResults went from ${this.#firstTotal} to ${this.#total} while the list was read`;
    }
    if (this.#missing() < 0) return `the server says totalResults is ${this.#total} but sent ${this.#count} resources`;
    return undefined;
  }
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
