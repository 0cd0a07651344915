/** A list request (RFC 7644 §3.4.2), as GET with a query and as POST /.search (§3.4.3). */

import { quoteFilterString } from '../scim/filter/index.js';
import type { JsonObject } from '../scim/json.js';
import { urn } from '../scim/urn.js';
import { encodeList } from './address.js';
import type { Projection, Query } from './types.js';
import type { WireRequest } from './wire.js';

/** Which page is wanted: by index (§3.4.2.4), or by cursor (RFC 9865). */
export interface PageWanted {
  readonly startIndex: number;
  readonly count: number | undefined;
  /** Comes before `startIndex`; empty for the first page. */
  readonly cursor: string | undefined;
  /** The list is to come in the order of ids. */
  readonly sortsById?: boolean | undefined;
  /** Only resources with an id behind this one are wanted; comes before both others. */
  readonly after?: string | undefined;
}

/** Name and value as in a URL, percent-encoded; the value is undefined when there is no `=`. */
type Parameter = readonly [name: string, value: string | undefined];

/** What is listed, whatever the page. */
export class ListRequest {
  readonly #endpoint: string;
  readonly #parameters: readonly Parameter[];
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(endpoint: string, parameters: readonly Parameter[], headers: Readonly<Record<string, string>>) {
    this.#endpoint = endpoint;
    this.#parameters = parameters;
    this.#headers = headers;
  }

  /** The request for PATH, a path with a percent-encoded query, sent with HEADERS. */
  static ofPath(path: string, headers: Readonly<Record<string, string>>): ListRequest {
    const mark = path.indexOf('?');
    if (mark < 0) return new ListRequest(path, [], headers);
    const parts = path.slice(mark + 1).split('&');
    return new ListRequest(path.slice(0, mark), parts.filter((part) => part !== '').map(parameterOf), headers);
  }

  /** The request for the resources at ENDPOINT that QUERY selects. */
  static ofQuery(endpoint: string, query: Query): ListRequest {
    const { filter, attributes, excludedAttributes, sortBy, sortOrder, count, startIndex } = query;
    const values: [string, string | undefined][] = [
      ['filter', filter === undefined ? undefined : encodeURIComponent(filter)],
      ['attributes', attributes === undefined ? undefined : encodeList(attributes)],
      ['excludedAttributes', excludedAttributes === undefined ? undefined : encodeList(excludedAttributes)],
      ['sortBy', sortBy === undefined ? undefined : encodeURIComponent(sortBy)],
      ['sortOrder', sortOrder],
      ['count', count?.toString()],
      ['startIndex', startIndex?.toString()],
    ];
    return new ListRequest(
      endpoint,
      values.filter(([, value]) => value !== undefined),
      {},
    );
  }

  /** For messages. */
  get endpoint(): string {
    return this.#endpoint;
  }

  /** The first page that is wanted; `count` is as asked for, else PAGESIZE. Below 1 is 1, below 0 is 0 (§3.4.2.4). */
  firstPage(pageSize: number | undefined): PageWanted {
    const count = this.#number('count') ?? pageSize;
    return {
      startIndex: Math.max(1, this.#number('startIndex') ?? 1),
      count: count === undefined ? undefined : Math.max(0, count),
      cursor: this.#decoded('cursor'),
    };
  }

  /** PAGE by GET. `startIndex` 1 is not said, unless the person did: a server may page by cursor then (RFC 9865 §2). */
  get(page: PageWanted): WireRequest {
    const paging = [page.count === undefined ? undefined : `count=${page.count}`, this.#place(page)];
    const selection = this.#selection(page).map(print);
    const query = [...selection, ...paging.filter((part) => part !== undefined)].join('&');
    return {
      method: 'GET',
      path: query === '' ? this.#endpoint : `${this.#endpoint}?${query}`,
      headers: this.#headers,
    };
  }

  /** PAGE by POST /.search. A `count` of 0 that nobody asked for is not said: some servers refuse it. */
  search(page: PageWanted): WireRequest {
    const body: JsonObject = { schemas: [urn.searchRequest] };
    const filter = this.#filterOf(page);
    if (filter !== undefined) body.filter = filter;
    for (const name of ['sortBy', 'sortOrder']) {
      const value = this.#decoded(name);
      if (value !== undefined) body[name] = value;
    }
    if (page.sortsById === true) body.sortBy = 'id';
    for (const [name, names] of Object.entries(this.projection)) if (names !== undefined) body[name] = [...names];
    if (page.cursor !== undefined) body.cursor = page.cursor;
    else if (page.after === undefined) body.startIndex = page.startIndex;
    if (page.count !== undefined && (page.count > 0 || this.says('count'))) body.count = page.count;
    return {
      method: 'POST',
      path: `${this.#endpoint.replace(/\/+$/, '')}/.search`,
      headers: this.#headers,
      body: JSON.stringify(body),
    };
  }

  /** Did the person say parameter NAME? */
  says(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** The filter of the list, decoded. */
  get filter(): string | undefined {
    return this.#decoded('filter');
  }

  /** The names that the list is projected to (§3.9), decoded. */
  get projection(): Projection {
    const [attributes, excludedAttributes] = ['attributes', 'excludedAttributes'].map((name) =>
      this.#decoded(name)
        ?.split(',')
        .map((attribute) => attribute.trim()),
    );
    return { attributes, excludedAttributes };
  }

  /** `cursor`, or `startIndex` where it must be said. A first page is `cursor` alone, as RFC 9865 §2 writes it. */
  #place(page: PageWanted): string | undefined {
    if (page.after !== undefined) return undefined;
    if (page.cursor === '') return 'cursor';
    if (page.cursor !== undefined) return `cursor=${encodeURIComponent(page.cursor)}`;
    return page.startIndex > 1 || this.says('startIndex') ? `startIndex=${page.startIndex}` : undefined;
  }

  /** The parameters that say what is listed, as PAGE needs them. */
  #selection(page: PageWanted): Parameter[] {
    const own = this.#parameters.filter(([name]) => !isPaging(name));
    const sorted: Parameter[] = page.sortsById === true ? [...own, ['sortBy', 'id']] : own;
    const filter = this.#filterOf(page);
    if (page.after === undefined || filter === undefined) return sorted;
    const others = sorted.filter(([name]) => name.toLowerCase() !== 'filter');
    return [['filter', encodeURIComponent(filter)], ...others];
  }

  #filterOf({ after }: PageWanted): string | undefined {
    const own = this.filter;
    if (after === undefined) return own;
    const behind = `id gt ${quoteFilterString(after)}`;
    return own === undefined ? behind : `(${own}) and ${behind}`;
  }

  #find(name: string): Parameter | undefined {
    return this.#parameters.find(([candidate]) => candidate.toLowerCase() === name.toLowerCase());
  }

  #decoded(name: string): string | undefined {
    const value = this.#find(name)?.[1];
    if (value === undefined) return undefined;
    try {
      return decodeURIComponent(value.replaceAll('+', ' '));
    } catch {
      return value;
    }
  }

  #number(name: string): number | undefined {
    const value = this.#decoded(name);
    return value !== undefined && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : undefined;
  }
}

function isPaging(name: string): boolean {
  return ['count', 'startindex', 'cursor'].includes(name.toLowerCase());
}

function parameterOf(part: string): Parameter {
  const equals = part.indexOf('=');
  return equals < 0 ? [part, undefined] : [part.slice(0, equals), part.slice(equals + 1)];
}

function print([name, value]: Parameter): string {
  return value === undefined ? name : `${name}=${value}`;
}
