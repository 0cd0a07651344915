/** Certificates for a mock server that nobody trusts unless told to: an authority of its own, a server, a client. */

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { domainToASCII } from 'node:url';
import { UsageError } from '../../scim/error.js';
import { certify, keyPem, newParty } from './certificate.js';

/** All in PEM. */
export interface GeneratedCertificates {
  /** The authority that has signed the two others. Its key is thrown away. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** Whom certificates are for. */
export interface CertificateOptions {
  /** Names and addresses of the server, beside those of this machine itself. */
  readonly hosts?: readonly string[] | undefined;
  /** Common name of the client: the user that it is at `/Me`. */
  readonly clientName?: string | undefined;
}

const ownHosts = ['localhost', '127.0.0.1', '::1'];

const dayMs = 86_400_000;

/** Longest life of a server's certificate that clients of all makers take. */
const lifetimeDays = 397;

/**
 * New certificates. They differ each time, whatever the seed: keys that could be foreseen would be none.
 * @throws UsageError for a host or a client that no certificate can name
 */
export function generateCertificates({
  hosts = [],
  clientName = 'client',
}: CertificateOptions = {}): GeneratedCertificates {
  const named = [...new Set([...ownHosts, ...hosts.map(checkedHost)])];
  // The real time, as clients compare with theirs. A day back, for clocks that are behind.
  const from = new Date(Date.now() - dayMs);
  const validity = { from, until: new Date(from.getTime() + lifetimeDays * dayMs) };
  const authority = newParty('SCIM mock server authority');
  const server = newParty('SCIM mock server');
  const client = newParty(checkedName(clientName));
  return {
    ca: certify(authority, authority, { kind: 'authority' }, validity),
    certificate: certify(server, authority, { kind: 'server', hosts: named }, validity),
    key: keyPem(server),
    clientCertificate: certify(client, authority, { kind: 'client' }, validity),
    clientKey: keyPem(client),
  };
}

/** RFC 5280 appendix A.1: ub-common-name. */
function checkedName(name: string): string {
  if (name !== '' && [...name].length <= 64) return name;
  throw new UsageError(`The name of a client certificate must have 1 to 64 characters, not ${[...name].length}`);
}

function checkedHost(host: string): string {
  if (isIP(host) !== 0) return host;
  const ascii = domainToASCII(host);
  if (/^(\*\.)?[\w-]+(\.[\w-]+)*$/.test(ascii)) return ascii;
  throw new UsageError(
    `${JSON.stringify(host)} is neither the name of a host nor an address; use one like scim.example.com`,
  );
}

/** The files that a client needs. */
export interface CertificateFiles {
  readonly ca: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** Writes what a client needs into FOLDER, the key readable by this user alone. Returns the paths. */
export function writeCertificates(certificates: GeneratedCertificates, folder: string): CertificateFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string, mode: number): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode });
    chmodSync(path, mode);
    return path;
  };
  return {
    ca: write('ca.pem', certificates.ca, 0o644),
    clientCertificate: write('client.pem', certificates.clientCertificate, 0o644),
    clientKey: write('client-key.pem', certificates.clientKey, 0o600),
  };
}
