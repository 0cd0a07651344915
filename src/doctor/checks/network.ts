/** The way to the service: proxy, name, port, TLS. */

import { dnsOf, handshake, isAddress, peerOf, reach } from '../../http/probe.js';
import { proxyFor } from '../../http/proxy.js';
import { isInsecure } from '../../workspace/check.js';
import type { Check, Examination, Outcome } from '../check.js';
import { dayOf, daysUntil } from '../days.js';

/** Certificates are renewed by people; this is how long that may take. */
const certificateDays = 30;

/** Whom a connection is made to: the proxy when there is one. */
function nextOf({ settings }: Examination): { readonly url: URL; readonly what: string } {
  const proxy = proxyFor(settings.baseUrl, settings.proxy);
  return proxy === undefined ? { url: settings.baseUrl, what: '' } : { url: proxy, what: 'the proxy ' };
}

export const proxy: Check = {
  id: 'NET004',
  title: 'proxy',
  needs: [],
  run: async ({ settings: { baseUrl, proxy: settings } }) => [proxyOutcome(baseUrl, settings)],
};

function proxyOutcome(baseUrl: URL, settings: Examination['settings']['proxy']): Outcome {
  const chosen = proxyFor(baseUrl, settings);
  if (chosen !== undefined) {
    const { host, port } = peerOf(chosen);
    return ok('NET004', `requests go through the proxy ${host}:${port}`);
  }
  if (settings === undefined) return ok('NET004', 'no proxy: requests go to the service directly');
  const wanted = baseUrl.protocol === 'https:' ? settings.https : settings.http;
  if (wanted !== undefined) return ok('NET004', `NO_PROXY excepts ${baseUrl.hostname}: requests go there directly`);
  const [set, missing] = settings.https === undefined ? ['HTTP_PROXY', 'HTTPS_PROXY'] : ['HTTPS_PROXY', 'HTTP_PROXY'];
  return {
    id: 'NET004',
    status: 'warning',
    message: `${set} is set and ${missing} is not, so requests to ${baseUrl.protocol}// go to the service directly`,
    why: 'where a proxy is needed, no request gets through without it',
    fix: `set ${missing} too, or write proxy: none for this tenant in scim.yaml`,
    variable: missing,
  };
}

export const dns: Check = {
  id: 'NET001',
  title: 'name',
  needs: [],
  opens: 'network',
  async run(examination) {
    const { url, what } = nextOf(examination);
    const { host } = peerOf(url);
    if (isAddress(host)) return [ok('NET001', `${what}${host} is an address`)];
    const addresses = await dnsOf(url, examination.signal);
    const more = addresses.length > 3 ? ` and ${addresses.length - 3} more` : '';
    return [ok('NET001', `${what}${host} is ${addresses.slice(0, 3).join(', ')}${more}`)];
  },
};

export const tcp: Check = {
  id: 'NET002',
  title: 'connection',
  needs: ['network'],
  opens: 'network',
  async run(examination) {
    const { url, what } = nextOf(examination);
    const { host, port } = peerOf(url);
    await reach(url, examination.settings.limits.connectTimeoutMs, examination.signal);
    return [ok('NET002', `${what}${host}:${port} accepts connections`)];
  },
};

export const tls: Check = {
  id: 'NET003',
  title: 'TLS',
  needs: ['network'],
  opens: 'network',
  async run({ settings, signal, now }) {
    const { baseUrl, limits, tls: options } = settings;
    if (baseUrl.protocol !== 'https:') return [unencrypted(baseUrl)];
    const seen = await handshake(
      baseUrl,
      { tls: options, proxy: proxyFor(baseUrl, settings.proxy), timeoutMs: limits.connectTimeoutMs },
      signal,
    );
    const days = daysUntil(seen.validTo, now());
    const told = `${seen.protocol}, certificate of ${seen.subject} by ${seen.issuer}, ${days} days left`;
    if (!seen.verified) return [unverified(told)];
    if (days >= certificateDays) return [ok('NET003', told)];
    return [
      {
        id: 'NET003',
        status: 'warning',
        message: `${told}: it expires on ${dayOf(seen.validTo)}`,
        why: 'from then on no request of this tenant is sent',
        fix: 'have whoever runs the service renew its certificate',
      },
    ];
  },
};

function unencrypted(baseUrl: URL): Outcome {
  if (!isInsecure(baseUrl)) return { id: 'NET003', status: 'skipped', message: 'http, on this machine only' };
  return {
    id: 'NET003',
    status: 'warning',
    message: 'the base URL is http: nothing is encrypted',
    why: 'everybody on the way can read and change everything, the credential included',
    fix: 'give a base URL with https',
  };
}

function unverified(told: string): Outcome {
  return {
    id: 'NET003',
    status: 'warning',
    message: `${told}, which is not verified (tls.insecureSkipVerify)`,
    why: 'whoever answers is believed to be the service, and gets the credential',
    fix: 'write tls: { ca: file:PATH } with the certificate of the authority, and remove insecureSkipVerify',
  };
}

function ok(id: Outcome['id'], message: string): Outcome {
  return { id, status: 'ok', message };
}
