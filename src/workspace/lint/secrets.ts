/** Where secrets stand: in files of the repository, or in files that others can read. */

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkBaseUrl, isLoopback } from '../check.js';
import { shownPath } from '../inventory-source.js';
import { isLiteral } from './sets.js';
import { type Placed, type Subject, type SubjectSet, type SubjectTenant, valueAt, whole, yamlName } from './subject.js';

/** What git is asked about files. */
interface Repository {
  /** Is FILE kept by it? */
  tracks(file: string): Promise<boolean>;
  /** Is FILE left out of it on purpose? */
  ignores(file: string): Promise<boolean>;
}

/** Finds the repository of a workspace; undefined when it is in none. Called only when there is something to ask. */
type FindRepository = () => Promise<Repository | undefined>;

/** What is wrong with the places of secrets. */
export async function checkSecrets(subject: Subject, repository: FindRepository): Promise<Placed[]> {
  const ofSets = await Promise.all(
    subject.sets.map(async (set) => {
      const exposed = exposedIn(set, subject);
      if (exposed.length === 0) return [];
      // A set that git ignores stays on this machine, where others must not read it.
      return (await (await repository())?.ignores(set.path)) === true
        ? checkMode(set.path, { ...exposed[0] }, subject)
        : exposed;
    }),
  );
  const ofFiles = await Promise.all(subject.tenants.map((tenant) => checkFiles(tenant, subject, repository)));
  return [...literalsOfYaml(subject), ...ofSets.flat(), ...ofFiles.flat()];
}

const why = 'Whoever can read the repository, now or later, can use it.';

/** Secrets that stand in `scim.yaml` itself. */
function literalsOfYaml({ tenants }: Subject): Placed[] {
  return tenants.flatMap((tenant) =>
    tenant.values.flatMap(({ role, resolved: { ok, origin }, keys, place }): Placed[] => {
      if (origin.kind !== 'literal' || !role.secret || !ok || keys[0] === 'proxy') return [];
      const key = keys.join('.');
      return [
        {
          id: 'ENV011',
          // What opens a mock server on this machine opens nothing else.
          status: isLocal(tenant) ? 'warning' : 'error',
          message: `\`${key}\` is a secret that stands in ${yamlName} itself`,
          why,
          fix: `store it elsewhere and write ${key}: env:NAME, file:PATH, auth-source:HOST or cmd:COMMAND; then exchange it`,
          tenant: tenant.name,
          tenants: [tenant.name],
          ...place,
        },
      ];
    }),
  );
}

function isLocal(tenant: SubjectTenant): boolean {
  const value = valueAt(tenant, 'baseUrl')?.resolved;
  const url = value?.ok === true ? checkBaseUrl(value.value) : undefined;
  return url instanceof URL && isLoopback(url);
}

/** Names of variables that hold secrets, for those that no tenant reads. */
const secretName = /(TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)(_PREVIOUS)?$/i;

/** Secrets that stand in SET themselves. */
function exposedIn(set: SubjectSet, subject: Subject): Placed[] {
  const users = subject.tenants.filter(({ name }) => set.tenants.includes(name));
  const isLocalSet = users.length > 0 && users.every(isLocal);
  return set.env.variables.flatMap((variable): Placed[] => {
    const { name, value } = variable;
    if (value === '' || !isLiteral(variable) || !isSecret(set, variable.nameRange.start.line + 1, name, subject))
      return [];
    return [
      {
        id: 'ENV011',
        status: isLocalSet ? 'warning' : 'error',
        message: `${name} is a secret that stands in ${set.file} itself`,
        why,
        fix: `store it elsewhere and write ${name}=auth-source:HOST, ${name}=file:PATH or ${name}=cmd:COMMAND; then exchange it`,
        tenants: set.tenants,
        ...(set.tenants[0] === undefined ? {} : { tenant: set.tenants[0] }),
        variable: name,
        file: set.file,
        range: whole(variable),
      },
    ];
  });
}

/** Is variable NAME, in LINE of SET, one that nobody may see: as it is said, as tenants need it, or as it is called? */
function isSecret(set: SubjectSet, line: number, name: string, { tenants, file }: Subject): boolean {
  const said = set.env.variables.find((one) => one.nameRange.start.line === line - 1)?.annotations.secret;
  const declared = said ?? file?.variables.get(name)?.secret;
  if (declared !== undefined) return declared;
  const uses = tenants.flatMap(({ values }) =>
    values.filter(({ resolved: { origin } }) => origin.set?.file === set.file && origin.set.line === line),
  );
  return uses.length > 0 ? uses.some(({ role }) => role.secret) : secretName.test(name);
}

/** The files that hold secrets of TENANT. */
async function checkFiles(tenant: SubjectTenant, subject: Subject, repository: FindRepository): Promise<Placed[]> {
  const findings = tenant.values.map(async ({ role, resolved: { origin }, place }) => {
    const { path } = origin;
    if (path === undefined || !role.secret) return [];
    const about = { tenant: tenant.name, tenants: [tenant.name], ...place };
    const file = shownPath(path, subject.options.root);
    const isTracked = (await (await repository())?.tracks(path)) === true;
    const tracked: Placed = {
      ...about,
      id: 'ENV007',
      status: 'error',
      message: `${file} holds a secret and is tracked by git`,
      why,
      fix: `git rm --cached ${file}, add it to .gitignore, and have the secret exchanged: it stays in the history`,
    };
    return [...checkMode(path, about, subject), ...(isTracked ? [tracked] : [])];
  });
  return (await Promise.all(findings)).flat();
}

/** Can others than its owner read the file at PATH, which ABOUT names? */
function checkMode(path: string, about: Partial<Placed>, { options }: Subject): Placed[] {
  if (process.platform === 'win32') return [];
  const file = shownPath(path, options.root);
  const mode = statSync(resolve(path), { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) === 0) return [];
  return [
    {
      ...about,
      id: 'ENV006',
      status: 'warning',
      message: `${file} holds a secret, and others can read it (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`,
      why: 'Every user and program of this machine has the secret.',
      fix: `chmod 600 ${file}`,
    },
  ];
}
