/** `scim/action/…`, `scim/compare/…`: one change to many resources; comparing resources and tenants. */

import * as actions from '../../protocol/actions.js';
import { Actions } from '../actions.js';
import { compareLists, compareTwo } from '../actions-compare.js';
import { progressReporter } from '../actions-progress.js';
import { tableText } from '../actions-report.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

/** Register the handlers. */
export function registerActions(dispatcher: Dispatcher, session: Session, notify: Notify): void {
  const held = new Actions(session, notify);
  dispatcher.request(actions.actionChoices, (params, call) => held.choices(params, call));
  dispatcher.request(actions.planAction, (params, call) => held.plan(params, call));
  dispatcher.request(actions.excludeFromAction, (params) => held.exclude(params));
  dispatcher.request(actions.actionRequest, (params) => held.request(params));
  dispatcher.request(actions.runAction, (params, call) => held.run(params, call));
  dispatcher.request(actions.stopAction, (params) => held.stop(params));
  dispatcher.request(actions.forgetAction, (params) => held.forget(params));
  dispatcher.request(actions.tableReport, async ({ rows, ...report }) => {
    const text = tableText(report, await session.texts.receive(rows));
    return { text: await session.texts.send(text) };
  });
  dispatcher.request(actions.compareResources, (params, call) => compareTwo(session, params, call));
  dispatcher.request(actions.compareTenants, (params, call) =>
    compareLists(session, params, call, progressReporter(notify, params.workDoneToken, 'resources read')),
  );
}
