/** What a tenant's `tls` and `proxy` come to, and what the environment says about proxies. */

import type { TlsEntry } from './access-file.js';
import { checkProxyUrl } from './check.js';
import { belongTogether, checkCertificates, checkPfx, checkPrivateKey, expiredOn } from './check-keys.js';
import type { Resolver } from './resolver.js';

/** Certificates and keys in PEM, `pfx` in Base64. Holds secrets. */
export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The other certificate of a rotation, and its key. */
  readonly previousCert?: string;
  readonly previousKey?: string;
  readonly pfx?: string;
  readonly passphrase?: string;
  readonly insecureSkipVerify?: boolean;
}

/** Holds the credentials of the proxies. */
export interface ProxySettings {
  readonly https?: URL;
  readonly http?: URL;
  /** Hosts that are reached directly. */
  readonly except?: string;
}

/** ENTRY with its files read; what could not be is missing and complained about. */
export function resolveTls(entry: TlsEntry, resolver: Resolver, now: Date): TlsSettings {
  const at = (key: string): string[] => ['tls', key];
  const { insecureSkipVerify } = entry;
  if (insecureSkipVerify === true) {
    resolver.warn(
      'INSECURE: tls.insecureSkipVerify is set, so that whoever answers is believed to be the service and gets the credentials; use tls.ca instead',
    );
  }
  const passphrase = entry.passphrase === undefined ? undefined : resolver.secret(entry.passphrase, at('passphrase'));
  const ca = entry.ca === undefined ? undefined : resolver.found(entry.ca, at('ca'), checkCertificates);
  const current = certificate(entry.cert, entry.key, ['cert', 'key'], passphrase?.value, resolver);
  const names: [string, string] = ['previousCert', 'previousKey'];
  const previous = certificate(entry.previousCert, entry.previousKey, names, passphrase?.value, resolver);
  const pfx = entry.pfx === undefined ? undefined : resolver.secretBytes(entry.pfx, at('pfx'));
  complainAboutParts(entry, resolver);
  if (pfx !== undefined) {
    const wrong = checkPfx(pfx.value, passphrase?.value);
    if (wrong !== undefined) resolver.complain(pfx.origin.label, at('pfx'), wrong);
  }
  const expired = current.cert === undefined ? undefined : expiredOn(current.cert, now);
  if (expired !== undefined) resolver.warn(`the client certificate tls.cert expired on ${expired}; have it renewed`);
  // Two names for one certificate: there is nothing to fall back to.
  const isOther = previous.cert !== undefined && previous.key !== undefined && previous.cert !== current.cert;
  return {
    ...(ca === undefined ? {} : { ca: ca.value }),
    ...(current.cert === undefined ? {} : { cert: current.cert }),
    ...(current.key === undefined ? {} : { key: current.key }),
    ...(isOther ? { previousCert: previous.cert, previousKey: previous.key } : {}),
    ...(pfx === undefined ? {} : { pfx: pfx.value }),
    ...(passphrase === undefined ? {} : { passphrase: passphrase.value }),
    ...(insecureSkipVerify === undefined ? {} : { insecureSkipVerify }),
  };
}

/** The certificate CERT with its KEY, which are called NAMES; what could not be read is missing and complained about. */
function certificate(
  cert: string | undefined,
  key: string | undefined,
  names: readonly [string, string],
  passphrase: string | undefined,
  resolver: Resolver,
): { readonly cert?: string; readonly key?: string } {
  const [certKeys, keyKeys] = [
    ['tls', names[0]],
    ['tls', names[1]],
  ];
  const found = cert === undefined ? undefined : resolver.found(cert, certKeys, checkCertificates);
  const secret =
    key === undefined ? undefined : resolver.secret(key, keyKeys, (value) => checkPrivateKey(value, passphrase));
  if (found !== undefined && secret !== undefined && !belongTogether(found.value, secret.value, passphrase)) {
    const remedy = 'give the key that the certificate was made for';
    resolver.complain(secret.origin.label, keyKeys, { problem: `does not belong to tls.${names[0]}`, remedy });
  }
  return {
    ...(found === undefined ? {} : { cert: found.value }),
    ...(secret === undefined ? {} : { key: secret.value }),
  };
}

function complainAboutParts(entry: TlsEntry, resolver: Resolver): void {
  const { cert, key, previousCert, previousKey, pfx } = entry;
  const complain = (key: string, problem: string, remedy: string): void => {
    resolver.complain(`tls.${key}`, ['tls', key], { problem, remedy });
  };
  if (pfx !== undefined && (cert !== undefined || key !== undefined)) {
    complain('pfx', 'stands beside tls.cert or tls.key', 'give one client certificate: pfx, or cert and key');
  } else if (cert !== undefined && key === undefined) {
    complain('cert', 'has no tls.key beside it', 'write key: file:PATH');
  } else if (key !== undefined && cert === undefined) {
    complain('key', 'has no tls.cert beside it', 'write cert: file:PATH');
  }
  if (previousCert !== undefined && previousKey === undefined) {
    complain('previousCert', 'has no tls.previousKey beside it', 'write previousKey: file:PATH');
  } else if (previousKey !== undefined && previousCert === undefined) {
    complain('previousKey', 'has no tls.previousCert beside it', 'write previousCert: file:PATH');
  } else if (previousCert !== undefined && cert === undefined && pfx === undefined) {
    complain('previousCert', 'stands there without a certificate that follows it', 'write cert: and key:');
  }
}

/** The loopback interface is never behind a proxy that the environment names for everybody. */
const loopback = 'localhost,127.0.0.1,[::1]';

/** The proxies of a tenant: REFERENCE, `none`, or what the environment says; undefined when there are none. */
export function resolveProxy(reference: string | undefined, resolver: Resolver): ProxySettings | undefined {
  if (reference === 'none') return undefined;
  if (reference !== undefined) {
    const found = resolver.found(reference, ['proxy']);
    const url = found && proxyUrl(found.value, found.origin.label, resolver);
    if (found?.origin.kind === 'literal' && url !== undefined && url.password !== '') {
      resolver.warn('the password of proxy stands in scim.yaml itself; use env:NAME or file:PATH');
    }
    return url && { https: url, http: url };
  }
  const https = proxyOfEnvironment('https_proxy', resolver);
  const http = proxyOfEnvironment('http_proxy', resolver);
  if (https === undefined && http === undefined) return undefined;
  const { source } = resolver;
  const except = [source.variable('no_proxy') ?? source.variable('NO_PROXY') ?? '', loopback].join(',');
  return { ...(https === undefined ? {} : { https }), ...(http === undefined ? {} : { http }), except };
}

/** Variable NAME, in lower case or else in upper case, as curl and others read it. */
function proxyOfEnvironment(name: string, resolver: Resolver): URL | undefined {
  for (const variable of [name, name.toUpperCase()]) {
    const value = resolver.source.variable(variable);
    if (value !== undefined) return proxyUrl(value, `variable ${variable}`, resolver);
  }
  return undefined;
}

function proxyUrl(value: string, label: string, resolver: Resolver): URL | undefined {
  const url = checkProxyUrl(value);
  return url instanceof URL ? url : resolver.complain(label, ['proxy'], url);
}
