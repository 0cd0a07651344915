/** Findings as JUnit XML: a `testsuite` for each tenant, a `testcase` for each finding, as CI systems read it. */

import { attributesText, escapeText } from '../xml.js';
import { bySubject, countFindings, placeOf, type ReportedFinding } from './finding.js';

export function findingsJunit(findings: readonly ReportedFinding[]): string {
  const suites = [...bySubject(findings)].map(([tenant, found]) => suiteOf(tenant ?? 'workspace', found));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="scim doctor">\n${suites.join('')}</testsuites>\n`;
}

function suiteOf(name: string, findings: readonly ReportedFinding[]): string {
  const { errors, skipped } = countFindings(findings);
  const time = seconds(findings.reduce((sum, { ms = 0 }) => sum + ms, 0));
  const attributes = { name, tests: findings.length, failures: errors, errors: 0, skipped, time };
  return `  <testsuite${attributesText(attributes)}>\n${findings.map(caseOf).join('')}  </testsuite>\n`;
}

function caseOf(finding: ReportedFinding): string {
  const { id, title, message, tenant, file, position, ms } = finding;
  const place = { ...(file === undefined ? {} : { file }), ...(position && { line: position.line + 1 }) };
  const attributes = { name: `${id} ${title}`, classname: tenant ?? 'workspace', ...place, time: seconds(ms ?? 0) };
  const inner = {
    ok: `      <system-out>${escapeText(message)}</system-out>\n`,
    // CI systems have no warnings, and a pipeline that is not to stop must not look broken.
    warning: `      <system-out>${escapeText(`warning: ${explained(finding)}`)}</system-out>\n`,
    error: `      <failure${attributesText({ message, type: id })}>${escapeText(explained(finding))}</failure>\n`,
    skipped: `      <skipped${attributesText({ message })}/>\n`,
  }[finding.status];
  return `    <testcase${attributesText(attributes)}>\n${inner}    </testcase>\n`;
}

function explained(finding: ReportedFinding): string {
  const { message, why, fix } = finding;
  const place = placeOf(finding);
  const lines = [
    place === undefined ? message : `${place}: ${message}`,
    ...(why === undefined ? [] : [`why: ${why}`]),
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
  ];
  return lines.join('\n');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
