/** The open reports of batch mode: results go in, text goes out to the client as it is written. */

import { exitCodes } from '../protocol/error-codes.js';
import type { ParamsOf } from '../protocol/index.js';
import * as protocol from '../protocol/reports.js';
import {
  countOutcomes,
  type ReportEntry,
  type ReportedError,
  type ReportWriter,
  type ScriptEntry,
} from '../report/entry.js';
import { worstExitCode } from '../report/exit.js';
import { jsonlReport } from '../report/jsonl.js';
import { junitReport } from '../report/junit.js';
import { textReport } from '../report/text.js';
import { UsageError } from '../scim/error.js';
import type { Notify } from './connection.js';

type BeginParams = ParamsOf<typeof protocol.beginReport>;

function writerFor({ format, color, verbose }: BeginParams): ReportWriter {
  switch (format) {
    case 'text':
      return textReport({ color, verbose });
    case 'junit':
      return junitReport();
    case 'jsonl':
      return jsonlReport();
  }
}

class OpenReport {
  private readonly outcomes: ReportEntry['outcome'][] = [];
  private readonly codes: number[] = [];

  constructor(
    private readonly writer: ReportWriter,
    private readonly print: (text: string) => void,
  ) {
    print(writer.begin());
  }

  file(path: string): void {
    this.print(this.writer.file(path));
  }

  result(path: string, entry: ReportEntry): void {
    this.count(entry.outcome, entry.error);
    this.print(this.writer.result(path, entry));
  }

  script({ path, ...entry }: ScriptEntry & { path: string }): void {
    this.count(entry.outcome, entry.error);
    this.print(this.writer.script(path, entry));
  }

  fileError(path: string, error: ReportedError): void {
    this.count('error', error);
    this.print(this.writer.fileError(path, error));
  }

  end() {
    const counts = countOutcomes(this.outcomes);
    this.print(this.writer.end(counts));
    return { exitCode: worstExitCode(this.codes), counts };
  }

  private count(outcome: ReportEntry['outcome'], error: ReportedError | undefined): void {
    this.outcomes.push(outcome);
    this.codes.push(exitCodeOfOutcome(outcome, error));
  }
}

/** The exit code of one result. */
export function exitCodeOfOutcome(outcome: ReportEntry['outcome'], error: ReportedError | undefined): number {
  if (outcome === 'passed' || outcome === 'skipped') return exitCodes.done;
  return error?.exitCode ?? exitCodes.failed;
}

export class Reports {
  private readonly open = new Map<string, OpenReport>();
  private next = 1;

  constructor(private readonly notify: Notify) {}

  /** Open a report and return its name. */
  begin(params: BeginParams): string {
    const report = `report-${this.next++}`;
    const print = (text: string) => {
      if (text !== '') this.notify(protocol.reportOutput, { report, text });
    };
    this.open.set(report, new OpenReport(writerFor(params), print));
    return report;
  }

  get(name: string): OpenReport {
    const report = this.open.get(name);
    if (report === undefined) throw new UsageError(`There is no open report ${name}`);
    return report;
  }

  end(name: string) {
    const report = this.get(name);
    this.open.delete(name);
    return report.end();
  }
}
