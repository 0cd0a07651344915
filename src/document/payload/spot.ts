/** What the schema knows about a place of a payload. */

import type { Node } from 'jsonc-parser';
import { payloadKind } from '../../client/payload.js';
import { ProtocolError } from '../../scim/error.js';
import type { JsonPath } from '../../scim/json-text.js';
import { parsePath } from '../../scim/path.js';
import { attributeOf, type ResourceType, type SchemaRegistry, subAttribute } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition, SchemaDefinition } from '../../scim/schema/types.js';
import type { PayloadContext } from './context.js';
import { bulkData, bulkRequest, patchRequest, patchValue, searchRequest } from './messages.js';
import { memberOf, nameOf, type PayloadText, stringOf } from './text.js';

/** What is written there, for what is required and what is refused. */
export type Purpose = 'create' | 'replace' | 'patch' | 'message';

interface Common {
  readonly purpose: Purpose;
  /** Of the resource around it; undefined when that is not known. */
  readonly type: ResourceType | undefined;
}

/** A whole resource, or in a PATCH without path an object of its attributes. */
export interface ResourceSpot extends Common {
  readonly kind: 'resource';
  readonly type: ResourceType;
}

/** The object with the attributes of an extension. */
interface ExtensionSpot extends Common {
  readonly kind: 'extension';
  readonly type: ResourceType;
  readonly schema: SchemaDefinition;
}

/** The value of an attribute, or of a member of a message. */
export interface AttributeSpot extends Common {
  readonly kind: 'attribute';
  readonly attribute: AttributeDefinition;
  /** The complex attribute whose sub-attribute it is. */
  readonly owner: AttributeDefinition | undefined;
  /** URN of the schema that defines it; undefined in a message. */
  readonly urn: string | undefined;
  /** In that schema: `emails.value`. */
  readonly path: string;
  /** One of the values of a multi-valued attribute? */
  readonly isElement: boolean;
}

export type Spot = ResourceSpot | ExtensionSpot | AttributeSpot;

/** One member that an object at a spot may have. */
export interface MemberInfo {
  /** Attribute name or extension URN. */
  readonly name: string;
  readonly attribute: AttributeDefinition | undefined;
  readonly extension: SchemaDefinition | undefined;
  readonly isRequired: boolean;
}

/** What the whole text of CONTEXT is; undefined when its type is not known. */
export function rootSpot({ kind, type, direction = 'create' }: PayloadContext): Spot | undefined {
  if (kind === 'resource') return type === undefined ? undefined : resourceSpot(type, direction);
  const attribute = { patch: patchRequest, search: searchRequest, bulk: bulkRequest }[kind];
  return messageSpot(attribute, type);
}

/** A resource of TYPE that is written for PURPOSE. */
export function resourceSpot(type: ResourceType, purpose: Purpose): ResourceSpot {
  return { kind: 'resource', type, purpose };
}

function messageSpot(attribute: AttributeDefinition, type: ResourceType | undefined): AttributeSpot {
  const common = { owner: undefined, urn: undefined, isElement: false } as const;
  return { kind: 'attribute', purpose: 'message', type, attribute, path: attribute.name, ...common };
}

/** What stands at PATH of TEXT; PATH need not exist, its last parts may still be written. */
export function spotAt(text: PayloadText, path: JsonPath, context: PayloadContext): Spot | undefined {
  let spot = rootSpot(context);
  let node = text.root;
  for (const segment of path) {
    if (spot === undefined) return undefined;
    spot = step(spot, segment, node, context);
    node = child(node, segment);
  }
  return spot;
}

/** The node at SEGMENT of NODE, if it is there. */
function child(node: Node | undefined, segment: string | number): Node | undefined {
  if (typeof segment === 'string') return memberOf(node, segment, true);
  return node?.type === 'array' ? node.children?.[segment] : undefined;
}

/** What bulk requests are measured by; a resource needs no more than its type. */
interface Known {
  readonly registry?: SchemaRegistry | undefined;
}

/** What stands at SEGMENT of SPOT, whose NODE tells what depends on neighbours: the value of a PATCH, the data of a bulk. */
export function step(spot: Spot, segment: string | number, node: Node | undefined, context: Known): Spot | undefined {
  const found = plainStep(spot, typeof segment === 'number' ? 0 : segment);
  const attribute = found?.kind === 'attribute' ? found.attribute : undefined;
  if (attribute === patchValue) return patchValueSpot(node, spot.type);
  if (attribute === bulkData) return bulkDataSpot(node, context);
  return found;
}

const steps = new WeakMap<Spot, Map<string | number, Spot | undefined>>();

/** What the schema alone says; many elements take the same steps. */
function plainStep(spot: Spot, segment: string | number): Spot | undefined {
  let known = steps.get(spot);
  if (known === undefined) {
    known = new Map();
    steps.set(spot, known);
  }
  if (known.has(segment)) return known.get(segment);
  const found = typeof segment === 'number' ? elementSpot(spot) : memberSpot(spot, segment);
  // Names that no schema has are not worth remembering.
  if (found !== undefined) known.set(segment, found);
  return found;
}

function memberSpot(spot: Spot, name: string): Spot | undefined {
  if (spot.kind === 'resource') {
    const { purpose, type } = spot;
    const extension = type.extension(name);
    if (extension !== undefined) return { kind: 'extension', purpose, type, schema: extension.schema };
    const attribute = spot.type.attribute(name);
    return attribute && attributeSpot(spot, attribute, spot.type.core.id);
  }
  if (spot.kind === 'extension') {
    const attribute = attributeOf(spot.schema, name);
    return attribute && attributeSpot(spot, attribute, spot.schema.id);
  }
  const sub = spot.attribute.type === 'complex' ? subAttribute(spot.attribute, name) : undefined;
  return sub && subSpot(spot, sub);
}

function elementSpot(spot: Spot): Spot | undefined {
  if (spot.kind !== 'attribute' || !spot.attribute.multiValued || spot.isElement) return undefined;
  return { ...spot, isElement: true };
}

function attributeSpot(around: Spot, attribute: AttributeDefinition, urn: string): AttributeSpot {
  const { purpose, type } = around;
  return { kind: 'attribute', purpose, type, attribute, owner: undefined, urn, path: attribute.name, isElement: false };
}

function subSpot(spot: AttributeSpot, sub: AttributeDefinition): AttributeSpot {
  const path = spot.purpose === 'message' ? sub.name : `${spot.path}.${sub.name}`;
  return { ...spot, attribute: sub, owner: spot.attribute, path, isElement: false };
}

/** RFC 7644 §3.5.2: what `value` of the operation NODE is depends on its path. */
function patchValueSpot(node: Node | undefined, type: ResourceType | undefined): Spot | undefined {
  if (type === undefined) return undefined;
  const path = stringOf(memberOf(node, 'path'));
  return path === undefined ? resourceSpot(type, 'patch') : targetSpot(type, path);
}

/** What PATH of a PATCH points at in TYPE; undefined when it points nowhere. */
export function targetSpot(type: ResourceType, path: string): Spot | undefined {
  const parsed = tolerant(() => parsePath(path));
  const resolved = parsed && type.resolve(parsed.attribute);
  if (parsed === undefined || resolved === undefined) return undefined;
  const { attribute, sub } = resolved;
  const extension = resolved.extension === undefined ? undefined : type.extension(resolved.extension)?.schema;
  if (attribute === undefined) return extension && { kind: 'extension', purpose: 'patch', type, schema: extension };
  const whole = attributeSpot(resourceSpot(type, 'patch'), attribute, extension?.id ?? type.core.id);
  const last = sub ?? (parsed.sub === undefined ? undefined : subAttribute(attribute, parsed.sub));
  if (last !== undefined) return subSpot(whole, last);
  return parsed.filter === undefined ? whole : { ...whole, isElement: true };
}

/** RFC 7644 §3.7: what `data` of the operation NODE is depends on its method and path. */
function bulkDataSpot(node: Node | undefined, { registry }: Known): Spot | undefined {
  const carried = carriedBy(node, registry);
  if (carried === undefined) return undefined;
  return carried.kind === 'patch'
    ? messageSpot(patchRequest, carried.type)
    : resourceSpot(carried.type, carried.direction === 'replace' ? 'replace' : 'create');
}

/** What the operation NODE of a bulk request carries; undefined when its method or path tell nothing. */
function carriedBy(node: Node | undefined, registry: SchemaRegistry | undefined) {
  const path = stringOf(memberOf(node, 'path'));
  const method = stringOf(memberOf(node, 'method'))?.toUpperCase();
  return registry === undefined || path === undefined || method === undefined
    ? undefined
    : payloadKind(registry, method, path);
}

/** The members that an object at SPOT may have, in the order of the schema. */
export function membersOf(spot: Spot): readonly MemberInfo[] {
  if (spot.kind === 'extension') return spot.schema.attributes.map(asMember);
  if (spot.kind === 'attribute') return spot.attribute.subAttributes.map(asMember);
  const extensions = spot.type.extensions.map(({ schema, required }) => {
    return { name: schema.id, attribute: undefined, extension: schema, isRequired: required };
  });
  return [...spot.type.attributes.map(asMember), ...extensions];
}

function asMember(attribute: AttributeDefinition): MemberInfo {
  return { name: attribute.name, attribute, extension: undefined, isRequired: attribute.required };
}

/** The names of the members of the object NODE, in lower case. */
export function namesIn(node: Node | undefined): ReadonlySet<string> {
  const properties = node?.type === 'object' ? (node.children ?? []) : [];
  return new Set(properties.map((property) => nameOf(property).toLowerCase()));
}

/** What READ returns, or undefined when what it reads breaks a rule of the protocol. */
function tolerant<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
