/** What reports of the inventory are written from: everything that has to have a value, without the value. */

import type { ReportedFinding } from './doctor/finding.js';

/** Where something stands: a path relative to the workspace, and a line from 1. */
export interface ReportedPlace {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

/** One thing that has to have a value. */
export interface ReportedVariable {
  readonly name: string;
  readonly kind: 'variable' | 'reference' | 'literal' | 'argument';
  readonly tenants: readonly string[];
  readonly purpose: string;
  readonly format: string;
  readonly secret: boolean;
  readonly status: 'set' | 'missing' | 'invalid' | 'unknown';
  readonly problem?: string | undefined;
  readonly fix?: string | undefined;
  readonly source: ReportedPlace & { readonly kind: string; readonly label: string };
  readonly fingerprint?: string | undefined;
  readonly rotated?: string | undefined;
  readonly expires?: string | undefined;
  readonly expiresFrom?: string | undefined;
  readonly suggestion?: string | undefined;
  readonly exposed?: true | undefined;
  readonly conflict?: true | undefined;
  readonly uses: readonly (ReportedPlace & { readonly what: string })[];
}

/** VARIABLES by whom they belong to, in the order of the first of each. */
export function byOwner(variables: readonly ReportedVariable[]): Map<string, ReportedVariable[]> {
  const owners = new Map<string, ReportedVariable[]>();
  for (const variable of variables) {
    const owner = ownerOf(variable);
    const others = owners.get(owner);
    if (others === undefined) owners.set(owner, [variable]);
    else others.push(variable);
  }
  return owners;
}

function ownerOf({ kind, tenants }: ReportedVariable): string {
  if (kind === 'argument') return 'Given with each run';
  if (tenants.length === 0) return 'Beside the tenants';
  return `${tenants.length === 1 ? 'Tenant' : 'Tenants'} ${tenants.join(', ')}`;
}

/** `scim.yaml:7`; undefined for what stands nowhere. */
export function placeText({ file, line }: ReportedPlace): string | undefined {
  return file === undefined || line === undefined ? file : `${file}:${line}`;
}

/** What should be otherwise with VARIABLE although it has a value, as sentences without the name. */
export function remarksOn({ exposed, conflict, source, suggestion, kind, uses }: ReportedVariable): string[] {
  const place = placeText(source) ?? source.label;
  return [
    ...(exposed === undefined ? [] : [`is a secret and stands in ${place}; put it into a reference: env:, file:, …`]),
    ...(conflict === undefined ? [] : [`has another value in the environment; ${place} counts`]),
    ...(suggestion === undefined ? [] : [`${kind === 'literal' ? 'could be' : 'tells more as'} ${suggestion}`]),
    ...(uses.length === 0 ? ['is set, and nothing reads it'] : []),
  ];
}

const statusWords = { set: 'set', missing: 'missing', invalid: 'invalid', unknown: 'not looked up' } as const;
const perRun = 'given with each run';

/** The word for the status of VARIABLE. */
export function statusWord({ status, kind }: ReportedVariable): string {
  return kind === 'argument' ? perRun : statusWords[status];
}

/** `7 needed: 5 set, 1 missing, 1 not looked up`. */
export function inventorySummary(variables: readonly ReportedVariable[]): string {
  const counts = [...Object.values(statusWords), perRun].flatMap((word) => {
    const count = variables.filter((variable) => statusWord(variable) === word).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return counts.length === 0 ? 'Nothing is needed' : `${variables.length} needed: ${counts.join(', ')}`;
}

/** The heading over what kept parts of a workspace from being looked at. */
export const gapsTitle = 'Not everything could be looked at';

/** GAP as a line: what kept a part of the workspace from being looked at, and the remedy. */
export function gapText({ id, message, fix }: ReportedFinding): string {
  return `${id} ${message}${fix === undefined ? '' : `: ${fix}`}`;
}

/** VARIABLES, and the GAPS that kept others from being looked at, for programs. */
export function inventoryJson(variables: readonly ReportedVariable[], gaps: readonly ReportedFinding[]): string {
  return `${JSON.stringify({ schema: '1.0', variables, findings: gaps }, undefined, 2)}\n`;
}
