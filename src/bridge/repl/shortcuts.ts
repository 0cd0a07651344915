/** What stands after a comma. Most of it works without a service. */

import { isAbsolute } from 'node:path';
import { type ExactJson, printExactJson } from '../../document/exact-json.js';
import type { Shortcut } from '../../document/repl/model.js';
import type { Page } from '../../document/repl/page.js';
import { parseCommand } from '../../document/repl/parse.js';
import { ReplProblem, type Span } from '../../document/repl/problem.js';
import { looksLikeReference, parseReplReference } from '../../document/repl/reference.js';
import { addTable } from '../../document/repl/table-page.js';
import { shownText } from '../../document/show.js';
import type { Redactor } from '../../redact/redact.js';
import { createRedactor } from '../../redact/redact.js';
import { prettyJson } from '../../scim/json-text.js';
import { closest } from '../../scim/schema/suggest.js';
import { requestOfTraced } from '../request-import.js';
import type { Session } from '../session.js';
import type { Traced } from '../trace.js';
import { curlOf, timingView } from '../trace-views.js';
import type { Effect, Evaluation } from './evaluation.js';
import { resourceMeant } from './find.js';
import { addHelp } from './help.js';
import type { ReplState } from './state.js';

/** What a shortcut has at hand. */
export interface ShortcutContext {
  readonly session: Session;
  readonly state: ReplState;
  readonly page: Page;
  readonly effects: Effect[];
  /** The tenant of the REPL; undefined: the default one. */
  readonly tenant: string | undefined;
  /** Names of the resource types of the service; none when they cannot be read. */
  readonly types: () => Promise<readonly string[]>;
  /** The service, for what needs it. Throws when there is none. */
  readonly connect: () => Promise<Evaluation>;
  readonly redactor: () => Promise<Redactor | undefined>;
}

/** Carry out SHORTCUT. */
export async function runShortcut(context: ShortcutContext, shortcut: Shortcut): Promise<void> {
  const { name, argument, start } = shortcut;
  const span = { start, end: start + Math.max(1, argument.length) };
  switch (name) {
    case 'help':
      return addHelp(context.page, argument, argument === '' ? [] : await context.types(), span);
    case 'tenant':
      return tenant(context, argument, span);
    case 'tenants':
      return tenants(context);
    case 'set':
      return set(context, shortcut, span);
    case 'vars':
      return variables(context);
    case 'history':
      context.effects.push({ kind: 'history', match: argument });
      return;
    case 'edit':
      return edit(context, shortcut, span);
    case 'browse':
      return browse(context, shortcut, span);
    case 'save':
      return save(context, shortcut, span);
    case 'curl':
      context.effects.push({ kind: 'copy', text: curlOf(lastOf(context, span)), what: 'the curl command' });
      context.page.line(curlOf(lastOf(context, span)));
      return;
    case 'request':
      return request(context, span);
    case 'time':
      return addTimes(context.page, context.state.exchanges);
    case 'clear':
    case 'quit':
    case 'log':
    case 'doctor':
    case 'env':
      if (argument !== '') throw new ReplProblem(`Nothing can follow \`,${name}\``, span);
      context.effects.push({ kind: name });
      return;
    default:
      throw new ReplProblem(`There is no shortcut \`,${name}\``, span);
  }
}

async function tenant({ session, effects, page, tenant: now }: ShortcutContext, name: string, span: Span) {
  const workspace = await session.workspace();
  const names = workspace.tenantNames;
  if (name === '') {
    page.line(now ?? workspace.defaultTenant ?? 'No tenant was named, and there is no default one');
    return;
  }
  const isThere = names.includes(name) || workspace.inspect().some((each) => each.name === name);
  if (!isThere) {
    const meant = closest(name, names);
    const hint = meant === undefined ? '' : `; is \`${meant}\` meant?`;
    const all = names.length === 0 ? 'There is no scim.yaml with others.' : `There are ${names.join(', ')}.`;
    throw new ReplProblem(`There is no tenant \`${name}\`${hint}`, span, all);
  }
  effects.push({ kind: 'tenant', name });
}

async function tenants({ session, page, tenant: now }: ShortcutContext): Promise<void> {
  const workspace = await session.workspace();
  addTable(
    page,
    ['', 'tenant', 'vendor', 'base URL', ''],
    workspace.inspect().map(({ name, vendor, baseUrl, production, readOnly, problems }) => [
      { text: name === (now ?? workspace.defaultTenant) ? '→' : '' },
      { text: name, input: `,tenant ${name}` },
      { text: vendor },
      { text: session.attached.of(name)?.access?.baseUrl.href ?? baseUrl ?? '' },
      {
        text: [production ? 'production' : '', readOnly ? 'read-only' : '', ...problems]
          .filter((t) => t !== '')
          .join(', '),
        look: problems.length > 0 ? 'warning' : 'dimmed',
      },
    ]),
  );
}

async function set({ state, page, redactor }: ShortcutContext, { argument, start }: Shortcut, span: Span) {
  const [, name, sign, written = ''] = /^([\p{L}\p{N}_-]+)\s*(=?)\s*(.*)$/su.exec(argument) ?? [];
  if (name === undefined) throw new ReplProblem('A variable is set by NAME=VALUE', span, 'Write e.g. ,set id=*1.id.');
  if (sign === '') {
    if (written !== '') throw new ReplProblem('`=` stands between the name and the value', span);
    if (!state.variables.delete(name)) throw new ReplProblem(`There is no variable \`${name}\``, span);
    page.line(`${name} is forgotten`);
    return;
  }
  const valueStart = start + argument.length - written.length;
  const value = writtenValue(state, written, valueStart);
  state.variables.set(name, value);
  page.line(`${name} = ${shownText(value, [name], (await redactor()) ?? createRedactor([]))}`);
}

/** What WRITTEN, at START, says: a reference, JSON in brackets or quotes, else the text itself. */
function writtenValue(state: ReplState, written: string, start: number): ExactJson {
  if (looksLikeReference(written)) return state.valueOf(parseReplReference(written, start));
  const [, inside] = /^\{\{(.*)\}\}$/s.exec(written) ?? [];
  if (inside !== undefined) return state.lookup(inside.trim(), { start, end: start + written.length });
  if (!/^["[{]/.test(written)) return written;
  try {
    const value: ExactJson = JSON.parse(written);
    return value;
  } catch (cause) {
    throw new ReplProblem('This is not JSON', { start, end: start + written.length }, undefined, cause);
  }
}

async function variables({ state, page, redactor }: ShortcutContext): Promise<void> {
  if (state.variables.size === 0) return void page.line('There are no variables; ,set NAME=VALUE makes one');
  const known = (await redactor()) ?? createRedactor([]);
  addTable(
    page,
    ['variable', 'value'],
    [...state.variables].map(([name, value]) => [{ text: `{{${name}}}` }, { text: shownText(value, [name], known) }]),
  );
}

async function edit(context: ShortcutContext, { argument, start }: Shortcut, span: Span): Promise<void> {
  const evaluation = await context.connect();
  const types = await context.types();
  const command = parseCommand(`${' '.repeat(Math.max(0, start - 4))}get ${argument === '' ? '*1' : argument}`, types);
  if (command.kind !== 'get') throw new ReplProblem('Which resource?', span);
  const plan = (path: string) => [{ method: 'GET', path }];
  const meant = await resourceMeant(evaluation, command.what, ',edit', plan, false);
  const { registry } = await evaluation.target.discover({ signal: evaluation.signal });
  if (meant === undefined) return;
  const type = registry.find(meant.type)?.name ?? meant.type;
  context.effects.push({ kind: 'edit', type, id: meant.id });
}

async function browse(context: ShortcutContext, { argument, start }: Shortcut, span: Span): Promise<void> {
  const types = await context.types();
  const command = parseCommand(`${' '.repeat(start)}${argument === '' ? (types[0] ?? 'User') : argument}`, types);
  if (command.kind !== 'list') throw new ReplProblem('Which resource type?', span, `There are ${types.join(', ')}.`);
  const { registry } = await (await context.connect()).target.discover();
  const type = registry.find(command.type)?.name ?? command.type;
  const filter = command.query.filter?.text;
  context.effects.push({ kind: 'browse', type, ...(filter === undefined ? {} : { filter }) });
}

async function save({ state, effects, session }: ShortcutContext, { argument, start }: Shortcut, span: Span) {
  const [, file = '', reference] = /^(.*?)(?:\s+(\*\S+))?$/s.exec(argument) ?? [];
  if (file === '') throw new ReplProblem('Which file?', span, 'Write ,save FILE, or ,save FILE *2.');
  const at = start + argument.length - (reference?.length ?? 0);
  const value = state.valueOf(parseReplReference(reference ?? '*1', reference === undefined ? start : at));
  const text = await session.texts.send(`${prettyJson(printExactJson(value))}\n`);
  effects.push({ kind: 'save', file: isAbsolute(file) ? file : file.replace(/^\.\//, ''), text });
}

async function request(context: ShortcutContext, span: Span): Promise<void> {
  const last = lastOf(context, span);
  const { method, url } = last.exchange;
  const { text, warnings } = await requestOfTraced(context.session, last);
  for (const warning of warnings) context.page.line(`⚠ ${warning}`, 'warning');
  const name = `${method} ${URL.canParse(url) ? new URL(url).pathname : url}`;
  context.effects.push({ kind: 'request', name, text });
}

function lastOf({ state }: ShortcutContext, span: Span): Traced {
  if (state.lastExchange !== undefined) return state.lastExchange;
  const lost = state.isHeir ? 'The bridge was started anew.' : undefined;
  throw new ReplProblem('Nothing has been sent yet', span, lost);
}

/** Append how long each of EXCHANGES took. */
export function addTimes(page: Page, exchanges: readonly Traced[]): void {
  if (exchanges.length === 0) {
    page.line('Nothing was sent');
    return;
  }
  addTable(
    page,
    ['request', 'status', 'ms', 'phases'],
    exchanges.map(({ exchange }) => [
      { text: `${exchange.method} ${URL.canParse(exchange.url) ? new URL(exchange.url).pathname : exchange.url}` },
      { text: exchange.status === null ? '---' : String(exchange.status) },
      { text: exchange.durationMs.toFixed(1) },
      {
        text: Object.entries(timingView(exchange) ?? {})
          .map(([phase, ms]) => `${phase.replace(/Ms$/, '')} ${ms?.toFixed(1)}`)
          .join(', '),
        look: 'dimmed',
      },
    ]),
    { wide: true },
  );
  const total = exchanges.reduce((sum, { exchange }) => sum + exchange.durationMs, 0);
  page.line(`${total.toFixed(1)} ms in ${exchanges.length} ${exchanges.length === 1 ? 'request' : 'requests'}`);
}
