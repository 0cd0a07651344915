/** Changes as people type them: `active=false title="X" add emails={…} remove phoneNumbers[type eq "fax"]`. */

import { ProtocolError } from '../../scim/error.js';
import type { JsonValue } from '../../scim/json.js';
import { JsonSyntaxError, JsonText } from '../../scim/json-text.js';
import type { PatchOperation } from '../../scim/patch/index.js';
import { parsePath } from '../../scim/path.js';
import { ReplProblem, type Span } from './problem.js';
import { skipSpace, wordEnd } from './scan.js';

/** One change, and where it stands. */
export interface Assignment extends Span {
  readonly op: PatchOperation['op'];
  /** A PATCH path (RFC 7644 §3.5.2). */
  readonly path: string;
  /** Absent when something is removed. */
  readonly value?: JsonValue;
  /** Was the value written as a word, so that the schema says whether `42` is a number or a text? */
  readonly isBare?: boolean;
}

const verbs = ['add', 'remove', 'replace'] as const;

/**
 * The changes that TEXT says from START on. `path=value` replaces, `path+=value` and `add path=value` add, `remove path`
 * removes. A value is JSON, or a word: `true`, `false`, `null`, a number, else a text. Throws `ReplProblem` at the place.
 */
export function parseAssignments(text: string, start = 0): Assignment[] {
  const found: Assignment[] = [];
  for (let at = skipSpace(text, start); at < text.length; at = skipSpace(text, at)) {
    const change = readChange(text, at);
    found.push(change);
    at = change.end;
  }
  return found;
}

/** CHANGES as `parseAssignments` reads them. */
export function printAssignments(
  changes: readonly { op: Assignment['op']; path: string; value?: JsonValue | undefined }[],
): string {
  return changes
    .map(({ op, path, value }) => {
      if (op === 'remove') return value === undefined ? `remove ${path}` : `remove ${path}=${printValue(value)}`;
      return `${op === 'add' ? 'add ' : ''}${path}=${printValue(value ?? null)}`;
    })
    .join(' ');
}

/** VALUE as a word where that reads the same, else as JSON. */
function printValue(value: JsonValue): string {
  return typeof value === 'string' && /^[A-Za-z_][\w.@+-]*$/.test(value) && typeof wordValue(value) === 'string'
    ? value
    : JSON.stringify(value);
}

function readChange(text: string, start: number): Assignment {
  const first = text.slice(start, wordEnd(text, start, text.length, '='));
  const verb = verbs.find((each) => each === first.toLowerCase());
  const afterVerb = skipSpace(text, start + first.length);
  const isVerb = verb !== undefined && text.charAt(start + first.length) !== '=';
  const pathStart = isVerb ? afterVerb : start;
  const rawEnd = wordEnd(text, pathStart, text.length, '=');
  const isAppend = text.charAt(rawEnd) === '=' && text.charAt(rawEnd - 1) === '+';
  const pathEnd = isAppend ? rawEnd - 1 : rawEnd;
  const path = text.slice(pathStart, pathEnd);
  checkPath(path, pathStart, isVerb ? verb : undefined);
  const op = isAppend ? 'add' : isVerb ? verb : 'replace';
  if (text.charAt(rawEnd) !== '=') {
    if (op === 'remove') return { op, path, start, end: rawEnd };
    throw new ReplProblem(`What shall \`${path}\` be?`, { start: pathStart, end: pathEnd }, `Write ${path}=value.`);
  }
  const read = readValue(text, rawEnd + 1, path);
  return { op, path, value: read.value, start, end: read.end, ...(read.isBare ? { isBare: true } : {}) };
}

function checkPath(path: string, start: number, verb: string | undefined): void {
  if (path === '') {
    const what = verb === undefined ? 'An attribute stands before `=`' : `An attribute stands after \`${verb}\``;
    throw new ReplProblem(what, { start: Math.max(0, start - 1), end: start + 1 });
  }
  try {
    parsePath(path, { missingSpace: true });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const at = start + Math.min(error.offset ?? 0, path.length);
    const message = error.message.replace(/ \(at character \d+\)$/, '');
    throw new ReplProblem(message, { start: at, end: start + path.length }, undefined, error);
  }
}

function readValue(text: string, start: number, path: string): { value: JsonValue; end: number; isBare: boolean } {
  const end = wordEnd(text, start);
  if (end === start) {
    const remedy = `Write ${path}="" for an empty text, ${path}=null or remove ${path} to unassign it.`;
    throw new ReplProblem('A value stands after `=`, without a space', { start: start - 1, end: start }, remedy);
  }
  const written = text.slice(start, end);
  if (!/^["[{]/.test(written)) return { value: wordValue(written), end, isBare: true };
  return { value: readJson(written, start).value, end, isBare: false };
}

/** WRITTEN, which stands at START of the input, as JSON. Throws `ReplProblem` at the place. */
export function readJson(written: string, start: number): JsonText {
  try {
    return JsonText.parse(written);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const at = start + Math.min(error.offset, written.length);
    throw new ReplProblem(error.message, { start: at, end: at + 1 }, undefined, error);
  }
}

function wordValue(word: string): JsonValue {
  if (!/^(?:true|false|null|-?\d[\d.eE+-]*)$/.test(word)) return word;
  try {
    const value: JsonValue = JSON.parse(word);
    // `007`, `1.10` and what a double cannot hold are texts: as numbers they would not be what was written.
    return String(value) === word ? value : word;
  } catch {
    return word;
  }
}
