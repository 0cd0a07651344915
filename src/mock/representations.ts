/** How resources look to clients, made when somebody looks and kept within a budget. */

import type { JsonObject } from '../scim/json.js';
import { compileProjection, type ProjectionContext, type ProjectionParameters } from '../scim/projection.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { type Entry, type MemberKey, managerOf, showsGroups, text } from './entry.js';
import type { Memberships } from './memberships.js';
import { groupReference, managerReference, memberReference } from './references.js';
import { TextCache } from './text-cache.js';
import { renderOriginal, renderView } from './view.js';
import { ViewCache } from './view-cache.js';

/** Which of the attributes that cost time are needed. */
export interface ViewParts {
  readonly members: boolean;
  readonly groups: boolean;
}

/** The resources that others name. */
export interface Resources {
  readonly memberships: Memberships;
  find(id: string): Entry | undefined;
  /** The resource with a `sequence`. */
  at(sequence: number): Entry | undefined;
}

const everything: ViewParts = { members: true, groups: true };

export class Representations {
  private readonly texts = new TextCache();
  private readonly views = new ViewCache();
  /** What clients said last of members that do not exist. */
  private readonly strangers = new Map<string, JsonObject>();

  /** BASEURL comes without a trailing slash. */
  constructor(
    private readonly baseUrl: string,
    private readonly resources: Resources,
  ) {}

  locationOf(type: ResourceType, id: string): string {
    return `${this.baseUrl}${type.endpoint}/${encodeURIComponent(id)}`;
  }

  /** All of ENTRY. Not to be changed. */
  view(entry: Entry): JsonObject {
    return entry.pastView ?? this.views.get(entry) ?? this.views.keep(entry, this.render(entry, everything));
  }

  /** `view` with those PARTS only that are needed; kept by nobody. */
  partialView(entry: Entry, parts: ViewParts): JsonObject {
    return entry.pastView ?? this.views.get(entry) ?? this.render(entry, parts);
  }

  /** A function from resources of TYPE to what PARAMETERS select. Members that are not returned are not looked at. */
  projection(
    type: ResourceType,
    parameters: ProjectionParameters,
    context?: ProjectionContext,
  ): (entry: Entry) => JsonObject {
    const project = compileProjection(type, parameters, context);
    const reference = { value: 'x', type: 'x', $ref: 'x', display: 'x' };
    const probe = project({ members: [reference], groups: [reference] });
    const parts = { members: probe.members !== undefined, groups: probe.groups !== undefined };
    return (entry) => project(this.partialView(entry, parts));
  }

  /** `view` as JSON text in UTF-8. */
  text(entry: Entry): Buffer {
    return this.texts.get(entry, () => JSON.stringify(this.view(entry)));
  }

  /** What clients asserted of ENTRY when it came into the store. */
  original(entry: Entry): JsonObject {
    const members = this.memberReferences(entry.origin.members(entry.sequence));
    return renderOriginal(entry, this.locationOf(entry.type, entry.id), members);
  }

  /** MEMBER is what a client says of the resource with ID, which does not exist. */
  describeStranger(id: string, member: JsonObject): void {
    this.strangers.set(id, member);
  }

  /** What is kept of ENTRY is no longer right. */
  forget(entry: Entry): void {
    this.views.forget(entry);
    this.texts.forget(entry);
  }

  private render(entry: Entry, parts: ViewParts): JsonObject {
    const location = this.locationOf(entry.type, entry.id);
    const members = parts.members && entry.memberCount > 0 ? this.memberReferences(entry.members) : [];
    const groups = parts.groups && showsGroups(entry.type) ? this.groupReferences(entry) : [];
    return renderView(entry, { location, members, groups, manager: this.managerReference(entry) });
  }

  private memberReferences(keys: Iterable<MemberKey>): JsonObject[] {
    const references: JsonObject[] = [];
    for (const key of keys) {
      const member = typeof key === 'number' ? this.resources.at(key) : undefined;
      if (member) references.push(memberReference(member, this.locationOf(member.type, member.id)));
      else if (typeof key === 'string') references.push(this.strangers.get(key) ?? { value: key });
    }
    return references;
  }

  private groupReferences(entry: Entry): JsonObject[] {
    return this.resources.memberships
      .groupsOf(entry.sequence)
      .map(({ group, direct }) => groupReference(group, this.locationOf(group.type, group.id), direct));
  }

  private managerReference(entry: Entry): JsonObject | undefined {
    const id = text(managerOf(entry.content)?.value);
    const manager = id === undefined ? undefined : this.resources.find(id);
    return manager && managerReference(manager, this.locationOf(manager.type, manager.id));
  }
}
