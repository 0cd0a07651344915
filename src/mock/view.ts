/** From what the store keeps of a resource to its representation: RFC 7643 §3.1 and the attributes a server derives. */

import { isJsonObject, type JsonObject } from '../scim/json.js';
import { urn } from '../scim/urn.js';
import { type Entry, versionOf } from './entry.js';

/** What a representation shows that the content of the resource does not say. */
export interface Derived {
  readonly location: string;
  /** The members of a group. */
  readonly members: readonly JsonObject[];
  /** The groups of a user. */
  readonly groups: readonly JsonObject[];
  /** The user's manager, when there is a user with that id: RFC 7643 §4.3, `displayName` is readOnly. */
  readonly manager: JsonObject | undefined;
}

/** The representation of ENTRY with all attributes that are returned by default. Shares values with `entry.content`. */
export function renderView(entry: Entry, { location, members, groups, manager }: Derived): JsonObject {
  const { content } = entry;
  const view: JsonObject = { schemas: content.schemas ?? [entry.type.core.id], id: entry.id, ...content };
  if (manager) {
    const extension = content[urn.enterpriseUser];
    view[urn.enterpriseUser] = { ...(isJsonObject(extension) && extension), manager };
  }
  if (members.length > 0) view.members = [...members];
  if (groups.length > 0) view.groups = [...groups];
  view.meta = {
    resourceType: entry.type.name,
    created: entry.created,
    lastModified: entry.lastModified,
    location,
    version: versionOf(entry),
  };
  return view;
}

/** What clients asserted of ENTRY when it came into the store, with MEMBERS, and its `id` and `meta` of then. */
export function renderOriginal(entry: Entry, location: string, members: readonly JsonObject[]): JsonObject {
  const { origin, sequence, type, id } = entry;
  const content = origin.content(sequence);
  return {
    schemas: content.schemas ?? [type.core.id],
    id,
    ...content,
    ...(members.length > 0 && { members: [...members] }),
    meta: {
      resourceType: type.name,
      created: origin.created(sequence),
      lastModified: origin.lastModified(sequence),
      location,
    },
  };
}
