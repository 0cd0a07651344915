/** Rotation of credentials: the old and the new one side by side until nothing needs the old one. No value ever crosses. */

import * as z from 'zod';
import { finding, position, textRef } from './common.js';
import { defineRequest } from './define.js';

/** Something for a person to read, and the place that it is about. */
const step = z.object({
  text: z.string(),
  /** Absolute. */
  file: z.string().optional(),
  position: position.optional(),
});

const credential = z.object({
  name: z.enum(['current', 'previous']),
  /** How `scim.yaml` calls it: `auth.token`, `auth.previousToken`. */
  key: z.string(),
  /** `env:SCIM_AUTH_TOKEN`; `a literal` for one that stands in `scim.yaml` itself. */
  reference: z.string(),
  /** `scim.yaml`, absolute, and where it stands in there. */
  file: z.string().optional(),
  position: position.optional(),
  /** Stands for the value; there is none of short values. */
  fingerprint: z.string().optional(),
  /** ISO 8601, UTC: when a request was last answered with it, and when it was last refused, on this machine. */
  lastWorked: z.string().optional(),
  lastRefused: z.string().optional(),
  /** With `verify` and `finish`: what the service says now. */
  verdict: z.enum(['accepted', 'refused', 'unknown']).optional(),
  /** How that showed: `401`, `not trusted`. */
  shown: z.string().optional(),
});

export const rotate = defineRequest(
  'scim/rotate',
  'The rotation of the credential of a tenant: how far it is; what the service says about both; how to end it.',
  z.object({
    action: z.enum(['status', 'verify', 'finish']),
    tenant: z.string().optional(),
    /** With `finish`: for so long the previous credential must not have been used, unless the service refuses it. */
    quietHours: z.number().min(0).default(24),
    format: z.enum(['text', 'jsonl']).default('text'),
  }),
  z.object({
    tenant: z.string(),
    /** Whether there are two credentials. */
    isRotating: z.boolean(),
    /** 0; 4 when the previous credential is still needed, 6 or 7 as with `scim/doctor`. */
    exitCode: z.int(),
    /** What the requests of this session showed; absent when there were none. */
    session: z
      .object({
        /** Keys of what is in use: `auth.token`. */
        inUse: z.array(z.string()),
        /** How often another one had to be used because the one in use was refused. */
        fallbacks: z.int(),
      })
      .optional(),
    credentials: z.array(credential),
    findings: z.array(finding),
    /** What to do next, in this order. */
    steps: z.array(step),
    report: textRef,
    /** Lines of the report, from 0, and the places that they speak of; with format `text` only. */
    places: z.array(z.object({ line: z.int().min(0), file: z.string(), position })),
  }),
);
