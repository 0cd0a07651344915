/** Rows of which some are shown now and others when `more` is said. */

import type { ListRun } from '../../client/target.js';
import { type ExactJson, isExactObject, parseExactJson } from '../../document/exact-json.js';
import { CancelledError } from '../../scim/error.js';
import type { Completeness } from '../../scim/list.js';

export interface Wanted {
  readonly count: number;
  readonly attributes: readonly string[] | undefined;
}

/** How far rows were given, and what is known about all of them. */
export interface RowsState {
  /** Position of the first row that was ever given, from 0. */
  readonly first: number;
  readonly given: number;
  readonly total: number | undefined;
  /** undefined: there may be more. */
  readonly ended: Completeness | undefined;
  readonly warnings: readonly string[];
}

export interface Rows {
  /** What the rows are: a resource type, or undefined for several. */
  readonly type: string | undefined;
  /** How many to take at a time, and the columns that were asked for. */
  readonly wanted: Wanted;
  readonly state: RowsState;
  /** All that were given. */
  readonly given: readonly ExactJson[];
  /** The next COUNT rows; fewer when there are no more. */
  take(
    count: number,
    signal: AbortSignal,
    onProgress?: (done: number, total: number | undefined) => void,
  ): Promise<ExactJson[]>;
  /** Nothing more is wanted. */
  close(): void;
}

/** The rows of a list that a server pages. */
export class ListRows implements Rows {
  readonly #controller = new AbortController();
  readonly #run: ListRun;
  readonly #pages: AsyncIterator<{ readonly text: string }>;
  #waiting: ExactJson[] = [];
  readonly given: ExactJson[] = [];
  #done = false;

  /** START begins the list, which ends when the signal is aborted; FIRST is the position of its first row, from 0. */
  constructor(
    readonly type: string | undefined,
    readonly wanted: Wanted,
    start: (signal: AbortSignal) => ListRun,
    private readonly first: number,
    session: AbortSignal,
  ) {
    this.#run = start(AbortSignal.any([this.#controller.signal, session]));
    this.#pages = this.#run[Symbol.asyncIterator]();
  }

  get state(): RowsState {
    const { completeness, totalResults, warnings } = this.#run.outcome;
    const ended = this.#done && this.#waiting.length === 0 ? completeness : undefined;
    return { first: this.first, given: this.given.length, total: totalResults, ended, warnings };
  }

  async take(
    count: number,
    signal: AbortSignal,
    onProgress?: (done: number, total: number | undefined) => void,
  ): Promise<ExactJson[]> {
    const stop = (): void => this.#controller.abort(new CancelledError());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!this.#done && this.#waiting.length < count) {
        await this.#read();
        onProgress?.(this.given.length + this.#waiting.length, this.#run.outcome.totalResults);
      }
      const rows = this.#waiting.splice(0, count);
      this.given.push(...rows);
      if (this.#seemsEnded()) await this.#read();
      return rows;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  close(): void {
    this.#controller.abort(new CancelledError());
  }

  async #read(): Promise<void> {
    const next = await this.#pages.next();
    if (next.done === true) this.#done = true;
    else this.#waiting.push(...resourcesIn(next.value.text));
  }

  /** Has everything come that the server says there is, so that asking on shows whether that is so? */
  #seemsEnded(): boolean {
    const { totalResults } = this.#run.outcome;
    if (this.#done || this.#waiting.length > 0 || totalResults === undefined) return false;
    return this.first + this.given.length >= totalResults;
  }
}

/** Rows that are there already. */
export class ArrayRows implements Rows {
  readonly given: ExactJson[] = [];

  constructor(
    readonly type: string | undefined,
    readonly wanted: Wanted,
    private readonly all: readonly ExactJson[],
  ) {}

  get state(): RowsState {
    const isEnd = this.given.length >= this.all.length;
    return {
      first: 0,
      given: this.given.length,
      total: this.all.length,
      ended: isEnd ? { kind: 'complete' } : undefined,
      warnings: [],
    };
  }

  async take(count: number): Promise<ExactJson[]> {
    const rows = this.all.slice(this.given.length, this.given.length + count);
    this.given.push(...rows);
    return rows;
  }

  close(): void {}
}

/** The resources in TEXT, a ListResponse, without loss. */
function resourcesIn(text: string): ExactJson[] {
  const value = parseExactJson(text);
  if (!isExactObject(value)) return [];
  const key = Object.keys(value).find((name) => name.toLowerCase() === 'resources');
  const resources = key === undefined ? undefined : value[key];
  return Array.isArray(resources) ? resources : [];
}
