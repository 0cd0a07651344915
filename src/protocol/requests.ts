import * as z from 'zod';
import { completeness, confirmed, errorView, position, progressToken, textRef } from './common.js';
import { defineRequest } from './define.js';

/** A request file: its text, and the path that messages and the session of captured values go by. */
export const source = z.object({ path: z.string(), content: textRef.optional() });

/** Which request of a file: the one around a zero-based line, or the one with a name. */
const selection = z.union([z.object({ line: z.int().min(0) }), z.object({ name: z.string() })]);

const responseView = z.object({
  status: z.int(),
  reason: z.string(),
  durationMs: z.number(),
  bytes: z.int(),
  etag: z.string().nullable(),
  contentType: z.string().nullable(),
  /** Redacted. */
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** Pretty-printed and redacted; key order and numbers are the server's. */
  body: textRef,
  language: z.enum(['json', 'text']),
  /** Present when the answer is a list. */
  list: z
    .object({
      completeness,
      /** Why it is not complete. */
      reason: z.string().optional(),
      count: z.int(),
      totalResults: z.int().nullable(),
      pages: z.int(),
    })
    .optional(),
  curl: z.string(),
});
export type ResponseView = z.infer<typeof responseView>;

export const requestResult = z.object({
  name: z.string(),
  /** Zero-based line of the request line. */
  line: z.int(),
  method: z.string(),
  /** As written, variables unresolved. */
  target: z.string(),
  outcome: z.enum(['passed', 'failed', 'error', 'skipped']),
  /** Why it was skipped. */
  reason: z.string().optional(),
  seconds: z.number(),
  response: responseView.optional(),
  assertions: z.array(
    z.object({ text: z.string(), line: z.int(), passed: z.boolean(), message: z.string().optional() }),
  ),
  captures: z.array(z.object({ name: z.string(), value: z.string() })),
  /** By which `scim/request/send` sends the very same again; absent when nothing was sent. */
  prepared: z.int().optional(),
  warnings: z.array(z.string()),
  error: errorView.optional(),
});
export type RequestResult = z.infer<typeof requestResult>;

export const counts = z.object({ passed: z.int(), failed: z.int(), errors: z.int(), skipped: z.int() });

export const runRequests = defineRequest(
  'scim/request/run',
  'Send one request of a file, in the session of that file, or all of them in a fresh session.',
  z.object({
    source,
    tenant: z.string().optional(),
    /** Absent: all requests of the file. */
    select: selection.optional(),
    onFailure: z.enum(['stop', 'continue']).default('stop'),
    /** Variables that override those of the file. */
    variables: z.record(z.string(), z.string()).optional(),
    /** All requests, too, know what was captured before. */
    keepSession: z.boolean().default(false),
    /** Write the results into this report as well. */
    report: z.string().optional(),
    /** A person has said yes to an error `tenant.confirm`. */
    confirmed,
    workDoneToken: progressToken.optional(),
  }),
  z.object({ exitCode: z.int(), counts, results: z.array(requestResult) }),
);

export const previewRequest = defineRequest(
  'scim/request/preview',
  'One request of a file as it would be sent, redacted, and as a curl command; nothing is sent.',
  z.object({
    source,
    tenant: z.string().optional(),
    select: selection,
    variables: z.record(z.string(), z.string()).optional(),
  }),
  z.object({
    text: z.string(),
    curl: z.string(),
    /** By which `scim/request/send` sends exactly this. */
    prepared: z.int(),
    name: z.string(),
  }),
);

/** A request that was prepared before, and how a person has changed the text of its preview. */
const prepared = z.object({ prepared: z.int(), text: textRef.optional() });

export const sendPrepared = defineRequest(
  'scim/request/send',
  'Send a request that was prepared before, byte for byte, or as its preview was edited; only the latest are kept.',
  z.object({ ...prepared.shape, confirmed, workDoneToken: progressToken.optional() }),
  z.object({ result: requestResult }),
);

export const curlOfPrepared = defineRequest(
  'scim/request/curl',
  'A request that was prepared before, or its edited preview, as a curl command without secrets.',
  prepared,
  z.object({ curl: z.string() }),
);

const outcome = z.object({
  /** How the difference calls it. */
  label: z.string(),
  status: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: textRef,
});

export const diffOutcomes = defineRequest(
  'scim/request/diff',
  'Two answers as a unified diff of status, headers and body; empty when they are equal.',
  z.object({
    older: outcome,
    newer: outcome,
    /** Leave out what differs each time (dates, versions) and the order of members and values. */
    normalised: z.boolean().default(false),
  }),
  z.object({ diff: textRef }),
);

export const linksOfBody = defineRequest(
  'scim/request/links',
  'The parts of the body of an answer that lead to resources.',
  z.object({
    tenant: z.string().optional(),
    body: textRef,
    /** What was asked, `POST /Users`: the resource of the answer is of its type. */
    target: z.string().optional(),
  }),
  z.object({
    links: z.array(
      z.object({
        /** In characters of the body. */
        start: z.int(),
        end: z.int(),
        uri: z.string(),
        tooltip: z.string(),
      }),
    ),
    /** URI of the resource that the body is, or null. */
    resource: z.string().nullable(),
  }),
);

export const tableOfBody = defineRequest(
  'scim/request/table',
  'The body of an answer as a table: a row for each resource.',
  z.object({ body: textRef }),
  z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) }),
);

const imported = z.object({
  /** Of requests, for a request file; without secrets. */
  text: textRef,
  /** The tenant whose requests they are, when it is one that is known. */
  tenant: z.string().nullable(),
  warnings: z.array(z.string()),
});

export const importRequests = defineRequest(
  'scim/request/import',
  'Requests of another tool as text for a request file.',
  z.object({
    format: z.enum(['curl', 'http', 'postman']),
    content: textRef,
    /** Names of requests that are there already. */
    taken: z.array(z.string()).default([]),
  }),
  imported,
);

export const requestOfExchange = defineRequest(
  'scim/request/from-exchange',
  'An exchange of the log as a request, for a request file; without secrets.',
  z.object({ id: z.int() }),
  imported,
);

export const exportRequests = defineRequest(
  'scim/request/export',
  'All requests of a file as a shell script of curl commands; secrets are shell variables.',
  z.object({ source, tenant: z.string().optional(), variables: z.record(z.string(), z.string()).optional() }),
  z.object({ text: textRef, warnings: z.array(z.string()) }),
);

export const showVariables = defineRequest(
  'scim/request/variables',
  'The variables of a file with their present values, redacted.',
  z.object({ source, tenant: z.string().optional() }),
  z.object({
    variables: z.array(
      z.object({
        name: z.string(),
        /** null when it has none yet. */
        value: z.string().nullable(),
        /** Where it is set: `line 1`, `captured by create`, `not captured yet: line 12`. */
        origin: z.string(),
      }),
    ),
  }),
);

export const outline = defineRequest(
  'scim/request/outline',
  'The requests of a file and what is wrong with its syntax.',
  z.object({ source }),
  z.object({
    requests: z.array(
      z.object({
        name: z.string(),
        /** Zero-based: of the separator, of the request line, of the last line that belongs to it. */
        startLine: z.int(),
        line: z.int(),
        endLine: z.int(),
        method: z.string(),
        target: z.string(),
      }),
    ),
    problems: z.array(z.object({ code: z.string(), message: z.string(), position })),
  }),
);

export const forgetSession = defineRequest(
  'scim/request/forget',
  'Forget the captured values and responses of a file.',
  z.object({ source }),
  z.null(),
);
