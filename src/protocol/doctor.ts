import * as z from 'zod';
import { errorView, finding, progressToken, textRef } from './common.js';
import { defineRequest } from './define.js';
import { source } from './requests.js';

/** What runs on the client's side; absent members are not checked. */
const client = z.object({
  emacs: z.string().optional(),
  jsonrpc: z.string().optional(),
  /** Version of the Emacs package. */
  package: z.string().optional(),
});

const format = z.enum(['text', 'jsonl', 'junit', 'markdown']).default('text');

const counts = z.object({ ok: z.int(), warnings: z.int(), errors: z.int(), skipped: z.int() });

/** A finding, and where the text report tells it. */
const told = finding.extend({
  /** Zero-based line of the report; with format `text` only. */
  reportLine: z.int().optional(),
});

const outcome = {
  /** 0, 6 when the configuration has an error, 7 when network, authentication or service have. */
  exitCode: z.int(),
  counts,
  findings: z.array(told),
  /** The findings in the format that was asked for. */
  report: textRef,
};

export const examine = defineRequest(
  'scim/doctor',
  'Check tenants: configuration, network, credentials, discovery, permissions. Writes nothing unless told to.',
  z.object({
    /** Absent: all tenants of the workspace. */
    tenants: z.array(z.string()).optional(),
    /** Whether to create, change and delete a throwaway user. */
    writeCheck: z.boolean().default(false),
    format,
    /** ANSI escape sequences in the text report. */
    color: z.boolean().default(false),
    client: client.optional(),
    /** Told before each check: `staging: TLS`. */
    workDoneToken: progressToken.optional(),
  }),
  z.object(outcome),
);

export const preflight = defineRequest(
  'scim/doctor/preflight',
  'The checks that go before a batch run that writes; nothing is checked when no request of the files writes.',
  z.object({
    tenant: z.string().optional(),
    /** Request files that are to be run. */
    sources: z.array(source).default([]),
    /** Whether scripts are to be run, which may write. */
    scripts: z.boolean().default(false),
    color: z.boolean().default(false),
    client: client.optional(),
    workDoneToken: progressToken.optional(),
  }),
  z.object({
    ...outcome,
    /** Whether something was checked. */
    needed: z.boolean(),
    /** Present when the run must not begin: for the report of the run, with its exit code. */
    error: errorView.optional(),
  }),
);
