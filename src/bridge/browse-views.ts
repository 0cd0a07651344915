/** The lists that are shown in Emacs, so far as there is room for them. */

import { UsageError } from '../scim/error.js';
import type { BrowseView } from './browse-view.js';
import type { Session } from './session.js';

/** So many lists are kept, and so many characters of all their resources. */
const maxViews = 32;
const maxSize = 200_000_000;

export class BrowseViews {
  /** The one used last is the last. */
  readonly #views = new Map<string, BrowseView>();

  /** Keep VIEW as ID, and forget those used longest ago when there are too many. */
  add(id: string, view: BrowseView): void {
    this.drop(id);
    this.#views.set(id, view);
  }

  /** The list ID; throws `UsageError` when it has been forgotten. */
  get(id: string): BrowseView {
    const view = this.#views.get(id);
    if (view === undefined) {
      throw new UsageError('The bridge does not have this list any more', { remedy: 'List it again with g.' });
    }
    this.#views.delete(id);
    this.#views.set(id, view);
    return view;
  }

  /** The list ID if it is there. */
  peek(id: string): BrowseView | undefined {
    return this.#views.get(id);
  }

  /** Stop and forget the list ID. */
  drop(id: string): void {
    this.#views.get(id)?.stop();
    this.#views.delete(id);
  }

  /** Forget lists until there is room, but never ID. */
  trim(id: string): void {
    let size = 0;
    for (const view of this.#views.values()) size += view.size;
    for (const [each, view] of [...this.#views]) {
      if (each === id || (this.#views.size <= maxViews && size <= maxSize)) continue;
      size -= view.size;
      this.drop(each);
    }
  }
}

const viewsOf = new WeakMap<Session, BrowseViews>();

/** The lists of SESSION. */
export function browseViews(session: Session): BrowseViews {
  let views = viewsOf.get(session);
  if (views === undefined) {
    views = new BrowseViews();
    viewsOf.set(session, views);
  }
  return views;
}
