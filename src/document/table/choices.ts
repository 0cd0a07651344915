/** Which columns a table of resources can have, and which it has when nobody has chosen. */

import { holdsReferences, type ResourceType } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';

/** An attribute that can be a column. */
export interface ColumnChoice {
  readonly path: string;
  /** Its type, in a few words. */
  readonly detail: string;
  readonly description: string;
}

// What tells resources apart comes first; members would make every page of a list of groups large.
const usual: Readonly<Record<string, readonly string[]>> = {
  User: ['userName', 'displayName', 'active', 'emails', 'title', 'id'],
  Group: ['displayName', 'externalId', 'id'],
};

const telling = ['displayName', 'name', 'userName', 'title', 'label', 'type', 'status', 'active', 'enabled'];

/** The columns of resources of TYPE, as paths. */
export function defaultColumns(type: ResourceType): string[] {
  const known = usual[type.name];
  if (known !== undefined) return known.filter((path) => type.lookup(path) !== undefined);
  const own = type.core.attributes.filter(isPlain);
  const named = telling.flatMap((name) => own.filter((each) => each.name.toLowerCase() === name.toLowerCase()));
  const others = own.filter((each) => !named.includes(each) && each.name.toLowerCase() !== 'id');
  const required = others.filter((each) => each.required);
  const chosen = [...new Set([...named, ...required, ...others])].slice(0, 4);
  return [...new Set([...chosen.map(({ name }) => name), 'id'])];
}

function isPlain({ type, multiValued, returned }: AttributeDefinition): boolean {
  return type !== 'complex' && type !== 'binary' && !multiValued && (returned === 'default' || returned === 'always');
}

/** Every attribute of TYPE that can be a column, the common ones of all types last. */
export function columnChoices(type: ResourceType): ColumnChoice[] {
  const [common, own] = partition(type.attributes, ({ name }) => ['schemas', 'meta'].includes(name));
  return [
    ...own.flatMap((attribute) => choicesOf(attribute, '')),
    ...type.extensions.flatMap(({ schema }) =>
      schema.attributes.flatMap((attribute) => choicesOf(attribute, `${schema.id}:`)),
    ),
    ...common.flatMap((attribute) => choicesOf(attribute, '')),
  ];
}

function choicesOf(attribute: AttributeDefinition, prefix: string): ColumnChoice[] {
  if (attribute.returned === 'never') return [];
  const path = `${prefix}${attribute.name}`;
  const subs = attribute.subAttributes.filter(({ returned }) => returned !== 'never');
  return [
    { path, detail: detailOf(attribute), description: attribute.description },
    ...subs.map((sub) => ({
      path: `${path}.${sub.name}`,
      detail: detailOf(sub),
      description: sub.description,
    })),
  ];
}

function detailOf(attribute: AttributeDefinition): string {
  if (attribute.multiValued && holdsReferences(attribute)) return 'how many; makes pages large';
  return attribute.multiValued ? `${attribute.type}, several` : attribute.type;
}

function partition<T>(all: readonly T[], test: (each: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((each) => !test(each))];
}
