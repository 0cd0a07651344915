/** Examines one tenant: the checks in their order, each only when what it needs is in order. */

import { CancelledError, ScimError } from '../scim/error.js';
import type { Finding } from '../workspace/finding.js';
import type { Check, Examination, Gate, Outcome } from './check.js';
import { authentication, expiry } from './checks/access.js';
import { clock } from './checks/clock.js';
import { anybody, credentials } from './checks/credentials.js';
import { contentType, discovery } from './checks/discovery.js';
import { filter } from './checks/filter.js';
import { dns, proxy, tcp, tls } from './checks/network.js';
import { reading } from './checks/reading.js';
import { seenBefore } from './checks/seen.js';
import { vendor } from './checks/vendor.js';
import { writing } from './checks/writing.js';
import { outcomeOfError } from './failure.js';

/** All checks of a tenant, in the order in which they are made. */
export const allChecks: readonly Check[] = [
  proxy,
  dns,
  tcp,
  tls,
  expiry,
  authentication,
  credentials,
  anybody,
  clock,
  discovery,
  contentType,
  filter,
  seenBefore,
  vendor,
  reading,
  writing,
];

/** Those that go before a run: whether the service can be reached with the credential, and writes nothing down. */
export const preflightChecks: readonly Check[] = [proxy, dns, tcp, tls, expiry, authentication, clock];

/**
 * What CHOSEN find about EXAMINATION; ONSTART is told the title of each before it begins. No finding holds a secret.
 *
 * @throws CancelledError when the signal was triggered
 */
export async function examine(
  examination: Examination,
  chosen: readonly Check[],
  onStart: (title: string) => void,
): Promise<Finding[]> {
  const closed = new Map<Gate, string>();
  const findings: Finding[] = [];
  for (const check of chosen) {
    const reason = check.needs.map((gate) => closed.get(gate)).find((found) => found !== undefined);
    if (reason !== undefined) {
      // One line is enough for what several checks are about.
      if (findings.some(({ id, status }) => id === check.id && status === 'skipped')) continue;
      findings.push(finished(examination, { id: check.id, status: 'skipped', message: `not checked: ${reason}` }));
      continue;
    }
    onStart(check.title);
    const start = performance.now();
    const outcomes = await carriedOut(check, examination);
    const ms = Math.round(performance.now() - start);
    findings.push(...outcomes.map((outcome, index) => finished(examination, outcome, index === 0 ? ms : undefined)));
    const error = outcomes.find(({ status }) => status === 'error');
    if (check.opens !== undefined && error !== undefined) closed.set(check.opens, `${error.id} comes first`);
    // Without a network there is no access either.
    if (check.opens === 'network' && error !== undefined) closed.set('access', `${error.id} comes first`);
  }
  return findings;
}

async function carriedOut(check: Check, examination: Examination): Promise<readonly Outcome[]> {
  try {
    return await check.run(examination);
  } catch (error) {
    if (!(error instanceof ScimError) || error instanceof CancelledError) throw error;
    return [outcomeOfError(error, check.id)];
  }
}

/** OUTCOME as a finding about the tenant; redacted once more, because what a service says may quote anything. */
function finished({ settings, target }: Examination, outcome: Outcome, ms?: number): Finding {
  const { redactor } = target;
  const clean = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : redactor.text(text);
  return {
    ...outcome,
    message: redactor.text(outcome.message),
    why: clean(outcome.why),
    fix: clean(outcome.fix),
    tenant: settings.name,
    ...(ms === undefined ? {} : { ms }),
  };
}
