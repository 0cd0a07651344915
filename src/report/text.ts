/** The report for a person at a terminal. */
import {
  errorLine,
  failureLines,
  type ReportEntry,
  type ReportedError,
  type ReportedList,
  type ReportTotals,
  type ReportWriter,
  type ScriptEntry,
} from './entry.js';
import { printable } from './printable.js';

export interface TextReportOptions {
  /** Use ANSI escape sequences for colors. */
  readonly color?: boolean | undefined;
  /** List the assertions that hold, too. */
  readonly verbose?: boolean | undefined;
}

const signs = { passed: '✓', failed: '✗', error: '✗', skipped: '–' } as const;
const colors = { passed: 32, failed: 31, error: 31, skipped: 33, dim: 2 } as const;

export function textReport(options: TextReportOptions = {}): ReportWriter {
  return new TextReport(options.color === true, options.verbose === true);
}

class TextReport implements ReportWriter {
  #seconds = 0;
  #empty = true;

  constructor(
    private readonly color: boolean,
    private readonly verbose: boolean,
  ) {}

  begin(): string {
    return '';
  }

  file(path: string): string {
    const gap = this.#empty ? '' : '\n';
    this.#empty = false;
    return `${gap}${printable(path)}\n`;
  }

  result(path: string, entry: ReportEntry): string {
    this.#seconds += entry.seconds;
    const lines = [`  ${this.#headline(entry)}`];
    if (this.verbose) lines.push(...this.#held(entry));
    for (const line of failureLines(path, entry)) lines.push(`      ${printable(line)}`);
    if (entry.error !== undefined) lines.push(...this.#error(path, entry.error, entry.line));
    for (const warning of entry.warnings) lines.push(`      ${this.#paint('skipped', `! ${printable(warning)}`)}`);
    for (const { name, value } of entry.captures) {
      lines.push(`      ${this.#paint('dim', printable(`${name} = ${shorten(value)}`))}`);
    }
    return `${lines.join('\n')}\n`;
  }

  script(path: string, entry: ScriptEntry): string {
    this.#seconds += entry.seconds;
    const sign = this.#paint(entry.outcome, signs[entry.outcome]);
    const lines = [`${sign} ${printable(path)}  ${milliseconds(entry.seconds * 1000)}`];
    if (entry.error !== undefined) lines.push(...this.#error(path, entry.error));
    return `${this.#gap()}${lines.join('\n')}\n`;
  }

  fileError(path: string, error: ReportedError): string {
    const sign = this.#paint('error', signs.error);
    return `${this.#gap()}${sign} ${printable(path)}\n${this.#error(path, error).join('\n')}\n`;
  }

  end(totals: ReportTotals): string {
    const parts = [
      this.#count('passed', totals.passed, 'passed'),
      this.#count('failed', totals.failed, 'failed'),
      ...(totals.errors === 0 ? [] : [this.#count('error', totals.errors, totals.errors === 1 ? 'error' : 'errors')]),
      this.#count('skipped', totals.skipped, 'skipped'),
    ];
    return `${this.#gap()}${parts.join(', ')} in ${this.#seconds.toFixed(1)} s\n`;
  }

  #gap(): string {
    const gap = this.#empty ? '' : '\n';
    this.#empty = false;
    return gap;
  }

  #headline(entry: ReportEntry): string {
    const { name, method, target, outcome, response } = entry;
    const asked = `${method} ${target}`.trim();
    const parts = [this.#paint(outcome, signs[outcome]), printable(name)];
    if (asked !== '' && asked !== name) parts.push('', printable(asked));
    const facts =
      response === undefined
        ? []
        : [String(response.status), milliseconds(response.durationMs), ...listFacts(response.list)];
    if (outcome === 'skipped') facts.push(`skipped${entry.reason === undefined ? '' : ` ${printable(entry.reason)}`}`);
    if (facts.length > 0) parts.push('', this.#paint('dim', facts.join('  ')));
    return parts.join(' ');
  }

  #held({ assertions }: ReportEntry): string[] {
    const held = assertions.filter(({ passed }) => passed);
    return held.map(
      ({ text }) => `      ${this.#paint('passed', signs.passed)} ${this.#paint('dim', printable(text))}`,
    );
  }

  #error(path: string, error: ReportedError, line?: number): string[] {
    const lines = [`      ${this.#paint('error', printable(errorLine(path, error, line)))}`];
    if (error.remedy !== undefined) lines.push(`      ${printable(error.remedy)}`);
    return lines;
  }

  #count(color: keyof typeof colors, count: number, word: string): string {
    const text = `${count} ${word}`;
    return count === 0 ? text : this.#paint(color, text);
  }

  #paint(color: keyof typeof colors, text: string): string {
    return this.color ? `\u001b[${colors[color]}m${text}\u001b[0m` : text;
  }
}

function milliseconds(duration: number): string {
  return duration < 10_000 ? `${Math.round(duration)} ms` : `${(duration / 1000).toFixed(1)} s`;
}

function listFacts(list: ReportedList | undefined): string[] {
  if (list === undefined) return [];
  const total = list.totalResults === null || list.totalResults === list.count ? '' : ` of ${list.totalResults}`;
  return [
    `${list.count}${total} ${list.count === 1 && total === '' ? 'resource' : 'resources'}`,
    ...(list.completeness === 'complete' ? [] : [list.completeness]),
  ];
}

function shorten(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
