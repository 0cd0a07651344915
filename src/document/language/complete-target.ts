/** What can stand in the target of a request line. */
import { capturedUpTo } from '../references.js';
import { pathsOf, summaryOf } from './attributes.js';
import type { Cursor } from './cursor.js';
import { destinationOf } from './destination.js';
import type { Edited, Offer, Span } from './model.js';
import { fixedEndpoints, queryNames } from './names.js';

/** What can stand at CURSOR, which is behind the method, or on a line that goes on with the query. */
export function completeTarget(edited: Edited, cursor: Cursor): Offer[] {
  const lead = cursor.kind === 'request' ? (/^\s*\S+\s+/.exec(cursor.before)?.[0].length ?? 0) : 0;
  const written = cursor.before.slice(lead);
  if (/\sHTTP\/[\d.]*$/i.test(written)) return [];
  const { start, separator } = lastPair(written);
  if (separator === '' && cursor.kind === 'request') return completePath(edited, cursor, written);
  const pair = written.slice(start);
  const equals = pair.indexOf('=');
  if (equals === -1) return completeParameter(cursor, pair.trimStart());
  return completeValue(edited, cursor, pair.slice(0, equals).trim(), pair.slice(equals + 1));
}

/** Where the last pair of the query begins in TARGET, and what stands before it; nothing in the path. */
function lastPair(target: string): { start: number; separator: '' | '?' | '&' } {
  let found: { start: number; separator: '' | '?' | '&' } = { start: 0, separator: '' };
  let quoted = false;
  for (let offset = 0; offset < target.length; offset++) {
    const char = target[offset];
    if (char === '"') quoted = !quoted;
    else if (char === '\\' && quoted) offset++;
    else if (char === '?' && found.separator === '') found = { start: offset + 1, separator: '?' };
    else if (char === '&' && !quoted) found = { start: offset + 1, separator: '&' };
  }
  return found;
}

function completePath(edited: Edited, cursor: Cursor, typed: string): Offer[] {
  const method = cursor.request?.method ?? 'GET';
  const [rest = ''] = /^[^\s?]*/.exec(cursor.after) ?? [];
  const span = { start: cursor.offset - typed.length, end: cursor.offset + rest.length };
  const offer = (path: string, detail?: string, description?: string): Offer => {
    return { ...span, kind: 'value', label: path, insert: path, detail, description };
  };
  const onOne = method === 'PUT' || method === 'PATCH' || method === 'DELETE';
  const types = edited.registry.resourceTypes.flatMap((type) => {
    const { endpoint, name } = type;
    const { description } = type.definition;
    const search = method === 'POST' ? [offer(`${endpoint}/.search`, `search ${name} by a body`)] : [];
    const all = onOne ? [] : [offer(endpoint, name, description), ...search];
    const one =
      method === 'POST'
        ? []
        : idsAt(edited, cursor).map((id) => offer(`${endpoint}/${id}`, `one ${name}`, description));
    const more =
      onOne || typed.startsWith(`${endpoint}/`) ? [offer(`${endpoint}/`, `one ${name}, by its id`, description)] : [];
    return [...all, ...one, ...more];
  });
  const fixed = fixedEndpoints.filter(({ methods }) => methods.includes(method));
  return [...types, ...fixed.map(({ name, text }) => offer(name, undefined, text))];
}

/** References that probably stand for ids: captures called so, and the ids of answers to POST. */
function idsAt(edited: Edited, { line }: Cursor): string[] {
  const earlier = edited.file.requests.filter((each) => each.line < line.number);
  const captured = earlier
    .flatMap((each) => [...capturedUpTo(each, Infinity)])
    .concat(edited.file.variables.filter((each) => each.line < line.number).map(({ name }) => name))
    .filter((name) => /id$/i.test(name));
  const created = earlier.filter((each) => each.named && each.method === 'POST').map(({ name }) => `${name}.body.id`);
  return [...new Set([...captured, ...created])].map((name) => `{{${name}}}`);
}

function completeParameter(cursor: Cursor, typed: string): Offer[] {
  const span = { start: cursor.offset - typed.length, end: cursor.offset };
  const equals = /^[\w]*=/.test(cursor.after) ? '' : '=';
  return queryNames.map(({ name, text }) => {
    return { ...span, kind: 'key', label: name, insert: name + equals, description: text };
  });
}

function completeValue(edited: Edited, cursor: Cursor, name: string, value: string): Offer[] {
  const type = cursor.request && destinationOf(edited, cursor.request)?.type;
  switch (name.toLowerCase()) {
    case 'filter':
      return completeFilterAt(edited, cursor, value, type);
    case 'attributes':
    case 'excludedattributes':
    case 'sortby': {
      const word = name.toLowerCase() === 'sortby' ? value : value.slice(value.lastIndexOf(',') + 1);
      const span = { start: cursor.offset - word.length, end: cursor.offset };
      return type === undefined ? [] : attributeOffers(type, span);
    }
    case 'sortorder': {
      const span = { start: cursor.offset - value.length, end: cursor.offset };
      return ['ascending', 'descending'].map((label) => ({ ...span, kind: 'value', label, insert: label }));
    }
    default:
      return [];
  }
}

type Type = NonNullable<ReturnType<typeof destinationOf>>['type'];

function attributeOffers(type: NonNullable<Type>, span: Span): Offer[] {
  return Array.from(pathsOf(type), ({ path, attribute }) => {
    return {
      ...span,
      kind: 'key',
      label: path,
      insert: path,
      detail: summaryOf(attribute),
      description: attribute.description,
    };
  });
}

/** What can stand at CURSOR, before which VALUE, a filter, has begun. One that was percent-encoded is left alone. */
export function completeFilterAt(edited: Edited, cursor: Cursor, value: string, type: Type): Offer[] {
  if (/%[0-9A-Fa-f]{2}/.test(value) && !/[\s"]/.test(value)) return [];
  // What a reference stands for has no bearing on what can follow it.
  const plain = value.replace(/\{\{[^}\n]*\}\}/g, (reference) => 'x'.repeat(reference.length));
  const shift = cursor.offset - value.length;
  return edited.filters.complete(plain, plain.length, type).map((suggestion) => ({
    ...suggestion,
    kind: 'value' as const,
    start: shift + suggestion.start,
    end: Math.max(cursor.offset, shift + suggestion.end),
  }));
}
