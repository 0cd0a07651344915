/** Findings as Markdown, for a ticket or the summary of a CI job. */

import { markdownText } from '../markdown-text.js';
import { bySubject, countFindings, placeOf, type ReportedFinding, summaryOf } from './finding.js';

const words = { ok: 'fine', warning: '**warning**', error: '**error**', skipped: 'not checked' } as const;

export function findingsMarkdown(findings: readonly ReportedFinding[]): string {
  const sections = [...bySubject(findings)].map(([tenant, found]) => {
    const title = tenant === undefined ? 'Workspace' : `Tenant ${markdownText(tenant)}`;
    const rows = found.map((finding) => `| ${finding.id} | ${words[finding.status]} | ${cellOf(finding)} |\n`);
    return `## ${title}\n\n| check | | |\n|---|---|---|\n${rows.join('')}\n`;
  });
  return `# Doctor\n\n${sections.join('')}${summaryOf(countFindings(findings))}\n`;
}

function cellOf(finding: ReportedFinding): string {
  const { status, message, why, fix } = finding;
  if (status === 'ok' || status === 'skipped') return markdownText(message);
  const place = placeOf(finding);
  const parts = [
    markdownText(message),
    ...(place === undefined ? [] : [`at ${markdownText(place)}`]),
    ...(why === undefined ? [] : [`Why: ${markdownText(why)}`]),
    ...(fix === undefined ? [] : [`Fix: ${markdownText(fix)}`]),
  ];
  return parts.join('<br>');
}
