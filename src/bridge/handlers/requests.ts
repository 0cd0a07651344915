/** `scim/request/…`: request files. */

import type { ParsedRequest } from '../../document/model.js';
import { parseRequestFile } from '../../document/parse.js';
import { previewRequest } from '../../document/preview.js';
import { type RunResult, runRequests } from '../../document/run.js';
import { selectRequest } from '../../document/select.js';
import { variablesOf } from '../../document/variables.js';
import { lifecycle, type ParamsOf, requests as protocol, type RequestResult } from '../../protocol/index.js';
import { countOutcomes } from '../../report/entry.js';
import { worstExitCode } from '../../report/exit.js';
import { type Asked, demandYes } from '../confirm.js';
import type { Notify } from '../connection.js';
import type { Call, Dispatcher } from '../dispatch.js';
import { isWrite } from '../doctor.js';
import { rememberUse } from '../env-history.js';
import { exitCodeOfOutcome, type Reports } from '../reports.js';
import type { Session } from '../session.js';
import { type Source, textOf } from '../sources.js';
import { previewView, requestResult } from '../views.js';

type RunParams = ParamsOf<typeof protocol.runRequests>;

export function registerRequests(dispatcher: Dispatcher, session: Session, reports: Reports, notify: Notify): void {
  const parse = async (source: Source) => parseRequestFile(await textOf(source, session), source.path);
  dispatcher.request(protocol.runRequests, (params, call) => run(params, call, session, reports, notify));
  dispatcher.request(protocol.previewRequest, async ({ source, tenant, select, variables }) => {
    const { target, settings } = await session.connect(tenant);
    const file = await parse(source);
    const captured = session.fileSession(source.path, settings.name);
    const preview = previewRequest(file, target, { select, session: captured, variables });
    return previewView(preview, settings);
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
}

async function run(
  params: RunParams,
  { signal }: Call,
  session: Session,
  reports: Reports,
  notify: Notify,
): Promise<{ exitCode: number; counts: ReturnType<typeof countOutcomes>; results: RequestResult[] }> {
  const { source, tenant, select, onFailure, variables, confirmed, workDoneToken: token } = params;
  const { target, settings } = await session.connect(tenant);
  const file = parseRequestFile(await textOf(source, session), source.path);
  demandYes(
    session,
    settings,
    confirmed,
    askedOf(select === undefined ? file.requests : [selectRequest(file, select)]),
  );
  const report = params.report === undefined ? undefined : reports.get(params.report);
  report?.file(source.path);
  if (report && file.requests.some(isWrite)) {
    const problem = await rememberUse(session, 'run', [settings.name]);
    if (problem !== undefined) notify(lifecycle.logMessage, { type: 2, message: problem });
  }
  const results: Promise<RequestResult>[] = [];
  await runRequests(file, target, {
    select,
    onFailure,
    variables,
    signal,
    // All requests together start afresh, so that a run does not depend on what was sent before it.
    session: select
      ? session.fileSession(source.path, settings.name)
      : session.freshFileSession(source.path, settings.name),
    onStart: (name, index, total) => {
      if (token === undefined) return;
      notify(lifecycle.progress, { token, value: { kind: 'report', message: `${name} (${index + 1} of ${total})` } });
    },
    onResult: (result) => {
      // A report shows no bodies: they stay here.
      const view = requestResult(result, settings, { text: '' }, target.redactor);
      report?.result(source.path, view);
      results.push(report ? Promise.resolve(view) : withBody(view, result, session));
    },
  });
  const views = await Promise.all(results);
  return {
    exitCode: worstExitCode(views.map(({ outcome, error }) => exitCodeOfOutcome(outcome, error))),
    counts: countOutcomes(views.map(({ outcome }) => outcome)),
    results: views,
  };
}

/** REQUESTS as a question tells of them. */
function askedOf(requests: readonly ParsedRequest[]): Asked[] {
  return requests.map(({ method, target, headers }) => {
    return { method, path: target, headers: Object.fromEntries(headers.map(({ name }) => [name, ''])) };
  });
}

/** VIEW with the body of RESULT. */
async function withBody(view: RequestResult, result: RunResult, session: Session): Promise<RequestResult> {
  if (view.response === undefined || result.body === undefined) return view;
  return { ...view, response: { ...view.response, body: await session.texts.send(result.body) } };
}
