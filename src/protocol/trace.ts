import * as z from 'zod';
import { confirmed, progressToken, textRef } from './common.js';
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

/** Names an exchange. */
const reference = z.object({
  id: z.int(),
  /**
   * As `scim/exchange` told it. Ids begin anew with every bridge: with this, an exchange of an earlier one is not taken
   * for one of this.
   */
  startedAt: z.string().optional(),
  /** Of `scim/trace/open`; absent: the exchanges of this bridge. */
  archive: z.string().optional(),
});

export const har = defineRequest(
  'scim/trace/har',
  'The latest exchanges, of one tenant or of all, or some of them, as an HTTP Archive 1.2, redacted.',
  z.object({
    tenant: z.string().optional(),
    /** Only these, as far as they are kept. */
    exchanges: z.array(reference).optional(),
    archive: z.string().optional(),
  }),
  z.object({
    har: textRef,
    exchanges: z.int(),
    /** Earlier ones, or ones that were asked for, which are not kept any more. */
    dropped: z.int(),
  }),
);

export const exchangeDetail = defineRequest(
  'scim/trace/detail',
  'Request and response of an exchange, headers and bodies, as text to show; long bodies are cut, and say so.',
  reference,
  z.object({ text: textRef }),
);

export const exchangeCurl = defineRequest(
  'scim/trace/curl',
  'The request of an exchange as a curl command, secrets as shell variables.',
  reference,
  z.object({ curl: textRef }),
);

export const exchangeAsRequest = defineRequest(
  'scim/trace/request',
  'The request of an exchange, of this bridge or of an archive, as a request file; without secrets.',
  reference,
  z.object({
    text: textRef,
    /** That the file is for, when it is known. */
    tenant: z.string().nullable(),
    warnings: z.array(z.string()),
  }),
);

export const resend = defineRequest(
  'scim/trace/resend',
  'Send the request of an exchange again: the same method, path, headers and body, with the credential of the tenant.',
  reference.extend({
    /** Absent: the tenant that it was sent to. */
    tenant: z.string().optional(),
    confirmed,
  }),
  z.object({
    /** Of the new exchange. */
    id: z.int(),
    status: z.int(),
  }),
);

export const openTrace = defineRequest(
  'scim/trace/open',
  'Read an HTTP Archive, ours or that of a browser or a proxy; secrets in it are taken out.',
  z.object({
    /** For messages. */
    path: z.string(),
    content: textRef,
  }),
  z.object({
    /** As the other requests name it, until `scim/trace/close`. */
    archive: z.string(),
    /** JSON: an array of exchanges as `scim/exchanges` has them. */
    exchanges: textRef,
    /** Entries that are no exchanges. */
    skipped: z.int(),
  }),
);

export const closeTrace = defineRequest(
  'scim/trace/close',
  'Forget an archive that was opened.',
  z.object({ archive: z.string() }),
  z.null(),
);

export const serveReplay = defineRequest(
  'scim/replay/serve',
  'Start a server that answers the requests of an archive as they were answered when it was recorded.',
  z.object({
    archive: z.string(),
    /** As people call it. */
    name: z.string(),
    /** Absent: a free one. */
    port: z.int().min(0).max(65_535).optional(),
    /** Send the requests for this tenant to it, until `scim/mock/detach` or `scim/replay/stop`. */
    tenant: z.string().optional(),
  }),
  z.object({
    id: z.string(),
    url: z.string(),
    exchanges: z.int(),
    tenant: z.string().optional(),
    /** Whether that is the tenant of requests that name none. */
    isDefault: z.boolean().optional(),
  }),
);

export const replayStatus = defineRequest(
  'scim/replay/status',
  'What a playback server has answered, and what it had no answer for.',
  z.object({ id: z.string() }),
  z.object({
    answered: z.int(),
    /** Recorded exchanges that nobody has asked for yet. */
    left: z.int(),
    /** The latest requests that were not recorded, and what was expected. */
    unmatched: z.array(z.string()),
  }),
);

export const stopReplay = defineRequest(
  'scim/replay/stop',
  'Stop a playback server.',
  z.object({ id: z.string() }),
  z.null(),
);

export const sendReplay = defineRequest(
  'scim/replay/send',
  'Send the requests of an archive, in order, to a tenant, and compare the answers.',
  z.object({
    archive: z.string(),
    tenant: z.string().optional(),
    /** Whether requests that write are sent too. */
    writes: z.boolean(),
    confirmed,
    workDoneToken: progressToken.optional(),
  }),
  z.object({
    rows: z.array(
      z.object({
        /** Of the exchange in the archive. */
        id: z.int(),
        method: z.string(),
        /** As it was sent: identifiers that the tenant made are in the place of the recorded ones. */
        path: z.string(),
        /** null: no answer. */
        recorded: z.int().nullable(),
        /** null: no answer; absent: it was not sent. */
        now: z.int().nullable().optional(),
        outcome: z.enum(['same', 'different', 'skipped']),
        /** What differs, or why it was not sent. */
        note: z.string(),
        /** The new exchange, for `scim/trace/detail`. */
        exchange: z.int().optional(),
      }),
    ),
  }),
);

export const tracedExchange = defineRequest(
  'scim/trace/exchange',
  'One of the latest exchanges in full, redacted.',
  reference,
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
