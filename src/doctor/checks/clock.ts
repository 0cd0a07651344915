/** Do the clocks of client and service agree? Told by the Date header of answers (RFC 9110 §6.6.1). */

import type { Check } from '../check.js';

/** What is usually forgiven in tokens and assertions (RFC 7519 §4.1.4). */
const toleranceMs = 60_000;

export const clock: Check = {
  id: 'NET005',
  title: 'clock',
  needs: ['network'],
  async run({ evidence, settings }) {
    const found = evidence.answers.flatMap(({ answer, askedAt, cameAt }) => {
      const header = answer.headers.find(([name]) => name === 'date')?.[1];
      const theirs = header === undefined ? Number.NaN : Date.parse(header);
      // The header counts whole seconds, and was written some time between question and answer.
      return Number.isNaN(theirs) ? [] : [distance(theirs, theirs + 1000, askedAt, cameAt)];
    });
    const [skew] = found.sort((a, b) => Math.abs(a) - Math.abs(b));
    if (skew === undefined) {
      return [
        { id: 'NET005', status: 'skipped', message: 'the service does not say what time it is (no Date header)' },
      ];
    }
    const seconds = Math.round(Math.abs(skew) / 1000);
    if (Math.abs(skew) <= toleranceMs) {
      return [{ id: 'NET005', status: 'ok', message: seconds === 0 ? 'the clocks agree' : `${seconds} s apart` }];
    }
    const signs = settings.auth.scheme === 'oauth2' && settings.auth.client.method === 'private_key_jwt';
    return [
      {
        id: 'NET005',
        status: 'warning',
        message: `the clock of the service is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} the one of this machine`,
        why: signs
          ? 'the signed assertion of this tenant is taken for expired, or for one of the future, and is refused'
          : 'tokens are taken for expired too early or too late, and lastModified cannot be compared with local times',
        fix: 'synchronize the clock of this machine: timedatectl set-ntp true; if it is right, tell whoever runs the service',
      },
    ];
  },
};

/** How far the interval FROM..TO is from SINCE..UNTIL: 0 when they overlap, positive when it is later. */
function distance(from: number, to: number, since: number, until: number): number {
  if (from > until) return from - until;
  return to < since ? to - since : 0;
}
