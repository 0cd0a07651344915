/** scim/browse/…: lists of resources, as rows of text. */

import { columnChoices, defaultColumns } from '../../document/table/choices.js';
import * as browse from '../../protocol/browse.js';
import type { ResultOf } from '../../protocol/index.js';
import * as lifecycle from '../../protocol/lifecycle.js';
import { prettyJson } from '../../scim/json-text.js';
import { exportView } from '../browse-export.js';
import { BrowseView, type TellRows, typeNamed } from '../browse-view.js';
import { browseViews } from '../browse-views.js';
import { connectFor, demandYes } from '../confirm.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

/** Rows when the client does not say. */
const defaultLimit = 10_000;

/** Register the handlers. */
export function registerBrowse(dispatcher: Dispatcher, session: Session, notify: Notify): void {
  const views = browseViews(session);
  const { texts } = session;
  const tellerOf = (id: string): TellRows => {
    const view = views.get(id);
    return async ({ text, ids }, replace, columns) => {
      const told = columns === undefined ? {} : { columns };
      const { count, totalResults } = view.outcome;
      const ref = await texts.send(text);
      notify(browse.browseRows, { view: id, replace, text: ref, ids, ...told, count, total: totalResults ?? null });
    };
  };
  dispatcher.request(browse.startBrowsing, async ({ tenant, confirmed, limit, ...request }, { signal }) => {
    const { target, settings } = await session.connect(tenant);
    demandYes(session, settings, confirmed, [{ method: 'GET', path: `/${request.type}` }]);
    const view = await BrowseView.open(target, request, settings.limits.pageSize, signal);
    views.add(request.view, view);
    await view.read(limit ?? defaultLimit, signal, tellerOf(request.view));
    views.trim(request.view);
    return stateOf(request.view, view);
  });
  dispatcher.request(browse.moreRows, async ({ view: id, limit }, { signal }) => {
    const view = views.get(id);
    await view.read(limit, signal, tellerOf(id));
    views.trim(id);
    return stateOf(id, view);
  });
  dispatcher.request(browse.sortRows, async ({ view, sortBy, sortOrder }) => {
    const { text, ids } = views.get(view).sort(sortBy, sortOrder);
    return { text: await texts.send(text), ids };
  });
  dispatcher.request(browse.readRow, async ({ tenant, confirmed, type, id }, { signal }) => {
    const target = await connectFor(session, { tenant, confirmed }, 'GET', `/${type}/${id}`);
    const { text, exchange } = await target.get(type, id, {}, { signal });
    return { text: await texts.send(`${prettyJson(exchange.redactor.json(text))}\n`) };
  });
  dispatcher.request(browse.browseColumns, async ({ tenant, confirmed, type }, { signal }) => {
    const target = await connectFor(session, { tenant, confirmed }, 'GET', '/ResourceTypes');
    const found = typeNamed(await target.discover({ signal }), type);
    return { columns: columnChoices(found), defaults: defaultColumns(found) };
  });
  dispatcher.request(browse.exportRows, async ({ view, workDoneToken, ...request }, { signal }) => {
    const onProgress = (done: number, total: number | undefined): void => {
      if (workDoneToken === undefined) return;
      const message = total === undefined ? `${done} read` : `${done} of ${total} read`;
      notify(lifecycle.progress, { token: workDoneToken, value: { kind: 'report', message } });
    };
    const { text, count, completeness } = await exportView(views.get(view), request, { signal, onProgress });
    return {
      text: await texts.send(text),
      count,
      completeness: completeness.kind,
      ...(completeness.kind === 'complete' ? {} : { reason: completeness.reason }),
    };
  });
  dispatcher.notification(browse.stopBrowsing, ({ view }) => views.peek(view)?.stop());
  dispatcher.notification(browse.closeView, ({ view }) => views.drop(view));
}

/** What VIEW, known as ID, came to. */
function stateOf(id: string, view: BrowseView): ResultOf<typeof browse.startBrowsing> {
  const { completeness, outcome, target, type } = view;
  return {
    view: id,
    tenant: target.tenant,
    type: type.name,
    plural: type.endpoint.replace(/^\//, ''),
    completeness: completeness.kind,
    ...(completeness.kind === 'complete' ? {} : { reason: completeness.reason }),
    more: view.hasMore,
    count: view.rows.length,
    total: outcome.totalResults ?? null,
    columns: view.shownColumns,
    sorted: view.sorted,
    sorts: view.serverSorts,
    members: view.hasMembers,
    warnings: [...view.warnings, ...outcome.warnings],
  };
}
