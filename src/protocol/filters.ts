import * as z from 'zod';
import { confirmed } from './common.js';
import { defineRequest } from './define.js';

const asked = {
  tenant: z.string().optional(),
  confirmed,
  /** Name of a resource type (`User`) or its endpoint (`Users`, `/Users`). */
  type: z.string().min(1),
  filter: z.string(),
};

/** Places count characters (code points) from 0. */
const place = { start: z.int().min(0), end: z.int().min(0) };

export const completeFilter = defineRequest(
  'scim/filter/complete',
  'What can be typed at a place in a filter; what the service is not known to support comes last.',
  z.object({ ...asked, offset: z.int().min(0) }),
  z.object({
    suggestions: z.array(
      z.object({
        label: z.string(),
        /** What replaces the filter from `start` to `end`. */
        insert: z.string(),
        detail: z.string().optional(),
        description: z.string().optional(),
        ...place,
      }),
    ),
  }),
);

export const checkFilter = defineRequest(
  'scim/filter/check',
  'What is wrong with a filter, before the service is asked.',
  z.object(asked),
  z.object({
    problems: z.array(z.object({ ...place, message: z.string(), severity: z.enum(['error', 'warning']) })),
  }),
);
