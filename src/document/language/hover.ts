/** What is known of what stands at a place of a request file, and where it is defined. */

import type { ParsedRequest, Reference } from '../model.js';
import { operandsOf, type Use, usesOfOperand, usesOfTemplate } from '../references.js';
import { scimUri } from '../scim-uri.js';
import { aboutAttribute } from './attributes.js';
import { type Cursor, cursorAt } from './cursor.js';
import { type Destination, destinationOf } from './destination.js';
import type { Edited, Found, Span, Told } from './model.js';
import {
  answerParts,
  directiveNames,
  fixedEndpoints,
  generatedTexts,
  headerNames,
  methodNames,
  type Named,
  operatorNames,
  queryNames,
} from './names.js';
import { defineBody, hoverBody } from './payload.js';

/** What is known of what stands at OFFSET of EDITED. */
export function hoverFile(edited: Edited, offset: number): Told | undefined {
  const use = useAt(edited, offset);
  if (use !== undefined) return aboutUse(edited, use);
  const cursor = cursorAt(edited.file, offset);
  const word = wordAt(cursor);
  switch (cursor.kind) {
    case 'comment':
      return /@[\w-]*$/.test(cursor.before) ? named(directiveNames, word) : undefined;
    case 'request':
      return /^\s*\S*$/.test(cursor.before) ? named(methodNames, word) : aboutTarget(edited, cursor, word);
    case 'target':
      return aboutTarget(edited, cursor, word);
    case 'header':
      return cursor.before.includes(':')
        ? undefined
        : named(headerNames, { ...word, text: word.text.replace(/:$/, '') });
    case 'body':
      return cursor.request && hoverBody(edited, cursor.request, offset);
    case 'assertion':
    case 'capture':
      return named(operatorNames, operatorAt(cursor)) ?? named(answerParts, word) ?? aboutPath(edited, cursor, word);
    case 'variable':
      return aboutVariable(edited, word);
    default:
      return undefined;
  }
}

/** Where what stands at OFFSET of EDITED is defined. */
export function defineFile(edited: Edited, offset: number): Found[] {
  const use = useAt(edited, offset);
  if (use !== undefined) return definitionOf(edited, use, offset);
  const cursor = cursorAt(edited.file, offset);
  const { request } = cursor;
  if (cursor.kind === 'body') return request ? defineBody(edited, request, offset).map(uri) : [];
  if (request === undefined) return [];
  const destination = destinationOf(edited, request);
  if (destination === undefined) return [];
  const attribute = attributeUri(edited, destination, wordAt(cursor).text, cursor);
  if (attribute !== undefined) return [uri(attribute)];
  const isPath = cursor.kind === 'request' && /^\s*\S+\s+[^\s?]*$/.test(cursor.before);
  const place = isPath ? placeUri(edited, destination) : undefined;
  return place === undefined ? [] : [uri(place)];
}

function uri(text: string): Found {
  return { kind: 'uri', uri: text };
}

interface Word extends Span {
  readonly text: string;
}

/** The name around CURSOR: letters, digits, dots and, for URNs, colons. */
function wordAt({ before, after, offset }: Cursor): Word {
  const left = /[\w$:.-]*$/.exec(before)?.[0] ?? '';
  const right = /^[\w$:.-]*/.exec(after)?.[0] ?? '';
  return { text: left + right, start: offset - left.length, end: offset + right.length };
}

function operatorAt({ before, after, offset }: Cursor): Word {
  const left = /\S*$/.exec(before)?.[0] ?? '';
  const right = /^\S*/.exec(after)?.[0] ?? '';
  return { text: left + right, start: offset - left.length, end: offset + right.length };
}

function named(names: readonly Named[], word: Word): Told | undefined {
  const found = names.find(({ name }) => name.toLowerCase() === word.text.toLowerCase());
  return found && { start: word.start, end: word.end, text: `**${found.name}** ${found.text}` };
}

/** The reference around OFFSET. */
function useAt(edited: Edited, offset: number): Use | undefined {
  const { variables, requests } = edited.file;
  const uses = [
    ...variables.flatMap(({ value }) => usesOfTemplate(value)),
    ...requests.flatMap((request) => [
      ...usesOfTemplate(request.targetTemplate),
      ...request.headers.flatMap(({ value }) => usesOfTemplate(value)),
      ...usesOfTemplate(request.body ?? []),
      ...request.checks.flatMap(operandsOf).flatMap(usesOfOperand).filter(isOfOther),
    ]),
  ];
  return uses.findLast((use) => use.offset <= offset && offset <= use.offset + use.source.length);
}

/** Parts of the answer at hand are told by their attributes. */
function isOfOther({ reference }: Use): boolean {
  return reference.kind !== 'response' || reference.request !== undefined;
}

function aboutUse(edited: Edited, { reference, source, offset }: Use): Told | undefined {
  const span = { start: offset, end: offset + source.length };
  if (reference.kind === 'generated') {
    const found = generatedTexts.find(({ name }) => name === reference.name);
    return found && { ...span, text: `**${found.name}** ${found.text}` };
  }
  if (reference.kind === 'variable') return aboutVariable(edited, { ...span, text: reference.name });
  const request = edited.file.requests.find((each) => each.named && each.name === reference.request);
  const about = request && aboutAnswer(edited, request, reference);
  const whose =
    request === undefined
      ? `the answer of \`${reference.request}\``
      : `the answer to ${request.method} ${request.target}`;
  return {
    ...span,
    text: [`**${source.replace(/^\{\{|\}\}$/g, '').trim()}** part of ${whose}`, about].filter(Boolean).join('\n\n'),
  };
}

function aboutAnswer(
  edited: Edited,
  request: ParsedRequest,
  reference: Extract<Reference, { kind: 'response' }>,
): string | undefined {
  const { field } = reference;
  if (field.kind !== 'body') return answerParts.find(({ name }) => name === field.name)?.text;
  const type = destinationOf(edited, request)?.type;
  const resolved = type?.lookup(bare(field.path));
  return type && resolved && aboutAttribute(type, resolved);
}

function aboutVariable(edited: Edited, word: Word): Told | undefined {
  const variable = edited.variables.find(({ name }) => name === word.text);
  if (variable === undefined) return undefined;
  const text = `**${variable.name}** = ${variable.value ?? 'no value yet'} (${variable.origin})`;
  return { start: word.start, end: word.end, text };
}

function aboutTarget(edited: Edited, cursor: Cursor, word: Word): Told | undefined {
  if (isInQuery(cursor)) return named(queryNames, word) ?? aboutPath(edited, cursor, word);
  const destination = cursor.request && destinationOf(edited, cursor.request);
  if (destination === undefined) return undefined;
  const { type, kind, path } = destination;
  const fixed = fixedEndpoints.find(({ name }) => path.toLowerCase().startsWith(name.toLowerCase()));
  const start = cursor.line.start + (/^\s*\S+\s+/.exec(cursor.line.text)?.[0].length ?? 0);
  const end = start + (/^[^\s?]*/.exec(cursor.line.text.slice(start - cursor.line.start))?.[0].length ?? 0);
  if (fixed !== undefined) return { start, end, text: `**${fixed.name}** ${fixed.text}` };
  if (type === undefined) return undefined;
  const what =
    kind === 'resource'
      ? `one ${type.name}`
      : kind === 'search'
        ? `search for ${type.name}`
        : `all of type ${type.name}`;
  return { start, end, text: `**${path}** ${what}\n\n${type.definition.description}\n\n${type.core.id}`.trim() };
}

function isInQuery({ kind, before }: Cursor): boolean {
  return kind === 'target' || before.includes('?');
}

/** The attribute that WORD, at CURSOR, names. */
function aboutPath(edited: Edited, cursor: Cursor, word: Word): Told | undefined {
  const type = cursor.request && destinationOf(edited, cursor.request)?.type;
  const resolved = type?.lookup(attributePath(word, cursor));
  return type && resolved && { start: word.start, end: word.end, text: aboutAttribute(type, resolved) };
}

/** The path of the attribute that WORD stands for: in brackets, it is one of the attribute before them. */
function attributePath(word: Word, { line }: Cursor): string {
  const before = line.text.slice(0, word.start - line.start);
  const [, outer] = /([\w$:.-]+)\[[^\]]*$/.exec(before) ?? [];
  const [, whole] = /([\w$:.-]+)\[[^\]]*\]\.?$/.exec(before) ?? [];
  const path = bare(word.text);
  const owner = bare(outer ?? whole ?? '');
  return owner === '' ? path : `${owner}.${path.replace(/^\./, '')}`;
}

/** PATH within a resource: without `body.` and `Resources.`, and without brackets. */
function bare(path: string): string {
  return path.replace(/\[[^\]]*\]/g, '').replace(/^(?:body(?:\.|$))?(?:Resources(?:\.|$))?/i, '');
}

function definitionOf(edited: Edited, use: Use, offset: number): Found[] {
  const { reference } = use;
  if (reference.kind === 'generated') return [];
  if (reference.kind === 'variable') return variableDefinition(edited, reference.name, offset);
  const request = edited.file.requests.find((each) => each.named && each.name === reference.request);
  return request === undefined ? [] : [{ kind: 'here', span: nameSpan(request) }];
}

/** Where the variable NAME, used at OFFSET, gets its value: the nearest place before, else the first one. */
function variableDefinition({ file }: Edited, name: string, offset: number): Found[] {
  const places = [
    ...file.variables.filter((each) => each.name === name).map((each) => each.offset),
    ...file.requests.flatMap(({ checks }) =>
      checks.flatMap((check) => (check.kind === 'capture' && check.name === name ? [check.offset + 1] : [])),
    ),
  ].sort((a, b) => a - b);
  const place = places.findLast((each) => each < offset) ?? places[0];
  return place === undefined ? [] : [{ kind: 'here', span: { start: place, end: place + name.length } }];
}

/** Where the name of REQUEST stands, or its method when it has none. */
export function nameSpan(request: ParsedRequest): Span {
  const length = request.named ? request.name.length : request.method.length;
  return { start: request.nameOffset, end: request.nameOffset + length };
}

function attributeUri(edited: Edited, { type }: Destination, text: string, cursor: Cursor): string | undefined {
  const isNamed = cursor.kind === 'assertion' || cursor.kind === 'capture' || isInQuery(cursor);
  if (!isNamed || type === undefined || text === '') return undefined;
  const resolved = type.lookup(attributePath(wordAt(cursor), cursor));
  if (resolved === undefined) return undefined;
  const urn = resolved.extension ?? type.core.id;
  const path = resolved.canonicalPath.replace(`${urn}:`, '');
  return scimUri({ tenant: edited.tenant, kind: 'schema', urn, ...(path === urn ? {} : { path }) });
}

function placeUri({ tenant }: Edited, { kind, type, id }: Destination): string | undefined {
  if (type === undefined) return undefined;
  if (kind === 'resource' && id !== undefined && id !== 'x') return scimUri({ tenant, kind, type: type.name, id });
  return scimUri({ tenant, kind: 'type', type: type.name });
}
