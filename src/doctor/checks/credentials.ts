/** Who is let in: both credentials while one is being replaced, and those who have none? */

import type { Check, Examination, Outcome } from '../check.js';
import { pairsOf, type TenantCredential } from '../rotation/credentials.js';
import { answersAnybody, type Probe, probe } from '../rotation/probe.js';

export const credentials: Check = {
  id: 'AUTH004',
  title: 'both credentials',
  needs: ['network', 'access'],
  async run(examination) {
    const { settings, connect, signal } = examination;
    const found: Outcome[] = [];
    for (const { current, previous } of pairsOf(settings)) {
      if (previous === undefined) continue;
      const own = await probe(current.access, connect, signal);
      const other = await probe(previous.access, connect, signal);
      found.push(outcomeOf(settings.name, { current, previous }, own, other));
    }
    return found;
  },
};

interface Both {
  readonly current: TenantCredential;
  readonly previous: TenantCredential;
}

function outcomeOf(tenant: string, { current, previous }: Both, own: Probe, other: Probe): Outcome {
  const [first, second] = [current.key, previous.key];
  if (own.verdict === 'unknown' || other.verdict === 'unknown') {
    const message = `whether ${first} and ${second} work cannot be told (${own.shown}; ${other.shown})`;
    return { id: 'AUTH004', status: 'skipped', message };
  }
  if (own.verdict === 'accepted' && other.verdict === 'accepted') {
    return { id: 'AUTH004', status: 'ok', message: `${first} and ${second} both work` };
  }
  if (own.verdict === 'accepted') {
    return {
      id: 'AUTH004',
      status: 'warning',
      message: `${second} is refused, ${first} works: the rotation is over`,
      why: 'a credential that nobody needs can only get lost',
      fix: `scim-batch -- rotate finish --tenant ${tenant}, which tells what to take out`,
    };
  }
  const isOtherFine = other.verdict === 'accepted';
  return {
    id: 'AUTH004',
    status: isOtherFine ? 'warning' : 'error',
    message: isOtherFine
      ? `${first} is refused, ${second} still works and is used in its place`
      : `${first} and ${second} are both refused`,
    why: isOtherFine
      ? `as soon as ${second} is withdrawn, every request of this tenant is refused`
      : 'every request of this tenant is refused',
    fix: `put a credential in force into ${first}, then: scim-batch -- rotate verify --tenant ${tenant}`,
  };
}

/** A service that lets everybody in proves nothing about the credential, and is open to others too. */
export const anybody: Check = {
  id: 'AUTH001',
  title: 'access without a credential',
  needs: ['network', 'access'],
  async run({ settings, connect, signal, isStandIn }: Examination) {
    const { auth, tls } = settings;
    if (auth.scheme === 'none' || isStandIn) return [];
    if (!(await answersAnybody({ auth, tls }, connect, signal))) return [];
    return [
      {
        id: 'AUTH001',
        status: 'warning',
        message: 'the service shows users to everybody, also without a credential',
        why: 'whether the credential is good cannot be told, and strangers see the same',
        fix: 'tell whoever runs the service; if it is meant to be so, write auth: { scheme: none }',
      },
    ];
  },
};
