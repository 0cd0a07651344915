import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter, type Filter, isPresent, parseFilter } from '../../src/scim/filter/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/scim/json.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { logical } from './filter-arbitrary.js';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const user = SchemaRegistry.rfc.resourceTypes[0];
const group = SchemaRegistry.rfc.find('Group');

const babs: JsonObject = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
  id: '2819c223',
  externalId: 'Ext-1',
  userName: 'BJensen@example.com',
  NAME: { familyName: "O'Malley", givenName: 'Barbara' },
  title: 'Vice President',
  nickName: '',
  userType: null,
  active: true,
  emails: [
    { type: 'work', value: 'babs@Example.com', primary: true },
    { type: 'home', value: 'babs@jensen.org' },
  ],
  phoneNumbers: [],
  ims: [{}],
  x509Certificates: [{ value: 'TUlJ' }],
  meta: {
    resourceType: 'User',
    created: '2010-01-23T04:56:22Z',
    lastModified: '2011-05-13T04:42:34.500Z',
    location: 'https://example.com/v2/Users/2819c223',
  },
  [enterprise]: { department: 'Tours', manager: { value: 'M1', $ref: '../Users/M1' } },
};

const holds = (text: string, resource: JsonObject = babs, type = user) =>
  compileFilter(parseFilter(text), type)(resource);

describe('compileFilter with a schema', () => {
  it.each([
    // case
    ['userName eq "bjensen@EXAMPLE.com"', true],
    ['USERNAME Eq "bjensen@example.com"', true],
    ['externalId eq "ext-1"', false],
    ['externalId eq "Ext-1"', true],
    ['meta.resourceType eq "user"', false],
    ['meta.location eq "https://example.com/v2/users/2819c223"', false],
    ['x509Certificates.value eq "tulj"', false],
    ['name.familyName co "o\'m"', true],
    ['userName sw "BJ"', true],
    ['userName ew ".COM"', true],
    ['userName ew "x"', false],
    ['userName gt "bjensen"', true],
    ['userName lt "bjensen"', false],
    ['userName ge "bjensen@example.com" and userName le "bjensen@example.com"', true],
    // instants
    ['meta.lastModified gt "2011-05-13T04:42:34Z"', true],
    ['meta.lastModified eq "2011-05-13T04:42:34.5Z"', true],
    ['meta.lastModified eq "2011-05-13T06:42:34.50+02:00"', true],
    ['meta.lastModified ne "2011-05-13T06:42:34.50+02:00"', false],
    ['meta.lastModified lt "2011-05-13T04:42:34+01:00"', false],
    ['meta.lastModified le "2011-05-13T04:42:34.501Z"', true],
    // any value matches; a value filter binds one element
    ['emails.type eq "work"', true],
    ['emails.type ne "work"', true],
    ['emails.type eq "other"', false],
    ['emails co "example.com"', true],
    ['emails.type eq "home" and emails.value co "example.com"', true],
    ['emails[type eq "home" and value co "example.com"]', false],
    ['emails[type eq "work" and value co "example.com"]', true],
    ['emails[not (type eq "work")]', true],
    ['emails[type eq "work" and (value co "x.com" or primary eq true)]', true],
    ['emails[primary eq "True"]', true],
    ['emails[nothing eq "x"]', false],
    ['emails[type eq null]', false],
    ['phoneNumbers[not (type eq "work")]', false],
    ['schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', true],
    ['schemas ne "urn:ietf:params:scim:schemas:core:2.0:User"', true],
    ['schemas sw "urn:ietf:params:scim:schemas:extension"', true],
    ['schemas[value ew ":core:2.0:User"]', true],
    ['schemas[other ew "x"]', false],
    // presence, null
    ['title pr', true],
    ['nickName pr', false],
    ['userType pr', false],
    ['displayName pr', false],
    ['phoneNumbers pr', false],
    ['ims pr', false],
    ['name pr', true],
    ['name.middleName pr', false],
    ['emails.display pr', false],
    ['emails.primary pr', true],
    ['active pr', true],
    ['userType eq null', true],
    ['displayName eq null', true],
    ['title eq null', false],
    ['title ne null', true],
    ['phoneNumbers eq NULL', true],
    // absent: only `ne` holds
    ['displayName ne "x"', true],
    ['displayName eq "x"', false],
    ['displayName lt "x"', false],
    ['not (displayName eq "x")', true],
    ['phoneNumbers.type ne "work"', true],
    // URNs and extensions
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "b"', true],
    ['URN:ietf:params:scim:schemas:core:2.0:user:name.givenName eq "barbara"', true],
    [`${enterprise}:department eq "tours"`, true],
    [`${enterprise}:manager.value eq "m1"`, false],
    [`${enterprise}:manager.value eq "M1"`, true],
    [`${enterprise}:manager eq "M1"`, true],
    [`${enterprise} pr`, true],
    ['department eq "Tours"', false],
    // unknown attributes are absent
    ['unknown eq "x"', false],
    ['unknown ne "x"', true],
    ['unknown pr', false],
    ['unknown[a pr]', false],
    ['unknown eq null', true],
    ['name.unknown pr', false],
    ['urn:example:other:thing pr', false],
    ['constructor pr', false],
    ['name.constructor pr', false],
    // types that never are equal
    ['userName eq 5', false],
    ['active eq true', true],
    ['active eq "TRUE"', true],
    ['active ne false', true],
    ['active eq 1', false],
    // logic
    ['title pr and active eq true or unknown pr', true],
    ['title pr and (active eq false or unknown pr)', false],
    ['unknown pr or unknown pr or title pr', true],
    ['title pr and title pr and unknown pr', false],
  ])('%s is %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it('treats a bare extension without content as absent', () => {
    expect(holds(`${enterprise} pr`, { userName: 'x' })).toBe(false);
    expect(holds(`${enterprise}:department ne "x"`, { userName: 'x' })).toBe(true);
  });

  it('takes any attribute of a schema that the server names but does not describe', () => {
    const [type] = new SchemaRegistry(
      [],
      [
        {
          id: 'Device',
          name: 'Device',
          description: '',
          endpoint: '/Devices',
          schema: 'urn:example:Device',
          schemaExtensions: [{ schema: 'urn:example:Extra', required: false }],
        },
      ],
    ).resourceTypes;
    const device = { Serial: 'X', 'urn:example:Extra': { color: 'red' } };
    expect(holds('serial eq "X" and urn:example:Extra:Color eq "red"', device, type)).toBe(true);
    expect(holds('color eq "red" or urn:example:Other:color eq "red"', device, type)).toBe(false);
  });

  it('compares the ids of references exactly, as ids are (RFC 7643 §3.1)', () => {
    const admins: JsonObject = { displayName: 'Admins', members: [{ value: 'aB3' }] };
    for (const filter of [
      'members eq "ab3"',
      'members.value eq "ab3"',
      'members[value eq "ab3"]',
      'members.value sw "ab"',
    ]) {
      expect(holds(filter, admins, group)).toBe(false);
      expect(holds(filter.replace('ab', 'aB'), admins, group)).toBe(true);
    }
    expect(holds('displayName eq "ADMINS"', admins, group)).toBe(true);
  });

  it('finds members by the complex attribute alone', () => {
    const admins: JsonObject = { displayName: 'Admins', members: [{ value: 'u1' }, { value: 'u2', type: 'User' }] };
    expect(holds('members eq "u2"', admins, group)).toBe(true);
    expect(holds('members[value eq "u1" and type eq "User"]', admins, group)).toBe(false);
  });

  it.each([
    ['active gt true', 0],
    ['active sw "tr"', 0],
    ['x509Certificates.value lt "a"', 0],
    ['x509Certificates lt "a"', 0],
    ['name gt "A"', 0],
    ['name eq "A"', 0],
    ['title pr and userName co 5', 25],
    ['userName gt 5', 12],
    ['userName gt null', 12],
    ['meta.created gt "yesterday"', 16],
    ['meta.created eq "2011-02-30T00:00:00Z"', 16],
    ['meta.created co "2011"', 0],
    ['emails[primary gt true]', 7],
  ])('refuses %s at %i', (text, offset) => {
    expect(() => compileFilter(parseFilter(text), user)).toThrow(
      expect.objectContaining({ scimType: 'invalidFilter', status: 400, offset }),
    );
  });
});

describe('compileFilter without a schema', () => {
  const thing: JsonObject = {
    Count: 5,
    when: '2026-01-31T08:00:00+01:00',
    Tags: ['a', 'B'],
    list: [
      { value: 'v', n: 1 },
      { value: 'w', n: 2 },
    ],
    ok: false,
    [enterprise]: { department: 'Tours' },
  };
  it.each([
    ['count eq 5', true],
    ['count gt 4', true],
    ['count gt "4"', false],
    ['tags eq "b"', false],
    ['tags eq "B"', true],
    ['when gt "2026-01-31T06:59:59Z"', true],
    ['when eq "2026-01-31T07:00:00Z"', true],
    ['when lt "2026"', false],
    ['list eq "w"', true],
    ['list co "w"', true],
    ['list.n ge 2', true],
    ['list[value eq "v" and n eq 2]', false],
    ['list[value eq "w" and n eq 2]', true],
    ['tags[value eq "a"]', true],
    ['ok eq false', true],
    ['ok pr', true],
    ['missing pr', false],
    ['missing ne 1', true],
    [`${enterprise}:department eq "Tours"`, true],
    [`${enterprise} pr`, true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:count eq 5', true],
    ['urn:example:other:count eq 5', false],
    ['__proto__ pr', 'refused'],
    ['toString pr', false],
  ])('%s is %s', (text, expected) => {
    if (expected === 'refused') expect(() => parseFilter(text)).toThrow();
    else expect(compileFilter(parseFilter(text), undefined)(thing)).toBe(expected);
  });
  it.each(['ok gt true', 'ok lt null', 'count co 5'])('refuses %s', (text) => {
    expect(() => compileFilter(parseFilter(text), undefined)).toThrow(
      expect.objectContaining({ scimType: 'invalidFilter' }),
    );
  });
});

describe('against a naive evaluator', () => {
  const word = fc.constantFrom('a', 'A', 'b', 'ab', '');
  const leaf = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('userName', 'externalId', 'title', 'name.givenName', 'emails.type', 'emails.value', 'emails'),
        fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'),
        word,
      )
      .map(([name, operator, value]) => `${name} ${operator} "${value}"`),
    fc.constantFrom('title pr', 'emails pr', 'emails.type pr', 'name pr', 'title eq null', 'emails ne null'),
  );
  const element = fc
    .tuple(fc.constantFrom('type', 'value'), fc.constantFrom('eq', 'ne', 'co', 'gt'), word)
    .map(([name, operator, value]) => `${name} ${operator} "${value}"`);
  const toFilter = (text: fc.Arbitrary<string>) => text.map((t) => parseFilter(t));
  const valuePath = logical(toFilter(element)).map(
    (filter): Filter => ({ kind: 'valuePath', path: { name: 'emails' }, filter, offset: 0 }),
  );
  const maybe = fc.oneof(word, fc.constant(null));
  const resource = fc.record(
    {
      userName: maybe,
      externalId: maybe,
      title: maybe,
      name: fc.record({ givenName: maybe }, { requiredKeys: [] }),
      emails: fc.array(fc.record({ type: maybe, value: maybe }, { requiredKeys: [] }), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  );

  it('gives the same answer', () => {
    fc.assert(
      fc.property(logical(fc.oneof(toFilter(leaf), valuePath)), resource, (filter, sample) => {
        expect(compileFilter(filter, user)(sample)).toBe(naive(filter, sample));
      }),
      { numRuns: 500 },
    );
  });

  /** Collects all assigned values, then asks whether any fits. */
  function naive(filter: Filter, subject: JsonObject): boolean {
    switch (filter.kind) {
      case 'and':
        return !filter.filters.some((operand) => !naive(operand, subject));
      case 'or':
        return filter.filters.some((operand) => naive(operand, subject));
      case 'not':
        return !naive(filter.filter, subject);
      case 'present':
        return values(subject, [filter.path.name, filter.path.sub]).some(isPresent);
      case 'valuePath':
        return values(subject, [filter.path.name]).some((value) => isJsonObject(value) && naive(filter.filter, value));
      case 'compare': {
        const sub = filter.path.sub ?? (filter.path.name === 'emails' ? 'value' : undefined);
        if (filter.value === null) {
          const assigned = values(subject, [filter.path.name, filter.path.sub]).some(isPresent);
          return assigned === (filter.operator === 'ne');
        }
        const exact = filter.path.name === 'externalId';
        const fold = (value: JsonValue) => (exact ? String(value) : String(value).toLowerCase());
        const found = values(subject, [filter.path.name, sub]).map(fold);
        const wanted = fold(filter.value);
        if (filter.operator === 'ne') return found.length === 0 || found.some((value) => value !== wanted);
        return found.some((value) => compareNaively(value, filter.operator, wanted));
      }
    }
  }

  function compareNaively(value: string, operator: string, wanted: string): boolean {
    const outcomes: Record<string, boolean> = {
      eq: value === wanted,
      co: value.includes(wanted),
      sw: value.startsWith(wanted),
      ew: value.endsWith(wanted),
      gt: value > wanted,
      ge: value >= wanted,
      lt: value < wanted,
      le: value <= wanted,
    };
    return outcomes[operator] ?? false;
  }

  function values(subject: JsonValue, names: readonly (string | undefined)[]): JsonValue[] {
    const [name, ...rest] = names;
    if (subject === null) return [];
    if (Array.isArray(subject)) return subject.flatMap((element) => values(element, names));
    if (name === undefined) return [subject];
    if (!isJsonObject(subject)) return [];
    const member = subject[name];
    return member === undefined ? [] : values(member, rest);
  }
});
