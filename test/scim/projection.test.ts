import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../src/scim/error.js';
import type { JsonObject } from '../../src/scim/json.js';
import { JsonText } from '../../src/scim/json-text.js';
import { compileProjection } from '../../src/scim/projection.js';
import { parseSchema } from '../../src/scim/schema/parse.js';
import { ResourceType } from '../../src/scim/schema/resource-type.js';
import { userType } from './schema/types.js';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const user: JsonObject = {
  schemas: [core, enterprise],
  id: '1',
  userName: 'b',
  password: 'secret',
  name: { givenName: 'B', familyName: 'J' },
  emails: [{ value: 'a@b', type: 'work' }, { value: 'c@d' }],
  vendorThing: 1,
  [enterprise]: { department: 'X', manager: { value: '2', displayName: 'M' } },
  meta: { location: '/Users/1', version: 'W/"1"' },
};

const project = (attributes: string[], excludedAttributes: string[] = []): JsonObject =>
  compileProjection(userType, { attributes, excludedAttributes })(user);

describe('compileProjection', () => {
  test('by default returns everything but what is never returned', () => {
    const { password, ...rest } = user;
    expect(password).toBeDefined();
    expect(project([])).toEqual(rest);
    expect(compileProjection(userType)({ PassWord: 'x', id: '1' })).toEqual({ id: '1' });
  });

  test('attributes= returns what is named, and schemas and id always', () => {
    const always = { schemas: user.schemas, id: '1' };
    expect(project(['USERNAME'])).toEqual({ ...always, userName: 'b' });
    expect(project(['name.familyName'])).toEqual({ ...always, name: { familyName: 'J' } });
    expect(project(['name'])).toEqual({ ...always, name: user.name });
    expect(project(['name', 'name.familyName'])).toEqual({ ...always, name: user.name });
    expect(project(['emails.type'])).toEqual({ ...always, emails: [{ type: 'work' }, {}] });
    expect(project([`${core}:userName`])).toEqual({ ...always, userName: 'b' });
    expect(project([`${enterprise}:department`])).toEqual({ ...always, [enterprise]: { department: 'X' } });
    expect(project([`${enterprise}:manager.value`])).toEqual({ ...always, [enterprise]: { manager: { value: '2' } } });
    expect(project([enterprise])).toEqual({ ...always, [enterprise]: user[enterprise] });
    expect(project(['vendorthing'])).toEqual({ ...always, vendorThing: 1 });
    expect(project(['password', 'nope'])).toEqual(always);
  });

  test('excludedAttributes= leaves out what is named, except what is always returned', () => {
    expect(Object.keys(project([], ['emails', 'id', 'schemas', 'meta.version', enterprise]))).toEqual([
      'schemas',
      'id',
      'userName',
      'name',
      'vendorThing',
      'meta',
    ]);
    expect(project([], ['meta.version', `${enterprise}:manager`])).toMatchObject({
      meta: { location: '/Users/1' },
      [enterprise]: { department: 'X' },
    });
    expect(project([], ['meta.version']).meta).toEqual({ location: '/Users/1' });
  });

  test('returns attributes on request when they are named or were sent', () => {
    const schema = parseSchema({
      id: 'urn:x:Thing',
      attributes: [{ name: 'photo', returned: 'request' }, { name: 'title' }],
    });
    const type = new ResourceType(
      { id: 'T', name: 'T', description: '', endpoint: '/T', schema: schema.id, schemaExtensions: [] },
      schema,
      [],
    );
    const thing = { id: '1', photo: 'p', title: 't' };
    expect(compileProjection(type)(thing)).toEqual({ id: '1', title: 't' });
    expect(compileProjection(type, { attributes: ['photo'] })(thing)).toEqual({ id: '1', photo: 'p' });
    expect(compileProjection(type, {}, { requested: new Set(['PHOTO']) })(thing)).toEqual(thing);
    expect(compileProjection(type, { excludedAttributes: ['title'] })(thing)).toEqual({ id: '1' });
  });

  test('does not mutate the resource and keeps __proto__ an ordinary member', () => {
    const hostile = JsonText.parse('{"id":"1","__proto__":{"admin":true}}').value;
    const result = compileProjection(userType)(hostile as JsonObject);
    expect(Object.keys(result)).toEqual(['id', '__proto__']);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    const before = JSON.stringify(user);
    project(['name.familyName']);
    expect(JSON.stringify(user)).toBe(before);
  });

  test('refuses both parameters at once', () => {
    expect(() => project(['id'], ['name'])).toThrow(ProtocolError);
  });
});
