import * as z from 'zod';
import { confirmed, progressToken, textRef } from './common.js';
import { defineRequest } from './define.js';

/** Offsets in characters (code points), the end exclusive. */
const span = { start: z.int().min(0), end: z.int().min(0) };

/** A text to look at, with what its parts are. */
const view = z.object({
  text: textRef,
  styles: z.array(z.object({ ...span, style: z.enum(['heading', 'dimmed', 'success', 'warning', 'failure', 'key']) })),
  /** Parts that lead to what a `scim:` URI names. */
  links: z.array(z.object({ ...span, uri: z.string() })),
  /** Headings, URNs and paths of attributes, and where they are. */
  anchors: z.array(z.object({ name: z.string(), offset: z.int().min(0) })),
});

export const showSchema = defineRequest(
  'scim/schema/show',
  'A resource type or schema of a service; without `name`, the service: what it declares, and what was seen of it.',
  z.object({
    tenant: z.string().optional(),
    /** Resource type, endpoint or URN. */
    name: z.string().optional(),
    confirmed,
  }),
  z.object({ tenant: z.string(), title: z.string(), view }),
);

export const observeService = defineRequest(
  'scim/schema/observe',
  'Find out, by requests that change nothing, what a service really does; `scim/schema/show` shows it afterwards.',
  z.object({ tenant: z.string().optional(), confirmed, workDoneToken: progressToken.optional() }),
  z.object({
    tenant: z.string(),
    observations: z.array(
      z.object({
        feature: z.string(),
        /** What the ServiceProviderConfig says; null when it says nothing about it. */
        declared: z.boolean().nullable(),
        observed: z.enum(['works', 'ignored', 'refused', 'unclear', 'untried']),
        evidence: z.string(),
      }),
    ),
  }),
);

export const health = defineRequest(
  'scim/schema/health',
  'Whether a service answers, and what it says that it supports.',
  z.object({ tenant: z.string().optional(), confirmed }),
  z.object({
    tenant: z.string(),
    /** Of the question that was asked now. */
    latencyMs: z.number(),
    /** `patch, filter (200 results), sort`. */
    supports: z.string(),
    types: z.array(z.string()),
    warnings: z.array(z.string()),
    /** Rules that answers broke so far. */
    deviations: z.int(),
  }),
);
