/** The signed statement by which a client proves that it holds a private key (RFC 7523 §2.2, §3). */

import { constants, createPrivateKey, type SignKeyObjectInput, sign } from 'node:crypto';
import type { SigningAlgorithm } from './options.js';

export interface Assertion {
  readonly clientId: string;
  /** The authorization server that it is meant for. */
  readonly audience: string;
  /** PEM. */
  readonly privateKey: string;
  readonly keyId: string | undefined;
  readonly algorithm: SigningAlgorithm;
  /** Epoch, in milliseconds. */
  readonly now: number;
  /** Never used before (`jti`). */
  readonly unique: string;
}

/** Short, because it is used once and at once. */
const lifetimeSeconds = 120;

/** ASSERTION as a JWT (RFC 7519, compact). Throws what node:crypto throws when the key does not fit the algorithm. */
export function signAssertion(assertion: Assertion): string {
  const { clientId, audience, algorithm, keyId, unique } = assertion;
  const issuedAt = Math.floor(assertion.now / 1000);
  const header = { alg: algorithm, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: unique,
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
  };
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), keyOf(assertion)).toString('base64url')}`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** RFC 7518 §3.3, §3.4, §3.5. */
function keyOf({ privateKey, algorithm }: Assertion): SignKeyObjectInput {
  const key = createPrivateKey(privateKey);
  switch (algorithm) {
    case 'RS256':
      return { key };
    case 'PS256':
      return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
    case 'ES256':
      return { key, dsaEncoding: 'ieee-p1363' };
  }
}
