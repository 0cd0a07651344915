/** A YAML text checked against a zod schema: the value, or every problem with its place. */

import type * as z from 'zod';
import { closest } from '../scim/schema/suggest.js';
import { choicesOf, membersOf, reach, type Schema } from './shape.js';
import type { Problem } from './text.js';
import { type Path, partAt, type YamlText } from './yaml-text.js';

/** What became of a text. */
export interface Checked<T> {
  /** undefined when there is a problem. */
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
}

/** SOURCE as SCHEMA wants it. A text without content counts as an empty map. */
export function checkYaml<S extends z.ZodType>(source: YamlText, schema: S): Checked<z.output<S>> {
  if (source.problems.length > 0) return { value: undefined, problems: source.problems };
  const parsed = schema.safeParse(source.value ?? {});
  if (parsed.success) return { value: parsed.data, problems: [] };
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, [], schema, source));
  return { value: undefined, problems };
}

/** ISSUE as problems; its path is below BASE. */
function problemsOf(issue: z.core.$ZodIssue, base: Path, schema: Schema, source: YamlText): Problem[] {
  const path = [...base, ...issue.path];
  const error = (range: Problem['range'], message: string): Problem => ({ range, message, severity: 'error' });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => error(source.keyRange([...path, key]), unknownKey(key, path, schema, source)));
  }
  const branch = issue.code === 'invalid_union' ? bestBranch(issue) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => problemsOf(inner, path, schema, source));
  const isMissing = path.length > 0 && partAt(source.value, path) === undefined;
  const range = isMissing ? source.keyRange(path.slice(0, -1)) : source.valueRange(path);
  const name = path.at(-1);
  if (isMissing) return [error(range, `\`${String(name)}\` is missing`)];
  const where = typeof name === 'string' ? `\`${name}\` ` : '';
  return [error(range, `${where}${messageOf(issue, path, schema, source)}`)];
}

/**
 * A key that does not belong there, and the one that was probably meant. It is shown only when it is almost that one:
 * of a secret with a comma, between braces and without quotes, the rest becomes a key.
 */
function unknownKey(key: string, path: Path, schema: Schema, source: YamlText): string {
  const reached = reach(schema, path, source.value);
  const known = [...new Set((reached?.alternatives ?? []).flatMap(membersOf).map(([name]) => name))];
  const meant = closest(key, known);
  if (meant !== undefined) return `\`${key}\` is not a key here; did you mean \`${meant}\`?`;
  return `this is not a key here${known.length === 0 ? '' : `; there are ${known.join(', ')}`}`;
}

/** Of the alternatives of a union, the complaints of the one that was meant; undefined when none can be told. */
function bestBranch(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  const isOtherKind = (inner: z.core.$ZodIssue) =>
    inner.path.length === 0 && inner.code !== 'unrecognized_keys' && inner.code !== 'custom';
  const candidates = issue.errors.filter((branch) => branch.length > 0 && !branch.some(isOtherKind));
  const wrongness = (branch: readonly z.core.$ZodIssue[]) =>
    branch.filter((inner) => inner.code === 'invalid_value' || inner.code === 'invalid_type').length * 10 +
    branch.length;
  return candidates.sort((left, right) => wrongness(left) - wrongness(right))[0];
}

/** What ISSUE complains of, as a part of a sentence after the name of the key; never the value. */
function messageOf(issue: z.core.$ZodIssue, path: Path, schema: Schema, source: YamlText): string {
  switch (issue.code) {
    case 'invalid_type':
      return isOwn(issue) ? issue.message : `must be ${kinds[issue.expected] ?? `a ${issue.expected}`}`;
    case 'invalid_value':
    case 'invalid_union': {
      const choices = choicesAt(schema, path);
      return choices.length === 0 || isOwn(issue)
        ? own(issue, 'is not of a form that can stand here')
        : oneOf(choices, partAt(source.value, path));
    }
    case 'too_small':
      return isOwn(issue)
        ? issue.message
        : `must ${extent(issue.origin)} at least ${issue.minimum}${issue.inclusive === false ? ' and a bit' : ''}`;
    case 'too_big':
      return isOwn(issue) ? issue.message : `must ${extent(issue.origin)} at most ${issue.maximum}`;
    default:
      return own(issue, 'is not of a form that can stand here');
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text; put it between quotes if it looks like a number',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
};

function extent(origin: string): string {
  return origin === 'number' || origin === 'int' ? 'be' : 'have a length of';
}

/** Has the schema a message of its own? Zod's begin with these words. */
function isOwn(issue: z.core.$ZodIssue): boolean {
  return !/^(Invalid|Too|Unrecognized)\b/.test(issue.message);
}

function own(issue: z.core.$ZodIssue, otherwise: string): string {
  return isOwn(issue) ? issue.message : otherwise;
}

/** The values that may stand at PATH, when the schema lists them. */
function choicesAt(schema: Schema, path: Path): readonly string[] {
  const reached = reach(schema, path, undefined);
  return [...new Set((reached?.alternatives ?? []).flatMap(choicesOf))];
}

/** `must be one of …`, and which was probably meant in place of VALUE. */
function oneOf(choices: readonly string[], value: unknown): string {
  const meant = typeof value === 'string' ? closest(value, choices) : undefined;
  return `must be ${choices.length === 1 ? '' : 'one of '}${choices.join(', ')}${meant === undefined ? '' : `; did you mean \`${meant}\`?`}`;
}
