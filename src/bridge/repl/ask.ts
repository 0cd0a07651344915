/** Commands that read: lists, resources, members, counts. */

import type { Query } from '../../client/target.js';
import { diagnoseFilter } from '../../document/filter/diagnose.js';
import type { Designator, ListQuery, Projected } from '../../document/repl/model.js';
import { ReplProblem } from '../../document/repl/problem.js';
import { isJsonObject } from '../../scim/json.js';
import { getAttribute, holdsReferences } from '../../scim/schema/resource-type.js';
import { defaultRows, demand, type Evaluation, maxRows, valueFrom } from './evaluation.js';
import { resourceMeant } from './find.js';
import { addCompleteness, addResource, addRows, addWarnings } from './render.js';
import { ArrayRows, ListRows, type Rows, type Wanted } from './rows.js';

/** Most resources that `count=all` reads. */
const maxAll = 10_000;

/** `users FILTER`, `search TYPE FILTER`. */
export async function list(
  evaluation: Evaluation,
  type: string | undefined,
  query: ListQuery,
  bySearch: boolean,
): Promise<void> {
  const { target, state, session } = evaluation;
  const method = bySearch ? 'POST' : 'GET';
  demand(evaluation, [{ method, path: bySearch ? `/${type ?? ''}/.search`.replace('//', '/') : `/${type ?? ''}` }]);
  await addDoubts(evaluation, type, query);
  if (query.count === 0) return count(evaluation, type ?? '', query);
  const asked = queryOf(query);
  const start = (signal: AbortSignal) =>
    bySearch ? target.search(type, asked, { signal }) : target.list(type ?? '', asked, { signal });
  const rows = new ListRows(type, wantedOf(query), start, (query.startIndex ?? 1) - 1, session.signal);
  state.closeRows();
  await show(evaluation, rows);
}

/** Tell what is doubtful about the filter of QUERY for TYPE before the service is asked. */
async function addDoubts(evaluation: Evaluation, type: string | undefined, { filter }: ListQuery): Promise<void> {
  if (filter === undefined || type === undefined) return;
  const { target, signal, page, place } = evaluation;
  const { registry, supports } = await target.discover({ signal });
  const context = {
    resourceType: registry.find(type),
    profile: target.profile,
    declared: { filter: supports('filter') },
  };
  for (const { start, end, message } of diagnoseFilter(filter.text, context)) {
    place({ start: filter.start + start, end: filter.start + end });
    page.line(`⚠ ${message}`, 'warning');
  }
}

function queryOf({ filter, count, ...rest }: ListQuery): Query {
  const size = count === undefined ? defaultRows : count === 'all' ? undefined : count;
  return {
    ...rest,
    ...(filter === undefined ? {} : { filter: filter.text }),
    ...(size === undefined ? {} : { count: size }),
  };
}

function wantedOf({ count, attributes }: ListQuery): Wanted {
  return { count: count === 'all' ? maxAll : (count ?? defaultRows), attributes };
}

/** The next rows of ROWS, as many as are wanted; the result is all that were given. */
async function show(evaluation: Evaluation, rows: Rows): Promise<void> {
  const { state, signal, onProgress, page, target } = evaluation;
  const before = rows.given.length;
  const taken = await rows.take(rows.wanted.count, signal, onProgress);
  const shown = taken.slice(0, maxRows);
  await addRows(evaluation, shown, before, rows.type, rows.wanted.attributes, target.redactor);
  if (shown.length < taken.length) {
    page.line(`… ${taken.length - shown.length} more rows were read and are not shown; *1 has them all`, 'warning');
  }
  addCompleteness(page, rows.state, noun(rows.type));
  const json = [...rows.given];
  evaluation.result = valueFrom(evaluation, { json, isList: true, listType: rows.type, rows }, target.redactor);
  state.rows = rows.state.ended === undefined ? rows : undefined;
}

function noun(type: string | undefined): string {
  return type === undefined ? 'resources' : type.replace(/^\//, '');
}

/** `more`: the next rows of the last list. */
export async function more(evaluation: Evaluation): Promise<void> {
  const { rows } = evaluation.state;
  if (rows === undefined) {
    const remedy = 'A list that is longer than what is shown goes on with `more`.';
    throw new ReplProblem('There is no list to go on with', { start: 0, end: 4 }, remedy);
  }
  demand(evaluation, [{ method: 'GET', path: `/${noun(rows.type)}` }]);
  await show(evaluation, rows);
}

/** `count TYPE FILTER`. */
export async function count(evaluation: Evaluation, type: string, query: ListQuery): Promise<void> {
  const { target, page, signal } = evaluation;
  demand(evaluation, [{ method: 'GET', path: `/${type}` }]);
  await addDoubts(evaluation, type, query);
  const run = target.list(type, { ...queryOf(query), count: 1 }, { signal, limit: 1 });
  for await (const _ of run) break;
  const { totalResults, completeness, warnings } = run.outcome;
  if (totalResults === undefined) {
    page.line('The server does not say how many there are (totalResults)', 'warning');
  } else {
    page.line(`${totalResults} ${type}`, 'heading');
    evaluation.result = valueFrom(evaluation, { json: totalResults }, target.redactor);
  }
  if (completeness.kind === 'partial' && /ignores the filter/.test(completeness.reason)) {
    page.line(`⚠ ${completeness.reason}`, 'warning');
  }
  addWarnings(page, warnings);
}

/** `get WHAT`. */
export async function get(evaluation: Evaluation, what: Designator, projection: Projected): Promise<void> {
  const meant = await resourceMeant(evaluation, what, 'get', (path) => [{ method: 'GET', path }], false);
  if (meant === undefined) return;
  const answer = await evaluation.target.get(meant.type, meant.id, projection, { signal: evaluation.signal });
  await addResource(evaluation, answer, meant.type);
  addWarnings(evaluation.page, answer.warnings);
}

/** `me`. */
export async function me(evaluation: Evaluation, projection: Projected): Promise<void> {
  demand(evaluation, [{ method: 'GET', path: '/Me' }]);
  const answer = await evaluation.target.me(projection, { signal: evaluation.signal });
  await addResource(evaluation, answer, undefined);
  addWarnings(evaluation.page, answer.warnings);
}

/** `members WHAT`. */
export async function members(evaluation: Evaluation, what: Designator, query: ListQuery): Promise<void> {
  const { target, state, signal, page } = evaluation;
  const meant = await resourceMeant(evaluation, what, 'members', (path) => [{ method: 'GET', path }], false);
  if (meant === undefined) return;
  const { registry } = await target.discover({ signal });
  const type = registry.find(meant.type);
  const attribute =
    type?.attribute('members') ?? type?.attributes.find((each) => each.multiValued && holdsReferences(each));
  if (attribute === undefined) {
    throw new ReplProblem(`A ${type?.name ?? meant.type} has no members`, what, 'Groups have.');
  }
  const answer = await target.get(meant.type, meant.id, {}, { signal });
  const json = isJsonObject(answer.json) ? answer.json : {};
  const found = getAttribute(json, attribute.name);
  const all = Array.isArray(found) ? found : [];
  const wanted = wantedOf({ ...query, attributes: ['display', 'type'] });
  const rows = new ArrayRows(attribute.name, wanted, all);
  state.closeRows();
  const name = getAttribute(json, 'displayName');
  if (typeof name === 'string') page.line(answer.exchange.redactor.text(name), 'heading');
  await show(evaluation, rows);
}
