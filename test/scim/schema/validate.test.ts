import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../../../src/scim/error.js';
import type { JsonObject, JsonValue } from '../../../src/scim/json.js';
import { JsonText } from '../../../src/scim/json-text.js';
import { compileResource } from '../../../src/scim/schema/compile.js';
import { parseResourceType, parseSchema } from '../../../src/scim/schema/parse.js';
import { type ResourceType, SchemaRegistry } from '../../../src/scim/schema/resource-type.js';
import { type Direction, validateResource } from '../../../src/scim/schema/validate.js';
import { urn } from '../../../src/scim/urn.js';
import examples from './rfc7643-examples.json';
import { groupType, userType } from './types.js';

const minimal: JsonObject = { schemas: [urn.user], userName: 'bjensen' };

const issuesOf = (resource: JsonObject, direction: Direction = 'create', type: ResourceType = userType): Issue[] =>
  validateResource(type, { ...(type === userType ? minimal : { schemas: [type.core.id] }), ...resource }, direction);

const told = (issues: Issue[]): string[] =>
  issues.map(({ severity, path, message }) => `${severity} ${path}: ${message}`);

const typeOf = (attributes: JsonValue[]): ResourceType => {
  const schema = parseSchema({ id: 'urn:x:Thing', attributes });
  const type = new SchemaRegistry(
    [schema],
    [parseResourceType({ name: 'Thing', endpoint: '/Things', schema: schema.id })],
  ).find('Thing');
  if (type === undefined) throw new Error('no type');
  return type;
};

describe('the examples of RFC 7643 §8', () => {
  test('are valid answers, but for the password in the full user', () => {
    expect(validateResource(userType, examples.minimalUser, 'response')).toEqual([]);
    expect(validateResource(groupType, examples.group, 'response')).toEqual([]);
    for (const user of [examples.fullUser, examples.enterpriseUser]) {
      expect(told(validateResource(userType, user, 'response'))).toEqual(['warning password: must never be returned']);
    }
  });

  test('are valid requests, but for what the server ignores', () => {
    expect(told(validateResource(userType, examples.enterpriseUser, 'create'))).toEqual([
      'warning id: is read-only, the server ignores it',
      'warning groups: is read-only, the server ignores it',
      `warning ${urn.enterpriseUser}:manager.displayName: is read-only, the server ignores it`,
      'warning meta: is read-only, the server ignores it',
    ]);
    expect(told(validateResource(userType, examples.fullUser, 'replace'))).toEqual([
      'warning groups: is read-only, the server ignores it',
    ]);
    expect(validateResource(groupType, examples.group, 'replace')).toEqual([]);
  });

  test('are what the compiled zod schemas accept', () => {
    expect(compileResource(userType, 'response').safeParse(examples.enterpriseUser).success).toBe(true);
    expect(compileResource(userType, 'response').safeParse({ ...examples.fullUser, active: 'yes' }).success).toBe(
      false,
    );
    expect(compileResource(userType, 'create')).toBe(compileResource(userType, 'create'));
  });
});

describe('names', () => {
  test('mind no case, and are told as they were written', () => {
    expect(issuesOf({ DISPLAYNAME: 'x', Name: { FAMILYNAME: 'y' }, [urn.enterpriseUser.toUpperCase()]: null })).toEqual(
      [],
    );
    expect(told(issuesOf({ Emails: [{ VALUE: 1 }] }))).toEqual([
      'error Emails[0].VALUE: must be a string, not a number',
    ]);
    expect(told(issuesOf({ USERNAME: 'x' }))).toEqual([
      'error USERNAME: `userName` is given more than once: names mind no case',
    ]);
  });

  test.each([
    ['usrName', 'did you mean `userName`?'],
    ['emial', 'did you mean `emails`?'],
    ['givenName', 'did you mean `name.givenName`?'],
    ['department', `belongs inside the object \`${urn.enterpriseUser}\``],
    ['name.familyName', 'write `familyName` inside the object `name`'],
    [`${urn.enterpriseUser}:department`, `write \`department\` inside the object \`${urn.enterpriseUser}\``],
    [`${urn.user}:title`, 'Write it as `title`, without the URN'],
    [urn.user, 'stand at the top level'],
    [`${urn.enterpriseUser}s`, `did you mean \`${urn.enterpriseUser}\`?`],
    ['urn:x:y', 'User has no extension `urn:x:y`'],
    ['somethingElse', 'User has no attribute `somethingElse`'],
  ])('%s: %s', (name, message) => {
    expect(issuesOf({ [name]: 'x' })).toEqual([
      { path: name, message: expect.stringContaining(message), rule: 'RFC 7643 §7', severity: 'error' },
    ]);
  });

  test('of Object.prototype are unknown like any other', () => {
    const text = JsonText.parse(
      `{"schemas":["${urn.user}"],"userName":"x","__proto__":{},"constructor":1,"name":{"toString":1}}`,
    );
    expect(validateResource(userType, text.value, 'create', text).map(({ path }) => path)).toEqual([
      '__proto__',
      'constructor',
      'name.toString',
    ]);
  });

  test('given twice in the text are found', () => {
    const text = JsonText.parse(`{"schemas":["${urn.user}"],\n"userName":"x","userName":"y"}`);
    expect(validateResource(userType, text.value, 'create', text)).toEqual([
      {
        path: 'userName',
        message: 'is given more than once; only the last counts',
        rule: 'RFC 8259 §4',
        severity: 'error',
        position: { line: 1, character: 15 },
      },
    ]);
  });

  test('that a schema leaves out although §2.4 gives them to all lists are warnings', () => {
    const type = typeOf([{ name: 'mails', multiValued: true, subAttributes: [{ name: 'value' }] }]);
    expect(told(issuesOf({ mails: [{ value: 'x', primary: true }] }, 'create', type))).toEqual([
      expect.stringMatching(/^warning mails\[0\]\.primary: is not in the server's schema/),
    ]);
    const bare = typeOf([{ name: 'tags', type: 'complex', multiValued: true }]);
    expect(issuesOf({ tags: [{ anything: 1 }] }, 'create', bare)).toEqual([]);
  });
});

describe('values', () => {
  test.each<[JsonObject, string, string]>([
    [{ active: 'true' }, 'must be true or false, not a string (remove the quotes)', 'RFC 7643 §2.3.2'],
    [{ title: 7 }, 'must be a string, not a number', 'RFC 7643 §2.3.1'],
    [{ title: [] }, 'must be a string, not an array', 'RFC 7643 §2.3.1'],
    [{ name: 'x' }, 'must be an object, not a string', 'RFC 7643 §2.3.8'],
    [{ emails: { value: 'x' } }, 'must be an array: the attribute is multi-valued, not an object', 'RFC 7643 §2.4'],
    [{ emails: ['x'] }, 'must be an object, not a string', 'RFC 7643 §2.3.8'],
    [{ emails: [null] }, 'must be an object, not null', 'RFC 7643 §2.3.8'],
    [{ profileUrl: 'http://a b' }, 'must be a URI: this has characters that URIs must escape', 'RFC 7643 §2.3.7'],
    [{ x509Certificates: [{ value: 'é' }] }, 'must be base64', 'RFC 7643 §2.3.6'],
    [{ x509Certificates: [{ value: 'QUJD=' }] }, 'must be base64', 'RFC 7643 §2.3.6'],
    [{ emails: [{ primary: true }, {}, { primary: true }] }, 'only one value may be primary', 'RFC 7643 §2.4'],
    [{ userName: null }, 'is required', 'RFC 7643 §2.2'],
    [{ [urn.enterpriseUser]: 1 }, 'must be an object, not a number', 'RFC 7643 §3.3'],
  ])('%j', (resource, message, rule) => {
    expect(issuesOf(resource)).toEqual([expect.objectContaining({ message, rule, severity: 'error' })]);
  });

  test('that are unassigned or unusual are no errors', () => {
    expect(issuesOf({ title: null, name: null, emails: [], [urn.enterpriseUser]: null, id: null })).toEqual([]);
    expect(
      issuesOf({ x509Certificates: [{ value: 'QUJD' }, { value: 'QUI' }, { value: 'QUI=' }, { value: '' }] }),
    ).toEqual([]);
    expect(
      issuesOf({ profileUrl: '../x?y=%20#z', emails: [{ primary: false }, { primary: true, type: 'WORK' }] }),
    ).toEqual([]);
    expect(issuesOf({ emails: [{ type: 'office' }] })).toEqual([
      expect.objectContaining({
        path: 'emails[0].type',
        severity: 'warning',
        message: expect.stringContaining('work, home, other'),
      }),
    ]);
    expect(issuesOf({ userName: '' })).toEqual([expect.objectContaining({ path: 'userName', severity: 'warning' })]);
  });

  test('of numbers and dates', () => {
    const type = typeOf([
      { name: 'size', type: 'integer' },
      { name: 'ratio', type: 'decimal' },
      { name: 'at', type: 'dateTime' },
      { name: 'tags', multiValued: true, required: true },
    ]);
    const check = (resource: JsonObject): string[] =>
      issuesOf({ tags: ['x'], ...resource }, 'create', type).map(({ path }) => path);
    expect(check({ size: 1e30, ratio: 1.5, at: '2008-01-23T04:56:22Z' })).toEqual([]);
    expect(check({ size: 1.5, ratio: '1', at: '2008-01-23' })).toEqual(['size', 'ratio', 'at']);
    for (const at of ['2024-02-29T24:00:00', '2008-01-23T04:56:22.123456+14:00', '12008-01-23T04:56:22-05:30']) {
      expect(check({ at })).toEqual([]);
    }
    for (const at of [
      '2023-02-29T00:00:00Z',
      '2008-13-01T00:00:00Z',
      '2008-01-01T24:00:01Z',
      '2008-01-01T00:00:00+15:00',
      '2008-01-01t00:00:00z',
      '',
    ]) {
      expect(check({ at })).toEqual(['at']);
    }
    expect(check({ tags: [] })).toEqual(['tags']);
    expect(check({ tags: ['x', 1] })).toEqual(['tags[1]']);
  });

  test('a missing required attribute points at the object that lacks it', () => {
    const text = JsonText.parse(`\n{"schemas":["${urn.user}"]}`);
    expect(validateResource(userType, text.value, 'create', text)).toEqual([
      {
        path: 'userName',
        message: 'is required',
        rule: 'RFC 7643 §2.2',
        severity: 'error',
        position: { line: 1, character: 0 },
      },
    ]);
    expect(told(validateResource(groupType, { schemas: [urn.group] }, 'create'))).toEqual([
      'error displayName: is required',
    ]);
  });
});

describe('schemas', () => {
  test.each<[JsonObject, string]>([
    [{ schemas: [] }, 'is required, and an empty array counts as no value'],
    [{ schemas: urn.user }, 'must be an array: the attribute is multi-valued, not a string'],
    [{ schemas: [urn.user, urn.user] }, `${urn.user} is listed twice`],
    [{ schemas: [urn.user, urn.group] }, `${urn.group} is not a schema of User`],
    [{ schemas: [urn.enterpriseUser] }, `must contain the schema of the resource type, ${urn.user}`],
    [
      { [urn.enterpriseUser]: { department: 'x' } },
      `must contain ${urn.enterpriseUser}, because the resource has attributes of it`,
    ],
  ])('%j', (resource, message) => {
    expect(issuesOf(resource)).toEqual([
      expect.objectContaining({ message: expect.stringContaining(message), severity: 'error' }),
    ]);
  });

  test('are required', () => {
    expect(told(validateResource(userType, { userName: 'x' }, 'create'))).toEqual(['error schemas: is required']);
    expect(told(validateResource(userType, [], 'create'))).toEqual(['error : a User is a JSON object']);
  });

  test('a misspelt URN is recognised', () => {
    expect(told(issuesOf({ schemas: [urn.user, urn.enterpriseUser.replace('enterprise', 'enterprize')] }))).toEqual([
      expect.stringContaining(`did you mean ${urn.enterpriseUser}?`),
    ]);
  });

  test('an extension may be required', () => {
    const definition = {
      name: 'User',
      endpoint: '/Users',
      schema: urn.user,
      schemaExtensions: [{ schema: urn.enterpriseUser, required: true }],
    };
    const type = new SchemaRegistry([], [parseResourceType(definition)]).find('User');
    if (type === undefined) throw new Error('no type');
    expect(told(validateResource(type, minimal, 'create'))).toEqual([`error ${urn.enterpriseUser}: is required`]);
  });
});

describe('directions', () => {
  test('every deviation of an answer is a warning', () => {
    const issues = validateResource(
      userType,
      { ...examples.minimalUser, active: 'True', vendor: 1, userName: null },
      'response',
    );
    expect(told(issues).sort()).toEqual([
      'warning active: must be true or false, not a string (remove the quotes)',
      'warning userName: is required',
      'warning vendor: User has no attribute `vendor`',
    ]);
  });

  test('an answer without meta is a projection, where only id and schemas must be', () => {
    expect(validateResource(userType, { schemas: [urn.user], id: '1' }, 'response')).toEqual([]);
    expect(told(validateResource(userType, { schemas: [urn.user], userName: 'x' }, 'response'))).toEqual([
      'warning id: is required',
    ]);
  });
});

test('terminates on any JSON, leaves it as it is, and places every issue', () => {
  const name = fc.constantFrom(
    'schemas',
    'userName',
    'EMAILS',
    'name',
    'meta',
    '__proto__',
    'value',
    urn.enterpriseUser,
    'manager',
    'x',
  );
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<JsonValue>(null, true, 1, 'x', urn.user),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(value, fc.constantFrom<Direction>('create', 'replace', 'response'), (json, direction) => {
      const source = JSON.stringify(json);
      const text = JsonText.parse(source);
      for (const issue of validateResource(userType, text.value, direction, text)) {
        expect(issue.position).toBeDefined();
        expect(issue.message).not.toBe('');
        expect(issue.rule).toMatch(/^RFC \d+ §/);
      }
      expect(JSON.stringify(text.value)).toBe(source);
    }),
    { numRuns: 300 },
  );
});
