/** What an answer to a request can hold, for completion of `body.…`. */
import { defaultSubAttributes } from '../../scim/schema/common.js';
import type { ResourceType } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import type { ParsedRequest } from '../model.js';
import { summaryOf } from './attributes.js';
import { destinationOf } from './destination.js';
import type { Edited } from './model.js';
import { answerHeaders, answerParts } from './names.js';

/** A path and what it is. */
export interface AnswerPath {
  readonly path: string;
  readonly detail?: string | undefined;
  readonly description?: string | undefined;
}

const listMembers: readonly string[] = ['totalResults', 'Resources', 'itemsPerPage', 'startIndex', 'schemas'];
const errorMembers: readonly string[] = ['detail', 'scimType'];
const bulkMembers: readonly string[] = [
  'Operations',
  'Operations[0].status',
  'Operations[0].location',
  'Operations.status',
];

/**
 * Paths into the answer to REQUEST that may follow TYPED, all of which begin with what TYPED says up to its last dot or
 * bracket.
 */
export function answerPaths(edited: Edited, request: ParsedRequest | undefined, typed: string): AnswerPath[] {
  if (!/^body[.[]/.test(typed)) {
    return [
      ...answerParts.map(({ name, text }) => ({ path: name, description: text })),
      ...(typed.startsWith('headers.') ? answerHeaders.map((name) => ({ path: `headers.${name}` })) : []),
    ];
  }
  if (request === undefined) return [];
  const destination = destinationOf(edited, request);
  const type = destination?.type;
  const isList = destination?.kind === 'search' || (destination?.kind === 'collection' && request.method === 'GET');
  const [, head = '', rest = ''] = /^(body\.Resources(?:\[[^\]]*\])?\.)?(.*)$/su.exec(typed) ?? [];
  const names = seen(edited, request, typed);
  if (head === '' && isList) return unique([...members('body.', listMembers), ...names]);
  if (head === '' && destination?.kind === 'bulk') return unique([...members('body.', bulkMembers), ...names]);
  const [, own = '', base = ''] = /^(body\.)?(.*)$/su.exec(rest) ?? [];
  const known = type === undefined ? [] : attributePaths(type, `${head}${own}`, base);
  return unique([...known, ...names, ...(head === '' ? members('body.', errorMembers) : [])]);
}

function members(head: string, names: readonly string[]): AnswerPath[] {
  return names.map((name) => ({ path: head + name }));
}

/** Members that the last answer to REQUEST really had, where TYPED stands. */
function seen(edited: Edited, request: ParsedRequest, typed: string): AnswerPath[] {
  const end = Math.max(typed.lastIndexOf('.'), 0);
  const path = typed.slice('body.'.length, end);
  return edited
    .membersOf(request.name, path)
    .map((name) => ({ path: `${typed.slice(0, end)}.${name}`, detail: 'in the last answer' }));
}

/** Paths to the attributes of TYPE, each after HEAD; BASE is what was typed there. */
function attributePaths(type: ResourceType, head: string, base: string): AnswerPath[] {
  const [, before = ''] = /^(.*\]\.)[^\]]*$/su.exec(base) ?? [];
  if (before !== '') {
    const attribute = type.lookup(before.replace(/\[.*$/su, ''))?.attribute;
    return attribute === undefined ? [] : subPaths(attribute, `${head}${before}`);
  }
  return [
    ...type.attributes.flatMap((attribute) => [
      described(`${head}${attribute.name}`, attribute),
      ...subPaths(attribute, `${head}${attribute.name}.`),
    ]),
    ...type.extensions.flatMap(({ schema }) =>
      schema.attributes.flatMap((attribute) => [
        described(`${head}${schema.id}:${attribute.name}`, attribute),
        ...subPaths(attribute, `${head}${schema.id}:${attribute.name}.`),
      ]),
    ),
  ];
}

/** The sub-attributes of ATTRIBUTE, declared or those of RFC 7643 §2.4. */
export function subAttributesOf(attribute: AttributeDefinition): readonly AttributeDefinition[] {
  if (attribute.type !== 'complex') return [];
  if (attribute.subAttributes.length > 0 || !attribute.multiValued) return attribute.subAttributes;
  return defaultSubAttributes;
}

function subPaths(attribute: AttributeDefinition, head: string): AnswerPath[] {
  return subAttributesOf(attribute).map((sub) => described(`${head}${sub.name}`, sub));
}

function described(path: string, attribute: AttributeDefinition): AnswerPath {
  return { path, detail: summaryOf(attribute), description: attribute.description };
}

function unique(paths: readonly AnswerPath[]): AnswerPath[] {
  const known = new Map<string, AnswerPath>();
  for (const each of paths) if (!known.has(each.path)) known.set(each.path, each);
  return [...known.values()];
}
