/** Running the requests of a file, and sending again what was prepared before. */

import { editPrepared } from '../document/edited-preview.js';
import type { ParsedRequest, RequestFile } from '../document/model.js';
import { parseRequestFile } from '../document/parse.js';
import { shownRequest } from '../document/preview.js';
import { type RunResult, runPrepared, runRequests } from '../document/run.js';
import { selectRequest } from '../document/select.js';
import type { ParamsOf, requests as protocol, RequestResult, ResultOf } from '../protocol/index.js';
import * as lifecycle from '../protocol/lifecycle.js';
import { countOutcomes } from '../report/entry.js';
import { worstExitCode } from '../report/exit.js';
import { type Asked, demandYes } from './confirm.js';
import type { Notify } from './connection.js';
import type { Call } from './dispatch.js';
import { isWrite } from './doctor.js';
import { rememberUse } from './env-history.js';
import { exitCodeOfOutcome, type Reports } from './reports.js';
import type { Kept, PreparedRequests } from './request-prepared.js';
import type { Session } from './session.js';
import { textOf } from './sources.js';
import { requestResult } from './views.js';

type Token = ParamsOf<typeof protocol.runRequests>['workDoneToken'];

/** Runs requests in one session; what it sent last can be sent again. */
export class RequestRunner {
  constructor(
    private readonly session: Session,
    private readonly reports: Reports,
    private readonly notify: Notify,
    private readonly prepared: PreparedRequests,
  ) {}

  /** `scim/request/run` */
  async run(
    params: ParamsOf<typeof protocol.runRequests>,
    { signal }: Call,
  ): Promise<ResultOf<typeof protocol.runRequests>> {
    const { session } = this;
    const { source, tenant, select, onFailure, variables, confirmed, keepSession, workDoneToken } = params;
    const { target, settings } = await session.connect(tenant);
    const file = parseRequestFile(await textOf(source, session), source.path);
    const wanted = select === undefined ? file.requests : [selectRequest(file, select)];
    demandYes(session, settings, confirmed, askedOf(wanted));
    const report = params.report === undefined ? undefined : this.reports.get(params.report);
    report?.file(source.path);
    if (report && file.requests.some(isWrite)) {
      const problem = await rememberUse(session, 'run', [settings.name]);
      if (problem !== undefined) this.notify(lifecycle.logMessage, { type: 2, message: problem });
    }
    const results: Promise<RequestResult>[] = [];
    await runRequests(file, target, {
      select,
      onFailure,
      variables,
      signal,
      // All requests together start afresh, so that a run does not depend on what was sent before it.
      session:
        select || keepSession
          ? session.fileSession(source.path, settings.name)
          : session.freshFileSession(source.path, settings.name),
      onStart: this.#progress(workDoneToken),
      onResult: (result) => {
        // A report shows no bodies: they stay here.
        const view = requestResult(result, settings, { text: '' }, target.redactor);
        report?.result(source.path, view);
        results.push(report ? Promise.resolve(view) : this.#whole(view, result, file, settings.name));
      },
    });
    const views = await Promise.all(results);
    return {
      exitCode: worstExitCode(views.map(({ outcome, error }) => exitCodeOfOutcome(outcome, error))),
      counts: countOutcomes(views.map(({ outcome }) => outcome)),
      results: views,
    };
  }

  /** `scim/request/send` */
  async send(
    params: ParamsOf<typeof protocol.sendPrepared>,
    { signal }: Call,
  ): Promise<ResultOf<typeof protocol.sendPrepared>> {
    const { session } = this;
    const { file, request, prepared, tenant } = await this.keptAs(params);
    const { target, settings } = await session.connect(tenant);
    const { method, path, headers } = prepared;
    demandYes(session, settings, params.confirmed, [{ method, path: target.redactor.url(path), headers }]);
    const result = await runPrepared(file, request, prepared, target, {
      onFailure: 'stop',
      signal,
      session: session.fileSession(file.path, settings.name),
      onStart: this.#progress(params.workDoneToken),
    });
    const told = { ...result, method, target: request.target };
    const view = requestResult(told, settings, { text: '' }, target.redactor);
    return { result: await this.#whole(view, told, file, settings.name) };
  }

  /** What was kept as PREPARED, with the changes of TEXT. */
  async keptAs({ prepared: id, text }: ParamsOf<typeof protocol.curlOfPrepared>): Promise<Kept> {
    const kept = this.prepared.find(id);
    if (text === undefined) return kept;
    const { target } = await this.session.connect(kept.tenant);
    const shown = shownRequest(kept.prepared, target);
    return { ...kept, prepared: editPrepared(kept.prepared, shown, await this.session.texts.receive(text)) };
  }

  #progress(token: Token): (name: string, index: number, total: number) => void {
    return (name, index, total) => {
      if (token === undefined) return;
      const message = `${name} (${index + 1} of ${total})`;
      this.notify(lifecycle.progress, { token, value: { kind: 'report', message } });
    };
  }

  /** VIEW with the body of RESULT, and the number by which it can be sent again. */
  async #whole(view: RequestResult, result: RunResult, file: RequestFile, tenant: string): Promise<RequestResult> {
    const request = file.requests.find(({ line }) => line === result.line);
    const { prepared } = result;
    const id = request && prepared && this.prepared.add({ tenant, file, request, prepared });
    const again = { ...view, ...(id !== undefined && { prepared: id }) };
    if (view.response === undefined || result.body === undefined) return again;
    return { ...again, response: { ...view.response, body: await this.session.texts.send(result.body) } };
  }
}

/** REQUESTS as a question tells of them. */
function askedOf(requests: readonly ParsedRequest[]): Asked[] {
  return requests.map(({ method, target, headers }) => {
    return { method, path: target, headers: Object.fromEntries(headers.map(({ name }) => [name, ''])) };
  });
}
