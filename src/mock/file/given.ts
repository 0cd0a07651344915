/** Which resource type a given resource is of, and collecting what files and recordings hold. */

import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { type ResourceType, SchemaRegistry } from '../../scim/schema/resource-type.js';
import { rfcResourceTypes } from '../../scim/schema/rfc7643.js';
import type { ResourceTypeDefinition, SchemaDefinition } from '../../scim/schema/types.js';
import { urn } from '../../scim/urn.js';
import type { GivenResource } from '../options.js';

/** Data for a mock server, from whichever file. */
export interface ImportedData {
  readonly resources: readonly GivenResource[];
  /** Schemas and resource types that discovery documents in the data describe. */
  readonly schemas: readonly SchemaDefinition[];
  readonly resourceTypes: readonly ResourceTypeDefinition[];
  /** What a person should know of the data: what was left out, and why. */
  readonly warnings: readonly string[];
}

/** The resource types of RFC 7643 with TYPES, which take the place of those with the same name. */
export function registryWith(
  schemas: readonly SchemaDefinition[],
  types: readonly ResourceTypeDefinition[],
): SchemaRegistry {
  const named = new Set(types.map(({ name }) => name));
  return new SchemaRegistry(schemas, [...rfcResourceTypes.filter(({ name }) => !named.has(name)), ...types]);
}

/** The name of the type that RESOURCE is of: by its `schemas`, by `meta.resourceType`, or by what it holds. */
export function typeOf(resource: JsonObject, registry: SchemaRegistry): string | undefined {
  const urns = Array.isArray(resource.schemas) ? resource.schemas.map((id) => String(id).toLowerCase()) : [];
  const bySchema = registry.resourceTypes.find(({ core }) => urns.includes(core.id.toLowerCase()));
  if (bySchema !== undefined) return bySchema.name;
  const told = isJsonObject(resource.meta) ? resource.meta.resourceType : undefined;
  const byMeta = typeof told === 'string' ? registry.find(told) : undefined;
  if (byMeta !== undefined) return byMeta.name;
  if (typeof resource.userName === 'string') return registry.find('User')?.name;
  if (typeof resource.displayName === 'string' && urns.length === 0) return registry.find('Group')?.name;
  return undefined;
}

/** Is VALUE a discovery document of RFC 7643 §5 to §7? */
export function discoveryKind(value: JsonObject): 'schema' | 'resourceType' | 'configuration' | undefined {
  const urns = Array.isArray(value.schemas) ? value.schemas : [];
  const told = isJsonObject(value.meta) ? value.meta.resourceType : undefined;
  if (urns.includes(urn.schema) || told === 'Schema') return 'schema';
  if (urns.includes(urn.resourceType) || told === 'ResourceType') return 'resourceType';
  return urns.includes(urn.serviceProviderConfig) || told === 'ServiceProviderConfig' ? 'configuration' : undefined;
}

/** The resources that VALUE lists: a ListResponse, an array, or a lone resource. */
export function listedIn(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return [];
  const list = value.Resources ?? value.resources;
  return Array.isArray(list) ? list : [value];
}

/** RESOURCE with `schemas`: those that it has, or those of TYPE that it uses. */
export function completeSchemas(type: ResourceType, resource: JsonObject): JsonObject {
  if (Array.isArray(resource.schemas)) return resource;
  const used = type.extensions.map(({ schema }) => schema.id).filter((id) => id in resource);
  return { schemas: [type.core.id, ...used], ...resource };
}
