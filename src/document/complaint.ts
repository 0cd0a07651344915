import type { Problem } from './model.js';
import type { SourceText } from './text.js';

/**
 * Thrown while a piece of a request file is read; `offset` counts within the text that was given. Whoever knows where
 * that text stands in the file turns it into a `Problem` or a `RequestFileError`.
 */
export class Complaint extends Error {
  constructor(
    readonly code: Problem['code'],
    message: string,
    readonly offset: number,
    readonly remedy?: string,
  ) {
    super(message);
    this.name = 'Complaint';
  }
}

/** COMPLAINT, whose offset is one of SOURCE, as a problem. */
export function problemOf(complaint: Complaint, source: SourceText, request: number | undefined): Problem {
  return {
    code: complaint.code,
    message: complaint.message,
    position: source.positionAt(complaint.offset),
    ...(complaint.remedy === undefined ? {} : { remedy: complaint.remedy }),
    ...(request === undefined ? {} : { request }),
  };
}

/** The word of WORDS that WORD was probably meant to be: equal but for case, or at most two edits away. */
export function suggestion(word: string, words: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let least = Math.min(2, Math.floor(wanted.length / 2)) + 1;
  for (const candidate of words) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions and replacements, and transpositions of neighbours, that lead from A to B. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
