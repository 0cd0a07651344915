/** HTTPS with certificates that the server makes itself, and clients that show theirs. */

import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.js';
import { type GeneratedCertificates, generateCertificates, writeCertificates } from '../../src/mock/tls/generate.js';
import { makeAuthority } from '../support/certificates.js';
import { bjensen, start, userUrn } from './helper.js';

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

/** GET of PATH below the URL of MOCK, as a client with TLS. */
function get(mock: Mock, path: string, tls: ConnectionOptions, headers: Record<string, string> = {}): Promise<Answer> {
  return send(mock.url + path, 'GET', undefined, tls, headers);
}

function send(
  url: string,
  method: string,
  body: string | undefined,
  tls: ConnectionOptions,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent: false, headers, ...tls }, (incoming) => {
      let text = '';
      incoming.on('data', (data) => {
        text += data;
      });
      incoming.on('error', reject);
      incoming.on('end', () => resolve({ status: incoming.statusCode, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function generatedOf({ certificates }: Mock): GeneratedCertificates {
  if (!certificates) throw new Error('The server has no certificates of its own');
  return certificates;
}

describe('generated certificates', () => {
  const hosts = ['scim.example.com', '*.example.org', 'fe80::1:2', '192.0.2.7', '::ffff:192.0.2.1', 'bücher.example'];
  const made = generateCertificates({ hosts, clientName: 'bjensen' });
  const authority = new X509Certificate(made.ca);
  const server = new X509Certificate(made.certificate);
  const client = new X509Certificate(made.clientCertificate);

  it('are signed by their authority, and have their keys', () => {
    expect(authority.ca).toBe(true);
    for (const leaf of [server, client]) {
      expect(leaf.ca).toBe(false);
      expect(leaf.verify(authority.publicKey)).toBe(true);
      expect(leaf.checkIssued(authority)).toBe(true);
    }
    expect(made.key).toContain('PRIVATE KEY');
    expect(client.subject).toBe('CN=bjensen');
    const authoritiesToo = generateCertificates();
    expect(new X509Certificate(authoritiesToo.certificate).verify(authority.publicKey)).toBe(false);
  });

  it.each(['localhost', 'scim.example.com', 'a.example.org', 'xn--bcher-kva.example'])('name the host %s', (host) => {
    expect(server.checkHost(host)).toBeDefined();
    expect(server.checkHost(`no-${host}.test`)).toBeUndefined();
  });

  it.each(['127.0.0.1', '::1', 'fe80::1:2', '192.0.2.7', '::ffff:192.0.2.1'])('name the address %s', (address) => {
    expect(server.checkIP(address)).toBeDefined();
    expect(server.checkIP('192.0.2.8')).toBeUndefined();
  });

  it('are valid now, and not for ever', () => {
    for (const certificate of [authority, server, client]) {
      expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
      expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
      expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBeLessThan(398 * 86_400_000);
    }
  });

  it('are strictly right for OpenSSL', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scim-mock-'));
    try {
      const { ca, clientCertificate, clientKey } = writeCertificates(made, folder);
      const verify = (purpose: string, file: string) =>
        execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', ca, '-purpose', purpose, file]).toString();
      writeFileSync(join(folder, 'server.pem'), made.certificate);
      expect(verify('sslserver', join(folder, 'server.pem'))).toContain(': OK');
      expect(verify('sslclient', clientCertificate)).toContain(': OK');
      expect(() => verify('sslserver', clientCertificate)).toThrow();
      expect(statSync(clientKey).mode & 0o777).toBe(0o600);
      expect(readFileSync(clientKey, 'utf8')).toBe(made.clientKey);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(['', 'a b', 'http://x', 'x:1'])('are not made for the host %j', (host) => {
    expect(() => generateCertificates({ hosts: [host] })).toThrow('is neither the name of a host nor an address');
  });

  it('are not made for a client whose name is too long', () => {
    expect(() => generateCertificates({ clientName: 'x'.repeat(65) })).toThrow('must have 1 to 64 characters, not 65');
  });
});

describe('HTTPS', () => {
  it('serves those who trust the authority, at each name of this machine', async () => {
    const { mock } = await start({ tls: 'generated', users: 1 });
    const { ca } = generatedOf(mock);
    expect(mock.url).toBe(`https://127.0.0.1:${mock.port}/scim/v2`);
    const { status, text } = await get(mock, '/Users', { ca });
    expect([status, JSON.parse(text).Resources[0].meta.location.startsWith(mock.url)]).toEqual([200, true]);
    const byName = mock.url.replace('127.0.0.1', 'localhost');
    const body = JSON.stringify(bjensen);
    const created = await send(`${byName}/Users`, 'POST', body, { ca }, { 'content-type': 'application/scim+json' });
    expect(created.status).toBe(201);
    await expect(get(mock, '/Users', {})).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    await expect(get(mock, '/Users', { ca, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow();
  });

  it('can be cut, before the head and within the body', async () => {
    for (const cutAfter of [-1, 0, 20]) {
      const faults = [{ effect: { cutAfter } }];
      const { mock } = await start({ tls: 'generated', faults });
      await expect(get(mock, '/Users', { ca: generatedOf(mock).ca })).rejects.toMatchObject({ code: 'ECONNRESET' });
    }
  });

  it('takes certificates from outside', async () => {
    const authority = makeAuthority('Outside');
    try {
      const { cert, key } = authority.issue('scim.test');
      const { mock } = await start({ tls: { certificate: cert, key }, tokens: ['secret'] });
      expect(mock.certificates).toBeUndefined();
      const authorization = 'Bearer secret';
      expect((await get(mock, '/Users', { ca: authority.ca }, { authorization })).status).toBe(200);
      expect((await get(mock, '/Users', { ca: authority.ca })).status).toBe(401);
    } finally {
      authority.remove();
    }
  });

  it('refuses certificates that cannot be, without their text and before the port is taken', async () => {
    const one = generateCertificates();
    const two = generateCertificates();
    const { port } = await start().then(({ mock }) => mock);
    const settings = [
      [{ certificate: 'MIIC', key: one.key }, 'certificate of the server'],
      [{ certificate: one.certificate, key: 'MIIC' }, 'key of the server'],
      [{ certificate: one.certificate, key: two.key }, 'the one that belongs to the certificate'],
      [{ certificate: one.certificate, key: one.key, clientCa: 'MIIC' }, 'clientCa'],
    ] as const;
    for (const [tls, message] of settings) {
      const error = await startMock({ tls, port }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(message) });
      expect(String(error)).not.toContain('MII');
    }
  });
});

describe('certificates of clients', () => {
  it('open the service; their name is who asks', async () => {
    const peer = await start({ tls: 'generated', auth: { scheme: 'mtls' } });
    const { mock } = peer;
    const { ca, clientCertificate, clientKey } = generatedOf(mock);
    const shown = { ca, cert: clientCertificate, key: clientKey };
    const user = JSON.stringify({ schemas: [userUrn], userName: 'client' });
    const type = { 'content-type': 'application/scim+json' };
    expect((await send(`${mock.url}/Users`, 'POST', user, shown, type)).status).toBe(201);
    const { status, text } = await get(mock, '/Me', shown);
    expect([status, JSON.parse(text).userName]).toEqual([200, 'client']);
    await expect(get(mock, '/Users', { ca })).rejects.toThrow();
    const stranger = generateCertificates();
    const unknown = { ca, cert: stranger.clientCertificate, key: stranger.clientKey };
    await expect(get(mock, '/Users', unknown)).rejects.toThrow();
    const { tokens } = mock.provider.auth;
    expect(tokens.list()).toEqual([{ name: 'client', state: 'valid' }]);
    expect(tokens.revoke('client')).toBe(true);
    const refused = await get(mock, '/Users', shown);
    expect([refused.status, JSON.parse(refused.text).detail]).toEqual([
      401,
      'The certificate of "client" has been revoked.',
    ]);
    tokens.allow({ name: 'client', value: '' });
    expect((await get(mock, '/Users', shown)).status).toBe(200);
  });

  it('may be asked for beside a token', async () => {
    const { ca, certificate, key, clientCertificate, clientKey } = generateCertificates();
    const { mock } = await start({ tls: { certificate, key, clientCa: ca }, tokens: ['secret'] });
    const shown = { ca, cert: clientCertificate, key: clientKey };
    expect((await get(mock, '/Users', shown)).status).toBe(401);
    expect((await get(mock, '/Users', shown, { authorization: 'Bearer secret' })).status).toBe(200);
    await expect(get(mock, '/Users', { ca }, { authorization: 'Bearer secret' })).rejects.toThrow();
  });

  it('prove a client of the token endpoint (RFC 8705)', async () => {
    const { ca, certificate, key, ...client } = generateCertificates({ clientName: 'app' });
    const clients = [{ id: 'app' }, { id: 'other' }];
    const { mock } = await start({
      tls: { certificate, key, clientCa: ca },
      auth: { scheme: 'oauth2', clients, tokenPath: '/token', tokenLifetime: 60, scopes: [] },
    });
    const shown = { ca, cert: client.clientCertificate, key: client.clientKey };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const ask = (id: string) =>
      send(new URL('/token', mock.url).href, 'POST', `grant_type=client_credentials&client_id=${id}`, shown, form);
    const { status, text } = await ask('app');
    expect(status).toBe(200);
    const authorization = `Bearer ${JSON.parse(text).access_token}`;
    expect((await get(mock, '/Users', shown, { authorization })).status).toBe(200);
    expect((await ask('other')).status).toBe(401);
  });

  it('cannot be the scheme of a server that does not ask for them', async () => {
    const { certificate, key } = generateCertificates();
    for (const tls of [undefined, { certificate, key }]) {
      const error = await startMock({ tls, auth: { scheme: 'mtls' } }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('clientCa') });
    }
    const { mock } = await start({ tokens: [] });
    expect(() => mock.replace({ auth: { scheme: 'mtls' } })).toThrow('clientCa');
  });
});
