/** What a service says about a credential when it is shown nothing else. */

import type { Target } from '../../client/target.js';
import { refusesClientCertificate } from '../../http/failure.js';
import { ScimError, TokenError } from '../../scim/error.js';
import type { Access } from './credentials.js';

/** What came of it. */
export interface Probe {
  readonly verdict: 'accepted' | 'refused' | 'unknown';
  /** How that showed: `GET /Users: 200`, `no access token`. */
  readonly shown: string;
  /** What to do when it showed nothing. */
  readonly remedy?: string | undefined;
}

/** Asks for one user, because many services let everybody read their discovery documents. It changes nothing. */
const harmless = { method: 'GET', path: '/Users?count=1' };

/** What the service says to who has ACCESS; CONNECT makes a client that has nothing else. */
export async function probe(access: Access, connect: (access: Access) => Target, signal: AbortSignal): Promise<Probe> {
  const target = connect(access);
  try {
    const { status } = await target.exchange(harmless, { signal, retry: false });
    return { verdict: verdictOf(status), shown: `GET /Users: ${status}` };
  } catch (error) {
    if (!(error instanceof ScimError) || signal.aborted) throw error;
    const isRefused = refusesClientCertificate(error) || (error instanceof TokenError && error.isRefusal);
    return {
      verdict: isRefused ? 'refused' : 'unknown',
      shown: target.redactor.text(error.message),
      remedy: error.remedy,
    };
  } finally {
    await target.close();
  }
}

/** Who is forbidden to read users may be known all the same; a service that is overloaded has said nothing. */
function verdictOf(status: number): Probe['verdict'] {
  if (status === 401) return 'refused';
  return status < 300 ? 'accepted' : 'unknown';
}

/**
 * Whether the service answers just as well without a credential, so that being answered shows nothing.
 */
export async function answersAnybody(
  { tls }: Access,
  connect: (access: Access) => Target,
  signal: AbortSignal,
): Promise<boolean> {
  const { cert: _cert, key: _key, pfx: _pfx, passphrase: _passphrase, ...anonymous } = tls ?? {};
  const { verdict } = await probe({ auth: { scheme: 'none' }, tls: anonymous }, connect, signal);
  return verdict === 'accepted';
}
