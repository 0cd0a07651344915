/** RFC 7644 §3.4.2 and RFC 9865: one page of the resources that a query finds. */

import { createHash } from 'node:crypto';
import { ProtocolError } from '../scim/error.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import { type Cursor, CursorSealer } from './cursor.js';
import type { Entry } from './entry.js';
import type { StaleReads } from './faults/stale.js';
import { type Criteria, type EntryList, Finder } from './find.js';
import { ListOrder } from './position.js';
import type { ListQuery } from './query.js';
import type { Presenter } from './represent.js';
import type { ServiceRules } from './rules.js';
import type { ResourceStore } from './store.js';

const comma = Buffer.from(',');
const listEnd = Buffer.from(']}');

/** What lists are made from. */
export interface ListerOptions {
  readonly store: ResourceStore;
  readonly presenter: Presenter;
  /** What lists show in place of what the store holds. */
  readonly stale?: StaleReads | undefined;
  readonly rules: ServiceRules;
  readonly now: () => Date;
  /** What the key of cursors is made from. */
  readonly secret: string;
}

/** A ListResponse message. */
export interface ListAnswer {
  /** JSON in UTF-8. */
  readonly body: Buffer;
  /** Whether the same query gives the same answer until something changes: the pages by cursor do not. */
  readonly isLasting: boolean;
}

/** A page of ENTRIES, and the members of the message that say where it is. */
interface Page {
  readonly resources: readonly Entry[];
  readonly total: number;
  readonly place: Readonly<Record<string, string | number>>;
}

/** Answers list queries from a store. */
export class Lister {
  private readonly finder: Finder;
  private readonly cursors: CursorSealer;

  constructor(private readonly options: ListerOptions) {
    const { store, rules, now, secret } = options;
    this.finder = new Finder(store);
    this.cursors = new CursorSealer(secret, rules.paging.cursorTimeout, now);
  }

  /**
   * The page that QUERY asks for, of the resources of TYPES.
   * @throws ProtocolError 400 `invalidFilter`, `invalidPath`, `invalidValue`, `tooMany`, `invalidCursor`,
   * `expiredCursor` or `invalidCount`; 501 for a filter when there are none
   */
  list(types: readonly ResourceType[], query: ListQuery): ListAnswer {
    const byCursor = this.goesByCursor(query);
    const page = byCursor ? this.cursorPage(types, query) : this.indexPage(types, query);
    return { body: this.message(types, query, page), isLasting: !byCursor && !this.options.stale?.isActive };
  }

  /** RFC 9865 §3: `cursor` and `startIndex` choose the way, and the server when there is neither. */
  private goesByCursor({ cursor, startIndex }: ListQuery): boolean {
    const { paging } = this.options.rules;
    // What a server does not know, it ignores (RFC 7644 §3.4.2).
    if (!paging.cursor || !paging.index) return paging.cursor;
    if (cursor !== undefined && startIndex !== undefined) {
      throw new ProtocolError(400, 'invalidValue', 'cursor and startIndex exclude each other; use one of them.');
    }
    if (cursor !== undefined || startIndex !== undefined) return cursor !== undefined;
    return paging.defaultMethod === 'cursor';
  }

  private indexPage(types: readonly ResourceType[], query: ListQuery): Page {
    const { paging } = this.options.rules;
    const entries = this.find(types, query);
    const startIndex = (paging.index ? query.startIndex : undefined) ?? 1;
    // RFC 7644 §3.4.2.4: a negative count means 0.
    const count = Math.min(Math.max(0, query.count ?? paging.defaultPageSize), paging.maxPageSize);
    const resources = entries.slice(startIndex - 1, startIndex - 1 + count);
    return { resources, total: entries.length, place: { startIndex } };
  }

  private cursorPage(types: readonly ResourceType[], query: ListQuery): Page {
    const name = nameOf(types, query);
    const cursor = query.cursor ? this.cursors.open(query.cursor, name) : undefined;
    const count = this.cursorCount(query.count, cursor);
    const entries = this.find(types, query);
    const order = new ListOrder(this.options.store, types, this.criteria(query));
    const [from, to] = rangeOf(order, entries, count, cursor);
    const resources = entries.slice(from, to);
    const link = (direction: Cursor['direction'], entry: Entry | undefined) =>
      entry && this.cursors.seal({ query: name, count, direction, position: order.positionOf(entry) });
    const nextCursor = to < entries.length ? link('after', resources.at(-1)) : undefined;
    const previousCursor = from > 0 ? link('before', resources[0]) : undefined;
    const place = { ...(nextCursor && { nextCursor }), ...(previousCursor && { previousCursor }) };
    return { resources, total: entries.length, place };
  }

  /** RFC 9865 §2.1: a count in the range that the server offers, and the same for all pages. */
  private cursorCount(given: number | undefined, cursor: Cursor | undefined): number {
    const { defaultPageSize, maxPageSize } = this.options.rules.paging;
    const count = given ?? cursor?.count ?? Math.min(defaultPageSize, maxPageSize);
    if (count < 0 || count > maxPageSize) {
      throw new ProtocolError(400, 'invalidCount', `count: ${count} is not in the range from 0 to ${maxPageSize}.`);
    }
    if (cursor && cursor.count !== count) {
      const detail = `count: ${count} is another one than in the first request, which had ${cursor.count}.`;
      throw new ProtocolError(400, 'invalidCount', detail);
    }
    return count;
  }

  private find(types: readonly ResourceType[], query: ListQuery): EntryList {
    const { filter: rule } = this.options.rules;
    if (query.filter !== undefined && !rule.supported) {
      throw new ProtocolError(501, undefined, 'Filters are not supported; see /ServiceProviderConfig.');
    }
    const criteria = this.criteria(query);
    const present = this.finder.find(types, criteria);
    const entries = this.options.stale?.list(types, criteria, present) ?? present;
    if (query.filter !== undefined && rule.maxResults !== undefined && entries.length > rule.maxResults) {
      const detail = `The filter matches ${entries.length} resources; this server gives at most ${rule.maxResults}.`;
      throw new ProtocolError(400, 'tooMany', detail);
    }
    return entries;
  }

  /** RFC 7644 §3.4.2.3: sorting is optional, and parameters that a server does not know are ignored. */
  private criteria({ filter, sortBy, sortOrder }: ListQuery): Criteria {
    return {
      ...(filter !== undefined && { filter }),
      ...(sortBy !== undefined && this.options.rules.sort.supported && { sortBy, ...(sortOrder && { sortOrder }) }),
    };
  }

  private message(types: readonly ResourceType[], query: ListQuery, { resources, total, place }: Page): Buffer {
    const head = { schemas: [urn.listResponse], totalResults: total, itemsPerPage: resources.length, ...place };
    const texts = new Map(types.map((type) => [type, this.options.presenter.texts(type, query)]));
    const parts: Buffer[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"Resources":[`)];
    for (const entry of resources) {
      if (parts.length > 1) parts.push(comma);
      const text = texts.get(entry.type)?.(entry) ?? '';
      parts.push(typeof text === 'string' ? Buffer.from(text) : text);
    }
    parts.push(listEnd);
    return Buffer.concat(parts);
  }
}

/** The places of ENTRIES, which are in ORDER, that the page of COUNT resources at CURSOR has. */
function rangeOf(order: ListOrder, entries: EntryList, count: number, cursor: Cursor | undefined): [number, number] {
  // Without resources there is no place to go on from: only the total counts.
  if (count === 0) return [0, 0];
  if (!cursor) return [0, Math.min(count, entries.length)];
  const place = order.placeOf(entries, cursor.position, cursor.direction === 'after');
  if (cursor.direction === 'after') return [place, Math.min(place + count, entries.length)];
  return [Math.max(0, place - count), place];
}

/** Stands for TYPES and QUERY without paging, in a cursor. */
function nameOf(types: readonly ResourceType[], query: ListQuery): string {
  const { filter, sortBy, sortOrder, attributes, excludedAttributes } = query;
  const names = types.map(({ name }) => name);
  const text = JSON.stringify([names, filter, sortBy, sortOrder, attributes, excludedAttributes]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}
