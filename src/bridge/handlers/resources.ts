/** `scim/resource/…`: what the Lisp API is made of. */

import { readBulkOperations } from '../../client/bulk-plan.js';
import type { Answer, ListRun, Query, Target } from '../../client/target.js';
import { inlineTextLimit } from '../../protocol/common.js';
import type { ParamsOf, ResultOf } from '../../protocol/index.js';
import * as lifecycle from '../../protocol/lifecycle.js';
import * as resources from '../../protocol/resources.js';
import { connectFor } from '../confirm.js';
import type { Notify } from '../connection.js';
import type { Call, Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

type Result = ResultOf<typeof resources.getResource>;
type Listing = ResultOf<typeof resources.listResources>;
type ListParams = ParamsOf<typeof resources.searchResources>;

export function registerResources(dispatcher: Dispatcher, session: Session, notify: Notify): void {
  const { texts } = session;
  const answered = async (answer: Answer): Promise<Result> => ({
    status: answer.status,
    etag: answer.etag,
    location: answer.location,
    resource: answer.text === '' ? null : await texts.send(answer.text),
    warnings: answer.warnings,
  });
  dispatcher.request(resources.listResources, (params, call) =>
    list(params, call, session, notify, (target, query, options) => target.list(params.type, query, options)),
  );
  dispatcher.request(resources.searchResources, (params, call) =>
    list(params, call, session, notify, (target, query, options) => target.search(params.type, query, options)),
  );
  dispatcher.request(resources.readMe, async ({ tenant, confirmed, ...options }, { signal }) => {
    const target = await connectFor(session, { tenant, confirmed }, 'GET', '/Me');
    return answered(await target.me(options, { signal }));
  });
  dispatcher.request(resources.bulkResources, (params, call) => bulk(params, call, session, notify));
  dispatcher.request(resources.deviations, async ({ tenant }) => {
    const { target } = await session.connect(tenant);
    return { deviations: target.deviations };
  });
  dispatcher.request(
    resources.getResource,
    async ({ tenant, confirmed, type, id, workDoneToken: _, ...options }, { signal }) => {
      const target = await connectFor(session, { tenant, confirmed }, 'GET', `/${type}/${id}`);
      return answered(await target.get(type, id, options, { signal }));
    },
  );
  dispatcher.request(
    resources.createResource,
    async ({ tenant, confirmed, type, resource, workDoneToken: _, ...options }, { signal }) => {
      const target = await connectFor(session, { tenant, confirmed }, 'POST', `/${type}`);
      return answered(await target.create(type, await texts.receive(resource), options, { signal }));
    },
  );
  dispatcher.request(
    resources.replaceResource,
    async ({ tenant, confirmed, type, id, resource, workDoneToken: _, ...options }, { signal }) => {
      const target = await connectFor(session, { tenant, confirmed }, 'PUT', `/${type}/${id}`);
      return answered(await target.replace(type, id, await texts.receive(resource), options, { signal }));
    },
  );
  dispatcher.request(
    resources.patchResource,
    async ({ tenant, confirmed, type, id, operations, workDoneToken: _, ...options }, { signal }) => {
      const target = await connectFor(session, { tenant, confirmed }, 'PATCH', `/${type}/${id}`);
      return answered(await target.patch(type, id, await texts.receive(operations), options, { signal }));
    },
  );
  dispatcher.request(
    resources.updateResource,
    async ({ tenant, confirmed, type, id, resource, workDoneToken: _, ...options }, { signal }) => {
      const target = await connectFor(session, { tenant, confirmed }, 'PATCH', `/${type}/${id}`);
      const { answer, requests } = await target.update(type, id, await texts.receive(resource), options, { signal });
      return { ...(await answered(answer)), requests };
    },
  );
  dispatcher.request(resources.deleteResource, async ({ tenant, confirmed, type, id, ifMatch }, { signal }) => {
    const target = await connectFor(session, { tenant, confirmed }, 'DELETE', `/${type}/${id}`);
    return answered(await target.delete(type, id, ifMatch === undefined ? {} : { ifMatch }, { signal }));
  });
}

async function list(
  params: ListParams,
  { signal }: Call,
  session: Session,
  notify: Notify,
  start: (target: Target, query: Query, options: Parameters<Target['list']>[2]) => ListRun,
): Promise<Listing> {
  const { tenant, confirmed, type, limit, workDoneToken, ...query } = params;
  const target = await connectFor(session, { tenant, confirmed }, 'GET', `/${type ?? ''}`);
  const onProgress = workDoneToken === undefined ? undefined : progressReporter(notify, workDoneToken, 'resources');
  const run = start(target, query, { signal, limit, onProgress });
  const pages = [];
  // All pages travel in one message, so that together they must be short enough for it.
  let room = inlineTextLimit;
  for await (const { text } of run) {
    pages.push(await session.texts.send(text, room));
    if (text.length <= room) room -= text.length;
  }
  const { completeness, count, totalResults, warnings } = run.outcome;
  return {
    pages,
    completeness: completeness.kind,
    ...(completeness.kind === 'complete' ? {} : { reason: completeness.reason }),
    count,
    totalResults: totalResults ?? null,
    warnings: [...warnings],
  };
}

async function bulk(
  { tenant, confirmed, operations, workDoneToken, ...options }: ParamsOf<typeof resources.bulkResources>,
  { signal }: Call,
  session: Session,
  notify: Notify,
): Promise<ResultOf<typeof resources.bulkResources>> {
  const parsed = readBulkOperations(await session.texts.receive(operations));
  const target = await connectFor(session, { tenant, confirmed }, 'POST', '/Bulk');
  const onProgress = workDoneToken === undefined ? undefined : progressReporter(notify, workDoneToken, 'operations');
  const { results, requests, warnings } = await target.bulk(parsed, options, { signal, onProgress });
  const counts = { success: 0, error: 0, unknown: 0, notSent: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return { results: await session.texts.send(JSON.stringify(results)), counts, requests, warnings: [...warnings] };
}

/** A progress callback that tells the client, ten times a second at most. */
function progressReporter(notify: Notify, token: string | number, what: string) {
  let last = 0;
  return (done: number, total: number | undefined) => {
    const now = Date.now();
    if (now - last < 100 && done !== total) return;
    last = now;
    notify(lifecycle.progress, {
      token,
      value: {
        kind: 'report',
        message: total === undefined ? `${done} ${what}` : `${done} of ${total} ${what}`,
        ...(total === undefined || total === 0 ? {} : { percentage: Math.min(100, (100 * done) / total) }),
      },
    });
  };
}
