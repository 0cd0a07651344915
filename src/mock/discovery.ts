/** RFC 7644 §4: the discovery endpoints, with the resources of RFC 7643 §5, §6 and §7, and RFC 9865 §4. */

import { createHash } from 'node:crypto';
import type { JsonObject } from '../scim/json.js';
import type { SchemaRegistry } from '../scim/schema/resource-type.js';
import type { AttributeDefinition, ResourceTypeDefinition, SchemaDefinition } from '../scim/schema/types.js';
import { urn } from '../scim/urn.js';
import type { AuthSettings } from './auth/settings.js';
import type { ServiceRules } from './rules.js';

/** A discovery document that is ready to be sent. */
export interface Document {
  readonly text: Buffer;
  /** Its entity tag. */
  readonly version: string;
}

/** The discovery resources, made once. */
export interface Discovery {
  readonly serviceProviderConfig: Document;
  readonly resourceTypes: Documents;
  readonly schemas: Documents;
}

/** The documents of one endpoint. */
export interface Documents {
  /** The ListResponse with all of them. */
  readonly all: Document;
  /** By id; the URNs of schemas in lower case: they do not mind case (RFC 8141 §3.1, RFC 7644 §3.10). */
  readonly byId: ReadonlyMap<string, Document>;
}

/** What the server promises about itself. */
export interface Promises {
  readonly baseUrl: string;
  readonly rules: ServiceRules;
  readonly auth: AuthSettings | undefined;
}

/** The discovery resources of a server with REGISTRY at PROMISES.baseUrl. */
export function createDiscovery(registry: SchemaRegistry, promises: Promises): Discovery {
  const { baseUrl } = promises;
  const types = registry.resourceTypes.map(({ definition }) => definition);
  const used = new Set(types.flatMap((type) => [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)]));
  const schemas = [...used, urn.serviceProviderConfig, urn.resourceType, urn.schema]
    .map((id) => registry.schema(id))
    .filter((schema) => schema !== undefined);
  return {
    serviceProviderConfig: documentOf(JSON.stringify(serviceProviderConfig(promises))),
    resourceTypes: documentsOf(types.map((type) => [type.id, resourceType(type, baseUrl)])),
    schemas: documentsOf(schemas.map((schema) => [schema.id.toLowerCase(), schemaResource(schema, baseUrl)])),
  };
}

/** RFC 7644 §4: all of them in one answer, whatever the parameters for paging. */
function documentsOf(resources: readonly (readonly [id: string, resource: JsonObject])[]): Documents {
  const texts = resources.map(([id, resource]) => ({ id, text: JSON.stringify(resource) }));
  const counts = `"totalResults":${texts.length},"itemsPerPage":${texts.length},"startIndex":1`;
  const list = texts.map(({ text }) => text).join(',');
  return {
    all: documentOf(`{"schemas":["${urn.listResponse}"],${counts},"Resources":[${list}]}`),
    byId: new Map(texts.map(({ id, text }) => [id, documentOf(text)])),
  };
}

function documentOf(json: string): Document {
  const text = Buffer.from(json);
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  return { text, version: `W/"${digest}"` };
}

function serviceProviderConfig({ baseUrl, rules, auth }: Promises): JsonObject {
  const { paging, bulk, patch, filter, changePassword, sort, etag } = rules;
  return {
    schemas: [urn.serviceProviderConfig],
    patch: { supported: patch.supported },
    bulk: {
      supported: bulk.supported,
      maxOperations: bulk.supported ? bulk.maxOperations : 0,
      maxPayloadSize: bulk.supported ? bulk.maxPayloadSize : 0,
    },
    filter: {
      supported: filter.supported,
      maxResults: Math.min(filter.maxResults ?? Number.POSITIVE_INFINITY, paging.maxPageSize),
    },
    changePassword: { supported: changePassword.supported },
    sort: { supported: sort.supported },
    etag: { supported: etag.supported },
    pagination: pagination(paging),
    authenticationSchemes: [authenticationScheme(auth?.scheme ?? 'none')],
    meta: meta('ServiceProviderConfig', `${baseUrl}/ServiceProviderConfig`),
  };
}

/** RFC 9865 §4. */
function pagination({ index, cursor, defaultMethod, ...sizes }: ServiceRules['paging']): JsonObject {
  return {
    cursor,
    index,
    ...((index || cursor) && { defaultPaginationMethod: index && cursor ? defaultMethod : index ? 'index' : 'cursor' }),
    defaultPageSize: Math.min(sizes.defaultPageSize, sizes.maxPageSize),
    maxPageSize: sizes.maxPageSize,
    ...(cursor && { cursorTimeout: sizes.cursorTimeout }),
  };
}

/** RFC 7643 §5; it has no type for API keys and certificates, so they get telling ones. */
function authenticationScheme(scheme: AuthSettings['scheme']): JsonObject {
  const [type, name, description, rfc] = authenticationSchemes[scheme];
  const specUri = rfc === undefined ? {} : { specUri: `https://www.rfc-editor.org/info/rfc${rfc}` };
  return { type, name, description, ...specUri, primary: true };
}

type SchemeText = readonly [type: string, name: string, description: string, rfc?: number];

const bearerToken = ['oauthbearertoken', 'OAuth Bearer Token', 'A token in the Authorization header', 6750] as const;

const authenticationSchemes: Readonly<Record<AuthSettings['scheme'], SchemeText>> = {
  // Everybody is let in, a client with a token, too; the attribute is required, so that it names what works.
  none: bearerToken,
  bearer: bearerToken,
  oauth2: ['oauth2', 'OAuth 2.0', 'A token that the token endpoint gives for client credentials', 6749],
  basic: ['httpbasic', 'HTTP Basic', 'A name and a password in the Authorization header', 7617],
  apiKey: ['apikey', 'API key', 'A key in a header of its own'],
  mtls: ['tlsclientauth', 'TLS client certificate', 'A certificate that the client shows when it connects', 8446],
};

function resourceType(type: ResourceTypeDefinition, baseUrl: string): JsonObject {
  return {
    schemas: [urn.resourceType],
    id: type.id,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.schema,
    ...(type.schemaExtensions.length > 0 && { schemaExtensions: type.schemaExtensions.map((each) => ({ ...each })) }),
    meta: meta('ResourceType', `${baseUrl}/ResourceTypes/${type.id}`),
  };
}

function schemaResource(schema: SchemaDefinition, baseUrl: string): JsonObject {
  return {
    schemas: [urn.schema],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(attributeResource),
    meta: meta('Schema', `${baseUrl}/Schemas/${schema.id}`),
  };
}

/** RFC 7643 §7: case and uniqueness say nothing about a boolean or a complex attribute. */
function attributeResource(attribute: AttributeDefinition): JsonObject {
  const { name, type, multiValued, description, required, caseExact, mutability, returned, uniqueness } = attribute;
  return {
    name,
    type,
    ...(type === 'complex' && { subAttributes: attribute.subAttributes.map(attributeResource) }),
    multiValued,
    description,
    required,
    ...(attribute.canonicalValues.length > 0 && { canonicalValues: [...attribute.canonicalValues] }),
    ...(type !== 'complex' && type !== 'boolean' && { caseExact }),
    mutability,
    returned,
    uniqueness,
    ...(type === 'reference' && { referenceTypes: [...attribute.referenceTypes] }),
  };
}

function meta(resourceType: string, location: string): JsonObject {
  return { resourceType, location };
}
