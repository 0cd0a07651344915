/** Makes the thing of undici that holds the connections to one server: directly, or through a proxy. */

import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { buildConnector, Dispatcher } from 'undici';
import { ConfigurationError } from '../scim/error.js';
import type { ConnectionWatch } from './timing.js';

/** What a tenant says about TLS (RFC 7644 §7.1). */
export interface TlsOptions {
  /** Certificates of authorities, PEM; trusted besides the public ones. */
  readonly ca?: string | undefined;
  /** The client's certificate with its chain, PEM. */
  readonly cert?: string | undefined;
  /** The private key of `cert`, PEM. */
  readonly key?: string | undefined;
  /** The other certificate of a rotation, and its key: shown when the server refuses the first. */
  readonly previousCert?: string | undefined;
  readonly previousKey?: string | undefined;
  /** The client's certificate and key as PKCS #12, in Base64. */
  readonly pfx?: string | undefined;
  /** Of `key` or `pfx`. */
  readonly passphrase?: string | undefined;
  /** Whoever answers is believed to be the server. */
  readonly insecureSkipVerify?: boolean | undefined;
}

/** How connections are made. */
export interface ConnectionOptions {
  readonly tls?: TlsOptions | undefined;
  /** Where connections are made through; with its credentials, if any. */
  readonly proxy?: URL | undefined;
  /** Permit HTTP/2. Off unless asked for: with one connection per server it is slower than several of HTTP/1.1. */
  readonly http2?: boolean | undefined;
  /** Until TCP and TLS are established. */
  readonly connectTimeoutMs?: number | undefined;
  /** From the last byte of the request to the first of the answer; to about a second. */
  readonly headersTimeoutMs?: number | undefined;
  /** Told when a connection is made that proves nothing. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** Sockets at the same time. */
const connections = 32;
const defaultConnectTimeoutMs = 10_000;
/** Shorter than what load balancers in use close idle connections after; a server may announce less. */
const keepAliveMs = 10_000;
/** RFC 9325 §3.1.1; said here, because the environment can lower the default of Node. */
const minVersion = 'TLSv1.2';

/**
 * The connections to PEER, as OPTIONS say; WATCH sees them being made. No body is larger than MAXRESPONSEBYTES.
 * undici is loaded when it is needed first: it is a third of the start-up time.
 */
export async function createDispatcher(
  peer: string,
  options: ConnectionOptions,
  maxResponseBytes: number,
  watch: ConnectionWatch,
): Promise<Dispatcher> {
  const undici = await import('undici');
  const { tls, proxy, http2 = false } = options;
  const timeout = options.connectTimeoutMs ?? defaultConnectTimeoutMs;
  const towardsServer = { ...verification(tls), allowH2: http2, timeout };
  const pool = {
    connections,
    // With HTTP/2, many requests share a connection; with HTTP/1.1 each has it for itself.
    ...(http2 ? {} : { pipelining: 1 }),
    allowH2: http2,
    maxResponseSize: maxResponseBytes,
    keepAliveTimeout: keepAliveMs,
    // The deadline of a request is exact and covers both; undici's are coarse.
    headersTimeout: options.headersTimeoutMs ?? 0,
    bodyTimeout: 0,
  };
  const warn = (): void => {
    if (tls?.insecureSkipVerify === true) options.warn?.(insecureWarning(peer));
  };
  if (proxy === undefined) {
    const connect = warning(undici.buildConnector(towardsServer), warn);
    return new undici.Agent({ ...pool, connect: watch.watch(connect) });
  }
  warn();
  const token = proxyCredentials(proxy);
  return new undici.ProxyAgent({
    ...pool,
    uri: proxy.origin,
    ...(token === undefined ? {} : { token }),
    requestTls: towardsServer,
    // The client certificate and the permission not to verify are for the server, not for the proxy.
    proxyTls: { ...verification(tls === undefined ? undefined : { ca: tls.ca }), timeout },
  });
}

function insecureWarning(peer: string): string {
  return `INSECURE: the certificate of ${peer} is not verified (tls.insecureSkipVerify), so that anybody on the way can read and change everything, credentials included`;
}

/** CONNECT, which tells WARN about each connection. */
function warning(connect: buildConnector.connector, warn: () => void): buildConnector.connector {
  return (options, callback) => {
    if (options.protocol === 'https:') warn();
    return connect(options, callback);
  };
}

/** The part of TLS that `tls.connect` wants. Throws `ConfigurationError` when a certificate or key cannot be used. */
export function verification(tls: TlsOptions | undefined): {
  minVersion: typeof minVersion;
  secureContext?: SecureContext;
  rejectUnauthorized: boolean;
} {
  const rejectUnauthorized = tls?.insecureSkipVerify !== true;
  if (tls === undefined || Object.values(tls).every((value) => typeof value !== 'string')) {
    return { minVersion, rejectUnauthorized };
  }
  return { minVersion, rejectUnauthorized, secureContext: secureContext(tls) };
}

/** Made once for all connections: to read the public authorities takes milliseconds. */
function secureContext({ ca, cert, key, pfx, passphrase }: TlsOptions): SecureContext {
  try {
    return createSecureContext({
      minVersion,
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(pfx === undefined ? {} : { pfx: Buffer.from(pfx, 'base64') }),
      ...(passphrase === undefined ? {} : { passphrase }),
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new ConfigurationError('config.value', `The certificate or key of tls cannot be used${code}`, {
      remedy: 'Check tls.ca, tls.cert, tls.key, tls.pfx and tls.passphrase.',
    });
  }
}

/** RFC 9110 §11.7.2, by RFC 7617. */
function proxyCredentials({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
}

/** What of PROXY must never be seen. */
export function secretsOfProxy(proxy: URL | undefined): string[] {
  const token = proxy && proxyCredentials(proxy);
  return proxy === undefined || token === undefined
    ? []
    : [decodeURIComponent(proxy.password), token.replace(/^Basic /, '')].filter((secret) => secret !== '');
}
