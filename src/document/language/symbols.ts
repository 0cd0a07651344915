/** The parts of a request file that have names. */

import type { RequestFile } from '../model.js';
import { nameSpan } from './hover.js';
import type { FileSymbol, Span } from './model.js';

/** The variables of FILE and its requests, each with what it captures, in the order of the file. */
export function symbolsOf(file: RequestFile): FileSymbol[] {
  const variables = file.variables.map(({ name, offset, line, source }): FileSymbol => {
    const end = file.source.lines[line];
    const span = { start: offset - 1, end: end === undefined ? offset + name.length : end.start + end.text.length };
    return { name, detail: source, kind: 'variable', span, nameSpan: named(offset, name), children: [] };
  });
  const requests = file.requests.map((request): FileSymbol => {
    const first = file.source.lines[request.startLine];
    const last = file.source.lines[request.endLine];
    const captures = request.checks.flatMap((check): FileSymbol[] => {
      if (check.kind !== 'capture') return [];
      const { offset, name, operand } = check;
      const span = { start: offset, end: operand.offset + operand.source.length };
      return [
        { name, detail: operand.source, kind: 'variable', span, nameSpan: named(offset + 1, name), children: [] },
      ];
    });
    return {
      name: request.name,
      detail: `${request.method} ${request.target}`,
      kind: 'request',
      span: { start: first?.start ?? 0, end: (last?.start ?? 0) + (last?.text.length ?? 0) },
      nameSpan: nameSpan(request),
      children: captures,
    };
  });
  return [...variables, ...requests].sort((a, b) => a.span.start - b.span.start);
}

function named(start: number, name: string): Span {
  return { start, end: start + name.length };
}
