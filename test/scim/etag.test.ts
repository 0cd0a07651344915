import { describe, expect, test } from 'vitest';
import { ifMatchHolds, ifNoneMatchHolds, weakMatch } from '../../src/scim/etag.js';

describe('weakMatch', () => {
  test.each([
    ['W/"1"', 'W/"1"', true],
    ['W/"1"', '"1"', true],
    ['"1"', 'W/"2"', false],
    ['W/"a"', 'W/"A"', false],
    ['abc', 'W/"abc"', true],
    ['""', '"x"', false],
  ])('%s and %s: %s', (a, b, same) => {
    expect(weakMatch(a, b)).toBe(same);
    expect(weakMatch(b, a)).toBe(same);
  });
});

describe('conditions', () => {
  test.each([
    ['W/"2"', true],
    ['W/"1", "2"', true],
    ['W/"1" ,W/"3"', false],
    ['"1,2"', false],
    ['*', true],
    ['2', true],
    ['', false],
  ])('If-Match %s on version 2: %s', (header, holds) => {
    expect(ifMatchHolds(header, 'W/"2"')).toBe(holds);
    expect(ifNoneMatchHolds(header, 'W/"2"')).toBe(!holds);
  });

  test('a comma inside a tag is part of it', () => {
    expect(ifMatchHolds('"a", "1,2"', 'W/"1,2"')).toBe(true);
  });

  test('without a resource nothing matches, not even *', () => {
    expect(ifMatchHolds('*', undefined)).toBe(false);
    expect(ifMatchHolds('"1"', undefined)).toBe(false);
    expect(ifNoneMatchHolds('*', undefined)).toBe(true);
    expect(ifNoneMatchHolds('"1"', undefined)).toBe(true);
  });
});
