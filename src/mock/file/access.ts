/** `auth:` and `listen:` of a mock file. Secrets are references, or literals: those of a mock open nothing else. */

import * as z from 'zod';
import { dateTime, whole } from '../../config/values.js';

const secret = z
  .string('must be a text: env:NAME, file:PATH or the value itself')
  .min(1, 'must not be empty')
  .meta({ description: '`env:NAME`, `file:PATH`, or the value itself.', source: 'reference' });

const user = z
  .string()
  .exactOptional()
  .meta({ description: '`userName` or `id` of the user that `/Me` is with this credential.' });

const expires = dateTime.exactOptional().meta({ description: "It is good until then, by the server's clock." });

const token = z.union(
  [
    secret,
    z.strictObject({
      name: z.string().exactOptional().meta({ description: 'Stands for the secret wherever that must not be shown.' }),
      value: secret,
      user,
      expires,
    }),
  ],
  'must be env:NAME, file:PATH, the value itself, or a map with value',
);

const scheme = <const Name extends string>(name: Name, description: string) => z.literal(name).meta({ description });

const pem = (what: string) =>
  z
    .string()
    .min(1)
    .meta({ description: `${what} in PEM: \`file:PATH\` or \`env:NAME\`.`, source: 'reference' });

/** The schema of `auth:`. */
export const authSchema = z.discriminatedUnion('scheme', [
  z.strictObject({ scheme: scheme('none', 'Everybody is let in.') }),
  z.strictObject({
    scheme: scheme('bearer', 'Any of the tokens is let in (RFC 6750). Each can be revoked while the server runs.'),
    tokens: z.array(token).min(1, 'must name at least one token').meta({ description: 'The tokens that are let in.' }),
  }),
  z.strictObject({
    scheme: scheme('basic', 'User and password (RFC 7617).'),
    users: z
      .array(
        z.strictObject({
          name: z
            .string()
            .min(1)
            .regex(/^[^:]*$/, 'must be without a colon')
            .meta({ description: 'The user name to log in with.' }),
          password: secret,
          user,
          expires,
        }),
      )
      .min(1, 'must name at least one user')
      .meta({ description: 'Who is let in.' }),
  }),
  z.strictObject({
    scheme: scheme('api-key', 'A key in a header of its own.'),
    header: z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a header')
      .default('X-Api-Key')
      .meta({ description: 'The header that holds the key; `X-Api-Key`.' }),
    keys: z.array(token).min(1, 'must name at least one key').meta({ description: 'The keys that are let in.' }),
  }),
  z.strictObject({
    scheme: scheme('oauth2', 'Access tokens from a token endpoint, for client credentials (RFC 6749 §4.4).'),
    clients: z
      .array(
        z
          .strictObject({
            id: z.string().min(1).meta({ description: '`client_id`.' }),
            secret: secret.exactOptional().meta({
              description: '`client_secret`: `env:NAME`, `file:PATH`, or the value itself.',
              source: 'reference',
            }),
            publicKey: pem('The key that checks its assertions (RFC 7523)').exactOptional(),
            user,
          })
          .refine(
            ({ secret, publicKey }) => secret !== undefined || publicKey !== undefined,
            'needs `secret` or `publicKey`',
          ),
      )
      .min(1, 'must name at least one client')
      .meta({ description: 'Clients of the token endpoint.' }),
    tokenPath: z
      .string()
      .startsWith('/', 'must begin with /')
      .default('/oauth2/token')
      .meta({ description: 'Path of the token endpoint from the root of the server; `/oauth2/token`.' }),
    tokenLifetime: whole(1)
      .default(3600)
      .meta({ description: "Seconds of the server's clock that an access token is good for; 3600." }),
    scopes: z
      .array(z.string())
      .default([])
      .meta({ description: 'Scopes that can be asked for; any when there are none.' }),
  }),
  z.strictObject({ scheme: scheme('mtls', 'The certificate that the client shows is enough; needs `listen.tls`.') }),
]);

const tls = z.union(
  [
    z
      .literal('generated')
      .meta({ description: 'A certificate authority of its own, and a certificate for this host.' }),
    z.strictObject({
      certificate: pem('The certificate of the server, with those that have signed it,'),
      key: pem('Its private key'),
      clientCa: pem('Who signs the certificates that clients must show,').exactOptional(),
    }),
  ],
  'must be generated, or a map with certificate and key',
);

/** The schema of `listen:`. */
export const listenSchema = z.strictObject({
  port: whole(0, 65_535).exactOptional().meta({ description: 'Port to listen on; 0, the default, takes a free one.' }),
  host: z
    .string()
    .min(1)
    .exactOptional()
    .meta({ description: 'Address to listen on; 127.0.0.1, so that nobody else reaches it. 0.0.0.0 listens on all.' }),
  basePath: z
    .string()
    .regex(/^(\/[\w.~-]+)*\/?$/, 'must be like /scim/v2')
    .exactOptional()
    .meta({ description: 'Path of the base URL; `/scim/v2`.' }),
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'must be a URL such as https://scim.example.com/scim/v2' })
    .exactOptional()
    .meta({
      description: 'The base URL as clients know it, when that is another one: behind a proxy, in a container.',
    }),
  tls: tls.exactOptional().meta({ description: 'HTTPS: `generated`, or a certificate and its key.' }),
});
