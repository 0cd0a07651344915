/** scim/lookup/…: resources by name; with it, scim/members/…. */

import { findByName, findExactly, forgetLookups } from '../../client/lookup.js';
import * as lookup from '../../protocol/lookup.js';
import { connectFor } from '../confirm.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';
import { registerMembers } from './members.js';

/** Register the handlers. */
export function registerLookup(dispatcher: Dispatcher, session: Session, notify: Notify): void {
  registerMembers(dispatcher, session, notify);
  dispatcher.request(lookup.find, async ({ types, text, limit = 50, exact, fresh, ...to }, { signal }) => {
    const target = await connectFor(session, to, 'GET', `/${types[0] ?? ''}`);
    if (fresh) forgetLookups(target);
    const { found, complete } = exact
      ? await findExactly(target, types, text, { signal })
      : await findByName(target, types, text, limit, { signal });
    return { found: [...found], complete };
  });
  dispatcher.request(lookup.types, async (to, { signal }) => {
    const target = await connectFor(session, to, 'GET', '/ResourceTypes');
    const { registry } = await target.discover({ signal });
    const types = registry.resourceTypes.map(({ name, endpoint, definition: { description } }) => ({
      name,
      endpoint,
      description,
    }));
    return { types: types.sort((a, b) => rank(a.name) - rank(b.name)) };
  });
}

/** Where the type called NAME stands among those to choose from: what people mean most comes first, and is the default. */
function rank(name: string): number {
  const usual = ['User', 'Group'].indexOf(name);
  return usual === -1 ? 2 : usual;
}
