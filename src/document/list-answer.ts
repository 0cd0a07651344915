/** Answers that are lists: what one page, or all of them, tell about completeness. */

import type { Target } from '../client/target.js';
import type { Answer, CallOptions, ListOutcome } from '../client/types.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { ListAudit } from '../scim/list.js';
import { getAttribute } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import { mergePages } from './merge.js';
import type { PreparedRequest } from './prepare.js';

/** An answer and, when it is a list, what is known about the list. */
export interface ListAnswer {
  readonly answer: Answer;
  readonly list: ListOutcome | undefined;
}

/** What ANSWER, the only page that was asked for, tells about the list; undefined when it is not one. */
export function listOutcomeOf(request: PreparedRequest, answer: Answer): ListOutcome | undefined {
  const { json } = answer;
  if (answer.status !== 200 || !isJsonObject(json) || !isList(json)) return undefined;
  const resources = getAttribute(json, 'Resources');
  const requestedStart = startIndexOf(request);
  const audit = new ListAudit(requestedStart);
  const [startIndex, itemsPerPage, totalResults] = ['startIndex', 'itemsPerPage', 'totalResults'].map((name) =>
    integer(getAttribute(json, name)),
  );
  const nextCursor = getAttribute(json, 'nextCursor');
  audit.page({
    requestedStart,
    ids: (Array.isArray(resources) ? resources : []).map(idOf),
    ...(startIndex === undefined ? {} : { startIndex }),
    ...(itemsPerPage === undefined ? {} : { itemsPerPage }),
    ...(totalResults === undefined ? {} : { totalResults }),
    ...(typeof nextCursor === 'string' ? { nextCursor } : {}),
  });
  return {
    completeness: audit.conclude(),
    count: audit.count,
    totalResults: audit.totalResults,
    pages: 1,
    warnings: [],
  };
}

function isList(json: JsonObject): boolean {
  const schemas = getAttribute(json, 'schemas');
  const declared = Array.isArray(schemas) && schemas.some((each) => String(each).toLowerCase() === listSchema);
  return declared || Array.isArray(getAttribute(json, 'Resources'));
}

const listSchema = urn.listResponse.toLowerCase();

function integer(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

function idOf(resource: JsonValue): string | undefined {
  const id = isJsonObject(resource) ? getAttribute(resource, 'id') : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** `startIndex` as asked for, in the query or in the body of a search (RFC 7644 §3.4.3). */
function startIndexOf({ path, body }: PreparedRequest): number {
  const query = path.includes('?') ? path.slice(path.indexOf('?') + 1) : '';
  const [, inQuery] = [...new URLSearchParams(query)].find(([name]) => name.toLowerCase() === 'startindex') ?? [];
  if (inQuery !== undefined) return Math.max(1, Number.parseInt(inQuery, 10) || 1);
  const search: JsonValue = body === undefined ? null : JSON.parse(body.text);
  return Math.max(1, (isJsonObject(search) ? integer(getAttribute(search, 'startIndex')) : undefined) ?? 1);
}

/**
 * Ask TARGET for every page of the list that REQUEST asks for. The answer is that of the first page, with one
 * ListResponse of all pages as its body.
 * @throws what the client throws, also for an error status
 */
export async function readAllPages(target: Target, request: PreparedRequest, call: CallOptions): Promise<ListAnswer> {
  const run = target.listPath(request.path, request.headers, call);
  const texts: string[] = [];
  let first: Answer | undefined;
  let bytes = 0;
  let durationMs = 0;
  for await (const page of run) {
    first ??= page.answer;
    texts.push(page.text);
    bytes += page.answer.bytes;
    durationMs += page.answer.durationMs;
  }
  const list = run.outcome;
  if (first === undefined) throw new TypeError('A list has at least one page');
  const text = mergePages(texts, list.totalResults, list.count);
  const json: JsonValue = JSON.parse(text);
  return { answer: { ...first, text, json, bytes, durationMs }, list };
}
