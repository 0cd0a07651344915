/** What is put where a value is to be written: the brackets and quotes that its type needs. */

import { holdsReferences } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import { patchPath, patchRequest, patchValue } from './messages.js';
import { membersOf, type Spot } from './spot.js';

/** A piece of JSON, and where in it to go on typing (UTF-16). */
export interface Skeleton {
  readonly text: string;
  readonly caret: number;
}

/** A value for SPOT, whose object has the extensions USED already. */
export function skeletonOf(spot: Spot | undefined, used: readonly string[] = []): Skeleton {
  if (spot === undefined) return quotes;
  if (spot.kind === 'extension') return braces;
  if (spot.kind === 'resource') return spot.purpose === 'patch' ? braces : resourceSkeleton(spot);
  const { attribute, isElement, type } = spot;
  if (attribute.name === 'schemas') return schemasSkeleton(spot, type?.core.id, used);
  if (attribute.multiValued && !isElement) return wrapped('[', single(attribute), ']');
  return single(attribute);
}

const quotes: Skeleton = { text: '""', caret: 1 };
const braces: Skeleton = { text: '{}', caret: 1 };

function wrapped(open: string, { text, caret }: Skeleton, close: string): Skeleton {
  return { text: `${open}${text}${close}`, caret: open.length + caret };
}

function single(attribute: AttributeDefinition): Skeleton {
  switch (attribute.type) {
    case 'boolean':
      return { text: 'true', caret: 4 };
    case 'decimal':
    case 'integer':
      return { text: '0', caret: 1 };
    case 'complex':
      return object(attribute);
    default:
      return quotes;
  }
}

/** An object with what it cannot do without: what is required, otherwise its `value`. */
function object(attribute: AttributeDefinition): Skeleton {
  if (attribute === patchValue) return quotes;
  if (attribute === patchRequest) return messageSkeleton(attribute);
  const writable = attribute.subAttributes.filter(({ mutability }) => mutability !== 'readOnly');
  const required = writable.filter((sub) => sub.required && !holdsReferences(attribute));
  const value = writable.find(({ name }) => name === 'value');
  const isOperation = attribute.subAttributes.includes(patchPath);
  const chosen = isOperation
    ? [...required, patchPath]
    : required.length > 0
      ? required
      : value === undefined
        ? []
        : [value];
  return chosen.length === 0 ? braces : members(chosen.map((sub) => [sub.name, filled(sub)]));
}

function filled(attribute: AttributeDefinition): Skeleton {
  return attribute.multiValued ? wrapped('[', single(attribute), ']') : single(attribute);
}

/** An object of PARTS, in which the first one is gone on with. */
function members(parts: readonly (readonly [string, Skeleton])[]): Skeleton {
  const texts = parts.map(([name, { text }]) => `${JSON.stringify(name)}: ${text}`);
  const [first] = parts;
  const caret = first === undefined ? 0 : JSON.stringify(first[0]).length + 2 + first[1].caret;
  return { text: `{ ${texts.join(', ')} }`, caret: 2 + caret };
}

function schemasSkeleton(spot: Spot, core: string | undefined, used: readonly string[]): Skeleton {
  const own = spot.kind === 'attribute' && spot.purpose === 'message' ? spot.attribute.canonicalValues : [core ?? ''];
  const text = `[${[...own, ...used].map((urn) => JSON.stringify(urn)).join(', ')}]`;
  return { text, caret: text.length };
}

/** A message with its URN. */
function messageSkeleton(attribute: AttributeDefinition): Skeleton {
  const parts = attribute.subAttributes.filter(({ required }) => required).map((sub) => [sub.name, part(sub)] as const);
  return lastFirst(parts);
}

function part(sub: AttributeDefinition): Skeleton {
  if (sub.name !== 'schemas') return filled(sub);
  const text = `[${sub.canonicalValues.map((urn) => JSON.stringify(urn)).join(', ')}]`;
  return { text, caret: text.length };
}

/** A whole resource: its schemas and what is required. */
function resourceSkeleton(spot: Extract<Spot, { kind: 'resource' }>): Skeleton {
  const parts = membersOf(spot)
    .filter(({ isRequired, attribute }) => isRequired && attribute?.mutability !== 'readOnly')
    .map(({ name, attribute }) => {
      if (attribute === undefined) return [name, braces] as const;
      if (name !== 'schemas') return [name, filled(attribute)] as const;
      const urns = [
        spot.type.core.id,
        ...spot.type.extensions.filter(({ required }) => required).map(({ schema }) => schema.id),
      ];
      const text = `[${urns.map((urn) => JSON.stringify(urn)).join(', ')}]`;
      return [name, { text, caret: text.length }] as const;
    });
  return lastFirst(parts);
}

/** An object of PARTS, in which what comes after `schemas` is gone on with. */
function lastFirst(parts: readonly (readonly [string, Skeleton])[]): Skeleton {
  const whole = members(parts);
  const [schemas, second] = parts;
  if (schemas === undefined || second === undefined || schemas[0] !== 'schemas') return whole;
  const before = members([schemas]).text.length - ' }'.length + ', '.length;
  return { text: whole.text, caret: before + JSON.stringify(second[0]).length + 2 + second[1].caret };
}
