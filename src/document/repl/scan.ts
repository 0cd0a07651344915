/** The words of an input: separated by white space, but not within strings, brackets and braces. */

import { ReplProblem, type Span } from './problem.js';

/** A word and where it stands. */
export interface Word extends Span {
  readonly text: string;
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * The offset behind the word that begins at START of TEXT: at white space, at one of the characters STOPS, or at END, none
 * of them within a string or brackets. Never throws: what is not closed goes on to END.
 */
export function wordEnd(text: string, start: number, end = text.length, stops = ''): number {
  const open: string[] = [];
  for (let at = start; at < end; at += 1) {
    const char = text.charAt(at);
    if (char === '"') at = stringEnd(text, at, end) - 1;
    else if (open.length === 0 && (/\s/.test(char) || stops.includes(char))) return at;
    else if (closers[char] !== undefined) open.push(closers[char]);
    else if (char === open.at(-1)) open.pop();
  }
  return end;
}

/** The offset behind the string literal whose quote is at START; END when it is not closed. */
export function stringEnd(text: string, start: number, end = text.length): number {
  for (let at = start + 1; at < end; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === '"') return at + 1;
  }
  return end;
}

/** The first offset from START that is no white space; END when there is none. */
export function skipSpace(text: string, start: number, end = text.length): number {
  let at = start;
  while (at < end && /\s/.test(text.charAt(at))) at += 1;
  return at;
}

/** The words of TEXT between two offsets. */
export function wordsOf(text: string, start = 0, end = text.length): Word[] {
  const words: Word[] = [];
  for (let at = skipSpace(text, start, end); at < end; at = skipSpace(text, at, end)) {
    const stop = Math.max(at + 1, wordEnd(text, at, end));
    words.push({ text: text.slice(at, stop), start: at, end: stop });
    at = stop;
  }
  return words;
}

/** What a word that may be a string literal says. Throws `ReplProblem` for a literal that is none. */
export function unquoted({ text, start, end }: Word): string {
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
  } catch {
    // Told below.
  }
  throw new ReplProblem('This is not a string: a `"` closes it, and `\\"` stands for one inside', { start, end });
}
