/**
 * Findings for programs: one JSON object in each line. The first is `{"type":"version","schema":"1.0"}`, then those of
 * type `finding`, then one of type `end` with the counts and the exit code. Lines and columns count from one.
 */

import { countFindings, placeOf, type ReportedFinding } from './finding.js';

const schema = '1.0';

export function findingsJsonl(findings: readonly ReportedFinding[], exitCode: number): string {
  const records = [
    { type: 'version', schema },
    ...findings.map(recordOf),
    { type: 'end', ...countFindings(findings), exitCode },
  ];
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function recordOf(finding: ReportedFinding): object {
  const { id, status, tenant, title, message, why, fix, variable, file, position, ms } = finding;
  const place = position && { line: position.line + 1, column: position.character + 1 };
  const known = { id, status, tenant, title, message, why, fix, variable, file, position: place };
  return { type: 'finding', ...known, place: placeOf(finding), ms };
}
