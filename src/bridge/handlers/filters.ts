/** scim/filter/…: help while a filter is typed. */

import { completeFilter, type FilterContext } from '../../document/filter/complete.js';
import { diagnoseFilter } from '../../document/filter/diagnose.js';
import * as filters from '../../protocol/filters.js';
import { SafeguardError } from '../../scim/error.js';
import { SchemaRegistry } from '../../scim/schema/resource-type.js';
import { demandYes } from '../confirm.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

interface Asked {
  readonly tenant?: string | undefined;
  readonly confirmed?: boolean | undefined;
  readonly type: string;
}

/** Register the handlers. */
export function registerFilters(dispatcher: Dispatcher, session: Session, _notify: Notify): void {
  dispatcher.request(filters.completeFilter, async ({ filter, offset, ...asked }, { signal }) => {
    const context = await contextOf(session, asked, signal);
    const suggestions = completeFilter(filter, unitsOf(filter, offset), context);
    return { suggestions: suggestions.map((each) => inCharacters(filter, each)) };
  });
  dispatcher.request(filters.checkFilter, async ({ filter, ...asked }, { signal }) => {
    const problems = diagnoseFilter(filter, await contextOf(session, asked, signal));
    return { problems: problems.map((each) => inCharacters(filter, each)) };
  });
}

/** What is known about the resources and the service that are ASKED about: the standard's types where nobody may ask. */
async function contextOf(session: Session, asked: Asked, signal: AbortSignal): Promise<FilterContext> {
  const { target, settings } = await session.connect(asked.tenant);
  const { profile } = target;
  try {
    demandYes(session, settings, asked.confirmed, [{ method: 'GET', path: '/ResourceTypes' }]);
  } catch (error) {
    if (!(error instanceof SafeguardError)) throw error;
    return { profile, resourceType: SchemaRegistry.rfc.find(asked.type) };
  }
  const discovery = await target.discover({ signal });
  return {
    profile,
    resourceType: discovery.registry.find(asked.type),
    declared: { filter: discovery.supports('filter') },
  };
}

/** CHARACTERS (code points) of TEXT as UTF-16 units. */
function unitsOf(text: string, characters: number): number {
  let units = 0;
  let left = characters;
  for (const character of text) {
    if (left-- <= 0) break;
    units += character.length;
  }
  return units;
}

/** What stands from `start` to `end`, in UTF-16 units of TEXT, in characters. */
function inCharacters<T extends { readonly start: number; readonly end: number }>(text: string, placed: T): T {
  const count = (units: number): number => Array.from(text.slice(0, units)).length;
  return { ...placed, start: count(placed.start), end: count(placed.end) };
}
