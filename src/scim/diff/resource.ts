/** What differs between two states of a resource. */

import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Place } from '../patch/draft.js';
import { isEqual } from '../patch/equal.js';
import { invalidValue } from '../patch/fail.js';
import { isUnassigned } from '../patch/value.js';
import { defineAttribute } from '../schema/common.js';
import { attributeOf, getAttribute, holdsReferences, type ResourceType } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';
import type { Difference, Edit, MemberChange } from './edit.js';
import { compareLists } from './list.js';
import { compareMembers } from './members.js';
import { compareSingle } from './single.js';

/** One object that holds attributes, in both states: the resource itself or an extension's container. */
interface Holder {
  readonly extension: string | undefined;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/**
 * What differs between BEFORE and AFTER, whole resources of TYPE: what AFTER does not have is unassigned there. Read-only
 * attributes and `schemas`, which follows from the others, do not count. Throws ProtocolError `mutability` for what cannot
 * be changed, `invalidValue` for what AFTER cannot have.
 */
export function compareResources(type: ResourceType, before: JsonObject, after: JsonObject): Difference {
  const edits: Edit[] = [];
  const members: MemberChange[] = [];
  for (const { extension, attributes, isOpen, ...holder } of holdersOf(type, before, after)) {
    for (const attribute of attributes) {
      if (attribute.mutability === 'readOnly' || attribute.name === 'schemas') continue;
      const difference = compareAttribute({ extension, attribute }, holder.before, holder.after);
      edits.push(...difference.edits);
      members.push(...difference.members);
    }
    const known = extension === undefined ? (name: string) => isTopLevel(type, name) : isIn(type, extension);
    edits.push(...unknownEdits(type, { extension, ...holder }, known, isOpen));
  }
  return { edits, members };
}

interface TypedHolder extends Holder {
  readonly attributes: readonly AttributeDefinition[];
  /** Is this a schema that the server named and never described, so that any attribute may exist? */
  readonly isOpen: boolean;
}

function holdersOf(type: ResourceType, before: JsonObject, after: JsonObject): TypedHolder[] {
  const isOpen = type.core.attributes.length === 0;
  const top: TypedHolder = { extension: undefined, before, after, attributes: type.attributes, isOpen };
  const extensions = type.extensions.map(({ schema }) => ({
    extension: schema.id,
    before: container(before, schema.id),
    after: container(after, schema.id),
    attributes: schema.attributes,
    isOpen: schema.attributes.length === 0,
  }));
  return [top, ...extensions];
}

function container(resource: JsonObject, urn: string): JsonObject {
  const value = getAttribute(resource, urn);
  return isJsonObject(value) ? value : {};
}

function isTopLevel(type: ResourceType, name: string): boolean {
  return type.attribute(name) !== undefined || type.extension(name) !== undefined;
}

function isIn(type: ResourceType, extension: string): (name: string) => boolean {
  const schema = type.extension(extension)?.schema;
  return (name) => schema !== undefined && attributeOf(schema, name) !== undefined;
}

function compareAttribute(place: Place, before: JsonObject, after: JsonObject): Difference {
  const { attribute } = place;
  const [old, wanted] = [getAttribute(before, attribute.name), getAttribute(after, attribute.name)];
  if (old === wanted || (isUnassigned(old) && isUnassigned(wanted))) return { edits: [], members: [] };
  if (!attribute.multiValued) return { edits: compareSingle(place, old, wanted), members: [] };
  const list = isUnassigned(old) ? [] : Array.isArray(old) ? old : [old];
  if (!holdsReferences(attribute)) return { edits: compareLists(place, list, wanted), members: [] };
  const { change, edits } = compareMembers(place, list, wanted);
  return { edits, members: change === undefined ? [] : [change] };
}

/** Members that TYPE does not know: an error where it knows its attributes, compared as a whole where it knows none. */
function unknownEdits(type: ResourceType, holder: Holder, known: (name: string) => boolean, isOpen: boolean): Edit[] {
  const { extension, before, after } = holder;
  const names = new Set([...Object.keys(after), ...(isOpen ? Object.keys(before) : [])].filter((name) => !known(name)));
  return [...names].flatMap((name) => {
    const [old, wanted] = [getAttribute(before, name), getAttribute(after, name)];
    if (isEqual(old, wanted) || (isUnassigned(old) && isUnassigned(wanted))) return [];
    if (!isOpen) throw invalidValue(`${JSON.stringify(name)} is not an attribute of ${extension ?? type.name}`);
    return [wholeEdit({ extension, attribute: defineAttribute(name, 'string') }, old, wanted)];
  });
}

function wholeEdit(place: Place, before: JsonValue | undefined, after: JsonValue | undefined): Edit {
  if (isUnassigned(after)) return { op: 'remove', place };
  return { op: isUnassigned(before) ? 'add' : 'replace', place, value: after };
}
