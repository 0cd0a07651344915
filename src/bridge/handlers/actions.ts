/** scim/action/…: one change to many resources; comparing resources and tenants. */

import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

/** Register the handlers. */
export function registerActions(_dispatcher: Dispatcher, _session: Session, _notify: Notify): void {}
