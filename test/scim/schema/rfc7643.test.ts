import { describe, expect, test } from 'vitest';
import { parseResourceType, parseSchema } from '../../../src/scim/schema/parse.js';
import { rfcResourceTypes, rfcSchemas } from '../../../src/scim/schema/rfc7643.js';
import type { AttributeDefinition } from '../../../src/scim/schema/types.js';
import { urn } from '../../../src/scim/urn.js';

const attribute = (schema: string, ...path: string[]): AttributeDefinition => {
  let attributes = rfcSchemas.find((candidate) => candidate.id === schema)?.attributes ?? [];
  let found: AttributeDefinition | undefined;
  for (const name of path) {
    found = attributes.find((candidate) => candidate.name === name);
    attributes = found?.subAttributes ?? [];
  }
  if (found === undefined) throw new Error(`${schema} has no ${path.join('.')}`);
  return found;
};

describe('the schemas of RFC 7643', () => {
  test('are the six of §8.7', () => {
    expect(rfcSchemas.map((schema) => schema.id)).toEqual([
      urn.user,
      urn.group,
      urn.enterpriseUser,
      urn.serviceProviderConfig,
      urn.resourceType,
      urn.schema,
    ]);
    expect(rfcResourceTypes.map((type) => type.endpoint)).toEqual(['/Users', '/Groups']);
  });

  test('carry what the standard says', () => {
    expect(attribute(urn.user, 'userName')).toMatchObject({ required: true, uniqueness: 'server', caseExact: false });
    expect(attribute(urn.user, 'password')).toMatchObject({ mutability: 'writeOnly', returned: 'never' });
    expect(attribute(urn.user, 'emails', 'type').canonicalValues).toEqual(['work', 'home', 'other']);
    expect(attribute(urn.user, 'groups').mutability).toBe('readOnly');
    expect(attribute(urn.group, 'members', 'value').mutability).toBe('immutable');
  });

  test('have the errata applied', () => {
    expect(attribute(urn.group, 'displayName').required).toBe(true);
    expect(attribute(urn.user, 'groups', '$ref').referenceTypes).toEqual(['Group']);
    expect(attribute(urn.enterpriseUser, 'manager', 'value').caseExact).toBe(true);
    expect(attribute(urn.user, 'x509Certificates', 'value').caseExact).toBe(true);
    expect(attribute(urn.user, 'addresses', 'primary').type).toBe('boolean');
    expect(attribute(urn.group, 'members', 'display').mutability).toBe('immutable');
    expect(attribute(urn.serviceProviderConfig, 'etag', 'supported').required).toBe(true);
    expect(attribute(urn.serviceProviderConfig, 'authenticationSchemes', 'type').required).toBe(true);
    expect(attribute(urn.resourceType, 'schemaExtensions').multiValued).toBe(true);
    expect(attribute(urn.schema, 'attributes', 'type').canonicalValues).toContain('binary');
    expect(attribute(urn.schema, 'attributes', 'subAttributes', 'type').canonicalValues).not.toContain('complex');
    expect(attribute(urn.schema, 'attributes', 'subAttributes', 'referenceTypes').multiValued).toBe(true);
  });

  test('survive serialisation, lazy as they are', () => {
    for (const schema of rfcSchemas) {
      const reread = parseSchema(JSON.parse(JSON.stringify(schema)));
      expect(reread).toEqual({ ...schema });
    }
  });
});

describe('parseSchema', () => {
  test('fills in the defaults of §2.2', () => {
    expect(parseSchema({ id: 'urn:x:Y', attributes: [{ name: 'a' }] })).toEqual({
      id: 'urn:x:Y',
      name: 'Y',
      description: '',
      attributes: [
        {
          name: 'a',
          type: 'string',
          multiValued: false,
          description: '',
          required: false,
          caseExact: false,
          mutability: 'readWrite',
          returned: 'default',
          uniqueness: 'none',
          canonicalValues: [],
          referenceTypes: [],
          subAttributes: [],
        },
      ],
    });
  });

  test('reads keywords in any case, null as missing and strings as booleans', () => {
    const [found] = parseSchema({
      ID: 'urn:x:Y',
      Attributes: [
        {
          Name: 'a',
          TYPE: 'DateTime',
          multivalued: 'True',
          Mutability: 'READONLY',
          returned: null,
          uniqueness: 'nonsense',
          canonicalValues: null,
          vendor: { x: 1 },
          subAttributes: null,
        },
        { name: 'b', subAttributes: [{ name: 'c' }] },
      ],
    }).attributes;
    expect(found).toMatchObject({
      name: 'a',
      type: 'dateTime',
      multiValued: true,
      mutability: 'readOnly',
      returned: 'default',
      uniqueness: 'none',
      canonicalValues: [],
    });
    expect(
      parseSchema({ id: 'urn:x:Y', attributes: [{ name: 'b', subAttributes: [{ name: 'c' }] }] }).attributes[0]?.type,
    ).toBe('complex');
  });

  test.each([[null], ['x'], [{}], [{ id: 'x', attributes: [{}] }], [{ id: 'x', attributes: [{ name: '__proto__' }] }]])(
    'refuses %j',
    (json) => {
      expect(() => parseSchema(json)).toThrow(expect.objectContaining({ scimType: 'invalidSyntax', status: 400 }));
    },
  );
});

test('parseSchema refuses a schema made to exhaust the stack', () => {
  let attribute: object = { name: 'a' };
  for (let depth = 0; depth < 50_000; depth += 1) attribute = { name: 'a', subAttributes: [attribute] };
  expect(() => parseSchema({ id: 'urn:x:Y', attributes: [attribute] })).toThrow(/nested too deep/);
});

test('parseResourceType reads what servers send', () => {
  const expected = {
    id: 'User',
    name: 'User',
    description: '',
    endpoint: '/Users',
    schema: urn.user,
    schemaExtensions: [{ schema: urn.enterpriseUser, required: false }],
  };
  const base = { name: 'User', schema: urn.user };
  expect(
    parseResourceType({ ...base, endpoint: '/Users', schemaExtensions: [{ schema: urn.enterpriseUser }] }),
  ).toEqual(expected);
  expect(parseResourceType({ ...base, endpoint: 'Users/', schemaExtensions: { Schema: urn.enterpriseUser } })).toEqual(
    expected,
  );
  expect(parseResourceType({ ...base, endpoint: 'https://x.test/scim/v2/Users' })).toEqual({
    ...expected,
    schemaExtensions: [],
  });
  expect(() => parseResourceType({ name: 'User' })).toThrow(/endpoint/);
});
