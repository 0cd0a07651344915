/** Lists that a client reads page by page, in its own time. */

import type { ListPage, ListRun } from '../client/target.js';
import { CancelledError, UsageError } from '../scim/error.js';

interface OpenList {
  readonly run: ListRun;
  readonly pages: AsyncIterator<ListPage>;
  readonly abort: AbortController;
}

/** So many can be open; the one that was opened first is closed when there are more. */
const maxOpen = 64;

export class OpenLists {
  readonly #lists = new Map<string, OpenList>();
  #opened = 0;

  /** SESSION ends all of them. */
  constructor(private readonly session: AbortSignal) {}

  /** Open the list that START makes of a signal that ends it; returns its name. */
  open(start: (signal: AbortSignal) => ListRun): string {
    const abort = new AbortController();
    const run = start(AbortSignal.any([abort.signal, this.session]));
    this.#opened += 1;
    const name = `list-${this.#opened}`;
    this.#lists.set(name, { run, abort, pages: run[Symbol.asyncIterator]() });
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > maxOpen && oldest !== undefined) this.close(oldest);
    return name;
  }

  /**
   * The next page of the list NAME, undefined at its end, and what the list came to so far. A list that ends, fails or
   * whose page is not waited for (SIGNAL) is closed.
   *
   * @throws UsageError when no such list is open, and what reading throws
   */
  async next(name: string, signal: AbortSignal): Promise<{ page: ListPage | undefined; outcome: ListRun['outcome'] }> {
    const list = this.#lists.get(name);
    if (list === undefined) {
      throw new UsageError(`The list ${name} is not open`, { remedy: 'begin the list anew' });
    }
    const stop = (): void => list.abort.abort(new CancelledError());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const { done, value } = await list.pages.next();
      if (done === true) this.#lists.delete(name);
      return { page: done === true ? undefined : value, outcome: list.run.outcome };
    } catch (error) {
      this.#lists.delete(name);
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Read no more of the list NAME, if it is open. */
  close(name: string): void {
    this.#lists.get(name)?.abort.abort(new CancelledError());
    this.#lists.delete(name);
  }
}
