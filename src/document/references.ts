/** Do the references of a file lead anywhere? What can be known before anything is sent. */
import { Complaint, problemOf, suggestion } from './complaint.js';
import type { Operand, ParsedRequest, Problem, Reference, RequestFile, Template, VariableDefinition } from './model.js';

export interface Use {
  readonly reference: Reference;
  /** As written. */
  readonly source: string;
  readonly offset: number;
}

export function usesOfTemplate(template: Template): Use[] {
  return template.filter((part) => part.kind === 'reference');
}

export function usesOfOperand(operand: Operand): Use[] {
  if (operand.kind === 'pattern') return [];
  const { source, offset } = operand;
  const own = operand.kind === 'reference' ? [{ reference: operand.reference, source, offset }] : [];
  return [...own, ...usesOfTemplate(operand.template)];
}

/** References that must have a value before REQUEST is sent. */
function usesBefore(request: ParsedRequest): Use[] {
  const templates = [request.targetTemplate, ...request.headers.map((header) => header.value), request.body ?? []];
  return templates.flatMap(usesOfTemplate);
}

export function operandsOf(check: ParsedRequest['checks'][number]): Operand[] {
  if (check.kind === 'capture') return [check.operand];
  return 'right' in check.test ? [check.left, check.test.right] : [check.left];
}

/** The names of the variables that REQUEST captures with CHECK or before it. */
export function capturedUpTo(request: ParsedRequest, offset: number): Set<string> {
  const names = request.checks.map((check) =>
    check.kind === 'capture' && check.offset < offset ? check.name : undefined,
  );
  return new Set(names.filter((name) => name !== undefined));
}

/** Complaints on references of REQUEST, and of the variables set there, to requests that the file does not have. */
export function checkResponseReferences(
  request: ParsedRequest,
  requests: readonly ParsedRequest[],
  variables: readonly VariableDefinition[],
): Complaint[] {
  const own = variables.filter((variable) => isSetFor(variable, request, requests));
  const uses = [
    ...own.flatMap((variable) => usesOfTemplate(variable.value)),
    ...usesBefore(request),
    ...request.checks.flatMap(operandsOf).flatMap(usesOfOperand),
  ];
  const names = requests.filter((each) => each.named).map((each) => each.name);
  return uses.flatMap(({ reference, source, offset }) => {
    if (reference.kind !== 'response' || reference.request === undefined || reference.request === 'last') return [];
    if (names.includes(reference.request)) return [];
    const meant = suggestion(reference.request, names);
    const hint = meant === undefined ? '' : `; is \`${meant}\` meant?`;
    const message = `\`${source}\` refers to a request \`${reference.request}\` that the file does not have${hint}`;
    return [new Complaint('request.variable', message, offset)];
  });
}

/** Is VARIABLE set after the request before REQUEST (or in the preamble) and before the next? */
function isSetFor(variable: VariableDefinition, request: ParsedRequest, requests: readonly ParsedRequest[]): boolean {
  const before = requests[request.index - 1];
  const next = requests[request.index + 1];
  const after = before === undefined || variable.line > before.line;
  return after && (next === undefined || variable.line < request.line);
}

/**
 * Problems with references that a run of REQUESTS of FILE, one after the other, would meet: variables that are not set,
 * answers that are not there yet.
 * @param given names of variables that are set from outside
 */
export function checkReferences(file: RequestFile, given: Iterable<string>): Problem[] {
  const names = new Set(given);
  return file.requests.flatMap((request) => {
    const checker = new UseChecker(file, request, names);
    for (const use of usesBefore(request)) checker.check(use, new Set(), false);
    for (const check of request.checks) {
      const captured = capturedUpTo(request, check.offset);
      for (const use of operandsOf(check).flatMap(usesOfOperand)) checker.check(use, captured, true);
    }
    return checker.complaints.map((complaint) => problemOf(complaint, file.source, request.index));
  });
}

/** The variables that FILE uses and nothing in it sets or captures, with the offset of their first use. */
export function freeVariables(file: RequestFile): ReadonlyMap<string, number> {
  const bound = new Set(file.variables.map(({ name }) => name));
  for (const request of file.requests) for (const name of capturedUpTo(request, Infinity)) bound.add(name);
  const uses = [
    ...file.variables.flatMap((variable) => usesOfTemplate(variable.value)),
    ...file.requests.flatMap((request) => [
      ...usesBefore(request),
      ...request.checks.flatMap(operandsOf).flatMap(usesOfOperand),
    ]),
  ];
  const free = new Map<string, number>();
  for (const { reference, offset } of uses) {
    if (reference.kind !== 'variable' || bound.has(reference.name) || free.has(reference.name)) continue;
    free.set(reference.name, offset);
  }
  return free;
}

class UseChecker {
  readonly complaints: Complaint[] = [];
  readonly #followed = new Set<VariableDefinition>();

  constructor(
    private readonly file: RequestFile,
    private readonly request: ParsedRequest,
    private readonly given: ReadonlySet<string>,
  ) {}

  /** CAPTURED: what the request itself has captured by then. ANSWERED: is its answer there? */
  check(use: Use, captured: ReadonlySet<string>, answered: boolean): void {
    const { reference } = use;
    if (reference.kind === 'response') this.#checkResponse(use, reference.request, answered);
    if (reference.kind !== 'variable' || this.given.has(reference.name) || captured.has(reference.name)) return;
    const definition = this.file.variables.findLast(
      (each) => each.name === reference.name && each.line < this.request.line,
    );
    if (definition !== undefined) this.#follow(definition, captured, answered);
    else if (!isCapturedBefore(reference.name, this.file, this.request)) {
      const { name } = reference;
      this.complaints.push(undefinedVariable(name, use.source, use.offset, this.file, this.request, [...this.given]));
    }
  }

  #follow(definition: VariableDefinition, captured: ReadonlySet<string>, answered: boolean): void {
    if (this.#followed.has(definition)) return;
    this.#followed.add(definition);
    for (const use of usesOfTemplate(definition.value)) this.check(use, captured, answered);
  }

  #checkResponse({ source, offset }: Use, name: string | undefined, answered: boolean): void {
    const other = this.file.requests.find((each) => each.named && each.name === name);
    if (other === undefined || other.index < this.request.index) return;
    if (other.index === this.request.index && answered) return;
    const when = other.index === this.request.index ? 'is not there before it is sent' : 'comes later';
    const message = `\`${source}\` refers to the answer of \`${other.name}\`, which ${when}`;
    this.complaints.push(new Complaint('request.variable', message, offset));
  }
}

function isCapturedBefore(name: string, file: RequestFile, request: ParsedRequest): boolean {
  return file.requests.slice(0, request.index).some((earlier) => capturedUpTo(earlier, Infinity).has(name));
}

/** The complaint that the variable NAME, used as SOURCE at OFFSET by REQUEST, has no value there. */
export function undefinedVariable(
  name: string,
  source: string,
  offset: number,
  file: RequestFile,
  request: ParsedRequest,
  given: readonly string[],
): Complaint {
  const later = file.variables.find((variable) => variable.name === name);
  if (later !== undefined) {
    const message = `\`${source}\` is set only further down, in line ${later.line + 1}`;
    return new Complaint('request.variable', message, offset);
  }
  const captor = file.requests.find((each) => capturedUpTo(each, Infinity).has(name));
  if (captor !== undefined && captor.index >= request.index) {
    const message = `\`${source}\` is captured only by \`${captor.name}\`, in line ${captor.line + 1}`;
    return new Complaint('request.variable', message, offset, `Run \`${captor.name}\` first.`);
  }
  const known = definedNames(file, request, given);
  const meant = suggestion(name, known);
  const message = `\`${source}\` is not defined; ${known.length === 0 ? 'nothing is' : `defined are ${known.join(', ')}`}`;
  return new Complaint('request.variable', message, offset, meant === undefined ? undefined : `Is \`${meant}\` meant?`);
}

/** Names of variables that REQUEST can use, in the order of the file. */
function definedNames(file: RequestFile, request: ParsedRequest, given: readonly string[]): string[] {
  const set = file.variables.filter((variable) => variable.line < request.line).map((variable) => variable.name);
  const captured = file.requests.slice(0, request.index).flatMap((earlier) => [...capturedUpTo(earlier, Infinity)]);
  return [...new Set([...set, ...captured, ...given])];
}
