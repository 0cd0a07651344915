/** Name and port: is there somebody? */

import { dnsOf, isAddress, peerOf, reach } from '../../http/probe.js';
import { proxyFor } from '../../http/proxy.js';
import type { Check, Examination, Outcome } from '../check.js';

/** Whom a connection is made to: the proxy when there is one. */
function nextOf({ settings }: Examination): { readonly url: URL; readonly what: string } {
  const proxy = proxyFor(settings.baseUrl, settings.proxy);
  return proxy === undefined ? { url: settings.baseUrl, what: '' } : { url: proxy, what: 'the proxy ' };
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

function ok(id: Outcome['id'], message: string): Outcome {
  return { id, status: 'ok', message };
}
