/** RFC 7643 §6 and §7: what a server says about its schemas and resource types, made complete and sure. */

import * as z from 'zod';
import { ProtocolError } from '../error.js';
import { renamed } from '../shape.js';
import type { AttributeDefinition, ResourceTypeDefinition, SchemaDefinition } from './types.js';

const attributeTypes = [
  'string',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'binary',
  'reference',
  'complex',
] as const;
const mutabilities = ['readOnly', 'readWrite', 'immutable', 'writeOnly'] as const;
const returnedValues = ['always', 'never', 'default', 'request'] as const;
const uniquenesses = ['none', 'server', 'global'] as const;

const attributeKeywords = [
  'name',
  'type',
  'multiValued',
  'description',
  'required',
  'caseExact',
  'mutability',
  'returned',
  'uniqueness',
  'canonicalValues',
  'referenceTypes',
  'subAttributes',
];
const schemaKeywords = ['id', 'name', 'description', 'attributes'];
const resourceTypeKeywords = ['id', 'name', 'description', 'endpoint', 'schema', 'schemaExtensions'];
const extensionKeywords = ['schema', 'required'];

/**
 * A schema as a server sends it, as a value whose attributes carry every characteristic. Lenient, because schemas of
 * real servers are: missing keywords take the defaults of RFC 7643 §2.2, keywords and enumerated values are read in
 * any case, `null` counts as missing, unknown keywords are passed over. Without `id` or with an attribute that has no
 * name there is nothing to work with: `ProtocolError` (`invalidSyntax`).
 */
export function parseSchema(json: unknown): SchemaDefinition {
  return read(shapes().schema, json, 'schema');
}

/** A resource type (RFC 7643 §6) as a server sends it, read as leniently as `parseSchema` reads; same error. */
export function parseResourceType(json: unknown): ResourceTypeDefinition {
  return read(shapes().resourceType, json, 'resource type');
}

function read<T>(shape: z.ZodType<T>, json: unknown, what: string): T {
  const result = parseShallow(shape, json, what);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new ProtocolError(400, 'invalidSyntax', `Malformed ${what}${place}: ${issue?.message ?? 'not understood'}`);
}

/** Attributes nest two or three deep; what exhausts the stack is no schema. */
function parseShallow<T>(shape: z.ZodType<T>, json: unknown, what: string): z.ZodSafeParseResult<T> {
  try {
    return shape.safeParse(json);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ProtocolError(400, 'invalidSyntax', `Malformed ${what}: nested too deep`, { cause: error });
  }
}

interface Shapes {
  readonly schema: z.ZodType<SchemaDefinition>;
  readonly resourceType: z.ZodType<ResourceTypeDefinition>;
}

let memo: Shapes | undefined;

/** Built on first use: a zod object costs start-up time that most runs never need. */
function shapes(): Shapes {
  memo ??= { schema: schemaShape(), resourceType: resourceTypeShape() };
  return memo;
}

function schemaShape(): z.ZodType<SchemaDefinition> {
  return renamed(
    schemaKeywords,
    z
      .object({
        id: identifier(),
        name: text,
        description: text,
        attributes: listOf(attributeShape()),
      })
      .transform((schema) => ({ ...schema, name: schema.name === '' ? lastSegment(schema.id) : schema.name })),
  );
}

function attributeShape(): z.ZodType<AttributeDefinition> {
  const shape: z.ZodType<AttributeDefinition> = renamed(
    attributeKeywords,
    z
      .object({
        name: identifier(),
        type: keyword(attributeTypes, undefined),
        multiValued: flag,
        description: text,
        required: flag,
        caseExact: flag,
        mutability: keyword(mutabilities, 'readWrite'),
        returned: keyword(returnedValues, 'default'),
        uniqueness: keyword(uniquenesses, 'none'),
        canonicalValues: strings,
        referenceTypes: strings,
        subAttributes: z.lazy(() => listOf(shape)),
      })
      .transform((attribute) => ({
        ...attribute,
        type: attribute.type ?? (attribute.subAttributes.length > 0 ? ('complex' as const) : ('string' as const)),
      })),
  );
  return shape;
}

function resourceTypeShape(): z.ZodType<ResourceTypeDefinition> {
  const extension = renamed(extensionKeywords, z.object({ schema: identifier(), required: flag }));
  return renamed(
    resourceTypeKeywords,
    z
      .object({
        id: text,
        name: text,
        description: text,
        endpoint: z.string().min(1).transform(endpointPath),
        schema: identifier(),
        schemaExtensions: listOf(extension),
      })
      .transform((type) => {
        const name = [type.name, type.id, lastSegment(type.schema)].find((candidate) => candidate !== '') ?? '';
        return { ...type, name, id: type.id === '' ? name : type.id };
      }),
  );
}

/** A list; a lone element stands for a list of one, and nothing for an empty list. */
function listOf<T>(element: z.ZodType<T>): z.ZodType<T[]> {
  return z
    .unknown()
    .optional()
    .transform((value) => {
      if (value === undefined || value === null) return [];
      return Array.isArray(value) ? value : [value];
    })
    .pipe(z.array(element));
}

/** A name or URN. `__proto__` is none, and would be a trap wherever objects are keyed by names. */
function identifier() {
  return z
    .string()
    .min(1)
    .refine((name) => name !== '__proto__', '__proto__ cannot be a name');
}

const text = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value : ''));

const flag = z
  .unknown()
  .optional()
  .transform((value) => value === true || (typeof value === 'string' && value.toLowerCase() === 'true'));

const strings = z
  .unknown()
  .optional()
  .transform((value) =>
    Array.isArray(value) ? value.filter((element): element is string => typeof element === 'string') : [],
  );

/** One of VALUES, read in any case; FALLBACK for anything else. */
function keyword<T extends string, F extends T | undefined>(values: readonly T[], fallback: F) {
  return z
    .unknown()
    .optional()
    .transform((value): T | F => {
      if (typeof value !== 'string') return fallback;
      const wanted = value.toLowerCase();
      return values.find((candidate) => candidate.toLowerCase() === wanted) ?? fallback;
    });
}

function lastSegment(urn: string): string {
  return urn.slice(urn.lastIndexOf(':') + 1);
}

/** RFC 7643 §6: the endpoint is relative to the base URL; servers also send it bare or absolute. */
function endpointPath(endpoint: string): string {
  const path = /^https?:\/\//i.test(endpoint)
    ? endpoint.slice(endpoint.replace(/\/+$/, '').lastIndexOf('/'))
    : endpoint;
  return `/${path.replace(/^\/+|\/+$/g, '')}`;
}
