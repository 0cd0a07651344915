/** From what the store keeps of a resource to its representation: RFC 7643 §3.1 and the attributes a server derives. */

import type { JsonObject } from '../scim/json.js';
import { urn } from '../scim/urn.js';
import { displayOf, type Entry, managerOf, text, versionOf } from './entry.js';
import type { Membership } from './memberships.js';

/** What a representation shows of other resources. */
export interface ViewContext {
  readonly location: string;
  /** The groups of a user. */
  readonly groups: readonly Membership[];
  /** The entry that the user's `manager.value` names. */
  readonly manager: Entry | undefined;
  locationOf(entry: Entry): string;
}

/** The representation of ENTRY with all attributes that are returned by default. Shares values with `entry.content`. */
export function renderView(entry: Entry, context: ViewContext): JsonObject {
  const { schemas, externalId, ...rest } = entry.content;
  const view: JsonObject = { schemas: schemas ?? [entry.type.core.id], id: entry.id };
  if (externalId !== undefined) view.externalId = externalId;
  Object.assign(view, rest);
  if (context.groups.length > 0) view.groups = context.groups.map((membership) => groupValue(membership, context));
  const manager = managerOf(entry.content);
  if (manager) view[urn.enterpriseUser] = withManager(entry.content[urn.enterpriseUser], manager, context);
  view.meta = {
    resourceType: entry.type.name,
    created: entry.created,
    lastModified: entry.lastModified,
    location: context.location,
    version: versionOf(entry),
  };
  return view;
}

function groupValue({ group, direct }: Membership, context: ViewContext): JsonObject {
  return {
    value: group.id,
    $ref: context.locationOf(group),
    display: displayOf(group) ?? group.id,
    type: direct ? 'direct' : 'indirect',
  };
}

/** RFC 7643 §4.3: the server knows `displayName` (readOnly) and `$ref` of a manager that exists. */
function withManager(extension: JsonObject[string] | undefined, manager: JsonObject, context: ViewContext): JsonObject {
  const derived: JsonObject = { ...manager };
  if (context.manager) {
    const displayName = text(context.manager.content.displayName);
    derived.$ref = context.locationOf(context.manager);
    if (displayName !== undefined) derived.displayName = displayName;
  }
  return { ...(typeof extension === 'object' && !Array.isArray(extension) ? extension : {}), manager: derived };
}
