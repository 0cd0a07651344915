/** Completion in a YAML text from a zod schema. */

import type { Position } from '../scim/error.js';
import { choicesOf, membersOf, notesOf, type Reached, reach, type Schema, wantsLines } from './shape.js';
import type { Sources, Suggestion } from './source.js';
import { type PositionEncoding, type Range, TextLines } from './text.js';
import { type Path, partAt, YamlText } from './yaml-text.js';

/** What to put at RANGE in place of what stands there. */
export interface Completion extends Suggestion {
  readonly kind: 'key' | 'value';
  readonly range: Range;
  readonly insert: string;
  /** What somebody types to find it; its label unless given. */
  readonly filter?: string | undefined;
  /** Other places of the text that change with it. */
  readonly also?: readonly { readonly range: Range; readonly insert: string }[] | undefined;
  /** Where in `insert`, in UTF-16 units, the cursor is to be put; at its end unless given. */
  readonly caret?: number | undefined;
  readonly isDeprecated?: boolean | undefined;
  /** Was it looked for by what was typed, so that there are others for more or less of it? */
  readonly isSearched?: boolean | undefined;
}

/** Where the cursor is, found out by a word of our own put there. */
interface Cursor {
  /** A word alone in its line may be a value as well as the first key of a map. */
  readonly role: 'key' | 'value' | 'either';
  /** For a key, the path to its map; else to the value. */
  readonly path: Path;
  readonly root: unknown;
  readonly prefix: string;
  readonly range: Range;
  /** Is there a colon behind the word already? */
  readonly hasColon: boolean;
}

/** No text holds it, and YAML takes it for a plain word. */
const marker = 'scimCursor9f3c';

/** What can stand at POSITION of TEXT, which may be half-written. */
export function completeAt(
  text: string,
  position: Position,
  schema: Schema,
  sources: Sources,
  encoding: PositionEncoding = 'utf-32',
): Completion[] {
  const cursor = locate(new TextLines(text, encoding), position);
  const reached = cursor && reach(schema, cursor.path, cursor.root);
  if (cursor === undefined || reached === undefined) return [];
  const offers = [
    ...(cursor.role === 'value' ? [] : keysAt(reached, cursor, sources)),
    ...(cursor.role === 'key' ? [] : valuesAt(reached, cursor, sources)),
  ];
  const wanted = cursor.prefix.toLowerCase();
  const fitting = offers.filter(({ label }) => label.toLowerCase().startsWith(wanted));
  return [...new Map(fitting.map((offer) => [offer.label, offer])).values()];
}

function keysAt(reached: Reached, cursor: Cursor, sources: Sources): Completion[] {
  const { range, hasColon } = cursor;
  const there = partAt(cursor.root, cursor.path);
  const isThere = (label: string) => typeof there === 'object' && there !== null && Object.hasOwn(there, label);
  const members = reached.alternatives.flatMap(membersOf).map(([label, schema]): Completion => {
    const colon = hasColon ? '' : wantsLines(schema) ? ':' : ': ';
    return { label, description: notesOf(schema).description, kind: 'key', range, insert: `${label}${colon}` };
  });
  const more = ask(reached, cursor, 'key', sources).map((suggestion): Completion => {
    return { ...suggestion, kind: 'key', range, insert: `${suggestion.label}${hasColon ? '' : ': '}` };
  });
  return [...members, ...more].filter(({ label }) => !isThere(label));
}

function valuesAt(reached: Reached, cursor: Cursor, sources: Sources): Completion[] {
  const choices = reached.alternatives.flatMap((schema) =>
    choicesOf(schema).map((label): Suggestion => ({ label, description: notesOf(schema).description })),
  );
  return [...choices, ...ask(reached, cursor, 'value', sources)].map((suggestion) => {
    return { ...suggestion, kind: 'value', range: cursor.range, insert: suggestion.label };
  });
}

function ask({ source }: Reached, { root, prefix }: Cursor, role: 'key' | 'value', sources: Sources) {
  return (source && sources[source.name]?.({ role, path: source.rest, root, prefix })) ?? [];
}

/** Puts the marker in place of the word at POSITION and looks where it comes out. */
function locate(lines: TextLines, position: Position): Cursor | undefined {
  const { text } = lines;
  const offset = lines.offset(position);
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  const prefix = /[^\s,[\]{}"'#&*!|>]*$/.exec(line)?.[0] ?? '';
  const rest = /^[^\s,[\]{}"'#:]*/.exec(text.slice(offset))?.[0] ?? '';
  if (/(^|\s)#/.test(line) || (prefix.endsWith(':') && !/^(env|file):$/.test(prefix))) return undefined;
  const start = offset - prefix.length;
  const end = offset + rest.length;
  const source = new YamlText(`${text.slice(0, start)}${marker}${text.slice(end)}`);
  const place = source.scalarAt(start);
  // A value over several lines is a text, in which nothing can be completed.
  if (place === undefined || text.slice(place.start, start).includes('\n')) return undefined;
  const isAlone = place.role === 'value' && /^[ \t]*(?:-[ \t]+)*$/.test(text.slice(lineStart, start));
  return {
    role: isAlone ? 'either' : place.role,
    path: place.role === 'key' ? place.path.slice(0, -1) : place.path,
    root: source.value,
    prefix,
    range: lines.range(start, end),
    hasColon: /^[ \t]*:/.test(text.slice(end)),
  };
}
