import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/scim/json.js';
import { JsonText } from '../../../src/scim/json-text.js';
import { validatePatchRequest } from '../../../src/scim/schema/validate.js';
import { urn } from '../../../src/scim/urn.js';
import { groupType, userType } from './types.js';

const request = (...operations: JsonValue[]): JsonObject => ({ schemas: [urn.patchOp], Operations: operations });

const check = (operation: JsonValue, type = userType): string[] =>
  validatePatchRequest(type, request(operation), undefined).map(
    ({ severity, path, message }) => `${severity} ${path.replace('Operations[0].', '')}: ${message}`,
  );

describe('valid requests', () => {
  // The operations of RFC 7644 §3.5.2.
  test.each<[JsonObject]>([
    [
      {
        op: 'add',
        path: 'members',
        value: [{ display: 'Babs Jensen', $ref: 'https://example.com/v2/Users/2819', value: '2819' }],
      },
    ],
    [{ op: 'remove', path: 'members' }],
    [{ op: 'remove', path: 'members[value eq "2819c223-7f76"]' }],
    [{ op: 'replace', path: 'members', value: [{ display: 'James Smith', value: '08e1d05d' }] }],
    [{ OP: 'replace', Path: 'DisplayName', Value: 'x' }],
  ])('Group: %j', (operation) => {
    expect(check(operation, groupType)).toEqual([]);
  });

  test.each<[JsonObject]>([
    [{ op: 'add', value: { emails: [{ value: 'babs@jensen.org', type: 'home' }], nickname: 'Babs' } }],
    [{ op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' }],
    [
      {
        op: 'replace',
        path: 'addresses[type eq "work"]',
        value: { type: 'work', streetAddress: '911 Universal City Plaza' },
      },
    ],
    [{ op: 'replace', path: 'addresses[type eq "work"].streetAddress', value: '1010 Broadway Ave' }],
    [{ op: 'replace', path: `${urn.enterpriseUser}:manager.value`, value: '1' }],
    [{ op: 'add', path: urn.enterpriseUser, value: { Department: 'x' } }],
    [{ op: 'remove', path: urn.enterpriseUser }],
    [{ op: 'replace', path: 'active', value: false }],
    [{ op: 'replace', path: 'title', value: null }],
    [{ op: 'replace', value: { [urn.enterpriseUser]: { department: 'x' } } }],
  ])('User: %j', (operation) => {
    expect(check(operation)).toEqual([]);
  });
});

describe('operations that a server refuses', () => {
  test.each<[JsonValue, string]>([
    ['x', 'error Operations[0]: must be an object'],
    [{ path: 'title', value: 'x' }, 'error op: is required: add, remove or replace'],
    [{ op: 'Replace', path: 'title', value: 'x' }, 'error op: must be in lower case, `replace`'],
    [
      { op: 'repalce', path: 'title', value: 'x' },
      'error op: must be add, remove or replace, not `repalce`; did you mean replace?',
    ],
    [{ op: 'add', path: 'title' }, 'error value: is required for add'],
    [{ op: 'add' }, 'error value: is required for add'],
    [{ op: 'add', value: 'x' }, 'error value: must be an object of attributes when there is no path'],
    [{ op: 'remove' }, 'error path: is required for remove'],
    [{ op: 'add', path: 1, value: 'x' }, 'error path: must be a string'],
    [
      { op: 'add', path: 'title', value: 'x', vaule: 1 },
      'error vaule: An operation has no member `vaule`; did you mean `value`?',
    ],
    [{ op: 'add', path: 'tilte', value: 'x' }, 'error path: User has no attribute `tilte`; did you mean `title`?'],
    [
      { op: 'add', path: 'name.givenNam', value: 'x' },
      'error path: `name` has no sub-attribute `givenNam`; did you mean `name.givenName`?',
    ],
    [
      { op: 'add', path: 'department', value: 'x' },
      `error path: Attributes of an extension need its URN: \`${urn.enterpriseUser}:department\``,
    ],
    [
      { op: 'add', path: 'emails[tpye eq "work"].value', value: 'x' },
      'error path: `emails` has no sub-attribute `tpye` to select by; did you mean `type`?',
    ],
    [
      { op: 'remove', path: 'emails[type eq "work"].valeu' },
      'error path: `emails` has no sub-attribute `valeu`; did you mean `emails.value`?',
    ],
    [
      { op: 'add', path: 'name[givenName eq "x"]', value: {} },
      'error path: `name` has a single value, there is nothing to select with a filter',
    ],
    [{ op: 'add', path: 'id', value: 'x' }, 'error path: `id` is read-only and cannot be modified'],
    [
      { op: 'add', path: `${urn.enterpriseUser}:manager.displayName`, value: 'x' },
      'error path: `displayName` is read-only and cannot be modified',
    ],
    [{ op: 'add', value: { groups: [] } }, 'error value.groups: is read-only and cannot be modified'],
    [{ op: 'remove', path: 'userName' }, 'error path: `userName` is required and cannot be removed'],
    [
      { op: 'replace', path: 'active', value: 'False' },
      'error value: must be true or false, not a string (remove the quotes)',
    ],
    [{ op: 'add', path: 'emails', value: [{ Value: 1 }] }, 'error value[0].Value: must be a string, not a number'],
    [
      { op: 'replace', path: 'emails[type eq "work"]', value: [{ value: 'x' }] },
      'error value: must be an object, not an array',
    ],
    [
      { op: 'replace', path: 'emails[type eq "work"].primary', value: 'x' },
      'error value: must be true or false, not a string',
    ],
    [
      { op: 'add', value: { name: { familyNam: 'x' } } },
      'error value.name.familyNam: name has no attribute `familyNam`; did you mean `familyName`?',
    ],
    [
      { op: 'add', path: urn.enterpriseUser, value: { department: 1 } },
      'error value.department: must be a string, not a number',
    ],
    [
      { op: 'add', path: urn.enterpriseUser, value: 'x' },
      `error value: must be an object with attributes of ${urn.enterpriseUser}`,
    ],
  ])('%j', (operation, problem) => {
    expect(check(operation)).toEqual([problem]);
  });

  test.each(['emails[', 'emails[type eq]', 'a b', '', 'emails[type eq "work"]value'])('malformed path %j', (path) => {
    expect(check({ op: 'add', path, value: 'x' })).toEqual([expect.stringMatching(/^error path: /)]);
  });
});

describe('operations that only some servers understand', () => {
  test.each<[JsonValue, string]>([
    [
      { op: 'add', path: 'emails', value: { value: 'x' } },
      'warning value: should be an array: `emails` is multi-valued',
    ],
    [
      { op: 'add', value: { 'name.givenName': 'x' } },
      'warning value.name.givenName: is a path: give it in `path`, not all servers understand it here',
    ],
    [
      { op: 'add', value: { [`${urn.enterpriseUser}:department`]: 'x' } },
      `warning value.${urn.enterpriseUser}:department: is a path: give it in \`path\`, not all servers understand it here`,
    ],
  ])('%j', (operation, problem) => {
    expect(check(operation)).toEqual([problem]);
  });

  test('remove with a value, which a strict server reads as "remove all"', () => {
    expect(check({ op: 'remove', path: 'members', value: [{ value: '1' }] }, groupType)).toEqual([
      expect.stringMatching(/^warning value: remove has no value/),
    ]);
  });
});

describe('the envelope', () => {
  test.each<[JsonValue, string]>([
    [[], ''],
    [{ Operations: [{ op: 'remove', path: 'title' }] }, 'schemas'],
    [{ schemas: [urn.user], Operations: [{ op: 'remove', path: 'title' }] }, 'schemas'],
    [{ schemas: [urn.patchOp] }, 'Operations'],
    [{ schemas: [urn.patchOp], Operations: [] }, 'Operations'],
    [{ schemas: [urn.patchOp], operations: {} }, 'operations'],
    [{ ...request({ op: 'remove', path: 'title' }), Opreations: [] }, 'Opreations'],
  ])('%j', (message, path) => {
    expect(validatePatchRequest(userType, message)).toEqual([expect.objectContaining({ path, severity: 'error' })]);
  });

  test('issues carry positions', () => {
    const text = JsonText.parse(
      `{"schemas": ["${urn.patchOp}"],\n"Operations": [\n{"op": "add", "path": "emails", "value": [{"value": 1}]},\n{"op": "remove"}]}`,
    );
    expect(validatePatchRequest(userType, text.value, text)).toEqual([
      expect.objectContaining({ path: 'Operations[0].value[0].value', position: { line: 2, character: 52 } }),
      expect.objectContaining({ path: 'Operations[1].path', position: { line: 3, character: 0 } }),
    ]);
  });
});
