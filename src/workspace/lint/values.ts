/** Each value of each tenant: is it there, is it well formed, is it still good? */

import { isAbsolute } from 'node:path';
import { closest } from '../../scim/schema/suggest.js';
import { type Complaint, checkBasePath, checkSurroundings, isInsecure } from '../check.js';
import { expiryOf } from '../expiry.js';
import { shownReference } from '../inventory-source.js';
import type { Placed, Subject, SubjectTenant, TenantValue } from './subject.js';

const dayMs = 86_400_000;

/** How long before its end a credential is worth a warning: time enough to have it exchanged. */
const noticeDays = 14;

/** What is wrong with the values of all tenants. */
export function checkValues(subject: Subject): Placed[] {
  return subject.tenants.flatMap((tenant) => [
    ...missingKeys(tenant, subject),
    ...tenant.values.flatMap((value) => checkValue(value, tenant, subject)),
  ]);
}

/** Keys without which a tenant cannot be used at all. */
function missingKeys({ name, entry, lineage }: SubjectTenant, subject: Subject): Placed[] {
  // A tenant that others only extend need not be complete.
  const isBase = subject.tenants.some((other) => other.name !== name && other.lineage.includes(name));
  const lacks = (['baseUrl', 'auth'] as const).filter((key) => entry[key] === undefined);
  return lacks.map((key): Placed => {
    const fix =
      key === 'baseUrl'
        ? 'write baseUrl: https://…, or baseUrl: env:NAME'
        : 'write auth: { scheme: bearer, token: env:NAME }, or { scheme: none } for a service without';
    return {
      id: 'ENV015',
      status: isBase ? 'warning' : 'error',
      message: `\`${key}\` is missing`,
      fix,
      tenant: name,
      tenants: [name],
      ...subject.place(['tenants', lineage[0] ?? name], 'key'),
    };
  });
}

function checkValue(value: TenantValue, tenant: SubjectTenant, subject: Subject): Placed[] {
  const { resolved, keys, role, place } = value;
  const { origin } = resolved;
  const about = {
    tenant: tenant.name,
    tenants: [tenant.name],
    ...(origin.variable === undefined ? {} : { variable: origin.variable }),
    ...place,
  };
  const key = keys.join('.');
  const name = origin.kind === 'literal' ? `\`${key}\`` : `\`${key}\`: ${shownLabel(value)}`;
  if (!resolved.ok) return unresolved(value, name, about, subject);
  const wrong = role.check(resolved.value);
  if (wrong !== undefined) return [complained(wrong, 'error', name, about)];
  const around = role.secret ? checkSurroundings(resolved.value) : undefined;
  return [
    ...(around === undefined ? [] : [complained(around, 'warning', name, about)]),
    ...(key === 'baseUrl' ? checkUrl(new URL(resolved.value), name, about) : []),
    // The previous one is expected to end.
    ...(keys.at(-1)?.startsWith('previous') === true ? [] : checkExpiry(value, name, about, subject)),
  ];
}

/** The label of the origin; the arguments of a command are not shown. */
function shownLabel({ reference, resolved: { origin } }: TenantValue): string {
  return origin.kind === 'cmd' && origin.variable === undefined ? shownReference(reference) : origin.label;
}

type About = Pick<Placed, 'tenant' | 'tenants' | 'variable' | 'file' | 'range'>;

function complained(complaint: Complaint, status: 'error' | 'warning', name: string, about: About): Placed {
  const { problem, remedy, isPasted } = complaint;
  return {
    ...about,
    id: isPasted === true ? 'ENV003' : 'ENV002',
    status,
    message: `${name} ${problem}`,
    why: 'The service would refuse it, or what comes of it would be somebody else’s.',
    fix: remedy,
  };
}

function unresolved(value: TenantValue, name: string, about: About, subject: Subject): Placed[] {
  const { resolved } = value;
  if (resolved.ok) return [];
  const { lack, problem, remedy, origin, isPlaceholder } = resolved;
  if (lack === 'unknown') return untrusted(value, about, subject);
  const message = `${name} ${problem}`;
  const why = 'Requests to this tenant are refused before anything is sent.';
  if (lack !== 'missing') {
    return [{ ...about, id: isPlaceholder === true ? 'ENV004' : 'ENV002', status: 'error', message, why, fix: remedy }];
  }
  const meant = origin.variable === undefined ? undefined : similarVariable(origin.variable, subject);
  const hint = meant === undefined ? '' : `; ${meant} is set, which nothing reads: is that it?`;
  return [{ ...about, id: 'ENV001', status: 'error', message: `${message}${hint}`, why, fix: remedy }];
}

/** A variable that is set, that nobody reads, and whose name is almost NAME. */
function similarVariable(name: string, { options, tenants, sets }: Subject): string | undefined {
  const read = new Set(tenants.flatMap(({ values }) => values.map(({ resolved }) => resolved.origin.variable)));
  const inSets = sets.flatMap(({ env }) => env.variables.map((variable) => variable.name));
  const set = Object.keys(options.environment).filter((one) => options.environment[one]?.trim() !== '');
  return closest(
    name,
    [...inSets, ...set].filter((one) => one !== name && !read.has(one)),
  );
}

/** A command that has not run yet is no problem, but nobody may have said that it may. */
function untrusted({ place, resolved, reference }: TenantValue, about: About, subject: Subject): Placed[] {
  const { file = 'scim.yaml' } = place;
  const runs = resolved.origin.kind === 'cmd' || resolved.origin.label.includes('cmd:');
  const path = isAbsolute(file) ? file : `${subject.options.root}/${file}`;
  if (!runs || subject.isTrusted(path)) return [];
  return [
    {
      ...about,
      id: 'ENV014',
      status: 'error',
      message: `${file} runs ${reference.startsWith('cmd:') ? shownReference(reference) : 'a command'}, and this content of it is not trusted`,
      why: 'A file that came with a repository could run anything.',
      fix: `read it, then M-x scim-trust, or scim-batch -- env trust ${file}`,
    },
  ];
}

function checkUrl(url: URL, name: string, about: About): Placed[] {
  const path = checkBasePath(url);
  return [
    ...(path === undefined ? [] : [complained(path, 'error', name, about)]),
    ...(isInsecure(url)
      ? [
          complained(
            { problem: 'is http: the credential crosses the network unencrypted', remedy: 'use https' },
            'warning',
            name,
            about,
          ),
        ]
      : []),
  ];
}

function checkExpiry({ resolved, role }: TenantValue, name: string, about: About, subject: Subject): Placed[] {
  const ends = resolved.ok && role.binary !== true ? expiryOf(resolved.value) : undefined;
  if (ends === undefined) return [];
  const left = Math.floor((ends.date.getTime() - subject.options.now.getTime()) / dayMs);
  if (left >= noticeDays) return [];
  const day = ends.date.toISOString().slice(0, 10);
  const isOver = ends.date.getTime() <= subject.options.now.getTime();
  return [
    {
      ...about,
      id: 'AUTH003',
      status: isOver ? 'error' : 'warning',
      message: `${name} ${isOver ? `expired on ${day}` : `expires on ${day}, in ${left} days`}`,
      why: isOver ? 'The service refuses it.' : 'From then on the service refuses it.',
      fix: 'get a new one, store it, and keep the old one beside it until then: scim-batch -- rotate status',
    },
  ];
}
