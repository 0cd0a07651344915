/** The format of `scim.yaml`. The description of each key is what an editor shows. */

import * as z from 'zod';
import { duration } from '../config/values.js';
import { ProtocolError } from '../scim/error.js';
import { parseFilter } from '../scim/filter/index.js';
import { auth, text, tls, value } from './access-file.js';
import { profileOverrides, vendorName } from './vendor.js';

/** A filter of RFC 7644 §3.4.2.2. */
const filter = text.superRefine((given, context) => {
  try {
    parseFilter(given);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    context.addIssue({ code: 'custom', message: `is not a filter: ${error.message}` });
  }
});

const time = (description: string) => duration.optional().meta({ description });
const count = (description: string) => z.int().positive().optional().meta({ description });

const limits = z.strictObject({
  timeout: time('How long one attempt at a request may take: `30s`.'),
  connectTimeout: time('How long connecting may take.'),
  headersTimeout: time('How long the service may take to begin its answer.'),
  deadline: time('How long all attempts at a request may take together.'),
  maxResponseBytes: count('Longer answers are refused; 20 MiB.'),
  pageSize: count('How many resources are asked for at once.'),
  concurrency: count('How many requests are under way at once.'),
});

const tenant = z.strictObject({
  extends: text
    .optional()
    .meta({ description: 'The tenant whose settings hold where this one says nothing else.', source: 'tenant' }),
  vendor: vendorName
    .optional()
    .meta({ description: 'The service, which decides about its dialect; generic when absent.', source: 'vendor' }),
  profile: profileOverrides
    .optional()
    .meta({ description: 'Flags of the vendor profile that are otherwise for this tenant.', source: 'profile' }),
  variables: z
    .union([text.meta({ source: 'set' }), z.array(text.meta({ source: 'set' }))], {
      error: 'must be the path of a variable set, or a list of them',
    })
    .transform((files) => (typeof files === 'string' ? [files] : files))
    .optional()
    .meta({ description: 'Variable sets, paths relative to this file; of two definitions the later counts.' }),
  baseUrl: value('Where the service is: `https://example.com/scim/v2`, or a reference.').optional(),
  auth: auth.optional().meta({ description: 'How the client proves who it is.' }),
  tls: tls.optional().meta({ description: 'Certificates: of the service, and of the client.' }),
  proxy: value('URL of a proxy, or `none`; what the environment says when absent.').optional(),
  http2: z.boolean().optional().meta({ description: 'Whether to offer HTTP/2.' }),
  limits: limits.optional().meta({ description: 'Times and sizes.' }),
  validation: z
    .enum(['strict', 'warn', 'off'])
    .optional()
    .meta({ description: 'What becomes of resources that break the schemas of the service; `strict`.' }),
  production: z
    .boolean()
    .optional()
    .meta({ description: 'Whether it is the real thing; true when the name says prod, production or live.' }),
  confirm: z
    .enum(['always', 'writes', 'never'])
    .optional()
    .meta({ description: 'When a person is asked before a request; `writes` for production, else `never`.' }),
  readOnly: z.boolean().optional().meta({ description: 'Nothing is ever written to it.' }),
  protected: z
    .array(filter)
    .optional()
    .meta({ description: 'Filters (RFC 7644 §3.4.2.2); resources that match one are not written to.' }),
});

function date(description: string) {
  const message = 'must be a date such as 2027-01-31';
  return z
    .string(message)
    .refine((given) => /^\d{4}-\d{2}-\d{2}/.test(given) && !Number.isNaN(Date.parse(given)), message)
    .optional()
    .meta({ description });
}

/** What is known about a variable beside its value. */
const declaration = z.strictObject({
  purpose: text.optional().meta({ description: 'What it is for.' }),
  format: z
    .enum(['url', 'token', 'duration', 'text'])
    .optional()
    .meta({ description: 'What its value must look like.' }),
  secret: z
    .union([z.boolean(), z.enum(['yes', 'no'])])
    .optional()
    .meta({ description: 'Whether nobody may see it: yes or no.' }),
  rotated: date('When it was last exchanged: `2026-01-31`.'),
  expires: date('Until when it is good: `2027-01-31`.'),
});

const build = () =>
  z.strictObject({
    default: text.optional().meta({ description: 'The tenant that is meant when none is named.', source: 'tenant' }),
    variables: z
      .record(z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of a variable'), declaration)
      .optional()
      .meta({ description: 'What is known about variables beside their values, by name.', source: 'declaration' }),
    tenants: z
      .record(
        z.string().regex(/^[\w.-]+$/, 'must consist of letters, digits, ".", "_" and "-"'),
        tenant.meta({ description: 'A tenant: one service, and how it is reached.' }),
      )
      .meta({ description: 'The services, each by a name of your choice.' }),
  });

let built: ReturnType<typeof build> | undefined;

/** The schema of `scim.yaml`; built on first use. */
export function workspaceSchema() {
  built ??= build();
  return built;
}

export type TenantEntry = z.output<typeof tenant>;
