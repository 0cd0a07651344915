import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, renderCell } from '../../src/document/table/cell.js';
import { columnChoices, defaultColumns } from '../../src/document/table/choices.js';
import { columnOf, rowText, widthsOf } from '../../src/document/table/column.js';
import { resourceTexts } from '../../src/document/table/slices.js';
import { displayWidth } from '../../src/document/table/width.js';
import type { JsonObject } from '../../src/scim/json.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';

const registry = SchemaRegistry.rfc;
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function typeOf(name: string) {
  const type = registry.find(name);
  if (type === undefined) throw new Error(name);
  return type;
}

const user = typeOf('User');

const resource: JsonObject = {
  id: '2819',
  userName: 'bjensen',
  active: false,
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  emails: [
    { value: 'home@example.org', type: 'home' },
    { value: 'work@example.org', type: 'work', primary: true },
  ],
  [enterprise]: { department: 'Tour Operations', manager: { value: '26', displayName: 'John' } },
  meta: { lastModified: '2011-05-13T04:42:34.123Z', created: '2010-01-23T04:56:22+02:00' },
  undeclared: 'there nevertheless',
};

/** The cell of RESOURCE in the column PATH. */
function cell(path: string, of: JsonObject = resource, type = user): string {
  return rowText([columnOf(type, path)], of);
}

describe('columns', () => {
  it('read attributes, sub-attributes, extensions, and values by a filter', () => {
    expect(cell('userName')).toBe('bjensen');
    expect(cell('USERNAME')).toBe('bjensen');
    expect(cell('name.familyName')).toBe('Jensen');
    expect(cell('name')).toBe('Barbara Jensen');
    expect(cell(`${enterprise}:department`)).toBe('Tour Operations');
    expect(cell(`${enterprise}:manager`)).toBe('John');
    expect(cell('urn:ietf:params:scim:schemas:core:2.0:User:userName')).toBe('bjensen');
    expect(cell('emails[type eq "home"].value')).toBe('home@example.org');
    expect(cell('emails.value')).toBe('home@example.org, work@example.org');
    expect(cell('undeclared')).toBe('there nevertheless');
    expect(cell('title')).toBe('');
  });

  it('show the primary value and how many more, and count references', () => {
    expect(cell('emails')).toBe('work@example.org +1');
    expect(cell('members', { members: [{ value: '1' }, { value: '2' }] }, typeOf('Group'))).toBe('2');
  });

  it('show booleans by sign and word, and times to the minute', () => {
    expect(cell('active')).toBe('✗ inactive');
    expect(cell('meta.lastModified')).toBe('2011-05-13 04:42');
    expect(cell('meta.created')).toBe('2010-01-23 04:56+02:00');
  });

  it('say what they are sorted by, and what is asked of the server for them', () => {
    const told = (path: string) => {
      const { sortBy, asked } = columnOf(user, path);
      return [sortBy, asked];
    };
    expect(told('name.familyName')).toEqual(['name.familyName', 'name']);
    expect(told('emails')).toEqual(['emails.value', 'emails']);
    expect(told('emails[type eq "work"]')).toEqual([undefined, 'emails']);
    expect(told(`${enterprise}:department`)).toEqual([`${enterprise}:department`, `${enterprise}:department`]);
    expect(columnOf(typeOf('Group'), 'members').sortBy).toBeUndefined();
    expect(columnOf(user, `${enterprise}:department`).heading).toBe('department');
  });

  it('refuse what is no attribute, and say what would be', () => {
    expect(() => columnOf(user, 'a b')).toThrow(/"a b" cannot be a column/);
  });

  it('are few by default, and never make a list of groups carry its members', () => {
    expect(defaultColumns(user)).toEqual(['userName', 'displayName', 'active', 'emails', 'title', 'id']);
    expect(defaultColumns(typeOf('Group'))).not.toContain('members');
    const paths = columnChoices(user).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['name.familyName', `${enterprise}:manager.value`, 'meta.created']));
    expect(paths).not.toContain('password');
  });

  it('are as wide as what stands in them, up to a limit', () => {
    const columns = [columnOf(user, 'userName'), columnOf(user, 'displayName')];
    expect(widthsOf(columns, ['ab\t鈴木 花子', 'abcdefg\tx'])).toEqual([7, 9]);
    expect(widthsOf(columns, [`${'x'.repeat(200)}\t`])).toEqual([40, 4]);
  });
});

describe('cells', () => {
  it('cannot break their row nor turn their neighbours around', () => {
    expect(cellText('a\tb\r\nc\u2028d\u0000e\u0085f')).toBe('a b c d e f');
    expect(cellText('evil\u202Egnp.exe\u2066')).toBe('evil\ufffdgnp.exe\ufffd');
    expect(cellText('שלום \u200f!')).toBe('שלום \u200f!');
    expect(cellText(`${'😀'.repeat(200)}`)).toMatch(/^(?:😀)+…$/u);
    expect(cellText('half \ud800')).toBe('half \ufffd');
  });

  it('have no character that would, whatever the value is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = JSON.parse(JSON.stringify(value));
        const text = renderCell(parsed, undefined);
        expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(text.length).toBeLessThanOrEqual(256);
      }),
    );
  });

  it('have the width that a terminal gives them', () => {
    expect(['abc', 'שלום', '鈴木', '😀', 'é', 'e\u0301', '박', ''].map(displayWidth)).toEqual([3, 4, 4, 2, 1, 1, 2, 0]);
  });
});

describe('texts of resources', () => {
  it('are as the server wrote them', () => {
    const page =
      '{ "totalResults": 2, "Resources": [ {"id":"1","n":12345678901234567890, "b":1.0}, {"x":"]},[\\"","id":"2"} ] }';
    expect(resourceTexts(page)).toEqual(['{"id":"1","n":12345678901234567890, "b":1.0}', '{"x":"]},[\\"","id":"2"}']);
    expect(resourceTexts('{"Resources":[]}')).toEqual([]);
    expect(resourceTexts('{"totalResults":0}')).toEqual([]);
  });

  it('are the elements of the list, however it is written', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), fc.nat(3), (resources, indent) => {
        const list = JSON.parse(JSON.stringify(resources));
        const text = JSON.stringify({ schemas: ['x'], Resources: list, totalResults: 1 }, undefined, indent);
        expect(resourceTexts(text).map((each) => JSON.parse(each))).toEqual(list);
      }),
    );
  });
});
