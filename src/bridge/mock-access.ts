/** How the client gets into a mock server that this bridge runs. */

import * as z from 'zod';
import type { Access } from '../workspace/workspace.js';

const told = z.object({
  url: z.url(),
  vendor: z.string().optional(),
  auth: z.discriminatedUnion('scheme', [
    z.object({ scheme: z.enum(['none', 'mtls']) }),
    z.object({ scheme: z.literal('bearer'), token: z.string() }),
    z.object({ scheme: z.literal('basic'), username: z.string(), password: z.string() }),
    z.object({ scheme: z.literal('apiKey'), header: z.string(), value: z.string() }),
    z.object({ scheme: z.literal('oauth2'), tokenUrl: z.url(), clientId: z.string(), clientSecret: z.string() }),
  ]),
  tls: z.object({ ca: z.string(), cert: z.string().optional(), key: z.string().optional() }).optional(),
});

/** The answer of a mock server's thread to `access`, as a tenant's settings have it. */
export function parseAccess(answer: unknown): Access {
  const { url, vendor, auth, tls } = told.parse(answer);
  return {
    baseUrl: new URL(url),
    auth: credential(auth),
    ...(vendor !== undefined && { vendorUnlessKnown: vendor }),
    ...(tls && { tls: withoutAbsent(tls) }),
  };
}

type Told = z.output<typeof told>;

function credential(auth: Told['auth']): Access['auth'] {
  if (auth.scheme !== 'oauth2') return auth;
  const { tokenUrl, clientId, clientSecret } = auth;
  const client = { method: 'client_secret_basic', secret: clientSecret } as const;
  return { scheme: 'oauth2', tokenUrl: new URL(tokenUrl), clientId, client };
}

function withoutAbsent({ ca, cert, key }: NonNullable<Told['tls']>): NonNullable<Access['tls']> {
  return { ca, ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}
