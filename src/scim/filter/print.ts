/** Filters as text (RFC 7644 §3.4.2.2). */

import type { Filter, FilterValue } from './ast.js';
import { printAttributePath } from './attribute-path.js';
import { quoteFilterString } from './escape.js';

/**
 * The text of FILTER, with no more parentheses than it needs to be read back as the same tree.
 * Operators are in lower case, one space separates.
 */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'compare':
      return `${printAttributePath(filter.path)} ${filter.operator} ${printValue(filter.value)}`;
    case 'present':
      return `${printAttributePath(filter.path)} pr`;
    case 'valuePath':
      return `${printAttributePath(filter.path)}[${printFilter(filter.filter)}]`;
    case 'not':
      return `not (${printFilter(filter.filter)})`;
    case 'and':
    case 'or':
      return filter.filters.map((operand) => printOperand(operand, filter.kind)).join(` ${filter.kind} `);
  }
}

/** `and` binds tighter than `or`; an operand of the same kind was a group of its own. */
function printOperand(operand: Filter, parent: 'and' | 'or'): string {
  const grouped = operand.kind === 'or' || (operand.kind === 'and' && parent === 'and');
  return grouped ? `(${printFilter(operand)})` : printFilter(operand);
}

function printValue(value: FilterValue): string {
  if (typeof value === 'string') return quoteFilterString(value);
  if (typeof value !== 'number') return String(value);
  if (Object.is(value, -0)) return '-0';
  // A literal too large for a double was read as infinity; JSON has no word for that, but it has the number.
  if (!Number.isFinite(value)) return value < 0 ? '-1e999' : '1e999';
  return String(value);
}
