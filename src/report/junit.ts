/** JUnit XML: a `testsuite` for each file, a `testcase` for each request, as CI systems read it. */
import {
  errorLine,
  failureLines,
  type ReportEntry,
  type ReportedError,
  type ReportTotals,
  type ReportWriter,
  type ScriptEntry,
} from './entry.js';
import { attributesText, escapeText } from './xml.js';

export function junitReport(): ReportWriter {
  return new JunitReport();
}

/** A suite is counted in its start tag, so it is written when it has ended. */
interface Suite {
  readonly path: string;
  readonly cases: string[];
  readonly counts: { tests: number; failures: number; errors: number; skipped: number };
  seconds: number;
}

class JunitReport implements ReportWriter {
  #suite: Suite | undefined;

  begin(): string {
    return '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="scim">\n';
  }

  file(path: string): string {
    const ended = this.#endSuite();
    this.#suite = newSuite(path);
    return ended;
  }

  result(path: string, entry: ReportEntry): string {
    const ended = this.#suite?.path === path ? '' : this.file(path);
    const { name, line, seconds, outcome } = entry;
    const inner = [...elementsOf(path, entry), ...systemOut(entry)];
    this.#add(testcase(path, name, seconds, line, inner), outcome, seconds);
    return ended;
  }

  script(path: string, { outcome, seconds, error }: ScriptEntry): string {
    const ended = this.file(path);
    const inner = error === undefined ? [] : [errorElement(path, error)];
    this.#add(testcase(path, path, seconds, undefined, inner), outcome, seconds);
    return ended + this.#endSuite();
  }

  fileError(path: string, error: ReportedError): string {
    const ended = this.#suite?.path === path ? '' : this.file(path);
    this.#add(testcase(path, path, 0, error.position?.line, [errorElement(path, error)]), 'error', 0);
    return ended;
  }

  end(_totals: ReportTotals): string {
    return `${this.#endSuite()}</testsuites>\n`;
  }

  #add(element: string, outcome: ReportEntry['outcome'], seconds: number): void {
    const suite = this.#suite;
    if (suite === undefined) return;
    suite.cases.push(element);
    suite.seconds += seconds;
    suite.counts.tests++;
    if (outcome === 'failed') suite.counts.failures++;
    if (outcome === 'error') suite.counts.errors++;
    if (outcome === 'skipped') suite.counts.skipped++;
  }

  #endSuite(): string {
    const suite = this.#suite;
    this.#suite = undefined;
    if (suite === undefined) return '';
    const attributes = { name: suite.path, ...suite.counts, time: suite.seconds.toFixed(3) };
    return `  <testsuite${attributesText(attributes)}>\n${suite.cases.join('')}  </testsuite>\n`;
  }
}

function newSuite(path: string): Suite {
  return { path, cases: [], counts: { tests: 0, failures: 0, errors: 0, skipped: 0 }, seconds: 0 };
}

function testcase(path: string, name: string, seconds: number, line: number | undefined, inner: string[]): string {
  const place = line === undefined ? {} : { line: line + 1 };
  const attributes = { name, classname: path, file: path, ...place, time: seconds.toFixed(3) };
  const open = `    <testcase${attributesText(attributes)}`;
  return inner.length === 0 ? `${open}/>\n` : `${open}>\n${inner.join('')}    </testcase>\n`;
}

function elementsOf(path: string, entry: ReportEntry): string[] {
  if (entry.outcome === 'skipped') return [`      <skipped${attributesText({ message: entry.reason ?? '' })}/>\n`];
  const failures = failureLines(path, entry);
  const elements = entry.error === undefined ? [] : [errorElement(path, entry.error, entry.line, failures)];
  if (entry.outcome === 'failed') elements.push(failureElement(failures));
  return elements;
}

/** All failed assertions of a request in one element: many readers show the first `failure` only. */
function failureElement(failures: readonly string[]): string {
  const [first = ''] = failures;
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
  const attributes = attributesText({ message: first + more, type: 'assertion' });
  return `      <failure${attributes}>${escapeText(failures.join('\n'))}</failure>\n`;
}

function errorElement(path: string, error: ReportedError, line?: number, also: readonly string[] = []): string {
  const rendered = errorLine(path, error, line);
  const text = [rendered, ...(error.remedy === undefined ? [] : [error.remedy]), ...also].join('\n');
  return `      <error${attributesText({ message: rendered, type: error.code })}>${escapeText(text)}</error>\n`;
}

function systemOut({ method, target, response, warnings, captures }: ReportEntry): string[] {
  const status = response === undefined ? '' : ` ${response.status} ${Math.round(response.durationMs)} ms`;
  const lines = [
    ...(method === '' ? [] : [`${method} ${target}${status}`]),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...captures.map(({ name, value }) => `${name} = ${value}`),
  ];
  return lines.length === 0 ? [] : [`      <system-out>${escapeText(lines.join('\n'))}</system-out>\n`];
}
