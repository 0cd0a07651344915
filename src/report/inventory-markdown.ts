/** The inventory as Markdown, for a page that a team keeps. */

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
import { markdownText } from './markdown-text.js';

const columns = [
  'Name',
  'Purpose',
  'Format',
  'Secret',
  'Status',
  'From',
  'Fingerprint',
  'Rotated',
  'Expires',
  'Used',
] as const;

/** VARIABLES as tables, one for each tenant, then GAPS. */
export function inventoryMarkdown(variables: readonly ReportedVariable[], gaps: readonly ReportedFinding[]): string {
  const head = `| ${columns.join(' | ')} |\n|${columns.map(() => '---').join('|')}|\n`;
  const sections = [...byOwner(variables)].map(
    ([owner, group]) => `## ${markdownText(owner)}\n\n${head}${group.map(rowOf).join('')}\n`,
  );
  const list = gaps.map((gap) => `- ${markdownText(gapText(gap))}\n`).join('');
  const rest = gaps.length === 0 ? '' : `## ${gapsTitle}\n\n${list}\n`;
  return `# Inventory\n\n${sections.join('')}${rest}${inventorySummary(variables)}\n`;
}

function rowOf(variable: ReportedVariable): string {
  const { name, purpose, format, secret, source, fingerprint, rotated, expires, uses } = variable;
  const used = uses.map((use) => [placeText(use), use.what].filter((part) => part !== undefined).join(' '));
  const cells: Record<(typeof columns)[number], string> = {
    Name: markdownText(name),
    Purpose: markdownText(purpose),
    Format: format,
    Secret: secret ? 'yes' : 'no',
    Status: statusOf(variable),
    From: markdownText(source.label),
    Fingerprint: fingerprint ?? '',
    Rotated: rotated ?? '',
    Expires: expires ?? '',
    Used: used.map(markdownText).join('<br>'),
  };
  return `| ${columns.map((column) => cells[column]).join(' | ')} |\n`;
}

function statusOf(variable: ReportedVariable): string {
  const { status, problem, fix } = variable;
  const word = status === 'missing' || status === 'invalid' ? `**${statusWord(variable)}**` : statusWord(variable);
  const wrong = problem === undefined ? [] : [`${problem}${fix === undefined ? '' : `: ${fix}`}`];
  return [word, ...[...wrong, ...remarksOn(variable)].map(markdownText)].join('<br>');
}
