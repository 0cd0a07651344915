/** Does the service accept the credential, and for how long? */

import { certificatesOf, credentialsOf } from '../../http/auth/credential.js';
import { isJsonObject, type JsonValue } from '../../scim/json.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import { expiryOf } from '../../workspace/expiry.js';
import type { TenantSettings } from '../../workspace/workspace.js';
import { ask, type Check, type Outcome } from '../check.js';
import { dayOf, daysUntil } from '../days.js';

/**
 * Asks for one user, because many services let everybody read their discovery documents. A service that answers at all,
 * even that it has no users, has accepted the credential.
 */
export const authentication: Check = {
  id: 'AUTH001',
  title: 'credential',
  needs: ['network'],
  opens: 'access',
  async run(examination) {
    const { settings, target } = examination;
    const answer = await ask(examination, '/Users?count=1');
    if (answer.status === 401 || answer.status === 403) target.checkAnswer(answer);
    const { scheme } = settings.auth;
    if (answer.status === 429 || answer.status >= 500) return [busy(answer.status)];
    if (answer.status === 404 || isAnotherVersion(answer.json)) return [lost(settings, answer.status)];
    if (scheme === 'none') return [ok('the service answers without a credential')];
    const shown = answer.status < 300 ? scheme : `${scheme}, ${answer.status}`;
    return [ok(`the service accepts the credential (${shown})`)];
  },
};

function ok(message: string): Outcome {
  return { id: 'AUTH001', status: 'ok', message };
}

function busy(status: number): Outcome {
  return {
    id: 'AUTH001',
    status: 'error',
    message: `whether the service accepts the credential cannot be told: it answers ${status} to GET /Users`,
    why: 'a service that cannot answer this will hardly do what it is asked',
    fix: 'wait and run the doctor again; if it stays so, ask whoever runs the service',
  };
}

/** RFC 7644 §3.12, §3.13: there is a service, of another version. */
function isAnotherVersion(json: JsonValue | undefined): boolean {
  return isJsonObject(json) && getAttribute(json, 'scimType') === 'invalidVers';
}

function lost({ baseUrl, profile }: TenantSettings, status: number): Outcome {
  const shapes = profile.base.urls;
  const hint = shapes.length === 0 ? 'it mostly ends in /scim/v2' : `this vendor's look like ${shapes.join(' or ')}`;
  return {
    id: 'SCIM001',
    status: 'error',
    message: `${baseUrl.href} is not the root of a SCIM service: it has no /Users (${status})`,
    why: 'every path of this tenant leads nowhere',
    fix: `correct baseUrl in scim.yaml, or the variable that it names; ${hint}`,
  };
}

/** How long it takes people to get and distribute a new credential. */
const warnDays = 14;

export const expiry: Check = {
  id: 'AUTH003',
  title: 'expiry of the credential',
  needs: [],
  async run({ settings, now }) {
    const ends = endingOf(settings).flatMap(({ what, value }) => {
      const found = expiryOf(value);
      return found === undefined ? [] : [{ what, date: found.date }];
    });
    if (ends.length === 0) {
      return [{ id: 'AUTH003', status: 'ok', message: 'the credential does not say when it expires' }];
    }
    return ends.map(({ what, date }) => expiryOutcome(what, date, now()));
  },
};

/** WHAT ends at DATE. */
function expiryOutcome(what: string, date: Date, now: number): Outcome {
  const days = daysUntil(date, now);
  if (days >= warnDays) {
    return { id: 'AUTH003', status: 'ok', message: `${what} expires on ${dayOf(date)}, in ${days} days` };
  }
  const isOver = date.getTime() <= now;
  return {
    id: 'AUTH003',
    status: isOver ? 'error' : 'warning',
    message: isOver ? `${what} has expired on ${dayOf(date)}` : `${what} expires on ${dayOf(date)}, in ${days} days`,
    why: isOver ? 'the service refuses it' : 'from then on every request of this tenant is refused',
    fix: 'get a new one and put it in the place of this one, which stays as the previous one until the new one works',
  };
}

/** What of SETTINGS may carry the date of its end, and how `scim.yaml` calls it. */
function endingOf({ auth, tls }: TenantSettings): { readonly what: string; readonly value: string }[] {
  const tokens = credentialsOf(auth).flatMap(({ key, value }) => {
    if (value.scheme === 'bearer') return [{ what: key, value: value.token }];
    return value.scheme === 'apiKey' ? [{ what: key, value: value.value }] : [];
  });
  const certificates = certificatesOf(tls).flatMap(({ key, value }) => {
    return value?.cert === undefined ? [] : [{ what: `the client certificate ${key}`, value: value.cert }];
  });
  return [...tokens, ...certificates];
}
