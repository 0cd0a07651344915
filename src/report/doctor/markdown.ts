/** Findings as Markdown, for a ticket or the summary of a CI job. */

import { printable } from '../printable.js';
import { bySubject, countFindings, placeOf, type ReportedFinding, summaryOf } from './finding.js';

const words = { ok: 'fine', warning: '**warning**', error: '**error**', skipped: 'not checked' } as const;

export function findingsMarkdown(findings: readonly ReportedFinding[]): string {
  const sections = [...bySubject(findings)].map(([tenant, found]) => {
    const title = tenant === undefined ? 'Workspace' : `Tenant ${inline(tenant)}`;
    const rows = found.map((finding) => `| ${finding.id} | ${words[finding.status]} | ${cellOf(finding)} |\n`);
    return `## ${title}\n\n| check | | |\n|---|---|---|\n${rows.join('')}\n`;
  });
  return `# Doctor\n\n${sections.join('')}${summaryOf(countFindings(findings))}\n`;
}

function cellOf(finding: ReportedFinding): string {
  const { status, message, why, fix } = finding;
  if (status === 'ok' || status === 'skipped') return inline(message);
  const place = placeOf(finding);
  const parts = [
    inline(message),
    ...(place === undefined ? [] : [`at ${inline(place)}`]),
    ...(why === undefined ? [] : [`Why: ${inline(why)}`]),
    ...(fix === undefined ? [] : [`Fix: ${inline(fix)}`]),
  ];
  return parts.join('<br>');
}

/** TEXT so that nothing in it is taken for markup. */
function inline(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>|#]/g, (char) => `\\${char}`);
}
