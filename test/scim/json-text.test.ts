import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonSyntaxError, JsonText, positionAt, prettyJson } from '../../src/scim/json-text.js';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const failure = (text: string): JsonSyntaxError => {
  try {
    JsonText.parse(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
};

describe('JsonText', () => {
  test('knows where keys and values are, in code points', () => {
    const text = JsonText.parse('{\n  "😀": "😀", "emails": [ {"value": 1},\r\n {"value": 2} ]}');
    expect(text.positionOf(['emails'], 'key')).toEqual({ line: 1, character: 12 });
    expect(text.positionOf(['emails', 0, 'value'])).toEqual({ line: 1, character: 34 });
    expect(text.positionOf(['emails', 1, 'value'])).toEqual({ line: 2, character: 11 });
    expect(text.positionOf([])).toEqual({ line: 0, character: 0 });
    expect(text.positionOf(['emails', 2])).toBeUndefined();
    expect(text.positionOf(['emails', 'value'])).toBeUndefined();
  });

  test('treats __proto__ as an ordinary member', () => {
    const text = JsonText.parse('{"__proto__": {"polluted": true}}');
    expect(Object.keys(text.value ?? {})).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(text.value)).toBe(Object.prototype);
    expect(text.positionOf(['__proto__', 'polluted'])).toEqual({ line: 0, character: 27 });
  });

  test('reports doubled names, the last of which counts', () => {
    const text = JsonText.parse('{"a": 1, "b": [{"c": 1, "c": 2}], "a": 3}');
    expect(text.value).toEqual({ a: 3, b: [{ c: 2 }] });
    expect(text.positionOf(['a'])).toEqual({ line: 0, character: 39 });
    expect(text.duplicates).toEqual([
      { path: ['a'], position: { line: 0, character: 34 } },
      { path: ['b', 0, 'c'], position: { line: 0, character: 24 } },
    ]);
  });

  test.each([
    ['', 'Expected a JSON value, but the text is empty', 0, 0],
    ['{"a": 1,\n}', 'JSON allows no trailing comma', 1, 0],
    ['[1,]', 'JSON allows no trailing comma', 0, 3],
    ['{"a" 1}', 'Expected `:`', 0, 5],
    ['{"a": 1\n "b": 2}', 'Expected `,`', 1, 1],
    ['{"a": 1', 'Expected `}` to close the object, but the text ends', 0, 7],
    ['{"a": tru}', 'Unknown word', 0, 6],
    ['{"a": }', 'Expected a value', 0, 6],
    ["{'a': 1}", 'double quotes', 0, 1],
    ['{"a": 1} x', 'Expected the end of the text', 0, 9],
    ['{// comment\n}', 'Comments are not allowed', 0, 1],
    ['["\\x"]', 'after the backslash', 0, 1],
    ['["a\nb"]', 'close the string on its line', 0, 1],
  ])('says what is wrong with %j', (text, message, line, character) => {
    const error = failure(text);
    expect(error.message).toContain(message);
    expect(error.position).toEqual({ line, character });
    expect(error.code).toBe('json.syntax');
  });

  test('accepts exactly what JSON.parse accepts', () => {
    const fragments = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '01',
      '1e5',
      '.5',
      'true',
      ' ',
      '\n',
      '"',
      '\\',
      '\u0001',
      '/**/',
      '\ufeff',
    );
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        if (isJson(text)) expect(JsonText.parse(text).value).toEqual(JSON.parse(text));
        else expect(failure(text).position).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });

  test('has a value but no positions when nested too deep for the tree', () => {
    const depth = 100_000;
    const text = JsonText.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(Array.isArray(text.value)).toBe(true);
    expect(text.positionOf([])).toBeUndefined();
    expect(text.duplicates).toEqual([]);
    expect(failure('['.repeat(depth)).code).toBe('json.syntax');
  });
});

test('positionAt counts lines and code points', () => {
  expect(positionAt('a😀b\nc', 3)).toEqual({ line: 0, character: 2 });
  expect(positionAt('a😀b\nc', 5)).toEqual({ line: 1, character: 0 });
  expect(positionAt('a\n', 99)).toEqual({ line: 1, character: 0 });
});

describe('prettyJson', () => {
  test('indents, and keeps the letters of numbers, escapes, order and doubled names', () => {
    const text = '{"b":12345678901234567890,"a":[1.10,1e+2,{}, [ ] ,"\\u00e4\\/\\\\"],"a":null,"e":{"x":"{[,:]}"}}';
    expect(prettyJson(text)).toBe(
      [
        '{',
        '  "b": 12345678901234567890,',
        '  "a": [',
        '    1.10,',
        '    1e+2,',
        '    {},',
        '    [],',
        '    "\\u00e4\\/\\\\"',
        '  ],',
        '  "a": null,',
        '  "e": {',
        '    "x": "{[,:]}"',
        '  }',
        '}',
      ].join('\n'),
    );
  });

  test('changes nothing but white space, whatever the white space was', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat({ max: 8 }), fc.constantFrom(undefined, 1, '\t'), (compact, indent, space) => {
        const text = JSON.stringify(JSON.parse(compact), undefined, space);
        const pretty = prettyJson(text, { indent });
        expect(JSON.parse(pretty)).toEqual(JSON.parse(text));
        expect(pretty.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        expect(prettyJson(pretty, { indent })).toBe(pretty);
        if (indent > 0 && !pretty.includes('[') && !text.includes('\\')) {
          expect(pretty).toBe(JSON.stringify(JSON.parse(text), undefined, indent));
        }
      }),
    );
  });

  test('agrees with JSON.stringify on ordinary values', () => {
    const value = { a: [{ b: 'x \\" y' }, [], {}], c: { d: [1, [2, [3]]] }, e: '\\\\' };
    expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, undefined, 2));
    expect(prettyJson(JSON.stringify(value), { indent: 4 })).toBe(JSON.stringify(value, undefined, 4));
  });

  test('leaves alone what is not JSON or absurdly deep', () => {
    expect(prettyJson('{"a": }')).toBe('{"a": }');
    expect(prettyJson('<html>')).toBe('<html>');
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    expect(prettyJson(deep)).toBe(deep);
  });
});
