/** scim/repl/…: what is typed at the prompt. */

import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

/** Register the handlers. */
export function registerRepl(_dispatcher: Dispatcher, _session: Session, _notify: Notify): void {}
