/** Assertions and captures, evaluated on an answer. */
import vm from 'node:vm';
import { Complaint } from './complaint.js';
import { compareNumbers, type ExactJson, equalJson, isNumeric, parseExactJson, printExactJson } from './exact-json.js';
import { expandJson, expandPath } from './insert.js';
import type { Assertion, BinaryOperator, Operand, Reference } from './model.js';
import { at } from './operand.js';
import { parseOperandReference } from './reference.js';
import type { Scope } from './scope.js';

/** The outcome of an assertion; `message` says what was expected and what came, when it did not hold. */
export interface CheckOutcome {
  readonly passed: boolean;
  readonly message?: string;
}

/** Shows a value in a message; it has the name of the attribute to tell secrets by. */
export type Show = (value: ExactJson | undefined, attribute: string) => string;

/** Subjects of patterns are cut here. */
const longestSubject = 100_000;
/** A pattern that takes longer backtracks without end (RFC 7644 §7.8 warns of the like in filters). */
const patternTimeoutMs = 500;

/**
 * Does ASSERTION hold, with the values of SCOPE?
 * @throws Complaint when an operand has no value because its request has not been run, or the variable is not set
 */
export function checkAssertion(assertion: Assertion, scope: Scope, show: Show): CheckOutcome {
  const { left, test } = assertion;
  const actual = evaluate(left, scope);
  const attribute = attributeOf(left);
  if (!('right' in test)) {
    const present = actual !== undefined && actual !== null;
    if (present === (test.operator === 'exists')) return { passed: true };
    const message = present ? `${left.source} is ${show(actual, attribute)}` : `${left.source} has no value`;
    return { passed: false, message: `${message}, expected ${present ? 'none' : 'one'}` };
  }
  const { operator, right } = test;
  if (right.kind === 'pattern') return checkPattern(left.source, actual, right, (value) => show(value, attribute));
  const wanted = evaluate(right, scope);
  const verdict = compare(operator, actual ?? null, wanted ?? null);
  if (verdict === true) return { passed: true };
  // A secret of the one side is one on the other side, too.
  const secretive = attributeOf(right) || attribute;
  const expected = `${expectation(operator)}${show(wanted, secretive)}${right.kind === 'json' ? '' : ` (${right.source})`}`;
  const reason = verdict === false ? '' : `; ${verdict}`;
  return { passed: false, message: `${left.source} is ${show(actual, attribute)}, expected ${expected}${reason}` };
}

/** The value of OPERAND; undefined when the answer does not have it. */
export function evaluate(operand: Operand, scope: Scope): ExactJson | undefined {
  if (operand.kind === 'pattern') return undefined;
  if (operand.kind === 'json') return parseExactJson(expandJson(operand.template, scope.lookup).text);
  const reference = referenceOf(operand, scope);
  return reference.kind === 'response' ? scope.valueOf(reference, operand) : undefined;
}

/** The reference that OPERAND is once the templates in its filters are filled in. */
function referenceOf(operand: Extract<Operand, { kind: 'reference' }>, scope: Scope): Reference {
  if (operand.template.length === 1) return operand.reference;
  const expanded = expandPath(operand.template, scope.lookup);
  return at(expanded, () => parseOperandReference(expanded.text));
}

/** The last name in what OPERAND refers to: `value` of `body.emails[0].value`; empty for a literal. */
export function attributeOf(operand: Operand): string {
  if (operand.kind !== 'reference' || operand.reference.kind !== 'response') return '';
  const { field } = operand.reference;
  if (field.kind !== 'body') return field.name;
  const withoutFilters = field.path.replace(/\[[^\]]*\]/g, '');
  return /([^.:]*)$/.exec(withoutFilters)?.[1] ?? '';
}

/** true, false, or why the two cannot be compared. */
function compare(operator: BinaryOperator, actual: ExactJson, wanted: ExactJson): boolean | string {
  switch (operator) {
    case '==':
      return equalJson(actual, wanted);
    case '!=':
      return !equalJson(actual, wanted);
    case 'contains':
      if (Array.isArray(actual)) return actual.some((item) => equalJson(item, wanted));
      return withTexts(actual, wanted, (a, b) => a.includes(b));
    case 'startsWith':
      return withTexts(actual, wanted, (a, b) => a.startsWith(b));
    case 'endsWith':
      return withTexts(actual, wanted, (a, b) => a.endsWith(b));
    default:
      return ordered(operator, actual, wanted);
  }
}

function withTexts(a: ExactJson, b: ExactJson, test: (a: string, b: string) => boolean): boolean | string {
  if (typeof a === 'string' && typeof b === 'string') return test(a, b);
  return `${typeName(a)} and ${typeName(b)} do not compare so`;
}

function ordered(operator: BinaryOperator, a: ExactJson, b: ExactJson): boolean | string {
  const order = orderOf(a, b);
  if (order === undefined) return `${typeName(a)} and ${typeName(b)} have no order`;
  switch (operator) {
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    default:
      return order <= 0;
  }
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** Numbers by value, date-times (RFC 7643 §2.3.5) by instant, other strings by code unit. */
function orderOf(a: ExactJson, b: ExactJson): number | undefined {
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b);
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  if (dateTime.test(a) && dateTime.test(b)) return Date.parse(a) - Date.parse(b);
  return a === b ? 0 : a < b ? -1 : 1;
}

function typeName(value: ExactJson): string {
  if (value === null) return 'no value';
  if (Array.isArray(value)) return 'an array';
  if (isNumeric(value)) return 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function expectation(operator: BinaryOperator): string {
  switch (operator) {
    case '==':
      return '';
    case '!=':
      return 'anything but ';
    case 'contains':
      return 'to contain ';
    case 'startsWith':
      return 'to start with ';
    case 'endsWith':
      return 'to end with ';
    default:
      return `${operator} `;
  }
}

function checkPattern(
  source: string,
  actual: ExactJson | undefined,
  operand: Extract<Operand, { kind: 'pattern' }>,
  show: (value: ExactJson | undefined) => string,
): CheckOutcome {
  const subject =
    typeof actual === 'string' ? actual : isNumeric(actual ?? null) ? printExactJson(actual ?? null) : null;
  if (subject !== null && matches(operand, subject.slice(0, longestSubject))) return { passed: true };
  const reason = subject === null ? `; ${typeName(actual ?? null)} matches no pattern` : '';
  return { passed: false, message: `${source} is ${show(actual)}, expected a match of ${operand.source}${reason}` };
}

/** Does PATTERN match SUBJECT? A regular expression can run for ever, but not in a context with a time limit. */
function matches(operand: Extract<Operand, { kind: 'pattern' }>, subject: string): boolean {
  const { pattern } = operand;
  try {
    return vm.runInNewContext('pattern.test(subject)', { pattern, subject }, { timeout: patternTimeoutMs }) === true;
  } catch {
    const message = `${operand.source} takes more than ${patternTimeoutMs} ms: it backtracks too much`;
    throw new Complaint('request.syntax', message, operand.offset);
  }
}

/** VALUE for a message: one line, cut when it is long. */
export function compact(value: ExactJson | undefined, longest = 120): string {
  if (value === undefined) return 'absent';
  const text = printExactJson(value);
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
