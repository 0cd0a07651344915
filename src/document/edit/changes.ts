/** What a person has changed in a resource, attribute by attribute. */

import { type Edit, pathOf } from '../../scim/diff/edit.js';
import { compareResources } from '../../scim/diff/resource.js';
import { ProtocolError } from '../../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../../scim/json.js';
import type { Place } from '../../scim/patch/draft.js';
import { canonical } from '../../scim/patch/identity.js';
import { isUnassigned } from '../../scim/patch/value.js';
import { attributeOf, getAttribute, type ResourceType, subAttribute } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import type { Profile } from './edited.js';

/** The attributes that differ between BEFORE and AFTER, resources of TYPE, in the order of the schema. Throws as `diffToPatch`. */
export function changedPlaces(type: ResourceType, before: JsonObject, after: JsonObject): Place[] {
  const { edits, members } = compareResources(type, before, after);
  const places = new Map<string, Place>();
  for (const { place } of [...edits, ...members]) places.set(pathOf({ place }), place);
  return [...places.values()];
}

/** The paths of what differs, as fine as they can be told: `title`, `name.givenName`, `emails`. */
export function changedPaths(type: ResourceType, before: JsonObject, after: JsonObject): string[] {
  const { edits, members } = compareResources(type, before, after);
  const paths = [...edits.map(pathOfEdit), ...members.map(({ place }) => pathOf({ place }))];
  return [...new Set(paths)];
}

/** Values of lists are told together. */
function pathOfEdit({ place, sub, filter }: Edit): string {
  return pathOf(filter === undefined ? { place, sub } : { place });
}

/** `2 attributes change: title, name.givenName`. */
export function summaryOf(paths: readonly string[]): string {
  const names = paths.map(shortName);
  const shown = names.slice(0, 6).join(', ') + (names.length > 6 ? `, and ${names.length - 6} more` : '');
  if (names.length === 0) return 'Nothing changes';
  return names.length === 1 ? `1 attribute changes: ${shown}` : `${names.length} attributes change: ${shown}`;
}

/** PATH without the URN of its extension. */
export function shortName(path: string): string {
  return /^urn:/i.test(path) ? path.slice(path.lastIndexOf(':') + 1) : path;
}

/** What BEFORE and AFTER, resources of TYPE, have different that only the server can change; `meta`, which it does change, aside. */
export function readOnlyChanges(type: ResourceType, before: JsonObject, after: JsonObject): string[] {
  const differing = (attributes: readonly AttributeDefinition[], old: JsonObject, now: JsonObject): string[] =>
    attributes
      .filter(({ name, mutability }) => mutability === 'readOnly' && name.toLowerCase() !== 'meta')
      .filter(({ name }) => isDifferent(getAttribute(old, name), getAttribute(now, name)))
      .map(({ name }) => name);
  const inExtensions = type.extensions.flatMap(({ schema }) =>
    differing(schema.attributes, objectAt(before, schema.id), objectAt(after, schema.id)).map(
      (name) => `${schema.id}:${name}`,
    ),
  );
  return [...differing(type.attributes, before, after), ...inExtensions];
}

/** What BEFORE has and AFTER has not of what TYPE does not know, so that there is no way to say that it shall go. */
export function unknownRemovals(type: ResourceType, before: JsonObject, after: JsonObject): string[] {
  if (type.attributes.length === 0) return [];
  const isKnown = (name: string): boolean => type.attribute(name) !== undefined || type.extension(name) !== undefined;
  return Object.keys(before).filter(
    (name) => !isKnown(name) && !isUnassigned(before[name]) && isUnassigned(getAttribute(after, name)),
  );
}

function isDifferent(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  if (isUnassigned(before) && isUnassigned(after)) return false;
  return canonical(before ?? null) !== canonical(after ?? null);
}

function objectAt(resource: JsonObject, name: string): JsonObject {
  const value = getAttribute(resource, name);
  return isJsonObject(value) ? value : {};
}

/** What became of the changes that were sent, by reading the resource again. Paths, values as JSON. */
export interface Verification {
  /** They are as they were sent. */
  readonly took: readonly string[];
  /** They are not: as they were before (`ignored`), or something else (`altered`); or nobody asked for it (`lost`). */
  readonly not: readonly {
    readonly path: string;
    readonly kind: 'ignored' | 'altered' | 'lost';
    readonly wanted: JsonValue;
    readonly got: JsonValue;
  }[];
  /** The server does not show them, like passwords. */
  readonly unseen: readonly string[];
}

/** Compare what was there BEFORE, what was WANTED and what there is NOW of the attributes at PLACES of the type. */
export function verify(
  { type, profile }: { readonly type: ResourceType; readonly profile: Pick<Profile, 'groups'> },
  places: readonly Place[],
  before: JsonObject,
  wanted: JsonObject,
  now: JsonObject,
): Verification {
  const took: string[] = [];
  const unseen: string[] = [];
  const not: Verification['not'][number][] = [];
  for (const place of places) {
    const path = pathOf({ place });
    const [had, asked, got] = [before, wanted, now].map((resource) => valueAt(resource, place));
    const isHidden = !profile.groups.membersReadable && path.toLowerCase() === 'members';
    const { returned } = place.attribute;
    const isShown = !isHidden && /^(?:default|always)$/.test(returned);
    // What is never returned and shows nevertheless, such as the hash of a password, tells nothing.
    if (returned === 'never' || (!isShown && isUnassigned(got))) unseen.push(path);
    else if (isSameState(type, place, got, asked)) took.push(path);
    else {
      const kind = isSameState(type, place, had, got) ? 'ignored' : 'altered';
      not.push({ path, kind, wanted: asked ?? null, got: got ?? null });
    }
  }
  const touched = new Set(places.map((place) => pathOf({ place })));
  const lost = lostPlaces(type, before, wanted, now).filter((place) => !touched.has(pathOf({ place })));
  for (const place of lost) {
    not.push({ path: pathOf({ place }), kind: 'lost', wanted: valueAt(wanted, place) ?? null, got: null });
  }
  return { took, not, unseen };
}

/** What was there BEFORE, was WANTED to stay, and is gone NOW: services drop what a PUT holds and they do not know. */
function lostPlaces(type: ResourceType, before: JsonObject, wanted: JsonObject, now: JsonObject): Place[] {
  const holders: [string | undefined, readonly AttributeDefinition[]][] = [
    [undefined, type.attributes],
    ...type.extensions.map(({ schema }): [string, readonly AttributeDefinition[]] => [schema.id, schema.attributes]),
  ];
  const places = holders.flatMap(([extension, attributes]) =>
    attributes
      .filter(({ name, mutability, returned }) => {
        return mutability !== 'readOnly' && name !== 'schemas' && /^(?:default|always)$/.test(returned);
      })
      .map((attribute): Place => ({ extension, attribute })),
  );
  const has = (resource: JsonObject, place: Place): boolean => !isUnassigned(valueAt(resource, place));
  return places.filter((place) => has(before, place) && has(wanted, place) && !has(now, place));
}

function valueAt(resource: JsonObject, { extension, attribute }: Place): JsonValue | undefined {
  const holder = extension === undefined ? resource : objectAt(resource, extension);
  return getAttribute(holder, attribute.name);
}

function isSameState(
  type: ResourceType,
  place: Place,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): boolean {
  if (!isDifferent(before, after)) return true;
  const [old, now] = [before, after].map((value) => inItsType(place.attribute, value));
  try {
    const { edits, members } = compareResources(type, only(place, old), only(place, now));
    return edits.length + members.length === 0;
  } catch (error) {
    // What cannot be changed into each other is not the same.
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

/** VALUE of ATTRIBUTE with what services write as texts, "True" and "5", as what it is. */
function inItsType(attribute: AttributeDefinition, value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((element) => inItsType(attribute, element) ?? null);
  if (isJsonObject(value)) {
    const object: JsonObject = {};
    for (const [name, member] of Object.entries(value)) {
      const sub = subAttribute(attribute, name);
      setMember(object, name, (sub === undefined ? member : inItsType(sub, member)) ?? null);
    }
    return object;
  }
  if (typeof value !== 'string') return value;
  if (attribute.type === 'boolean' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  const isNumber = attribute.type === 'integer' || attribute.type === 'decimal';
  return isNumber && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value) ? Number(value) : value;
}

/** RESOURCE of TYPE with what services write as texts, "True" and "5", as what it is. */
export function inTypes(type: ResourceType, resource: JsonObject): JsonObject {
  const typed: JsonObject = {};
  for (const [name, value] of Object.entries(resource)) {
    const extension = type.extension(name);
    const attribute = type.attribute(name);
    if (extension !== undefined && isJsonObject(value)) {
      const inner: JsonObject = {};
      for (const [sub, member] of Object.entries(value)) {
        const known = attributeOf(extension.schema, sub);
        setMember(inner, sub, (known === undefined ? member : inItsType(known, member)) ?? null);
      }
      setMember(typed, name, inner);
    } else setMember(typed, name, (attribute === undefined ? value : inItsType(attribute, value)) ?? null);
  }
  return typed;
}

/** A resource with nothing but VALUE at PLACE. */
function only({ extension, attribute }: Place, value: JsonValue | undefined): JsonObject {
  const holder: JsonObject = {};
  if (value !== undefined) setMember(holder, attribute.name, value);
  if (extension === undefined) return holder;
  const resource: JsonObject = {};
  setMember(resource, extension, holder);
  return resource;
}
