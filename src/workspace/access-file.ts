/** The part of `scim.yaml` that says how a service is reached and how the client proves who it is. */

import * as z from 'zod';

export const text = z.string({
  error: (issue) => (issue.input === undefined ? 'is missing' : 'must be a text: quote it'),
});

const oauth2 = z.strictObject({
  scheme: z.literal('oauth2'),
  tokenUrl: text,
  clientId: text,
  clientSecret: text.optional(),
  previousClientSecret: text.optional(),
  method: z
    .enum([
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'tls_client_auth',
      'self_signed_tls_client_auth',
    ])
    .optional(),
  privateKey: text.optional(),
  previousPrivateKey: text.optional(),
  keyId: text.optional(),
  algorithm: z.enum(['RS256', 'PS256', 'ES256']).optional(),
  scope: text.optional(),
  audience: text.optional(),
  assertionAudience: text.optional(),
});

export const auth = z.discriminatedUnion(
  'scheme',
  [
    z.strictObject({ scheme: z.literal('bearer'), token: text, previousToken: text.optional() }),
    oauth2,
    z.strictObject({ scheme: z.literal('basic'), username: text, password: text, previousPassword: text.optional() }),
    z.strictObject({ scheme: z.literal('apiKey'), header: text, value: text, previousValue: text.optional() }),
    z.strictObject({ scheme: z.literal('mtls') }),
    z.strictObject({ scheme: z.literal('none') }),
  ],
  {
    error:
      'must have a scheme: { scheme: bearer, token: env:NAME }, or oauth2, basic, apiKey, mtls, or { scheme: none }',
  },
);

export const tls = z.strictObject({
  ca: text.optional(),
  cert: text.optional(),
  key: text.optional(),
  previousCert: text.optional(),
  previousKey: text.optional(),
  pfx: text.optional(),
  passphrase: text.optional(),
  insecureSkipVerify: z.boolean().optional(),
});

export type AuthEntry = z.output<typeof auth>;
export type OAuth2Entry = z.output<typeof oauth2>;
export type TlsEntry = z.output<typeof tls>;
