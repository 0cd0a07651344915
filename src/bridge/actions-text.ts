/** Plans and runs in words: rows of the table, the question before a run, the summary after it. */

import { counted } from '../client/actions/label.js';
import type { ActionPlan } from '../client/actions/plan.js';
import type { Action, Counts, Item, Job } from '../client/actions/types.js';
import type { Redactor } from '../redact/redact.js';
import { isJsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute } from '../scim/schema/resource-type.js';

/** What is said of a tenant. */
export interface Named {
  readonly name: string;
  readonly production: boolean;
}

const verbs: Record<Action['kind'], string> = {
  activate: 'activate',
  deactivate: 'deactivate',
  delete: 'delete',
  addToGroups: 'add',
  removeFromGroups: 'remove',
  edit: 'edit',
  patch: 'patch',
};

/** How ACTION on COUNT resources of the type called TYPE is called; GROUPS are the names of its groups. */
export function actionPhrase(action: Action, count: number, type: string, groups: readonly string[]): string {
  const what = `${verbs[action.kind]} ${counted(count, type)}`;
  switch (action.kind) {
    case 'addToGroups':
      return `${what} to ${listed(groups)}`;
    case 'removeFromGroups':
      return `${what} from ${listed(groups)}`;
    case 'edit':
      return `${action.op === 'replace' ? 'set' : action.op} ${action.path} of ${counted(count, type)}`;
    default:
      return what;
  }
}

/** The first three of NAMES. */
function listed(names: readonly string[]): string {
  const [a = 'no group', b, c, ...more] = names;
  if (b === undefined) return a;
  if (c === undefined) return `${a} and ${b}`;
  return more.length === 0 ? `${a}, ${b} and ${c}` : `${a}, ${b} and ${names.length - 2} more groups`;
}

/** The question before PHRASE is done to TENANT by so many REQUESTS. */
export function questionOf(phrase: string, tenant: Named, requests: number): string {
  const where = tenant.production ? `the production tenant ${tenant.name}` : tenant.name;
  const joint = /^(add|remove|set) /.test(phrase) ? 'at' : 'of';
  const sentence = `${phrase} ${joint} ${where} by ${requests} request${requests === 1 ? '' : 's'}?`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** What the size of a plan is, on one line. */
export function sizeText({ count, unchanged, skipped, requests }: ActionPlan['size']): string {
  const parts = [`${count} to change by ${requests} request${requests === 1 ? '' : 's'}`];
  if (unchanged > 0) parts.push(`${unchanged} already so`);
  if (skipped > 0) parts.push(`${skipped} left out`);
  return parts.join(', ');
}

const words: Record<keyof Counts, string> = {
  done: 'done',
  failed: 'failed',
  conflict: 'in conflict',
  ambiguous: 'not known',
  stopped: 'not sent',
  skipped: 'left out',
  unchanged: 'already so',
};

/** What COUNTS come to, on one line. */
export function countsText(counts: Counts): string {
  const keys = Object.keys(words) as (keyof Counts)[]; // The keys of the record are exactly these.
  const parts = keys.filter((key) => counts[key] > 0).map((key) => `${counts[key]} ${words[key]}`);
  return parts.length === 0 ? 'nothing to do' : parts.join(', ');
}

const states: Record<Item['outcome'], string> = {
  planned: 'planned',
  unchanged: 'unchanged',
  skipped: 'left out',
  done: '✓ done',
  failed: '✗ failed',
  conflict: '✗ conflict',
  ambiguous: '? unknown',
  stopped: '- not sent',
};

/** The line of ITEM; SENT says what is sent for it. */
export function rowOf({ label, outcome, detail, status }: Item, sent: string, redactor: Redactor): string {
  const code = status === undefined ? '' : ` ${status}`;
  const why = detail === '' ? '' : `: ${detail}`;
  return [label, sent, `${states[outcome]}${code}${why}`].map((text) => cell(redactor.text(text))).join('\t');
}

/** TEXT as a cell of a table. */
export function cell(text: string): string {
  return text.replace(/[\t\n\r\u2028\u2029]+/g, ' ');
}

/** What JOBS send, short, what is the same for all of them first: `PATCH replace active false /Users/2819`. */
export function sentText(jobs: readonly Job[], id: string, redactor: Redactor): string {
  return jobs
    .map((job) => {
      const own = job.requests.filter(({ items }) => items.includes(id));
      const shared = own[0] !== undefined && own[0].items.length > 1 ? ` (with ${own[0].items.length - 1} more)` : '';
      const name = job.expect.kind === 'members' ? ` ${job.label}` : '';
      const method = own[0]?.method ?? 'PATCH';
      const what =
        job.expect.kind === 'members'
          ? memberText(job.expect.present)
          : own.map((one) => bodyText(one.body, redactor)).join('; ');
      return `${method}${what === '' ? '' : ` ${what}`}${name} ${job.path}${shared}`;
    })
    .join('; ');
}

function memberText(adds: boolean): string {
  return adds ? 'add member' : 'remove member';
}

const shortest = 60;

/** The operations of BODY, short and redacted. */
function bodyText(body: string | undefined, redactor: Redactor): string {
  if (body === undefined) return '';
  const message = parsed(redactor.json(body));
  const operations = isJsonObject(message) ? getAttribute(message, 'Operations') : undefined;
  if (!Array.isArray(operations)) return '';
  return operations.map(operationText).join('; ');
}

function operationText(operation: JsonValue): string {
  if (!isJsonObject(operation)) return '';
  const [op, path, value] = ['op', 'path', 'value'].map((name) => getAttribute(operation, name));
  if (typeof op !== 'string') return '';
  if (typeof path !== 'string' && isJsonObject(value)) {
    return Object.entries(value)
      .map(([name, member]) => `${op} ${name} ${valueText(member)}`)
      .join(', ');
  }
  return [op, path, value === undefined ? '' : valueText(value)]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(' ');
}

function valueText(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length <= shortest ? text : `${text.slice(0, shortest)}…`;
}

function parsed(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
