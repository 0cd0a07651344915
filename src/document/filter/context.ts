/** What is known about whoever will read a filter: the attributes, and what the service is known to do. */

import type { Target } from '../../client/target.js';
import { comparedAs, type ResourceType, subAttribute } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition, AttributeType } from '../../scim/schema/types.js';

export interface FilterContext {
  /** What is filtered; undefined when its schema is not known. */
  readonly resourceType: ResourceType | undefined;
  /** What is known about the service. */
  readonly profile: Pick<Target['profile'], 'filter'>;
  /** What the service says about itself (RFC 7643 §5). */
  readonly declared?: { readonly filter?: boolean | undefined } | undefined;
  /** For templates of dates. */
  readonly now?: Date | undefined;
}

export const filterOperators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr'] as const;

export type FilterOperator = (typeof filterOperators)[number];

/** What each operator asks, for people. */
export const operatorMeanings: Readonly<Record<FilterOperator, string>> = {
  eq: 'equal',
  ne: 'not equal',
  co: 'contains',
  sw: 'starts with',
  ew: 'ends with',
  gt: 'greater than',
  ge: 'greater than or equal',
  lt: 'less than',
  le: 'less than or equal',
  pr: 'present: has a value',
};

// RFC 7644 §3.4.2.2: booleans and binary values have no order; parts are parts of strings.
const comparable: Readonly<Record<AttributeType, readonly FilterOperator[]>> = {
  string: filterOperators,
  reference: ['eq', 'ne', 'co', 'sw', 'ew', 'pr'],
  boolean: ['eq', 'ne', 'pr'],
  binary: ['eq', 'ne', 'pr'],
  dateTime: ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'pr'],
  integer: ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'pr'],
  decimal: ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'pr'],
  complex: ['pr'],
};

/** The operators that ATTRIBUTE can be compared by; all when it is not known. */
export function operatorsOf(attribute: AttributeDefinition | undefined): readonly FilterOperator[] {
  return attribute === undefined ? filterOperators : comparable[attribute.type];
}

/**
 * What the words PATH of a filter compare, INSIDE the brackets of an attribute or outside: a complex attribute stands for
 * its `value` (RFC 7644 §3.4.2.2). undefined when the type has no such attribute, or is not known.
 */
export function comparedAttribute(
  { resourceType }: FilterContext,
  path: string,
  inside: string | undefined,
): AttributeDefinition | undefined {
  const holder = inside === undefined ? undefined : resourceType?.lookup(inside)?.attribute;
  if (inside !== undefined) return holder === undefined ? undefined : subOf(holder, path);
  // Behind brackets a sub-attribute may stand: `emails[…].value`.
  const resolved = resourceType?.lookup(path);
  if (resolved?.attribute === undefined) return undefined;
  if (resolved.sub !== undefined) return comparedAs(resolved.attribute, resolved.sub);
  const { attribute } = resolved;
  return (attribute.type === 'complex' ? subOf(attribute, 'value') : undefined) ?? attribute;
}

function subOf(holder: AttributeDefinition, name: string): AttributeDefinition | undefined {
  const sub = subAttribute(holder, name);
  return sub === undefined ? undefined : comparedAs(holder, sub);
}

/** Why the service will hardly do what NAME, an operator, asks; undefined when nothing speaks against it. */
export function operatorDoubt({ profile }: FilterContext, name: string): string | undefined {
  const { ops } = profile.filter;
  const known: readonly string[] = ops;
  if (known.includes(name) || !isOperator(name)) return undefined;
  return `this service is not known to support ${name}; it has ${listOf(ops)}`;
}

/** The same for `and`, `or` and `not`. */
export function logicDoubt({ profile }: FilterContext, name: string): string | undefined {
  const known: readonly string[] = profile.filter.logic;
  if (known.includes(name)) return undefined;
  const others = known.length === 0 ? 'it takes one condition' : `it has ${listOf(known)}`;
  return `this service is not known to support "${name}"; ${others}`;
}

/** The same for the attribute PATH, as written, INSIDE the brackets of an attribute or outside. */
export function attributeDoubt(
  { profile, resourceType }: FilterContext,
  path: string,
  inside?: string,
): string | undefined {
  const known = resourceType === undefined ? undefined : profile.filter.attributes[resourceType.name];
  if (known === undefined) return undefined;
  const full = inside === undefined ? path : `${inside}.${path}`;
  const canonical = (resourceType?.lookup(full)?.canonicalPath ?? full).toLowerCase();
  const short = canonical.slice(canonical.lastIndexOf(':') + 1);
  const supported = new Set(known.map((name) => name.toLowerCase()));
  const names = [canonical, short, short.split('.')[0] ?? short];
  if (names.some((name) => supported.has(name))) return undefined;
  return `this service is not known to filter by ${full}; it has ${listOf(known)}`;
}

/** Why the service will hardly take any filter. */
export function filterDoubt({ declared }: FilterContext): string | undefined {
  return declared?.filter === false ? 'this service says that it does not support filters' : undefined;
}

/** Is NAME an operator of the standard? */
export function isOperator(name: string): name is FilterOperator {
  const names: readonly string[] = filterOperators;
  return names.includes(name);
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
