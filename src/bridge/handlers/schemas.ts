/** scim/schema/…: what a service says that it has, and what it has. */

import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

/** Register the handlers. */
export function registerSchemas(_dispatcher: Dispatcher, _session: Session, _notify: Notify): void {}
