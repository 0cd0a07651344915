/** What a PATCH path points at in a resource type (RFC 7644 §3.5.2, §3.10). */

import type { Filter } from '../filter/ast.js';
import { compileElementFilter } from '../filter/compile.js';
import type { JsonValue } from '../json.js';
import { type PatchPath, printPath } from '../path.js';
import { holdsReferences, type ResourceType, subAttribute } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';
import type { Place } from './draft.js';
import { invalidPath } from './fail.js';
import { identityOf } from './identity.js';

/** An extension as a whole. */
interface ExtensionTarget {
  readonly kind: 'extension';
  readonly urn: string;
}

/** An attribute, some of its values, or a sub-attribute of it or them. */
export interface AttributeTarget {
  readonly kind: 'attribute';
  readonly place: Place;
  /** Selects among the values of a multi-valued attribute. */
  readonly matches: ((element: JsonValue) => boolean) | undefined;
  readonly sub: AttributeDefinition | undefined;
  /** The identity of the one value that `matches` can select, where the filter names it: `members[value eq "2819"]`. */
  readonly identity?: string | undefined;
}

export type Target = ExtensionTarget | AttributeTarget;

/**
 * What PATH means in TYPE. Throws ProtocolError `invalidPath` for an attribute that TYPE does not have and for a filter
 * on a single value, `invalidFilter` for a filter that cannot be evaluated.
 */
export function resolveTarget(type: ResourceType, path: PatchPath): Target {
  const resolved = type.resolve(path.attribute);
  if (resolved === undefined)
    throw invalidPath(`${type.name} has no attribute ${printPath({ attribute: path.attribute })}`);
  const { extension, attribute } = resolved;
  if (attribute === undefined) {
    if (path.filter !== undefined) throw invalidPath('An extension is a single value: nothing to select with a filter');
    return { kind: 'extension', urn: resolved.canonicalPath };
  }
  const place = { extension, attribute };
  if (path.filter === undefined) return { kind: 'attribute', place, matches: undefined, sub: resolved.sub };
  if (!attribute.multiValued || resolved.sub !== undefined) {
    throw invalidPath(`${resolved.canonicalPath} is not multi-valued: nothing to select with a filter`);
  }
  const sub = path.sub === undefined ? undefined : subAttribute(attribute, path.sub);
  if (path.sub !== undefined && sub === undefined) {
    throw invalidPath(`${attribute.name} has no sub-attribute ${path.sub}`);
  }
  const matches = compileElementFilter(path.filter, attribute);
  return { kind: 'attribute', place, matches, sub, identity: identityIn(path.filter, attribute) };
}

/** The identity that FILTER asks for: of a reference that is its `value` alone. */
function identityIn(filter: Filter, attribute: AttributeDefinition): string | undefined {
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return undefined;
  const { urn, name, sub } = filter.path;
  if (urn !== undefined || sub !== undefined || name.toLowerCase() !== 'value') return undefined;
  return holdsReferences(attribute) ? identityOf(attribute, { value: filter.value }) : undefined;
}

/** The name of TARGET for messages. */
export function nameOf(target: Target): string {
  if (target.kind === 'extension') return target.urn;
  const { attribute } = target.place;
  return target.sub === undefined ? attribute.name : `${attribute.name}.${target.sub.name}`;
}
