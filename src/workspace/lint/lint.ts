/**
 * Validation of a workspace without a connection: every finding about `scim.yaml`, the sets that it names, and the
 * environment. No finding holds a value.
 */

import type { Finding } from '../finding.js';
import { Git } from '../git.js';
import { compareTenants } from './compare.js';
import { checkDeclared } from './declared.js';
import { checkNames } from './names.js';
import { checkSecrets } from './secrets.js';
import { checkSets } from './sets.js';
import { checkStructure } from './structure.js';
import { type LintOptions, type Placed, subjectOf, yamlName } from './subject.js';
import { checkValues } from './values.js';

export type { LintOptions, Placed } from './subject.js';

/** What is wrong with the workspace that OPTIONS name, errors first. TENANTS: only what concerns these. */
export async function lintWorkspace(options: LintOptions, tenants?: readonly string[]): Promise<Finding[]> {
  const found = await lintPlaced(options);
  const concerned = found.filter((finding) => {
    return (
      tenants === undefined || finding.tenants === undefined || finding.tenants.some((name) => tenants.includes(name))
    );
  });
  return concerned.map(({ tenants: _, range, tenant, ...finding }) => {
    const named = tenant !== undefined && tenants !== undefined && !tenants.includes(tenant) ? undefined : tenant;
    return {
      ...finding,
      ...(named === undefined ? {} : { tenant: named }),
      ...(range === undefined ? {} : { position: range.start }),
    };
  });
}

/** As `lintWorkspace`, with ranges. */
export async function lintPlaced(options: LintOptions): Promise<Placed[]> {
  const subject = await subjectOf(options);
  let git: ReturnType<typeof Git.find> | undefined;
  const repository = () => {
    git ??= Git.find(options.root, options.environment);
    return git;
  };
  const found = [
    ...checkStructure(subject),
    ...checkValues(subject),
    ...compareTenants(subject),
    ...checkSets(subject),
    ...checkDeclared(subject),
    ...(await checkSecrets(subject, repository)),
    ...checkNames(subject),
  ];
  return [...merged(found).values()].sort(inOrder);
}

/** FOUND without what is told of a tenant and again of those that extend it. */
function merged(found: readonly Placed[]): Map<string, Placed> {
  const kept = new Map<string, Placed>();
  for (const finding of found) {
    const { id, message, file, range } = finding;
    const key = JSON.stringify([id, message, file, range, file === undefined ? finding.tenant : undefined]);
    const same = kept.get(key);
    const tenants = same?.tenants && finding.tenants && [...new Set([...same.tenants, ...finding.tenants])];
    kept.set(key, same === undefined ? finding : { ...same, tenants });
  }
  return kept;
}

/** Errors first; then by file, `scim.yaml` before sets, and place; what has none comes last. */
function inOrder(left: Placed, right: Placed): number {
  const [one, two] = [left, right].map(({ status, file, range }) => [
    Number(status !== 'error'),
    file === undefined ? 2 : Number(file !== yamlName),
    range?.start.line ?? 0,
    range?.start.character ?? 0,
  ]);
  const files = (left.file ?? '').localeCompare(right.file ?? '');
  const difference = (index: number) => (one?.[index] ?? 0) - (two?.[index] ?? 0);
  return difference(0) || difference(1) || files || difference(2) || difference(3);
}
