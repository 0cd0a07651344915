/** References: which there are, and where one leads. No value is told. */

import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Annotations } from '../../config/env-file.js';
import type { Suggestion } from '../../config/source.js';
import { shownReference, variableOf } from '../inventory-source.js';
import type { Subject } from '../lint/subject.js';

const schemes: readonly Suggestion[] = [
  { label: 'env:', description: 'A variable: of a variable set of the tenant, or of the environment.' },
  { label: 'file:', description: 'The content of a file, which only you should be able to read.' },
  { label: 'auth-source:', description: 'What Emacs finds in auth-source: `auth-source:HOST/USER`.' },
  { label: 'cmd:', description: 'What a program prints, once this file is trusted: `cmd:pass show acme`.' },
];

/** What can stand where a reference is wanted and PREFIX stands already. */
export function suggestedReferences(subject: Subject, prefix: string): Suggestion[] {
  if (prefix.startsWith('file:')) return files(prefix.slice('file:'.length), subject.options.root);
  const names = [...new Set([...namesOf(subject), ...environmentNames(subject)])];
  return [
    ...names.map((name): Suggestion => ({ label: `env:${name}`, description: aboutVariable(name, subject) })),
    ...schemes.filter(({ label }) => label !== 'env:'),
  ];
}

/** Every variable that the workspace defines or says something about. */
function namesOf({ sets, file }: Subject): string[] {
  return [...(file?.variables.keys() ?? []), ...sets.flatMap(({ env }) => env.variables.map(({ name }) => name))];
}

/** Variables that are there to be referred to; not those of every process. */
function environmentNames({ options: { environment } }: Subject): string[] {
  const isOurs = (name: string) => /SCIM|TOKEN|SECRET|PASSWORD|KEY/.test(name) && !/^(npm_|SSH_|GPG_)/.test(name);
  return Object.keys(environment).filter((name) => isOurs(name) && name !== 'SCIM_TRUST');
}

function files(path: string, root: string): Suggestion[] {
  const directory = path.slice(0, path.lastIndexOf('/') + 1);
  try {
    return readdirSync(resolve(root, directory), { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .map((entry) => ({ label: `file:${directory}${entry.name}${entry.isDirectory() ? '/' : ''}` }));
  } catch {
    return [];
  }
}

/** Where REFERENCE leads, as Markdown; undefined when it is none. */
export function aboutReference(reference: string, subject: Subject): string | undefined {
  const name = variableOf(reference);
  if (name !== undefined) return `**env:${name}**: ${aboutVariable(name, subject)}`;
  const [, scheme, target = ''] = /^(file|auth-source|cmd):(.*)$/s.exec(reference) ?? [];
  const shown = `**${shownReference(reference)}**`;
  switch (scheme) {
    case 'file': {
      const path = isAbsolute(target) ? target : join(subject.options.root, target);
      return `${shown}: the content of ${target}, which ${existsSync(path) ? 'is there' : 'does not exist'}.`;
    }
    case 'auth-source':
      return `${shown}: what Emacs finds in auth-source for ${target}.`;
    case 'cmd':
      return `${shown}: what this program prints, once the file is trusted.`;
    default:
      return undefined;
  }
}

/** What is known about the variable NAME: what it is for, where it is defined, who needs it. */
export function aboutVariable(name: string, subject: Subject): string {
  const { sets, options, tenants } = subject;
  const found = sets.flatMap(({ file, env }) =>
    env.variables
      .filter((variable) => variable.name === name)
      .map(({ nameRange }) => `${file}:${nameRange.start.line + 1}`),
  );
  const value = options.environment[name];
  const places = [...found, ...(value === undefined || value.trim() === '' ? [] : ['the environment'])];
  const uses = tenants.flatMap((tenant) =>
    tenant.values
      .filter(({ resolved, reference }) => resolved.origin.variable === name || reference === `env:${name}`)
      .map(({ keys }) => `\`${keys.join('.')}\` of ${tenant.name}`),
  );
  return [
    ...said(annotationsOf(name, subject)),
    places.length === 0 ? 'It is not set.' : `It is set in ${[...new Set(places)].join(' and ')}.`,
    ...(uses.length === 0 ? [] : [`It is needed for ${[...new Set(uses)].join(', ')}.`]),
  ].join(' ');
}

/** What is said of NAME: in `scim.yaml`, over what is said in sets. */
function annotationsOf(name: string, { sets, file }: Subject): Annotations {
  const inSets = sets.flatMap(({ env }) => env.variables.filter((variable) => variable.name === name));
  return { ...inSets.at(-1)?.annotations, ...file?.variables.get(name) };
}

function said({ purpose, format, secret, rotated, expires }: Annotations): string[] {
  return [
    ...(purpose === undefined ? [] : [`${purpose.replace(/\.$/, '')}.`]),
    ...(format === undefined ? [] : [`Its format: ${format}.`]),
    ...(secret === true ? ['It is a secret.'] : []),
    ...(rotated === undefined ? [] : [`It was exchanged on ${rotated}.`]),
    ...(expires === undefined ? [] : [`It expires on ${expires}.`]),
  ];
}
