/** The part of `scim.yaml` that says how a service is reached and how the client proves who it is. */

import * as z from 'zod';

/** A text, which is never made out of a number: `0123` would come to be `123`. */
export const text = z.string({
  error: (issue) => (issue.input === undefined ? 'is missing' : 'must be a text: quote it'),
});

/** A text that may be a reference; editors offer what can be referred to. */
export function value(description: string) {
  return text.meta({ description, source: 'reference' });
}

function secret(description: string) {
  return value(`${description} A reference, not the value itself: \`env:NAME\`, \`file:PATH\`, …`);
}

function previous(what: string) {
  return secret(
    `The ${what} before the current one, tried when the service refuses that: for rotation without downtime.`,
  );
}

const oauth2 = z.strictObject({
  scheme: z.literal('oauth2').meta({ description: 'A token from a token endpoint (OAuth 2.0 client credentials).' }),
  tokenUrl: value('URL of the token endpoint.'),
  clientId: value('The client that the service knows.'),
  clientSecret: secret('The secret of the client.').optional(),
  previousClientSecret: previous('client secret').optional(),
  method: z
    .enum([
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'tls_client_auth',
      'self_signed_tls_client_auth',
    ])
    .optional()
    .meta({
      description: 'How the client proves who it is at the token endpoint; otherwise, what the other keys need.',
    }),
  privateKey: secret('The private key, in PEM, that assertions are signed with (RFC 7523).').optional(),
  previousPrivateKey: previous('private key').optional(),
  keyId: value('`kid` of the private key.').optional(),
  previousKeyId: value('`kid` of the previous private key.').optional(),
  algorithm: z
    .enum(['RS256', 'PS256', 'ES256'])
    .optional()
    .meta({ description: 'How assertions are signed; what fits the key when absent.' }),
  scope: value('The scope that is asked for.').optional(),
  audience: value('The audience that is asked for, which some services want.').optional(),
  assertionAudience: value('`aud` of assertions; the token endpoint when absent.').optional(),
});

/** The schema of `auth:`. */
export const auth = z.discriminatedUnion('scheme', [
  z.strictObject({
    scheme: z.literal('bearer').meta({ description: 'A token in the Authorization header (RFC 6750).' }),
    token: secret('The token.'),
    previousToken: previous('token').optional(),
  }),
  oauth2,
  z.strictObject({
    scheme: z.literal('basic').meta({ description: 'User and password (RFC 7617).' }),
    username: value('The user.'),
    password: secret('The password.'),
    previousPassword: previous('password').optional(),
  }),
  z.strictObject({
    scheme: z.literal('apiKey').meta({ description: 'A key in a header of its own.' }),
    header: value('Name of the header: `X-Api-Key`.'),
    value: secret('The key.'),
    previousValue: previous('key').optional(),
  }),
  z.strictObject({ scheme: z.literal('mtls').meta({ description: 'The client certificate of `tls` alone.' }) }),
  z.strictObject({ scheme: z.literal('none').meta({ description: 'No credential.' }) }),
]);

/** The schema of `tls:`. */
export const tls = z.strictObject({
  ca: value('Certificates, in PEM, that are trusted besides those of the public authorities.').optional(),
  cert: value('The client certificate, in PEM.').optional(),
  key: secret('The key of the client certificate, in PEM.').optional(),
  previousCert: value('The client certificate before the current one.').optional(),
  previousKey: previous('key').optional(),
  pfx: secret('Client certificate and key in one PKCS #12 file.').optional(),
  passphrase: secret('What opens `key` or `pfx`.').optional(),
  insecureSkipVerify: z
    .boolean()
    .optional()
    .meta({ description: 'Believes whoever answers: the credential goes to anybody. Use `ca` instead.' }),
});

export type AuthEntry = z.output<typeof auth>;
export type OAuth2Entry = z.output<typeof oauth2>;
export type TlsEntry = z.output<typeof tls>;
