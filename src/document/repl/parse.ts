/** From what was typed at the prompt to what it asks for. */

import { ProtocolError } from '../../scim/error.js';
import { parseFilter } from '../../scim/filter/index.js';
import { suggestion } from '../complaint.js';
import { parseAssignments, readJson } from './assignments.js';
import { commandNamed, commands, rawMethods, shortcutNamed, shortcuts } from './commands.js';
import type { Body, Designator, ListQuery, ReplCommand, Shortcut } from './model.js';
import { joined, projectionOf, splitOptions } from './options.js';
import { ReplProblem, type Span } from './problem.js';
import { looksLikeReference, parseReplReference } from './reference.js';
import { skipSpace, unquoted, type Word, wordEnd, wordsOf } from './scan.js';

/** Is TEXT a request as HTTP has it: a method in capitals and a target; maybe below directives as request files have them? */
export function isRawRequest(text: string): boolean {
  return new RegExp(`^(?:\\s*#[^\\n]*\\n)*\\s*(?:${rawMethods.join('|')})\\s+(?:/|https?:|\\{\\{)`).test(text);
}

/** TEXT as a shortcut; undefined when no comma begins it. Throws `ReplProblem` when there is no such shortcut. */
export function parseShortcut(text: string): Shortcut | undefined {
  const start = skipSpace(text, 0);
  if (text.charAt(start) !== ',') return undefined;
  const end = wordEnd(text, start + 1);
  const name = text.slice(start + 1, end);
  const known = shortcutNamed(name);
  if (known !== undefined) {
    const argumentStart = skipSpace(text, end);
    return { name: known.name, argument: text.slice(argumentStart).trimEnd(), start: argumentStart };
  }
  const names = shortcuts.map((each) => each.name);
  const meant = suggestion(name, names) ?? (commandNamed(name) === undefined ? undefined : commandNamed(name)?.name);
  const hint = meant === undefined ? '' : `; is \`${names.includes(meant) ? ',' : ''}${meant}\` meant?`;
  const message = name === '' ? 'The name of a shortcut stands after the comma' : `There is no shortcut \`,${name}\``;
  throw new ReplProblem(`${message}${hint}`, { start, end: Math.max(end, start + 1) }, 'See ,help.');
}

/** Are the resource types of the service needed to understand TEXT? */
export function needsTypes(text: string): boolean {
  const word = text.slice(skipSpace(text, 0), wordEnd(text, skipSpace(text, 0)));
  return (
    word !== '' && !word.startsWith('*') && !['more', 'config', 'types', 'bulk', 'me'].includes(word.toLowerCase())
  );
}

/**
 * What TEXT, which is no shortcut and no raw request, asks for. TYPES are the names and endpoints of the service's
 * resource types: `User`, `Users`. Throws `ReplProblem` at the place that is wrong.
 */
export function parseCommand(text: string, types: readonly string[]): ReplCommand {
  return new Parser(text, types).parse();
}

class Parser {
  constructor(
    private readonly text: string,
    private readonly types: readonly string[],
  ) {}

  parse(): ReplCommand {
    const start = skipSpace(this.text, 0);
    if (start >= this.text.length) return { kind: 'nothing' };
    const first: Word = this.#word(start);
    if (first.text === '*e') return this.#alone(first, { kind: 'error' });
    if (first.text.startsWith('*')) {
      return this.#alone(first, { kind: 'show', reference: parseReplReference(first.text, start) });
    }
    const info = commandNamed(first.text);
    if (info !== undefined) return this.#command(info.name, first, info.options ?? []);
    const type = this.#typeNamed(first.text);
    if (type === undefined) throw this.#unknown(first);
    const options = ['sort', 'count', 'start', 'attributes', 'exclude'];
    return { kind: 'list', type, query: this.#query(first.end, options) };
  }

  #command(name: string, first: Word, options: readonly string[]): ReplCommand {
    switch (name) {
      case 'get':
        return this.#get(first, options);
      case 'me':
        return { kind: 'me', projection: projectionOf(this.#onlyOptions(first.end, options)) };
      case 'more':
      case 'config':
      case 'types':
        return this.#alone(first, { kind: name });
      case 'search':
        return this.#search(first, options);
      case 'count': {
        const type = this.#type(first, options);
        return { kind: 'count', type: type.name, query: this.#query(type.end, []) };
      }
      case 'create': {
        const type = this.#type(first, options);
        return { kind: 'create', type: type.name, body: this.#body(type.end, `create ${type.name}`) };
      }
      case 'put': {
        const what = this.#resource(first);
        return { kind: 'put', what, body: this.#body(what.end, 'put') };
      }
      case 'patch':
        return this.#patch(first);
      case 'delete':
        return { kind: 'delete', what: this.#lastResource(first, []).what };
      case 'members': {
        const { what, query } = this.#lastResource(first, options);
        return { kind: 'members', what, query };
      }
      case 'bulk':
        return { kind: 'bulk', body: this.#body(first.end, 'bulk') };
      default:
        return this.#schema(first);
    }
  }

  #get(first: Word, options: readonly string[]): ReplCommand {
    const { what, query } = this.#lastResource(first, options);
    return { kind: 'get', what, projection: projectionOf(query) };
  }

  #search(first: Word, options: readonly string[]): ReplCommand {
    const next = this.#word(skipSpace(this.text, first.end));
    const type = this.#typeNamed(next.text);
    const query = this.#query(type === undefined ? first.end : next.end, options);
    return { kind: 'search', type, query };
  }

  #patch(first: Word): ReplCommand {
    const what = this.#resource(first);
    const start = skipSpace(this.text, what.end);
    if (/[{[]/.test(this.text.charAt(start))) return { kind: 'patchMessage', what, body: this.#body(start, 'patch') };
    const changes = parseAssignments(this.text, start);
    if (changes.length > 0) return { kind: 'patch', what, changes };
    throw this.#lacks('What shall be changed?', 'Write e.g. active=false, or see ,help patch.');
  }

  #schema(first: Word): ReplCommand {
    const { text, start, end } = this.#word(skipSpace(this.text, first.end));
    if (text === '') throw this.#lacks('Which schema?', `Write e.g. schema ${this.types[0] ?? 'User'}.`);
    return this.#alone({ text, start, end }, { kind: 'schema', name: text, start, end });
  }

  /** COMMAND, when nothing follows WORD, the last one of it. */
  #alone<T extends ReplCommand>(word: Word, command: T): T {
    const [extra] = wordsOf(this.text, word.end);
    if (extra === undefined) return command;
    throw new ReplProblem(`Nothing can follow \`${word.text}\``, { start: extra.start, end: this.#end });
  }

  get #end(): number {
    return this.text.trimEnd().length;
  }

  #word(start: number): Word {
    const end = wordEnd(this.text, start);
    return { text: this.text.slice(start, end), start, end };
  }

  #lacks(message: string, remedy?: string): ReplProblem {
    return new ReplProblem(message, { start: this.#end, end: this.#end + 1 }, remedy);
  }

  #typeNamed(text: string): string | undefined {
    const wanted = text.replace(/^\/+/, '').toLowerCase();
    return this.types.find((type) => type.toLowerCase() === wanted);
  }

  #type(first: Word, options: readonly string[]): Span & { name: string } {
    const word = this.#word(skipSpace(this.text, first.end));
    const name = this.#typeNamed(word.text);
    if (name !== undefined) return { ...word, name };
    const known = this.#knownTypes();
    if (word.text === '' || options.includes(word.text)) throw this.#lacks('Which resource type?', known);
    throw this.#noType(word);
  }

  #knownTypes(): string {
    return `The service has ${this.types.join(', ')}.`;
  }

  #noType(span: Word): ReplProblem {
    const meant = suggestion(span.text, this.types);
    const hint = meant === undefined ? '' : `; is \`${meant}\` meant?`;
    return new ReplProblem(`The service has no resource type \`${span.text}\`${hint}`, span, this.#knownTypes());
  }

  #unknown(word: Word): ReplProblem {
    const names = [...commands.map(({ name }) => name), ...this.types.map((type) => type.toLowerCase())];
    const meant = suggestion(word.text, names);
    const shortcut = shortcutNamed(word.text) === undefined ? undefined : `,${word.text}`;
    const hint = (shortcut ?? meant) === undefined ? '' : `; is \`${shortcut ?? meant}\` meant?`;
    return new ReplProblem(`There is no command and no resource type \`${word.text}\`${hint}`, word, 'See ,help.');
  }

  #query(start: number, options: readonly string[]): ListQuery {
    const { words, query } = splitOptions(this.text, start, options);
    const filter = joined(this.text, words);
    if (filter === undefined) return query;
    checkFilter(filter);
    return { ...query, filter };
  }

  #onlyOptions(start: number, options: readonly string[]): ListQuery {
    const { words, query } = splitOptions(this.text, start, options);
    const [extra] = words;
    if (extra === undefined) return query;
    throw new ReplProblem('Only options can stand here', { start: extra.start, end: this.#end });
  }

  /** What is named after FIRST by one word, or by a type and one. */
  #resource(first: Word): Designator {
    const word = this.#word(skipSpace(this.text, first.end));
    if (word.text === '' || /^[{[]/.test(word.text)) throw this.#whichResource(word);
    const type = this.#typeNamed(word.text);
    if (type === undefined) return this.#designator(word);
    const name = this.#word(skipSpace(this.text, word.end));
    if (name.text === '' || /^[{[]/.test(name.text)) throw this.#whichResource(word);
    return { kind: 'name', name: unquoted(name), type, start: word.start, end: name.end };
  }

  /** What all that follows FIRST, but for the OPTIONS, names: a name may have spaces here. */
  #lastResource(first: Word, options: readonly string[]): { what: Designator; query: ListQuery } {
    const { words, query } = splitOptions(this.text, first.end, options);
    const [head, ...rest] = words;
    if (head === undefined) throw this.#whichResource(undefined);
    const type = rest.length === 0 ? undefined : this.#typeNamed(head.text);
    const name = joined(this.text, type === undefined ? words : rest);
    if (name === undefined || (rest.length === 0 && this.#typeNamed(head.text) !== undefined)) {
      throw this.#whichResource(head);
    }
    if (rest.length === 0) return { what: this.#designator(head), query };
    const text = name.text.startsWith('"') ? unquoted(name) : name.text;
    if (type === undefined && this.#isAddress(head)) {
      throw new ReplProblem('Only options can stand here', { start: head.end + 1, end: name.end });
    }
    return { what: { kind: 'name', name: text, type, start: head.start, end: name.end }, query };
  }

  #isAddress(word: Word): boolean {
    return looksLikeReference(word.text) || /^\/?[^"/\s]+\/\S/.test(word.text);
  }

  #designator(word: Word): Designator {
    const { text, start, end } = word;
    if (text.startsWith('*')) return { kind: 'result', reference: parseReplReference(text, start), start, end };
    if (text.startsWith('"')) return { kind: 'name', name: unquoted(word), type: undefined, start, end };
    const [, slash = '', first = '', id = ''] = /^(\/?)([^/]+)\/(.+)$/su.exec(text) ?? [];
    if (first === '') return { kind: 'name', name: text, type: undefined, start, end };
    const type = this.#typeNamed(first);
    const typeStart = start + slash.length;
    if (type === undefined) throw this.#noType({ text: first, start: typeStart, end: typeStart + first.length });
    return { kind: 'id', type, id: id.startsWith('"') ? unquoted({ ...word, text: id }) : id, start, end };
  }

  #whichResource(word: Word | undefined): ReplProblem {
    const type = word === undefined ? undefined : this.#typeNamed(word.text);
    const example = `${type ?? this.types.find((each) => /s$/.test(each)) ?? 'Users'}/ID`;
    const remedy = `Write ${example}, a name, or *1 for the last result.${type === undefined ? '' : ` \`${type.toLowerCase()}\` lists them.`}`;
    return this.#lacks('Which resource?', remedy);
  }

  #body(from: number, example: string): Body {
    const start = skipSpace(this.text, from);
    const end = Math.max(start, this.#end);
    const text = this.text.slice(start, end);
    if (text === '') throw this.#lacks('JSON stands here', `Write ${example} {…}.`);
    readJson(text, start);
    return { text, start, end };
  }
}

function checkFilter({ text, start, end }: Word): void {
  try {
    parseFilter(text);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const at = start + Math.min(error.offset ?? 0, text.length);
    const message = error.message.replace(/ \(at character \d+\)$/, '');
    const remedy = 'See ,help filter. To have the server judge it, send GET /Users?filter=….';
    throw new ReplProblem(message, { start: at, end: Math.max(end, at + 1) }, remedy, error);
  }
}
