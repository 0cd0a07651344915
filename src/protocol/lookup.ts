import * as z from 'zod';
import { confirmed } from './common.js';
import { defineRequest } from './define.js';

export const find = defineRequest(
  'scim/lookup/find',
  'Resources that people call by a text, or that have it as id; what the service cannot filter is picked from a page of it.',
  z.object({
    tenant: z.string().optional(),
    confirmed,
    /** Names or endpoints of resource types; all of the service when there is none. */
    types: z.array(z.string()),
    /** What has been typed so far; empty for the first resources of the service. */
    text: z.string(),
    limit: z.int().min(1).max(1000).optional(),
    /** Only what is called exactly so, in any case of letters. */
    exact: z.boolean().default(false),
    /** Do not make use of what was found a moment ago. */
    fresh: z.boolean().default(false),
  }),
  z.object({
    /** The best first. */
    found: z.array(
      z.object({
        type: z.string(),
        id: z.string(),
        name: z.string(),
        /** What tells it from others of that name; may be empty. */
        detail: z.string(),
      }),
    ),
    /** Is that everything of that name? */
    complete: z.boolean(),
  }),
);

export const types = defineRequest(
  'scim/lookup/types',
  'The resource types of a service.',
  z.object({ tenant: z.string().optional(), confirmed }),
  z.object({
    types: z.array(z.object({ name: z.string(), endpoint: z.string(), description: z.string() })),
  }),
);
