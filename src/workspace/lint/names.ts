/** Names of variables: vague ones, misspelt ones, and definitions that hide each other. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closest } from '../../scim/schema/suggest.js';
import { namesVariables, workspaceFiles } from '../inventory-files.js';
import { isVague, suggestedName } from '../inventory-names.js';
import type { Placed, Subject, TenantValue } from './subject.js';

/** What is wrong with names, and with values of the environment that sets hide. */
export function checkNames(subject: Subject): Placed[] {
  return [...checkVague(subject), ...checkHidden(subject), ...checkUnknown(subject)];
}

/** Variables whose names do not tell whose they are; each is told once. */
function checkVague({ tenants }: Subject): Placed[] {
  const told = new Set<string>();
  return tenants.flatMap((tenant) =>
    tenant.values.flatMap(({ resolved: { origin }, definer, role, place }): Placed[] => {
      const { variable } = origin;
      if (variable === undefined || told.has(variable) || !isVague(variable)) return [];
      told.add(variable);
      return [
        {
          id: 'ENV012',
          status: 'warning',
          message: `${variable} does not tell whose ${role.purpose} it is`,
          why: 'Another program may set a variable of this name, or read it.',
          fix: `call it ${suggestedName(definer, role.suffix)}`,
          tenant: tenant.name,
          tenants: [tenant.name],
          variable,
          ...place,
        },
      ];
    }),
  );
}

/** Variables of sets that the environment has with another value. */
function checkHidden({ tenants, options }: Subject): Placed[] {
  return tenants.flatMap((tenant) =>
    tenant.values.flatMap((value): Placed[] => {
      const { resolved, place } = value;
      const { variable, set } = resolved.origin;
      if (!resolved.ok || variable === undefined || set === undefined || isPassedOn(value, variable)) return [];
      const other = options.environment[variable];
      if (other === undefined || other.trim() === '' || other === resolved.value) return [];
      return [
        {
          id: 'ENV005',
          status: 'warning',
          message: `${variable} has another value in the environment; that of ${set.file} counts`,
          why: 'Whoever sets it in the environment changes nothing.',
          fix: `unset ${variable}, or write ${variable}=env:${variable} in ${set.file} to take that of the environment`,
          tenant: tenant.name,
          tenants: [tenant.name],
          variable,
          ...place,
        },
      ];
    }),
  );
}

/** Does the set take VARIABLE from the environment? */
function isPassedOn({ resolved: { origin } }: TenantValue, variable: string): boolean {
  return origin.label.endsWith(`(variable ${variable})`);
}

/** What this program reads itself, and what stands for a tenant where there is no `scim.yaml`. */
const own: ReadonlySet<string> = new Set(['SCIM_TRUST', 'SCIM_API_BASE_URL', 'SCIM_AUTH_TOKEN']);

/** Variables of the environment that look like ours and that nothing reads. */
function checkUnknown(subject: Subject): Placed[] {
  const { tenants, options, parsed, file } = subject;
  // Without knowing all that is read, nothing is known to be read by nobody.
  if (parsed !== undefined && (file === undefined || tenants.length < file.tenants.size)) return [];
  const unread = Object.keys(options.environment).filter((name) => /^SCIM_/.test(name) && !own.has(name));
  if (unread.length === 0) return [];
  const read = new Set([...own, ...namesRead(subject)]);
  return unread.flatMap((name): Placed[] => {
    if (read.has(name) || options.environment[name] === '') return [];
    const meant = closest(
      name,
      [...read].filter((one) => options.environment[one] === undefined),
    );
    return [
      {
        id: 'ENV013',
        status: 'warning',
        message: `${name} is set in the environment, and nothing reads it${meant === undefined ? '' : `; did you mean ${meant}?`}`,
        why: 'A misspelt name is as good as none.',
        fix: meant === undefined ? `unset ${name}` : `export ${meant}=… in place of ${name}`,
        variable: name,
      },
    ];
  });
}

/** Every variable that a file of the workspace names. */
function namesRead({ tenants, file, sets, options: { root }, parsed }: Subject): string[] {
  const named = workspaceFiles(root, parsed !== undefined)
    .filter(namesVariables)
    .flatMap((path) => [...textOf(join(root, path)).matchAll(/\benv:([A-Za-z_]\w*)/g)].map(([, name = '']) => name));
  const declared = [
    ...(file?.variables.keys() ?? []),
    ...sets.flatMap(({ env }) => env.variables.map(({ name }) => name)),
  ];
  const inSets = sets.flatMap(({ env }) =>
    env.variables.flatMap(({ value }) => /^env:([A-Za-z_]\w*)$/.exec(value)?.[1] ?? []),
  );
  const needed = tenants.flatMap(({ values }) =>
    values.flatMap(({ resolved, reference }) =>
      [resolved.origin.variable ?? [], reference.replace(/^env:/, '')].flat(),
    ),
  );
  return [...named, ...declared, ...inSets, ...needed];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
