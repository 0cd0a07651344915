/** `# @key value` before a request line. */
import { Complaint, suggestion } from './complaint.js';
import { type Directives, features } from './model.js';

export interface DirectiveLine {
  readonly key: string;
  readonly keyOffset: number;
  readonly value: string;
  readonly valueOffset: number;
}

/**
 * The directive on a comment line TEXT at OFFSET in the file, if there is one. `# @x = 1`, a variable that was
 * commented out, is none.
 */
export function directiveOn(text: string, offset: number): DirectiveLine | undefined {
  const [, lead, key, gap, value] = /^((?:#|\/\/)\s*@)([\p{L}\p{N}_-]+)(\s*)(.*)$/u.exec(text) ?? [];
  if (lead === undefined || key === undefined || value === undefined || value.startsWith('=')) return undefined;
  const keyOffset = offset + lead.length;
  return { key, keyOffset, value: value.trim(), valueOffset: keyOffset + key.length + (gap ?? '').length };
}

const readers = {
  'all-pages': (line: DirectiveLine): Directives => {
    if (line.value === '') return { allPages: true };
    throw new Complaint('request.syntax', '`@all-pages` takes no value', line.valueOffset);
  },
  requires: (line: DirectiveLine): Directives => ({ requires: readFeatures(line) }),
  validate: (line: DirectiveLine): Directives => {
    const mode = (['strict', 'warn', 'off'] as const).find((each) => each === line.value);
    if (mode !== undefined) return { validate: mode };
    throw new Complaint('request.syntax', '`@validate` takes strict, warn or off', line.valueOffset);
  },
  timeout: (line: DirectiveLine): Directives => ({ timeoutMs: readDuration(line) }),
  'no-retry': (line: DirectiveLine): Directives => {
    if (line.value === '') return { noRetry: true };
    throw new Complaint('request.syntax', '`@no-retry` takes no value', line.valueOffset);
  },
};

/**
 * What LINE sets.
 * @throws Complaint with an offset in the file
 */
export function readDirective(line: DirectiveLine): Directives {
  if (isKey(line.key)) return readers[line.key](line);
  const meant = suggestion(line.key, Object.keys(readers));
  throw new Complaint(
    'request.syntax',
    `\`@${line.key}\` is not a directive${meant === undefined ? '' : `; is \`@${meant}\` meant?`}`,
    line.keyOffset,
    `There are ${Object.keys(readers)
      .map((key) => `@${key}`)
      .join(', ')}.`,
  );
}

function isKey(key: string): key is keyof typeof readers {
  return Object.hasOwn(readers, key);
}

function readFeatures(line: DirectiveLine): NonNullable<Directives['requires']> {
  const words = [...line.value.matchAll(/[^\s,]+/g)];
  const list = `\`@requires\` takes one or more of ${features.join(', ')}`;
  if (words.length === 0) throw new Complaint('request.syntax', list, line.valueOffset);
  return words.map((word) => {
    const feature = features.find((each) => each.toLowerCase() === word[0].toLowerCase());
    if (feature !== undefined) return feature;
    throw new Complaint('request.syntax', `${list}, not \`${word[0]}\``, line.valueOffset + word.index);
  });
}

const units = { ms: 1, s: 1000, m: 60_000 };

function readDuration(line: DirectiveLine): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(line.value) ?? [];
  const milliseconds = Math.round(Number(digits) * (unit === 'ms' || unit === 's' || unit === 'm' ? units[unit] : 0));
  // A timer of Node holds 31 bits.
  if (milliseconds > 0 && milliseconds < 2 ** 31) return milliseconds;
  throw new Complaint('request.syntax', '`@timeout` takes a duration: 500ms, 10s, 2m', line.valueOffset);
}
