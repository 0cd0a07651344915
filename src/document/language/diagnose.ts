/** What is wrong with a request file, told while it is written. */

import { closest } from '../../scim/schema/suggest.js';
import type { ParsedRequest, Problem } from '../model.js';
import { checkReferences } from '../references.js';
import { destinationOf } from './destination.js';
import { diagnoseFilters } from './filters.js';
import type { Diagnosis, Edited, Span } from './model.js';
import { fixedEndpoints } from './names.js';
import { diagnoseBody } from './payload.js';

/** Everything that is wrong with EDITED, in the order of the file. */
export function diagnoseFile(edited: Edited): Diagnosis[] {
  const { file } = edited;
  const syntax = file.problems.map((problem) => diagnosisOf(edited, problem, 'error'));
  const references = checkReferences(file, edited.given).map((problem) =>
    // A request that is sent by itself finds what was captured before.
    diagnosisOf(edited, problem, isAboutOrder(problem) ? 'warning' : 'error'),
  );
  const broken = new Set(file.problems.filter(({ code }) => code === 'request.json').map(({ request }) => request));
  const contents = file.requests.flatMap((request) => [
    ...diagnoseEndpoint(edited, request),
    ...diagnoseFilters(edited, request),
    ...(broken.has(request.index) ? [] : diagnoseBody(edited, request)),
  ]);
  const all = [...syntax, ...references, ...contents];
  const seen = new Set<string>();
  return all
    .sort((a, b) => a.start - b.start)
    .filter(({ start, message }) => {
      const key = `${start} ${message}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    });
}

function isAboutOrder({ message }: Problem): boolean {
  return /which comes later$|is captured only by /.test(message);
}

function diagnosisOf(edited: Edited, problem: Problem, severity: Diagnosis['severity']): Diagnosis {
  const start = edited.file.source.offsetAt(problem.position);
  const message = problem.remedy === undefined ? problem.message : `${problem.message}. ${problem.remedy}`;
  return { ...wordAt(edited.file.source.text, start), message, severity };
}

/** What stands at START of TEXT: a reference, a string, or what reaches to the next white space. */
function wordAt(text: string, start: number): Span {
  const rest = text.slice(start, text.indexOf('\n', start) === -1 ? undefined : text.indexOf('\n', start));
  const word = /^(?:\{\{[^\n]*?\}\}|"(?:[^"\\\n]|\\.)*"|[^\s,\]}]+)/u.exec(rest)?.[0] ?? '';
  return { start, end: start + word.length };
}

/** The endpoint of REQUEST is not one of the service. */
function diagnoseEndpoint(edited: Edited, request: ParsedRequest): Diagnosis[] {
  const destination = destinationOf(edited, request);
  const [first] = request.targetTemplate;
  if (destination?.kind !== 'unknown' || first?.kind !== 'text') return [];
  const [, segment = ''] = /^(\/[^/?]+)/.exec(destination.path) ?? [];
  const at = first.text.lastIndexOf(segment, first.text.indexOf('?') === -1 ? undefined : first.text.indexOf('?'));
  const endpoints = edited.registry.resourceTypes.map(({ endpoint }) => endpoint);
  if (segment === '' || at === -1 || edited.registry.find(segment)?.endpoint === segment) return [];
  const meant = closest(segment, [...endpoints, ...fixedEndpoints.map(({ name }) => name)]);
  if (meant === undefined && !edited.isDiscovered) return [];
  const hint =
    meant === undefined || meant === segment ? `; it has ${endpoints.join(', ')}` : `; did you mean \`${meant}\`?`;
  const whose = edited.isDiscovered ? edited.tenant : 'the standard';
  const message = `\`${segment}\` is not an endpoint that ${whose} has${hint}`;
  return [{ start: first.offset + at, end: first.offset + at + segment.length, message, severity: 'warning' }];
}
