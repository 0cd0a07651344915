/** `schemas:` and `resourceTypes:` of a mock file: RFC 7643 §7 and §6, checked more strictly than those of servers are. */

import * as z from 'zod';

const note = (description: string) => ({ description });

const attribute = z.strictObject({
  name: z.string().min(1, 'must not be empty').meta(note('The name of the attribute.')),
  type: z
    .enum(['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference', 'complex'])
    .optional()
    .meta(note('The type of its values; `string`, or `complex` with `subAttributes`.')),
  multiValued: z.boolean().optional().meta(note('Whether it is a list; false.')),
  description: z.string().optional().meta(note('What it is, for people.')),
  required: z.boolean().optional().meta(note('Whether a resource must have it; false.')),
  caseExact: z.boolean().optional().meta(note('Whether upper and lower case differ; false.')),
  mutability: z
    .enum(['readOnly', 'readWrite', 'immutable', 'writeOnly'])
    .optional()
    .meta(note('Whether clients may set it; `readWrite`.')),
  returned: z.enum(['always', 'never', 'default', 'request']).optional().meta(note('When answers hold it; `default`.')),
  uniqueness: z
    .enum(['none', 'server', 'global'])
    .optional()
    .meta(note('Whether two resources may have the same value; `none`.')),
  canonicalValues: z.array(z.string()).optional().meta(note('Values that are suggested.')),
  referenceTypes: z
    .array(z.string())
    .optional()
    .meta(note('What a reference may name: resource types, `uri`, `external`.')),
  get subAttributes(): z.ZodOptional<z.ZodArray<z.ZodType>> {
    return z.array(attribute as z.ZodType).optional();
  },
});

/** The schema of an element of `schemas:`. */
export const schemaSchema = z.strictObject({
  schemas: z.array(z.string()).optional(),
  id: z
    .string()
    .min(1)
    .regex(/^urn:/i, 'must be a URN: urn:example:params:scim:schemas:…')
    .meta(note('The URN of the schema.')),
  name: z.string().optional().meta(note('A name for people.')),
  description: z.string().optional().meta(note('What it is for.')),
  attributes: z.array(attribute).meta(note('Its attributes.')),
  meta: z.unknown().optional(),
});

/** The schema of an element of `resourceTypes:`. */
export const resourceTypeSchema = z.strictObject({
  schemas: z.array(z.string()).optional(),
  id: z.string().optional().meta(note('The same as `name`, mostly.')),
  name: z
    .string()
    .min(1)
    .meta(note('The name of the resource type: `Device`. `User` and `Group` replace those of RFC 7643.')),
  description: z.string().optional().meta(note('What it is.')),
  endpoint: z
    .string()
    .regex(/^\/[^/]+$/, 'must be a path of one segment, such as /Devices')
    .meta(note('Path below the base URL: `/Devices`.')),
  schema: z.string().min(1).meta({ description: 'The URN of its core schema.', source: 'schemaUrn' }),
  schemaExtensions: z
    .array(
      z.strictObject({
        schema: z.string().min(1).meta({ description: 'The URN of the extension.', source: 'schemaUrn' }),
        required: z.boolean().optional().meta(note('Whether every resource must have it; false.')),
      }),
    )
    .optional()
    .meta(note('Extensions that resources may, or must, have.')),
  meta: z.unknown().optional(),
});
