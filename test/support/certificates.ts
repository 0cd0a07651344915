/** Certificates made for one test run. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** Its own certificate, PEM. */
  readonly ca: string;
  /** A certificate for NAME that is valid from today for DAYS (negative: it has expired). */
  issue(name: string, options?: { names?: string; days?: number }): Issued;
  /** The same as PKCS #12. */
  pfx(issued: Issued, passphrase: string): Buffer;
  /** KEY encrypted with PASSPHRASE. */
  encrypted(key: string, passphrase: string): string;
  remove(): void;
}

/** An authority called NAME that nobody trusts unless told to. */
export function makeAuthority(name: string): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'scim-ca-'));
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const key = (file: string): void => openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file);
  key('ca.key');
  openssl('req', '-x509', '-new', '-key', 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', `/CN=${name}/O=Tests`);
  let serial = 0;
  return {
    ca: read('ca.pem'),
    issue(subject, { names = 'DNS:localhost,IP:127.0.0.1', days = 30 } = {}) {
      serial += 1;
      const file = `c${serial}`;
      key(`${file}.key`);
      openssl('req', '-new', '-key', `${file}.key`, '-subj', `/CN=${subject}`, '-out', `${file}.csr`);
      writeFileSync(join(folder, `${file}.ext`), `subjectAltName=${names}\n`);
      openssl(
        ...['x509', '-req', '-in', `${file}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', String(serial)],
        ...['-days', String(days), '-extfile', `${file}.ext`, '-out', `${file}.pem`],
      );
      return { cert: read(`${file}.pem`), key: read(`${file}.key`) };
    },
    pfx({ cert, key: own }, passphrase) {
      writeFileSync(join(folder, 'p.pem'), cert + own);
      openssl('pkcs12', '-export', '-in', 'p.pem', '-out', 'p.p12', '-passout', `pass:${passphrase}`);
      return readFileSync(join(folder, 'p.p12'));
    },
    encrypted(own, passphrase) {
      writeFileSync(join(folder, 'e.key'), own);
      openssl('pkcs8', '-topk8', '-in', 'e.key', '-out', 'e.enc', '-passout', `pass:${passphrase}`);
      return read('e.enc');
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
