/** What can be typed at a place in a filter (RFC 7644 §3.4.2.2), for the attributes of a type and for one service. */

import { defaultSubAttributes } from '../../scim/schema/common.js';
import type { ResourceType } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import {
  attributeDoubt,
  comparedAttribute,
  type FilterContext,
  filterDoubt,
  filterOperators,
  logicDoubt,
  operatorDoubt,
  operatorMeanings,
  operatorsOf,
} from './context.js';
import { type ScanState, scanFilter } from './scan.js';
import { valueSuggestions } from './values.js';

export type { FilterContext } from './context.js';

export interface FilterSuggestion {
  readonly label: string;
  /** What replaces the filter from `start` to `end`. */
  readonly insert: string;
  /** A few words: its type, or why it may not work. */
  readonly detail?: string;
  readonly description?: string;
  /** UTF-16 offsets in the filter. */
  readonly start: number;
  readonly end: number;
}

/** A suggestion before it has a place; `doubt` is why it may not work. */
export interface Candidate {
  readonly label: string;
  readonly insert?: string;
  readonly detail?: string;
  readonly description?: string;
  readonly doubt?: string | undefined;
  /** What it is found by, unless a URN is being typed: the label when absent; empty: not at all. */
  readonly match?: string;
  /** Lower comes first. */
  readonly rank?: number;
}

/**
 * What can stand at OFFSET of FILTER, in the order of usefulness: what the service is not known to support comes last and
 * says so in `detail`. Candidates contain what has been typed of the word around OFFSET. Never throws.
 */
export function completeFilter(filter: string, offset: number, context: FilterContext): FilterSuggestion[] {
  const place = Math.max(0, Math.min(offset, filter.length));
  const { start, end, typed } = wordAround(filter, place);
  const { state } = scanFilter(filter.slice(0, start));
  const candidates = candidatesFor(state, context);
  const refused = filterDoubt(context);
  return ranked(candidates, typed).map(({ label, insert, detail, description, doubt }) => {
    const told = doubt ?? refused ?? detail;
    return {
      label,
      insert: insert ?? label,
      ...(told === undefined ? {} : { detail: told }),
      ...(description === undefined || description === '' ? {} : { description }),
      start,
      end,
    };
  });
}

/** The word of FILTER around PLACE, which may be a string that lacks its end, and what of it stands before PLACE. */
function wordAround(filter: string, place: number): { start: number; end: number; typed: string } {
  const strings = /"(?:[^"\\]|\\[\s\S])*("|$)/g;
  for (const match of filter.matchAll(strings)) {
    const end = match.index + match[0].length;
    if (match.index >= place) break;
    if (place < end) {
      const isClosed = match[1] === '"';
      return { start: match.index, end: isClosed ? end : place, typed: filter.slice(match.index, place) };
    }
    // Behind a string nothing goes on, unless the string has no end.
    if (place === end) {
      const isOpen = match[1] !== '"';
      return { start: isOpen ? match.index : place, end: place, typed: isOpen ? match[0] : '' };
    }
  }
  const before = /[^\s()[\]"]*$/.exec(filter.slice(0, place))?.[0] ?? '';
  const after = /^[^\s()[\]"]*/.exec(filter.slice(place))?.[0] ?? '';
  return { start: place - before.length, end: place + after.length, typed: before };
}

function candidatesFor(state: ScanState, context: FilterContext): Candidate[] {
  switch (state.expected) {
    case 'attribute':
      return [...attributeCandidates(state.inside, context), ...notCandidate(context)];
    case 'operator':
      return operatorCandidates(state, context);
    case 'value':
      return valueSuggestions(comparedAttribute(context, state.attribute ?? '', state.inside), context);
    case 'logic':
      return logicCandidates(state, context);
    case 'group':
      return [{ label: '(' }];
  }
}

function notCandidate(context: FilterContext): Candidate[] {
  return [{ label: 'not', insert: 'not (', detail: 'what does not match', doubt: logicDoubt(context, 'not'), rank: 8 }];
}

function attributeCandidates(inside: string | undefined, context: FilterContext): Candidate[] {
  const { resourceType } = context;
  if (resourceType === undefined) return [];
  if (inside !== undefined) {
    const holder = resourceType.lookup(inside)?.attribute;
    return holder === undefined
      ? []
      : subsOf(holder).map((sub) => ({
          ...described(sub, sub.name),
          doubt: attributeDoubt(context, sub.name, inside),
        }));
  }
  const core = resourceType.attributes.flatMap((attribute) => pathsOf(attribute, '', rankOf(attribute)));
  const extended = resourceType.extensions.flatMap(({ schema }) =>
    schema.attributes
      .flatMap((attribute) => pathsOf(attribute, `${schema.id}:`, 4))
      .map((candidate) => ({ ...candidate, match: candidate.label.slice(schema.id.length + 1) })),
  );
  return [...core, ...extended, ...qualified(resourceType)].map((candidate) => ({
    ...candidate,
    doubt: attributeDoubt(context, candidate.label.replace(/\[…\]$/, '')),
  }));
}

/** Common attributes are asked for less often than a type's own. */
function rankOf({ name }: AttributeDefinition): number {
  return ['schemas', 'meta'].includes(name) ? 3 : 0;
}

/** RFC 7644 §3.10: attributes of the core schema may carry its URN; who begins to write it goes on. */
function qualified({ core, attributes }: ResourceType): Candidate[] {
  return attributes
    .filter(isFilterable)
    .map((attribute) => ({ ...described(attribute, `${core.id}:${attribute.name}`), match: '', rank: 7 }));
}

/** ATTRIBUTE behind PREFIX, as a condition on one element if it can have several, and its sub-attributes. */
function pathsOf(attribute: AttributeDefinition, prefix: string, rank: number): Candidate[] {
  if (!isFilterable(attribute)) return [];
  const path = `${prefix}${attribute.name}`;
  const self = { ...described(attribute, path), rank };
  const subs = subsOf(attribute).map((sub) => ({ ...described(sub, `${path}.${sub.name}`), rank: rank + 2 }));
  const isList = attribute.multiValued && attribute.type === 'complex';
  const element: Candidate = {
    label: `${path}[…]`,
    insert: `${path}[`,
    detail: 'conditions on one and the same value',
    rank: rank + 1,
  };
  return isList ? [self, element, ...subs] : [self, ...subs];
}

/** RFC 7643 §7: what is never returned cannot be asked about either. */
function isFilterable({ returned }: AttributeDefinition): boolean {
  return returned !== 'never';
}

function subsOf(attribute: AttributeDefinition): readonly AttributeDefinition[] {
  if (attribute.type !== 'complex') return [];
  const { subAttributes, multiValued } = attribute;
  return subAttributes.length === 0 && multiValued ? defaultSubAttributes : subAttributes.filter(isFilterable);
}

function described({ type, multiValued, description }: AttributeDefinition, label: string): Candidate {
  return { label, detail: multiValued ? `${type}, several` : type, description };
}

function operatorCandidates({ attribute, inside }: ScanState, context: FilterContext): Candidate[] {
  const definition = comparedAttribute(context, attribute ?? '', inside);
  const allowed = operatorsOf(definition);
  return filterOperators
    .filter((name) => allowed.includes(name))
    .map((name, index) => ({
      label: name,
      detail: operatorMeanings[name],
      doubt: operatorDoubt(context, name),
      rank: index / filterOperators.length,
    }));
}

function logicCandidates({ closing }: ScanState, context: FilterContext): Candidate[] {
  const logic = [
    { label: 'and', detail: 'both must match', doubt: logicDoubt(context, 'and'), rank: 0 },
    { label: 'or', detail: 'one must match', doubt: logicDoubt(context, 'or'), rank: 1 },
  ];
  return closing === undefined ? logic : [{ label: closing, detail: 'ends the group', rank: -1 }, ...logic];
}

/** Those of CANDIDATES that contain TYPED in any case: first those without doubt, then by rank, then as they came. */
function ranked(candidates: readonly Candidate[], typed: string): Candidate[] {
  const wanted = typed.toLowerCase();
  const hasUrn = wanted.startsWith('urn') || wanted.includes(':');
  const textOf = ({ label, match }: Candidate): string => (hasUrn ? label : (match ?? label)).toLowerCase();
  const key = (candidate: Candidate): number =>
    (candidate.doubt === undefined ? 0 : 1000) +
    (textOf(candidate).startsWith(wanted) ? 0 : 100) +
    (candidate.rank ?? 0);
  return candidates
    .filter((candidate) => textOf(candidate).includes(wanted) && (candidate.match !== '' || hasUrn))
    .map((candidate) => ({ candidate, order: key(candidate) }))
    .sort((a, b) => a.order - b.order)
    .map(({ candidate }) => candidate);
}
