/** What is said about variables, in comments of sets and in `variables:`: is it understood, is a date past? */

import type { Annotations } from '../../config/env-file.js';
import type { Range } from '../../config/text.js';
import { closest } from '../../scim/schema/suggest.js';
import { type Placed, type Subject, type SubjectSet, textAt } from './subject.js';

/** What can be said about a variable, what the values are, and what it means. */
export const annotationKeys = {
  purpose: { values: [], description: 'What the variable is for.' },
  format: { values: ['url', 'token', 'duration', 'text'], description: 'What its value must look like.' },
  secret: { values: ['yes', 'no'], description: 'Whether nobody may see it.' },
  rotated: { values: [], description: 'When it was last exchanged: `2026-01-31`.' },
  expires: { values: [], description: 'Until when it is good: `2027-01-31`.' },
} as const satisfies Record<string, { values: readonly string[]; description: string }>;

const dayMs = 86_400_000;
const noticeDays = 14;

/** What is wrong with what is said about variables. */
export function checkDeclared(subject: Subject): Placed[] {
  const ofSets = subject.sets.flatMap((set) => [
    ...checkComments(set, textAt(set.path, subject.options) ?? ''),
    ...set.env.variables.flatMap(({ name, annotations, nameRange }) =>
      checkDates(name, annotations, { file: set.file, range: nameRange, tenants: set.tenants }, subject),
    ),
  ]);
  const ofYaml = [...(subject.file?.variables ?? [])].flatMap(([name, annotations]) =>
    checkDates(name, annotations, subject.place(['variables', name], 'key'), subject),
  );
  return [...ofSets, ...ofYaml];
}

function checkDates(
  name: string,
  { expires }: Annotations,
  about: Pick<Placed, 'file' | 'range' | 'tenants'>,
  { options: { now } }: Subject,
): Placed[] {
  const left = expires === undefined ? Number.POSITIVE_INFINITY : (Date.parse(expires) - now.getTime()) / dayMs;
  if (left >= noticeDays) return [];
  return [
    {
      ...about,
      id: 'AUTH003',
      status: 'warning',
      message: `${name} ${left < 0 ? 'has expired' : 'expires'}, as is said of it, on ${expires}`,
      why: 'The service refuses it, or soon will.',
      fix: 'get a new one, and correct the date',
      variable: name,
    },
  ];
}

/** Comments of SET, whose text is TEXT, that look like annotations and are not understood. */
function checkComments(set: Pick<SubjectSet, 'file' | 'tenants'>, text: string): Placed[] {
  return text.split('\n').flatMap((line, number): Placed[] => {
    const [, before = '', key = '', between = '', value = ''] =
      /^(\s*#\s*)([A-Za-z]+)(\s*:\s*)(\S.*?)\s*$/.exec(line) ?? [];
    const wrong = key === '' ? undefined : complaintAbout(key.toLowerCase(), value);
    if (wrong === undefined) return [];
    const start = [...before].length + (wrong.part === 'key' ? 0 : [...`${key}${between}`].length);
    const length = [...(wrong.part === 'key' ? key : value)].length;
    const range: Range = {
      start: { line: number, character: start },
      end: { line: number, character: start + length },
    };
    return [
      {
        id: 'ENV015',
        status: 'warning',
        message: wrong.message,
        fix: wrong.fix,
        file: set.file,
        tenants: set.tenants,
        range,
      },
    ];
  });
}

function complaintAbout(
  key: string,
  value: string,
): { part: 'key' | 'value'; message: string; fix: string } | undefined {
  const known = Object.entries(annotationKeys).find(([name]) => name === key)?.[1];
  if (known === undefined) {
    const meant = closest(key, Object.keys(annotationKeys));
    if (meant === undefined) return undefined;
    return {
      part: 'key',
      message: `\`${key}:\` says nothing; did you mean \`${meant}:\`?`,
      fix: `write # ${meant}: …`,
    };
  }
  const values: readonly string[] = known.values;
  if (values.length > 0 && !values.includes(value)) {
    const list = values.join(', ');
    return { part: 'value', message: `\`${key}\` must be one of ${list}`, fix: `write one of ${list}` };
  }
  if (
    (key === 'rotated' || key === 'expires') &&
    (!/^\d{4}-\d{2}-\d{2}/.test(value) || Number.isNaN(Date.parse(value)))
  ) {
    return { part: 'value', message: `\`${key}\` must be a date such as 2027-01-31`, fix: 'write YYYY-MM-DD' };
  }
  return undefined;
}
