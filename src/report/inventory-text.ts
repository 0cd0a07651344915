/** The inventory for a person at a terminal. */

import type { ReportedFinding } from './doctor/finding.js';
import {
  byOwner,
  gapsTitle,
  gapText,
  inventorySummary,
  placeText,
  type ReportedVariable,
  remarksOn,
  statusWord,
} from './inventory.js';
import { printable } from './printable.js';

const signs = { fine: '✓', remark: '!', missing: '✗', invalid: '✗', unknown: '?', perRun: '–' } as const;
const colors = { fine: 32, remark: 33, missing: 31, invalid: 31, unknown: 33, perRun: 2, dim: 2 } as const;

export interface InventoryText {
  readonly text: string;
  /** The zero-based line of each variable. */
  readonly lines: ReadonlyMap<ReportedVariable, number>;
}

/** VARIABLES as text, by tenant, then GAPS; COLOR: with ANSI escape sequences. */
export function inventoryText(
  variables: readonly ReportedVariable[],
  gaps: readonly ReportedFinding[],
  color = false,
): InventoryText {
  const paint = (kind: keyof typeof colors, text: string): string =>
    color ? `\x1b[${colors[kind]}m${text}\x1b[0m` : text;
  const width = Math.max(0, ...variables.map(({ name }) => printable(name).length));
  const lines: string[] = [];
  const at = new Map<ReportedVariable, number>();
  for (const [owner, group] of byOwner(variables)) {
    lines.push(printable(owner));
    for (const variable of group) {
      at.set(variable, lines.length);
      const { name } = variable;
      const sign = signOf(variable);
      const facts = factsOf(variable).map(printable).join('  ');
      lines.push(`  ${paint(sign, signs[sign])} ${printable(name).padEnd(width)}  ${facts}`.trimEnd());
      lines.push(...detailsOf(variable).map((line) => `      ${paint('dim', printable(line))}`));
    }
    lines.push('');
  }
  if (gaps.length > 0) lines.push(gapsTitle, ...gaps.map((gap) => gapLine(gap, paint)), '');
  lines.push(inventorySummary(variables));
  return { text: `${lines.join('\n')}\n`, lines: at };
}

function gapLine(gap: ReportedFinding, paint: (kind: keyof typeof colors, text: string) => string): string {
  const sign = gap.status === 'error' ? 'invalid' : 'remark';
  return `  ${paint(sign, signs[sign])} ${printable(gapText(gap))}`;
}

function signOf(variable: ReportedVariable): keyof typeof signs {
  if (variable.kind === 'argument') return 'perRun';
  if (variable.status !== 'set') return variable.status;
  return remarksOn(variable).length === 0 ? 'fine' : 'remark';
}

function factsOf(variable: ReportedVariable): string[] {
  const { secret, format, source, fingerprint, rotated, expires } = variable;
  return [
    statusWord(variable),
    secret ? `secret ${format}` : format,
    source.label,
    ...(fingerprint === undefined ? [] : [fingerprint]),
    ...(rotated === undefined ? [] : [`rotated ${rotated}`]),
    ...(expires === undefined ? [] : [`expires ${expires}`]),
  ];
}

function detailsOf(variable: ReportedVariable): string[] {
  const { purpose, problem, fix, uses } = variable;
  const used = uses.map((use) => [placeText(use), use.what].filter((part) => part !== undefined).join(' '));
  return [
    ...(purpose === '' ? [] : [purpose]),
    ...(used.length === 0 ? [] : [`used: ${used.join('; ')}`]),
    ...(problem === undefined ? [] : [`${problem}${fix === undefined ? '' : `: ${fix}`}`]),
    ...remarksOn(variable),
  ];
}
