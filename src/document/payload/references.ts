/** RFC 7643 §2.3.7, §2.4: values that name other resources, by their id or by their URI. */

import type { Node } from 'jsonc-parser';
import {
  holdsReferences,
  type ResourceType,
  type SchemaRegistry,
  subAttribute,
} from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import { resourceSpot, type Spot, step } from './spot.js';
import { memberOf, nameOf, stringOf, stringsOf } from './text.js';

/** A string that names a resource. */
export interface Reference {
  readonly node: Node;
  /** Of which types it may be, by name; the first one is the likeliest. */
  readonly types: readonly string[];
  readonly id: string;
  /** What it is called, if that is written beside it. */
  readonly name: string | undefined;
}

/** The resource that URI leads to: its last two parts are an endpoint and an id; whatever is before is not looked at. */
export function resourceOf(uri: string, registry: SchemaRegistry): { type: ResourceType; id: string } | undefined {
  const path = uri.replace(/[?#].*$/s, '').replace(/\/+$/, '');
  const slash = path.lastIndexOf('/');
  const id = decode(path.slice(slash + 1));
  if (slash < 1 && !path.startsWith('/')) return undefined;
  const before = `/${path
    .slice(0, slash)
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
    .replace(/^[./]+/, '')}`;
  const lower = before.toLowerCase();
  const types = registry.resourceTypes.filter(({ endpoint }) => lower.endsWith(endpoint.toLowerCase()));
  const [type] = types.sort((a, b) => b.endpoint.length - a.endpoint.length);
  return type === undefined || id === '' ? undefined : { type, id };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The names of the resource types that the values of ATTRIBUTE may name, as far as REGISTRY has them. */
export function referredTypes(attribute: AttributeDefinition, registry: SchemaRegistry): string[] {
  const ref = holdsReferences(attribute) ? subAttribute(attribute, '$ref') : undefined;
  const named = ref === undefined ? attribute.referenceTypes : ref.referenceTypes;
  const declared = typesNamed(named, registry);
  return declared.length > 0 ? declared : typesNamed(subAttribute(attribute, 'type')?.canonicalValues ?? [], registry);
}

function typesNamed(names: readonly string[], registry: SchemaRegistry): string[] {
  const lower = new Set(names.map((name) => name.toLowerCase()));
  return registry.resourceTypes.map(({ name }) => name).filter((name) => lower.has(name.toLowerCase()));
}

/** What the object NODE, a value of ATTRIBUTE, refers to: its types by what it says itself, else by the schema. */
export function typesOfReference(
  node: Node | undefined,
  attribute: AttributeDefinition,
  registry: SchemaRegistry,
): string[] {
  const uri = stringOf(memberOf(node, '$ref'));
  const byUri = uri === undefined ? undefined : resourceOf(uri, registry);
  if (byUri !== undefined) return [byUri.type.name];
  const type = stringOf(memberOf(node, 'type'));
  const byType = type === undefined ? [] : typesNamed([type], registry);
  return byType.length > 0 ? byType : referredTypes(attribute, registry);
}

/** The name that the object NODE has for what it refers to. */
function nameOfReference(node: Node | undefined): string | undefined {
  const name = stringOf(memberOf(node, 'display')) ?? stringOf(memberOf(node, 'displayName'));
  return name === '' ? undefined : name;
}

/**
 * Every string below ROOT that names a resource, in no order. SPOT is what ROOT is, if that is known; resources in it, such
 * as those of a list, are known by their `meta.resourceType` or their `schemas`.
 */
export function referencesIn(root: Node, spot: Spot | undefined, registry: SchemaRegistry): Reference[] {
  const found: Reference[] = [];
  const open: { node: Node; spot: Spot | undefined; name: string }[] = [{ node: root, spot, name: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, name } = next;
    const here = next.spot ?? (node.type === 'object' ? resourceSpotOf(node, registry) : undefined);
    if (node.type === 'object') found.push(...ofObject(node, here, registry));
    else if (node.type === 'string') found.push(...ofString(node, here, name, registry));
    for (const [index, child] of (node.children ?? []).entries()) {
      const value = node.type === 'object' ? child.children?.[1] : child;
      if (value === undefined) continue;
      const segment = node.type === 'object' ? nameOf(child) : index;
      const inner = here === undefined ? undefined : step(here, segment, node, { registry });
      open.push({ node: value, spot: inner, name: node.type === 'object' ? nameOf(child) : name });
    }
  }
  return found;
}

/** The resource that the object NODE says it is. */
function resourceSpotOf(node: Node, registry: SchemaRegistry): Spot | undefined {
  const named = stringOf(memberOf(memberOf(node, 'meta'), 'resourceType'));
  const schemas = stringsOf(memberOf(node, 'schemas')).map((urn) => urn.toLowerCase());
  const type =
    registry.resourceTypes.find(({ name }) => name === named) ??
    registry.resourceTypes.find(({ core }) => schemas.includes(core.id.toLowerCase()));
  return type && resourceSpot(type, 'replace');
}

function ofObject(node: Node, spot: Spot | undefined, registry: SchemaRegistry): Reference[] {
  if (spot?.kind === 'resource') {
    const id = memberOf(node, 'id');
    const value = stringOf(id);
    return id === undefined || value === undefined ? [] : reference(id, [spot.type.name], value, titleOf(node));
  }
  if (spot?.kind !== 'attribute' || !holdsReferences(spot.attribute)) return [];
  const id = memberOf(node, 'value');
  const value = stringOf(id);
  if (id === undefined || value === undefined) return [];
  return reference(id, typesOfReference(node, spot.attribute, registry), value, nameOfReference(node));
}

/** A URI of a resource; at places that no schema knows, only where the standard has URIs. */
function ofString(node: Node, spot: Spot | undefined, name: string, registry: SchemaRegistry): Reference[] {
  const isKnown =
    spot?.kind === 'attribute' && spot.attribute.type === 'reference' && spot.attribute.name !== 'schemas';
  if (!isKnown && (spot !== undefined || !/^(?:\$ref|location)$/i.test(name))) return [];
  const found = resourceOf(String(node.value), registry);
  if (found === undefined) return [];
  const beside = node.parent?.parent;
  return reference(node, [found.type.name], found.id, nameOfReference(beside));
}

function reference(node: Node, types: readonly string[], id: string, name: string | undefined): Reference[] {
  return id === '' || types.length === 0 || id.startsWith('bulkId:') ? [] : [{ node, types, id, name }];
}

/** What people call the resource NODE. */
function titleOf(node: Node): string | undefined {
  return stringOf(memberOf(node, 'displayName')) ?? stringOf(memberOf(node, 'userName'));
}
