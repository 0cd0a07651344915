import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../src/scim/error.js';
import type { Filter } from '../../src/scim/filter/index.js';
import { escapeFilterString, parseFilter, printFilter, quoteFilterString } from '../../src/scim/filter/index.js';
import { anyFilter, withoutOffsets } from './filter-arbitrary.js';

/** What the parser says about a filter that it refuses. */
function refusal(text: string, options?: { lenient?: boolean }): { offset: number | undefined; message: string } {
  try {
    parseFilter(text, options);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    expect(error.status).toBe(400);
    expect(error.scimType).toBe('invalidFilter');
    return { offset: error.offset, message: error.message };
  }
  throw new Error(`expected a refusal of: ${text.slice(0, 200)}`);
}

/** The value that `a eq LITERAL` compares with. */
function literal(text: string): unknown {
  const filter = parseFilter(`a eq ${text}`);
  return filter.kind === 'compare' ? filter.value : filter;
}

const printed = (text: string, options?: { lenient?: boolean }) => printFilter(parseFilter(text, options));

describe('the filters of RFC 7644 Figure 2', () => {
  it.each([
    'userName eq "bjensen"',
    'name.familyName co "O\'Malley"',
    'userName sw "J"',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
    'title pr',
    'meta.lastModified gt "2011-05-13T04:42:34Z"',
    'meta.lastModified ge "2011-05-13T04:42:34Z"',
    'meta.lastModified lt "2011-05-13T04:42:34Z"',
    'meta.lastModified le "2011-05-13T04:42:34Z"',
    'title pr and userType eq "Employee"',
    'title pr or userType eq "Intern"',
    'schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"',
    'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
    'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
    'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
    'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
  ])('reads and prints %s', (text) => {
    expect(printed(text)).toBe(text);
  });

  it('drops parentheses that change nothing', () => {
    expect(printed('userType eq "Employee" and (emails.type eq "work")')).toBe(
      'userType eq "Employee" and emails.type eq "work"',
    );
  });
});

describe('structure', () => {
  it.each([
    ['a pr or b pr and c pr', 'a pr or b pr and c pr'],
    ['(a pr or b pr) and c pr', '(a pr or b pr) and c pr'],
    ['a pr and b pr or c pr', 'a pr and b pr or c pr'],
    ['not (a pr) and b pr', 'not (a pr) and b pr'],
    ['not(a pr)or b pr', 'refused'],
    ['not (not (a pr))', 'not (not (a pr))'],
    ['a pr and (b pr and c pr)', 'a pr and (b pr and c pr)'],
    ['a pr or (b pr or c pr) or d pr', 'a pr or (b pr or c pr) or d pr'],
  ])('%s', (text, expected) => {
    if (expected === 'refused') refusal(text);
    else expect(printed(text)).toBe(expected);
  });

  it('binds "not" tighter than "and", and "and" tighter than "or"', () => {
    const filter = parseFilter('a pr or not (b pr) and c pr or d pr');
    expect(shape(filter)).toEqual(['or', 'a', ['and', ['not', 'b'], 'c'], 'd']);
  });

  it('knows where everything stands', () => {
    const filter = parseFilter('title pr and emails[type eq "work"]');
    expect(filter).toEqual({
      kind: 'and',
      offset: 0,
      filters: [
        { kind: 'present', path: { name: 'title' }, offset: 0 },
        {
          kind: 'valuePath',
          path: { name: 'emails' },
          offset: 13,
          filter: {
            kind: 'compare',
            path: { name: 'type' },
            operator: 'eq',
            value: 'work',
            offset: 20,
            valueOffset: 28,
          },
        },
      ],
    });
  });
});

function shape(filter: Filter): unknown {
  if ('filters' in filter) return [filter.kind, ...filter.filters.map(shape)];
  return filter.kind === 'not' ? ['not', shape(filter.filter)] : filter.path.name;
}

describe('literals', () => {
  it('decodes every JSON escape (G1)', () => {
    expect(literal(String.raw`"tab\there\n\r\b\f\/ \u00e9\uD83D\uDE00 DOM\\user \"q\""`)).toBe(
      'tab\there\n\r\b\f/ é😀 DOM\\user "q"',
    );
  });
  it('takes a string that ends in an escaped backslash (G2)', () => {
    expect(literal(String.raw`"x\\"`)).toBe('x\\');
  });
  it.each([
    [String.raw`a eq "bad \x"`, 10],
    [String.raw`a eq "\u12"`, 6],
    ['a eq "\\', 6],
    ['a eq "a\tb"', 7],
    ['a eq "open', 5],
  ])('refuses %s (G3)', (text, offset) => {
    expect(refusal(text).offset).toBe(offset);
  });
  it.each([
    'a eq -1 and b pr',
    '(a eq -1)',
    'emails[a eq -1 and b eq 2]',
    'a eq -1 ',
    'a eq 1E+3 and b pr',
    '(a eq 1e+3)',
    'a eq 0.25 or a eq -2.5e-3',
  ])('takes the number in %s (G4, G5)', (text) => {
    expect(withoutOffsets(parseFilter(printed(text)))).toEqual(withoutOffsets(parseFilter(text)));
  });
  it('reads numbers as JSON does', () => {
    expect(literal('-12.5e+1')).toBe(-125);
    expect(literal('0')).toBe(0);
  });
  it.each([
    ['a eq 01', 5],
    ['a eq .5', 5],
    ['a eq +1', 5],
    ['a eq 0x10', 5],
    ['a eq 1.', 5],
    ['a eq -', 5],
    ['a eq NaN', 5],
  ])('refuses %s', (text, offset) => {
    expect(refusal(text).offset).toBe(offset);
  });
  it('takes true, false and null in any case (G6)', () => {
    expect([literal('TRUE'), literal('False'), literal('NULL')]).toEqual([true, false, null]);
  });
});

describe('names', () => {
  it.each([
    ['manager.$ref eq "x"', { name: 'manager', sub: '$ref' }],
    ['$ref ew "1"', { name: '$ref' }],
    ['urn:example:x+y:z eq 1', { urn: 'urn:example:x+y', name: 'z' }],
    ["urn:example:a(b)=@,;!*'c:z eq 1", { urn: "urn:example:a(b)=@,;!*'c", name: 'z' }],
    [
      'urn:ietf:params:scim:schemas:core:2.0:User:name.givenName pr',
      {
        urn: 'urn:ietf:params:scim:schemas:core:2.0:User',
        name: 'name',
        sub: 'givenName',
      },
    ],
    ['http://[::1]/schema:attr pr', { urn: 'http://[::1]/schema', name: 'attr' }],
    ['not pr', { name: 'not' }],
    ['Not eq 1', { name: 'Not' }],
    ['and eq 1', { name: 'and' }],
    ['pr pr', { name: 'pr' }],
    ['user-name_1 pr', { name: 'user-name_1' }],
  ])('takes %s (G7, G8, G9)', (text, path) => {
    expect(parseFilter(text)).toMatchObject({ path });
  });
  it('takes a URN in parentheses and before brackets', () => {
    expect(printed('(urn:a:b:c pr) and urn:a:b:d[e pr]')).toBe('urn:a:b:c pr and urn:a:b:d[e pr]');
  });
  it.each([
    ['a.b.c pr', 3],
    ['a. pr', 2],
    ['a..b pr', 2],
    ['1a pr', 0],
    ['_a pr', 0],
    ['a:b pr', 0],
    ['a/b pr', 1],
    ['a%b pr', 1],
    ['urn: pr', 0],
    ['urn:a:1a pr', 6],
    ['é pr', 0],
    ['b pr and a.b.c pr', 12],
  ])('refuses %s (G11)', (text, offset) => {
    expect(refusal(text).offset).toBe(offset);
  });
});

describe('refusals point at the wrong character (G16)', () => {
  it.each([
    ['', 0],
    ['   ', 3],
    ['not a pr', 4],
    ['not emails[type pr]', 4],
    ['not not (a pr)', 4],
    ['emails[a[b eq 1]]', 8],
    ['emails[(a[b eq 1])]', 9],
    ['a eq"x"', 4],
    ['(a eq 1)and(b eq 2)', 8],
    ['(a eq 1) and(b eq 2)', 12],
    ['a\u00a0eq 1', 1],
    ['a eq\u20281', 4],
    ['a\teq 1', 1],
    ['a eq 1\nand b pr', 6],
    ['emails [type eq "w"]', 7],
    ['a', 1],
    ['a eq', 4],
    ['a eq eq', 5],
    ['a regex "x"', 2],
    ['a eq 1 2', 7],
    ['a pr b', 5],
    ['a pr and', 8],
    ['a pr and and b pr', 13],
    ['and', 3],
    ['(a pr', 0],
    ['(a pr]', 5],
    ['a pr)', 4],
    ['emails[type pr', 6],
    ['emails[type pr)', 14],
    ['emails[]', 7],
    ['()', 1],
    ["a eq 'x'", 5],
    ['a eq jyoung', 5],
    ['emails[type eq "work"].value eq "x"', 22],
    ['emails[type pr] .value pr', 16],
    ['a == 1', 2],
    ['a eq [1]', 5],
    ['a eq {}', 5],
    ['"a" eq 1', 0],
  ])('%j at %i (G10, G12, G13, G17)', (text, offset) => {
    expect(refusal(text)).toMatchObject({ offset });
  });

  it('says what was expected, and never repeats the whole input', () => {
    expect(refusal('a regex "x"').message).toContain('"regex" is not supported');
    expect(refusal('a eq jyoung').message).toContain('double quotes: "jyoung"');
    expect(refusal(`a eq ${'x'.repeat(5000)}`).message.length).toBeLessThan(300);
  });
});

describe('lenient reading', () => {
  it.each([
    ['value eq"x"', 'value eq "x"'],
    ['meta.resourceType eq User', 'meta.resourceType eq "User"'],
    ["displayName sw 'Gr\"oup'", String.raw`displayName sw "Gr\"oup"`],
    ['a pr\n  and b pr', 'a pr and b pr'],
    ['(a pr)and(b pr)', 'a pr and b pr'],
    ['emails[type eq "work"].value eq "x"', 'emails[type eq "work" and value eq "x"]'],
    [
      'emails[type eq "a" or type eq "b"].value pr and c pr',
      'emails[(type eq "a" or type eq "b") and value pr] and c pr',
    ],
  ])('reads %j as %j (G17)', (text, expected) => {
    expect(withoutOffsets(parseFilter(text, { lenient: true }))).toEqual(withoutOffsets(parseFilter(expected)));
  });
  it.each([['a eq'], ['not a pr'], ['a.b.c pr'], ['a[b[c pr]]'], ['a regex b']])('still refuses %s', (text) => {
    refusal(text, { lenient: true });
  });
});

describe('hostile input', () => {
  it('ends quickly for an unterminated string of newlines (G14)', () => {
    expect(refusal(`a eq "${'\n'.repeat(200_000)}`).offset).toBe(6);
    expect(refusal(`a eq "${'\\n'.repeat(100_000)}`).offset).toBe(5);
  });
  it('caps depth (G15)', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}a pr${')'.repeat(depth)}`;
    expect(printed(nested(64))).toBe('a pr');
    expect(refusal(nested(65))).toMatchObject({ offset: 64, message: expect.stringContaining('64') });
    expect(refusal('('.repeat(100_000)).offset).toBe(64);
    expect(refusal(`${'not ('.repeat(50_000)}`).offset).toBe(64 * 5 + 4);
  });
  it('caps length (G15)', () => {
    expect(refusal(`a eq "${'x'.repeat(20_000_000)}"`).message).toContain('longer than 262144');
  });
  it('reads thousands of terms', () => {
    const filter = parseFilter(Array.from({ length: 5000 }, (_, i) => `id eq "${i}"`).join(' or '));
    expect(filter).toMatchObject({ kind: 'or', filters: { length: 5000 } });
  });
  it('never fails but with invalidFilter', () => {
    const fragments = fc.constantFrom(
      'a',
      'eq',
      'pr',
      'not',
      'and',
      'or',
      '(',
      ')',
      '[',
      ']',
      ' ',
      '"x"',
      '1',
      '.',
      ':',
      '\\',
      '"',
      '-',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fragments).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (input, lenient) => {
        try {
          parseFilter(input, { lenient });
        } catch (error) {
          expect(error).toMatchObject({ scimType: 'invalidFilter', status: 400 });
          expect(error).toHaveProperty('offset', expect.any(Number));
        }
      }),
    );
  });
});

describe('laws', () => {
  it('what is printed is read as the same tree', () => {
    fc.assert(
      fc.property(anyFilter(), (filter) => {
        expect(withoutOffsets(parseFilter(printFilter(filter)))).toEqual(withoutOffsets(filter));
      }),
    );
  });
  it('a quoted string is read as itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(literal(quoteFilterString(value))).toBe(value);
        expect(literal(`"${escapeFilterString(value)}"`)).toBe(value);
      }),
    );
  });
  it('keywords and operators are read in any case', () => {
    expect(printed('a EQ 1 AND NOT (b Pr) oR c Sw "x"')).toBe('a eq 1 and not (b pr) or c sw "x"');
  });
});
