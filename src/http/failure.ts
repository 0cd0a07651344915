/** What went wrong on the way to the server and back, said so that a person can act on it. */

import type { Redactor } from '../redact/redact.js';
import { CancelledError, NetworkError, type ScimError, UsageError } from '../scim/error.js';

/** How far a request had come: no byte was sent, no byte came back, or the answer had begun. */
export type Phase = 'connecting' | 'waiting' | 'reading';

/** The circumstances of a failure. */
export interface Circumstances {
  /** Host and port, e.g. `example.com:443`. */
  readonly peer: string;
  /** Host and port of the proxy on the way. */
  readonly proxy?: string | undefined;
  readonly phase: Phase;
  /** What was asked, redacted. */
  readonly asked: string;
  /** Bytes of the answer's body that came. */
  readonly bytes: number;
  /** `Content-Length` of the answer. */
  readonly expectedBytes: number | undefined;
  readonly redactor: Redactor;
}

/** Node and undici report many things under one roof; `code` tells them apart, at any depth. */
interface Reason {
  readonly code: string;
  readonly message: string;
}

type Rule = readonly [
  codes: RegExp,
  code: ConstructorParameters<typeof NetworkError>[0],
  message: (peer: string) => string,
  remedy: string,
  outcome?: 'notSent',
];

const dns = 'Check the host name in the base URL, the network and the VPN.';
const reach = 'Check host and port of the base URL, the network and the VPN.';
const trust =
  'If the certificate is issued by a private authority, give its certificate: tls: { ca: file:PATH } in scim.yaml, or set NODE_EXTRA_CA_CERTS and restart.';
const clientCertificate =
  'Give the certificate that the service was told about: tls: { cert: file:PATH, key: file:PATH } in scim.yaml, or pfx and passphrase.';

const rules: readonly Rule[] = [
  [/^(ENOTFOUND|EAI_|ENODATA)/, 'network.dns', (peer) => `The name of ${peer} cannot be resolved`, dns, 'notSent'],
  [
    /^ECONNREFUSED$/,
    'network.refused',
    (peer) => `${peer} refuses the connection`,
    'Check that the server runs, and host and port of the base URL.',
    'notSent',
  ],
  [
    /^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/,
    'network.timeout',
    (peer) => `${peer} does not accept a connection in time`,
    reach,
  ],
  [
    /^UND_ERR_HEADERS_TIMEOUT$/,
    'network.timeout',
    (peer) => `${peer} does not begin its answer within limits.headersTimeout`,
    'Raise the limit, or look at the server.',
  ],
  [
    /^(EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    'network.other',
    (peer) => `${peer} cannot be reached`,
    reach,
    'notSent',
  ],
  [
    /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/,
    'network.tls',
    (peer) => `${peer} does not answer the TLS handshake as a TLS server`,
    'Check the port, and whether the base URL must begin with http: instead of https:.',
    'notSent',
  ],
  [
    /^(ERR_TLS_CERT_ALTNAME_INVALID)$/,
    'network.tls',
    (peer) => `The certificate of ${peer} is for another host`,
    'Use the host name that the certificate is issued for.',
    'notSent',
  ],
  [
    /^CERT_HAS_EXPIRED$/,
    'network.tls',
    (peer) => `The certificate of ${peer} has expired`,
    'Have the server renew it, and check the clock of this machine.',
    'notSent',
  ],
  [
    /^CERT_NOT_YET_VALID$/,
    'network.tls',
    (peer) => `The certificate of ${peer} is not valid yet`,
    'Check the clock of this machine.',
    'notSent',
  ],
  [
    /^ERR_SSL_.*(PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|INAPPROPRIATE_FALLBACK)/,
    'network.tls',
    (peer) => `${peer} does not offer TLS 1.2 or newer`,
    'Have the server offer TLS 1.2 or 1.3: older versions are broken.',
    'notSent',
  ],
  [
    /^ERR_SSL_.*ALERT_(CERTIFICATE_REQUIRED|NO_CERTIFICATE)/,
    'network.tls',
    (peer) => `${peer} demands a client certificate`,
    clientCertificate,
    'notSent',
  ],
  [
    /^ERR_SSL_.*ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|ACCESS_DENIED)/,
    'network.tls',
    (peer) => `${peer} refuses the client certificate`,
    clientCertificate,
    'notSent',
  ],
  [
    /^ERR_SSL_.*(ALERT_HANDSHAKE_FAILURE|ALERT_INSUFFICIENT_SECURITY)/,
    'network.tls',
    (peer) => `${peer} breaks off the TLS handshake`,
    `It may demand a client certificate. ${clientCertificate}`,
    'notSent',
  ],
  [
    /^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|CRL_|HOSTNAME_MISMATCH|INVALID_CA)/,
    'network.tls',
    (peer) => `The certificate of ${peer} is not trusted`,
    trust,
    'notSent',
  ],
  [
    /^(HPE_(?!INVALID_EOF)|not HTTP|UND_ERR_HEADERS_OVERFLOW)/,
    'network.other',
    (peer) => `What ${peer} sends is not an HTTP answer`,
    'Check the port, and whether the base URL must begin with https: instead of http:.',
  ],
];

/**
 * The error to raise for ERROR, which Node or undici threw under CIRCUMSTANCES. Its message names host and port, its
 * `outcome` says whether the server may have acted; its cause holds nothing but code and redacted message, because the
 * originals drag headers and received bytes along.
 */
export function failureOf(error: unknown, circumstances: Circumstances): ScimError {
  const reason = reasonOf(error);
  const { peer, asked, redactor } = circumstances;
  const cause = new Error(redactor.text(`${reason.code}: ${reason.message}`));
  cause.stack = cause.message;
  if (/^UND_ERR_(DESTROYED|CLOSED)$/.test(reason.code)) {
    return new CancelledError('The session with the server was closed', { asked });
  }
  if (reason.code === 'UND_ERR_INVALID_ARG') {
    return new UsageError('The path or a header holds a character that HTTP does not allow', { asked, cause });
  }
  const refusal = /^Proxy response \((\d+)\)/.exec(reason.message)?.[1];
  if (refusal !== undefined) return proxyRefusal(refusal, circumstances, cause);
  const rule = rules.find(([codes]) => codes.test(reason.code));
  if (rule === undefined) return brokenConnection(reason, circumstances, cause);
  const [, code, message, remedy, outcome] = rule;
  const sent = outcome ?? (circumstances.phase === 'connecting' ? 'notSent' : 'unknown');
  const text = message(code === 'network.tls' ? peer : nextOf(circumstances));
  return new NetworkError(code, `${text.replace(/^the /, 'The ')} (${reason.code})`, sent, { asked, remedy, cause });
}

/** Is ERROR about a certificate of the server that could not be verified? */
export function isCertificateProblem(error: unknown): boolean {
  return /^(ERR_TLS_CERT|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|CRL_|HOSTNAME_MISMATCH|INVALID_CA)/.test(
    reasonOf(error).code,
  );
}

/** Did the server, by what it said in the TLS handshake, refuse the certificate of the client, or its absence? */
export function refusesClientCertificate(error: unknown): boolean {
  if (!(error instanceof NetworkError) || error.code !== 'network.tls' || !(error.cause instanceof Error)) return false;
  return /^ERR_SSL_.*ALERT_(CERTIFICATE_|NO_CERTIFICATE|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/.test(
    error.cause.message,
  );
}

/** Whom a connection is made to. */
function nextOf({ peer, proxy, phase }: Circumstances): string {
  return proxy !== undefined && phase === 'connecting' ? `the proxy ${proxy}` : peer;
}

/** RFC 9110 §9.3.6: the proxy answered CONNECT with an error STATUS. */
function proxyRefusal(status: string, { peer, proxy, asked }: Circumstances, cause: Error): NetworkError {
  const wantsCredentials = status === '407';
  const what = wantsCredentials
    ? `The proxy ${proxy} demands credentials, or refuses those that it got`
    : `The proxy ${proxy} does not connect to ${peer}`;
  const remedy = wantsCredentials
    ? 'Give user and password in the URL of the proxy: proxy: env:NAME in scim.yaml, with http://user:password@host:port in the variable.'
    : 'Check host and port of the base URL, what the proxy permits, and whether the host belongs into NO_PROXY.';
  // What it forbids, it will forbid again; what it cannot reach, it may reach in a moment.
  const code = status.startsWith('4') ? 'network.proxy' : 'network.other';
  return new NetworkError(code, `${what} (${status})`, 'notSent', { asked, remedy, cause });
}

/** The answer did not come within LIMITMS. */
export function timeoutOf(limitMs: number, circumstances: Circumstances): NetworkError {
  const { peer, phase, bytes, asked } = circumstances;
  const limit = seconds(limitMs);
  const what = {
    connecting: `No connection to ${peer} within ${limit}`,
    waiting: `No answer from ${peer} within ${limit}`,
    reading: `The answer of ${peer} did not end within ${limit}; ${bytes} bytes of it came`,
  }[phase];
  const remedy = phase === 'connecting' ? reach : 'Raise the timeout, ask for a smaller page, or look at the server.';
  return new NetworkError('network.timeout', what, phase === 'connecting' ? 'notSent' : 'unknown', { asked, remedy });
}

function brokenConnection(reason: Reason, circumstances: Circumstances, cause: Error): NetworkError {
  const { peer, phase, bytes, expectedBytes, asked } = circumstances;
  const isReset = /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|HPE_INVALID_EOF)/.test(reason.code);
  if (phase === 'connecting') {
    const message = `${peer} breaks off while the connection is made (${reason.code})`;
    return new NetworkError(isReset ? 'network.reset' : 'network.other', message, 'notSent', {
      asked,
      remedy: reach,
      cause,
    });
  }
  const expected = expectedBytes === undefined ? '' : ` of ${expectedBytes}`;
  const message =
    phase === 'waiting'
      ? `${peer} closed the connection without an answer`
      : `${peer} broke off in the middle of its answer, after ${bytes}${expected} bytes`;
  return new NetworkError(isReset || phase === 'reading' ? 'network.reset' : 'network.other', message, 'unknown', {
    asked,
    remedy: 'The server may have done what was asked: look before repeating a request that writes.',
    cause,
  });
}

function reasonOf(error: unknown): Reason {
  const errors = flatten(error, 0);
  const found = errors.find((candidate) => codeOf(candidate) !== undefined) ?? errors[0];
  return { code: codeOf(found) ?? 'unknown', message: found instanceof Error ? found.message : 'unknown failure' };
}

/** ERROR, what it aggregates and what caused it; the innermost first, because that is the reason. */
function flatten(error: unknown, depth: number): unknown[] {
  if (!(error instanceof Error) || depth > 4) return [error];
  const inner = [...(error instanceof AggregateError ? error.errors : []), error.cause].filter((e) => e !== undefined);
  return [...inner.flatMap((e) => flatten(e, depth + 1)), error];
}

/** The code of ERROR; undici's parser errors have none, and their name must do. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'HTTPParserError' ? 'not HTTP/1.1' : undefined;
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
