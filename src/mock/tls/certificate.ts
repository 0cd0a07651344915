/** RFC 5280: certificates with ECDSA keys on P-256 (RFC 5480, RFC 5758), which every TLS client knows. */

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import * as der from './der.js';

/** Somebody with a key and a name. */
export interface Party {
  readonly name: string;
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer;
}

/** What a certificate is for. */
export type Usage =
  | { readonly kind: 'authority' }
  /** HOSTS: IP addresses, and names in ASCII. */
  | { readonly kind: 'server'; readonly hosts: readonly string[] }
  | { readonly kind: 'client' };

/** From when until when something holds. */
export interface Validity {
  readonly from: Date;
  readonly until: Date;
}

const ecdsaWithSha256 = der.sequence(der.objectIdentifier('1.2.840.10045.4.3.2'));
const commonName = der.objectIdentifier('2.5.4.3');

/** Somebody new called NAME, with a new key. */
export function newParty(name: string): Party {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { name, privateKey, publicKey: publicKey.export({ type: 'spki', format: 'der' }) };
}

/** The private key of PARTY in PEM. */
export function keyPem({ privateKey }: Party): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A certificate in PEM: ISSUER states that the key of SUBJECT is SUBJECT's. */
export function certify(subject: Party, issuer: Party, usage: Usage, { from, until }: Validity): string {
  const statement = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(newSerial()),
    ecdsaWithSha256,
    nameOf(issuer),
    der.sequence(der.time(from), der.time(until)),
    nameOf(subject),
    subject.publicKey,
    der.explicit(3, der.sequence(...extensions(subject, issuer, usage))),
  );
  const signature = sign('sha256', statement, issuer.privateKey);
  const whole = der.sequence(statement, ecdsaWithSha256, der.bits(signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${whole.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

/** RFC 5280 §4.1.2.2: unique, positive, at most 20 bytes. */
function newSerial(): Buffer {
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8() & 0x3f) | 0x40);
  return serial;
}

function nameOf({ name }: Party): Buffer {
  return der.sequence(der.set(der.sequence(commonName, der.utf8(name))));
}

/** RFC 5280 §4.2.1. */
function extensions(subject: Party, issuer: Party, usage: Usage): Buffer[] {
  const keyUsage = usage.kind === 'authority' ? der.bits(Buffer.from([0x06]), 1) : der.bits(Buffer.from([0x80]), 7);
  return [
    extension(
      '2.5.29.19',
      der.sequence(...(usage.kind === 'authority' ? [der.yes, der.integer(Buffer.from([0]))] : [])),
      true,
    ),
    extension('2.5.29.15', keyUsage, true),
    extension('2.5.29.14', der.octets(keyId(subject))),
    extension('2.5.29.35', der.sequence(der.implicit(0, keyId(issuer)))),
    ...(usage.kind === 'authority'
      ? []
      : [extension('2.5.29.37', der.sequence(der.objectIdentifier(purposes[usage.kind])))]),
    ...(usage.kind === 'server' ? [extension('2.5.29.17', der.sequence(...usage.hosts.map(hostName)))] : []),
  ];
}

/** RFC 5280 §4.2.1.12. */
const purposes = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

function extension(oid: string, value: Buffer, critical = false): Buffer {
  return der.sequence(der.objectIdentifier(oid), ...(critical ? [der.yes] : []), der.octets(value));
}

/** RFC 7093 §2 (1): the leftmost 160 bits of a SHA-256. */
function keyId({ publicKey }: Party): Buffer {
  return createHash('sha256').update(publicKey).digest().subarray(0, 20);
}

/** RFC 5280 §4.2.1.6. */
function hostName(host: string): Buffer {
  switch (isIP(host)) {
    case 4:
      return der.implicit(7, Buffer.from(host.split('.').map(Number)));
    case 6:
      return der.implicit(7, ipv6Bytes(host));
    default:
      return der.implicit(2, Buffer.from(host, 'latin1'));
  }
}

/** The URL parser writes an address in its one canonical form (RFC 5952). */
function ipv6Bytes(address: string): Buffer {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}
