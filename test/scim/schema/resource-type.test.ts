import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/scim/json.js';
import { parseResourceType, parseSchema } from '../../../src/scim/schema/parse.js';
import { attributeKey, getAttribute, SchemaRegistry } from '../../../src/scim/schema/resource-type.js';
import { rfcSchemas } from '../../../src/scim/schema/rfc7643.js';
import { urn } from '../../../src/scim/urn.js';
import { groupType, userType } from './types.js';

describe('lookup and resolve', () => {
  test.each([
    ['USERNAME', 'userName'],
    ['name.FamilyName', 'name.familyName'],
    ['id', 'id'],
    ['meta.lastmodified', 'meta.lastModified'],
    [`${urn.user}:userName`, 'userName'],
    [`${urn.user.toUpperCase()}:emails.VALUE`, 'emails.value'],
    [`${urn.enterpriseUser.toLowerCase()}:manager.displayName`, `${urn.enterpriseUser}:manager.displayName`],
    [urn.enterpriseUser, urn.enterpriseUser],
    ['emails.$ref', 'emails.$ref'],
  ])('%s is %s', (text, canonicalPath) => {
    expect(userType.lookup(text)?.canonicalPath).toBe(canonicalPath);
  });

  test.each([
    'nope',
    'name.nope',
    'userName.x',
    'department',
    urn.user,
    `${urn.enterpriseUser}:nope`,
    '__proto__',
    'constructor',
    '',
  ])('%s is nothing', (text) => {
    expect(userType.lookup(text)).toBeUndefined();
  });

  test('a bare extension URN is understood however it was split', () => {
    const whole = {
      extension: urn.enterpriseUser,
      attribute: undefined,
      sub: undefined,
      canonicalPath: urn.enterpriseUser,
    };
    expect(userType.resolve({ urn: urn.enterpriseUser, name: '' })).toEqual(whole);
    expect(userType.resolve({ name: urn.enterpriseUser })).toEqual(whole);
    expect(userType.resolve({ urn: urn.enterpriseUser.replace(/:User$/, ''), name: 'User' })).toEqual(whole);
    const odd = parseSchema({ id: 'urn:x:ext:2.0', attributes: [{ name: 'a' }] });
    const registry = new SchemaRegistry(
      [odd],
      [
        parseResourceType({
          name: 'User',
          endpoint: '/Users',
          schema: urn.user,
          schemaExtensions: [{ schema: odd.id }],
        }),
      ],
    );
    const type = registry.find('User');
    expect(type?.resolve({ urn: 'urn:x:ext', name: '2', sub: '0' })?.canonicalPath).toBe(odd.id);
    expect(type?.lookup('urn:x:ext:2.0:a')?.canonicalPath).toBe('urn:x:ext:2.0:a');
  });

  test('an attribute knows where it lives', () => {
    const resolved = userType.resolve({ urn: urn.enterpriseUser, name: 'manager', sub: 'value' });
    expect(resolved).toMatchObject({
      extension: urn.enterpriseUser,
      attribute: { name: 'manager' },
      sub: { name: 'value' },
    });
    expect(groupType.resolve({ urn: urn.user, name: 'userName' })).toBeUndefined();
  });
});

describe('SchemaRegistry', () => {
  test.each(['User', 'user', 'Users', '/Users', '/Users/2819', 'users', '/Users?filter=x', 'Users/2819#x'])(
    '%s is User',
    (name) => {
      expect(SchemaRegistry.rfc.find(name)).toBe(userType);
    },
  );

  test.each(['', '/', 'Userss', '/UsersX', '/v2/Users', '__proto__'])('%s is nothing', (name) => {
    expect(SchemaRegistry.rfc.find(name)).toBeUndefined();
  });

  test('prefers exact endpoints', () => {
    const type = (name: string, endpoint: string) => parseResourceType({ name, endpoint, schema: urn.user });
    const registry = new SchemaRegistry(rfcSchemas, [type('A', '/users'), type('B', '/Users')]);
    expect(registry.find('/Users')?.name).toBe('B');
    expect(registry.find('/users/1')?.name).toBe('A');
    expect(registry.find('/USERS')?.name).toBe('A');
  });

  test('does with schemas that a server does not publish', () => {
    const registry = new SchemaRegistry(
      [],
      [
        parseResourceType({
          name: 'User',
          endpoint: '/Users',
          schema: urn.user.toLowerCase(),
          schemaExtensions: [{ schema: 'urn:x:y' }],
        }),
        parseResourceType({ name: 'Device', endpoint: '/Devices', schema: 'urn:x:Device' }),
      ],
    );
    expect(registry.find('User')?.core.id).toBe(urn.user);
    expect(registry.find('User')?.extension('URN:X:Y')?.schema.attributes).toEqual([]);
    expect(registry.find('Device')?.attributes.map(({ name }) => name)).toEqual([
      'schemas',
      'id',
      'externalId',
      'meta',
    ]);
    expect(registry.schema(urn.group)?.name).toBe('Group');
  });

  test('what the standard fixes about common attributes wins over a schema', () => {
    const schema = parseSchema({
      id: 'urn:x:T',
      attributes: [
        { name: 'ID', required: true },
        { name: 'externalId', required: true },
      ],
    });
    const type = new SchemaRegistry(
      [schema],
      [parseResourceType({ name: 'T', endpoint: '/T', schema: schema.id })],
    ).find('T');
    expect(type?.attribute('id')).toMatchObject({ name: 'id', mutability: 'readOnly' });
    expect(type?.attribute('externalid')?.required).toBe(true);
    expect(type?.attributes.filter(({ name }) => name.toLowerCase() === 'externalid')).toHaveLength(1);
  });
});

test('getAttribute minds no case, prefers the exact name and sees own members only', () => {
  const object: JsonObject = { USERNAME: 'upper', userName: 'exact', Title: 't' };
  expect(getAttribute(object, 'userName')).toBe('exact');
  expect(getAttribute(object, 'title')).toBe('t');
  expect(attributeKey(object, 'TITLE')).toBe('Title');
  for (const name of ['nope', '__proto__', 'constructor', 'toString'])
    expect(getAttribute(object, name)).toBeUndefined();
});
