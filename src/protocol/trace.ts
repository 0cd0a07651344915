import * as z from 'zod';
import { textRef } from './common.js';
import { defineRequest } from './define.js';

/** Phases of an exchange in milliseconds; absent is one that did not take place or cannot be told. */
export const timing = z.object({
  /** Waiting for a retry, a rate limit or a connection. */
  blockedMs: z.number(),
  dnsMs: z.number().optional(),
  connectMs: z.number().optional(),
  tlsMs: z.number().optional(),
  sendMs: z.number().optional(),
  waitMs: z.number().optional(),
  receiveMs: z.number().optional(),
});

/** One side of an exchange, redacted. */
const message = z.object({
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** As it was sent or received, up to a megabyte; null when there was none, or when it was not kept. */
  body: textRef.nullable(),
  /** The body goes on. */
  cut: z.boolean(),
});

export const har = defineRequest(
  'scim/trace/har',
  'The latest exchanges, of one tenant or of all, as an HTTP Archive 1.2, redacted.',
  z.object({ tenant: z.string().optional() }),
  z.object({
    har: textRef,
    exchanges: z.int(),
    /** Earlier ones, which are not kept any more. */
    dropped: z.int(),
  }),
);

export const tracedExchange = defineRequest(
  'scim/trace/exchange',
  'One of the latest exchanges in full, redacted.',
  z.object({ id: z.int() }),
  z.object({
    id: z.int(),
    tenant: z.string(),
    /** As in `scim/exchange`. */
    purpose: z.string(),
    /** ISO 8601 with milliseconds, UTC. */
    startedAt: z.string(),
    method: z.string(),
    /** Absolute. */
    url: z.string(),
    /** null when there was no answer. */
    status: z.int().nullable(),
    durationMs: z.number(),
    timing: timing.optional(),
    attempts: z.int(),
    requestBytes: z.int(),
    responseBytes: z.int(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    request: message,
    /** null when there was none. */
    response: message.nullable(),
    curl: z.string(),
  }),
);
