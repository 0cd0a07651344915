/** RFC 7643 §3.1 and §2.4: attributes that every resource and every multi-valued attribute has without declaring them. */

import type { AttributeDefinition, AttributeType } from './types.js';

type Characteristics = Partial<Omit<AttributeDefinition, 'name' | 'type'>>;

/** An attribute with the defaults of RFC 7643 §2.2 and the given CHARACTERISTICS. */
export function defineAttribute(
  name: string,
  type: AttributeType,
  characteristics: Characteristics = {},
): AttributeDefinition {
  return {
    name,
    type,
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
    ...characteristics,
  };
}

const metaMember = (name: string, type: AttributeType, description: string): AttributeDefinition =>
  defineAttribute(name, type, { description, mutability: 'readOnly', caseExact: type !== 'dateTime' });

/** RFC 7643 §3: the URNs of the schemas that the resource uses. */
export const schemasAttribute = defineAttribute('schemas', 'reference', {
  description: 'The URNs of the schemas that this resource uses.',
  multiValued: true,
  required: true,
  caseExact: true,
  returned: 'always',
  referenceTypes: ['uri'],
});

/** RFC 7643 §3.1: `id`, issued by the service provider. */
export const idAttribute = defineAttribute('id', 'string', {
  description: 'The identifier that the service provider issued for this resource; it never changes.',
  required: true,
  caseExact: true,
  mutability: 'readOnly',
  returned: 'always',
  uniqueness: 'server',
});

/** RFC 7643 §3.1: `externalId`, issued by the provisioning client. */
export const externalIdAttribute = defineAttribute('externalId', 'string', {
  description: 'The identifier that the provisioning client uses for this resource.',
  caseExact: true,
});

/** RFC 7643 §3.1: `meta`. */
export const metaAttribute = defineAttribute('meta', 'complex', {
  description: 'What the service provider records about this resource.',
  mutability: 'readOnly',
  subAttributes: [
    metaMember('resourceType', 'string', 'The name of the resource type.'),
    metaMember('created', 'dateTime', 'When the resource was added to the service provider.'),
    metaMember('lastModified', 'dateTime', 'When the resource was last changed.'),
    metaMember('location', 'reference', 'The URI of this resource.'),
    metaMember('version', 'string', 'The version of this resource, as in the ETag header.'),
  ],
});

/** RFC 7643 §2.4: the sub-attributes of a multi-valued attribute whose schema does not define them otherwise. */
export const defaultSubAttributes: readonly AttributeDefinition[] = [
  defineAttribute('type', 'string', { description: "A label for the value's function, such as `work`." }),
  defineAttribute('primary', 'boolean', { description: 'Whether this is the preferred value; true at most once.' }),
  defineAttribute('display', 'string', { description: 'A name to show for the value.', mutability: 'immutable' }),
  defineAttribute('value', 'string', { description: 'The value itself.' }),
  defineAttribute('$ref', 'reference', { description: 'The URI of the resource that the value names.' }),
];
