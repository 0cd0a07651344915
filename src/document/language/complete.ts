/** What can stand at a place of a request file. */
import { capturedUpTo } from '../references.js';
import { answerPaths } from './answers.js';
import { completeCheck } from './complete-check.js';
import { completeTarget } from './complete-target.js';
import { type Braces, bracesAt, type Cursor, cursorAt, namedBefore } from './cursor.js';
import type { Edited, Offer, Span } from './model.js';
import { directiveNames, generatedTexts, headerNames, methodNames, type Named } from './names.js';
import { completeBody } from './payload.js';

/** What can stand at OFFSET of EDITED. All offers are for the same span. */
export async function completeFile(edited: Edited, offset: number): Promise<Offer[]> {
  const cursor = cursorAt(edited.file, offset);
  const braces = cursor.kind === 'comment' || cursor.kind === 'separator' ? undefined : bracesAt(cursor);
  if (braces !== undefined) return completeReference(edited, cursor, braces);
  switch (cursor.kind) {
    case 'comment':
      return completeDirective(cursor);
    case 'request':
      return /^\s*\S*$/.test(cursor.before) ? completeMethod(cursor) : completeTarget(edited, cursor);
    case 'target':
      return completeTarget(edited, cursor);
    case 'header':
      return completeHeader(edited, cursor);
    case 'body':
      return cursor.request === undefined ? [] : completeBody(edited, cursor.request, offset);
    case 'assertion':
    case 'capture':
      return completeCheck(edited, cursor);
    case 'blank':
      return completeBlank(edited, cursor);
    default:
      return [];
  }
}

/** What a line without a word can begin with: a request line, or the continuation of a body. */
async function completeBlank(edited: Edited, cursor: Cursor): Promise<Offer[]> {
  const { request, line, before } = cursor;
  if (request === undefined || line.number < request.line) return before === '' ? completeMethod(cursor) : [];
  const { body } = request;
  const [first] = body ?? [];
  const last = body?.at(-1);
  const end = last === undefined ? 0 : last.offset + (last.kind === 'text' ? last.text.length : last.source.length);
  const isInside = first !== undefined && cursor.offset > first.offset && cursor.offset < end;
  return isInside ? completeBody(edited, request, cursor.offset) : [];
}

/** OFFERS made of NAMES for SPAN; SUFFIX is put behind each. */
function offersOf(names: readonly Named[], span: Span, suffix = '', kind: Offer['kind'] = 'key'): Offer[] {
  return names.map(({ name, text }) => ({ ...span, kind, label: name, insert: name + suffix, description: text }));
}

/** The word around CURSOR made of characters that match WORD. */
function wordAround({ before, after, offset }: Cursor, word: RegExp): Span & { readonly typed: string } {
  const typed = new RegExp(`(?:${word.source})*$`, 'u').exec(before)?.[0] ?? '';
  const rest = new RegExp(`^(?:${word.source})*`, 'u').exec(after)?.[0] ?? '';
  return { start: offset - typed.length, end: offset + rest.length, typed };
}

function completeMethod(cursor: Cursor): Offer[] {
  const { typed: _, ...span } = wordAround(cursor, /[A-Za-z]/);
  return offersOf(methodNames, span, /^[A-Za-z]*\s/.test(cursor.after) ? '' : ' ');
}

function completeDirective(cursor: Cursor): Offer[] {
  const [, lead, key, value] = /^((?:#|\/\/)\s*@)([\w-]*)(?:\s+(.*))?$/su.exec(cursor.before) ?? [];
  if (lead === undefined || key === undefined) return [];
  const { typed: _, ...span } = wordAround(cursor, /[\w-]/);
  if (value === undefined) {
    return directiveNames.map(({ name, text, values }) => {
      const insert = values.length === 0 || /^[\w-]*\s/.test(cursor.after) ? name : `${name} `;
      return { ...span, kind: 'key', label: name, insert, description: text };
    });
  }
  const directive = directiveNames.find(({ name }) => name === key);
  if (directive === undefined || (/\s/.test(value) && directive.isList !== true)) return [];
  const there = value.split(/[\s,]+/).slice(0, -1);
  return offersOf(
    directive.values.filter(({ name }) => !there.includes(name)),
    span,
    '',
    'value',
  );
}

function completeHeader(edited: Edited, cursor: Cursor): Offer[] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]*)\s*(?::\s*(.*))?$/su.exec(cursor.before) ?? [];
  if (name === undefined) return [];
  if (value === undefined) {
    const there = (cursor.request?.headers ?? []).filter(({ offset }) => offset !== cursor.line.start);
    const free = headerNames.filter((each) => !there.some((one) => one.name.toLowerCase() === each.name.toLowerCase()));
    const { typed: _, ...span } = wordAround(cursor, /[\w-]/);
    return offersOf(free, span, /^[\w-]*\s*:/.test(cursor.after) ? '' : ': ');
  }
  const known = headerNames.find((each) => each.name.toLowerCase() === name.toLowerCase());
  const etags = /^if-(?:none-)?match$/i.test(name)
    ? namedBefore(edited.file, cursor.request).map((each) => `{{${each.name}.etag}}`)
    : [];
  const span = { start: cursor.offset - value.length, end: cursor.offset };
  return [...etags.reverse(), ...(known?.values ?? [])].map((label) => ({
    ...span,
    kind: 'value',
    label,
    insert: label,
  }));
}

/** What can stand between braces: variables, generated values, parts of earlier answers. */
function completeReference(edited: Edited, cursor: Cursor, braces: Braces): Offer[] {
  const { start, typed, rest, isClosed } = braces;
  const span = { start, end: cursor.offset + rest.length };
  const close = isClosed ? '' : '}}';
  const offer = (label: string, detail?: string, description?: string): Offer => {
    return { ...span, kind: 'value', label, insert: label + close, detail, description };
  };
  const [, name] = /^([^.\s]+)\./.exec(typed) ?? [];
  const request =
    name === undefined ? undefined : edited.file.requests.find((each) => each.named && each.name === name);
  if (name !== undefined) {
    return answerPaths(edited, request, typed.slice(name.length + 1)).map(({ path, detail, description }) =>
      offer(`${name}.${path}`, detail, description),
    );
  }
  return [
    ...variablesAt(edited, cursor).map(([variable, detail]) => offer(variable, detail)),
    ...generatedTexts.map((each) => offer(each.name, undefined, each.text)),
    ...namedBefore(edited.file, cursor.request).flatMap((each) =>
      ['body.id', 'etag', 'location'].map((part) => offer(`${each.name}.${part}`, `${each.method} ${each.target}`)),
    ),
  ];
}

/** Names of the variables that can be used at CURSOR, with what they are worth. */
function variablesAt(edited: Edited, { line, request }: Cursor): [string, string | undefined][] {
  const { file } = edited;
  const set = file.variables.filter((variable) => variable.line < line.number).map(({ name }) => name);
  const earlier = file.requests.filter((each) => each.line < line.number);
  const captured = earlier.flatMap((each) => [
    ...capturedUpTo(each, each === request ? (file.source.lines[line.number]?.start ?? 0) : Infinity),
  ]);
  return [...new Set([...set, ...captured, ...edited.given])].map((name) => {
    const variable = edited.variables.find((each) => each.name === name);
    return [name, variable && (variable.value ?? variable.origin)];
  });
}
