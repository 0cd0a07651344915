/** `scim/doctor…`. */

import { doctor as protocol } from '../../protocol/index.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import { Doctor } from '../doctor.js';
import type { Session } from '../session.js';

export function registerDoctor(dispatcher: Dispatcher, session: Session, notify: Notify): void {
  const doctor = new Doctor(session, notify);
  dispatcher.request(protocol.examine, (params, { signal }) => doctor.examine(params, signal));
  dispatcher.request(protocol.preflight, (params, { signal }) => doctor.preflight(params, signal));
}
