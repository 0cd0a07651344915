/** RFC 7644 §4: the discovery endpoints, with the resources of RFC 7643 §5, §6 and §7. */

import type { JsonObject } from '../scim/json.js';
import type { SchemaRegistry } from '../scim/schema/resource-type.js';
import type { AttributeDefinition, ResourceTypeDefinition, SchemaDefinition } from '../scim/schema/types.js';
import { urn } from '../scim/urn.js';

/** The discovery resources as JSON text, made once. */
export interface Discovery {
  readonly serviceProviderConfig: string;
  /** By id. */
  readonly resourceTypes: ReadonlyMap<string, string>;
  /** By URN in lower case: URNs do not mind case (RFC 8141 §3.1, RFC 7644 §3.10). */
  readonly schemas: ReadonlyMap<string, string>;
}

/** What the server promises about itself. */
export interface Promises {
  readonly baseUrl: string;
  readonly maxResults: number;
  readonly maxPayloadBytes: number;
}

/** The discovery resources of a server with REGISTRY at PROMISES.baseUrl. */
export function createDiscovery(registry: SchemaRegistry, promises: Promises): Discovery {
  const types = registry.resourceTypes.map(({ definition }) => definition);
  const used = new Set(types.flatMap((type) => [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)]));
  const described = [...used, urn.serviceProviderConfig, urn.resourceType, urn.schema];
  return {
    serviceProviderConfig: JSON.stringify(serviceProviderConfig(promises)),
    resourceTypes: new Map(types.map((type) => [type.id, JSON.stringify(resourceType(type, promises.baseUrl))])),
    schemas: new Map(
      described
        .map((id) => registry.schema(id))
        .filter((schema) => schema !== undefined)
        .map((schema) => [schema.id.toLowerCase(), JSON.stringify(schemaResource(schema, promises.baseUrl))]),
    ),
  };
}

function serviceProviderConfig({ baseUrl, maxResults, maxPayloadBytes }: Promises): JsonObject {
  return {
    schemas: [urn.serviceProviderConfig],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: maxPayloadBytes },
    filter: { supported: true, maxResults },
    changePassword: { supported: true },
    sort: { supported: true },
    etag: { supported: true },
    // RFC 9865 §4.
    pagination: {
      cursor: false,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: maxResults,
      maxPageSize: maxResults,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'OAuth Bearer Token',
        description: 'A token in the Authorization header',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: meta('ServiceProviderConfig', `${baseUrl}/ServiceProviderConfig`),
  };
}

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
