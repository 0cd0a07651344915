/** `scim/doctor…`. */

import * as protocol from '../../protocol/doctor.js';
import * as lifecycle from '../../protocol/lifecycle.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import { Doctor } from '../doctor.js';
import { rememberUse } from '../env-history.js';
import type { Session } from '../session.js';

export function registerDoctor(dispatcher: Dispatcher, session: Session, notify: Notify): void {
  const doctor = new Doctor(session, notify);
  dispatcher.request(protocol.examine, async (params, { signal }) => {
    const result = await doctor.examine(params, signal);
    const problem = await rememberUse(session, 'doctor', params.tenants, params.client);
    if (problem !== undefined) notify(lifecycle.logMessage, { type: 2, message: problem });
    return result;
  });
  dispatcher.request(protocol.preflight, (params, { signal }) => doctor.preflight(params, signal));
}
