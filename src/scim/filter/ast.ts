/** The syntax tree of a filter (RFC 7644 §3.4.2.2, Figure 1). */

import type { AttributePath } from '../schema/resource-type.js';

export const compareOperators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;

export type CompareOperator = (typeof compareOperators)[number];

/** The `compValue` of RFC 7644 Figure 1. */
export type FilterValue = string | number | boolean | null;

/** `attr op value`. */
export interface CompareFilter {
  readonly kind: 'compare';
  readonly path: AttributePath;
  readonly operator: CompareOperator;
  readonly value: FilterValue;
  /** Where the attribute stands in the filter text, in UTF-16 code units. */
  readonly offset: number;
  /** Where the value stands. */
  readonly valueOffset: number;
}

/** `attr pr`. */
export interface PresentFilter {
  readonly kind: 'present';
  readonly path: AttributePath;
  readonly offset: number;
}

/** `attr[filter]`: one and the same element of `attr` matches the whole inner filter. */
interface ValuePathFilter {
  readonly kind: 'valuePath';
  readonly path: AttributePath;
  readonly filter: Filter;
  readonly offset: number;
}

/** `not (filter)`. */
interface NotFilter {
  readonly kind: 'not';
  readonly filter: Filter;
  readonly offset: number;
}

/** `a and b and c`, `a or b or c`: two or more operands in the order written. */
interface LogicalFilter {
  readonly kind: 'and' | 'or';
  readonly filters: readonly Filter[];
  readonly offset: number;
}

export type Filter = CompareFilter | PresentFilter | ValuePathFilter | NotFilter | LogicalFilter;
