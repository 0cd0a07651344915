/** Writes `elisp/scim-protocol.el`: `npm run generate`. */

import { writeFileSync } from 'node:fs';
import { renderElisp } from './elisp.js';
import {
  doctor,
  documents,
  env,
  lifecycle,
  mocks,
  reports,
  requests,
  resources,
  rotate,
  tenants,
  trace,
  workspace,
} from './index.js';

writeFileSync(
  'elisp/scim-protocol.el',
  renderElisp([
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
  ]),
);
