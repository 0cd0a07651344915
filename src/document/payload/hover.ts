/** What is known of a name or a value of a payload. */

import type { Hover } from '../../config/hover.js';
import type { Position } from '../../scim/error.js';
import type { AttributeDefinition, SchemaDefinition } from '../../scim/schema/types.js';
import type { PayloadContext } from './context.js';
import { tooltipOf } from './links.js';
import { type Place, placeAt } from './place.js';
import { referencesIn } from './references.js';
import { type AttributeSpot, rootSpot, type Spot } from './spot.js';
import { PayloadText, stringOf } from './text.js';

/**
 * What is known of what stands at POSITION of TEXT, as Markdown. Its first line says in short what matters most, for those
 * who show one line.
 */
export function hoverPayload(text: string, position: Position, context: PayloadContext): Hover | undefined {
  const payload = new PayloadText(text, context.encoding);
  const place = placeAt(payload, payload.lines.offset(position), context);
  const told = place && about(place, payload, context);
  if (place === undefined || told === undefined) return undefined;
  const { offset, length } = place.node;
  return { range: payload.lines.range(offset, offset + length), text: told };
}

function about(place: Place, { root }: PayloadText, context: PayloadContext): string | undefined {
  const { node, role, spot } = place;
  if (role === 'value' && root !== undefined) {
    const reference = referencesIn(root, rootSpot(context), context.registry).find((each) => each.node === node);
    if (reference !== undefined) {
      const id = reference.name === undefined ? '' : ` (${reference.id})`;
      return [`→ ${tooltipOf(reference)}${id}`, describe(spot)].filter((part) => part !== undefined).join('\n\n');
    }
    const schema = spot?.kind === 'attribute' && spot.attribute.name === 'schemas' ? stringOf(node) : undefined;
    const found = schema === undefined ? undefined : context.registry.schema(schema);
    if (found !== undefined) return aboutSchema(found);
  }
  return describe(spot);
}

/** What is known of SPOT, as Markdown. */
export function describe(spot: Spot | undefined): string | undefined {
  if (spot?.kind === 'extension') return aboutSchema(spot.schema);
  if (spot?.kind !== 'attribute') return undefined;
  const { attribute } = spot;
  const description = attribute.description.replaceAll(/\s+/g, ' ').trim();
  const meaning = description === '' ? '' : ` — ${description}`;
  return [`**${spot.path}**: ${summary(attribute)}${meaning}`, ...details(spot)].join('\n\n');
}

function aboutSchema({ id, name, description, attributes }: SchemaDefinition): string {
  const names = attributes.map((attribute) => `\`${attribute.name}\``).join(', ');
  return [`**${name}**: schema ${id}`, description, names && `Attributes: ${names}.`]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** ATTRIBUTE in a few words: what is unusual about it is said, what is usual is not. */
export function summary(attribute: AttributeDefinition): string {
  const { type, multiValued, required, mutability, uniqueness, canonicalValues } = attribute;
  const many = { complex: 'complex values', binary: 'binary values' }[type as string] ?? `${plural(type)}`;
  return [
    multiValued ? `list of ${many}` : type,
    ...(required ? ['required'] : []),
    ...(mutability === 'readWrite' ? [] : [mutabilities[mutability]]),
    ...(uniqueness === 'none' ? [] : ['unique']),
    ...(canonicalValues.length === 0 || canonicalValues.length > 5 ? [] : [canonicalValues.join(' | ')]),
  ].join(', ');
}

function plural(type: AttributeDefinition['type']): string {
  return type === 'dateTime' ? 'dates' : `${type}s`;
}

const mutabilities = {
  readOnly: 'read-only',
  readWrite: 'read and write',
  immutable: 'immutable',
  writeOnly: 'write-only',
} as const;

function details({ attribute, urn }: AttributeSpot): string[] {
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  return [
    ...(urn === undefined ? [] : [characteristics(attribute)]),
    ...(canonicalValues.length === 0 ? [] : [`Usual values: ${coded(canonicalValues)}.`]),
    ...(referenceTypes.length === 0 ? [] : [`Refers to: ${coded(referenceTypes)}.`]),
    ...(subAttributes.length === 0 ? [] : [`Has: ${coded(subAttributes.map(({ name }) => name))}.`]),
    ...(urn === undefined ? [] : [`Schema: ${urn}`]),
  ];
}

function coded(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}

/** RFC 7643 §7, every characteristic. */
function characteristics(attribute: AttributeDefinition): string {
  const { multiValued, required, mutability, returned, uniqueness, caseExact } = attribute;
  return [
    `multi-valued: ${multiValued ? 'yes' : 'no'}`,
    `required: ${required ? 'yes' : 'no'}`,
    `mutability: ${mutability}`,
    `returned: ${returned}`,
    `uniqueness: ${uniqueness}`,
    `case: ${caseExact ? 'exact' : 'not minded'}`,
  ].join('; ');
}
