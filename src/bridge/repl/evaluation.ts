/** What the evaluation of one input has at hand. */

import type { Target } from '../../client/target.js';
import type { Page } from '../../document/repl/page.js';
import type { Span } from '../../document/repl/problem.js';
import type { ResultOf, repl } from '../../protocol/index.js';
import type { Redactor } from '../../redact/redact.js';
import type { TenantSettings } from '../../workspace/workspace.js';
import { type Asked, demandYes } from '../confirm.js';
import type { Session } from '../session.js';
import type { ReplState, ReplValue } from './state.js';

export type Effect = ResultOf<typeof repl.replEval>['effects'][number];

/** One input that is being carried out. */
export interface Evaluation {
  readonly session: Session;
  readonly state: ReplState;
  readonly target: Target;
  readonly settings: TenantSettings;
  readonly signal: AbortSignal;
  readonly confirmed: boolean | undefined;
  readonly page: Page;
  readonly effects: Effect[];
  /** What the input results in; undefined: nothing that could be referred to. */
  result?: ReplValue | undefined;
  /** Where what is sent was written, for errors about it. */
  body?: (Span & { readonly shift: number }) | undefined;
  /** Show SPAN of the input on the page. */
  readonly place: (span: Span) => void;
  readonly onProgress: (done: number, total: number | undefined) => void;
}

/** Characters that one input prints, at most. */
export const printQuota = 60_000;
/** Lines of JSON that are not folded. */
export const shownLines = 40;
/** Rows of a list, unless the person says how many. */
export const defaultRows = 20;
/** Rows that one input prints, at most. */
export const maxRows = 200;

/** Throws the question when the person must be asked before REQUESTS are sent. */
export function demand({ session, settings, confirmed }: Evaluation, requests: readonly Asked[]): void {
  demandYes(session, settings, confirmed, requests);
}

/** Must the person be asked before anything is sent, reads too? */
export function asksAlways({ settings, confirmed }: Evaluation): boolean {
  return settings.safeguards.confirm === 'always' && confirmed !== true;
}

/** JSON TEXT as the value of `*1`. */
export function valueFrom(
  evaluation: Evaluation,
  value: Pick<ReplValue, 'json' | 'resource'> & Partial<ReplValue>,
  redactor: Redactor,
): ReplValue {
  return { tenant: evaluation.settings.name, isList: false, redactor, ...value };
}
