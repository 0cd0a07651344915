/** RFC 7644 §3.4.2: every page of a list, and whether that is all of it. */

import type { Purpose } from '../http/exchange.js';
import { InvalidResponseError, ResponseError, UsageError } from '../scim/error.js';
import { type AuditedPage, type Completeness, ListAudit } from '../scim/list.js';
import type { ListRequest, PageWanted } from './list-request.js';
import { type ListResponse, readListResponse } from './list-response.js';
import { checkAnswer } from './response-error.js';
import type { Answer, CallOptions, ListOutcome, ListPage } from './types.js';
import type { Send } from './wire.js';

export interface ListCall extends CallOptions {
  /** Stop when so many resources came; pages are given whole, so that it may be a few more. */
  readonly limit?: number | undefined;
}

interface Page {
  readonly answer: Answer;
  readonly list: ListResponse;
}

/** Stands where no page comes any more. */
const never = new Promise<Page>(() => undefined);

/** A list being read: iterate over its pages once, then look at `outcome`. */
export class ListRun implements AsyncIterable<ListPage> {
  readonly #send: Send;
  readonly #request: () => Promise<ListRequest>;
  readonly #call: ListCall;
  readonly #pageSize: number | undefined;
  #audit = new ListAudit();
  #started = false;
  #pages = 0;
  #count = 0;
  #stopped: string | undefined;
  #searching = false;
  #previousCursor: string | undefined;
  #isFirst = true;
  readonly #warnings: string[] = [];
  readonly #ahead = new AbortController();
  readonly #signal: AbortSignal;

  /** SEND sends a request; REQUEST says what is listed; PAGESIZE is the `count` when REQUEST does not say. */
  constructor(send: Send, request: () => Promise<ListRequest>, call: ListCall, pageSize: number | undefined) {
    this.#send = send;
    this.#request = request;
    this.#call = call;
    this.#pageSize = pageSize;
    this.#signal = call.signal === undefined ? this.#ahead.signal : AbortSignal.any([call.signal, this.#ahead.signal]);
  }

  /** What the list came to so far; final when the iteration has ended. Resources given count, repeated ones do not. */
  get outcome(): ListOutcome {
    return {
      completeness: this.#completeness(),
      count: this.#count,
      totalResults: this.#audit.totalResults,
      pages: this.#pages,
      warnings: this.#warnings,
    };
  }

  /**
   * Reads page after page, one page ahead of who iterates. Throws what `Target.exchange` throws, `ResponseError` for an
   * error status, and `InvalidResponseError` for an answer that is no list.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<ListPage, void, undefined> {
    if (this.#started) throw new UsageError('A list can be read only once');
    this.#started = true;
    let ended = false;
    try {
      yield* this.#readAll(await this.#request());
      ended = true;
    } finally {
      this.#ahead.abort();
      if (!ended) this.#stopped ??= 'the list was not read to its end';
    }
  }

  async *#readAll(request: ListRequest): AsyncGenerator<ListPage, void, undefined> {
    const first = request.firstPage(this.#pageSize);
    this.#audit = new ListAudit(first.startIndex);
    let firstPage: AuditedPage | undefined;
    let wanted: PageWanted | undefined = this.#withinLimit(first, 0);
    let coming = this.#readAhead(request, wanted);
    while (wanted !== undefined) {
      let page: Page | undefined = await coming;
      let next: PageWanted | undefined;
      const goOn = ({ list }: Page): void => {
        next = this.#next(list, first);
        coming = this.#readAhead(request, next);
      };
      // The next page comes while this one is looked at; but only the second page shows whether the server pages at all.
      const isSecond = this.#pages === 1;
      if (!isSecond) goOn(page);
      this.#audit.page(auditedPage(wanted, page.list));
      if (this.#audit.ignoresStartIndex) {
        page = firstPage === undefined ? undefined : await this.#readBySearch(request, firstPage, wanted);
        if (page === undefined) return;
      }
      if (isSecond) goOn(page);
      firstPage = this.#pages === 0 ? auditedPage(wanted, page.list) : undefined;
      yield this.#accept(page, wanted);
      wanted = next;
    }
  }

  /** Begins to read WANTED; a failure shows when the page is waited for. */
  #readAhead(request: ListRequest, wanted: PageWanted | undefined): Promise<Page> {
    if (wanted === undefined) return never;
    const page = this.#readPage(request, wanted, this.#isFirst ? 'request' : 'page');
    this.#isFirst = false;
    page.catch(() => undefined);
    return page;
  }

  async #readPage(request: ListRequest, wanted: PageWanted, purpose: Purpose): Promise<Page> {
    const call = { ...this.#call, signal: this.#signal };
    const answer = await this.#send(this.#searching ? request.search(wanted) : request.get(wanted), purpose, call);
    checkAnswer(answer);
    return { answer, list: readListResponse(answer) };
  }

  /**
   * Reads the page WANTED by POST /.search, after the server answered FIRSTPAGE again instead. undefined when it cannot
   * do that either; the audit of what came by GET then stands.
   */
  async #readBySearch(request: ListRequest, firstPage: AuditedPage, wanted: PageWanted): Promise<Page | undefined> {
    this.#searching = true;
    try {
      const page = await this.#readPage(request, wanted, 'page');
      const audit = new ListAudit(firstPage.requestedStart);
      audit.page(firstPage);
      audit.page(auditedPage(wanted, page.list));
      if (audit.ignoresStartIndex) return undefined;
      this.#audit = audit;
      this.#warnings.push(`The server ignores startIndex of GET ${request.endpoint}; the rest came by POST /.search`);
      return page;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#warnings.push(`The server ignores startIndex, and POST /.search does not help: ${error.message}`);
      return undefined;
    }
  }

  #accept({ answer, list }: Page, wanted: PageWanted): ListPage {
    const startIndex = wanted.cursor === undefined ? wanted.startIndex : (list.startIndex ?? wanted.startIndex);
    this.#pages += 1;
    this.#count += list.resources.length;
    if (this.#pages === 1) this.#warnings.push(...answer.warnings);
    this.#call.onProgress?.(this.#count, list.totalResults);
    return { text: answer.text, resources: list.resources, startIndex, totalResults: list.totalResults, answer };
  }

  /** The page after LIST, which was not accepted yet; undefined when there is none, or none that is wanted. */
  #next(list: ListResponse, first: PageWanted): PageWanted | undefined {
    const count = this.#count + list.resources.length;
    const startIndex = first.startIndex + count;
    const cursor = list.nextCursor;
    if (!this.#goesOn(list, startIndex, first)) return undefined;
    const { limit } = this.#call;
    if (limit !== undefined && count >= limit) {
      this.#stopped = `reading stopped after ${count} resources, as asked`;
      return undefined;
    }
    // RFC 9865 §2: all but the cursor must stay the same from page to page.
    if (cursor !== undefined) return { startIndex, count: first.count, cursor };
    return this.#withinLimit({ startIndex, count: first.count, cursor: undefined }, count);
  }

  #goesOn(list: ListResponse, startIndex: number, first: PageWanted): boolean {
    const cursor = list.nextCursor;
    if (cursor !== undefined) {
      const isNew = cursor !== this.#previousCursor;
      this.#previousCursor = cursor;
      return isNew && first.count !== 0;
    }
    // The last page of a list by cursor has no `nextCursor`.
    if (this.#previousCursor !== undefined || list.resources.length === 0) return false;
    return list.totalResults === undefined || startIndex <= list.totalResults;
  }

  /** WANTED with a `count` no larger than what is still wanted after READ resources. */
  #withinLimit(wanted: PageWanted, read: number): PageWanted {
    const { limit } = this.#call;
    if (limit === undefined) return wanted;
    const remaining = Math.max(0, limit - read);
    return { ...wanted, count: Math.min(wanted.count ?? remaining, remaining) };
  }

  #completeness(): Completeness {
    const found = this.#audit.conclude();
    if (this.#stopped === undefined || found.kind === 'complete') return found;
    return { kind: 'partial', reason: this.#stopped };
  }
}

/** The server answered, but not with a page. */
function isRefusal(error: unknown): error is ResponseError | InvalidResponseError {
  if (error instanceof ResponseError) return [400, 403, 404, 405, 415, 501].includes(error.status);
  return error instanceof InvalidResponseError;
}

function auditedPage(wanted: PageWanted, list: ListResponse): AuditedPage {
  const { startIndex, itemsPerPage, totalResults, nextCursor, ids } = list;
  return {
    requestedStart: wanted.startIndex,
    ids,
    ...(startIndex === undefined ? {} : { startIndex }),
    ...(itemsPerPage === undefined ? {} : { itemsPerPage }),
    ...(totalResults === undefined ? {} : { totalResults }),
    ...(nextCursor === undefined ? {} : { nextCursor }),
  };
}
