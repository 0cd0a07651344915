/** Variable sets: files of `NAME=VALUE` lines, with comments that say what a variable is for. */

import type { Position } from '../scim/error.js';

/** What is said about a variable, in comments directly above it or in `variables:` of `scim.yaml`. */
export interface Annotations {
  readonly purpose?: string;
  readonly format?: 'url' | 'token' | 'duration' | 'text';
  readonly secret?: boolean;
  /** ISO 8601 date. */
  readonly rotated?: string;
  /** ISO 8601 date. */
  readonly expires?: string;
}

/** One variable of a set. */
export interface EnvVariable {
  readonly name: string;
  /** Without the quotes. */
  readonly value: string;
  readonly quote: 'none' | 'single' | 'double';
  readonly annotations: Annotations;
  readonly nameRange: EnvRange;
  /** With the quotes. */
  readonly valueRange: EnvRange;
}

interface EnvRange {
  readonly start: Position;
  readonly end: Position;
}

/** Something in a set that is not understood. Never quotes the text: a secret may stand there. */
interface EnvProblem {
  readonly message: string;
  readonly remedy: string;
  readonly range: EnvRange;
}

export interface EnvFile {
  /** In the order of the file; a name may be there twice. */
  readonly variables: readonly EnvVariable[];
  readonly problems: readonly EnvProblem[];
}

const assignment = /^(\s*(?:export\s+)?)([A-Za-z_][A-Za-z0-9_]*)(\s*=\s*)(.*)$/u;
const annotation = /^\s*#\s*(purpose|format|secret|rotated|expires)\s*:\s*(.*?)\s*$/i;

/**
 * The variables of TEXT. Values are text and nothing else: `0123` stays `0123`, nothing is expanded.
 *
 * `NAME=VALUE` and `export NAME=VALUE`; `'…'` holds what it holds, `"…"` knows `\n`, `\"` and `\\`; without quotes a
 * value ends before ` #`. Quotes within a value belong to it.
 */
export function parseEnvFile(text: string): EnvFile {
  const variables: EnvVariable[] = [];
  const problems: EnvProblem[] = [];
  let above: Record<string, string> = {};
  for (const [line, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const content = raw.replace(/\r$/, '');
    const said = annotation.exec(content);
    if (said?.[1] !== undefined) {
      above[said[1].toLowerCase()] = said[2] ?? '';
      continue;
    }
    if (/^\s*#/.test(content)) continue;
    if (content.trim() !== '') {
      const read = readLine(content, line, above);
      if ('remedy' in read) problems.push(read);
      else variables.push(read);
    }
    above = {};
  }
  return { variables, problems };
}

function readLine(content: string, line: number, above: Record<string, string>): EnvVariable | EnvProblem {
  const match = assignment.exec(content);
  const [, before = '', name = '', between = '', rest = ''] = match ?? [];
  if (!match) {
    const range = rangeIn(content, line, 0, content.length);
    return { message: 'is not a line NAME=VALUE', remedy: 'write NAME=VALUE, or # before a comment', range };
  }
  const nameStart = before.length;
  const valueStart = nameStart + name.length + between.length;
  const value = readValue(rest);
  const valueRange = rangeIn(content, line, valueStart, valueStart + value.length);
  if (value.text === undefined) {
    return { message: `${name} begins with a quote that does not end`, remedy: 'end the quote', range: valueRange };
  }
  return {
    name,
    value: value.text,
    quote: value.quote,
    annotations: annotationsFrom(above),
    nameRange: rangeIn(content, line, nameStart, nameStart + name.length),
    valueRange,
  };
}

interface ReadValue {
  /** Undefined: the quote does not end. */
  readonly text: string | undefined;
  readonly quote: EnvVariable['quote'];
  /** As it is written. */
  readonly length: number;
}

function readValue(rest: string): ReadValue {
  const single = /^'([^']*)'(?=\s*(#.*)?$)/.exec(rest);
  if (single) return { text: single[1] ?? '', quote: 'single', length: single[0].length };
  const double = /^"((?:[^"\\]|\\.)*)"(?=\s*(#.*)?$)/.exec(rest);
  if (double) return { text: withoutEscapes(double[1] ?? ''), quote: 'double', length: double[0].length };
  if (/^(['"])(?!.*\1)/.test(rest)) return { text: undefined, quote: 'none', length: rest.trimEnd().length };
  const plain = rest.replace(/(^|\s)#.*$/, '').trimEnd();
  return { text: plain, quote: 'none', length: plain.length };
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

/** What ABOVE, the comments before a variable, says; what is not understood is left out. */
export function annotationsFrom(above: Readonly<Record<string, unknown>>): Annotations {
  const { purpose, format, secret, rotated, expires } = above;
  return {
    ...(typeof purpose === 'string' && purpose !== '' && { purpose }),
    ...(isFormat(format) && { format }),
    ...(typeof secret === 'boolean' && { secret }),
    ...(typeof secret === 'string' &&
      /^(yes|no|true|false)$/i.test(secret) && { secret: /^(yes|true)$/i.test(secret) }),
    ...(isDate(rotated) && { rotated }),
    ...(isDate(expires) && { expires }),
  };
}

function isFormat(value: unknown): value is NonNullable<Annotations['format']> {
  return value === 'url' || value === 'token' || value === 'duration' || value === 'text';
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value));
}

/** From FROM to TO, UTF-16 offsets in CONTENT, as places in code points. */
function rangeIn(content: string, line: number, from: number, to: number): EnvRange {
  const at = (offset: number): Position => ({ line, character: [...content.slice(0, offset)].length });
  return { start: at(from), end: at(to) };
}
