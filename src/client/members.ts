/** The values of an attribute that refers to resources, such as the members of a group, read whole (RFC 7643 §4.2). */

import { ResponseError, UsageError } from '../scim/error.js';
import { quoteFilterString } from '../scim/filter/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute, type ResolvedAttribute, type ResourceType } from '../scim/schema/resource-type.js';
import { candidateOf, namingPaths } from './lookup-names.js';
import type { Target } from './target.js';
import type { Answer, CallOptions } from './types.js';

/** One resource that is referred to. */
export interface Member {
  readonly id: string;
  /** undefined when the list does not tell: see `namesOf`. */
  readonly name: string | undefined;
  /** Name of its resource type; undefined when the list does not tell. */
  readonly type: string | undefined;
}

/** Whose references are meant, and which. */
export interface MembersOf {
  /** Name or endpoint of its resource type. */
  readonly type: string;
  readonly id: string;
  /** The attribute with the references; `members`. With `inverse`, that of the other side. */
  readonly attribute?: string | undefined;
  /** The resources that refer to this one: the groups of a user. */
  readonly inverse?: boolean | undefined;
}

/** What was read. */
export interface MemberList {
  /** What the resource is called. */
  readonly name: string;
  readonly members: readonly Member[];
  /** Are these all? false when the service does not show them. */
  readonly complete: boolean;
  /** Does the resource show the list at all? One that is empty need not. */
  readonly shown: boolean;
  /** What a person must know about where they come from. */
  readonly notes: readonly string[];
}

/** What is read and changed, by the schemas of the service. */
export interface MembersPlace {
  /** The type of the resource that is looked at. */
  readonly type: ResourceType;
  /** The type whose resources hold the references, and the attribute that does. */
  readonly holder: ResourceType;
  readonly attribute: ResolvedAttribute;
  /** Names of the types that can be referred to, or, with `inverse`, that refer. */
  readonly types: readonly string[];
}

/** The references of WHAT in the schemas of TARGET. Throws `UsageError` when there is no such attribute. */
export async function placeOf(target: Target, what: MembersOf, call: CallOptions): Promise<MembersPlace> {
  const { registry } = await target.discover(call);
  const type = registry.find(what.type);
  if (type === undefined) throw new UsageError(`The server has no resource type "${what.type}"`);
  const name = what.attribute ?? 'members';
  const inverse = what.inverse === true;
  const holder = inverse ? registry.resourceTypes.find((each) => each.lookup(name)?.attribute !== undefined) : type;
  const attribute = holder?.lookup(name);
  if (holder === undefined || attribute?.attribute === undefined || !attribute.attribute.multiValued) {
    throw new UsageError(`${type.name} has no list of references called "${name}"`, {
      remedy: 'Members are those of a resource type with a multi-valued attribute like members, mostly Group.',
    });
  }
  if (inverse) return { type, holder, attribute, types: [holder.name] };
  const ref = attribute.attribute.subAttributes.find((sub) => sub.name.toLowerCase() === '$ref');
  const named = (ref?.referenceTypes ?? []).flatMap((each) => registry.find(each)?.name ?? []);
  const fallback = registry.resourceTypes.map((each) => each.name).filter((each) => /^(?:User|Group)$/.test(each));
  return { type, holder, attribute, types: named.length > 0 ? [...new Set(named)] : fallback };
}

/**
 * All references of WHAT: one GET of the resource with this attribute alone, or, where the service does not show them
 * there, the list of the resources that say so themselves. ONPROGRESS of CALL counts them. Throws what `Target.get` throws.
 */
export async function readMembers(target: Target, what: MembersOf, call: CallOptions): Promise<MemberList> {
  const place = await placeOf(target, what, call);
  return what.inverse === true ? readInverse(target, what.id, place, call) : readForward(target, what.id, place, call);
}

async function readForward(target: Target, id: string, place: MembersPlace, call: CallOptions): Promise<MemberList> {
  const { type, attribute } = place;
  const isHidden = isMembers(place) && !target.profile.groups.membersReadable;
  const shown = isHidden ? [] : [attribute.canonicalPath];
  const { json } = await getProjected(target, type, id, ['id', ...namingPaths(type), ...shown], call);
  const resource = isJsonObject(json) ? json : {};
  const name = nameIn(type, resource);
  if (!isHidden) {
    const value = valueAt(resource, attribute);
    const notes = value === undefined ? [`The service shows no ${attribute.canonicalPath} of it.`] : [];
    return { name, members: membersIn(value), complete: true, shown: value !== undefined, notes };
  }
  const users = target.profile.filter.attributes.User ?? [];
  if (users.includes('groups.value')) {
    const members = await listBy(target, 'User', `groups.value eq ${quoteFilterString(id)}`, call);
    return {
      name,
      ...members,
      shown: true,
      notes: ['This service does not show members of groups: these are the users that say they are in it.'],
    };
  }
  return { name, members: [], complete: false, shown: false, notes: ['This service does not show members of groups.'] };
}

async function readInverse(target: Target, id: string, place: MembersPlace, call: CallOptions): Promise<MemberList> {
  const { type, holder, attribute } = place;
  const own = isMembers(place) ? type.lookup('groups') : undefined;
  const paths = ['id', ...namingPaths(type), ...(own === undefined ? [] : [own.canonicalPath])];
  const { json } = await getProjected(target, type, id, paths, call);
  const resource = isJsonObject(json) ? json : {};
  const name = nameIn(type, resource);
  const value = own === undefined ? undefined : valueAt(resource, own);
  // Only direct members can be removed (RFC 7643 §4.1.2: `groups.type`).
  if (value !== undefined)
    return { name, members: membersIn(value, holder.name), complete: true, shown: true, notes: [] };
  const filter = `${attribute.canonicalPath}.value eq ${quoteFilterString(id)}`;
  try {
    return { name, ...(await listBy(target, holder.name, filter, call)), shown: true, notes: [] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const notes = own === undefined ? ['This service cannot be asked which resources refer to it.'] : [];
    return { name, members: [], complete: own !== undefined, shown: own !== undefined, notes };
  }
}

/** Every resource of TYPE that FILTER selects, as members. */
async function listBy(
  target: Target,
  type: string,
  filter: string,
  call: CallOptions,
): Promise<Pick<MemberList, 'members' | 'complete'>> {
  const { registry } = await target.discover(call);
  const found = registry.find(type);
  const paths = found === undefined ? [] : namingPaths(found);
  const attributes = ['id', ...paths.map((path) => path.replace(/\.value$/, ''))];
  const members: Member[] = [];
  const run = target.list(type, { filter, attributes }, call);
  for await (const { resources } of run) {
    for (const resource of resources) {
      const candidate = candidateOf(type, paths, resource);
      if (candidate !== undefined) members.push({ id: candidate.id, name: candidate.name, type });
    }
  }
  return { members, complete: run.outcome.completeness.kind === 'complete' };
}

/** The resource ID of TYPE with the attributes at PATHS, or with all of them where the service takes no projection. */
async function getProjected(
  target: Target,
  type: ResourceType,
  id: string,
  paths: readonly string[],
  call: CallOptions,
): Promise<Answer> {
  try {
    return await target.get(type.name, id, { attributes: paths }, call);
  } catch (error) {
    if (!(error instanceof ResponseError) || error.status !== 400) throw error;
    return target.get(type.name, id, {}, call);
  }
}

/** Is this the membership in groups that profiles speak of? */
function isMembers({ holder, attribute }: MembersPlace): boolean {
  return holder.name === 'Group' && attribute.canonicalPath === 'members';
}

/** The value of ATTRIBUTE in RESOURCE. */
function valueAt(resource: JsonObject, { extension, attribute }: ResolvedAttribute): JsonValue | undefined {
  const home = extension === undefined ? resource : getAttribute(resource, extension);
  return attribute === undefined || !isJsonObject(home) ? undefined : getAttribute(home, attribute.name);
}

/** The references in VALUE, each id once; DIRECT is the type when it is known. */
function membersIn(value: JsonValue | undefined, known?: string): Member[] {
  const members = new Map<string, Member>();
  for (const element of Array.isArray(value) ? value : []) {
    const member = memberOf(element, known);
    if (member !== undefined && !members.has(member.id)) members.set(member.id, member);
  }
  return [...members.values()];
}

function memberOf(element: JsonValue, known: string | undefined): Member | undefined {
  if (typeof element === 'string') return { id: element, name: undefined, type: known };
  if (!isJsonObject(element)) return undefined;
  const id = textIn(element, 'value');
  if (id === undefined) return undefined;
  const type = textIn(element, 'type');
  const byRef = /\/(\w+?)s\/[^/]+$/.exec(textIn(element, '$ref') ?? '')?.[1];
  return { id, name: textIn(element, 'display'), type: known ?? (isType(type) ? type : byRef) };
}

/** `direct` and `indirect` are types of membership, not of resources (RFC 7643 §4.1.2). */
function isType(type: string | undefined): boolean {
  return type !== undefined && !/^(?:direct|indirect)$/i.test(type);
}

function textIn(object: JsonObject, name: string): string | undefined {
  const value = getAttribute(object, name);
  // The digits of longer numbers are lost already.
  return Number.isSafeInteger(value) ? String(value) : typeof value === 'string' && value !== '' ? value : undefined;
}

function nameIn(type: ResourceType, resource: JsonObject): string {
  return candidateOf(type.name, namingPaths(type), resource)?.name ?? type.name;
}

function isRefusal(error: unknown): boolean {
  return error instanceof ResponseError && [400, 403, 404, 405, 501].includes(error.status);
}
