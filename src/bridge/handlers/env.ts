/** `scim/env/…`: what a workspace needs, and its sets and tenants as versioned things. */

import { env as protocol } from '../../protocol/index.js';
import type { Dispatcher } from '../dispatch.js';
import { diff } from '../env-diff.js';
import { history, rememberUse } from '../env-history.js';
import { rollback } from '../env-rollback.js';
import type { Session } from '../session.js';

export function registerEnv(dispatcher: Dispatcher, session: Session): void {
  dispatcher.request(protocol.diff, (params, { signal }) => diff(params, session, signal));
  dispatcher.request(protocol.rollback, (params) => rollback(params, session));
  dispatcher.request(protocol.history, (params) => history(params, session));
  dispatcher.request(protocol.record, async ({ command, tenant, versions }) => {
    const chosen = tenant ?? (await session.workspace()).defaultTenant;
    const problem = await rememberUse(session, command, chosen === null ? [] : [chosen], versions);
    return problem === undefined ? {} : { problem };
  });
}
