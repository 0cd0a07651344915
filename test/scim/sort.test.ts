import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../src/scim/error.js';
import type { JsonObject } from '../../src/scim/json.js';
import { parseSchema } from '../../src/scim/schema/parse.js';
import { ResourceType, SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { compileSort, type SortOrder } from '../../src/scim/sort.js';
import { userType } from './schema/types.js';

const sorted = (resources: JsonObject[], by: string, order?: SortOrder, type = userType): (string | undefined)[] =>
  [...resources].sort(compileSort(type, by, order)).map((resource) => String(resource.id));

describe('compileSort', () => {
  test('ignores case where the schema does, in the sort key and in names', () => {
    const users = [
      { id: 'b', userName: 'bob' },
      { id: 'C', userName: 'Carol' },
      { id: 'a', userName: 'Alice' },
    ];
    expect(sorted(users, 'USERNAME')).toEqual(['a', 'b', 'C']);
    expect(sorted(users, 'userName', 'descending')).toEqual(['C', 'b', 'a']);
    expect(sorted(users, 'id')).toEqual(['C', 'a', 'b']);
  });

  test('puts resources without a value last, and first when descending', () => {
    const users: JsonObject[] = [
      { id: '1' },
      { id: '2', title: 'x' },
      { id: '3', title: null },
      { id: '4', title: 'a' },
    ];
    expect(sorted(users, 'title')).toEqual(['4', '2', '1', '3']);
    expect(sorted(users, 'title', 'descending')).toEqual(['1', '3', '2', '4']);
  });

  test('takes the primary of several values, else the first', () => {
    const users: JsonObject[] = [
      { id: '1', emails: [{ value: 'a' }, { value: 'z', primary: true }] },
      { id: '2', emails: [{ value: 'm' }, { value: 'b' }] },
    ];
    expect(sorted(users, 'emails')).toEqual(['2', '1']);
    expect(sorted(users, 'emails.value')).toEqual(['2', '1']);
  });

  test('compares instants, extension attributes and code points', () => {
    const at = (id: string, created: string): JsonObject => ({ id, meta: { created } });
    expect(
      sorted(
        [at('1', '2026-01-01T01:30:00+02:00'), at('2', '2026-01-01T00:00:00Z'), at('3', '2025-12-31T23:45:00.5Z')],
        'meta.created',
      ),
    ).toEqual(['1', '3', '2']);
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const staff: JsonObject[] = [
      { id: '1', [enterprise]: { manager: { displayName: 'Z' } } },
      { id: '2', [enterprise.toUpperCase()]: { Manager: { DISPLAYNAME: 'b' } } },
    ];
    expect(sorted(staff, `${enterprise}:manager.displayName`)).toEqual(['2', '1']);
    expect(sorted([{ id: '\u{10000}' }, { id: '\uff5e' }], 'id')).toEqual(['\uff5e', '\u{10000}']);
  });

  test('compares numbers as numbers and booleans as false before true', () => {
    const schema = parseSchema({
      id: 'urn:x:Thing',
      attributes: [
        { name: 'size', type: 'integer' },
        { name: 'on', type: 'boolean' },
      ],
    });
    const definition = {
      id: 'Thing',
      name: 'Thing',
      description: '',
      endpoint: '/Things',
      schema: schema.id,
      schemaExtensions: [],
    };
    const thing = new ResourceType(definition, schema, []);
    const things = [
      { id: '1', size: 10, on: true },
      { id: '2', size: 9, on: false },
    ];
    expect(sorted(things, 'size', 'ascending', thing)).toEqual(['2', '1']);
    expect(sorted(things, 'on', 'ascending', thing)).toEqual(['2', '1']);
  });

  test('refuses what cannot be sorted by', () => {
    for (const by of ['nope', 'name', 'name.nope', '__proto__', '']) {
      expect(() => compileSort(userType, by)).toThrow(ProtocolError);
    }
    expect(SchemaRegistry.rfc.find('User')).toBe(userType);
  });
});
