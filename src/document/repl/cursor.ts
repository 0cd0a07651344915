/** What is being typed at a place of an input, which may be half-written. */

import { type Argument, type CommandInfo, commandNamed, listCommand, shortcutNamed } from './commands.js';
import { isRawRequest } from './parse.js';
import type { Span } from './problem.js';
import { skipSpace, wordEnd } from './scan.js';

/** What can be typed between `start` and `end`. `type` is the resource type that it is about, as written. */
export type Slot = Span & { readonly command?: CommandInfo | undefined } & (
    | { readonly kind: 'command' | 'shortcut' | 'variable' | 'reference' | 'none' }
    | { readonly kind: 'argument'; readonly argument: Argument; readonly type: string | undefined }
    /** A filter, all of it, up to the options behind it; `options` can be begun where a word begins. */
    | {
        readonly kind: 'filter';
        readonly type: string | undefined;
        readonly options: readonly string[];
        readonly word: Span;
      }
    /** A name in the list of an option: `sort=…`, `attributes=a,…`. */
    | { readonly kind: 'attribute'; readonly type: string | undefined }
    /** The path of a change, or its value. */
    | { readonly kind: 'path'; readonly resource: string; readonly type: string | undefined }
    | { readonly kind: 'value'; readonly path: string; readonly resource: string; readonly type: string | undefined }
    /** A path of a raw request. */
    | { readonly kind: 'address' }
  );

/** What stands at OFFSET of TEXT. Never throws. */
export function slotAt(text: string, offset: number, types: readonly string[]): Slot {
  const at = Math.max(0, Math.min(offset, text.length));
  const open = text.lastIndexOf('{{', at - 1);
  if (open >= 0 && !/[}\n]/.test(text.slice(open + 2, at))) {
    const [word = ''] = /^[^}\s]*/.exec(text.slice(open + 2)) ?? [];
    return { kind: 'variable', start: open + 2, end: Math.max(at, open + 2 + word.length) };
  }
  const start = skipSpace(text, 0, at);
  const end = wordEnd(text, start);
  if (text.charAt(start) === ',') return shortcutSlot(text, at, start, end, types);
  if (isRawRequest(text)) return rawSlot(text, at);
  if (at <= end) return { kind: text.charAt(start) === '*' ? 'reference' : 'command', start, end };
  const word = text.slice(start, end);
  const info = commandNamed(word);
  if (info !== undefined) return argumentSlot(text, at, end, info, types, undefined);
  return argumentSlot(text, at, end, listCommand, types, word);
}

function shortcutSlot(text: string, at: number, start: number, end: number, types: readonly string[]): Slot {
  const info = shortcutNamed(text.slice(start + 1, end));
  if (at <= end) return { kind: 'shortcut', start: start + 1, end };
  if (info === undefined) return { kind: 'none', start: at, end: at };
  if (info.name === 'time') return slotWithin(text, at, end, types);
  return argumentSlot(text, at, end, info, types, undefined);
}

/** The slot in the command that begins at START. */
function slotWithin(text: string, at: number, start: number, types: readonly string[]): Slot {
  const slot = slotAt(text.slice(start), at - start, types);
  const moved = { ...slot, start: slot.start + start, end: slot.end + start };
  if (moved.kind !== 'filter') return moved;
  return { ...moved, word: { start: moved.word.start + start, end: moved.word.end + start } };
}

function rawSlot(text: string, at: number): Slot {
  const start = skipSpace(text, wordEnd(text, skipSpace(text, 0)));
  const end = wordEnd(text, start);
  if (at < start || at > end || text.slice(start, at).includes('?')) return { kind: 'none', start: at, end: at };
  return { kind: 'address', start, end };
}

/** The slot at AT among the arguments of INFO, which begin at FROM; TYPE is known when the command is one. */
function argumentSlot(
  text: string,
  at: number,
  from: number,
  info: CommandInfo,
  types: readonly string[],
  type: string | undefined,
): Slot {
  let known = type;
  let cursor = from;
  for (const argument of info.arguments) {
    const start = skipSpace(text, cursor, Math.max(cursor, at));
    const end = wordEnd(text, start);
    if (argument === 'filter') return filterSlot(text, at, start, info, known);
    if (argument === 'changes') return changeSlot(text, at, start, info, text.slice(from, cursor).trim(), known);
    const option = optionSlot(text, at, start, end, info, known);
    if (option !== undefined) return option;
    const word = text.slice(start, end);
    const isType = types.some((each) => each.toLowerCase() === word.replace(/^\//, '').toLowerCase());
    if (at <= end) {
      // `search` and `get` may go on without a type.
      return { kind: 'argument', argument, type: known, start, end: Math.max(at, end), command: info };
    }
    if (argument === 'resource' && isType) {
      known = word;
      const nameStart = skipSpace(text, end, at);
      const nameEnd = wordEnd(text, nameStart);
      if (at <= nameEnd) {
        return { kind: 'argument', argument, type: known, start: nameStart, end: Math.max(at, nameEnd), command: info };
      }
      cursor = nameEnd;
      continue;
    }
    if (argument === 'resource' && info.arguments.at(-1) === 'resource' && isName(word)) {
      // The last thing of an input: a name may have spaces.
      const rest = text.slice(start, at);
      if (!isOptionBegun(rest, info)) {
        return { kind: 'argument', argument, type: known, start, end: Math.max(at, wordEnd(text, at)), command: info };
      }
    }
    if (argument === 'resource') known = /^\/?([^/"]+)\//.exec(word)?.[1] ?? known;
    if (argument === 'type' && !isType) {
      cursor = start;
      continue;
    }
    if (argument === 'type') known = word;
    cursor = end;
  }
  const start = wordStart(text, at);
  const end = wordEnd(text, start);
  const option = optionSlot(text, at, start, end, info, known);
  if (option !== undefined) return option;
  if (info.options !== undefined && info.options.length > 0) {
    const span = { start, end: Math.max(at, end) };
    return { kind: 'filter', type: known, options: info.options, word: span, ...span, start: at, command: info };
  }
  return { kind: 'none', start: at, end: at, command: info };
}

/** Is WORD the beginning of a name, and no address and no reference? */
function isName(word: string): boolean {
  return !/^[*"]|\//.test(word);
}

/** Is the last word of TEXT the beginning of an option of INFO? */
function isOptionBegun(text: string, { options = [] }: CommandInfo): boolean {
  const word = text.slice(wordStart(text, text.length));
  return options.some((name) => word !== '' && `${name}=`.startsWith(word));
}

function wordStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && !/\s/.test(text.charAt(start - 1))) start -= 1;
  return start;
}

/** The name that is typed behind `sort=` or `attributes=`. */
function optionSlot(
  text: string,
  at: number,
  start: number,
  end: number,
  info: CommandInfo,
  type: string | undefined,
): Slot | undefined {
  const [, name] = /^([A-Za-z]+)=/.exec(text.slice(start, end)) ?? [];
  if (name === undefined || at > end || at <= start + name.length || info.options?.includes(name) !== true) {
    return undefined;
  }
  if (name === 'count' || name === 'start') return { kind: 'none', start: at, end: at, command: info };
  const valueStart = start + name.length + 1;
  const before = text.slice(valueStart, at);
  const from = Math.max(before.lastIndexOf(',') + 1, /^-/.test(before) ? 1 : 0) + valueStart;
  const [rest = ''] = /^[^,\s]*/.exec(text.slice(at, end)) ?? [];
  return { kind: 'attribute', type, start: from, end: at + rest.length, command: info };
}

function filterSlot(text: string, at: number, from: number, info: CommandInfo, type: string | undefined): Slot {
  const start = wordStart(text, at);
  const option = optionSlot(text, at, start, wordEnd(text, start), info, type);
  if (option !== undefined) return option;
  const known = (info.options ?? []).join('|');
  const isOption = known === '' ? undefined : new RegExp(`^(?:${known})=`);
  let filterStart = skipSpace(text, from, at);
  while (isOption?.test(text.slice(filterStart)) === true && wordEnd(text, filterStart) < at) {
    filterStart = skipSpace(text, wordEnd(text, filterStart), at);
  }
  let end = filterStart;
  for (let next = filterStart; next < text.length; next = skipSpace(text, end)) {
    if (next > at && isOption?.test(text.slice(next)) === true) break;
    end = Math.max(next + 1, wordEnd(text, next));
  }
  const word = { start: Math.max(start, filterStart), end: Math.max(at, wordEnd(text, Math.max(start, filterStart))) };
  return {
    kind: 'filter',
    type,
    options: info.options ?? [],
    word,
    start: filterStart,
    end: Math.max(at, end),
    command: info,
  };
}

function changeSlot(
  text: string,
  at: number,
  from: number,
  info: CommandInfo,
  resource: string,
  type: string | undefined,
): Slot {
  let start = from;
  let end = wordEnd(text, start);
  while (end < at && start < text.length) {
    start = skipSpace(text, end, at);
    end = Math.max(start, wordEnd(text, start));
    if (end === start) break;
  }
  const equals = wordEnd(text, start, text.length, '=');
  if (text.charAt(start) === '{' || (text.charAt(start) === '[' && at > start)) {
    return { kind: 'none', start: at, end: at, command: info };
  }
  if (at <= equals) return { kind: 'path', resource, type, start, end: Math.max(at, equals), command: info };
  const path = text.slice(start, equals).replace(/\+$/, '');
  return { kind: 'value', path, resource, type, start: equals + 1, end: Math.max(at, end), command: info };
}
