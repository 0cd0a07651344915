/** RFC 7644 §3.4.2, RFC 9865: every page of a list, and whether that is all of it. */

import type { Purpose } from '../http/exchange.js';
import { InvalidResponseError, ResponseError, UsageError } from '../scim/error.js';
import type { JsonObject } from '../scim/json.js';
import { type AuditedPage, type Completeness, ListAudit } from '../scim/list.js';
import { cursorRemedy } from './list-cursor.js';
import type { FilterCheck } from './list-filter.js';
import type { PagingHabits } from './list-habits.js';
import { Pager } from './list-pager.js';
import type { ListRequest, PageWanted } from './list-request.js';
import { type ListResponse, readListResponse } from './list-response.js';
import { checkAnswer } from './response-error.js';
import type { Answer, CallOptions, ListOutcome, ListPage } from './types.js';
import type { Send } from './wire.js';

export interface ListCall extends CallOptions {
  /** Stop when so many resources came; pages are given whole, so that it may be a few more. */
  readonly limit?: number | undefined;
}

/** What is listed, and what is known beforehand. */
export interface ListPlan {
  readonly request: ListRequest;
  readonly habits: PagingHabits;
  /** The `count` when the request does not say. */
  readonly pageSize: number | undefined;
  /** Ask by POST /.search from the beginning (RFC 7644 §3.4.3). */
  readonly bySearch: boolean;
  readonly filterCheck: FilterCheck | undefined;
  /** Why an empty list may not mean that there is nothing. */
  readonly emptinessDoubt: string | undefined;
  /** What deserves a warning about RESOURCE, the first one of the page that came for ASKED. */
  readonly inspect: (resource: JsonObject, asked: string) => readonly string[];
}

interface Page {
  readonly answer: Answer;
  readonly list: ListResponse;
}

/** The page that is waited for. */
interface Coming {
  readonly wanted: PageWanted;
  readonly page: Promise<Page>;
}

/** A list being read: iterate over its pages once, then look at `outcome`. */
export class ListRun implements AsyncIterable<ListPage> {
  readonly #send: Send;
  readonly #makePlan: () => Promise<ListPlan>;
  readonly #call: ListCall;
  #audit = new ListAudit();
  #started = false;
  #pages = 0;
  #count = 0;
  #stopped: string | undefined;
  #filterCheck: FilterCheck | undefined;
  #emptinessDoubt: string | undefined;
  #ignoredFilter: string | undefined;
  #searching = false;
  #restarted = false;
  #isFirst = true;
  readonly #warnings: string[] = [];
  readonly #ahead = new AbortController();
  readonly #signal: AbortSignal;

  /** SEND sends a request; MAKEPLAN says what is listed. */
  constructor(send: Send, makePlan: () => Promise<ListPlan>, call: ListCall) {
    this.#send = send;
    this.#makePlan = makePlan;
    this.#call = call;
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
      const plan = await this.#makePlan();
      this.#searching = plan.bySearch;
      this.#filterCheck = plan.filterCheck;
      this.#emptinessDoubt = plan.emptinessDoubt;
      yield* this.#readFrom(plan, this.#pagerOf(plan, undefined));
      ended = true;
    } finally {
      this.#ahead.abort();
      if (!ended) this.#stopped ??= 'the list was not read to its end';
    }
  }

  #pagerOf({ request, habits, pageSize }: ListPlan, byCursor: boolean | undefined): Pager {
    const pager = new Pager(request, habits, pageSize, this.#call.limit, byCursor);
    this.#audit = new ListAudit(pager.first.startIndex);
    return pager;
  }

  async *#readFrom(plan: ListPlan, pager: Pager): AsyncGenerator<ListPage, void, undefined> {
    let firstPage: AuditedPage | undefined;
    let coming = this.#readAhead(plan, pager.first);
    while (coming !== undefined) {
      const { wanted } = coming;
      const page: Page | Pager | undefined = await this.#arrival(plan, coming);
      if (page instanceof Pager) return yield* this.#readFrom(plan, page);
      if (page === undefined) return;
      // The next page comes while this one is looked at; but only the second page shows whether the server pages at all.
      const isSecond = this.#pages === 1;
      if (!isSecond) coming = this.#readNext(plan, pager, wanted, page);
      this.#audit.page(this.#audited(plan, wanted, page.list));
      if (this.#audit.ignoresCursor) return;
      const good = this.#audit.ignoresStartIndex ? await this.#readBySearch(plan, firstPage, wanted) : page;
      if (good === undefined) return;
      if (isSecond) coming = this.#readNext(plan, pager, wanted, good);
      firstPage = this.#pages === 0 ? this.#audited(plan, wanted, good.list) : undefined;
      yield this.#accept(plan, wanted, good);
      if (this.#ignoredFilter !== undefined) return;
    }
  }

  /** The page that is COMING; a pager to begin again with; undefined when the list ends because of its cursor. */
  async #arrival(plan: ListPlan, { page, wanted }: Coming): Promise<Page | Pager | undefined> {
    try {
      return await page;
    } catch (error) {
      const { request } = plan;
      const remedy = cursorRemedy({ error, request, wanted, count: this.#count, restarted: this.#restarted });
      if (remedy === undefined) throw error;
      if (remedy.kind === 'stop') {
        this.#stopped = remedy.reason;
        return undefined;
      }
      this.#restarted = true;
      this.#warnings.push(remedy.warning);
      return this.#pagerOf(plan, remedy.byCursor);
    }
  }

  #readNext(plan: ListPlan, pager: Pager, wanted: PageWanted, { list }: Page): Coming | undefined {
    const next = pager.next(wanted, list);
    this.#stopped = pager.stopped;
    return this.#readAhead(plan, next);
  }

  /** Begins to read WANTED; a failure shows when the page is waited for. */
  #readAhead({ request }: ListPlan, wanted: PageWanted | undefined): Coming | undefined {
    if (wanted === undefined) return undefined;
    const page = this.#readPage(request, wanted, this.#isFirst ? 'request' : 'page');
    this.#isFirst = false;
    page.catch(() => undefined);
    return { wanted, page };
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
  async #readBySearch(
    plan: ListPlan,
    firstPage: AuditedPage | undefined,
    wanted: PageWanted,
  ): Promise<Page | undefined> {
    if (firstPage === undefined || wanted.after !== undefined || this.#searching) return undefined;
    this.#searching = true;
    try {
      const page = await this.#readPage(plan.request, wanted, 'page');
      const audit = new ListAudit(firstPage.requestedStart);
      audit.page(firstPage);
      audit.page(this.#audited(plan, wanted, page.list));
      if (audit.ignoresStartIndex) return undefined;
      this.#audit = audit;
      this.#warnings.push(
        `The server ignores startIndex of GET ${plan.request.endpoint}; the rest came by POST /.search`,
      );
      return page;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#warnings.push(`The server ignores startIndex, and POST /.search does not help: ${error.message}`);
      return undefined;
    }
  }

  #accept({ inspect }: ListPlan, wanted: PageWanted, { answer, list }: Page): ListPage {
    const startIndex = wanted.cursor === undefined ? wanted.startIndex : (list.startIndex ?? wanted.startIndex);
    this.#ignoredFilter = this.#filterCheck?.look(list.resources);
    this.#pages += 1;
    this.#count += list.resources.length;
    if (this.#pages === 1) this.#warnings.push(...answer.warnings);
    const [first] = list.resources;
    if (first !== undefined) this.#warnings.push(...inspect(first, answer.asked));
    this.#call.onProgress?.(this.#count, list.totalResults);
    return { text: answer.text, resources: list.resources, startIndex, totalResults: list.totalResults, answer };
  }

  #completeness(): Completeness {
    if (this.#ignoredFilter !== undefined) return { kind: 'partial', reason: this.#ignoredFilter };
    const found = this.#audit.conclude();
    if (this.#stopped !== undefined && found.kind !== 'complete') return { kind: 'partial', reason: this.#stopped };
    const doubt = this.#count === 0 ? this.#emptinessDoubt : this.#filterCheck?.doubt;
    return found.kind === 'complete' && doubt !== undefined ? { kind: 'unknown', reason: doubt } : found;
  }

  /** What LIST, the answer to WANTED, tells about the whole list. */
  #audited({ habits }: ListPlan, wanted: PageWanted, list: ListResponse): AuditedPage {
    const { itemsPerPage, nextCursor, ids } = list;
    // A page by id is a list of its own, which lacks what came before.
    const isById = wanted.after !== undefined;
    const startIndex = isById ? undefined : list.startIndex;
    const before = isById ? this.#audit.count : 0;
    const totalResults =
      list.totalResults === undefined || !habits.trustsTotal ? undefined : list.totalResults + before;
    return {
      requestedStart: wanted.startIndex,
      ids,
      byCursor: wanted.cursor !== undefined,
      ...(startIndex === undefined ? {} : { startIndex }),
      ...(itemsPerPage === undefined ? {} : { itemsPerPage }),
      ...(totalResults === undefined ? {} : { totalResults }),
      ...(nextCursor === undefined ? {} : { nextCursor }),
    };
  }
}

/** The server answered, but not with a page. */
function isRefusal(error: unknown): error is ResponseError | InvalidResponseError {
  if (error instanceof ResponseError) return [400, 403, 404, 405, 415, 501].includes(error.status);
  return error instanceof InvalidResponseError;
}
