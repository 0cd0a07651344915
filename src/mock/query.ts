/** What a list request asks for: RFC 7644 §3.4.2 (URL parameters), §3.4.3 (`POST …/.search`) and RFC 9865 §2. */

import { ProtocolError } from '../scim/error.js';
import type { JsonValue } from '../scim/json.js';
import { parseSearchMessage } from '../scim/messages/search.js';
import type { SortOrder } from '../scim/sort.js';

/** Which attributes an answer is to hold (RFC 7644 §3.9). */
export interface AttributeSelection {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/** Which resources, in which order, and which part of them. */
export interface ListQuery extends AttributeSelection {
  readonly filter?: string;
  readonly sortBy?: string;
  readonly sortOrder?: SortOrder;
  /** 1-based, at least 1; undefined when the request names none. */
  readonly startIndex?: number;
  /** As given, also below 0; undefined for as many as the server likes. */
  readonly count?: number;
  /** Empty for the first page by cursor; undefined when the request names none. */
  readonly cursor?: string;
}

/**
 * The `attributes` and `excludedAttributes` parameters of a URL.
 * @throws ProtocolError 400 `invalidValue` when both are there: they exclude each other (RFC 7644 §3.9)
 */
export function selectionFromUrl(parameters: URLSearchParams): AttributeSelection {
  return checkedSelection(names(parameters.get('attributes')), names(parameters.get('excludedAttributes')));
}

/**
 * The list parameters of a URL; other parameters are ignored (RFC 7644 §2, §3.4.2).
 * @throws ProtocolError 400 `invalidValue`
 */
export function queryFromUrl(parameters: URLSearchParams): ListQuery {
  return checkedQuery(selectionFromUrl(parameters), {
    filter: parameters.get('filter') ?? undefined,
    sortBy: parameters.get('sortBy') ?? undefined,
    sortOrder: parameters.get('sortOrder') ?? undefined,
    startIndex: integer('startIndex', parameters.get('startIndex')),
    count: integer('count', parameters.get('count')),
    cursor: parameters.get('cursor') ?? undefined,
  });
}

/**
 * The list parameters of the SearchRequest message BODY, whose member names may be in any case.
 * @throws ProtocolError 400 `invalidSyntax` when it is no SearchRequest, 400 `invalidValue` for a wrong value
 */
export function queryFromSearch(body: JsonValue): ListQuery {
  const search = parseSearchMessage(body);
  return checkedQuery(checkedSelection(search.attributes, search.excludedAttributes), {
    filter: search.filter,
    sortBy: search.sortBy,
    sortOrder: search.sortOrder,
    startIndex: search.startIndex,
    count: search.count,
    cursor: search.cursor,
  });
}

function checkedSelection(
  attributes: readonly string[] | undefined,
  excludedAttributes: readonly string[] | undefined,
): AttributeSelection {
  if (attributes?.length && excludedAttributes?.length) {
    throw invalidValue('attributes and excludedAttributes exclude each other; use one of them.');
  }
  return { ...(attributes?.length && { attributes }), ...(excludedAttributes?.length && { excludedAttributes }) };
}

interface UncheckedQuery {
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: string | undefined;
  readonly startIndex: number | undefined;
  readonly count: number | undefined;
  readonly cursor: string | undefined;
}

/** RFC 7644 §3.4.2.4: a startIndex below 1 means 1. */
function checkedQuery(selection: AttributeSelection, query: UncheckedQuery): ListQuery {
  const { filter, sortBy, startIndex, count, cursor } = query;
  return {
    ...selection,
    ...(filter !== undefined && { filter }),
    ...(sortBy !== undefined && { sortBy, sortOrder: checkedOrder(query.sortOrder) }),
    ...(startIndex !== undefined && { startIndex: Math.max(1, startIndex) }),
    ...(count !== undefined && { count }),
    ...(cursor !== undefined && { cursor }),
  };
}

function checkedOrder(order: string | undefined): SortOrder {
  if (order === undefined || order === 'ascending' || order === 'descending') return order ?? 'ascending';
  throw invalidValue(`sortOrder: ${JSON.stringify(order)} is neither "ascending" nor "descending".`);
}

function integer(name: string, text: string | null): number | undefined {
  if (text === null) return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text)) throw invalidValue(`${name}: ${JSON.stringify(text)} is not an integer.`);
  return Number(text);
}

function names(list: string | null): string[] | undefined {
  return list
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function invalidValue(detail: string): ProtocolError {
  return new ProtocolError(400, 'invalidValue', detail);
}
