/**
 * `.env.example`: what a new colleague fills in. It is a variable set itself, so that what it says of a variable is read
 * again from the copy.
 */

import { placeText, type ReportedVariable } from './inventory.js';
import { printable } from './printable.js';

const head = `# What this workspace needs from the environment. Copy this file to .env, which git must ignore, fill it in,
# and let your shell read it before Emacs starts: set -a; . ./.env; set +a
`;

/** VARIABLES as a file to fill in; it holds no values. */
export function envExample(variables: readonly ReportedVariable[]): string {
  const ours = [...byName(variables.filter(isWanted)).values()];
  const wanted = ours.map((group) => group.filter(comesFromEnvironment)).filter((group) => group.length > 0);
  const ownSets = ours.filter((group) => !group.some(comesFromEnvironment));
  const others = variables.filter(({ kind }) => kind === 'reference');
  return [
    head,
    ...wanted.map((group) => `${commentsOn(group)}${group[0]?.name ?? ''}=\n`),
    ...(wanted.length === 0 ? ['# Nothing is needed from the environment.\n'] : []),
    ...section('Not needed here, because variable sets of the workspace define them:', ownSets.map(definedLine)),
    ...section('Needed beside variables:', [...new Set(others.map(referenceLine))]),
  ].join('\n');
}

/** Is it a variable that something reads? Proxies are known to the environment already, where there are any. */
function isWanted({ kind, name, uses }: ReportedVariable): boolean {
  return kind === 'variable' && uses.length > 0 && !/_proxy$/i.test(name);
}

function byName(variables: readonly ReportedVariable[]): Map<string, ReportedVariable[]> {
  const groups = new Map<string, ReportedVariable[]>();
  for (const variable of variables) groups.set(variable.name, [...(groups.get(variable.name) ?? []), variable]);
  return groups;
}

/** Does the environment have to have it? A set may refer to the environment, too. */
function comesFromEnvironment({ source }: ReportedVariable): boolean {
  return source.kind === 'environment' && !/ → env:/.test(source.label);
}

/** In the form that variable sets know: `# purpose: …`. */
function commentsOn(group: readonly ReportedVariable[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const purposes = [...new Set(group.map(({ purpose }) => purpose))].filter((purpose) => purpose !== '');
  const places = [...new Set(group.flatMap(({ uses }) => uses).flatMap((use) => placeText(use) ?? []))];
  const lines = [
    ...(purposes.length === 0 ? [] : [`purpose: ${purposes.join('; ')}`]),
    `format: ${first.format}`,
    `secret: ${group.some(({ secret }) => secret) ? 'yes' : 'no'}`,
    ...(places.length === 0 ? [] : [`used: ${places.join(', ')}`]),
  ];
  return lines.map((line) => `# ${printable(line)}\n`).join('');
}

function definedLine(group: readonly ReportedVariable[]): string {
  const [first] = group;
  return `${first?.name}: ${[...new Set(group.map(({ source }) => source.label))].join(', ')}`;
}

function referenceLine({ name, source, purpose }: ReportedVariable): string {
  const how = { file: 'a file for you alone (mode 0600)', 'auth-source': 'an entry in auth-source' }[source.kind];
  return `${name}${how === undefined ? '' : `, ${how}`}${purpose === '' ? '' : `: ${purpose}`}`;
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [`# ${title}\n${lines.map((line) => `#   ${printable(line)}\n`).join('')}`];
}
