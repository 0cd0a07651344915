/** Findings for a person at a terminal, or in a buffer. */

import { printable } from '../printable.js';
import { bySubject, countFindings, placeOf, type ReportedFinding, summaryOf } from './finding.js';

const signs = { ok: '✓', warning: '!', error: '✗', skipped: '–' } as const;
const colors = { ok: 32, warning: 33, error: 31, skipped: 2, dim: 2 } as const;

export interface FindingsText {
  readonly text: string;
  /** The zero-based line of each finding. */
  readonly lines: ReadonlyMap<ReportedFinding, number>;
}

/** FINDINGS as text, by tenant; COLOR: with ANSI escape sequences. */
export function findingsText(findings: readonly ReportedFinding[], color = false): FindingsText {
  const lines: string[] = [];
  const at = new Map<ReportedFinding, number>();
  const paint = (kind: keyof typeof colors, text: string): string =>
    color ? `\x1b[${colors[kind]}m${text}\x1b[0m` : text;
  for (const [tenant, found] of bySubject(findings)) {
    lines.push(tenant === undefined ? 'Workspace' : `Tenant ${printable(tenant)}`);
    for (const finding of found) {
      at.set(finding, lines.length);
      const { status, id, message, ms } = finding;
      const took = ms === undefined || status === 'skipped' ? '' : paint('dim', ` (${ms} ms)`);
      lines.push(`  ${paint(status, `${signs[status]} ${id}`)}  ${printable(message)}${took}`);
      lines.push(...details(finding).map((line) => `            ${line}`));
    }
    lines.push('');
  }
  lines.push(summaryOf(countFindings(findings)));
  return { text: `${lines.join('\n')}\n`, lines: at };
}

/** What follows a finding that is not fine. */
function details(finding: ReportedFinding): string[] {
  const { status, why, fix } = finding;
  const place = placeOf(finding);
  if (status === 'ok' || status === 'skipped') return [];
  return [
    ...(place === undefined ? [] : [`at:  ${printable(place)}`]),
    ...(why === undefined ? [] : [`why: ${printable(why)}`]),
    ...(fix === undefined ? [] : [`fix: ${printable(fix)}`]),
  ];
}
