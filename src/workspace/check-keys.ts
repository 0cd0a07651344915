/** What certificates and keys must look like. No result of these functions holds the value that was checked. */

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Complaint } from './check.js';

/** RFC 7518 §3.3, §3.4. */
type Algorithm = 'RS256' | 'PS256' | 'ES256';

const pem = 'give a PEM file: file:PATH';

/** Is VALUE one or more certificates in PEM? */
export function checkCertificates(value: string): Complaint | undefined {
  const blocks = certificateBlocks(value);
  if (blocks.length === 0) return { problem: 'holds no PEM certificate', remedy: pem };
  const broken = blocks.findIndex((block) => parseCertificate(block) === undefined);
  return broken < 0
    ? undefined
    : { problem: `holds a certificate that cannot be read (number ${broken + 1})`, remedy: pem };
}

/** The day on which the first certificate of VALUE expired before NOW. */
export function expiredOn(value: string, now: Date): string | undefined {
  const [first] = certificateBlocks(value);
  const until = first === undefined ? undefined : parseCertificate(first)?.validTo;
  const time = until === undefined ? Number.NaN : Date.parse(until);
  return time < now.getTime() ? new Date(time).toISOString().slice(0, 10) : undefined;
}

/** Is VALUE a private key in PEM that PASSPHRASE opens? */
export function checkPrivateKey(value: string, passphrase: string | undefined): Complaint | undefined {
  return parseKey(value, passphrase) === undefined ? keyComplaint(value, passphrase) : undefined;
}

/** Does the private KEY belong to the first certificate of CERT? Both have been checked. */
export function belongTogether(cert: string, key: string, passphrase: string | undefined): boolean {
  const [first] = certificateBlocks(cert);
  const certificate = first === undefined ? undefined : parseCertificate(first);
  const privateKey = parseKey(key, passphrase);
  return certificate !== undefined && privateKey !== undefined && certificate.checkPrivateKey(privateKey);
}

/** Is VALUE, in Base64, a PKCS #12 file that PASSPHRASE opens? */
export function checkPfx(value: string, passphrase: string | undefined): Complaint | undefined {
  try {
    const pfx = Buffer.from(value, 'base64');
    createSecureContext({ pfx, ...(passphrase === undefined ? {} : { passphrase }) });
    return undefined;
  } catch {
    return {
      problem: 'is not a PKCS #12 file that tls.passphrase opens',
      remedy:
        'check tls.passphrase; a file with an outdated cipher is converted by openssl pkcs12 -legacy to PEM and given as tls.cert and tls.key',
    };
  }
}

/** The algorithm that fits the PEM key VALUE, when WANTED fits or is not said; else what is wrong. */
export function signingAlgorithm(value: string, wanted: Algorithm | undefined): Algorithm | Complaint {
  const key = parseKey(value, undefined);
  if (key === undefined) return unreadable(value) ?? encryptedSigningKey;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return fitting('ES256', wanted, ['ES256']);
  if (type !== 'rsa') {
    return { problem: 'is neither an RSA nor a P-256 key', remedy: 'make a key of 2048 bits RSA or of curve P-256' };
  }
  if ((details?.modulusLength ?? 0) < 2048) {
    return { problem: 'is an RSA key of less than 2048 bits (RFC 7518 §3.3)', remedy: 'make a key of 2048 bits' };
  }
  return fitting('RS256', wanted, ['RS256', 'PS256']);
}

function fitting(
  usual: Algorithm,
  wanted: Algorithm | undefined,
  possible: readonly Algorithm[],
): Algorithm | Complaint {
  const chosen = wanted ?? usual;
  if (possible.includes(chosen)) return chosen;
  return { problem: `does not fit auth.algorithm ${chosen}`, remedy: `use ${possible.join(' or ')}, or another key` };
}

/** There is no setting for the passphrase of a key that signs assertions: that of `tls` opens another key. */
const encryptedSigningKey: Complaint = {
  problem: 'holds an encrypted private key',
  remedy: 'give a key that is not encrypted, in a file that you alone can read (mode 0600)',
};

/** What is wrong with VALUE as a key, unless it is only encrypted. */
function unreadable(value: string): Complaint | undefined {
  if (!value.includes('PRIVATE KEY-----')) return { problem: 'holds no PEM private key', remedy: pem };
  if (!value.includes('ENCRYPTED')) return { problem: 'holds a private key that cannot be read', remedy: pem };
  return undefined;
}

function keyComplaint(value: string, passphrase: string | undefined): Complaint {
  const wrong = unreadable(value);
  if (wrong !== undefined) return wrong;
  return passphrase === undefined
    ? { problem: 'holds an encrypted private key', remedy: 'give tls.passphrase, or a key that is not encrypted' }
    : { problem: 'holds a private key that tls.passphrase does not open', remedy: 'correct tls.passphrase' };
}

function certificateBlocks(value: string): string[] {
  return value.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
}

function parseCertificate(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

function parseKey(value: string, passphrase: string | undefined): KeyObject | undefined {
  try {
    return createPrivateKey({ key: value, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    return undefined;
  }
}
