/** What only scripts need: raw requests, lists page by page, schemas and merges as data, runs without writing. */

import { merge3 } from '../../document/edit/merge3.js';
import type { ResultOf } from '../../protocol/index.js';
import * as scripts from '../../protocol/scripts.js';
import { UsageError } from '../../scim/error.js';
import { connectFor, demandYes } from '../confirm.js';
import type { Dispatcher } from '../dispatch.js';
import { textSender } from '../edit.js';
import { OpenLists } from '../open-lists.js';
import type { Session } from '../session.js';

/** Longest body of a collected request that is told, in characters. */
const maxBodyChars = 16_777_216;

/** Register the handlers. */
export function registerScripts(dispatcher: Dispatcher, session: Session): void {
  const { texts } = session;
  const lists = new OpenLists(session.signal);
  registerRequest(dispatcher, session);
  dispatcher.request(scripts.openList, async ({ tenant, confirmed, type, limit, search, ...query }) => {
    const target = await connectFor(session, { tenant, confirmed }, 'GET', `/${type ?? ''}`);
    if (!search && type === undefined) throw new UsageError('A list needs a resource type');
    const list = lists.open((signal) =>
      search || type === undefined
        ? target.search(type, query, { signal, limit })
        : target.list(type, query, { signal, limit }),
    );
    return { list };
  });
  dispatcher.request(scripts.nextPage, async ({ list }, { signal }) => {
    const { page, outcome } = await lists.next(list, signal);
    const { count, totalResults = null, completeness, warnings } = outcome;
    if (page !== undefined) return { page: await texts.send(page.text), count, totalResults, warnings: [] };
    const reason = completeness.kind === 'complete' ? {} : { reason: completeness.reason };
    return { page: null, count, totalResults, completeness: completeness.kind, ...reason, warnings: [...warnings] };
  });
  dispatcher.request(scripts.closeList, ({ list }) => {
    lists.close(list);
    return null;
  });
  dispatcher.request(scripts.mergeResources, async ({ tenant, confirmed, type, base, mine, theirs }, { signal }) => {
    const target = await connectFor(session, { tenant, confirmed }, 'GET', '/Schemas');
    const { registry } = await target.discover({ signal });
    const [old, ours, others] = await Promise.all([base, mine, theirs].map((text) => texts.receive(text)));
    const merged = merge3(registry.find(type), old ?? '', ours ?? '', others ?? '');
    const conflicts = merged.conflicts.map(({ path, texts: values }) => ({ path, ...values }));
    return { text: await texts.send(merged.text), taken: [...merged.taken], conflicts };
  });
  dispatcher.request(scripts.schemaData, async ({ tenant, confirmed, name }, { signal }) => {
    const target = await connectFor(session, { tenant, confirmed }, 'GET', '/Schemas');
    const { registry, serviceProviderConfig } = await target.discover({ signal });
    if (name === undefined) {
      const resourceTypes = registry.resourceTypes.map(({ definition }) => definition);
      return { text: await texts.send(JSON.stringify({ serviceProviderConfig, resourceTypes })) };
    }
    const schema = registry.schema(name) ?? registry.find(name)?.core;
    if (schema !== undefined) return { text: await texts.send(JSON.stringify(schema)) };
    const known = registry.resourceTypes.map((type) => type.name).join(', ');
    throw new UsageError(`${target.baseUrl.host} has no resource type or schema ${name}`, {
      remedy: `its resource types are ${known}`,
    });
  });
  dispatcher.request(scripts.takeDryRun, async ({ name }) => {
    const send = textSender(texts);
    const requests: ResultOf<typeof scripts.takeDryRun>['requests'] = [];
    for (const exchange of dispatcher.dryRuns.take(name)) {
      const { tenant, method, url } = exchange;
      const body = exchange.requestBody(maxBodyChars);
      const text = body === undefined ? null : await send(body);
      requests.push({ tenant, method, url, headers: exchange.requestHeaders(), body: text });
    }
    return { requests };
  });
}

function registerRequest(dispatcher: Dispatcher, session: Session): void {
  const { texts } = session;
  dispatcher.request(scripts.rawRequest, async (params, { signal }) => {
    const { tenant, confirmed, path, headers: given = [], body, check } = params;
    const method = params.method.toUpperCase();
    const headers = Object.fromEntries(given);
    const { target, settings } = await session.connect(tenant);
    demandYes(session, settings, confirmed, [{ method, path, headers }]);
    const text = body === undefined ? undefined : await texts.receive(body);
    const answer = await target.exchange({ method, path, headers, body: text }, { signal });
    if (check) target.checkAnswer(answer);
    const { status, reason, etag, location, durationMs, warnings } = answer;
    return {
      status,
      reason,
      headers: target.redactor.headers(answer.headers),
      etag,
      location,
      body: await texts.send(answer.text),
      durationMs,
      warnings,
    };
  });
}
