/** Lists of members as text: rows, CSV, what would be sent, what came of it. */

import type { Member } from '../client/members.js';
import type { MemberChanges, MemberStep } from '../client/members-change.js';
import type { Resolved } from '../client/members-resolve.js';

/** Lines of one body that a preview shows. */
const previewLines = 40;

/** MEMBER as a row; MARK is what is to become of it: `+`, `D`, or nothing. */
export function rowOf({ id, name, type }: Member, mark: string): string {
  return [mark, name ?? '', type ?? '', id].map(cell).join('\t');
}

function cell(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

/** MEMBERS as CSV with a heading. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function csvOf(members: readonly Member[]): string {
  const lines = members.map(({ id, name, type }) => [id, name ?? '', type ?? ''].map(csvCell).join(','));
  return `${['id,name,type', ...lines].join('\r\n')}\r\n`;
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** STEPS as the requests that they are. */
export function previewOf(steps: readonly MemberStep[], show: (json: string) => string): string {
  const parts = steps.map((step, index) => {
    const place = steps.length > 1 ? `${index + 1} of ${steps.length}: ` : '';
    const bound = step.ifMatch === undefined ? [] : [`If-Match: ${step.ifMatch}`];
    return [`# ${place}${countsOf(step)}`, lineOf(step), ...bound, '', shortened(show(step.body))].join('\n');
  });
  return `${parts.join('\n\n')}\n`;
}

/** What STEP asks for: `PATCH /Groups/2819`. */
function lineOf({ method, path }: MemberStep): string {
  return `${method} ${path}`;
}

/** `adds 3, removes 2`. */
export function countsOf({ added, removed }: MemberChanges): string {
  const parts = [
    ...(removed.length === 0 ? [] : [`removes ${removed.length}`]),
    ...(added.length === 0 ? [] : [`adds ${added.length}`]),
  ];
  return parts.length === 0 ? 'changes nothing' : parts.join(', ');
}

function shortened(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= previewLines) return text;
  const more = lines.length - previewLines;
  return [...lines.slice(0, previewLines), `… ${more} more lines`].join('\n');
}

/** What became of each of RESOLVED; IS tells who is a member already. */
export function resolvedText(resolved: readonly Resolved[], isMember: (id: string) => boolean): string {
  const sections: [string, string[]][] = [
    ['Not found', resolved.filter(({ found }) => found.length === 0).map(missing)],
    ['Ambiguous: choose one by a', resolved.filter(({ found }) => found.length > 1).flatMap(ambiguous)],
    [
      'Already there',
      resolved.flatMap(({ text, found }) =>
        found.filter(({ id }) => found.length === 1 && isMember(id)).map(() => text),
      ),
    ],
    [
      'To be added',
      resolved.flatMap(({ text, found: [only, other], sure }) => {
        if (only === undefined || other !== undefined || isMember(only.id)) return [];
        return [`${text}  ${only.name}  ${only.id}${sure ? '' : '  (there may be others called so)'}`];
      }),
    ],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${title} (${lines.length})\n${lines.map((line) => `  ${cell(line)}`).join('\n')}\n`)
    .join('\n');
}

function missing({ text, sure }: Resolved): string {
  return sure ? text : `${text}  (the service cannot be asked for everything)`;
}

function ambiguous({ text, found }: Resolved): string[] {
  return [text, ...found.map(({ name, detail, id }) => `    ${name}  ${detail}  ${id}`)];
}

/** How one request ended. */
export interface StepOutcome {
  readonly step: MemberStep;
  readonly outcome: 'done' | 'failed' | 'unknown' | 'not sent';
  readonly message?: string | undefined;
}

/** What came of changes, for a person. NAMEOF gives an id a name. */
export function reportOf(
  outcomes: readonly StepOutcome[],
  notThere: MemberChanges,
  notes: readonly string[],
  nameOf: (id: string) => string,
): string {
  const steps = outcomes.map(({ step, outcome, message }, index) => {
    const said = message === undefined ? '' : `\n    ${message}`;
    return `  ${symbols[outcome]} ${index + 1}. ${lineOf(step)}: ${countsOf(step)}: ${outcome}${said}`;
  });
  const list = (title: string, ids: readonly string[]): string[] =>
    ids.length === 0 ? [] : ['', `${title} (${ids.length})`, ...ids.map((id) => `  ${cell(nameOf(id))}  ${id}`)];
  return [
    'Requests',
    ...steps,
    ...list('Were to be removed and are still there', notThere.removed),
    ...list('Were to be added and are not there', notThere.added),
    ...(notes.length === 0 ? [] : ['', ...notes]),
    '',
  ].join('\n');
}

const symbols = { done: '✓', failed: '✗', unknown: '?', 'not sent': '-' } as const;
