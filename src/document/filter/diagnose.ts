/** What is wrong with a filter (RFC 7644 §3.4.2.2), before any server is asked; with exact places. */

import { parseDateTime } from '../../scim/date-time.js';
import { ProtocolError } from '../../scim/error.js';
import { parseFilter } from '../../scim/filter/index.js';
import type { ResourceType } from '../../scim/schema/resource-type.js';
import { closest } from '../../scim/schema/suggest.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import {
  attributeDoubt,
  comparedAttribute,
  type FilterContext,
  filterDoubt,
  isOperator,
  logicDoubt,
  operatorDoubt,
  operatorsOf,
} from './context.js';
import { type ScannedWord, scanFilter } from './scan.js';

export interface FilterProblem {
  /** UTF-16 offsets in the filter; `end` is behind the last character, and `start` when the filter ends too early. */
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** `error`: no server that follows the standard takes it; `warning`: this one probably does not. */
  readonly severity: 'error' | 'warning';
}

/** The problems of FILTER, in the order of their places; none when it is empty. Never throws. */
export function diagnoseFilter(filter: string, context: FilterContext): FilterProblem[] {
  if (filter.trim() === '') return [];
  const { words } = scanFilter(filter);
  const syntax = syntaxProblem(filter, words);
  const problems = syntax === undefined ? [] : [syntax];
  const doubt = filterDoubt(context);
  if (doubt !== undefined) problems.push({ start: 0, end: filter.length, message: doubt, severity: 'warning' });
  // What stands behind an error may mean anything.
  const readable = syntax === undefined ? words : words.filter(({ end }) => end <= syntax.start);
  problems.push(...readable.flatMap((word) => problemsOf(word, context)));
  problems.push(...tooManyConditions(words, context));
  return problems.sort((a, b) => a.start - b.start || a.end - b.end);
}

function syntaxProblem(filter: string, words: readonly ScannedWord[]): FilterProblem | undefined {
  try {
    parseFilter(filter);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const start = Math.min(error.offset ?? 0, filter.length);
    const word = words.find((each) => each.start <= start && start < each.end);
    const end = word?.end ?? Math.min(filter.length, start + 1);
    // The place is told beside the message.
    return { start, end, message: error.message.replace(/ \(at character \d+\)/, ''), severity: 'error' };
  }
}

function problemsOf(word: ScannedWord, context: FilterContext): FilterProblem[] {
  const warn = (message: string | undefined): FilterProblem[] =>
    message === undefined ? [] : [{ start: word.start, end: word.end, message, severity: 'warning' }];
  switch (word.role) {
    case 'attribute':
      return warn(unknownAttribute(word, context) ?? attributeDoubt(context, word.text, word.inside));
    case 'operator':
      return operatorProblems(word, context);
    case 'value':
      return warn(valueProblem(word, context));
    case 'logic':
    case 'not':
      return warn(logicDoubt(context, word.text.toLowerCase()));
    default:
      return [];
  }
}

function operatorProblems(word: ScannedWord, context: FilterContext): FilterProblem[] {
  const name = word.text.toLowerCase();
  const place = { start: word.start, end: word.end };
  const attribute = comparedAttribute(context, word.attribute ?? '', word.inside);
  if (isOperator(name) && attribute !== undefined && !operatorsOf(attribute).includes(name)) {
    const fitting = operatorsOf(attribute).join(', ');
    const message = `${name} cannot compare ${word.attribute}, which is ${withArticle(attribute.type)}; use ${fitting}`;
    // RFC 7644 §3.4.2.2 refuses the order of what has none; parts of what is no string are only never found.
    const isRefused = ['gt', 'ge', 'lt', 'le'].includes(name);
    return [{ ...place, message, severity: isRefused ? 'error' : 'warning' }];
  }
  const doubt = operatorDoubt(context, name);
  return doubt === undefined ? [] : [{ ...place, message: doubt, severity: 'warning' }];
}

/** Why WORD names no attribute of the type. */
function unknownAttribute({ text, inside }: ScannedWord, context: FilterContext): string | undefined {
  const { resourceType } = context;
  if (resourceType === undefined || text.startsWith('.')) return undefined;
  if (inside !== undefined) return unknownSub(resourceType, inside, text, context);
  if (resourceType.lookup(text) !== undefined || isOpen(resourceType, text)) return undefined;
  const meant = closest(text, namesOf(resourceType));
  return `${resourceType.name} has no attribute ${text}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function unknownSub(
  resourceType: ResourceType,
  inside: string,
  text: string,
  context: FilterContext,
): string | undefined {
  const holder = resourceType.lookup(inside)?.attribute;
  if (holder === undefined || holder.subAttributes.length === 0) return undefined;
  if (comparedAttribute(context, text, inside) !== undefined) return undefined;
  const meant = closest(
    text,
    holder.subAttributes.map(({ name }) => name),
  );
  return `${holder.name} has no sub-attribute ${text}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** Does TEXT stand in a schema of which no attribute is known, so that none is unknown? */
function isOpen({ core, extensions }: ResourceType, text: string): boolean {
  if (core.attributes.length === 0) return true;
  const lower = text.toLowerCase();
  return extensions.some(
    ({ schema }) => schema.attributes.length === 0 && lower.startsWith(`${schema.id.toLowerCase()}:`),
  );
}

function namesOf({ attributes, extensions }: ResourceType): string[] {
  const core = attributes.flatMap(withSubs);
  return [...core, ...extensions.flatMap(({ schema }) => schema.attributes.map(({ name }) => `${schema.id}:${name}`))];
}

function withSubs({ name, subAttributes }: AttributeDefinition): string[] {
  return [name, ...subAttributes.map((sub) => `${name}.${sub.name}`)];
}

/** Why the value WORD is none that its attribute can have. */
function valueProblem(word: ScannedWord, context: FilterContext): string | undefined {
  const attribute = comparedAttribute(context, word.attribute ?? '', word.inside);
  const text = word.text.toLowerCase();
  if (attribute === undefined || text === 'null') return undefined;
  const isString = text.startsWith('"');
  const isBoolean = text === 'true' || text === 'false';
  const isNumber = !isString && !isBoolean;
  const of = `${word.attribute} is ${withArticle(attribute.type)}`;
  switch (attribute.type) {
    case 'boolean':
      return isBoolean ? undefined : `${of}: compare it with true or false`;
    case 'integer':
    case 'decimal':
      return isNumber ? undefined : `${of}: compare it with a number`;
    case 'dateTime':
      return isString && isDate(word.text) ? undefined : `${of}: compare it with a date like "2026-01-31T00:00:00Z"`;
    case 'complex':
      return undefined;
    default:
      return isString ? undefined : `${of}: compare it with a string in double quotes`;
  }
}

function isDate(source: string): boolean {
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === 'string' && parseDateTime(value) !== undefined;
  } catch {
    return false;
  }
}

function withArticle(type: AttributeDefinition['type']): string {
  const plain = type === 'complex' ? 'complex attribute' : type;
  return `${/^[aeiou]/.test(plain) ? 'an' : 'a'} ${plain}`;
}

/** Some services count the conditions. */
function tooManyConditions(words: readonly ScannedWord[], { profile }: FilterContext): FilterProblem[] {
  const { maxNodes } = profile.filter;
  const conditions = words.filter(({ role }) => role === 'operator');
  const first = maxNodes === null ? undefined : conditions[maxNodes];
  if (first === undefined) return [];
  const message = `this service takes ${maxNodes} conditions at most; there are ${conditions.length}`;
  return [{ start: first.start, end: first.end, message, severity: 'warning' }];
}
