/** The runs without writing that the client has named in its requests: any request may be part of one. */

import { DryRun, withoutWriting } from '../client/dry-run.js';
import type { Exchange } from '../http/exchange.js';

export class DryRuns {
  readonly #runs = new Map<string, DryRun>();

  /** Do WORK as part of the run called NAME, which begins with the first request that names it. */
  during<T>(name: string | undefined, work: () => T): T {
    if (name === undefined) return work();
    const run = this.#runs.get(name) ?? new DryRun();
    this.#runs.set(name, run);
    return withoutWriting(run, work);
  }

  /** What the run called NAME has not sent so far; it is forgotten then. */
  take(name: string): readonly Exchange[] {
    const run = this.#runs.get(name);
    this.#runs.delete(name);
    return run?.collected ?? [];
  }
}
