import { describe, expect, it } from 'vitest';
import { diffToPatch, type PatchDialect, standardDialect } from '../../src/scim/diff/index.js';
import { ProtocolError } from '../../src/scim/error.js';
import type { JsonObject } from '../../src/scim/json.js';
import { defineAttribute } from '../../src/scim/schema/common.js';
import { ResourceType, SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { enterprise, groupType, userType } from './patch-fixtures.js';

const user: JsonObject = {
  schemas: [userType.core.id, enterprise],
  id: '2819c223',
  userName: 'bjensen',
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  active: true,
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  addresses: [{ type: 'work', locality: 'Hollywood', country: 'US' }],
  [enterprise]: { department: 'Tours', manager: { value: '26118915', displayName: 'John Smith' } },
};

const members = (...ids: string[]) => ids.map((value) => ({ value, type: 'User', $ref: `../Users/${value}` }));
const group = (...ids: string[]): JsonObject => ({ displayName: 'Tour Guides', members: members(...ids) });

const userDiff = (changes: JsonObject, dialect: Partial<PatchDialect> = {}) =>
  diffToPatch(userType, user, { ...user, ...changes }, { ...standardDialect, ...dialect });
const groupDiff = (before: JsonObject, after: JsonObject, dialect: Partial<PatchDialect> = {}) =>
  diffToPatch(groupType, before, after, { ...standardDialect, ...dialect });

describe('a minimal list of operations', () => {
  it('names single attributes and sub-attributes', () => {
    const name = { givenName: 'Babs', middleName: 'Jane' };
    expect(userDiff({ userName: 'babs', name, title: 'Guide', active: null })).toEqual([
      [
        { op: 'replace', path: 'userName', value: 'babs' },
        { op: 'replace', path: 'name.givenName', value: 'Babs' },
        { op: 'add', path: 'name.middleName', value: 'Jane' },
        { op: 'remove', path: 'name.familyName' },
        { op: 'add', path: 'title', value: 'Guide' },
        { op: 'remove', path: 'active' },
      ],
    ]);
  });

  it('gives a complex value that was not there as a whole and takes one away as a whole', () => {
    const before = { userName: 'x', [enterprise]: { manager: { value: '1', displayName: 'J' } } };
    const after = { userName: 'x', name: { givenName: 'A', familyName: 'B' } };
    expect(diffToPatch(userType, before, after)).toEqual([
      [
        { op: 'add', path: 'name', value: { givenName: 'A', familyName: 'B' } },
        { op: 'remove', path: `${enterprise}:manager` },
      ],
    ]);
  });

  it('names extensions by their URN and passes over what is read-only', () => {
    const container = { department: 'Sales', manager: { value: '26118915', displayName: 'Another' } };
    expect(userDiff({ id: 'other', groups: [{ value: 'g1' }], [enterprise]: container })).toEqual([
      [{ op: 'replace', path: `${enterprise}:department`, value: 'Sales' }],
    ]);
  });

  it('selects a value by its type where that is enough', () => {
    const emails = [
      { value: 'new@example.com', type: 'work', primary: true },
      ...[user.emails].flat().slice(1),
    ] as JsonObject[];
    expect(userDiff({ emails })).toEqual([
      [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'new@example.com' }],
    ]);
    expect(userDiff({ addresses: [{ type: 'work', locality: 'Oslo', country: 'US' }] })).toEqual([
      [{ op: 'replace', path: 'addresses[type eq "work"].locality', value: 'Oslo' }],
    ]);
  });

  it('removes a value by what it is', () => {
    expect(userDiff({ emails: [{ value: 'bjensen@example.com', type: 'work', primary: true }] })).toEqual([
      [{ op: 'remove', path: 'emails[value eq "babs@jensen.org"]' }],
    ]);
  });

  it('lets the server demote the value that was primary', () => {
    const emails = [
      { value: 'bjensen@example.com', type: 'work' },
      { value: 'babs@jensen.org', type: 'home', primary: true },
    ];
    expect(userDiff({ emails })).toEqual([[{ op: 'add', path: 'emails[type eq "home"].primary', value: true }]]);
    expect(userDiff({ emails: [emails[0] ?? {}, { value: 'babs@jensen.org', type: 'home' }] })).toEqual([
      [{ op: 'replace', path: 'emails[type eq "work"].primary', value: false }],
    ]);
  });

  it('replaces a list of which nothing stays, or whose values no filter tells apart', () => {
    const twins = [{ locality: 'A' }, { locality: 'B' }];
    expect(userDiff({ emails: [{ value: 'z@example.com' }] })).toEqual([
      [{ op: 'replace', path: 'emails', value: [{ value: 'z@example.com' }] }],
    ]);
    expect(diffToPatch(userType, { addresses: twins }, { addresses: [{ locality: 'B' }] })).toEqual([
      [{ op: 'replace', path: 'addresses', value: [{ locality: 'B' }] }],
    ]);
  });

  it('takes two notations of one instant, another order, and null and [] for no difference', () => {
    const emails = [...[user.emails].flat()].reverse() as JsonObject[];
    expect(userDiff({ emails, title: null, roles: [] })).toEqual([]);
  });

  it('does not take back a password that it could not see', () => {
    expect(diffToPatch(userType, { userName: 'x', password: 's' }, { userName: 'x' })).toEqual([]);
    expect(diffToPatch(userType, { userName: 'x' }, { userName: 'x', password: 's' })).toEqual([
      [{ op: 'add', path: 'password', value: 's' }],
    ]);
  });
});

describe('members', () => {
  it('are removed and added by id', () => {
    expect(groupDiff(group('a', 'b'), group('b', 'c'))).toEqual([
      [
        { op: 'remove', path: 'members[value eq "a"]' },
        { op: 'add', path: 'members', value: members('c') },
      ],
    ]);
  });

  it('that stay are not compared by what follows from their id', () => {
    const plain = { displayName: 'Tour Guides', members: [{ value: 'a' }, { value: 'b', display: 'Bea' }] };
    expect(groupDiff(group('a', 'b'), plain)).toEqual([]);
    expect(groupDiff(plain, group('a', 'b'))).toEqual([]);
  });

  it('whose type changes go and come again, since it is immutable', () => {
    const after = { displayName: 'Tour Guides', members: [{ value: 'a', type: 'Group' }, ...members('b')] };
    expect(groupDiff(group('a', 'b'), after)).toEqual([
      [
        { op: 'remove', path: 'members[value eq "a"]' },
        { op: 'add', path: 'members', value: [{ value: 'a', type: 'Group' }] },
      ],
    ]);
  });

  it('are replaced as a whole only where none stays and the service permits it', () => {
    expect(groupDiff(group('a'), group('b'))).toEqual([[{ op: 'replace', path: 'members', value: members('b') }]]);
    expect(groupDiff(group('a'), { displayName: 'Tour Guides' })).toEqual([[{ op: 'remove', path: 'members' }]]);
    expect(groupDiff(group('a'), group('b'), { replaceAllMembers: 'forbidden' })[0]).toHaveLength(2);
  });

  it('come in chunks', () => {
    const entra: Partial<PatchDialect> = { maxMembersAdd: 2, maxMembersRemove: 1, mixMemberOps: false };
    const after = { ...group('c', 'd', 'e', 'f'), displayName: 'Guides' };
    expect(groupDiff(group('a', 'b', 'c'), after, entra)).toEqual([
      [{ op: 'replace', path: 'displayName', value: 'Guides' }],
      [{ op: 'remove', path: 'members[value eq "a"]' }],
      [{ op: 'remove', path: 'members[value eq "b"]' }],
      [{ op: 'add', path: 'members', value: members('d', 'e') }],
      [{ op: 'add', path: 'members', value: members('f') }],
    ]);
  });

  it('added and removed in one request together keep to the smaller limit', () => {
    const aws: Partial<PatchDialect> = { maxMembersAdd: 3, maxMembersRemove: 3, replaceAllMembers: 'forbidden' };
    expect(groupDiff(group('a', 'b', 'x'), group('x', 'c', 'd', 'e'), aws)).toEqual([
      [
        { op: 'remove', path: 'members[value eq "a"]' },
        { op: 'remove', path: 'members[value eq "b"]' },
        { op: 'add', path: 'members', value: members('c') },
      ],
      [{ op: 'add', path: 'members', value: members('d', 'e') }],
    ]);
  });

  it('are removed by a value array where the service reads it so', () => {
    expect(groupDiff(group('a', 'b', 'c'), group('c'), { removeMember: 'valueArray' })).toEqual([
      [{ op: 'remove', path: 'members', value: [{ value: 'a' }, { value: 'b' }] }],
    ]);
  });

  it('of very large groups are compared without comparing each with each', () => {
    const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => `u${from + i}`);
    const [operations] = groupDiff(group(...range(0, 50_000)), group(...range(100, 50_000).reverse()));
    expect(operations).toHaveLength(101);
  });

  it('without an id are refused', () => {
    expect(() => groupDiff(group('a'), { displayName: 'G', members: [{ display: 'B' }] })).toThrow(/needs its id/);
  });
});

describe('dialects', () => {
  const changes = {
    name: { givenName: 'Babs' },
    active: false,
    roles: [{ value: 'admin', primary: true }],
    [enterprise]: { department: 'Sales', manager: { value: '2' } },
    addresses: [{ type: 'work', locality: 'Oslo', country: 'US' }],
  };

  it('without paths put nested values into one operation', () => {
    expect(userDiff(changes, { paths: 'nested', booleans: 'true' })).toEqual([
      [
        {
          op: 'replace',
          value: {
            name: { givenName: 'Babs' },
            active: 'false',
            [enterprise]: { department: 'Sales', manager: { value: '2' } },
          },
        },
        { op: 'remove', path: 'name.familyName' },
        { op: 'replace', path: 'addresses[type eq "work"].locality', value: 'Oslo' },
        { op: 'add', value: { roles: [{ value: 'admin', primary: 'true' }] } },
      ],
    ]);
  });

  it('without paths write them as dotted names', () => {
    expect(userDiff(changes, { paths: 'dotted', booleans: 'True' })[0]?.[0]).toEqual({
      op: 'replace',
      value: {
        'name.givenName': 'Babs',
        active: 'False',
        [`${enterprise}:department`]: 'Sales',
        [`${enterprise}:manager.value`]: '2',
      },
    });
  });
});

describe('what cannot be', () => {
  const immutable = { mutability: 'immutable' as const };
  const schema = {
    id: 'urn:example:Badge',
    name: 'Badge',
    description: '',
    attributes: [
      defineAttribute('number', 'string', { ...immutable, caseExact: true }),
      defineAttribute('label', 'string', { required: true }),
      defineAttribute('doors', 'string', { multiValued: true, ...immutable }),
      defineAttribute('issued', 'dateTime'),
      defineAttribute('owner', 'complex', {
        subAttributes: [defineAttribute('value', 'string', immutable), defineAttribute('note', 'string')],
      }),
    ],
  };
  const definition = { id: 'Badge', name: 'Badge', description: '', endpoint: '/Badges', schema: schema.id };
  const badge = new ResourceType({ ...definition, schemaExtensions: [] }, schema, []);
  const before: JsonObject = {
    number: '1',
    label: 'L',
    doors: ['a', 'b'],
    issued: '2011-05-13T04:42:34Z',
    owner: { value: 'x', note: 'n' },
  };

  const refusal = (changes: JsonObject, type = badge, state = before) => {
    try {
      return diffToPatch(type, state, { ...state, ...changes });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return `${error.scimType}: ${error.message}`;
    }
  };

  it.each([
    [{ number: '2' }, /^mutability: number is immutable/],
    [{ number: null }, /^mutability: number is immutable/],
    [{ label: null }, /^mutability: label is required/],
    [{ doors: ['a'] }, /^mutability: doors is immutable/],
    [{ owner: { value: 'y' } }, /^mutability: owner.value is immutable/],
    [{ colour: 'red' }, /^invalidValue: "colour" is not an attribute of Badge/],
    [{ label: 7 }, /^invalidValue: The value of label is a string/],
  ])('%j is refused', (changes: JsonObject, message) => {
    expect(refusal(changes)).toMatch(message);
  });

  it('two primary values are refused', () => {
    const emails = [
      { value: 'a@x', primary: true },
      { value: 'b@x', primary: true },
    ];
    expect(refusal({ emails }, userType, user)).toMatch(/^invalidValue: Only one value of emails/);
  });

  it('an immutable attribute without a value takes one', () => {
    expect(diffToPatch(badge, { label: 'L' }, { label: 'L', number: '1', doors: ['a'] })).toEqual([
      [
        { op: 'add', path: 'number', value: '1' },
        { op: 'add', path: 'doors', value: ['a'] },
      ],
    ]);
  });

  it('the same values in other words are no change', () => {
    expect(refusal({ doors: ['b', 'a'], issued: '2011-05-13T06:42:34.000+02:00' })).toEqual([]);
  });

  it('attributes of a schema that the server never described are compared as a whole', () => {
    const definitions = { ...definition, schema: 'urn:example:Unknown', schemaExtensions: [] };
    const type = new SchemaRegistry([], [definitions]).find('Badge');
    if (type === undefined) throw new Error('Badge is a resource type');
    expect(diffToPatch(type, { a: 1, b: [1], c: 'x' }, { a: 2, b: [1], d: {} })).toEqual([
      [
        { op: 'replace', path: 'a', value: 2 },
        { op: 'add', path: 'd', value: {} },
        { op: 'remove', path: 'c' },
      ],
    ]);
  });
});
