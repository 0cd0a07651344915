/** What a rollback does, for a person. */

import { printable } from '../printable.js';
import { addChanges, type ReportedChange } from './diff.js';
import { type PlacedReport, ReportLines } from './lines.js';

export interface ReportedRollback {
  readonly revision: { readonly hash: string; readonly date: string; readonly subject: string };
  readonly files: readonly { readonly file: string; readonly action: string; readonly uncommitted: boolean }[];
  readonly changes: readonly ReportedChange[];
  /** Directory of the workspace. */
  readonly root: string;
  readonly applied: boolean;
  readonly backup: string | undefined;
  /** Why what changes cannot be told: `scim.yaml` of now is broken. */
  readonly note: string | undefined;
}

const words: Readonly<Record<string, string>> = {
  restore: 'restored',
  create: 'made anew',
  same: 'the same',
  absent: 'not in the revision, stays',
};

/** ROLLBACK as text. */
export function rollbackText(rollback: ReportedRollback, color: boolean): PlacedReport {
  const { revision, files, changes, root, applied, backup, note } = rollback;
  const lines = new ReportLines(color);
  lines.add(lines.paint('head', `Rollback to ${revision.hash.slice(0, 10)} of ${revision.date}: ${revision.subject}`));
  for (const { file, action, uncommitted } of files) {
    const loss =
      action === 'restore' && uncommitted ? lines.paint('warning', '  ! has changes that are not committed') : '';
    lines.add(`  ${printable(file)}: ${words[action] ?? action}${loss}`, { file: `${root}/${file}`, line: 0 });
  }
  addChanges(lines, changes);
  if (note !== undefined) lines.add(lines.paint('warning', `! ${note}`));
  if (applied) lines.add(`Done. The files as they were: ${printable(backup ?? '')}`);
  else if (files.every(({ action }) => action === 'same' || action === 'absent'))
    lines.add('There is nothing to restore.');
  else lines.add('Nothing has been written yet.');
  return lines.report;
}
