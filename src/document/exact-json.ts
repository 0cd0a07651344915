/**
 * JSON without loss: numbers that a double cannot hold keep the digits that were written. An answer whose `id` is
 * 12345678901234567890 compares, is captured and is sent again as exactly that.
 */
import { getNodeValue, type Node, parseTree } from 'jsonc-parser';
import type { JsonValue } from '../scim/json.js';

/** A number that is not exactly a double; `text` is how it was written. */
export class BigNumber {
  constructor(readonly text: string) {}
}

export type ExactJson = null | boolean | number | string | BigNumber | ExactJson[] | ExactObject;

export interface ExactObject {
  [name: string]: ExactJson;
}

export function isExactObject(value: ExactJson | undefined): value is ExactObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof BigNumber);
}

/** Only numbers with sixteen digits or an exponent can be more than a double; strings may match too, at no harm. */
const maybeBig = /\d[\d.]{15}|\d[eE]/;

/**
 * The value of the JSON text TEXT.
 * @throws SyntaxError when it is not JSON
 */
export function parseExactJson(text: string): ExactJson {
  const plain: JsonValue = JSON.parse(text);
  if (!maybeBig.test(text)) return plain;
  const tree = parseTree(text, [], { disallowComments: true });
  return tree === undefined ? plain : exactNode(tree, text);
}

function exactNode(node: Node, text: string): ExactJson {
  const children = node.children ?? [];
  switch (node.type) {
    case 'array':
      return children.map((child) => exactNode(child, text));
    case 'object': {
      const object: ExactObject = {};
      for (const { children: [key, value] = [] } of children) {
        if (key !== undefined && value !== undefined) define(object, String(getNodeValue(key)), exactNode(value, text));
      }
      return object;
    }
    case 'number':
      return exactNumber(text.slice(node.offset, node.offset + node.length));
    case 'string':
    case 'boolean':
      return node.value;
    default:
      return null;
  }
}

/** Set an own property, whatever its name: plain assignment would run the setter of `__proto__`. */
function define(object: ExactObject, name: string, value: ExactJson): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

function exactNumber(text: string): number | BigNumber {
  const double = Number(text);
  if (!Number.isFinite(double)) return new BigNumber(text);
  return compareDecimals(decimal(text), decimal(String(double))) === 0 ? double : new BigNumber(text);
}

/** VALUE as a compact JSON text. */
export function printExactJson(value: ExactJson): string {
  if (value instanceof BigNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(printExactJson).join(',')}]`;
  if (!isExactObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${printExactJson(member)}`);
  return `{${members.join(',')}}`;
}

/** VALUE with doubles for all numbers, for code that knows plain JSON only. */
export function toPlainJson(value: ExactJson): JsonValue {
  if (isPlain(value)) return value;
  const plain: JsonValue = JSON.parse(printExactJson(value));
  return plain;
}

function isPlain(value: ExactJson): value is JsonValue {
  if (value instanceof BigNumber) return false;
  return typeof value !== 'object' || value === null || Object.values(value).every(isPlain);
}

/** Are A and B the same JSON value? Objects compare without order, numbers by their decimal value. */
export function equalJson(a: ExactJson, b: ExactJson): boolean {
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b) === 0;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equalJson(item, b[index] ?? null));
  }
  if (!isExactObject(a)) return a === b;
  if (!isExactObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equalJson(a[name] ?? null, b[name] ?? null))
  );
}

export function isNumeric(value: ExactJson): value is number | BigNumber {
  return typeof value === 'number' || value instanceof BigNumber;
}

/** Negative, zero or positive as A is less than, equal to or greater than B, exactly. */
export function compareNumbers(a: number | BigNumber, b: number | BigNumber): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareDecimals(decimal(textOfNumber(a)), decimal(textOfNumber(b)));
}

function textOfNumber(value: number | BigNumber): string {
  return value instanceof BigNumber ? value.text : String(value);
}

/** `sign * 0.digits * 10 ** exponent`, without leading or trailing zeros; zero has no digits. */
interface Decimal {
  readonly sign: -1 | 0 | 1;
  readonly digits: string;
  readonly exponent: number;
}

function decimal(text: string): Decimal {
  const [, minus = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  if (digits === '') return { sign: 0, digits: '', exponent: 0 };
  const exponent = Number(power) + whole.length - (all.length - digits.length);
  return { sign: minus === '' ? 1 : -1, digits: digits.replace(/0+$/, ''), exponent };
}

function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.sign !== b.sign || a.sign === 0) return a.sign - b.sign;
  if (a.exponent !== b.exponent) return a.sign * (a.exponent < b.exponent ? -1 : 1);
  if (a.digits === b.digits) return 0;
  // Both are fractions 0.digits, so they compare as texts.
  return a.sign * (a.digits < b.digits ? -1 : 1);
}
