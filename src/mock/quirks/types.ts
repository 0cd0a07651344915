/** Resource types and extensions that services have beside those of RFC 7643. */

import { parseResourceType, parseSchema } from '../../scim/schema/parse.js';
import type { ResourceTypeDefinition, SchemaDefinition } from '../../scim/schema/types.js';
import type { extraTypes } from './own-flags.js';
import type { QuirkValues } from './values.js';

type ExtraType = (typeof extraTypes)[number];

interface Attribute {
  readonly name: string;
  readonly type?: string;
  readonly multiValued?: boolean;
  readonly required?: boolean;
}

/** A type of its own at ENDPOINT, or an extension of the type that EXTENDS names. */
interface Extra {
  readonly schema: string;
  readonly endpoint?: string;
  readonly extends?: string;
  readonly attributes: readonly Attribute[];
}

const named: readonly Attribute[] = [
  { name: 'displayName', required: true },
  { name: 'type' },
  { name: 'description' },
];
const entra = 'urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0';
const identityIq = 'urn:ietf:params:scim:schemas:sailpoint:1.0';

/** Attributes are those that the sources name; where they name none, a name, a type and a description. */
const extras: Readonly<Record<ExtraType, Extra>> = {
  'entra-id:User': { schema: `${entra}:User`, extends: 'User', attributes: [{ name: 'mailNickname' }] },
  'entra-id:Group': { schema: `${entra}:Group`, extends: 'Group', attributes: [{ name: 'mailNickname' }] },
  'salesforce:Entitlement': {
    schema: 'urn:ietf:params:scim:schemas:extension:salesforce:2.0:Entitlement',
    endpoint: '/Entitlements',
    attributes: named,
  },
  'salesforce:Role': {
    schema: 'urn:ietf:params:scim:schemas:extension:salesforce:2.0:Role',
    endpoint: '/Roles',
    attributes: named,
  },
  'databricks:ServicePrincipal': {
    schema: 'urn:ietf:params:scim:schemas:core:2.0:ServicePrincipal',
    endpoint: '/ServicePrincipals',
    attributes: [{ name: 'applicationId' }, { name: 'displayName' }, { name: 'active', type: 'boolean' }],
  },
  'okta:Role': { schema: 'urn:okta:scim:schemas:core:1.0:Role', endpoint: '/Roles', attributes: named },
  'okta:Entitlement': {
    schema: 'urn:okta:scim:schemas:core:1.0:Entitlement',
    endpoint: '/Entitlements',
    attributes: named,
  },
  'identityiq:Account': {
    schema: `${identityIq}:Account`,
    endpoint: '/Accounts',
    attributes: [{ name: 'displayName' }, { name: 'nativeIdentity' }, { name: 'active', type: 'boolean' }],
  },
  'identityiq:Role': { schema: `${identityIq}:Role`, endpoint: '/Roles', attributes: named },
  'identityiq:Entitlement': { schema: `${identityIq}:Entitlement`, endpoint: '/Entitlements', attributes: named },
  'identityiq:Application': { schema: `${identityIq}:Application`, endpoint: '/Applications', attributes: named },
};

/** The schemas that VALUES add. */
export function schemasOf({ types }: QuirkValues): SchemaDefinition[] {
  return types.extra.map((key) => {
    const { schema, attributes } = extras[key];
    return parseSchema({
      id: schema,
      name: nameOf(key),
      attributes: attributes.map((attribute) => ({ ...attribute })),
    });
  });
}

/** GIVEN resource types as VALUES have them: some more, some less, with their extensions and endpoints. */
export function resourceTypesOf(
  { types, groups, base }: QuirkValues,
  given: readonly ResourceTypeDefinition[],
): ResourceTypeDefinition[] {
  const taken = new Set(given.map(({ name }) => name));
  const added = types.extra.filter((key) => extras[key].endpoint !== undefined && !taken.has(nameOf(key)));
  return [...given, ...added.map(newType)]
    .filter(({ name }) => groups.supported || name !== 'Group')
    .map((type) => withExtensions(type, types.extra))
    .map((type) => (base.pathCase === 'lower' ? { ...type, endpoint: type.endpoint.toLowerCase() } : type));
}

function newType(key: ExtraType): ResourceTypeDefinition {
  const { schema, endpoint } = extras[key];
  return parseResourceType({ id: nameOf(key), name: nameOf(key), endpoint, schema });
}

function withExtensions(type: ResourceTypeDefinition, keys: readonly ExtraType[]): ResourceTypeDefinition {
  const added = keys
    .filter((key) => extras[key].extends === type.name)
    .map((key) => ({ schema: extras[key].schema, required: false }));
  return added.length === 0 ? type : { ...type, schemaExtensions: [...type.schemaExtensions, ...added] };
}

function nameOf(key: ExtraType): string {
  return key.slice(key.indexOf(':') + 1);
}
