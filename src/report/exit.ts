/** Exit codes of batch mode (see `exitCodes` of the protocol). */
import { ResponseError, type ScimError } from '../scim/error.js';

const failed = 1;
const invalidUsage = 6;
const refusedBySafeguard = 4;
const authenticationOrNetwork = 7;

/** The exit code for ERROR: 4 when a safeguard of the tenant forbids it, 6 for usage, configuration and secrets that cannot be looked up, 7 for authentication and network, 1 for all else. */
export function exitCodeOf(error: ScimError): number {
  if (/^(usage$|config\.|secret\.|trust\.)/.test(error.code)) return invalidUsage;
  if (error.code.startsWith('tenant.')) return refusedBySafeguard;
  if (error.code.startsWith('network.') || error.code.startsWith('auth.')) return authenticationOrNetwork;
  if (error instanceof ResponseError && (error.status === 401 || error.status === 403)) return authenticationOrNetwork;
  return failed;
}

/**
 * The exit code for several outcomes, each with its own CODE: 0 when all are 0. A failure proper (1) outweighs the
 * others, because a run that is repeated once the network is back would still fail; then 6, then 7.
 */
export function worstExitCode(codes: Iterable<number>): number {
  const seen = new Set(codes);
  seen.delete(0);
  return seen.size === 0 ? 0 : Math.min(...seen);
}
