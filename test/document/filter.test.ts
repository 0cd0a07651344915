import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeFilter, type FilterContext } from '../../src/document/filter/complete.js';
import { diagnoseFilter } from '../../src/document/filter/diagnose.js';
import { scanFilter } from '../../src/document/filter/scan.js';
import { type Filter, parseFilter, printFilter } from '../../src/scim/filter/index.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { find, standard } from '../../src/vendors/index.js';
import { settle } from '../../src/vendors/profile.js';
import { anyFilter } from '../scim/filter-arbitrary.js';

const user = SchemaRegistry.rfc.find('User');
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const context: FilterContext = { resourceType: user, profile: standard, now: new Date('2026-03-05T17:00:00Z') };

function profileOf(name: string): FilterContext {
  const profile = find(name);
  if (profile === undefined) throw new Error(`no vendor ${name}`);
  return { ...context, profile: settle(profile) };
}

/** The suggestions where TEXT has "|", and the text without it. */
function at(text: string, inContext: FilterContext = context) {
  const offset = text.indexOf('|');
  const filter = text.replace('|', '');
  const suggestions = completeFilter(filter, offset, inContext);
  const labels = suggestions.map(({ label }) => label);
  const take = (label: string): string => {
    const chosen = suggestions.find((each) => each.label === label);
    if (chosen === undefined) throw new Error(`${label} is not among ${labels.join(' ')}`);
    return `${filter.slice(0, chosen.start)}${chosen.insert}${filter.slice(chosen.end)}`;
  };
  return { suggestions, labels, take };
}

describe('completion of attributes', () => {
  it('offers the type’s own attributes first, and sub-attributes and extensions too', () => {
    const { labels } = at('|');
    expect(labels.indexOf('userName')).toBeLessThan(labels.indexOf('name.familyName'));
    expect(labels).toContain(`${enterprise}:department`);
    expect(labels).toContain('meta.lastModified');
    expect(labels).toContain('not');
    expect(labels).not.toContain('password');
  });

  it('finds by any part of the name, in any case, what begins with it first', () => {
    expect(at('famil|').labels).toEqual(['name.familyName']);
    expect(at('depart|').labels).toEqual([`${enterprise}:department`]);
    expect(at('NAME|').labels[0]).toBe('name');
  });

  it('offers the core URN to who begins to write one', () => {
    expect(at('user|').labels.some((label) => label.startsWith('urn:'))).toBe(false);
    expect(at('urn:ietf:params:scim:schemas:core:2.0:User:userN|').labels).toEqual([
      'urn:ietf:params:scim:schemas:core:2.0:User:userName',
    ]);
  });

  it('replaces the word around the cursor, and nothing else', () => {
    expect(at('active eq true and us|erN or id pr').take('userName')).toBe('active eq true and userName or id pr');
    expect(at('(urn:ietf|)').take(`${enterprise}:manager.value`)).toBe(`(${enterprise}:manager.value)`);
    expect(at('displayName eq "שלום 😀" and ema|').take('emails[…]')).toBe('displayName eq "שלום 😀" and emails[');
  });

  it('offers the sub-attributes inside of brackets', () => {
    expect(at('emails[|').labels).toEqual(expect.arrayContaining(['type', 'value', 'primary']));
    expect(at('emails[|').labels).not.toContain('userName');
    expect(at('emails[type eq "work" and va|]').take('value')).toBe('emails[type eq "work" and value]');
    expect(at('emails[type eq "work"] and userN|').labels).toEqual(['userName']);
  });

  it('has nothing for a type that nothing is known of', () => {
    expect(completeFilter('us', 2, { ...context, resourceType: undefined })).toEqual([]);
  });
});

describe('completion behind an attribute', () => {
  it('offers the operators that the type of the attribute has', () => {
    expect(at('active |').labels).toEqual(['eq', 'ne', 'pr']);
    expect(at('userName |').labels[0]).toBe('eq');
    expect(at('userName s|').take('sw')).toBe('userName sw');
    expect(at('meta.created |').labels).not.toContain('co');
    expect(at('emails |').labels).toContain('co');
    expect(at('name |').labels).toEqual(['pr']);
    expect(at('whatever |').labels).toHaveLength(10);
  });

  it('offers booleans, usual values with their quotes, and dates', () => {
    expect(at('active eq |').labels).toEqual(['true', 'false']);
    expect(at('emails[type eq |').labels).toEqual(['"work"', '"home"', '"other"']);
    expect(at('emails[type eq "ho|"]').take('"home"')).toBe('emails[type eq "home"]');
    expect(at('emails.type eq ho|').take('"home"')).toBe('emails.type eq "home"');
    expect(at('emails.type eq "ho|').take('"home"')).toBe('emails.type eq "home"');
    const dates = at('meta.lastModified gt |').suggestions;
    expect(dates.map(({ label, detail }) => [label, detail])).toContainEqual(['"2026-02-26T00:00:00Z"', '7 days ago']);
    expect(at('schemas eq |').labels).toContain(`"${enterprise}"`);
  });

  it('offers and, or, and what closes the group', () => {
    expect(at('userName pr |').labels).toEqual(['and', 'or']);
    expect(at('(userName eq "a b" |').labels).toEqual([')', 'and', 'or']);
    expect(at('emails[value pr |').labels).toEqual([']', 'and', 'or']);
    expect(at('not |').labels).toEqual(['(']);
    expect(at('not (userName pr) a|').labels).toEqual(['and']);
  });
});

describe('what a service is known not to do', () => {
  it('comes last and says so', () => {
    const { suggestions, labels } = at('userName |', profileOf('aws-iam-identity-center'));
    expect(labels[0]).toBe('eq');
    expect(suggestions.find(({ label }) => label === 'co')?.detail).toMatch(/not known to support co/);
    expect(at('userName eq "a" |', profileOf('aws-iam-identity-center')).labels).toEqual(['and', 'or']);
    expect(at('userName eq "a" |', profileOf('snowflake')).suggestions[0]?.detail).toMatch(/one condition/);
  });

  it('is told of every suggestion when it has no filters at all', () => {
    const { suggestions } = at('user|', { ...context, declared: { filter: false } });
    expect(suggestions.every(({ detail }) => detail?.includes('does not support filters'))).toBe(true);
  });
});

describe('problems', () => {
  const told = (filter: string, inContext = context) =>
    diagnoseFilter(filter, inContext).map(({ start, end, severity, message }) => ({
      at: filter.slice(start, end),
      severity,
      message,
    }));

  it('has none with good filters', () => {
    for (const filter of [
      '',
      '  ',
      'userName eq "bjensen"',
      'emails[type eq "work" and value co "@example.com"] or active eq true',
      `${enterprise}:manager.value eq "26"`,
      'meta.lastModified gt "2011-05-13T04:42:34Z" and not (title pr)',
      'phoneNumbers co "5"',
      'schemas eq "urn:x"',
      'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
    ]) {
      expect(told(filter)).toEqual([]);
    }
  });

  it('shows where the syntax breaks, behind wide characters too', () => {
    expect(told('displayName eq "😀 שלום" nad active eq true')).toMatchObject([{ at: 'nad', severity: 'error' }]);
    expect(told('userName xx "a"')).toMatchObject([{ at: 'xx', severity: 'error' }]);
    expect(told('userName eq')).toMatchObject([{ at: '', message: expect.stringMatching(/value/) }]);
    expect(told('userName eq bjensen')).toMatchObject([{ at: 'bjensen', severity: 'error' }]);
    expect(told('(userName pr')).toMatchObject([{ at: '(' }]);
    expect(told('userName eq "a')[0]?.message).not.toMatch(/at character/);
  });

  it('names unknown attributes with what was meant', () => {
    expect(told('usrName eq "a"')).toMatchObject([{ at: 'usrName', message: expect.stringMatching(/userName/) }]);
    expect(told('emails[tpye eq "work"]')).toMatchObject([{ at: 'tpye', message: expect.stringMatching(/type\?/) }]);
    expect(told('usrName xx "a"').map(({ at: where }) => where)).toEqual(['usrName', 'xx']);
  });

  it('compares operators and values with the type', () => {
    expect(told('active gt true')).toMatchObject([{ at: 'gt', severity: 'error' }]);
    expect(told('active eq "true"')).toMatchObject([{ at: '"true"', severity: 'warning' }]);
    expect(told('userName eq 5')).toMatchObject([{ at: '5' }]);
    expect(told('meta.created gt "yesterday"')).toMatchObject([{ at: '"yesterday"' }]);
  });

  it('warns of what the service is not known to do', () => {
    const aws = profileOf('aws-iam-identity-center');
    expect(told('userName co "a" or displayName eq "b"', aws)).toMatchObject([
      { at: 'co' },
      { at: 'or' },
      { at: 'displayName' },
    ]);
    expect(told('userName eq "a"', { ...context, declared: { filter: false } })).toMatchObject([
      { severity: 'warning', message: expect.stringMatching(/does not support filters/) },
    ]);
    const counting = { ...context, profile: { filter: { ...standard.filter, maxNodes: 2 } } };
    expect(told('id pr or id pr or title pr', counting)).toMatchObject([{ at: 'pr' }]);
  });
});

describe('laws', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          'userName',
          ' ',
          'eq',
          '"a',
          '"',
          '(',
          ')',
          '[',
          ']',
          'not',
          'and',
          '\\',
          'emails',
          '.value',
          '😀',
        ),
      )
      .map((parts) => parts.join('')),
    anyFilter().map(printFilter),
  );

  it('no text makes them throw, and every place lies inside of it', () => {
    fc.assert(
      fc.property(anyText, fc.nat(60), (filter, offset) => {
        for (const { start, end } of completeFilter(filter, offset, context)) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(filter.length);
          expect(start).toBeLessThanOrEqual(Math.min(offset, filter.length));
        }
        for (const { start, end } of diagnoseFilter(filter, context)) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(filter.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('there is an error of syntax exactly when the filter cannot be read', () => {
    const bare = { ...context, resourceType: undefined };
    fc.assert(
      fc.property(anyText, (filter) => {
        fc.pre(filter.trim() !== '');
        const isRefused = diagnoseFilter(filter, bare).some(({ severity }) => severity === 'error');
        expect(isRefused).toBe(refuses(filter));
      }),
    );
  });

  it('finds the attributes that the grammar finds', () => {
    fc.assert(
      fc.property(anyFilter(), (filter) => {
        const { words, state } = scanFilter(printFilter(filter));
        expect(words.filter(({ role }) => role === 'attribute').map(({ start }) => start)).toEqual(
          attributePlaces(parseFilter(printFilter(filter))),
        );
        expect(words.some(({ role }) => role === 'stray')).toBe(false);
        expect(state.closing).toBeUndefined();
      }),
    );
  });

  it('what is chosen word by word is a filter that is right', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 3, maxLength: 30 }), (choices) => {
        let filter = '';
        for (const choice of choices) {
          const all = completeFilter(filter, filter.length, context).filter(({ label }) => label !== 'not');
          const chosen = all[choice % Math.max(1, all.length)];
          const next = chosen === undefined ? '"x"' : chosen.insert;
          filter += next.endsWith('[') ? next : `${next} `;
        }
        const errors = diagnoseFilter(filter, context).filter(({ start, severity }) => {
          return severity === 'error' && start < filter.trimEnd().length;
        });
        // A group that is not closed yet is told at its beginning.
        expect(errors.filter(({ message }) => !/never closed/.test(message))).toEqual([]);
      }),
    );
  });
});

function refuses(filter: string): boolean {
  try {
    parseFilter(filter);
    return false;
  } catch {
    return true;
  }
}

function attributePlaces(filter: Filter): number[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap(attributePlaces);
    case 'not':
      return attributePlaces(filter.filter);
    case 'valuePath':
      return [filter.offset, ...attributePlaces(filter.filter)];
    default:
      return [filter.offset];
  }
}
