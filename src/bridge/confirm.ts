/** A tenant may want a person to be asked first (`confirm`): then what was not confirmed fails, with the question. */

import { currentDryRun } from '../client/dry-run.js';
import { isWrite } from '../client/safeguards.js';
import type { Target } from '../client/target.js';
import { SafeguardError } from '../scim/error.js';
import type { TenantSettings } from '../workspace/workspace.js';
import type { Session } from './session.js';

/** A request as far as the question tells of it. */
export interface Asked {
  readonly method: string;
  /** Relative to the base URL. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Returns when REQUESTS may be sent to the tenant of SETTINGS: it wants no question, or a person has CONFIRMED them, or
 * no person is there to be asked; one that always wants to be confirmed must then have been by its name. A tenant that is
 * read-only refuses writes by itself, without a question.
 *
 * @throws SafeguardError `tenant.confirm`, whose message is the question
 */
export function demandYes(
  session: Session,
  { name, safeguards }: TenantSettings,
  confirmed: boolean | undefined,
  requests: readonly Asked[],
): void {
  if (confirmed === true || safeguards.confirm === 'never') return;
  if (!session.asks) {
    if (safeguards.confirm !== 'always' || session.isConfirmed(name)) return;
    throw new SafeguardError('tenant.confirm', `Tenant ${name} wants every request to be confirmed`, {
      remedy: `run it with --yes ${name}`,
    });
  }
  // What is not sent needs no yes.
  const isDry = currentDryRun() !== undefined;
  const writes = requests.filter(
    ({ method, path, headers }) => !isDry && isWrite({ method, path, headers: headers ?? {} }),
  );
  const counted = safeguards.confirm === 'always' ? requests : writes;
  if (counted.length === 0 || (safeguards.readOnly && writes.length > 0)) return;
  const kind = safeguards.production ? 'the production tenant' : 'tenant';
  const what = writes.length === 0 ? 'Read from' : 'Write to';
  throw new SafeguardError('tenant.confirm', `${what} ${kind} ${name}: ${listed(counted)}?`, {
    remedy: 'confirm it in Emacs, or change confirm in scim.yaml',
  });
}

/** As `Session.connect`, for the one REQUEST that PARAMS ask for. */
export async function connectFor(
  session: Session,
  { tenant, confirmed }: { readonly tenant?: string | undefined; readonly confirmed?: boolean | undefined },
  method: string,
  path: string,
): Promise<Target> {
  const { target, settings } = await session.connect(tenant);
  demandYes(session, settings, confirmed, [{ method, path }]);
  return target;
}

/** The first three of REQUESTS, and how many more there are. */
function listed(requests: readonly Asked[]): string {
  const shown = requests.slice(0, 3).map(({ method, path }) => `${method} ${path.replace(/\?.*$/s, '')}`);
  const more = requests.length - shown.length;
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}
