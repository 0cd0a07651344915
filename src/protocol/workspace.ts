import * as z from 'zod';
import { defineNotification, defineRequest } from './define.js';
import { timing } from './trace.js';

export const tenants = defineRequest(
  'scim/tenants',
  'The tenants of the workspace and what is wrong with each; nothing is connected to.',
  z.object({}).nullish(),
  z.object({
    /** The `scim.yaml` that was read; null when the environment variables define the tenant. */
    file: z.string().nullable(),
    /** The tenant used when none is named; null when one must be named. */
    defaultTenant: z.string().nullable(),
    tenants: z.array(
      z.object({
        name: z.string(),
        vendor: z.string(),
        baseUrl: z.string().nullable(),
        auth: z.string(),
        production: z.boolean(),
        confirm: z.enum(['always', 'writes', 'never']),
        readOnly: z.boolean(),
        /** Name of the mock server that stands in for it, whose URL `baseUrl` is. */
        mock: z.string().optional(),
        /** What auth-source or a command has to be asked for first, which is done when it is needed. */
        pending: z.array(z.string()),
        problems: z.array(z.string()),
      }),
    ),
  }),
);

export const provideSecrets = defineRequest(
  'scim/secrets/provide',
  'Values for the references that an error `secret.needed` named; they stay in memory.',
  z.object({
    /** By reference, `auth-source:HOST/USER`; null when there is none. */
    values: z.record(z.string().startsWith('auth-source:'), z.string().nullable()),
  }),
  z.null(),
);

export const inspectTrust = defineRequest(
  'scim/trust/inspect',
  'Which commands a file of the workspace would run, and whether its content is trusted.',
  z.object({
    /** Absolute, or relative to the workspace. */
    file: z.string(),
  }),
  z.object({
    file: z.string(),
    trusted: z.boolean(),
    /** Stands for the path and the content that were looked at. */
    digest: z.string(),
    /** Stands for the content alone: for the variable SCIM_TRUST. */
    contentDigest: z.string(),
    commands: z.array(z.object({ command: z.string(), line: z.int() })),
  }),
);

export const grantTrust = defineRequest(
  'scim/trust/grant',
  'Let a file run commands, as long as it stays as it is.',
  z.object({
    file: z.string(),
    /** As `scim/trust/inspect` told it: refused when the file has changed since. */
    digest: z.string(),
  }),
  z.null(),
);

export const vendors = defineRequest(
  'scim/vendors',
  'The vendor profiles: what is known about services, each value with its source.',
  z
    .object({
      /** Only this one, by name or alias, in any case; nothing when there is no such profile. */
      name: z.string().optional(),
      /** Only the profile of this tenant, with its overrides. */
      tenant: z.string().optional(),
    })
    .nullish(),
  z.object({
    vendors: z.array(
      z.object({
        /** As in `vendor:` of `scim.yaml`. */
        name: z.string(),
        title: z.string(),
        aliases: z.array(z.string()),
        /** Which side of SCIM the facts describe. */
        roles: z.array(z.enum(['server', 'client'])),
        /** Everything that is known, as Markdown. */
        text: z.string(),
      }),
    ),
  }),
);

/** One HTTP exchange, redacted, as the log buffer shows it. */
const exchangeView = z.object({
  id: z.int(),
  /** The `action` that the request named on whose behalf it took place; any request may name one. */
  action: z.string().optional(),
  tenant: z.string(),
  /** Why it was sent: for a person's request, to read discovery documents, or as a further page. */
  purpose: z.enum(['request', 'discovery', 'page', 'token']),
  /** ISO 8601 with milliseconds, UTC. */
  startedAt: z.string(),
  method: z.string(),
  /** Path and query, redacted. */
  path: z.string(),
  /** null when there was no answer. */
  status: z.int().nullable(),
  durationMs: z.number(),
  timing: timing.optional(),
  requestBytes: z.int(),
  responseBytes: z.int(),
  attempts: z.int(),
  /** Which of two credentials it was sent with, while they are being rotated. */
  credential: z.enum(['current', 'previous']).optional(),
  error: z.string().optional(),
  /** Whether it was sent to change something. */
  write: z.boolean().optional(),
  /** The resource or schema that it is about, as a `scim:` URI. */
  resource: z.string().optional(),
});

export const exchange = defineNotification('scim/exchange', 'One HTTP exchange has ended.', 'bridge', exchangeView);

export const exchanges = defineNotification(
  'scim/exchanges',
  'Exchanges have ended: in the place of `scim/exchange`, when there are many in a short time.',
  'bridge',
  z.object({ exchanges: z.array(exchangeView) }),
);
