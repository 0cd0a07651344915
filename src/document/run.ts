/** Running the requests of a file, one after the other. */
import type { Target } from '../client/target.js';
import type { Answer, CallOptions, ListOutcome } from '../client/types.js';
import { CancelledError, ScimError } from '../scim/error.js';
import { prettyJson } from '../scim/json-text.js';
import { attributeOf, checkAssertion, evaluate } from './check.js';
import { Complaint } from './complaint.js';
import { listOutcomeOf, readAllPages } from './list-answer.js';
import type { Assertion, Capture, ParsedRequest, Problem, RequestFile } from './model.js';
import { atTarget, errorOfProblem, inFile, type PreparedRequest, prepareRequest } from './prepare.js';
import { checkReferences } from './references.js';
import { type Generators, Scope } from './scope.js';
import { type Selection, selectRequest } from './select.js';
import { type FileSession, StoredResponse } from './session.js';
import { shownText, showWith, type ValueRedactor } from './show.js';
import { doublyEncoded } from './target.js';
import { validateBody } from './validate.js';

export interface RunOptions {
  /** Absent: all requests, in the order of the file. */
  readonly select?: Selection | undefined;
  /** Whether requests after a failed one are skipped. */
  readonly onFailure: 'stop' | 'continue';
  /** Variables that replace those of the file. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly session: FileSession;
  readonly signal?: AbortSignal | undefined;
  readonly generators?: Generators | undefined;
  readonly onStart?: ((name: string, index: number, total: number) => void) | undefined;
  readonly onResult?: ((result: RunResult) => void) | undefined;
}

interface AssertionResult {
  /** Without the question marks. */
  readonly text: string;
  /** Zero-based. */
  readonly line: number;
  readonly passed: boolean;
  /** Expected and actual values, redacted, when it failed. */
  readonly message?: string;
}

export interface RunResult {
  readonly name: string;
  /** Zero-based line of the request line. */
  readonly line: number;
  readonly method: string;
  /** As written. */
  readonly target: string;
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
  /** Why it was skipped. */
  readonly reason?: string;
  readonly seconds: number;
  /** Not redacted, except for its exchange. */
  readonly answer?: Answer;
  /** The body, or the merged pages: redacted, and indented when it is JSON. */
  readonly body?: string;
  readonly list?: ListOutcome;
  readonly assertions: readonly AssertionResult[];
  /** Redacted. */
  readonly captures: readonly { readonly name: string; readonly value: string }[];
  readonly warnings: readonly string[];
  readonly error?: ScimError;
  /** What was sent, or would have been; not redacted. */
  readonly prepared?: PreparedRequest;
}

/**
 * Run REQUEST of FILE once more, with PREPARED as it was filled in before instead of the present values.
 * @throws CancelledError when the signal was triggered
 */
export async function runPrepared(
  file: RequestFile,
  request: ParsedRequest,
  prepared: PreparedRequest,
  target: Target,
  options: RunOptions,
): Promise<RunResult> {
  options.onStart?.(request.name, 0, 1);
  return new RequestRun(file, request, target, options, prepared).run();
}

/**
 * Run the selected request of FILE, or all of them, against TARGET.
 *
 * When all are run and the file has problems, nothing is sent: there is one result with outcome `error` for each
 * problem, and the requests without one are skipped. A selected request minds its own problems only, and those before
 * the first request.
 * @throws UsageError when there is no such request, CancelledError when the signal was triggered
 */
export async function runRequests(file: RequestFile, target: Target, options: RunOptions): Promise<RunResult[]> {
  const requests = options.select === undefined ? file.requests : [selectRequest(file, options.select)];
  const results: RunResult[] = [];
  const report = (result: RunResult): void => {
    results.push(result);
    options.onResult?.(result);
  };
  const problems = problemsFor(file, requests, options);
  if (problems.length > 0) {
    for (const result of refusals(file, requests, problems)) report(result);
    return results;
  }
  let failed: RunResult | undefined;
  for (const [index, request] of requests.entries()) {
    if (failed !== undefined && options.onFailure === 'stop') {
      report(skipped(request, `because \`${failed.name}\` did not pass`));
      continue;
    }
    options.onStart?.(request.name, index, requests.length);
    const result = await new RequestRun(file, request, target, options).run();
    if (result.outcome === 'failed' || result.outcome === 'error') failed ??= result;
    report(result);
  }
  return results;
}

/** What keeps REQUESTS from being run. References to earlier answers are known to lead nowhere only when all are run. */
function problemsFor(file: RequestFile, requests: readonly ParsedRequest[], options: RunOptions): Problem[] {
  if (options.select === undefined) {
    const given = [...Object.keys(options.variables ?? {}), ...options.session.capturedNames];
    const found = [...file.problems, ...checkReferences(file, given)];
    return found.sort((a, b) => a.position.line - b.position.line || a.position.character - b.position.character);
  }
  const own = requests.map((request) => request.index);
  return file.problems.filter(({ request }) => request === undefined || own.includes(request));
}

function refusals(file: RequestFile, requests: readonly ParsedRequest[], problems: readonly Problem[]): RunResult[] {
  const faulty = problems.map((problem): RunResult => {
    const request = problem.request === undefined ? undefined : file.requests[problem.request];
    return {
      ...blank(request ?? { name: 'preamble', line: problem.position.line, method: '', target: '' }),
      outcome: 'error',
      error: errorOfProblem(file, problem),
    };
  });
  const sound = requests.filter(({ index }) => problems.every(({ request }) => request !== index));
  return [...faulty, ...sound.map((request) => skipped(request, 'because the file has problems: nothing was sent'))];
}

function blank(request: Pick<ParsedRequest, 'name' | 'line' | 'method' | 'target'>): Omit<RunResult, 'outcome'> {
  const { name, line, method, target } = request;
  return { name, line, method, target, seconds: 0, assertions: [], captures: [], warnings: [] };
}

function skipped(request: ParsedRequest, reason: string): RunResult {
  return { ...blank(request), outcome: 'skipped', reason };
}

/** The run of one request. */
class RequestRun {
  readonly #scope: Scope;
  readonly #warnings: string[] = [];
  readonly #assertions: AssertionResult[] = [];
  readonly #captures: { name: string; value: string }[] = [];
  #redactor: ValueRedactor;
  #response: StoredResponse | undefined;
  #error: ScimError | undefined;
  /** Has an assertion about the status failed? */
  #statusFailed = false;

  constructor(
    private readonly file: RequestFile,
    private readonly request: ParsedRequest,
    private readonly target: Target,
    private readonly options: RunOptions,
    /** What is sent, if that is settled. */
    private prepared?: PreparedRequest,
  ) {
    this.#scope = new Scope(file, request, options.session, options.variables ?? {}, options.generators);
    this.#redactor = target.redactor;
  }

  async run(): Promise<RunResult> {
    const start = performance.now();
    try {
      const reason = await this.#reasonToSkip();
      if (reason !== undefined) return { ...skipped(this.request, reason), seconds: elapsed(start) };
      await this.#send();
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      if (error instanceof CancelledError) throw error;
      this.#error = error;
    }
    return this.#result(elapsed(start));
  }

  get #call(): CallOptions {
    const { timeoutMs, noRetry } = this.request.directives;
    return { signal: this.options.signal, timeoutMs, retry: noRetry !== true };
  }

  /** `# @requires`: what the server says it cannot do is not tried. */
  async #reasonToSkip(): Promise<string | undefined> {
    const { requires = [] } = this.request.directives;
    if (requires.length === 0) return undefined;
    const discovery = await this.target.discover(this.#call);
    const missing = requires.filter((feature) => discovery.supports(feature) === false);
    for (const feature of requires.filter((each) => discovery.supports(each) === undefined)) {
      this.#warnings.push(
        `The ServiceProviderConfig of ${this.target.tenant} does not say whether it supports ${feature}`,
      );
    }
    if (missing.length === 0) return undefined;
    return `because ${this.target.tenant} does not support ${missing.join(', ')}, by its ServiceProviderConfig`;
  }

  async #send(): Promise<void> {
    const prepared = this.prepared ?? prepareRequest(this.file, this.request, this.#scope, this.target);
    this.prepared = prepared;
    this.#warnings.push(...doublyEncoded(this.request.targetTemplate));
    const validate = () => validateBody(this.file, this.request, prepared, this.target, this.#call);
    this.#warnings.push(...(await atTarget(this.file, this.request, validate)));
    const { answer, list } = await atTarget(this.file, this.request, () => this.#exchange(prepared));
    this.#redactor = answer.exchange.redactor;
    this.#warnings.push(...answer.warnings, ...(list?.warnings ?? []));
    this.#response = new StoredResponse(this.request.name, answer, answer.text, list);
    this.#scope.current = this.#response;
    if (!this.#expects('scalar', 'status')) this.#noteErrorStatus(answer);
    this.#noteIncompleteList(list);
    this.#check();
    // That the credential was refused is the cause, and a run that knows it ends with another exit code.
    if (this.#statusFailed && (answer.status === 401 || answer.status === 403)) this.#noteErrorStatus(answer);
    this.options.session.remember(this.#response);
  }

  async #exchange(prepared: PreparedRequest): Promise<{ answer: Answer; list: ListOutcome | undefined }> {
    if (this.request.directives.allPages === true) return readAllPages(this.target, prepared, this.#call);
    const { method, path, headers, body } = prepared;
    const request = { method, path, headers, ...(body === undefined ? {} : { body: body.text }) };
    const answer = await this.target.exchange(request, this.#call);
    return { answer, list: listOutcomeOf(prepared, answer) };
  }

  #noteErrorStatus(answer: Answer): void {
    try {
      this.target.checkAnswer(answer);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      this.#error = error;
    }
  }

  /** Does an assertion say what FIELD of the answer must be? */
  #expects(kind: 'scalar' | 'list', name: string): boolean {
    return this.request.checks.some((check) => mentions(check, kind, name));
  }

  /** Who asks for all pages and does not get them has a failure, even if no assertion says so. */
  #noteIncompleteList(list: ListOutcome | undefined): void {
    if (list === undefined || list.completeness.kind === 'complete') return;
    if (this.request.directives.allPages !== true || this.#expects('list', 'completeness')) return;
    const { kind, reason } = list.completeness;
    this.#error ??= new ScimError(
      'list.incomplete',
      `The list is ${kind === 'partial' ? 'partial' : 'not proven complete'}: ${reason}`,
      {
        remedy: 'assert list.completeness if that is to be expected',
      },
    );
  }

  #check(): void {
    for (const check of this.request.checks) {
      try {
        inFile(this.file, () => (check.kind === 'assertion' ? this.#assert(check) : this.#capture(check)));
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
        this.#noteCheckError(error, check);
      }
    }
  }

  /** An assertion that cannot be evaluated has failed; a capture that finds nothing matters if all else went well. */
  #noteCheckError(error: ScimError, check: Assertion | Capture): void {
    if (check.kind === 'assertion') {
      this.#assertions.push({ text: check.text, line: check.line, passed: false, message: error.message });
    } else if (this.#error === undefined && this.#assertions.every((assertion) => assertion.passed)) {
      this.#error = error;
    } else this.#warnings.push(error.message);
  }

  #assert(assertion: Assertion): void {
    const { text, line } = assertion;
    const outcome = checkAssertion(assertion, this.#scope, showWith(this.#redactor));
    if (!outcome.passed && mentions(assertion, 'scalar', 'status')) this.#statusFailed = true;
    const explanation = outcome.passed || !mentions(assertion, 'scalar', 'status') ? '' : this.#serversExplanation();
    const message = outcome.message === undefined ? {} : { message: outcome.message + explanation };
    this.#assertions.push({ text, line, passed: outcome.passed, ...message });
  }

  /** What the server says about the error, for an assertion about the status that failed. */
  #serversExplanation(): string {
    const answer = this.#response?.answer;
    try {
      if (answer !== undefined) this.target.checkAnswer(answer);
      return '';
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      return ` (${error.message})`;
    }
  }

  #capture({ name, operand, offset }: Capture): void {
    const value = evaluate(operand, this.#scope);
    const request = this.request.name;
    const attribute = attributeOf(operand);
    this.options.session.capture(name, value === undefined ? undefined : { value, request, attribute });
    if (value === undefined) {
      const message = `\`${operand.source}\` has no value in the answer, so \`${name}\` is not set`;
      throw new Complaint('request.variable', message, offset);
    }
    this.#scope.noteCapture(name);
    this.#captures.push({ name, value: shownText(value, [attribute, name], this.#redactor) });
  }

  #result(seconds: number): RunResult {
    const failed = this.#assertions.some((assertion) => !assertion.passed);
    const response = this.#response;
    return {
      ...blank(this.request),
      outcome: this.#error !== undefined ? 'error' : failed ? 'failed' : 'passed',
      seconds,
      assertions: this.#assertions,
      captures: this.#captures,
      warnings: this.#warnings,
      ...(this.prepared === undefined ? {} : { prepared: this.prepared }),
      ...(response === undefined
        ? {}
        : { answer: response.answer, body: prettyJson(this.#redactor.json(response.text)) }),
      ...(response?.list === undefined ? {} : { list: response.list }),
      ...(this.#error === undefined ? {} : { error: this.#error }),
    };
  }
}

function elapsed(start: number): number {
  return Math.round(performance.now() - start) / 1000;
}

/** Does CHECK assert something about member NAME of the answer that it belongs to? */
function mentions(check: Assertion | Capture, kind: 'scalar' | 'list', name: string): boolean {
  if (check.kind === 'capture') return false;
  const operands = 'right' in check.test ? [check.left, check.test.right] : [check.left];
  return operands.some(
    (operand) =>
      operand.kind === 'reference' &&
      operand.reference.kind === 'response' &&
      operand.reference.request === undefined &&
      operand.reference.field.kind === kind &&
      operand.reference.field.name === name,
  );
}
