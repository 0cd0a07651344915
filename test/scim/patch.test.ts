import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../src/scim/error.js';
import type { JsonObject, JsonValue } from '../../src/scim/json.js';
import { applyPatch, type PatchOperation, parsePatchRequest } from '../../src/scim/patch/index.js';
import { deepFreeze, enterprise, groupType, userType } from './patch-fixtures.js';

const user = (): JsonObject =>
  deepFreeze({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    id: '2819c223',
    userName: 'bjensen@example.com',
    name: { familyName: 'Jensen', givenName: 'Barbara' },
    title: 'Tour Guide',
    active: true,
    emails: [
      { value: 'bjensen@example.com', type: 'work', primary: true },
      { value: 'babs@jensen.org', type: 'home' },
    ],
    meta: { resourceType: 'User', version: 'W/"1"' },
  });

const staff = (): JsonObject =>
  deepFreeze({
    ...user(),
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    [enterprise]: { department: 'Tours', manager: { value: '26118915', displayName: 'John Smith' } },
  });

const group = (): JsonObject =>
  deepFreeze({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    id: 'e9e30dba',
    displayName: 'Tour Guides',
    members: [
      { value: '2819c223', $ref: 'https://example.com/v2/Users/2819c223', type: 'User', display: 'Babs Jensen' },
      { value: '902c246b', type: 'User' },
    ],
  });

/** The part of the resource that changed, after one operation. */
function patch(resource: JsonObject, ...operations: PatchOperation[]) {
  return applyPatch('userName' in resource ? userType : groupType, resource, operations);
}

function refused(resource: JsonObject, ...operations: PatchOperation[]): string | undefined {
  try {
    patch(resource, ...operations);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    expect(error.status).toBe(400);
    return error.scimType;
  }
  throw new Error('expected a refusal');
}

type Case = [operation: PatchOperation, expected: JsonObject];

/** EXPECTED lists the members that differ; null for one that is gone. */
function check(resource: JsonObject, operation: PatchOperation, expected: JsonObject): void {
  const outcome = patch(resource, operation);
  const wanted: JsonObject = { ...resource };
  for (const [name, value] of Object.entries(expected)) {
    if (value === null) delete wanted[name];
    else wanted[name] = value;
  }
  expect(outcome.resource).toEqual(wanted);
  expect(outcome.changed).toBe(Object.keys(expected).length > 0);
  if (!outcome.changed) expect(outcome.resource).toBe(resource);
}

const [work, home] = user().emails as [JsonObject, JsonObject];

describe('RFC 7644 examples', () => {
  it('adds a member (§3.5.2.1)', () => {
    const member = { display: 'James Smith', $ref: 'https://example.com/v2/Users/08e1d05d', value: '08e1d05d' };
    check(group(), { op: 'add', path: 'members', value: [member] }, { members: [...membersOf(group()), member] });
  });
  it('changes nothing when the user is a member already', () => {
    check(group(), { op: 'add', path: 'members', value: [{ display: 'Babs', value: '2819c223' }] }, {});
  });
  it('adds attributes without a path', () => {
    const email = { value: 'babs@example.org', type: 'other' };
    check(
      user(),
      { op: 'add', value: { emails: [email], nickname: 'Babs' } },
      { emails: [work, home, email], nickName: 'Babs' },
    );
  });
  it('removes one member (§3.5.2.2)', () => {
    check(group(), { op: 'remove', path: 'members[value eq "2819c223"]' }, { members: membersOf(group()).slice(1) });
  });
  it('removes nobody when the user is no member', () => {
    check(group(), { op: 'remove', path: 'members[value eq "nobody"]' }, {});
  });
  it('removes all members', () => {
    check(group(), { op: 'remove', path: 'members' }, { members: null });
  });
  it('removes an email by two conditions', () => {
    check(user(), { op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' }, { emails: [home] });
  });
  it('removes and adds a member in one request, written as in the example', () => {
    const outcome = patch(
      group(),
      { op: 'remove', path: 'members[value eq"2819c223"]' },
      { op: 'add', path: 'members', value: [{ display: 'James Smith', value: '08e1d05d' }] },
    );
    expect(outcome.resource.members).toEqual([membersOf(group())[1], { display: 'James Smith', value: '08e1d05d' }]);
  });
  it('replaces all members (§3.5.2.3)', () => {
    const members = [{ value: 'a', display: 'A' }, { value: 'b' }];
    check(group(), { op: 'replace', path: 'members', value: members }, { members });
  });
  it('replaces the work address, and makes it the only primary one', () => {
    const old = { type: 'work', streetAddress: '100 Universal City Plaza', locality: 'Hollywood' };
    const house = { type: 'home', streetAddress: '456 Hollywood Blvd', primary: true };
    const next = { type: 'work', streetAddress: '911 Universal City Plaza', country: 'US', primary: true };
    check(
      deepFreeze({ ...user(), addresses: [old, house] }),
      { op: 'replace', path: 'addresses[type eq "work"]', value: next },
      { addresses: [next, { ...house, primary: false }] },
    );
  });
  it('replaces the street of the work address', () => {
    const old = { type: 'work', streetAddress: '100 Universal City Plaza', locality: 'Hollywood' };
    check(
      deepFreeze({ ...user(), addresses: [old] }),
      { op: 'replace', path: 'addresses[type eq "work"].streetAddress', value: '1010 Broadway Ave' },
      { addresses: [{ ...old, streetAddress: '1010 Broadway Ave' }] },
    );
  });
});

function membersOf(resource: JsonObject): JsonValue[] {
  return Array.isArray(resource.members) ? resource.members : [];
}

describe('single-valued attributes', () => {
  it.each<Case>([
    [{ op: 'add', path: 'title', value: 'Guide' }, { title: 'Guide' }],
    [{ op: 'replace', path: 'TITLE', value: 'Guide' }, { title: 'Guide' }],
    [{ op: 'add', path: 'nickName', value: 'Babs' }, { nickName: 'Babs' }],
    [{ op: 'replace', path: 'nickname', value: 'Babs' }, { nickName: 'Babs' }],
    [{ op: 'remove', path: 'title' }, { title: null }],
    [{ op: 'remove', path: 'nickName' }, {}],
    [{ op: 'replace', path: 'title', value: null }, { title: null }],
    [{ op: 'replace', path: 'title', value: 'Tour Guide' }, {}],
    [{ op: 'add', path: 'title', value: ['Guide'] }, { title: 'Guide' }],
    [{ op: 'replace', path: 'active', value: 'False' }, { active: false }],
    [{ op: 'replace', path: 'active', value: 'True' }, {}],
    [{ op: 'replace', path: 'password', value: 'secret' }, { password: 'secret' }],
    [
      { op: 'add', path: 'name', value: { middleName: 'J' } },
      { name: { familyName: 'Jensen', givenName: 'Barbara', middleName: 'J' } },
    ],
    [
      { op: 'replace', path: 'name', value: { GIVENNAME: 'Babs' } },
      { name: { familyName: 'Jensen', givenName: 'Babs' } },
    ],
    [{ op: 'replace', path: 'name', value: { givenName: null } }, { name: { familyName: 'Jensen' } }],
    [{ op: 'replace', path: 'name', value: { givenName: 'Barbara' } }, {}],
    [{ op: 'remove', path: 'name' }, { name: null }],
    [{ op: 'replace', path: 'name.givenName', value: 'Babs' }, { name: { familyName: 'Jensen', givenName: 'Babs' } }],
    [{ op: 'remove', path: 'name.givenName' }, { name: { familyName: 'Jensen' } }],
    [{ op: 'remove', path: 'name.middleName' }, {}],
    [{ op: 'add', path: 'urn:ietf:params:scim:schemas:core:2.0:User:title', value: 'Guide' }, { title: 'Guide' }],
  ])('%j', (operation, expected) => {
    check(user(), operation, expected);
  });

  it('creates and drops the parent of a sub-attribute', () => {
    const nameless = deepFreeze({ userName: 'x', schemas: user().schemas ?? [] });
    check(nameless, { op: 'replace', path: 'name.givenName', value: 'B' }, { name: { givenName: 'B' } });
    const short = deepFreeze({ ...nameless, name: { givenName: 'B' } });
    check(short, { op: 'remove', path: 'name.givenName' }, { name: null });
  });

  it('does not count null, absent and [] as different', () => {
    const odd = deepFreeze({ ...user(), nickName: null, phoneNumbers: [] });
    check(odd, { op: 'remove', path: 'nickName' }, {});
    check(odd, { op: 'replace', path: 'nickName', value: null }, {});
    check(odd, { op: 'remove', path: 'phoneNumbers' }, {});
    check(odd, { op: 'replace', path: 'phoneNumbers', value: [] }, {});
    check(odd, { op: 'add', path: 'phoneNumbers', value: { value: '1' } }, { phoneNumbers: [{ value: '1' }] });
  });

  it('writes to an attribute in the spelling that the resource has', () => {
    const odd = deepFreeze({ schemas: user().schemas ?? [], UserName: 'x', userName: 'y', Name: { GivenName: 'B' } });
    expect(patch(odd, { op: 'replace', path: 'name.givenname', value: 'C' }).resource).toEqual({
      ...odd,
      Name: { GivenName: 'C' },
    });
  });
});

describe('multi-valued attributes', () => {
  const other = { value: 'b@example.net', type: 'other' };
  it.each<Case>([
    [{ op: 'add', path: 'emails', value: [other] }, { emails: [work, home, other] }],
    [{ op: 'add', path: 'emails', value: other }, { emails: [work, home, other] }],
    [{ op: 'add', path: 'emails', value: [home] }, {}],
    [
      { op: 'add', path: 'emails', value: [{ VALUE: 'babs@jensen.org', type: 'HOME' }] },
      { emails: [work, { ...home, type: 'HOME' }] },
    ],
    [{ op: 'add', path: 'emails', value: [] }, {}],
    [
      { op: 'add', path: 'emails', value: [{ ...home, display: 'Babs' }] },
      { emails: [work, { ...home, display: 'Babs' }] },
    ],
    [{ op: 'replace', path: 'emails', value: [other] }, { emails: [other] }],
    [{ op: 'replace', path: 'emails', value: other }, { emails: [other] }],
    [{ op: 'replace', path: 'emails', value: [home, work] }, {}],
    [{ op: 'replace', path: 'emails', value: [] }, { emails: null }],
    [{ op: 'replace', path: 'phoneNumbers', value: [{ value: '1' }] }, { phoneNumbers: [{ value: '1' }] }],
    [{ op: 'remove', path: 'emails' }, { emails: null }],
    [{ op: 'remove', path: 'phoneNumbers' }, {}],
    [{ op: 'remove', path: 'emails[type eq "work"]' }, { emails: [home] }],
    [{ op: 'remove', path: 'emails[type pr]' }, { emails: null }],
    [{ op: 'remove', path: 'emails[type eq "other"]' }, {}],
    [{ op: 'remove', path: 'phoneNumbers[type eq "other"]' }, {}],
    [
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'n@x.com' } },
      { emails: [{ value: 'n@x.com' }, home] },
    ],
    [
      { op: 'add', path: 'emails[type eq "work"]', value: { display: 'W' } },
      { emails: [{ ...work, display: 'W' }, home] },
    ],
    [
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'n@x.com' },
      { emails: [{ ...work, value: 'n@x.com' }, home] },
    ],
    [
      { op: 'replace', path: 'emails[type pr].display', value: 'D' },
      {
        emails: [
          { ...work, display: 'D' },
          { ...home, display: 'D' },
        ],
      },
    ],
    [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'bjensen@example.com' }, {}],
    [{ op: 'remove', path: 'emails[type eq "home"].type' }, { emails: [work, { value: 'babs@jensen.org' }] }],
    [{ op: 'remove', path: 'emails[type eq "home"].display' }, {}],
    [{ op: 'remove', path: 'emails.primary' }, { emails: [{ value: 'bjensen@example.com', type: 'work' }, home] }],
    [{ op: 'replace', path: 'phoneNumbers.value', value: '1' }, { phoneNumbers: [{ value: '1' }] }],
    // primary moves
    [
      { op: 'add', path: 'emails', value: { ...other, primary: true } },
      { emails: [{ ...work, primary: false }, home, { ...other, primary: true }] },
    ],
    [
      { op: 'replace', path: 'emails[type eq "home"].primary', value: 'true' },
      {
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      },
    ],
    [
      { op: 'add', path: 'emails', value: { ...home, primary: true } },
      {
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      },
    ],
    // Entra ID: only the listed values
    [{ op: 'remove', path: 'emails', value: [{ value: 'BABS@jensen.org' }] }, { emails: [work] }],
    [{ op: 'remove', path: 'emails', value: [{ value: 'babs@jensen.org', type: 'work' }] }, {}],
    [{ op: 'remove', path: 'emails', value: [] }, {}],
  ])('%j', (operation, expected) => {
    check(user(), operation, expected);
  });

  it('refuses to make several values primary, also when one of them was', () => {
    const same = { value: 'a', type: 'a', primary: true };
    const resource = deepFreeze({ ...user(), emails: [same, { value: 'c', type: 'a', primary: false }] });
    const path = 'emails[type eq "a"]';
    expect(() => patch(resource, { op: 'replace', path, value: same })).toThrow(
      'Only one value of emails can be primary',
    );
  });

  it('removes listed members only', () => {
    const [babs, mandy] = membersOf(group());
    const remove = (value: JsonValue) => patch(group(), { op: 'remove', path: 'members', value }).resource.members;
    expect(remove([{ value: '2819c223', $ref: null }])).toEqual([mandy]);
    expect(remove({ value: '902c246b' })).toEqual([babs]);
    expect(remove([{ value: '2819C223' }, { value: 'x' }])).toEqual([babs, mandy]);
    expect(remove([{ value: '2819c223' }, { value: '902c246b' }])).toBeUndefined();
  });

  it('keeps what it knows of members that a full replace lists again', () => {
    const [babs] = membersOf(group());
    const value = [{ value: 'new' }, { value: '2819c223' }];
    check(group(), { op: 'replace', path: 'members', value }, { members: [{ value: 'new' }, babs ?? null] });
    check(group(), { op: 'replace', path: 'members', value: [{ value: '902c246b' }, { value: '2819c223' }] }, {});
  });

  it('adds a value once, however often it is listed', () => {
    const outcome = patch(
      group(),
      { op: 'add', path: 'members', value: [{ value: 'n' }, { value: 'n' }] },
      { op: 'remove', path: 'members[value eq "902c246b"]' },
      { op: 'add', path: 'members', value: [{ value: '902c246b' }, { value: 'n' }] },
    );
    expect(membersOf(outcome.resource).map((member) => (member as JsonObject).value)).toEqual([
      '2819c223',
      'n',
      '902c246b',
    ]);
  });

  it('compares addresses as wholes', () => {
    const address = { type: 'work', locality: 'Hollywood' };
    const resource = deepFreeze({ ...user(), addresses: [address] });
    check(resource, { op: 'add', path: 'addresses', value: [{ locality: 'Hollywood', type: 'work' }] }, {});
    const second = { type: 'work', locality: 'Burbank' };
    check(resource, { op: 'add', path: 'addresses', value: second }, { addresses: [address, second] });
    check(
      resource,
      { op: 'remove', path: 'addresses', value: [{ locality: 'Hollywood', type: 'work' }] },
      { addresses: null },
    );
  });
});

describe('without a path', () => {
  it.each<Case>([
    [{ op: 'replace', value: { active: false } }, { active: false }],
    [{ op: 'replace', path: '', value: { active: false } }, { active: false }],
    [{ op: 'replace', value: { 'name.givenName': 'A' } }, { name: { familyName: 'Jensen', givenName: 'A' } }],
    [{ op: 'replace', value: { name: { givenName: 'A' } } }, { name: { familyName: 'Jensen', givenName: 'A' } }],
    [{ op: 'replace', value: { emails: [home] } }, { emails: [home] }],
    [{ op: 'add', value: { emails: [home] } }, {}],
    [
      { op: 'replace', value: { 'emails[type eq "work"].value': 'n@x.com' } },
      { emails: [{ ...work, value: 'n@x.com' }, home] },
    ],
    [{ op: 'replace', value: { id: '2819c223', title: 'T' } }, { title: 'T' }],
    [{ op: 'replace', value: { meta: { resourceType: 'User' }, title: null } }, { title: null }],
    [{ op: 'add', value: {} }, {}],
  ])('%j', (operation, expected) => {
    check(user(), operation, expected);
  });
  it('renames a group as Okta does', () => {
    check(group(), { op: 'replace', value: { id: 'e9e30dba', displayName: 'Guides' } }, { displayName: 'Guides' });
  });
});

describe('extensions', () => {
  const both = staff().schemas ?? [];
  it.each<Case>([
    [
      { op: 'add', path: `${enterprise}:employeeNumber`, value: '7' },
      { schemas: both, [enterprise]: { employeeNumber: '7' } },
    ],
    [
      { op: 'replace', value: { [`${enterprise}:employeeNumber`]: '7' } },
      { schemas: both, [enterprise]: { employeeNumber: '7' } },
    ],
    [
      { op: 'replace', value: { [`${enterprise}:manager.value`]: '7' } },
      { schemas: both, [enterprise]: { manager: { value: '7' } } },
    ],
    [
      { op: 'add', value: { [enterprise]: { Department: 'D', 'manager.value': '7' } } },
      { schemas: both, [enterprise]: { department: 'D', manager: { value: '7' } } },
    ],
    [
      { op: 'add', path: enterprise, value: { department: 'D' } },
      { schemas: both, [enterprise]: { department: 'D' } },
    ],
    [
      { op: 'add', path: enterprise.toUpperCase(), value: { department: 'D' } },
      { schemas: both, [enterprise]: { department: 'D' } },
    ],
    [{ op: 'add', path: enterprise, value: {} }, {}],
    [{ op: 'remove', path: enterprise }, {}],
    [{ op: 'remove', path: `${enterprise}:department` }, {}],
  ])('%j to a user without', (operation, expected) => {
    check(user(), operation, expected);
  });

  const manager = { value: '26118915', displayName: 'John Smith' };
  it.each<Case>([
    [{ op: 'replace', path: enterprise, value: { department: 'D' } }, { [enterprise]: { department: 'D', manager } }],
    [
      { op: 'replace', path: `${enterprise}:manager`, value: [{ value: '9', $ref: '../Users/9' }] },
      { [enterprise]: { department: 'Tours', manager: { ...manager, value: '9', $ref: '../Users/9' } } },
    ],
    [
      { op: 'replace', path: `${enterprise}:manager`, value: { value: '9', displayName: 'X' } },
      { [enterprise]: { department: 'Tours', manager: { ...manager, value: '9' } } },
    ],
    [{ op: 'remove', path: `${enterprise}:manager` }, { [enterprise]: { department: 'Tours' } }],
    [
      { op: 'remove', path: enterprise },
      { schemas: user().schemas ?? [], [enterprise]: null },
    ],
    [
      { op: 'replace', value: { [enterprise]: null } },
      { schemas: user().schemas ?? [], [enterprise]: null },
    ],
    [
      { op: 'replace', value: { [enterprise]: { department: null, manager: null } } },
      { schemas: user().schemas ?? [], [enterprise]: null },
    ],
    [{ op: 'replace', path: `${enterprise}:department`, value: 'Tours' }, {}],
    [{ op: 'remove', path: `schemas[value eq "${enterprise}"]` }, {}],
  ])('%j to a user with', (operation, expected) => {
    check(staff(), operation, expected);
  });
});

describe('refusals', () => {
  it.each<[string, PatchOperation]>([
    ['noTarget', { op: 'remove' }],
    ['noTarget', { op: 'remove', path: '' }],
    ['noTarget', { op: 'replace', path: 'emails[type eq "other"]', value: { value: 'x' } }],
    ['noTarget', { op: 'replace', path: 'emails[type eq "other"].value', value: 'x' }],
    ['noTarget', { op: 'add', path: 'emails[type eq "other"].value', value: 'x' }],
    ['noTarget', { op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: 'x' }],
    ['mutability', { op: 'replace', path: 'id', value: 'x' }],
    ['mutability', { op: 'remove', path: 'id' }],
    ['mutability', { op: 'add', path: 'meta.version', value: 'x' }],
    ['mutability', { op: 'replace', value: { id: 'other' } }],
    ['mutability', { op: 'replace', value: { meta: { resourceType: 'Group' } } }],
    ['mutability', { op: 'add', path: 'groups', value: [{ value: 'g' }] }],
    ['mutability', { op: 'add', path: `${enterprise}:manager.displayName`, value: 'x' }],
    ['mutability', { op: 'remove', path: 'userName' }],
    ['mutability', { op: 'replace', path: 'userName', value: null }],
    ['mutability', { op: 'replace', value: { userName: null } }],
    ['mutability', { op: 'remove', path: 'schemas' }],
    ['invalidPath', { op: 'add', path: 'unknown', value: 'x' }],
    ['invalidPath', { op: 'add', path: 'name.unknown', value: 'x' }],
    ['invalidPath', { op: 'add', path: 'title.x', value: 'x' }],
    ['invalidPath', { op: 'add', path: 'emails[type eq "work"].unknown', value: 'x' }],
    ['invalidPath', { op: 'add', path: 'a..b', value: 'x' }],
    ['invalidPath', { op: 'add', path: '__proto__.polluted', value: 'x' }],
    ['invalidPath', { op: 'add', path: 'constructor.prototype', value: 'x' }],
    ['invalidPath', { op: 'add', path: 'department', value: 'x' }],
    ['invalidPath', { op: 'add', path: 'urn:example:none', value: {} }],
    ['invalidPath', { op: 'add', path: 'name[givenName eq "x"].familyName', value: 'x' }],
    ['invalidPath', { op: 'remove', path: `${enterprise}[a pr]` }],
    ['invalidFilter', { op: 'remove', path: 'emails[type regex "x"]' }],
    ['invalidFilter', { op: 'remove', path: 'emails[primary gt true]' }],
    ['invalidFilter', { op: 'remove', path: 'emails[0]' }],
    ['invalidValue', { op: 'add', path: 'title' }],
    ['invalidValue', { op: 'add', path: 'title', value: 5 }],
    ['invalidValue', { op: 'add', path: 'title', value: ['a', 'b'] }],
    ['invalidValue', { op: 'add', path: 'active', value: 'yes' }],
    ['invalidValue', { op: 'add', path: 'name', value: 'x' }],
    ['invalidValue', { op: 'add', path: 'name', value: { unknown: 'x' } }],
    ['invalidValue', { op: 'add', path: 'emails', value: 'a@b' }],
    ['invalidValue', { op: 'add', path: 'emails', value: [{ value: 5 }] }],
    ['invalidValue', { op: 'add', path: 'emails[type eq "work"]', value: 'x' }],
    ['invalidValue', { op: 'add', path: 'x509Certificates', value: [{ value: 'no base64!' }] }],
    ['invalidValue', { op: 'add', value: 'x' }],
    ['invalidValue', { op: 'add', value: [{ title: 'x' }] }],
    ['invalidValue', { op: 'add', value: { unknown: 'x' } }],
    ['invalidValue', { op: 'add', value: { [enterprise]: { unknown: 'x' } } }],
    ['invalidValue', { op: 'add', value: { 'a..b': 'x' } }],
    ['invalidValue', { op: 'add', value: JSON.parse('{"__proto__":{"polluted":true}}') }],
    ['invalidValue', { op: 'add', value: { 'constructor.prototype.polluted': true } }],
    ['invalidValue', { op: 'add', path: 'name', value: JSON.parse('{"__proto__":{"polluted":true}}') }],
    [
      'invalidValue',
      {
        op: 'add',
        path: 'emails',
        value: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
    ],
    [
      'invalidValue',
      {
        op: 'replace',
        path: 'emails',
        value: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
    ],
  ])('%s for %j', (scimType, operation) => {
    expect(refused(user(), operation)).toBe(scimType);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each<[string, PatchOperation]>([
    ['mutability', { op: 'replace', path: 'members[value eq "2819c223"].value', value: 'x' }],
    ['mutability', { op: 'replace', path: 'members[value eq "2819c223"]', value: { value: 'x' } }],
    ['mutability', { op: 'remove', path: 'members[value eq "2819c223"].type' }],
    ['mutability', { op: 'remove', path: 'displayName' }],
    ['mutability', { op: 'replace', value: { displayName: [] } }],
    ['invalidPath', { op: 'replace', path: 'members[value eq "2819c223"].displayName', value: 'x' }],
  ])('%s for %j of a group', (scimType, operation) => {
    expect(refused(group(), operation)).toBe(scimType);
  });

  it('takes a value for an immutable sub-attribute that has none', () => {
    const path = 'members[value eq "902c246b"].display';
    expect(membersOf(patch(group(), { op: 'add', path, value: 'Mandy' }).resource)[1]).toMatchObject({
      display: 'Mandy',
    });
  });

  it('names the operation, and keeps the offset in its path', () => {
    const operations: PatchOperation[] = [
      { op: 'replace', path: 'title', value: 'x' },
      { op: 'remove', path: 'emails[type regex "x"]' },
    ];
    expect(() => patch(user(), ...operations)).toThrow(
      expect.objectContaining({
        offset: 12,
        message: expect.stringMatching(/^Operations\[1\] \(remove emails\[type regex "x"\]\): The operator "regex"/),
      }),
    );
  });
});

describe('changed', () => {
  it('is false when later operations undo earlier ones', () => {
    const outcome = patch(
      user(),
      { op: 'replace', path: 'title', value: 'x' },
      { op: 'add', path: `${enterprise}:department`, value: 'x' },
      { op: 'replace', path: 'title', value: 'Tour Guide' },
      { op: 'remove', path: enterprise },
    );
    expect(outcome.changed).toBe(false);
  });
  it('shares what is untouched', () => {
    const before = user();
    const { resource } = patch(before, { op: 'replace', path: 'emails[type eq "home"].display', value: 'x' });
    expect(resource.name).toBe(before.name);
    expect((resource.emails as JsonValue[])[0]).toBe((before.emails as JsonValue[])[0]);
  });
});

describe('parsePatchRequest', () => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  it('reads operations in any case, and null or empty paths as none', () => {
    const body = {
      SCHEMAS: schemas,
      operations: [
        { op: 'Add', path: 'title', value: 'x' },
        { OP: 'REMOVE', Path: 'title', Value: null },
        { op: 'rePlace', path: '', value: {} },
        { op: 'add', path: null, value: {} },
      ],
    };
    expect(parsePatchRequest(body)).toEqual([
      { op: 'add', path: 'title', value: 'x' },
      { op: 'remove', path: 'title', value: null },
      { op: 'replace', value: {} },
      { op: 'add', value: {} },
    ]);
  });
  it.each<[string, JsonValue]>([
    ['invalidSyntax', null],
    ['invalidSyntax', []],
    ['invalidSyntax', { Operations: [{ op: 'add', value: {} }] }],
    ['invalidSyntax', { schemas: [], Operations: [{ op: 'add', value: {} }] }],
    ['invalidSyntax', { schemas }],
    ['invalidSyntax', { schemas, Operations: [] }],
    ['invalidSyntax', { schemas, Operations: {} }],
    ['invalidSyntax', { schemas, Operations: [null] }],
    ['invalidSyntax', { schemas, Operations: [{ value: {} }] }],
    ['invalidSyntax', { schemas, Operations: [{ op: 'move', value: {} }] }],
    ['invalidSyntax', { schemas, Operations: [{ op: 1, value: {} }] }],
    ['invalidPath', { schemas, Operations: [{ op: 'add', path: 1, value: {} }] }],
    ['invalidValue', { schemas, Operations: [{ op: 'add', path: 'title' }] }],
    ['invalidValue', { schemas, Operations: [{ op: 'replace' }] }],
    ['noTarget', { schemas, Operations: [{ op: 'remove' }] }],
  ])('refuses with %s: %j', (scimType, body) => {
    expect(() => parsePatchRequest(body)).toThrow(expect.objectContaining({ scimType, status: 400 }));
  });
});
