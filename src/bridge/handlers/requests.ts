/** `scim/request/…`: request files. */

import { tableOf } from '../../document/body-table.js';
import { diffOutcomes } from '../../document/outcome-diff.js';
import { parseRequestFile } from '../../document/parse.js';
import { prepareSelected, shownRequest } from '../../document/preview.js';
import { variablesOf } from '../../document/variables.js';
import * as protocol from '../../protocol/requests.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Reports } from '../reports.js';
import { exportScript } from '../request-export.js';
import { importRequests, requestOfExchange } from '../request-import.js';
import { linksIn } from '../request-links.js';
import { PreparedRequests } from '../request-prepared.js';
import { RequestRunner } from '../request-run.js';
import type { Session } from '../session.js';
import { type Source, textOf } from '../sources.js';
import { curlOfShown, previewView } from '../views.js';

export function registerRequests(dispatcher: Dispatcher, session: Session, reports: Reports, notify: Notify): void {
  const { texts } = session;
  const prepared = new PreparedRequests();
  const runner = new RequestRunner(session, reports, notify, prepared);
  const parse = async (source: Source) => parseRequestFile(await textOf(source, session), source.path);
  dispatcher.request(protocol.runRequests, (params, call) => runner.run(params, call));
  dispatcher.request(protocol.sendPrepared, (params, call) => runner.send(params, call));
  dispatcher.request(protocol.curlOfPrepared, async (params) => {
    const kept = await runner.keptAs(params);
    const { target, settings } = await session.connect(kept.tenant);
    return { curl: curlOfShown(shownRequest(kept.prepared, target), settings) };
  });
  dispatcher.request(protocol.previewRequest, async ({ source, tenant, select, variables }) => {
    const { target, settings } = await session.connect(tenant);
    const file = await parse(source);
    const captured = session.fileSession(source.path, settings.name);
    const selected = prepareSelected(file, target, { select, session: captured, variables });
    const id = prepared.add({ tenant: settings.name, file, ...selected });
    const view = previewView(shownRequest(selected.prepared, target), settings);
    return { ...view, prepared: id, name: selected.request.name };
  });
  dispatcher.request(protocol.showVariables, async ({ source, tenant }) => {
    const { target, settings } = await session.connect(tenant);
    return {
      variables: variablesOf(await parse(source), session.fileSession(source.path, settings.name), target.redactor),
    };
  });
  dispatcher.request(protocol.outline, async ({ source }) => {
    const { requests, problems } = await parse(source);
    return {
      requests: requests.map(({ name, startLine, line, endLine, method, target }) => {
        return { name, startLine, line, endLine, method, target };
      }),
      problems: problems.map(({ code, message, position }) => ({ code, message, position })),
    };
  });
  dispatcher.request(protocol.forgetSession, ({ source }) => {
    session.forget(source.path);
    return null;
  });
  dispatcher.request(protocol.diffOutcomes, async ({ older, newer, normalised }) => {
    const [before, after] = await Promise.all([texts.receive(older.body), texts.receive(newer.body)]);
    const diff = diffOutcomes({ ...older, body: before }, { ...newer, body: after }, normalised);
    return { diff: await texts.send(diff) };
  });
  dispatcher.request(protocol.linksOfBody, async ({ tenant, body, target }) =>
    linksIn(session, tenant, await texts.receive(body), target),
  );
  dispatcher.request(protocol.tableOfBody, async ({ body }) => tableOf(await texts.receive(body)));
  dispatcher.request(protocol.importRequests, async ({ content, ...how }) =>
    importRequests(session, how, await texts.receive(content)),
  );
  dispatcher.request(protocol.requestOfExchange, ({ id }) => requestOfExchange(session, id));
  dispatcher.request(protocol.exportRequests, async ({ source, tenant, variables }) => {
    const { target, settings } = await session.connect(tenant);
    const { text, warnings } = exportScript(await parse(source), target, settings, variables ?? {});
    return { text: await texts.send(text), warnings: [...warnings] };
  });
}
