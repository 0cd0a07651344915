/** Attribute paths (RFC 7644 §3.5.2, §3.10) that can be typed. */

import { quoteFilterString } from '../../scim/filter/index.js';
import { holdsReferences, type ResourceType, subAttribute } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';

/** A path, what it points at, and where in it to go on typing. */
export interface TypedPath {
  readonly path: string;
  readonly attribute: AttributeDefinition | undefined;
  readonly caret?: number | undefined;
}

/** The paths that a PATCH of a TYPE can have, with selections among several values; TYPED is what is there already. */
export function patchPaths(type: ResourceType, typed: string): TypedPath[] {
  const writable = (attribute: AttributeDefinition): boolean => attribute.mutability !== 'readOnly';
  const all = everyAttribute(type).filter(({ attribute }) => attribute.name !== 'schemas' && writable(attribute));
  const extensions = type.extensions.map(({ schema }) => ({ path: schema.id, attribute: undefined }));
  const known = all.flatMap(({ prefix, attribute }) => patchPathsOf(prefix, attribute, writable));
  return [...known, ...extensions, ...behindSelection(type, typed)];
}

/** The attributes of TYPE and their sub-attributes, as searches name them. */
export function attributePaths(type: ResourceType): TypedPath[] {
  const paths = everyAttribute(type).flatMap(({ prefix, attribute }) => [
    { path: `${prefix}${attribute.name}`, attribute },
    ...attribute.subAttributes.map((sub) => ({ path: `${prefix}${attribute.name}.${sub.name}`, attribute: sub })),
  ]);
  return [...paths, ...type.extensions.map(({ schema }) => ({ path: schema.id, attribute: undefined }))];
}

function everyAttribute(type: ResourceType): { prefix: string; attribute: AttributeDefinition }[] {
  const extended = type.extensions.flatMap(({ schema }) =>
    schema.attributes.map((attribute) => ({ prefix: `${schema.id}:`, attribute })),
  );
  return [...type.attributes.map((attribute) => ({ prefix: '', attribute })), ...extended];
}

function patchPathsOf(
  prefix: string,
  attribute: AttributeDefinition,
  isWritable: (attribute: AttributeDefinition) => boolean,
): TypedPath[] {
  const path = `${prefix}${attribute.name}`;
  const subs = attribute.subAttributes.filter(isWritable);
  if (!attribute.multiValued) {
    return [{ path, attribute }, ...subs.map((sub) => ({ path: `${path}.${sub.name}`, attribute: sub }))];
  }
  const selections = selectionsOf(attribute).map((filter) => `${path}[${filter}]`);
  const selected = selections.flatMap((selection) => [
    ...(selection.endsWith('""]')
      ? []
      : subs
          .filter(({ name }) => !selection.includes(`[${name} eq `))
          .map((sub) => ({ path: `${selection}.${sub.name}`, attribute: sub }))),
    { path: selection, attribute, ...(selection.endsWith('""]') && { caret: selection.length - 2 }) },
  ]);
  return [{ path, attribute }, ...selected];
}

/** How one of the values of ATTRIBUTE is usually chosen. */
function selectionsOf(attribute: AttributeDefinition): string[] {
  if (holdsReferences(attribute)) return ['value eq ""'];
  const kinds = subAttribute(attribute, 'type')?.canonicalValues ?? [];
  const byKind = kinds.map((kind) => `type eq ${quoteFilterString(kind)}`);
  const primary = attribute.subAttributes.some(({ name }) => name === 'primary') ? ['primary eq true'] : [];
  return [...byKind, ...primary, 'value eq ""'];
}

/** `emails[value co "x"].` is gone on with by the sub-attributes. */
function behindSelection(type: ResourceType, typed: string): TypedPath[] {
  const selection = /^(.+?)\[.*\](?=\.[\w$-]*$)/s.exec(typed);
  const attribute = selection?.[1] === undefined ? undefined : type.lookup(selection[1])?.attribute;
  if (selection === null || attribute === undefined) return [];
  return attribute.subAttributes.map((sub) => ({ path: `${selection[0]}.${sub.name}`, attribute: sub }));
}
