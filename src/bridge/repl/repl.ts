/** The REPLs of one session: what their prompts, evaluations and completions come to. */

import { Page } from '../../document/repl/page.js';
import type { ParamsOf, ResultOf, repl } from '../../protocol/index.js';
import type { Session } from '../session.js';
import { completeInput, describeInput } from './complete.js';
import { evaluate } from './evaluate.js';
import type { Evaluation } from './evaluation.js';
import { ReplStates } from './state.js';

export class Repl {
  readonly #states = new ReplStates();

  constructor(private readonly session: Session) {}

  /** See the protocol. */
  async open({ tenant }: ParamsOf<typeof repl.replOpen>): Promise<ResultOf<typeof repl.replOpen>> {
    const page = new Page();
    const workspace = await this.session.workspace();
    const name = tenant ?? workspace.defaultTenant;
    const info = workspace.inspect().find((each) => each.name === name);
    const standIn = name === null ? undefined : this.session.attached.of(name);
    if (info === undefined && standIn === undefined) {
      const why = name === null ? 'No tenant is the default one' : `There is no tenant ${name}`;
      page.add(`${why}; `, 'warning').input(',tenants', ',tenants').line(' lists them, ,tenant NAME chooses one');
    } else {
      const where = standIn?.access?.baseUrl.href ?? info?.baseUrl ?? 'no base URL';
      page.add(`${name}`, 'heading').add(` ${info?.vendor ?? ''} ${where}`.replace(/ +/g, ' '));
      page.line(standIn === undefined ? '' : `  (mock ${standIn.name})`, 'dimmed');
    }
    page.add('Type a command: users, get NAME, patch …; ').input(',help', ',help').line(' lists all. TAB completes.');
    const text = await this.session.texts.send(page.text);
    return {
      tenant: info?.name ?? (standIn === undefined ? null : name),
      production: info?.production === true && standIn === undefined,
      output: { text, marks: [...page.marks] },
    };
  }

  /** See the protocol. */
  evaluate(
    params: ParamsOf<typeof repl.replEval>,
    signal: AbortSignal,
    onProgress: Evaluation['onProgress'],
  ): Promise<ResultOf<typeof repl.replEval>> {
    return evaluate(params, this.session, this.#states, signal, onProgress);
  }

  /** See the protocol. */
  complete(
    params: ParamsOf<typeof repl.replComplete>,
    signal: AbortSignal,
  ): Promise<ResultOf<typeof repl.replComplete>> {
    return completeInput(params, this.session, this.#states.find(params.session), signal);
  }

  /** See the protocol. */
  describe(
    params: ParamsOf<typeof repl.replDescribe>,
    signal: AbortSignal,
  ): Promise<ResultOf<typeof repl.replDescribe>> {
    return describeInput(params, this.session, signal);
  }
}
