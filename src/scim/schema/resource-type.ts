/** RFC 7643 §6 and §2.1: resource types and the look-up of their attributes by name, which never minds case. */

import type { JsonObject, JsonValue } from '../json.js';
import { defaultSubAttributes, externalIdAttribute, idAttribute, metaAttribute, schemasAttribute } from './common.js';
import { rfcResourceTypes, rfcSchemas } from './rfc7643.js';
import type { AttributeDefinition, ResourceTypeDefinition, SchemaDefinition } from './types.js';

/** An attribute as a filter, a path or a query parameter names it (RFC 7644 §3.10). */
export interface AttributePath {
  /** URN before the last colon, as written. */
  readonly urn?: string;
  /** Attribute name; empty together with `urn` for a whole extension. */
  readonly name: string;
  /** Sub-attribute name. */
  readonly sub?: string;
}

/** What an `AttributePath` means in one resource type. */
export interface ResolvedAttribute {
  /** URN of the extension that the attribute lives in, as declared; undefined at the top level. */
  readonly extension: string | undefined;
  /** Undefined for an extension as a whole. */
  readonly attribute: AttributeDefinition | undefined;
  readonly sub: AttributeDefinition | undefined;
  /** The path in the schema's own spelling; only extension attributes carry their URN. */
  readonly canonicalPath: string;
}

export interface ResourceTypeExtension {
  readonly schema: SchemaDefinition;
  readonly required: boolean;
}

type AttributeIndex = ReadonlyMap<string, AttributeDefinition>;

/** One resource type: its core schema, the common attributes and its extensions, ready for look-ups. */
export class ResourceType {
  readonly name: string;
  /** Relative to the base URL, with a leading slash. */
  readonly endpoint: string;
  /** Attributes at the top level: those of the core schema and the common ones of RFC 7643 §3.1. */
  readonly attributes: readonly AttributeDefinition[];
  readonly #index: AttributeIndex;
  readonly #extensions: ReadonlyMap<string, ResourceTypeExtension>;

  constructor(
    readonly definition: ResourceTypeDefinition,
    readonly core: SchemaDefinition,
    readonly extensions: readonly ResourceTypeExtension[],
  ) {
    this.name = definition.name;
    this.endpoint = definition.endpoint;
    this.attributes = topLevelAttributes(core);
    this.#index = indexOf(this.attributes);
    this.#extensions = new Map(extensions.map((extension) => [extension.schema.id.toLowerCase(), extension]));
  }

  /** The top-level attribute NAME. */
  attribute(name: string): AttributeDefinition | undefined {
    return this.#index.get(name) ?? this.#index.get(name.toLowerCase());
  }

  /** The extension with the given URN. */
  extension(urn: string): ResourceTypeExtension | undefined {
    return this.#extensions.get(urn.toLowerCase());
  }

  /**
   * What PATH means in this type, undefined when it means nothing. Understands `userName`, `name.familyName`,
   * `urn:…:core:2.0:User:userName`, `urn:…:enterprise:2.0:User:manager.value`, and an extension's bare URN, whether it
   * came whole or split at its last colon. Sub-attributes of RFC 7643 §2.4 need no declaration in multi-valued ones.
   */
  resolve(path: AttributePath): ResolvedAttribute | undefined {
    if (path.urn === undefined) {
      return this.#resolveIn(undefined, this.attribute(path.name), path.sub) ?? this.#container(path.name);
    }
    const extension = this.extension(path.urn);
    if (extension !== undefined) {
      if (path.name === '') return this.#container(path.urn);
      return this.#resolveIn(extension.schema, attributeOf(extension.schema, path.name), path.sub);
    }
    if (path.urn.toLowerCase() === this.core.id.toLowerCase()) {
      return this.#resolveIn(undefined, this.attribute(path.name), path.sub);
    }
    return this.#container(`${path.urn}:${path.name}${path.sub === undefined ? '' : `.${path.sub}`}`);
  }

  /**
   * `resolve` for TEXT in attribute notation (RFC 7644 §3.10). Finds the end of a URN by the URNs that the type knows,
   * so that dots and colons in them mislead nobody.
   */
  lookup(text: string): ResolvedAttribute | undefined {
    const lower = text.toLowerCase();
    for (const urn of [this.core.id, ...this.#extensions.keys()]) {
      if (lower === urn.toLowerCase()) return this.#container(urn);
      if (lower.startsWith(`${urn.toLowerCase()}:`)) {
        return this.resolve({ urn, ...splitAtDot(text.slice(urn.length + 1)) });
      }
    }
    return this.resolve(splitAtDot(text));
  }

  #container(urn: string): ResolvedAttribute | undefined {
    const id = this.extension(urn)?.schema.id;
    if (id === undefined) return undefined;
    return { extension: id, attribute: undefined, sub: undefined, canonicalPath: id };
  }

  #resolveIn(
    extension: SchemaDefinition | undefined,
    attribute: AttributeDefinition | undefined,
    subName: string | undefined,
  ): ResolvedAttribute | undefined {
    if (attribute === undefined) return undefined;
    const sub = subName === undefined ? undefined : subAttribute(attribute, subName);
    if (subName !== undefined && sub === undefined) return undefined;
    const prefix = extension === undefined ? '' : `${extension.id}:`;
    const suffix = sub === undefined ? '' : `.${sub.name}`;
    return { extension: extension?.id, attribute, sub, canonicalPath: `${prefix}${attribute.name}${suffix}` };
  }
}

/** The resource types of one service provider. */
export class SchemaRegistry {
  static #rfc: SchemaRegistry | undefined;

  /** User (with the Enterprise extension) and Group of RFC 7643, built when first asked for. */
  static get rfc(): SchemaRegistry {
    SchemaRegistry.#rfc ??= new SchemaRegistry(rfcSchemas, rfcResourceTypes);
    return SchemaRegistry.#rfc;
  }

  readonly resourceTypes: readonly ResourceType[];
  readonly #schemas: ReadonlyMap<string, SchemaDefinition>;

  /**
   * A schema that RESOURCETYPES name and SCHEMAS lack is taken from RFC 7643; one that the standard does not know
   * either becomes a schema without attributes, in which every attribute is accepted.
   */
  constructor(
    readonly schemas: readonly SchemaDefinition[],
    resourceTypes: readonly ResourceTypeDefinition[],
  ) {
    this.#schemas = new Map([...rfcSchemas, ...schemas].map((schema) => [schema.id.toLowerCase(), schema]));
    this.resourceTypes = resourceTypes.map((definition) => this.#compile(definition));
  }

  /** The schema with URN, in any case. */
  schema(urn: string): SchemaDefinition | undefined {
    return this.#schemas.get(urn.toLowerCase());
  }

  /**
   * The type called NAMEORENDPOINT: `User`, `Users`, `/Users` or `/Users/2819`. Endpoints are compared exactly first,
   * then, like names, in any case.
   */
  find(nameOrEndpoint: string): ResourceType | undefined {
    const path = `/${nameOrEndpoint.replace(/^\/+/, '').replace(/[?#].*$/, '')}`;
    const lower = path.toLowerCase();
    return (
      this.resourceTypes.find((type) => isUnder(path, type.endpoint)) ??
      this.resourceTypes.find((type) => lower === `/${type.name.toLowerCase()}`) ??
      this.resourceTypes.find((type) => isUnder(lower, type.endpoint.toLowerCase()))
    );
  }

  #compile(definition: ResourceTypeDefinition): ResourceType {
    const extensions = definition.schemaExtensions.map(({ schema, required }) => ({
      schema: this.schema(schema) ?? unknownSchema(schema),
      required,
    }));
    return new ResourceType(definition, this.schema(definition.schema) ?? unknownSchema(definition.schema), extensions);
  }
}

/**
 * The member of OBJECT called NAME in any case, its exact spelling first. Own members only, so that `__proto__` and
 * `constructor` are ordinary names.
 */
export function getAttribute(object: JsonObject, name: string): JsonValue | undefined {
  const key = attributeKey(object, name);
  return key === undefined ? undefined : object[key];
}

/** How OBJECT itself spells its member NAME; undefined when it has none. */
export function attributeKey(object: JsonObject, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  let lower: string | undefined;
  for (const key of Object.keys(object)) {
    if (key.length !== name.length) continue;
    lower ??= name.toLowerCase();
    if (key.toLowerCase() === lower) return key;
  }
  return undefined;
}

/** The attribute NAME of SCHEMA, in any case. */
export function attributeOf(schema: SchemaDefinition, name: string): AttributeDefinition | undefined {
  return cachedIndex(schema, schema.attributes).get(name.toLowerCase());
}

/**
 * The sub-attribute NAME of ATTRIBUTE, in any case: declared, or, in a multi-valued complex attribute, one of RFC 7643
 * §2.4.
 */
export function subAttribute(attribute: AttributeDefinition, name: string): AttributeDefinition | undefined {
  const declared = declaredSubAttribute(attribute, name);
  if (declared !== undefined || !attribute.multiValued || attribute.type !== 'complex') return declared;
  const lower = name.toLowerCase();
  return defaultSubAttributes.find((candidate) => candidate.name === lower);
}

/** The sub-attribute NAME that the schema itself declares for ATTRIBUTE, in any case. */
function declaredSubAttribute(attribute: AttributeDefinition, name: string): AttributeDefinition | undefined {
  return cachedIndex(attribute, attribute.subAttributes).get(name.toLowerCase());
}

/** RFC 7643 §2.3.6 and §2.3.7: binary values and references are compared exactly, whatever the schema says. */
export function isCaseExact(attribute: AttributeDefinition): boolean {
  return attribute.caseExact || attribute.type === 'binary' || attribute.type === 'reference';
}

/** Do the values of ATTRIBUTE name resources by their ids, as `members` and `manager` do? */
export function holdsReferences(attribute: AttributeDefinition): boolean {
  return attribute.type === 'complex' && declaredSubAttribute(attribute, '$ref') !== undefined;
}

/** Have resources of TYPE `members` that name others, as Group has (RFC 7643 §4.2)? */
export function isOfMembers(type: ResourceType): boolean {
  const members = type.attribute('members');
  return members !== undefined && holdsReferences(members);
}

/**
 * SUB of ATTRIBUTE as its values are compared. Beside a `$ref`, `value` is the `id` of a resource, and ids are caseExact
 * (RFC 7643 §3.1, like references, §2.3.7), although the schema of Group in §8.7.1 says of `members.value` that it is not.
 */
export function comparedAs(attribute: AttributeDefinition, sub: AttributeDefinition): AttributeDefinition {
  if (sub.caseExact || sub.name.toLowerCase() !== 'value' || !holdsReferences(attribute)) return sub;
  let exact = exactly.get(sub);
  if (exact === undefined) {
    exact = { ...sub, caseExact: true };
    exactly.set(sub, exact);
  }
  return exact;
}

const exactly = new WeakMap<AttributeDefinition, AttributeDefinition>();

const indexes = new WeakMap<object, AttributeIndex>();

function cachedIndex(owner: object, attributes: readonly AttributeDefinition[]): AttributeIndex {
  let index = indexes.get(owner);
  if (index === undefined) {
    index = indexOf(attributes);
    indexes.set(owner, index);
  }
  return index;
}

/** By lower-case name; the first of several wins. */
function indexOf(attributes: readonly AttributeDefinition[]): AttributeIndex {
  const index = new Map<string, AttributeDefinition>();
  for (const attribute of attributes) {
    const key = attribute.name.toLowerCase();
    if (!index.has(key)) index.set(key, attribute);
  }
  return index;
}

/**
 * Servers often list common attributes in their core schema, sometimes wrongly (`id` as something to send). What the
 * standard fixes for all resources wins; only `externalId` may be stricter in a schema, where some require it.
 */
function topLevelAttributes(core: SchemaDefinition): readonly AttributeDefinition[] {
  const fixed = new Set(['schemas', 'id', 'meta']);
  const own = core.attributes.filter((attribute) => !fixed.has(attribute.name.toLowerCase()));
  const declaresExternalId = own.some((attribute) => attribute.name.toLowerCase() === 'externalid');
  const common = declaresExternalId
    ? [schemasAttribute, idAttribute]
    : [schemasAttribute, idAttribute, externalIdAttribute];
  return [...common, ...own, metaAttribute];
}

function unknownSchema(id: string): SchemaDefinition {
  return { id, name: id.slice(id.lastIndexOf(':') + 1), description: '', attributes: [] };
}

function isUnder(path: string, endpoint: string): boolean {
  return path === endpoint || path.startsWith(`${endpoint}/`);
}

function splitAtDot(text: string): AttributePath {
  const dot = text.indexOf('.');
  return dot < 0 ? { name: text } : { name: text.slice(0, dot), sub: text.slice(dot + 1) };
}
