/** The latest representations: kept as long as they are right, within a budget. */

import type { JsonObject } from '../scim/json.js';
import type { Entry } from './entry.js';

/** Representations that are kept, some 2.5 kB each. */
const most = 20_000;

/** Larger groups are not kept. */
const mostMembers = 1000;

export class ViewCache {
  private readonly views = new Map<Entry, JsonObject>();

  /** The representation of ENTRY, if it is kept. */
  get(entry: Entry): JsonObject | undefined {
    return this.views.get(entry);
  }

  /** Keeps VIEW of ENTRY for a while. Returns it. */
  keep(entry: Entry, view: JsonObject): JsonObject {
    if (entry.memberCount > mostMembers) return view;
    this.views.set(entry, view);
    const [oldest] = this.views.size > most ? this.views.keys() : [];
    if (oldest) this.views.delete(oldest);
    return view;
  }

  /** The representation of ENTRY is no longer right. */
  forget(entry: Entry): void {
    this.views.delete(entry);
  }
}
