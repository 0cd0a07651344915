/** References that are written by the name of what they refer to. */

import type { Node } from 'jsonc-parser';
import { holdsReferences, type SchemaRegistry } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import type { FoundResource, PayloadContext } from './context.js';
import type { Cursor } from './cursor.js';
import { bulkPath, patchPath } from './messages.js';
import { type PayloadOffer, stringOffer } from './offer.js';
import { referredTypes, typesOfReference } from './references.js';
import { type AttributeSpot, namesIn, spotAt, targetSpot } from './spot.js';
import { nameOf, type PayloadText } from './text.js';

/** What to look for, and what a resource that is found becomes. */
interface Wish {
  readonly types: readonly string[];
  readonly text: string;
  offer(found: FoundResource, label: string): PayloadOffer;
}

const maxFound = 50;

/**
 * The resources that are called what is typed at CURSOR, where references stand: `value` and `$ref` of members and the like,
 * the selection of a PATCH path, the path of a bulk operation. Nothing when the service does not tell.
 */
export async function referenceOffers(
  payload: PayloadText,
  cursor: Cursor,
  context: PayloadContext,
): Promise<PayloadOffer[]> {
  const { lookUp } = context;
  const wish = lookUp && wishAt(payload, cursor, context);
  if (lookUp === undefined || wish === undefined) return [];
  const found = await lookUp(wish.types, wish.text, maxFound);
  const names = found.map(({ name, id }) => (name === '' ? id : name));
  return found.map((each, index) => {
    const name = names[index] ?? each.id;
    const isShared = names.indexOf(name) !== names.lastIndexOf(name);
    return wish.offer(each, isShared ? `${name} (${each.id})` : name);
  });
}

function wishAt(payload: PayloadText, cursor: Cursor, context: PayloadContext): Wish | undefined {
  const spot = spotAt(payload, cursor.path, context);
  if (spot?.kind !== 'attribute') return undefined;
  const { attribute, owner } = spot;
  if (attribute === patchPath) return wishInPath(spot, cursor, context);
  if (attribute === bulkPath) return wishInBulkPath(cursor, context);
  if (owner !== undefined && holdsReferences(owner) && /^(?:value|\$ref)$/i.test(attribute.name)) {
    return wishInReference(payload, cursor, context, owner, attribute);
  }
  const types = attribute.type === 'reference' ? referredTypes(attribute, context.registry) : [];
  if (types.length === 0) return undefined;
  const offer = (found: FoundResource, label: string): PayloadOffer =>
    stringOffer(cursor, told(found, label, cursor), uriOf(found, context));
  return { types, text: cursor.typed, offer };
}

function told({ type, detail }: FoundResource, label: string, { raw }: Cursor) {
  return { label, detail: detail === '' ? type : `${type}, ${detail}`, filter: raw, isSearched: true };
}

function uriOf({ type, id }: FoundResource, { registry, baseUrl }: PayloadContext): string {
  const endpoint = registry.find(type)?.endpoint ?? `/${type}`;
  return `${baseUrl === undefined ? '..' : baseUrl.replace(/\/+$/, '')}${endpoint}/${encodeURIComponent(id)}`;
}

/** `members[].value`: the id, and beside it what the schema has for references and the object does not have yet. */
function wishInReference(
  payload: PayloadText,
  cursor: Cursor,
  context: PayloadContext,
  owner: AttributeDefinition,
  attribute: AttributeDefinition,
): Wish {
  const object = payload.find(cursor.path.slice(0, -1));
  const present = namesIn(object);
  const separator = separatorAt(payload, object, cursor);
  const offer = (found: FoundResource, label: string): PayloadOffer => {
    const isUri = attribute.type === 'reference';
    const own = attribute.name.toLowerCase();
    const tail = companions(found, owner, context)
      .filter(([name]) => name.toLowerCase() !== own && !present.has(name.toLowerCase()))
      .map(([name, text]) => `${separator}${JSON.stringify(name)}: ${JSON.stringify(text)}`);
    const content = isUri ? uriOf(found, context) : found.id;
    return stringOffer(cursor, told(found, label, cursor), content, tail.join(''));
  };
  return { types: typesOfReference(object, owner, context.registry), text: cursor.typed, offer };
}

/** What OWNER has to say about FOUND: RFC 7643 §2.4. */
function companions(found: FoundResource, owner: AttributeDefinition, context: PayloadContext): [string, string][] {
  const { type, id, name } = found;
  const all: [string, string][] = [
    ['value', id],
    ['display', name],
    ['type', registered(type, context.registry)],
    ['$ref', uriOf(found, context)],
  ];
  return all.filter(([member, text]) => {
    const sub = owner.subAttributes.find((each) => each.name.toLowerCase() === member);
    return sub !== undefined && sub.mutability !== 'readOnly' && text !== '';
  });
}

function registered(type: string, registry: SchemaRegistry): string {
  return registry.find(type)?.name ?? type;
}

/** What stands between two members of OBJECT, in the style of the text: each on its line, or all on one. */
function separatorAt({ text }: PayloadText, object: Node | undefined, { span, path }: Cursor): string {
  const name = path.at(-1);
  const property = object?.children?.findLast((each) => nameOf(each) === name && each.offset <= span.start);
  if (object === undefined || property === undefined) return ', ';
  const line = text.lastIndexOf('\n', property.offset) + 1;
  const indent = text.slice(line, property.offset);
  return line > object.offset && /^[ \t]*$/.test(indent) ? `,\n${indent}` : ', ';
}

/** `members[value eq "bar`: which one is meant. */
function wishInPath({ type }: AttributeSpot, cursor: Cursor, context: PayloadContext): Wish | undefined {
  const begun = /^([^[\]]+)\[value eq "([^"]*)$/i.exec(cursor.typed);
  const [, head, text] = begun ?? [];
  const target = type === undefined || head === undefined ? undefined : targetSpot(type, head);
  if (text === undefined || target?.kind !== 'attribute' || !holdsReferences(target.attribute)) return undefined;
  const offer = (found: FoundResource, label: string): PayloadOffer =>
    stringOffer(cursor, told(found, label, cursor), `${head}[value eq ${JSON.stringify(found.id)}]`);
  return { types: referredTypes(target.attribute, context.registry), text, offer };
}

/** `/Users/bar` in a bulk request. */
function wishInBulkPath(cursor: Cursor, context: PayloadContext): Wish | undefined {
  const type = context.registry.resourceTypes.find(({ endpoint }) => cursor.typed.startsWith(`${endpoint}/`));
  if (type === undefined) return undefined;
  const offer = (found: FoundResource, label: string): PayloadOffer =>
    stringOffer(cursor, told(found, label, cursor), `${type.endpoint}/${encodeURIComponent(found.id)}`);
  return { types: [type.name], text: cursor.typed.slice(type.endpoint.length + 1), offer };
}
