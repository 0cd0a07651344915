/** One input of a REPL, from its text to what is shown. */

import { STATUS_CODES } from 'node:http';
import { printExactJson } from '../../document/exact-json.js';
import { expandInput } from '../../document/repl/expand.js';
import type { ReplCommand } from '../../document/repl/model.js';
import { Page } from '../../document/repl/page.js';
import { isRawRequest, needsTypes, parseCommand, parseShortcut } from '../../document/repl/parse.js';
import type { MappedText } from '../../document/source-map.js';
import type { ParamsOf, ResultOf, repl } from '../../protocol/index.js';
import type { Redactor } from '../../redact/redact.js';
import { isSensitiveName } from '../../redact/sensitive.js';
import { CancelledError, SafeguardError, ScimError } from '../../scim/error.js';
import { SecretNeededError } from '../../workspace/externals.js';
import { currentAction, onBehalfOf } from '../action.js';
import { errorView } from '../errors.js';
import type { Session } from '../session.js';
import type { Traced } from '../trace.js';
import { relativeOf } from '../trace-views.js';
import { count, get, list, me, members, more } from './ask.js';
import { bulk, create, patch, patchMessage, put, remove } from './change.js';
import type { Effect, Evaluation } from './evaluation.js';
import { keptInput } from './history.js';
import { raw } from './raw.js';
import { addRows, addValue } from './render.js';
import { addError, addPlaceOf } from './report.js';
import { config, schema, types } from './service.js';
import { addTimes, runShortcut, type ShortcutContext } from './shortcuts.js';
import type { ReplState, ReplStates, ReplValue } from './state.js';

type Params = ParamsOf<typeof repl.replEval>;
type Result = ResultOf<typeof repl.replEval>;

/** Most requests that are told before a result. */
const shownRequests = 6;

/** Carries out PARAMS.text in the REPL of STATES that PARAMS name. Throws only what Emacs must act on. */
export async function evaluate(
  params: Params,
  session: Session,
  states: ReplStates,
  signal: AbortSignal,
  onProgress: Evaluation['onProgress'],
): Promise<Result> {
  const action = currentAction() ?? `repl ${params.session}`;
  return onBehalfOf(action, () => new Run(params, session, states, signal, onProgress, action).run());
}

class Run {
  readonly #page = new Page();
  readonly #effects: Effect[] = [];
  readonly #state: ReplState;
  readonly #isLost: boolean;
  readonly #startedAt = new Date();
  #text = '';
  #expanded: MappedText | undefined;
  #evaluation: Evaluation | undefined;
  #types: readonly string[] = [];
  #timed = false;

  constructor(
    private readonly params: Params,
    private readonly session: Session,
    states: ReplStates,
    private readonly signal: AbortSignal,
    private readonly onProgress: Evaluation['onProgress'],
    private readonly action: string,
  ) {
    const { state, isNew } = states.of(params.session, params.evaluated);
    this.#state = state;
    this.#isLost = isNew && params.evaluated > 0;
  }

  async run(): Promise<Result> {
    this.#text = await this.session.texts.receive(this.params.text);
    let failure: ScimError | undefined;
    try {
      await this.#carryOut(this.#text);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      failure = error;
      if (isForEmacs(error)) {
        // The input is sent again, or is not to be: nothing of it counts.
        throw error;
      }
    }
    return this.#answer(failure);
  }

  async #carryOut(text: string): Promise<void> {
    const shortcut = parseShortcut(text);
    if (shortcut?.name === 'time' && shortcut.argument !== '') {
      this.#timed = true;
      return this.#carryOut(`${' '.repeat(shortcut.start)}${shortcut.argument}`);
    }
    if (shortcut !== undefined) return runShortcut(this.#shortcutContext(), shortcut);
    if (isRawRequest(text)) return raw(await this.#connected(), text);
    this.#expanded = expandInput(text, (name, span) => this.#state.lookup(name, span));
    const input = this.#expanded.text;
    if (needsTypes(input)) this.#types = await this.#typeNames();
    const command = parseCommand(input, this.#types);
    if (command.kind === 'nothing') return;
    if (command.kind === 'error') return this.#lastError();
    await dispatch(await this.#connected(), command);
  }

  #lastError(): void {
    const { error } = this.#state;
    if (error === undefined) this.#page.line('Nothing has gone wrong so far');
    else {
      for (const [name, value] of Object.entries(error)) {
        if (name === 'exitCode' || value === undefined) continue;
        this.#page.add(`${name}: `, 'key').line(typeof value === 'object' ? JSON.stringify(value) : String(value));
      }
    }
  }

  /** The service, connected to when it is first needed. */
  async #connected(): Promise<Evaluation> {
    if (this.#evaluation !== undefined) return this.#evaluation;
    const { target, settings } = await this.session.connect(this.params.tenant);
    this.#evaluation = {
      session: this.session,
      state: this.#state,
      target,
      settings,
      signal: this.signal,
      confirmed: this.params.confirmed,
      page: this.#page,
      effects: this.#effects,
      place: (span) => addPlaceOf(this.#page, span, { text: this.#text, expanded: this.#expanded }),
      onProgress: this.onProgress,
    };
    return this.#evaluation;
  }

  async #typeNames(): Promise<readonly string[]> {
    const { target } = await this.#connected();
    const { registry } = await target.discover({ signal: this.signal });
    return typeNames(registry.resourceTypes);
  }

  #shortcutContext(): ShortcutContext {
    return {
      session: this.session,
      state: this.#state,
      page: this.#page,
      effects: this.#effects,
      tenant: this.params.tenant,
      types: async () => {
        try {
          return await this.#typeNames();
        } catch (error) {
          if (!(error instanceof ScimError) || isForEmacs(error)) throw error;
          return [];
        }
      },
      connect: () => this.#connected(),
      redactor: () => this.#redactor(),
    };
  }

  /** Knows the secrets of the tenant, and those in variables; undefined when there is no such tenant. */
  async #redactor(): Promise<Redactor | undefined> {
    const secrets = [...this.#state.variables]
      .filter(([name]) => isSensitiveName(name))
      .map(([, value]) => (typeof value === 'string' ? value : printExactJson(value)))
      .filter((secret) => secret.length > 3);
    try {
      return (await this.#connected()).target.redactor.with(secrets);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      return undefined;
    }
  }

  async #answer(failure: ScimError | undefined): Promise<Result> {
    const redactor = await this.#redactor();
    const exchanges = this.session.trace.onBehalf(this.action, this.#startedAt);
    const page = new Page();
    if (this.#isLost) this.#tellLoss(page);
    addRequests(page, exchanges);
    page.page(this.#page);
    if (failure !== undefined) this.#fail(page, failure, redactor);
    if (exchanges.length > 0) {
      this.#state.exchanges = exchanges;
      this.#state.lastExchange =
        exchanges.findLast(({ exchange }) => exchange.purpose === 'request') ?? exchanges.at(-1);
    }
    const result = failure === undefined ? this.#evaluation?.result : undefined;
    const value = result === undefined ? null : this.#state.remember(result);
    if (this.#timed) addTimes(page.fresh(), exchanges);
    page.fresh();
    return {
      output: { text: await this.session.texts.send(page.text), marks: [...page.marks] },
      history: keptInput(this.#text, redactor, this.#types),
      outcome: failure === undefined ? 'done' : 'failed',
      value,
      effects: this.#effects,
    };
  }

  #tellLoss(page: Page): void {
    page.line('The bridge was started anew: earlier results (*1 and so on) and variables are gone', 'warning');
  }

  #fail(page: Page, failure: ScimError, redactor: Redactor | undefined): void {
    const view = errorView(failure);
    this.#state.error = view;
    const body = this.#evaluation?.body;
    addError(page, failure, view, { text: this.#text, expanded: this.#expanded, body, redactor });
  }
}

/** Names and endpoints of resource types, as commands. */
export function typeNames(resourceTypes: readonly { readonly name: string; readonly endpoint: string }[]): string[] {
  return [...new Set(resourceTypes.flatMap(({ name, endpoint }) => [endpoint.replace(/^\//, ''), name]))];
}

/** Can only Emacs, or the person, do something about ERROR? */
function isForEmacs(error: ScimError): boolean {
  return (
    error instanceof CancelledError ||
    error instanceof SecretNeededError ||
    (error instanceof SafeguardError && error.code === 'tenant.confirm')
  );
}

/** What was sent and answered, a line each. */
function addRequests(page: Page, exchanges: readonly Traced[]): void {
  const told = exchanges.filter(({ exchange }) => exchange.purpose !== 'discovery' && exchange.purpose !== 'token');
  for (const { exchange, settings } of told.slice(0, shownRequests)) {
    const { method, url, status, durationMs } = exchange;
    const path = readable(relativeOf(url, settings));
    page.add(`${method} `, 'dimmed').add(path, 'dimmed').add('  ');
    if (status === null) page.add('no answer', 'failure');
    else page.add(`${status} ${STATUS_CODES[status] ?? ''}`.trim(), status < 400 ? 'success' : 'failure');
    page.line(`  ${Math.round(durationMs)} ms`, 'dimmed');
  }
  if (told.length > shownRequests) page.line(`… and ${told.length - shownRequests} more; ,log shows them`, 'dimmed');
}

/** PATH, with a query, as people read it, cut when it is long. */
function readable(path: string): string {
  const [plain = '', query] = path.split(/\?(.*)/s);
  let text = path;
  try {
    if (query !== undefined) text = `${plain}?${decodeURIComponent(query.replaceAll('+', ' '))}`;
  } catch {
    // It stays encoded.
  }
  return text.length <= 160 ? text : `${text.slice(0, 160)}…`;
}

/** Carry out COMMAND. */
async function dispatch(
  evaluation: Evaluation,
  command: Exclude<ReplCommand, { kind: 'nothing' | 'error' }>,
): Promise<void> {
  switch (command.kind) {
    case 'list':
      return list(evaluation, command.type, command.query, false);
    case 'search':
      return list(evaluation, command.type, command.query, true);
    case 'count':
      return count(evaluation, command.type, command.query);
    case 'more':
      return more(evaluation);
    case 'get':
      return get(evaluation, command.what, command.projection);
    case 'me':
      return me(evaluation, command.projection);
    case 'create':
      return create(evaluation, command.type, command.body);
    case 'put':
      return put(evaluation, command.what, command.body);
    case 'patch':
      return patch(evaluation, command.what, command.changes);
    case 'patchMessage':
      return patchMessage(evaluation, command.what, command.body);
    case 'delete':
      return remove(evaluation, command.what);
    case 'members':
      return members(evaluation, command.what, command.query);
    case 'bulk':
      return bulk(evaluation, command.body);
    case 'schema':
      return schema(evaluation, command);
    case 'config':
      return config(evaluation);
    case 'types':
      return types(evaluation);
    default:
      return show(evaluation, command);
  }
}

/** `*1`, `*1[3]`, `*1.id`: the value again, which becomes the last result when it is a part of one. */
async function show(evaluation: Evaluation, { reference }: Extract<ReplCommand, { kind: 'show' }>): Promise<void> {
  const { state, page } = evaluation;
  const whole = state.result(reference);
  if (reference.path.length === 0 && whole.isList && Array.isArray(whole.json)) {
    return addRows(evaluation, whole.json.slice(0, 200), 0, whole.listType, undefined, whole.redactor);
  }
  const value = state.valueOf(reference);
  if (typeof value === 'object' && value !== null) await addValue(evaluation, value, whole.redactor);
  else {
    const name = reference.text.replace(/^.*[.\]]/s, '');
    page.line(shownScalar(value, name, whole));
  }
}

function shownScalar(value: ReplValue['json'], name: string, { redactor }: ReplValue): string {
  const redacted = redactor.json(`{${JSON.stringify(name)}:${printExactJson(value)}}`);
  return redacted.slice(redacted.indexOf(':') + 1, -1);
}
