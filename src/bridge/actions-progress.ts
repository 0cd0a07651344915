/** Progress of what takes long, as Emacs is told. */

import * as lifecycle from '../protocol/lifecycle.js';
import type { Notify } from './connection.js';

/** Between two notifications. */
const pauseMs = 100;

/** A callback that tells under TOKEN how many of WHAT are done, ten times a second at most; undefined without TOKEN. */
export function progressReporter(notify: Notify, token: string | number | undefined, what: string) {
  if (token === undefined) return undefined;
  let last = 0;
  return (done: number, total: number | undefined): void => {
    const now = Date.now();
    if (now - last < pauseMs && done !== total) return;
    last = now;
    const message = total === undefined ? `${done} ${what}` : `${done} of ${total} ${what}`;
    const percentage =
      total === undefined || total === 0 ? {} : { percentage: Math.min(100, Math.floor((100 * done) / total)) };
    notify(lifecycle.progress, { token, value: { kind: 'report', message, ...percentage } });
  };
}
