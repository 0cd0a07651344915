/** References to earlier results: `*1`, `*2`, `*1.emails[0].value`, `*1[3]`, and `*e`, the last error. */

import { Complaint } from '../complaint.js';
import { parseValuePath, type ValuePath } from '../value-path.js';
import { ReplProblem, type Span } from './problem.js';

/** A result that was referred to, and what of it. */
export interface ReplReference extends Span {
  /** 1 is the last result, 2 the one before it. */
  readonly back: number;
  /** Empty for the whole result. */
  readonly path: ValuePath;
  /** As written. */
  readonly text: string;
}

/** How many results can be referred to. */
export const keptResults = 9;

/** Does TEXT begin like a reference to a result? */
export function looksLikeReference(text: string): boolean {
  return /^\*[0-9]/.test(text);
}

/** TEXT, which stands at START of the input, as a reference. Throws `ReplProblem`. */
export function parseReplReference(text: string, start: number): ReplReference {
  const span = { start, end: start + text.length };
  const [, digits = '', rest = ''] = /^\*([0-9]+)(.*)$/su.exec(text) ?? [];
  const back = Number(digits);
  if (digits === '' || back < 1 || back > keptResults) {
    throw new ReplProblem(
      `\`${text}\` is no result: *1 is the last one, *${keptResults} the oldest that is kept`,
      span,
    );
  }
  if (rest === '') return { ...span, back, path: [], text };
  if (!/^[.[]/.test(rest)) throw new ReplProblem('After the number of a result stands `.attribute` or `[n]`', span);
  const skipped = rest.startsWith('.') ? 1 : 0;
  const inner = rest.slice(skipped);
  const base = start + text.length - inner.length;
  try {
    return { ...span, back, path: parseValuePath(inner), text };
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    const at = Math.min(base + error.offset, span.end);
    throw new ReplProblem(error.message, { start: at, end: span.end }, error.remedy, error);
  }
}
