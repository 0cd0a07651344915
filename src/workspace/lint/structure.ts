/** `scim.yaml` itself: can it be read, do tenants refer to what is there? */

import { resolve } from 'node:path';
import { ConfigurationError } from '../../scim/error.js';
import { closest } from '../../scim/schema/suggest.js';
import type { WorkspaceFile } from '../file.js';
import { lineageOf } from '../inherit.js';
import { type Placed, type Subject, textAt, yamlName } from './subject.js';

const unreadable = 'No tenant can be used until the file can be read.';

/** What is wrong with the text of `scim.yaml`. */
export function checkStructure(subject: Subject): Placed[] {
  const { parsed, file } = subject;
  const problems = (parsed?.problems ?? []).map(({ range, message }): Placed => {
    return {
      id: 'ENV015',
      status: 'error',
      message,
      why: unreadable,
      fix: `correct ${yamlName}`,
      file: yamlName,
      range,
    };
  });
  if (file === undefined) return problems;
  return [
    ...checkDefault(file, subject),
    ...[...file.tenants.keys()].flatMap((name) => checkTenant(name, file, subject)),
  ];
}

function checkDefault(file: WorkspaceFile, subject: Subject): Placed[] {
  const { defaultTenant } = file;
  if (defaultTenant === undefined || file.tenants.has(defaultTenant)) return [];
  return [
    {
      id: 'ENV015',
      status: 'error',
      message: `\`default\` names the tenant ${defaultTenant}, which is not there${meant(defaultTenant, file)}`,
      fix: `name one of ${[...file.tenants.keys()].join(', ')}`,
      ...subject.place(['default']),
    },
  ];
}

function checkTenant(name: string, file: WorkspaceFile, subject: Subject): Placed[] {
  const tenant = file.tenants.get(name);
  const own = tenant?.extends;
  const at = { tenant: name, tenants: [name] };
  const sets = (tenant?.variables ?? []).flatMap((set, index): Placed[] => {
    if (textAt(resolve(subject.options.root, set), subject.options) !== undefined) return [];
    const whole = ['tenants', name, 'variables'];
    return [
      {
        ...at,
        id: 'ENV001',
        status: 'error',
        message: `The variable set ${set} cannot be read`,
        fix: `create ${set} with NAME=VALUE lines, or correct the path`,
        ...subject.place(tenant?.variables?.length === 1 ? whole : [...whole, index]),
      },
    ];
  });
  if (own === undefined) return sets;
  try {
    lineageOf(file.tenants, name);
    return sets;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const message = file.tenants.has(own) ? error.message : `There is no tenant ${own}${meant(own, file)}`;
    const place = subject.place(['tenants', name, 'extends']);
    return [...sets, { ...at, id: 'ENV015', status: 'error', message, fix: error.remedy, ...place }];
  }
}

function meant(name: string, file: WorkspaceFile): string {
  const found = closest(name, file.tenants.keys());
  return found === undefined ? '' : `; did you mean \`${found}\`?`;
}
