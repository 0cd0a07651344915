/** scim/browse/…: lists of resources, as rows of text. */

import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

/** Register the handlers. */
export function registerBrowse(_dispatcher: Dispatcher, _session: Session, _notify: Notify): void {}
