/** The latest representations: kept as long as they are right, within a budget. */

import type { JsonObject } from '../scim/json.js';
import type { Entry } from './entry.js';

/** Representations that are kept, some 2.5 kB each. */
const most = 20_000;

/** Larger groups are not kept. */
const mostMembers = 1000;

export class ViewCache {
  private readonly views = new Map<Entry, JsonObject>();
  /** Where the oldest ones are: a look from the beginning passes all that were forgotten there before. */
  private walk = this.views.keys();

  /** The representation of ENTRY, if it is kept. */
  get(entry: Entry): JsonObject | undefined {
    return this.views.get(entry);
  }

  /** Keeps VIEW of ENTRY for a while. Returns it. */
  keep(entry: Entry, view: JsonObject): JsonObject {
    if (entry.memberCount > mostMembers) return view;
    this.views.set(entry, view);
    if (this.views.size > most) this.forgetOldest();
    return view;
  }

  /** The representation of ENTRY is no longer right. */
  forget(entry: Entry): void {
    this.views.delete(entry);
  }

  private forgetOldest(): void {
    let { value } = this.walk.next();
    if (!value) {
      this.walk = this.views.keys();
      ({ value } = this.walk.next());
    }
    if (value) this.views.delete(value);
  }
}
