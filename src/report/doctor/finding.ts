/** What reports of the doctor are written from: the findings, in the order in which they are to be told. */

import type { Position } from '../../scim/error.js';

export interface ReportedFinding {
  /** `ENV001`, `NET003`, … */
  readonly id: string;
  readonly status: 'ok' | 'warning' | 'error' | 'skipped';
  /** What findings with this id are about. */
  readonly title: string;
  readonly message: string;
  readonly why?: string | undefined;
  readonly fix?: string | undefined;
  readonly tenant?: string | undefined;
  readonly variable?: string | undefined;
  readonly file?: string | undefined;
  readonly position?: Position | undefined;
  readonly ms?: number | undefined;
}

export interface FindingCounts {
  readonly ok: number;
  readonly warnings: number;
  readonly errors: number;
  readonly skipped: number;
}

export function countFindings(findings: Iterable<ReportedFinding>): FindingCounts {
  const counts = { ok: 0, warnings: 0, errors: 0, skipped: 0 };
  const keys = { ok: 'ok', warning: 'warnings', error: 'errors', skipped: 'skipped' } as const;
  for (const { status } of findings) counts[keys[status]]++;
  return counts;
}

/** `scim.yaml:7:3`, counted from one; undefined when FINDING is not about a place. */
export function placeOf({ file, position }: ReportedFinding): string | undefined {
  if (file === undefined || position === undefined) return file;
  return `${file}:${position.line + 1}:${position.character + 1}`;
}

/** FINDINGS by what they are about, in the order of the first of each: undefined stands for the workspace as a whole. */
export function bySubject(findings: readonly ReportedFinding[]): Map<string | undefined, ReportedFinding[]> {
  const subjects = new Map<string | undefined, ReportedFinding[]>();
  for (const finding of findings) {
    const others = subjects.get(finding.tenant);
    if (others === undefined) subjects.set(finding.tenant, [finding]);
    else others.push(finding);
  }
  return subjects;
}

/** `2 errors, 1 warning, 9 fine, 3 not checked`. */
export function summaryOf({ ok, warnings, errors, skipped }: FindingCounts): string {
  const told = [
    `${errors} ${errors === 1 ? 'error' : 'errors'}`,
    `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
    `${ok} fine`,
    ...(skipped === 0 ? [] : [`${skipped} not checked`]),
  ];
  return told.join(', ');
}
