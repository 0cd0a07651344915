/**
 * What reports are written from. The types are those that a run of requests gives to the editor, so that one result
 * serves both; lines and columns in them count from zero, in what is printed they count from one.
 */
import type { Position } from '../scim/error.js';

export interface ReportedError {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string | undefined;
  readonly asked?: string | undefined;
  readonly file?: string | undefined;
  readonly position?: Position | undefined;
  readonly status?: number | undefined;
  readonly scimType?: string | undefined;
  readonly detail?: string | undefined;
  readonly exitCode: number;
}

export interface ReportedList {
  readonly completeness: 'complete' | 'partial' | 'unknown';
  readonly reason?: string | undefined;
  readonly count: number;
  readonly totalResults: number | null;
  readonly pages: number;
}

interface ReportedResponse {
  readonly status: number;
  readonly reason: string;
  readonly durationMs: number;
  readonly bytes: number;
  readonly etag: string | null;
  readonly contentType: string | null;
  readonly list?: ReportedList | undefined;
}

/** The result of one request. */
export interface ReportEntry {
  readonly name: string;
  readonly line: number;
  readonly method: string;
  readonly target: string;
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
  readonly reason?: string | undefined;
  readonly seconds: number;
  readonly response?: ReportedResponse | undefined;
  readonly assertions: readonly {
    readonly text: string;
    readonly line: number;
    readonly passed: boolean;
    readonly message?: string | undefined;
  }[];
  readonly captures: readonly { readonly name: string; readonly value: string }[];
  readonly warnings: readonly string[];
  readonly error?: ReportedError | undefined;
}

/** The result of an Elisp script. */
export interface ScriptEntry {
  readonly outcome: 'passed' | 'error';
  readonly seconds: number;
  readonly error?: ReportedError | undefined;
}

export interface ReportTotals {
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: number;
}

/** Writes a report piece by piece: each method returns the text to print next. */
export interface ReportWriter {
  begin(): string;
  /** The results that follow, up to the next file, belong to the request file PATH. */
  file(path: string): string;
  result(path: string, entry: ReportEntry): string;
  script(path: string, entry: ScriptEntry): string;
  /** ERROR kept the whole file PATH from being run. */
  fileError(path: string, error: ReportedError): string;
  end(totals: ReportTotals): string;
}

/** `file:line:column: `, as compilers print it, or `file: ` without a position. */
function placeOf(path: string, position?: Position): string {
  return position === undefined ? `${path}: ` : `${path}:${position.line + 1}:${position.character + 1}: `;
}

/** ERROR on one line, with its place when it points at one in a file, or at a line of PATH. */
export function errorLine(path: string, error: ReportedError, line?: number): string {
  const position = error.position ?? (line === undefined ? undefined : { line, character: 0 });
  const place = placeOf(error.file ?? path, position);
  // A message about several places names each of them itself.
  return error.message.startsWith(place) ? error.message : `${place}${error.message}`;
}

/** The failed assertions of ENTRY, each as `file:line:1: what was expected and what came`. */
export function failureLines(path: string, entry: ReportEntry): string[] {
  return entry.assertions
    .filter(({ passed }) => !passed)
    .map(({ text, line, message }) => `${placeOf(path, { line, character: 0 })}${message ?? `?? ${text}`}`);
}

/** Counts outcomes into `ReportTotals`. */
export function countOutcomes(outcomes: Iterable<ReportEntry['outcome']>): ReportTotals {
  const totals = { passed: 0, failed: 0, errors: 0, skipped: 0 };
  for (const outcome of outcomes) totals[outcome === 'error' ? 'errors' : outcome]++;
  return totals;
}
