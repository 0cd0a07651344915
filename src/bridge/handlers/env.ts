/** `scim/env/…`: what a workspace needs, and its sets and tenants as versioned things. */

import * as protocol from '../../protocol/env.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import { Doctor } from '../doctor.js';
import { diff } from '../env-diff.js';
import { history, rememberUse } from '../env-history.js';
import { promote } from '../env-promote.js';
import { rollback } from '../env-rollback.js';
import type { Session } from '../session.js';

export function registerEnv(dispatcher: Dispatcher, session: Session, notify: Notify): void {
  const doctor = new Doctor(session, notify);
  dispatcher.request(protocol.diff, (params, { signal }) => diff(params, session, signal));
  dispatcher.request(protocol.rollback, (params) => rollback(params, session));
  dispatcher.request(protocol.promote, (params, { signal }) => promote(params, session, doctor, signal));
  dispatcher.request(protocol.history, (params) => history(params, session));
  dispatcher.request(protocol.record, async ({ command, tenant, versions }) => {
    const chosen = tenant ?? (await session.workspace()).defaultTenant;
    const problem = await rememberUse(session, command, chosen === null ? [] : [chosen], versions);
    return problem === undefined ? {} : { problem };
  });
}
