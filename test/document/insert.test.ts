/** Whatever a value is, it comes out of the place that it was put into as exactly that value. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Complaint } from '../../src/document/complaint.js';
import { BigNumber, type ExactJson } from '../../src/document/exact-json.js';
import { type Bound, expandHeader, expandJson, type Lookup } from '../../src/document/insert.js';
import type { Template } from '../../src/document/model.js';
import { expandTarget } from '../../src/document/target.js';
import { parseTemplate } from '../../src/document/template.js';

function template(text: string): Template {
  return parseTemplate(text, 0, (complaint) => {
    throw complaint;
  });
}

function always(bound: Bound): Lookup {
  return () => bound;
}

function text(value: string): Lookup {
  return always({ kind: 'text', text: value });
}

function json(value: ExactJson): Lookup {
  return always({ kind: 'json', value });
}

/** Strings that try to break out: quotes, escapes, separators, line breaks, surrogates, and everything else. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom('"', '\\', '&', '#', '%', '%22', '/', '?', '=', ' ', '+', '{{', '}}', '\r\n', 'é', '🎉', 'a'),
    )
    .map((parts) => parts.join('')),
);

describe('a value', () => {
  it('in the string of a filter is that string, and nothing else of the query changes', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        const path = expandTarget(template('/Users?filter=userName eq "{{x}}" and a pr&count=1'), text(value));
        const url = new URL(path, 'https://example.com');
        expect([...url.searchParams.keys()]).toEqual(['filter', 'count']);
        const [, literal] = /^userName eq (".*") and a pr$/s.exec(url.searchParams.get('filter') ?? '') ?? [];
        expect(JSON.parse(literal ?? '')).toBe(value);
      }),
    );
  });

  it('in a string with percent-encoded quotes is that string as well', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        const path = expandTarget(template('/Users?filter=userName%20eq%20%22{{x}}%22&count=1'), text(value));
        const filter = new URL(path, 'https://example.com').searchParams.get('filter') ?? '';
        expect(JSON.parse(filter.replace('userName eq ', ''))).toBe(value);
      }),
    );
  });

  it('in a query value is that value', () => {
    fc.assert(
      fc.property(wellFormed(nasty), (value) => {
        const url = new URL(expandTarget(template('/Users?a={{x}}&b=1'), text(value)), 'https://example.com');
        expect([...url.searchParams]).toEqual([
          ['a', value],
          ['b', '1'],
        ]);
      }),
    );
  });

  it('in a path is one segment, unless it could only be another path', () => {
    fc.assert(
      fc.property(wellFormed(nasty), (value) => {
        const expand = (): string => expandTarget(template('/Users/{{x}}/y'), text(value));
        if (value === '' || value === '.' || value === '..') expect(expand).toThrow(Complaint);
        else {
          const segments = new URL(expand(), 'https://example.com').pathname.split('/');
          expect(segments.map(decodeURIComponent)).toEqual(['', 'Users', value, 'y']);
        }
      }),
    );
  });

  it('in a JSON string is part of that string, as a JSON value it is itself', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        expect(JSON.parse(expandJson(template('{"a": "<{{x}}>"}'), text(value)).text)).toEqual({ a: `<${value}>` });
        expect(JSON.parse(expandJson(template('{"a": {{x}}}'), json(value)).text)).toEqual({ a: value });
      }),
    );
  });

  it('of any JSON type is inserted as that', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const expanded = expandJson(template('[{{x}}]'), json(JSON.parse(JSON.stringify(value))));
        expect(JSON.parse(expanded.text)).toEqual([JSON.parse(JSON.stringify(value))]);
      }),
    );
  });

  it('in a header stays in it or is refused', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        try {
          expect(expandHeader(template('a {{x}} b'), text(value))).toBe(`a ${value} b`);
          expect(value).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
        } catch (error) {
          expect(error).toBeInstanceOf(Complaint);
          expect(value).toMatch(/[^\t\x20-\x7e\x80-\xff]/);
        }
      }),
    );
  });
});

function wellFormed(strings: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return strings.filter((value) => !/\p{Surrogate}/u.test(value));
}

describe('text of the file', () => {
  it.each([
    ['42', '42'],
    ['-1.5e3', '-1.5e3'],
    ['12345678901234567890', '12345678901234567890'],
    ['true', 'true'],
    ['null', 'null'],
    ['{"a": [1]}', '{"a": [1]}'],
    ['[]', '[]'],
    ['hello', '"hello"'],
    ['"quoted"', '"\\"quoted\\""'],
    ['', '""'],
    ['01', '"01"'],
  ])('%s stands outside of a string for %s', (value, expected) => {
    expect(expandJson(template('{{x}}'), text(value)).text).toBe(expected);
  });

  it('that looks like a number stays a string when a server sent it as one', () => {
    expect(expandJson(template('{{x}}'), json('42')).text).toBe('"42"');
  });

  it('keeps the digits of a number that no double holds', () => {
    const big = new BigNumber('12345678901234567890');
    expect(expandJson(template('[{{x}}, "{{x}}"]'), json(big)).text).toBe(
      '[12345678901234567890, "12345678901234567890"]',
    );
    expect(expandTarget(template('/Users/{{x}}'), json(big))).toBe('/Users/12345678901234567890');
  });

  it('refuses null where text is wanted', () => {
    expect(() => expandTarget(template('/Users/{{x}}'), json(null))).toThrow('is null');
  });
});

describe('a target', () => {
  it.each([
    ['/Users?filter=userName eq "a b"', '/Users?filter=userName%20eq%20%22a%20b%22'],
    // Nothing follows that it could take the escape from, and it need not be a filter.
    ['/Users/1?token=%22a%5C', '/Users/1?token=%22a%5C'],
    ['/Users?filter=a eq "x&y#z"&count=1', '/Users?filter=a%20eq%20%22x%26y%23z%22&count=1'],
    ['/Users?filter=a eq "x\\"&y"&count=1', '/Users?filter=a%20eq%20%22x%5C%22%26y%22&count=1'],
    ['/Users?filter=a%20pr&attributes=name.givenName,id', '/Users?filter=a%20pr&attributes=name.givenName,id'],
    ['/Users?filter=emails.value+eq+"x"', '/Users?filter=emails.value%2Beq%2B%22x%22'],
    ['/Users?x=100%&y=é', '/Users?x=100%25&y=%C3%A9'],
    ['/Usérs/a b', '/Us%C3%A9rs/a%20b'],
    ['/Users?count', '/Users?count'],
    ['https://example.com/scim/v2/Users?x=1', 'https://example.com/scim/v2/Users?x=1'],
  ])('%s is sent as %s', (target, expected) => {
    expect(expandTarget(template(target), text('unused'))).toBe(expected);
  });

  it.each([
    ['{{x}}', 'https://example.com/Users/1?a=b%20c', 'https://example.com/Users/1?a=b%20c'],
    ['{{x}}', '/Users/1', '/Users/1'],
    ['{{x}}?attributes=id', 'https://example.com/Users/1', 'https://example.com/Users/1?attributes=id'],
    ['{{x}}/Users', 'https://example.com/scim/', 'https://example.com/scim/Users'],
  ])('%s that begins with the URL %s is %s', (target, value, expected) => {
    expect(expandTarget(template(target), text(value))).toBe(expected);
  });

  it.each([
    ['{{x}}', 'javascript:alert(1)'],
    ['{{x}}', '/Users/a b'],
    ['{{x}}', ''],
    ['{{x}}?a=1', '/Users?b=1'],
    ['{{x}}more', '/Users'],
    ['/Users/.{{x}}', '.'],
  ])('%s is refused for %j', (target, value) => {
    expect(() => expandTarget(template(target), text(value))).toThrow(Complaint);
  });
});
