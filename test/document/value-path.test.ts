import { describe, expect, it } from 'vitest';
import { Complaint } from '../../src/document/complaint.js';
import { parseExactJson } from '../../src/document/exact-json.js';
import { parseValuePath, valueAt } from '../../src/document/value-path.js';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const core = 'urn:ietf:params:scim:schemas:core:2.0:User';

const user = parseExactJson(`{
  "schemas": ["${core}", "${enterprise}"],
  "userName": "bjensen", "empty": null, "none": [],
  "emails": [
    {"type": "work", "value": "b@example.com", "primary": true},
    {"type": "home", "value": "babs@example.org"},
    {"type": "other"}],
  "${enterprise}": {"department": "IT", "manager": {"value": "26", "displayName": "J. Smith"}},
  "urn:example:x": {"a.b": 1}
}`);

describe('a path', () => {
  it.each([
    ['userName', 'bjensen'],
    ['USERNAME', 'bjensen'],
    ['missing', undefined],
    ['empty', null],
    ['none', []],
    ['emails.value', ['b@example.com', 'babs@example.org']],
    ['emails[type eq "work"].value', 'b@example.com'],
    ['emails[type eq "WORK"].value', undefined],
    ['emails[value co "example" and not (type eq "work")].type', 'home'],
    ['emails[primary eq true].TYPE', 'work'],
    ['emails[0].value', 'b@example.com'],
    ['emails[9]', undefined],
    ['emails[type eq "none"]', undefined],
    ['schemas[0]', core],
    [`schemas[value eq "${enterprise}"]`, enterprise],
    [`${enterprise}.department`, 'IT'],
    [`${enterprise}:department`, 'IT'],
    [`${enterprise.toUpperCase()}:Manager.Value`, '26'],
    [enterprise, { department: 'IT', manager: { value: '26', displayName: 'J. Smith' } }],
    [`${core}:userName`, 'bjensen'],
    [`${core}:emails[type eq "work"].value`, 'b@example.com'],
    ['urn:unknown:thing:x', undefined],
    ['userName.sub', undefined],
  ])('%s', (path, expected) => {
    expect(valueAt(user, parseValuePath(path))).toEqual(expected);
  });

  it.each([
    ['', 0],
    ['a.', 2],
    ['a..b', 2],
    ['a[', 1],
    ['a[0]b', 4],
    ['a["', 1],
  ])('%j is wrong at %i', (path, offset) => {
    let found: unknown;
    try {
      parseValuePath(path);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(Complaint);
    expect(found).toMatchObject({ offset });
  });

  it('tells where a filter in it is wrong', () => {
    expect(() => parseValuePath('emails[type xx "work"]')).toThrow(Complaint);
  });
});
