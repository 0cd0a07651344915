import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BigNumber,
  compareNumbers,
  equalJson,
  isNumeric,
  parseExactJson,
  printExactJson,
} from '../../src/document/exact-json.js';

function number(text: string): number | BigNumber {
  const value = parseExactJson(text);
  if (!isNumeric(value)) throw new TypeError(text);
  return value;
}

describe('exact JSON', () => {
  it('is what JSON.parse gives, where that loses nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseExactJson(text)).toEqual(JSON.parse(text));
        expect(JSON.parse(printExactJson(parseExactJson(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('keeps every digit of integers of any size, and compares them as integers', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        const [left, right] = [number(String(a)), number(String(b))];
        expect(printExactJson(left)).toBe(String(a));
        expect(Math.sign(compareNumbers(left, right))).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(equalJson([left], [right])).toBe(a === b);
      }),
    );
  });

  it.each([
    ['9007199254740993', '9007199254740992', false],
    ['9007199254740993', '9007199254740993.0', true],
    ['1e400', '10e399', true],
    ['1e400', '1e401', false],
    ['-1e400', '1e400', false],
    ['0.1', '0.10', true],
    ['0.10000000000000000001', '0.1', false],
    ['0', '-0.0', true],
    ['1e-400', '0', false],
    ['100', '1e2', true],
  ])('%s == %s is %s', (a, b, equal) => {
    expect(equalJson(number(a), number(b))).toBe(equal);
  });

  it('orders numbers that no double tells apart', () => {
    expect(compareNumbers(number('9007199254740993'), number('9007199254740992'))).toBeGreaterThan(0);
    expect(compareNumbers(number('-9007199254740993'), number('-9007199254740992'))).toBeLessThan(0);
    expect(compareNumbers(number('1e-400'), number('1e-399'))).toBeLessThan(0);
  });

  it('makes __proto__ an ordinary member', () => {
    const value = parseExactJson('{"__proto__": {"x": 12345678901234567890}}');
    expect(Object.keys(value ?? {})).toEqual(['__proto__']);
    expect(printExactJson(value)).toBe('{"__proto__":{"x":12345678901234567890}}');
  });

  it('compares objects without order', () => {
    expect(equalJson(parseExactJson('{"a":1,"b":[1,2]}'), parseExactJson('{"b":[1,2],"a":1}'))).toBe(true);
    expect(equalJson(parseExactJson('{"a":1}'), parseExactJson('{"a":1,"b":null}'))).toBe(false);
    expect(equalJson([1, 2], [2, 1])).toBe(false);
  });
});
