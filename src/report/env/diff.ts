/** What differs between two tenants, sets or revisions, for people and for programs. */

import { printable } from '../printable.js';
import { type PlacedReport, ReportLines, type ReportPlace } from './lines.js';
import { markdownTable } from './markdown.js';

/** How one side has it; no value. */
interface ReportedSide {
  readonly written: string;
  readonly origin?: string;
  readonly fingerprint?: string;
  readonly problem?: string;
  readonly place?: ReportPlace;
}

export interface ReportedChange {
  readonly kind: 'workspace' | 'tenant' | 'variable';
  readonly of?: string;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly secret: boolean;
  readonly before?: ReportedSide;
  readonly after?: ReportedSide;
  readonly sameValue?: boolean;
}

export interface ReportedDifference {
  readonly from: string;
  readonly to: string;
  readonly changes: readonly ReportedChange[];
  readonly warnings: readonly string[];
}

/** DIFFERENCE for a person. */
export function diffText(difference: ReportedDifference, color: boolean): PlacedReport {
  const lines = new ReportLines(color);
  const { from, to, changes, warnings } = difference;
  lines.add(lines.paint('head', `${from} → ${to}`));
  addChanges(lines, changes);
  if (changes.length === 0) lines.add('Nothing differs.');
  for (const warning of warnings) lines.add(lines.paint('warning', `! ${warning}`));
  return lines.report;
}

/** Adds CHANGES, each with how it was and how it is, to LINES. */
export function addChanges(lines: ReportLines, changes: readonly ReportedChange[]): void {
  let group: string | undefined;
  for (const change of changes) {
    if (change.of !== group) lines.add(lines.paint('head', change.of ?? ''));
    group = change.of;
    const { name, before, after } = change;
    const note = noteOf(change);
    lines.add(`  ${printable(name)}${note === '' ? '' : `  ${lines.paint('dim', note)}`}`, (after ?? before)?.place);
    if (before) lines.add(`    ${lines.paint('removed', `- ${sideText(before)}`)}`, before.place);
    if (after) lines.add(`    ${lines.paint('added', `+ ${sideText(after)}`)}`, after.place);
  }
}

function noteOf({ kind, secret, sameValue }: ReportedChange): string {
  const words = [
    ...(kind === 'variable' ? ['variable'] : []),
    ...(secret ? ['secret'] : []),
    ...(sameValue === undefined ? [] : [sameValue ? 'the same value' : 'another value']),
  ];
  return words.length === 0 ? '' : `(${words.join(', ')})`;
}

function sideText({ written, origin, fingerprint, problem }: ReportedSide): string {
  const parts = [
    ...(written === '' ? [] : [written]),
    ...(origin === undefined ? [] : [`from ${origin}`]),
    ...(fingerprint === undefined ? [] : [`[${fingerprint}]`]),
    ...(problem === undefined ? [] : [`(${problem})`]),
  ];
  return parts.join('  ');
}

/** DIFFERENCE as Markdown: for the description of a change. */
export function diffMarkdown({ from, to, changes, warnings }: ReportedDifference): string {
  const rows = changes.map((change) => [
    `${change.of === undefined ? '' : `${change.of}: `}${change.name}`,
    change.before ? sideText(change.before) : '',
    change.after ? sideText(change.after) : '',
    noteOf(change),
  ]);
  const table = rows.length === 0 ? 'Nothing differs.\n' : markdownTable(['Key', from, to, ''], rows);
  return `${table}${warnings.map((warning) => `\n**Warning:** ${warning}\n`).join('')}`;
}

/** DIFFERENCE as JSON Lines: one change each, without places, which are of this machine. */
export function diffJsonl({ changes }: ReportedDifference): string {
  const withoutPlaces = (key: string, value: unknown) => (key === 'place' ? undefined : value);
  return changes.map((change) => `${JSON.stringify(change, withoutPlaces)}\n`).join('');
}
