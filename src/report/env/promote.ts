/** What a promotion does, for a person. */

import { printable } from '../printable.js';
import { addChanges, type ReportedChange } from './diff.js';
import { type PlacedReport, ReportLines } from './lines.js';

export interface ReportedPromotion {
  readonly from: string;
  readonly to: string;
  readonly changes: readonly ReportedChange[];
  readonly kept: readonly { readonly key: string; readonly reason: string; readonly message: string }[];
  readonly missing: readonly string[];
  readonly applied: boolean;
  readonly undone: boolean;
  readonly backup: string | undefined;
  /** What the doctor found wrong, as text. */
  readonly errors: readonly string[];
}

/** PROMOTION as text. */
export function promotionText(promotion: ReportedPromotion, color: boolean): PlacedReport {
  const { from, to, changes, kept, missing, applied, undone, backup, errors } = promotion;
  const lines = new ReportLines(color);
  lines.add(lines.paint('head', `Promote ${from} to ${to}`));
  addChanges(lines, changes);
  if (changes.length === 0) lines.add('  Nothing is to be carried over.');
  if (kept.length > 0) lines.add(lines.paint('head', 'Not carried over'));
  for (const { key, message } of kept) lines.add(`  ${printable(`${key}: ${message}`)}`);
  if (missing.length > 0) {
    lines.add(lines.paint('warning', `! The sets of ${to} do not define: ${missing.join(', ')}`));
  }
  for (const error of errors) lines.add(lines.paint('removed', `✗ ${error}`));
  if (undone) lines.add(`Undone: ${printable(to)} is as it was, because the doctor found errors.`);
  else if (applied) lines.add(`Done. scim.yaml as it was: ${printable(backup ?? '')}`);
  else if (changes.length > 0) lines.add('Nothing has been written yet.');
  return lines.report;
}
