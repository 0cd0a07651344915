/** When a credential stops being good, as far as it says so itself. */

import { X509Certificate } from 'node:crypto';
import * as z from 'zod';

/** The end of a credential's life. */
export interface Expiry {
  readonly date: Date;
  readonly from: 'jwt' | 'certificate';
}

/** RFC 7519 §4.1.4: seconds since the epoch. */
const claims = z.looseObject({ exp: z.number() });

/** When VALUE, a JWT (RFC 7519) or a PEM certificate, expires; undefined when it does not say. Nothing is verified. */
export function expiryOf(value: string): Expiry | undefined {
  const exp = jwtExpiry(value);
  if (exp !== undefined) return { date: exp, from: 'jwt' };
  const until = certificateExpiry(value);
  return until === undefined ? undefined : { date: until, from: 'certificate' };
}

function jwtExpiry(value: string): Date | undefined {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(value) ?? [];
  if (payload === undefined) return undefined;
  try {
    const parsed = claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    return parsed.success ? validDate(parsed.data.exp * 1000) : undefined;
  } catch {
    return undefined;
  }
}

/** The first certificate of a chain is the one that is shown. */
function certificateExpiry(value: string): Date | undefined {
  if (!value.includes('-----BEGIN CERTIFICATE-----')) return undefined;
  try {
    return validDate(Date.parse(new X509Certificate(value).validTo));
  } catch {
    return undefined;
  }
}

function validDate(time: number): Date | undefined {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
