/** The variables of a file with their present values. */
import { Complaint } from './complaint.js';
import type { ParsedRequest, RequestFile } from './model.js';
import { Scope } from './scope.js';
import type { FileSession } from './session.js';
import { shownText, type ValueRedactor } from './show.js';

export interface VariableView {
  readonly name: string;
  /** Redacted; null when it has none yet. */
  readonly value: string | null;
  /** `line 1`, `captured by create`, `not captured yet: line 12`, `line 1: …` when it cannot be told. */
  readonly origin: string;
}

/** Every variable that FILE sets or captures, in the order of the file, with its value in SESSION, redacted. */
export function variablesOf(file: RequestFile, session: FileSession, redactor: ValueRedactor): VariableView[] {
  const definitions = new Map(file.variables.map((variable) => [variable.name, variable.line]));
  const set = [...definitions].map(([name, line]): [number, VariableView] => [
    line,
    definedView(file, name, line, session, redactor),
  ]);
  const captures = new Map(
    file.requests
      .flatMap((request) => request.checks)
      .flatMap((check) => (check.kind === 'capture' ? [[check.name, check.line]] : [])),
  );
  const captured = [...captures].map(([name, line]): [number, VariableView] => [
    line,
    capturedView(name, line, session, redactor),
  ]);
  return [...set, ...captured].sort(([a], [b]) => a - b).map(([, view]) => view);
}

function definedView(
  file: RequestFile,
  name: string,
  line: number,
  session: FileSession,
  redactor: ValueRedactor,
): VariableView {
  const origin = `line ${line + 1}`;
  try {
    const source = `{{${name}}}`;
    const bound = scopeAtEnd(file, session).lookup({
      kind: 'reference',
      reference: { kind: 'variable', name },
      source,
      offset: 0,
    });
    const value = bound.kind === 'text' ? bound.text : bound.value;
    return { name, value: shownText(value, [name], redactor), origin };
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return { name, value: null, origin: `${origin}: ${error.message}` };
  }
}

/** The scope of an imaginary request after the last one, where every variable is set. */
function scopeAtEnd(file: RequestFile, session: FileSession): Scope {
  const line = file.source.lines.length;
  const after: ParsedRequest = {
    index: file.requests.length,
    name: '',
    named: false,
    nameOffset: 0,
    startLine: line,
    line,
    endLine: line,
    method: 'GET',
    methodOffset: 0,
    target: '',
    targetTemplate: [],
    headers: [],
    body: undefined,
    checks: [],
    directives: {},
  };
  return new Scope({ ...file, requests: file.requests.map((each) => ({ ...each, checks: [] })) }, after, session, {});
}

function capturedView(name: string, line: number, session: FileSession, redactor: ValueRedactor): VariableView {
  const captured = session.captured(name);
  if (captured === undefined) return { name, value: null, origin: `not captured yet: line ${line + 1}` };
  const value = shownText(captured.value, [captured.attribute, name], redactor);
  return { name, value, origin: `captured by ${captured.request}` };
}
