/** scim/filter/…: help while a filter is typed. */

import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

/** Register the handlers. */
export function registerFilters(_dispatcher: Dispatcher, _session: Session, _notify: Notify): void {}
