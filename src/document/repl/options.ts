/** `sort=… count=…` before or after the rest of a command. */

import { suggestion } from '../complaint.js';
import { optionHelp } from './commands.js';
import type { ListQuery, Projected } from './model.js';
import { ReplProblem, type Span } from './problem.js';
import { unquoted, type Word, wordsOf } from './scan.js';

/** What is left when the options are taken away, and the options. */
export interface Split {
  readonly words: readonly Word[];
  readonly query: ListQuery;
}

/** The words of TEXT from START on, those that are one of the options ALLOWED taken away. Throws `ReplProblem`. */
export function splitOptions(text: string, start: number, allowed: readonly string[]): Split {
  const words: Word[] = [];
  let query: ListQuery = {};
  for (const word of wordsOf(text, start)) {
    const [, name] = /^([A-Za-z]\w*)=/.exec(word.text) ?? [];
    if (name === undefined) words.push(word);
    else query = { ...query, ...readOption(word, name, allowed) };
  }
  return { words, query };
}

/** WORDS as one text with its place; undefined when there are none. Throws `ReplProblem` when an option stands between. */
export function joined(text: string, words: readonly Word[]): Word | undefined {
  const [first] = words;
  const last = words.at(-1);
  if (first === undefined || last === undefined) return undefined;
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    if (next === undefined || text.slice(word.end, next.start).trim() === '') continue;
    const span = { start: word.end + 1, end: next.start };
    throw new ReplProblem('Options stand before the filter or after it', span);
  }
  return { text: text.slice(first.start, last.end), start: first.start, end: last.end };
}

function readOption(word: Word, name: string, allowed: readonly string[]): ListQuery {
  const key = name.toLowerCase();
  const span = { start: word.start, end: word.start + name.length };
  if (!allowed.includes(key)) throw unknownOption(word, name, span, allowed);
  const valueStart = word.start + name.length + 1;
  const value = unquoted({ text: word.text.slice(name.length + 1), start: valueStart, end: word.end });
  if (value === '') throw new ReplProblem(`A value stands after \`${name}=\`: ${optionHelp[key]}`, word);
  return optionValue(key, value, { start: valueStart, end: word.end });
}

function unknownOption(word: Word, name: string, span: Span, allowed: readonly string[]): ReplProblem {
  const meant = suggestion(name, allowed);
  const value = word.text.slice(name.length + 1);
  const asFilter = `In a filter, write ${name} eq ${/^(?:"|true$|false$|\d+$)/.test(value) ? value : `"${value}"`}.`;
  if (meant !== undefined) return new ReplProblem(`\`${name}\` is no option; is \`${meant}\` meant?`, span, asFilter);
  const known = allowed.length === 0 ? 'there are none here' : `there are ${allowed.join(', ')}`;
  return new ReplProblem(`\`${name}\` is no option: ${known}`, span, asFilter);
}

function optionValue(key: string, value: string, span: Span): ListQuery {
  switch (key) {
    case 'sort': {
      const [, minus = '', sortBy = '', suffix = ''] = /^(-?)(.*?)(?::(asc|desc)\w*)?$/i.exec(value) ?? [];
      const descending = minus !== '' || /^desc/i.test(suffix);
      return { sortBy, sortOrder: descending ? 'descending' : 'ascending' };
    }
    case 'count':
      return { count: /^all$/i.test(value) ? 'all' : wholeNumber(value, 0, span, 'a number, or all') };
    case 'start':
      return { startIndex: wholeNumber(value, 1, span, 'a number from 1 on') };
    case 'attributes':
      return { attributes: names(value) };
    default:
      return { excludedAttributes: names(value) };
  }
}

function wholeNumber(text: string, least: number, span: Span, what: string): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= least) return number;
  throw new ReplProblem(`Expected ${what}`, span);
}

function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The part of QUERY that says which attributes the answer shall have. */
export function projectionOf({ attributes, excludedAttributes }: ListQuery): Projected {
  return {
    ...(attributes === undefined ? {} : { attributes }),
    ...(excludedAttributes === undefined ? {} : { excludedAttributes }),
  };
}
