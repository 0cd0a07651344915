/** Three versions of a multi-valued attribute made one, value by value (RFC 7643 §2.4). */

import { isJsonObject } from '../../scim/json.js';
import { identityOf, typeKey } from '../../scim/patch/identity.js';
import { defineAttribute } from '../../scim/schema/common.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import {
  conflictOf,
  isDerived,
  isPrimary,
  type Merging,
  mergeAny,
  mergeObjects,
  subsOf,
  type Three,
} from './merge3.js';
import type { Piece } from './piece.js';
import type { Merged } from './print.js';

/** The values of a list by what they are recognised by; undefined when one comes twice. */
type Keyed = ReadonlyMap<string, Piece> | undefined;

/**
 * THREE versions of the list at PATH. A value is the same in two of them when its identity is, or when it is the only one
 * of its type in both; a list in which a value comes twice, or with two preferred values, is a conflict as a whole.
 */
export function mergeLists(
  three: Three,
  path: string,
  known: AttributeDefinition | undefined,
  merging: Merging,
): Merged {
  const attribute = known ?? defineAttribute(path, 'complex', { multiValued: true });
  const old = byIdentity(attribute, three.base);
  const mine = recognised(attribute, old, three.mine);
  const theirs = recognised(attribute, old, three.theirs);
  if (old === undefined || mine === undefined || theirs === undefined) return conflictOf(three, path);
  // What the list as a whole cannot settle must not be told as taken.
  const inner: Merging = { taken: [] };
  const items: Merged[] = [];
  const primaries: boolean[] = [];
  for (const key of new Set([...mine.keys(), ...theirs.keys()])) {
    const parts: Three = { base: old.get(key), mine: mine.get(key), theirs: theirs.get(key) };
    const merged = mergeElement(parts, `${path}${selector(parts)}`, attribute, inner);
    if (merged === undefined) continue;
    items.push(merged);
    primaries.push(mayBePrimary(parts));
  }
  if (primaries.filter(Boolean).length > 1 && !hasTwo(three)) return conflictOf(three, path);
  merging.taken.push(...inner.taken);
  return { kind: 'array', items };
}

function mergeElement(
  parts: Three,
  path: string,
  attribute: AttributeDefinition,
  merging: Merging,
): Merged | undefined {
  return mergeAny(
    parts,
    path,
    (three) => {
      const { mine, theirs } = three;
      if (mine?.kind !== 'object' || theirs?.kind !== 'object') return conflictOf(three, path);
      const settled = { ...three, mine: withoutDerived(attribute, mine) };
      return mergeObjects(settled, path, subsOf(attribute, path), merging);
    },
    merging,
  );
}

/** MINE, a value of ATTRIBUTE, without what the server derives, so that its word for that counts. */
function withoutDerived(attribute: AttributeDefinition, mine: Piece): Piece {
  const members = mine.members.filter(({ name }) => !isDerived(attribute, name));
  return members.length === mine.members.length ? mine : { ...mine, members };
}

function byIdentity(attribute: AttributeDefinition, list: Piece | undefined): Keyed {
  const keyed = new Map<string, Piece>();
  for (const piece of list?.elements ?? []) {
    if (piece.value === null) continue;
    const key = identityOf(attribute, piece.value);
    if (keyed.has(key)) return undefined;
    keyed.set(key, piece);
  }
  return keyed;
}

/** The values of LIST by the keys of OLD where they are the same values, changed or not. */
function recognised(attribute: AttributeDefinition, old: Keyed, list: Piece | undefined): Keyed {
  const keyed = byIdentity(attribute, list);
  if (keyed === undefined || old === undefined) return undefined;
  const oldTypes = onlyOfType(attribute, old);
  const types = onlyOfType(attribute, keyed);
  const result = new Map<string, Piece>();
  for (const [key, piece] of keyed) {
    const type = isJsonObject(piece.value) ? typeKey(attribute, piece.value) : undefined;
    const predecessor = type !== undefined && types.has(type) ? oldTypes.get(type) : undefined;
    const isNew = !old.has(key) && predecessor !== undefined && !keyed.has(predecessor);
    result.set(isNew ? predecessor : key, piece);
  }
  return result;
}

/** The keys of the values that are alone of their type, by type. */
function onlyOfType(attribute: AttributeDefinition, values: ReadonlyMap<string, Piece>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const several = new Set<string>();
  for (const [key, { value }] of values) {
    const type = isJsonObject(value) ? typeKey(attribute, value) : undefined;
    if (type === undefined) continue;
    if (found.has(type)) several.add(type);
    found.set(type, key);
  }
  for (const type of several) found.delete(type);
  return found;
}

/** `[type eq "work"]`, `[value eq "2819"]`: how a person recognises the value. */
function selector({ base, mine, theirs }: Three): string {
  const value = (base ?? theirs ?? mine)?.value;
  if (!isJsonObject(value)) return value === undefined ? '' : `[value eq ${JSON.stringify(value)}]`;
  for (const name of ['type', 'display', 'value']) {
    const member = getAttribute(value, name);
    if (typeof member === 'string') return `[${name} eq ${JSON.stringify(member)}]`;
  }
  return '[…]';
}

/** Can the merged value be the preferred one? */
function mayBePrimary({ base, mine, theirs }: Three): boolean {
  const now = [mine, theirs].filter((piece) => piece !== undefined).map(({ value }) => isPrimary(value));
  const was = base !== undefined && isPrimary(base.value);
  // Who changed it has the say; a value that both kept stays what it was.
  return now.some((is) => is !== was) ? !was : now.length > 0 && was;
}

function hasTwo({ mine, theirs }: Three): boolean {
  const count = (list: Piece | undefined) => (list?.elements ?? []).filter(({ value }) => isPrimary(value)).length;
  return count(mine) > 1 || count(theirs) > 1;
}
