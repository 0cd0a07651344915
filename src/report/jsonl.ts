/**
 * The report for programs: one JSON object in each line. The first is `{"type":"version","schema":"1.0"}`; others are
 * of type `file`, `result`, `script`, `fileError` and `end`. Lines and columns count from one. Bodies are left out.
 */
import type { Position } from '../scim/error.js';
import {
  errorLine,
  type ReportEntry,
  type ReportedError,
  type ReportTotals,
  type ReportWriter,
  type ScriptEntry,
} from './entry.js';

const jsonlSchema = '1.0';

export function jsonlReport(): ReportWriter {
  return new JsonlReport();
}

class JsonlReport implements ReportWriter {
  begin(): string {
    return line({ type: 'version', schema: jsonlSchema });
  }

  file(path: string): string {
    return line({ type: 'file', path });
  }

  result(path: string, entry: ReportEntry): string {
    const { response } = entry;
    return line({
      type: 'result',
      path,
      name: entry.name,
      line: entry.line + 1,
      method: entry.method,
      target: entry.target,
      outcome: entry.outcome,
      reason: entry.reason,
      seconds: entry.seconds,
      response: response && {
        status: response.status,
        reason: response.reason,
        durationMs: response.durationMs,
        bytes: response.bytes,
        etag: response.etag,
        contentType: response.contentType,
        list: response.list,
      },
      assertions: entry.assertions.map((assertion) => ({ ...assertion, line: assertion.line + 1 })),
      captures: entry.captures,
      warnings: entry.warnings,
      error: entry.error && errorObject(path, entry.error, entry.line),
    });
  }

  script(path: string, { outcome, seconds, error }: ScriptEntry): string {
    return line({ type: 'script', path, outcome, seconds, error: error && errorObject(path, error) });
  }

  fileError(path: string, error: ReportedError): string {
    return line({ type: 'fileError', path, error: errorObject(path, error) });
  }

  end(totals: ReportTotals): string {
    return line({ type: 'end', ...totals });
  }
}

function errorObject(path: string, error: ReportedError, atLine?: number): object {
  return { ...error, position: oneBased(error.position), rendered: errorLine(path, error, atLine) };
}

function oneBased(position: Position | undefined): object | undefined {
  return position && { line: position.line + 1, column: position.character + 1 };
}

/** JSON escapes line feeds, so a record is a line; half surrogate pairs are escaped by JSON.stringify. */
function line(record: object): string {
  return `${JSON.stringify(record)}\n`;
}
