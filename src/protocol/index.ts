/** The whole RPC surface: every request and notification between Emacs and the bridge, declared once. */

export * from './common.js';
export type { NotificationDefinition, ParamsOf, RequestDefinition, ResultOf } from './define.js';
export * from './error-codes.js';

import * as actions from './actions.js';
import * as browse from './browse.js';
import * as doctor from './doctor.js';
import * as documents from './documents.js';
import * as edit from './edit.js';
import * as env from './env.js';
import * as filters from './filters.js';
import * as lifecycle from './lifecycle.js';
import * as lookup from './lookup.js';
import * as members from './members.js';
import * as mocks from './mocks.js';
import * as repl from './repl.js';
import * as reports from './reports.js';
import * as requests from './requests.js';
import * as resources from './resources.js';
import * as rotate from './rotate.js';
import * as schemas from './schemas.js';
import * as scripts from './scripts.js';
import * as tenants from './tenants.js';
import * as trace from './trace.js';
import * as workspace from './workspace.js';

export { protocolVersion } from './lifecycle.js';
export type { RequestResult, ResponseView } from './requests.js';
export { actions, doctor, edit, env, mocks, repl, requests, rotate, trace, workspace };

/** Every family of methods, in the order of the generated Emacs Lisp. */
export const families: readonly object[] = [
  lifecycle,
  workspace,
  requests,
  resources,
  reports,
  trace,
  mocks,
  documents,
  doctor,
  env,
  tenants,
  rotate,
  lookup,
  members,
  edit,
  browse,
  actions,
  repl,
  schemas,
  filters,
  scripts,
];
