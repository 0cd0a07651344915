/** scim/repl/…: what is typed at the prompt. */

import * as lifecycle from '../../protocol/lifecycle.js';
import * as repl from '../../protocol/repl.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

/** Register the handlers. The REPL is loaded when it is first used, which keeps the start of the bridge fast. */
export function registerRepl(dispatcher: Dispatcher, session: Session, notify: Notify): void {
  const load = async () => {
    const { Repl } = await import('../repl/repl.js');
    return new Repl(session);
  };
  let loaded: ReturnType<typeof load> | undefined;
  const prompt = () => {
    loaded ??= load();
    return loaded;
  };
  dispatcher.request(repl.replOpen, async (params) => (await prompt()).open(params));
  dispatcher.request(repl.replEval, async (params, { signal }) => {
    const { workDoneToken: token } = params;
    let last = 0;
    return (await prompt()).evaluate(params, signal, (done, total) => {
      const now = performance.now();
      if (token === undefined || (now - last < 100 && done !== total)) return;
      last = now;
      const message = total === undefined ? `${done}` : `${done} of ${total}`;
      notify(lifecycle.progress, { token, value: { kind: 'report', message } });
    });
  });
  dispatcher.request(repl.replComplete, async (params, { signal }) => (await prompt()).complete(params, signal));
  dispatcher.request(repl.replDescribe, async (params, { signal }) => (await prompt()).describe(params, signal));
}
