/**
 * Three versions of a resource made one: what was read, what a person made of it, and what somebody else did meanwhile.
 *
 * Changes of different attributes, sub-attributes and values (RFC 7643 §2.4) go together; where both sides changed the
 * same thing to something else, that is a conflict, which holds all three and shows the person's own for the time being.
 */

import type { JsonValue } from '../../scim/json.js';
import { isJsonObject } from '../../scim/json.js';
import { attributeOf, holdsReferences, type ResourceType, subAttribute } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import { mergeLists } from './merge-list.js';
import { memberOf, type Piece, parsePiece, stateOf } from './piece.js';
import { type Layout, layOut, type Merged, rawOf } from './print.js';

/** A part of the resource in each of the three versions; undefined where it is not there. */
export interface Three {
  readonly base: Piece | undefined;
  readonly mine: Piece | undefined;
  readonly theirs: Piece | undefined;
}

/** What both sides changed, each in its own way. */
export interface Conflict extends Three {
  /** As a PATCH would name it: `title`, `emails[type eq "work"].value`. */
  readonly path: string;
}

export interface MergeResult extends Layout {
  /** Paths of what the others changed and is in the merged text. */
  readonly taken: readonly string[];
}

/** What a merge collects on its way. */
export interface Merging {
  readonly taken: string[];
}

/**
 * MINE and THEIRS, both made from BASE, as one text; all three are JSON texts of resources of TYPE. What is of one side only
 * stays as it was written there. Throws `JsonSyntaxError`.
 */
export function merge3(type: ResourceType | undefined, base: string, mine: string, theirs: string): MergeResult {
  const three = { base: parsePiece(base), mine: parsePiece(mine), theirs: parsePiece(theirs) };
  const merging: Merging = { taken: [] };
  const merged = mergeAny(three, '', (parts) => mergeObjects(parts, '', topLevel(type), merging), merging);
  return { ...layOut(merged ?? { kind: 'raw', raw: '{}' }), taken: merging.taken };
}

/** The rules that need no look inside; INSIDE merges what only that can settle. */
export function mergeAny(
  three: Three,
  path: string,
  inside: (three: Three) => Merged | undefined,
  merging: Merging,
): Merged | undefined {
  const { base, mine, theirs } = three;
  const [was, ours, other] = [stateOf(base), stateOf(mine), stateOf(theirs)];
  if (other === was || other === ours) return rawOf(mine);
  if (ours === was) {
    if (path !== '') merging.taken.push(path);
    return rawOf(theirs);
  }
  return inside(three);
}

/** What a member of an object is called and what it is; undefined: nothing is known of it. */
export type Lookup = (name: string) => Known;

interface Known {
  readonly attribute: AttributeDefinition | undefined;
  /** Of an extension: what is in it. */
  readonly container?: Lookup;
  /** What stands between the path of an extension and of its attributes. */
  readonly path: string;
}

function topLevel(type: ResourceType | undefined): Lookup {
  return (name) => {
    const extension = type?.extension(name);
    if (extension === undefined) return { attribute: type?.attribute(name), path: type?.attribute(name)?.name ?? name };
    const { schema } = extension;
    const container: Lookup = (inner) => {
      const attribute = attributeOf(schema, inner);
      return { attribute, path: `${schema.id}:${attribute?.name ?? inner}` };
    };
    return { attribute: undefined, container, path: schema.id };
  };
}

/** What the members of a value of ATTRIBUTE at PATH are. */
export function subsOf(attribute: AttributeDefinition | undefined, path: string): Lookup {
  return (name) => {
    const sub = attribute === undefined ? undefined : subAttribute(attribute, name);
    return { attribute: sub, path: `${path}.${sub?.name ?? name}` };
  };
}

/** Three objects as one: the person's order, with what others added where it stands with them. */
export function mergeObjects(three: Three, path: string, lookup: Lookup, merging: Merging): Merged {
  const { mine, theirs } = three;
  if (mine?.kind !== 'object' || theirs?.kind !== 'object') return conflictOf(three, path);
  const members: { rawName: string; merged: Merged }[] = [];
  for (const name of orderOf(mine, theirs)) {
    const parts = partsOf(three, name);
    const known = lookup(name);
    // Nobody has to be told what the server itself has changed.
    const heard = known.attribute?.mutability === 'readOnly' ? { taken: [] } : merging;
    const merged = mergeAny(parts, known.path, (inner) => mergeMember(inner, known, merging), heard);
    const rawName = (memberOf(mine, name) ?? memberOf(theirs, name))?.rawName ?? JSON.stringify(name);
    if (merged !== undefined) members.push({ rawName, merged });
  }
  return { kind: 'object', members };
}

function mergeMember(three: Three, { attribute, container, path }: Known, merging: Merging): Merged | undefined {
  if (container !== undefined) return whole(three, path, () => mergeObjects(three, path, container, merging));
  // RFC 7643 §7: only the service provider sets what is read-only.
  if (attribute?.mutability === 'readOnly') return rawOf(three.theirs);
  const { mine, theirs } = three;
  if (mine?.kind === 'array' && theirs?.kind === 'array') return mergeLists(three, path, attribute, merging);
  return whole(three, path, () => mergeObjects(three, path, subsOf(attribute, path), merging));
}

/** Where one side took something away, INSIDE cannot settle it: it is a conflict as a whole. */
function whole(three: Three, path: string, inside: () => Merged): Merged {
  const { mine, theirs } = three;
  return mine?.kind === 'object' && theirs?.kind === 'object' ? inside() : conflictOf(three, path);
}

export function conflictOf(three: Three, path: string): Merged {
  return { kind: 'conflict', conflict: { ...three, path } };
}

/** Does SUB of a value of ATTRIBUTE follow from the others, so that nobody's change of it counts? */
export function isDerived(attribute: AttributeDefinition, sub: string): boolean {
  return holdsReferences(attribute) && /^(?:\$ref|display)$/i.test(sub);
}

/** The member NAME of each of THREE. */
function partsOf({ base, mine, theirs }: Three, name: string): Three {
  return {
    base: memberOf(base, name)?.piece,
    mine: memberOf(mine, name)?.piece,
    theirs: memberOf(theirs, name)?.piece,
  };
}

/** The names of MINE, and of THEIRS behind the one that they follow there. */
function orderOf(mine: Piece, theirs: Piece): string[] {
  const names = mine.members.map(({ name }) => name);
  const known = new Set(names.map((name) => name.toLowerCase()));
  let previous = -1;
  for (const { name } of theirs.members) {
    const lower = name.toLowerCase();
    if (known.has(lower)) previous = names.findIndex((each) => each.toLowerCase() === lower);
    else {
      previous += 1;
      names.splice(previous, 0, name);
      known.add(lower);
    }
  }
  return names;
}

/** Is VALUE marked as the preferred one (RFC 7643 §2.4)? */
export function isPrimary(value: JsonValue): boolean {
  return isJsonObject(value) && Object.entries(value).some(([name, on]) => /^primary$/i.test(name) && on === true);
}
