/** scim/lookup/…: resources by name; the members of large groups. */

import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

/** Register the handlers. */
export function registerLookup(_dispatcher: Dispatcher, _session: Session, _notify: Notify): void {}
