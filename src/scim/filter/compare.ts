/**
 * Comparing one value with the literal of a filter (RFC 7644 §3.4.2.2, Table 3).
 *
 * All that depends on the literal and the attribute's type is decided once, so that a test costs one comparison.
 */

import { parseDateTime } from '../date-time.js';
import { foldCase } from '../fold.js';
import { isJsonObject, type JsonValue } from '../json.js';
import { getAttribute, isCaseExact } from '../schema/resource-type.js';
import type { AttributeDefinition, AttributeType } from '../schema/types.js';
import { compareCodePoints } from '../sort.js';
import type { CompareFilter, CompareOperator } from './ast.js';
import { printAttributePath } from './attribute-path.js';
import { filterError } from './grammar.js';

/** Says of a value that is neither null nor an array whether it meets a condition. */
export type ValueTest = (value: JsonValue) => boolean;

type Order = 'gt' | 'ge' | 'lt' | 'le';
type Substring = 'co' | 'sw' | 'ew';

const substringTypes: ReadonlySet<AttributeType> = new Set(['string', 'reference']);
const orderedTypes: ReadonlySet<AttributeType> = new Set(['string', 'reference', 'dateTime', 'integer', 'decimal']);

/**
 * The test of FILTER, whose literal is not null, for values of ATTRIBUTE. Without ATTRIBUTE values are compared as what
 * they are: strings exactly, and two dateTimes as instants; of a complex value its `value` counts.
 * Throws ProtocolError `invalidFilter` for what Table 3 forbids: order of booleans and binaries, substrings of anything
 * but strings, a dateTime compared with something else, a complex attribute without a sub-attribute.
 */
export function compileComparison(filter: CompareFilter, attribute: AttributeDefinition | undefined): ValueTest {
  const { operator } = filter;
  if (attribute !== undefined) refuseComplex(filter, attribute);
  if (isSubstring(operator)) return substringTest(filter, operator, attribute);
  if (isOrder(operator)) return orderTest(filter, operator, attribute);
  const equals = equalityTest(filter, attribute);
  return operator === 'eq' ? equals : (value) => !equals(value);
}

function equalityTest(filter: CompareFilter, attribute: AttributeDefinition | undefined): ValueTest {
  const operand = filter.value;
  if (attribute === undefined) return looseEquality(filter);
  if (attribute.type === 'boolean') return same(booleanOperand(operand));
  if (attribute.type === 'dateTime') {
    const instant = dateTimeOperand(filter);
    return (value) => typeof value === 'string' && parseDateTime(value) === instant;
  }
  if (typeof operand !== 'string' || isCaseExact(attribute)) return same(operand);
  const folded = foldCase(operand);
  return (value) => value === operand || (typeof value === 'string' && foldCase(value) === folded);
}

function looseEquality(filter: CompareFilter): ValueTest {
  const operand = filter.value;
  const instant = typeof operand === 'string' ? parseDateTime(operand) : undefined;
  if (instant === undefined) return (value) => plain(value) === operand;
  return (value) => {
    const found = plain(value);
    return found === operand || (typeof found === 'string' && parseDateTime(found) === instant);
  };
}

function same(operand: JsonValue): ValueTest {
  return (value) => value === operand;
}

/** Some clients write `primary eq "True"`. */
function booleanOperand(operand: CompareFilter['value']): CompareFilter['value'] {
  if (typeof operand !== 'string') return operand;
  const word = operand.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : operand;
}

function substringTest(
  filter: CompareFilter,
  operator: Substring,
  attribute: AttributeDefinition | undefined,
): ValueTest {
  const operand = filter.value;
  if (attribute !== undefined && !substringTypes.has(attribute.type)) {
    throw unsupported(filter, `is of type ${attribute.type}`);
  }
  if (typeof operand !== 'string') throw filterError(`"${operator}" needs a string`, filter.valueOffset);
  const exact = attribute === undefined || isCaseExact(attribute);
  const wanted = exact ? operand : foldCase(operand);
  const holds = substringTests[operator];
  return (value) => {
    const found = attribute === undefined ? plain(value) : value;
    return typeof found === 'string' && holds(exact ? found : foldCase(found), wanted);
  };
}

const substringTests: Readonly<Record<Substring, (value: string, operand: string) => boolean>> = {
  co: (value, operand) => value.includes(operand),
  sw: (value, operand) => value.startsWith(operand),
  ew: (value, operand) => value.endsWith(operand),
};

const orderTests: Readonly<Record<Order, (comparison: number) => boolean>> = {
  gt: (comparison) => comparison > 0,
  ge: (comparison) => comparison >= 0,
  lt: (comparison) => comparison < 0,
  le: (comparison) => comparison <= 0,
};

function orderTest(filter: CompareFilter, operator: Order, attribute: AttributeDefinition | undefined): ValueTest {
  if (attribute !== undefined && !orderedTypes.has(attribute.type)) {
    throw unsupported(filter, `is of type ${attribute.type}`);
  }
  const compare = attribute === undefined ? looseOrder(filter) : typedOrder(filter, attribute);
  const holds = orderTests[operator];
  return (value) => {
    const comparison = compare(value);
    return comparison !== undefined && holds(comparison);
  };
}

/** Negative, zero or positive as the value is before, at or after the operand; undefined when they do not compare. */
type Comparison = (value: JsonValue) => number | undefined;

function typedOrder(filter: CompareFilter, attribute: AttributeDefinition): Comparison {
  const operand = filter.value;
  if (attribute.type === 'dateTime') return instantOrder(dateTimeOperand(filter));
  const isNumeric = attribute.type === 'integer' || attribute.type === 'decimal';
  if (isNumeric && typeof operand === 'number') return numberOrder(operand);
  if (!isNumeric && typeof operand === 'string') return stringOrder(operand, isCaseExact(attribute));
  throw filterError(`${nameOf(filter)} is of type ${attribute.type} and compares with that only`, filter.valueOffset);
}

function looseOrder(filter: CompareFilter): Comparison {
  const operand = filter.value;
  if (typeof operand === 'number') {
    const compare = numberOrder(operand);
    return (value) => compare(plain(value));
  }
  if (typeof operand !== 'string') {
    throw filterError(`"${filter.operator}" needs a string or a number`, filter.valueOffset);
  }
  const instant = parseDateTime(operand);
  const asText = stringOrder(operand, true);
  if (instant === undefined) return (value) => asText(plain(value));
  const asInstant = instantOrder(instant);
  return (value) => asInstant(plain(value)) ?? asText(plain(value));
}

function numberOrder(operand: number): Comparison {
  return (value) => (typeof value === 'number' ? value - operand : undefined);
}

function stringOrder(operand: string, exact: boolean): Comparison {
  const wanted = exact ? operand : operand.toLowerCase();
  return (value) =>
    typeof value === 'string' ? compareCodePoints(exact ? value : value.toLowerCase(), wanted) : undefined;
}

function instantOrder(operand: number): Comparison {
  return (value) => {
    const instant = typeof value === 'string' ? parseDateTime(value) : undefined;
    return instant === undefined ? undefined : instant - operand;
  };
}

function dateTimeOperand(filter: CompareFilter): number {
  const instant = typeof filter.value === 'string' ? parseDateTime(filter.value) : undefined;
  if (instant !== undefined) return instant;
  const example = '"2011-05-13T04:42:34Z"';
  throw filterError(`${nameOf(filter)} is a dateTime and compares with one, such as ${example}`, filter.valueOffset);
}

/** RFC 7644 §3.4.2.2: for complex attributes a fully qualified sub-attribute MUST be specified. */
function refuseComplex(filter: CompareFilter, attribute: AttributeDefinition): void {
  if (attribute.type !== 'complex') return;
  throw filterError(`${nameOf(filter)} is complex: name one of its sub-attributes`, filter.offset);
}

function unsupported(filter: CompareFilter, reason: string): Error {
  return filterError(`${nameOf(filter)} ${reason}, which "${filter.operator}" cannot compare`, filter.offset);
}

function nameOf(filter: CompareFilter): string {
  return printAttributePath(filter.path);
}

/** Without a schema: VALUE itself, or the `value` of a complex one. */
function plain(value: JsonValue): JsonValue {
  return isJsonObject(value) ? (getAttribute(value, 'value') ?? value) : value;
}

function isSubstring(operator: CompareOperator): operator is Substring {
  return Object.hasOwn(substringTests, operator);
}

function isOrder(operator: CompareOperator): operator is Order {
  return Object.hasOwn(orderTests, operator);
}
