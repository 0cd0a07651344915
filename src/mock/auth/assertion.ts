/** RFC 7523 §3: the signed statement by which a client proves that it holds a private key. */

import { constants, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import { OAuthError } from './oauth-response.js';

const headerSchema = z.object({ alg: z.enum(['RS256', 'PS256', 'ES256']) });

const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nbf: z.number().optional(),
  jti: z.string().optional(),
});

/** Clocks may differ by so much. */
const leewayMs = 60_000;

/** So many identifiers of assertions are remembered, to refuse them when they come again. */
const rememberedAssertions = 10_000;

/** Checks assertions that are meant for one of AUDIENCES. */
export class AssertionVerifier {
  private readonly seen = new Set<string>();

  constructor(private readonly audiences: readonly string[]) {}

  /**
   * The client that ASSERTION is about; KEYOF knows the keys of the clients.
   *
   * Its times are the client's, so they are compared with the real time, not with the clock of the mock server.
   * @throws OAuthError `invalid_client`
   */
  verify(assertion: string, keyOf: (client: string) => KeyObject | undefined): string {
    const [head = '', body = '', signature = '', ...more] = assertion.split('.');
    const header = headerSchema.safeParse(decoded(head));
    const claims = claimsSchema.safeParse(decoded(body));
    if (more.length > 0 || !header.success || !claims.success)
      throw refused('it is no JWT with alg, iss, sub, aud and exp');
    const { iss, sub, aud, exp, nbf = 0, jti } = claims.data;
    const key = keyOf(sub);
    if (!key || !isSignedBy(key, header.data.alg, `${head}.${body}`, signature))
      throw refused('no key of the client fits');
    if (iss !== sub) throw refused('iss and sub differ');
    if (![aud].flat().some((each) => this.audiences.includes(each.replace(/\/$/, '')))) {
      throw refused(`aud must be ${this.audiences[0]}`);
    }
    if (exp * 1000 + leewayMs <= Date.now()) throw refused('it has expired');
    if (nbf * 1000 - leewayMs > Date.now()) throw refused('it is not valid yet');
    if (jti !== undefined) this.useOnce(`${sub} ${jti}`);
    return sub;
  }

  private useOnce(identifier: string): void {
    if (this.seen.has(identifier)) throw refused('it has been used before');
    this.seen.add(identifier);
    for (const oldest of this.seen) {
      if (this.seen.size <= rememberedAssertions) break;
      this.seen.delete(oldest);
    }
  }
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** RFC 7518 §3.3, §3.4, §3.5. */
function isSignedBy(key: KeyObject, algorithm: 'RS256' | 'PS256' | 'ES256', text: string, signature: string): boolean {
  const isEc = key.asymmetricKeyType === 'ec';
  if (isEc !== (algorithm === 'ES256')) return false;
  const padding =
    algorithm === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : {};
  const verifier = { key, ...(isEc ? { dsaEncoding: 'ieee-p1363' as const } : padding) };
  return verify('sha256', Buffer.from(text), verifier, Buffer.from(signature, 'base64url'));
}

function refused(reason: string): OAuthError {
  return new OAuthError('invalid_client', `The assertion is refused: ${reason}`);
}
