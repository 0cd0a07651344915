/** What a REPL remembers between inputs: results, variables, the last error and request, the list that goes on. */

import type { ExactJson } from '../../document/exact-json.js';
import { ReplProblem, type Span } from '../../document/repl/problem.js';
import {
  keptResults,
  looksLikeReference,
  parseReplReference,
  type ReplReference,
} from '../../document/repl/reference.js';
import { valueAt } from '../../document/value-path.js';
import type { ErrorView } from '../../protocol/index.js';
import type { Redactor } from '../../redact/redact.js';
import type { Traced } from '../trace.js';
import type { Rows } from './rows.js';

/** A result that can be referred to. Not redacted. */
export interface ReplValue {
  readonly tenant: string;
  /** Of a list, its rows. */
  readonly json: ExactJson;
  /** Of a resource: its type and id. */
  readonly resource?: { readonly type: string; readonly id: string } | undefined;
  /** Is `json` the rows of a list? */
  readonly isList: boolean;
  /** The type of the rows of a list. */
  readonly listType?: string | undefined;
  /** The list that `json` is the beginning of. */
  readonly rows?: Rows | undefined;
  readonly redactor: Redactor;
}

/** The memory of one REPL. */
export class ReplState {
  /** The last one first. */
  readonly #values: ReplValue[] = [];
  #counted = 0;
  readonly variables = new Map<string, ExactJson>();
  error: ErrorView | undefined;
  /** The list whose next rows `more` shows. */
  rows: Rows | undefined;
  /** The requests of the last command. */
  exchanges: readonly Traced[] = [];
  /** The one that `,curl` and `,request` are about. */
  lastExchange: Traced | undefined;

  constructor(
    /** Has the person used this REPL with an earlier bridge, so that what it had is gone? */
    readonly isHeir: boolean,
  ) {}

  /** Make VALUE the last result, in the place of the one that it continues; returns its number. */
  remember(value: ReplValue): number {
    const continues = value.rows !== undefined && this.#values[0]?.rows === value.rows;
    if (!continues) this.#counted += 1;
    this.#values.splice(0, continues ? 1 : 0, value);
    this.#values.length = Math.min(this.#values.length, keptResults);
    return this.#counted;
  }

  /** How many results there are. */
  get results(): number {
    return this.#values.length;
  }

  /** What the result BACK is, in a few words. */
  describe(back: number): string | undefined {
    const value = this.#values[back - 1];
    if (value?.resource !== undefined) return `${value.resource.type} ${value.resource.id}`;
    return value?.isList === true && Array.isArray(value.json) ? `${value.json.length} rows` : 'a value';
  }

  /** The resource type that the reference TEXT is about, as far as that can be told. */
  typeOf(text: string): string | undefined {
    const value = this.#values[Number(/^\*(\d)/.exec(text)?.[1] ?? 0) - 1];
    return value?.resource?.type ?? value?.listType;
  }

  /** The result that REFERENCE is about, as a whole. Throws `ReplProblem`. */
  result({ back, start, end }: ReplReference): ReplValue {
    const value = this.#values[back - 1];
    if (value !== undefined) return value;
    const there =
      this.#values.length === 0
        ? 'There are no results yet'
        : `There ${this.#values.length === 1 ? 'is one result' : `are ${this.#values.length} results`} so far`;
    const lost = this.isHeir ? 'The bridge was started anew, so that earlier results are gone.' : undefined;
    throw new ReplProblem(there, { start, end }, lost);
  }

  /** What REFERENCE stands for. Throws `ReplProblem`, also when the result has nothing there. */
  valueOf(reference: ReplReference): ExactJson {
    const { json } = this.result(reference);
    const value = valueAt(json, reference.path);
    if (value !== undefined) return value;
    throw new ReplProblem(`\`${reference.text}\` has no value: the result does not have it`, reference);
  }

  /** What NAME, of a variable or a reference, stands for at SPAN. Throws `ReplProblem`. */
  lookup(name: string, span: Span): ExactJson {
    if (looksLikeReference(name)) return this.valueOf({ ...parseReplReference(name, span.start), ...span });
    const value = this.variables.get(name);
    if (value !== undefined) return value;
    const known = [...this.variables.keys()];
    const there = known.length === 0 ? 'There are none; ,set NAME=VALUE makes one.' : `There are ${known.join(', ')}.`;
    throw new ReplProblem(`There is no variable \`${name}\``, span, there);
  }

  /** Forget the list that `more` goes on with. */
  closeRows(): void {
    this.rows?.close();
    this.rows = undefined;
  }
}

/** The REPLs of one session, by name. */
export class ReplStates {
  readonly #states = new Map<string, ReplState>();

  /** The memory of REPL NAME, if it has been used. */
  find(name: string): ReplState | undefined {
    return this.#states.get(name);
  }

  /** The memory of REPL NAME, which has sent EVALUATED inputs before; and whether it is new. */
  of(name: string, evaluated = 0): { state: ReplState; isNew: boolean } {
    const known = this.#states.get(name);
    if (known !== undefined) return { state: known, isNew: false };
    const state = new ReplState(evaluated > 0);
    this.#states.set(name, state);
    return { state, isNew: true };
  }
}
