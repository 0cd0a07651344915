/** Variable sets: can each line be read, is each variable defined once, read by somebody, and of its format? */

import type { EnvVariable } from '../../config/env-file.js';
import { isReference } from '../../config/reference.js';
import { parseDuration } from '../../config/values.js';
import { type Complaint, checkBaseUrl, checkToken } from '../check.js';
import { nextVariable } from '../inventory-source.js';
import { type Placed, type Subject, type SubjectSet, whole } from './subject.js';

/** What is wrong with the sets that tenants name. */
export function checkSets(subject: Subject): Placed[] {
  return subject.sets.flatMap((set) => [
    ...checkLines(set),
    ...checkTwice(set),
    ...checkFormats(set, subject),
    ...checkUnread(set, subject),
  ]);
}

/** Lines that are not understood. */
function checkLines(set: SubjectSet): Placed[] {
  return set.env.problems.map(({ message, remedy, range }): Placed => {
    const why = 'No tenant with this set can be used.';
    return { ...about(set), id: 'ENV015', status: 'error', message, why, fix: remedy, range };
  });
}

function about({ file, tenants }: SubjectSet): Pick<Placed, 'file' | 'tenant' | 'tenants'> {
  return { file, tenants, ...(tenants[0] === undefined ? {} : { tenant: tenants[0] }) };
}

/** Is a variable defined twice in one file? Over two files of a set it may be: the later one counts, as is said. */
function checkTwice(set: SubjectSet): Placed[] {
  const last = new Map(set.env.variables.map((variable) => [variable.name, variable]));
  return set.env.variables.flatMap((variable): Placed[] => {
    const counts = last.get(variable.name);
    if (counts === undefined || counts === variable) return [];
    const isSame = counts.value === variable.value && counts.quote === variable.quote;
    return [
      {
        ...about(set),
        id: 'ENV005',
        status: isSame ? 'warning' : 'error',
        message: `${variable.name} is defined again in line ${counts.nameRange.start.line + 1}, which counts${isSame ? '' : ', with another value'}`,
        why: 'Whoever changes this line changes nothing.',
        fix: 'remove one of the two lines',
        variable: variable.name,
        range: whole(variable),
      },
    ];
  });
}

const formats: Readonly<Record<'url' | 'token' | 'duration', (value: string) => Complaint | undefined>> = {
  url: (value) => {
    const checked = checkBaseUrl(value);
    return checked instanceof URL ? undefined : checked;
  },
  token: checkToken,
  duration: (value) =>
    parseDuration(value) === undefined ? { problem: 'is no duration', remedy: 'write it like 30s or 2m' } : undefined,
};

/** Has each literal the format that is said of it? What tenants need is checked with them. */
function checkFormats(set: SubjectSet, { tenants, file }: Subject): Placed[] {
  const checked = new Set(
    tenants.flatMap(({ values }) =>
      values.map(({ resolved: { origin } }) => `${origin.set?.file}:${origin.set?.line}`),
    ),
  );
  return set.env.variables.flatMap((variable): Placed[] => {
    const { name, value, annotations, nameRange } = variable;
    const format = annotations.format ?? file?.variables.get(name)?.format;
    if (format === undefined || format === 'text' || !isLiteral(variable)) return [];
    if (value === '' || checked.has(`${set.file}:${nameRange.start.line + 1}`)) return [];
    const wrong = formats[format](value);
    if (wrong === undefined) return [];
    return [
      {
        ...about(set),
        id: wrong.isPasted === true ? 'ENV003' : 'ENV002',
        status: 'error',
        message: `${name} ${wrong.problem}`,
        fix: wrong.remedy,
        variable: name,
        range: whole(variable),
      },
    ];
  });
}

/** Stands the value itself there, and not a reference? */
export function isLiteral({ value, quote }: EnvVariable): boolean {
  return quote === 'single' || !isReference(value);
}

/** Is there somebody who reads each variable? Told only when all tenants can be read. */
function checkUnread(set: SubjectSet, subject: Subject): Placed[] {
  const { tenants, file } = subject;
  const users = tenants.filter(({ name }) => set.tenants.includes(name));
  if (users.length === 0 || users.length < set.tenants.length) return [];
  const read = new Set(
    users.flatMap(({ values, context }) => [
      ...values.flatMap(({ resolved: { origin } }) => origin.variable ?? []),
      ...context.set.variables.flatMap((found) => nextVariable(found) ?? []),
    ]),
  );
  return set.env.variables.flatMap((variable): Placed[] => {
    const { name } = variable;
    if (read.has(name) || file?.variables.has(name) === true) return [];
    return [
      {
        ...about(set),
        id: 'ENV013',
        status: 'warning',
        message: `${name} is read by no tenant with this set: ${set.tenants.join(', ')}`,
        why: 'It is misspelt, or left over.',
        fix: `correct its name, remove the line, or write env:${name} in scim.yaml`,
        variable: name,
        range: whole(variable),
      },
    ];
  });
}
