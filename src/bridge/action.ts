/** On whose behalf something is sent: the action that a client named in its request. */

import { AsyncLocalStorage } from 'node:async_hooks';

const actions = new AsyncLocalStorage<string>();

/** Run WORK, and all that comes of it later, on behalf of ACTION; of nobody when it is undefined. */
export function onBehalfOf<T>(action: string | undefined, work: () => T): T {
  return action === undefined ? work() : actions.run(action, work);
}

/** The action on whose behalf this runs. */
export function currentAction(): string | undefined {
  return actions.getStore();
}
