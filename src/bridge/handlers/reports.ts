/** `scim/report/…`: the reports of batch mode. */

import * as protocol from '../../protocol/reports.js';
import type { Dispatcher } from '../dispatch.js';
import type { Reports } from '../reports.js';

export function registerReports(dispatcher: Dispatcher, reports: Reports): void {
  dispatcher.request(protocol.beginReport, (params) => ({ report: reports.begin(params) }));
  dispatcher.request(protocol.reportScript, ({ report, ...script }) => {
    reports.get(report).script(script);
    return null;
  });
  dispatcher.request(protocol.reportError, ({ report, path, error }) => {
    reports.get(report).fileError(path, error);
    return null;
  });
  dispatcher.request(protocol.endReport, ({ report }) => reports.end(report));
}
