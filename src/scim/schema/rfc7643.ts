/** RFC 7643 §8.7: the schemas of the standard, with the errata that concern their content, and RFC 9865 §4. */

import { urn } from '../urn.js';
import { defineAttribute } from './common.js';
import { parseSchema } from './parse.js';
import published from './rfc7643.json';
import type { AttributeDefinition, ResourceTypeDefinition, SchemaDefinition } from './types.js';

interface Correction {
  /** Where the correction comes from. */
  readonly source: string;
  readonly schema: string;
  /** Names from the top attribute down. */
  readonly path: readonly string[];
  readonly correct: (attribute: AttributeDefinition) => AttributeDefinition;
}

const set =
  (change: Partial<AttributeDefinition>) =>
  (attribute: AttributeDefinition): AttributeDefinition => ({ ...attribute, ...change });

const withSubAttribute =
  (added: AttributeDefinition) =>
  (attribute: AttributeDefinition): AttributeDefinition => ({
    ...attribute,
    subAttributes: [...attribute.subAttributes, added],
  });

const schemaTypes = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference'];

const corrections: readonly Correction[] = [
  { source: 'erratum 5368', schema: urn.group, path: ['displayName'], correct: set({ required: true }) },
  { source: 'erratum 8471', schema: urn.user, path: ['groups', '$ref'], correct: set({ referenceTypes: ['Group'] }) },
  { source: 'erratum 8472', schema: urn.enterpriseUser, path: ['manager', 'value'], correct: set({ caseExact: true }) },
  {
    source: 'errata 6000 and 8470',
    schema: urn.user,
    path: ['x509Certificates', 'value'],
    correct: set({ caseExact: true }),
  },
  {
    source: 'RFC 7643 §8.2: the full user has a primary address; the schema of §8.7.1 forgets it',
    schema: urn.user,
    path: ['addresses'],
    correct: withSubAttribute(
      defineAttribute('primary', 'boolean', { description: 'Whether this is the preferred address.' }),
    ),
  },
  {
    source: 'RFC 7643 §8.4: members carry a display name, immutable by §2.4; the schema of §8.7.1 forgets it',
    schema: urn.group,
    path: ['members'],
    correct: withSubAttribute(
      defineAttribute('display', 'string', { description: "The member's name to show.", mutability: 'immutable' }),
    ),
  },
  {
    source: 'erratum 8011',
    schema: urn.serviceProviderConfig,
    path: ['authenticationSchemes'],
    correct: withSubAttribute(
      defineAttribute('type', 'string', {
        description: 'The authentication scheme.',
        required: true,
        mutability: 'readOnly',
        canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
      }),
    ),
  },
  {
    source: 'RFC 7643 §8.5: one of the schemes is the primary one; the schema of §8.7.2 forgets it',
    schema: urn.serviceProviderConfig,
    path: ['authenticationSchemes'],
    correct: withSubAttribute(
      defineAttribute('primary', 'boolean', {
        description: 'Whether this is the preferred scheme.',
        mutability: 'readOnly',
      }),
    ),
  },
  {
    source: 'errata 5607 and 7522',
    schema: urn.resourceType,
    path: ['schemaExtensions'],
    correct: set({ multiValued: true }),
  },
  {
    source: 'errata 5606 and 8415',
    schema: urn.schema,
    path: ['attributes', 'type'],
    correct: set({ canonicalValues: [...schemaTypes, 'complex'] }),
  },
  {
    source: 'errata 5606 and 8415: a sub-attribute cannot be complex',
    schema: urn.schema,
    path: ['attributes', 'subAttributes', 'type'],
    correct: set({ canonicalValues: schemaTypes }),
  },
  {
    source: 'errata 5607 and 7522',
    schema: urn.schema,
    path: ['attributes', 'subAttributes', 'referenceTypes'],
    correct: set({ multiValued: true }),
  },
];

/** RFC 7643 §5 requires `etag`, and the schema of §8.7.2 forgets it. */
const etagFeature = defineAttribute('etag', 'complex', {
  description: 'Whether resources have versions (ETag).',
  required: true,
  mutability: 'readOnly',
  subAttributes: [
    defineAttribute('supported', 'boolean', {
      description: 'Whether the operation is supported.',
      required: true,
      mutability: 'readOnly',
    }),
  ],
});

const readOnly = (
  name: string,
  type: AttributeDefinition['type'],
  description: string,
  more: Partial<AttributeDefinition> = {},
): AttributeDefinition => defineAttribute(name, type, { description, mutability: 'readOnly', ...more });

/** RFC 9865 §4 adds it to the schema. */
const paginationFeature = readOnly('pagination', 'complex', 'The ways of paging through lists.', {
  subAttributes: [
    readOnly('cursor', 'boolean', 'Whether pages can be asked for by cursor.', { required: true }),
    readOnly('index', 'boolean', 'Whether pages can be asked for by index.', { required: true }),
    readOnly('defaultPaginationMethod', 'string', 'The way of paging when a request asks for neither.', {
      canonicalValues: ['cursor', 'index'],
    }),
    readOnly('defaultPageSize', 'integer', 'How many resources a page has when a request does not say.'),
    readOnly('maxPageSize', 'integer', 'How many resources a page has at most.'),
    readOnly('cursorTimeout', 'integer', 'How many seconds a cursor can be used at least.'),
  ],
});

/**
 * User, Group, Enterprise User, ServiceProviderConfig, ResourceType and Schema. The attributes of each are parsed when
 * they are first looked at, which keeps them out of the start of the process.
 */
export const rfcSchemas: readonly SchemaDefinition[] = published.map(lazily);

/** RFC 7643 §8.6: User with the Enterprise extension, and Group. */
export const rfcResourceTypes: readonly ResourceTypeDefinition[] = [
  {
    id: 'User',
    name: 'User',
    description: 'User Account',
    endpoint: '/Users',
    schema: urn.user,
    // §8.6 shows `required: true`, yet its own users of §8.1 and §8.2 do without the extension.
    schemaExtensions: [{ schema: urn.enterpriseUser, required: false }],
  },
  {
    id: 'Group',
    name: 'Group',
    description: 'Group',
    endpoint: '/Groups',
    schema: urn.group,
    schemaExtensions: [],
  },
];

interface PublishedSchema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

function lazily(schema: PublishedSchema): SchemaDefinition {
  let attributes: readonly AttributeDefinition[] | undefined;
  return {
    id: schema.id,
    name: schema.name,
    description: schema.description,
    get attributes() {
      attributes ??= corrected(parseSchema(schema));
      return attributes;
    },
  };
}

function corrected(schema: SchemaDefinition): readonly AttributeDefinition[] {
  const attributes = corrections
    .filter((correction) => correction.schema === schema.id)
    .reduce((list, { path, correct }) => correctAt(list, path, correct), schema.attributes);
  return schema.id === urn.serviceProviderConfig ? [...attributes, etagFeature, paginationFeature] : attributes;
}

function correctAt(
  attributes: readonly AttributeDefinition[],
  [name, ...rest]: readonly string[],
  correct: Correction['correct'],
): readonly AttributeDefinition[] {
  return attributes.map((attribute) => {
    if (attribute.name !== name) return attribute;
    if (rest.length === 0) return correct(attribute);
    return { ...attribute, subAttributes: correctAt(attribute.subAttributes, rest, correct) };
  });
}
