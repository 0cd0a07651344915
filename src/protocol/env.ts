/** Variable sets and tenants as versioned things: compared, restored, carried over, remembered. No value ever crosses. */

import * as z from 'zod';
import { finding, position, progressToken, textRef } from './common.js';
import { defineRequest } from './define.js';

/** A line of a report, from 0, and the place that it speaks of. */
const place = z.object({
  line: z.int().min(0),
  /** Absolute; what it held in another revision is not a place. */
  file: z.string(),
  position,
});

const reportFormat = z.enum(['text', 'jsonl', 'markdown']).default('text');

/** What every answer with a report has. */
const report = {
  /** The report in the format that was asked for. */
  report: textRef,
  /** With format `text` only. */
  places: z.array(place),
};

/** How one side has it. */
const side = z.object({
  /** A reference, or a literal that is no secret; `a secret as a literal` and the like otherwise. */
  written: z.string(),
  /** Where the value comes from: `variable SCIM_AUTH_TOKEN, env/staging.env:3`. */
  origin: z.string().optional(),
  /** Stands for the value; there is none of short values, and of those that have not been looked up. */
  fingerprint: z.string().optional(),
  /** Why there is no value. */
  problem: z.string().optional(),
});

/** A path relative to the workspace and a line from 1. */
const inventoryPlace = { file: z.string().optional(), line: z.int().optional() };

/** One thing that has to have a value; never the value. */
const inventoryVariable = z.object({
  /** Of a variable; for a `reference` the reference, for a `literal` the key that it stands at. */
  name: z.string(),
  /** `argument`: a variable of request files that is given with each run. */
  kind: z.enum(['variable', 'reference', 'literal', 'argument']),
  tenants: z.array(z.string()),
  purpose: z.string(),
  format: z.enum(['url', 'token', 'duration', 'text']),
  secret: z.boolean(),
  /** `unknown`: Emacs or a command has not been asked. */
  status: z.enum(['set', 'missing', 'invalid', 'unknown']),
  problem: z.string().optional(),
  fix: z.string().optional(),
  /** Where the value comes from. */
  source: z.object({
    kind: z.enum(['environment', 'set', 'file', 'auth-source', 'cmd', 'literal', 'argument']),
    label: z.string(),
    ...inventoryPlace,
  }),
  fingerprint: z.string().optional(),
  /** ISO 8601 dates. */
  rotated: z.string().optional(),
  expires: z.string().optional(),
  expiresFrom: z.enum(['declared', 'jwt', 'certificate']).optional(),
  /** A name that would tell more. */
  suggestion: z.string().optional(),
  /** A secret that stands in a file of the workspace. */
  exposed: z.literal(true).optional(),
  /** A set counts, and the environment has another value. */
  conflict: z.literal(true).optional(),
  /** Empty: nothing reads it. */
  uses: z.array(z.object({ what: z.string(), ...inventoryPlace })),
});

const inventoryParams = z.object({
  /** These alone; absent: all, and what mock, mapping and request files need. */
  tenants: z.array(z.string()).optional(),
  /** Whether to run commands and to ask Emacs for values, so that it is known whether they are there. */
  lookUp: z.boolean().default(false),
});

export const inventory = defineRequest(
  'scim/env/inventory',
  'Every variable that the workspace needs: what for, whether it is set, where its value comes from; never the value.',
  inventoryParams.extend({
    format: z.enum(['text', 'json', 'markdown']).default('text'),
    /** ANSI escape sequences in the text report. */
    color: z.boolean().default(false),
  }),
  z.object({
    /** Absolute; files are relative to it. */
    root: z.string(),
    /** 6 when something is missing or wrong, else 0. */
    exitCode: z.int(),
    variables: z.array(inventoryVariable),
    /** What was found on the way, and what kept parts from being looked at. */
    findings: z.array(finding),
    ...report,
  }),
);

export const example = defineRequest(
  'scim/env/example',
  'The text of a `.env.example`: what a new colleague has to fill in; it holds no values.',
  z.object({}).nullish(),
  z.object({ text: textRef }),
);

const change = z.object({
  /** `tenant`: a key of it; `variable`: of a set; `workspace`: `default:`, and tenants that only one side has. */
  kind: z.enum(['workspace', 'tenant', 'variable']),
  /** The tenant or the set; absent when the sides are two tenants or two sets. */
  of: z.string().optional(),
  /** `limits.timeout`, `auth.token`; the name of a variable. */
  name: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  secret: z.boolean(),
  before: side.optional(),
  after: side.optional(),
  /** Whether both stand for the same value; absent when a side has none or it has not been looked up. */
  sameValue: z.boolean().optional(),
});

export const diff = defineRequest(
  'scim/env/diff',
  'What differs between two tenants, two sets, or two revisions: keys, references, origins, fingerprints; no values.',
  z.object({
    /** A tenant, a set file, `REV:TENANT`, `REV:FILE`, or `REV` alone: the whole workspace as it was. */
    from: z.string(),
    /** The same; absent: what `from` is about, as it is now. */
    to: z.string().optional(),
    /** Whether to run commands and to ask Emacs for values, so that their fingerprints can be compared. */
    lookUp: z.boolean().default(false),
    format: reportFormat,
    /** ANSI escape sequences in the text report. */
    color: z.boolean().default(false),
  }),
  z.object({
    /** 0 when nothing differs, else 2. */
    exitCode: z.int(),
    from: z.string(),
    to: z.string(),
    changes: z.array(change),
    /** What should not be: two tenants that share a secret. */
    warnings: z.array(z.string()),
    ...report,
  }),
);

const revision = z.object({
  hash: z.string(),
  /** ISO 8601. */
  date: z.string(),
  subject: z.string(),
});

export const rollback = defineRequest(
  'scim/env/rollback',
  'Restore `scim.yaml` and the sets of a revision in the work tree; first tell what would change, then do it.',
  z.object({
    revision: z.string(),
    /** Only these; absent: `scim.yaml` and all sets that it names, then or now. */
    files: z.array(z.string()).optional(),
    /** Absent: nothing is written. As the answer without it told, so that what was shown is what is done. */
    digest: z.string().optional(),
    /** Whether to give up changes that were not committed; the backup has them. */
    force: z.boolean().default(false),
    color: z.boolean().default(false),
  }),
  z.object({
    revision,
    files: z.array(
      z.object({
        /** Relative to the workspace. */
        file: z.string(),
        /** `absent`: the revision has no such file, and it is left as it is. */
        action: z.enum(['restore', 'create', 'same', 'absent']),
        /** Whether it has changes that were not committed. */
        uncommitted: z.boolean(),
      }),
    ),
    changes: z.array(change),
    /** Stands for all that would be written. */
    digest: z.string(),
    applied: z.boolean(),
    /** Directory with the files as they were; absolute. */
    backup: z.string().optional(),
    ...report,
  }),
);

export const promote = defineRequest(
  'scim/env/promote',
  'Carry the settings of a tenant over to another one in `scim.yaml`, without secrets; first tell which, then do it.',
  z.object({
    from: z.string(),
    to: z.string(),
    /** Only these, `limits.timeout` or `limits`; those that belong to a tenant, such as `baseUrl`, only when named. */
    keys: z.array(z.string()).optional(),
    /** Absent: nothing is written. As the answer without it told. */
    digest: z.string().optional(),
    /** Whether to run the doctor on `to` afterwards, and to undo it all when it finds an error. */
    doctor: z.boolean().default(true),
    color: z.boolean().default(false),
    workDoneToken: progressToken.optional(),
  }),
  z.object({
    changes: z.array(change),
    /** What was not carried over, and why. */
    kept: z.array(
      z.object({
        key: z.string(),
        /** `secret`: it is one, or refers to one; `own`: it belongs to the tenant; `only`: `to` alone has it. */
        reason: z.enum(['secret', 'own', 'only']),
        message: z.string(),
      }),
    ),
    /** Variables of the sets of `from` that those of `to` do not define. */
    missing: z.array(z.string()),
    digest: z.string(),
    applied: z.boolean(),
    /** Whether it was undone because the doctor found errors; they are in `findings`. */
    undone: z.boolean(),
    /** What the doctor found after it was applied. */
    findings: z.array(finding),
    /** 0; or that of the doctor, when it was undone. */
    exitCode: z.int(),
    backup: z.string().optional(),
    ...report,
  }),
);

/** What was in force at one run. */
const use = z.object({
  /** ISO 8601, UTC. */
  time: z.string(),
  /** `run`, `doctor`, `promote`, … */
  command: z.string(),
  tenant: z.string(),
  /** The mock server that stood in for it. */
  mock: z.string().optional(),
  vendor: z.string().optional(),
  baseUrl: z.string().optional(),
  production: z.boolean().optional(),
  /** Commit of the repository; absent outside of one. */
  revision: z.string().optional(),
  /** `scim.yaml` and the sets. */
  files: z.array(
    z.object({
      file: z.string(),
      /** Stands for the content. */
      digest: z.string(),
      /** Whether it differed from the commit. */
      uncommitted: z.boolean().optional(),
    }),
  ),
  /** By key of the tenant: where its value came from, and what stands for it. */
  values: z.array(z.object({ key: z.string(), origin: z.string(), fingerprint: z.string().optional() })),
  versions: z.record(z.string(), z.string()),
  user: z.string(),
});

export const history = defineRequest(
  'scim/env/history',
  'Which sets were in force at the runs that were recorded, the latest first.',
  z.object({
    tenant: z.string().optional(),
    /** ISO 8601: what was in force then, one entry per tenant. */
    at: z.string().optional(),
    limit: z.int().positive().default(50),
    format: reportFormat,
    color: z.boolean().default(false),
  }),
  z.object({ uses: z.array(use), ...report }),
);

export const record = defineRequest(
  'scim/env/record',
  'Remember what is in force for a tenant now; runs of request files with a report that write, and the doctor, do so themselves.',
  z.object({
    /** `run`, … */
    command: z.string(),
    tenant: z.string().optional(),
    /** Beside those of the bridge and Node: of Emacs, of the package. */
    versions: z.record(z.string(), z.string()).default({}),
  }),
  z.object({
    /** Why it could not be written. */
    problem: z.string().optional(),
  }),
);
