import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../src/scim/error.js';
import { parseAttributePath, parsePath, printPath } from '../../src/scim/path.js';
import { anyPatchPath, withoutOffsets } from './filter-arbitrary.js';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function refusal(text: string): { scimType: string | undefined; offset: number | undefined } {
  try {
    parsePath(text);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { scimType: error.scimType, offset: error.offset };
  }
  throw new Error(`expected a refusal of: ${text}`);
}

describe('parsePath', () => {
  it.each([
    'members',
    'name.familyName',
    'addresses[type eq "work"]',
    'members[value eq "2819c223-7f76-453a-919d-413861904646"]',
    'members[value eq "2819c223-7f76-453a-919d-413861904646"].displayName',
    'emails[type eq "work" and value ew "example.com"]',
    'roles[value eq "arn:aws:1]"].display',
    'members[value eq "x"].$ref',
    `${enterprise}:manager.value`,
    `${enterprise}:things[a eq 1].b`,
  ])('reads and prints %s (RFC 7644 Figure 8)', (text) => {
    expect(printPath(parsePath(text))).toBe(text);
  });

  it('takes a path apart', () => {
    expect(parsePath(`${enterprise}:manager.value`)).toEqual({
      attribute: { urn: enterprise, name: 'manager', sub: 'value' },
    });
    expect(parsePath('emails[type eq "work"].value')).toEqual({
      attribute: { name: 'emails' },
      filter: { kind: 'compare', path: { name: 'type' }, operator: 'eq', value: 'work', offset: 7, valueOffset: 15 },
      sub: 'value',
    });
  });

  it('takes the bare URN of an extension, with and without a name at its end', () => {
    expect(printPath(parsePath(enterprise))).toBe(enterprise);
    expect(parsePath('urn:example:extension:2.0')).toEqual({
      attribute: { urn: 'urn:example:extension:2.0', name: '' },
    });
    expect(printPath(parsePath('http://schemas.example/2006/Group'))).toBe('http://schemas.example/2006/Group');
  });

  it('takes the example of RFC 7644 §3.5.2.2 that lacks a space only when asked', () => {
    const text = 'members[value eq"2819c223-919d-413861904646"]';
    expect(refusal(text)).toEqual({ scimType: 'invalidFilter', offset: 16 });
    expect(printPath(parsePath(text, { missingSpace: true }))).toBe('members[value eq "2819c223-919d-413861904646"]');
    expect(printPath(parsePath("emails[type eq 'work']", { lenient: true }))).toBe('emails[type eq "work"]');
  });

  it.each([
    ['', 'invalidPath', 0],
    [' members', 'invalidPath', 0],
    ['members ', 'invalidPath', 7],
    ['a.b.c', 'invalidPath', 3],
    ['a.', 'invalidPath', 2],
    ['.a', 'invalidPath', 0],
    ['1a', 'invalidPath', 0],
    ['__proto__.x', 'invalidPath', 0],
    ['a/b', 'invalidPath', 1],
    ['emails[0]', 'invalidFilter', 7],
    ['emails[type eq "work"', 'invalidPath', 6],
    ['emails[type eq "work]', 'invalidFilter', 15],
    ['emails[type eq "work"]value', 'invalidPath', 22],
    ['emails[type eq "work"].value.x', 'invalidPath', 28],
    ['emails[type eq "work"].', 'invalidPath', 22],
    ['emails[type eq "work"].value[a pr]', 'invalidPath', 28],
    ['emails[type eq "work"] ', 'invalidPath', 22],
    ['emails [type eq "work"]', 'invalidPath', 6],
    ['emails[]', 'invalidFilter', 7],
    ['emails[type regex "w"]', 'invalidFilter', 12],
    ['emails[a[b eq 1]]', 'invalidFilter', 8],
    ['emails[(type pr]', 'invalidFilter', 7],
    ['name eq "x"', 'invalidPath', 4],
    ['urn:a:b..c', 'invalidPath', 8],
  ])('refuses %j with %s at %i', (text, scimType, offset) => {
    expect(refusal(text)).toEqual({ scimType, offset });
  });

  it('ends quickly for a path of dots', () => {
    expect(refusal(`a${'.'.repeat(60_000)}`).scimType).toBe('invalidPath');
    expect(refusal('a'.repeat(100_000)).scimType).toBe('invalidPath');
  });

  it('reads what it printed as the same path', () => {
    fc.assert(
      fc.property(anyPatchPath(), (path) => {
        const { filter, ...rest } = parsePath(printPath(path));
        expect(rest).toEqual({ attribute: path.attribute, ...(path.sub === undefined ? {} : { sub: path.sub }) });
        expect(filter && withoutOffsets(filter)).toEqual(path.filter);
      }),
    );
  });
});

describe('parseAttributePath', () => {
  it('reads attribute notation', () => {
    expect(parseAttributePath('userName')).toEqual({ name: 'userName' });
    expect(parseAttributePath('name.familyName')).toEqual({ name: 'name', sub: 'familyName' });
    expect(parseAttributePath(`${enterprise}:department`)).toEqual({ urn: enterprise, name: 'department' });
  });
  it('refuses a filter', () => {
    expect(() => parseAttributePath('emails[type eq "work"]')).toThrow(
      expect.objectContaining({ scimType: 'invalidPath', offset: 6 }),
    );
  });
});
