/** scim/edit/…: resources as texts that people change. */

import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

/** Register the handlers. */
export function registerEdit(_dispatcher: Dispatcher, _session: Session, _notify: Notify): void {}
