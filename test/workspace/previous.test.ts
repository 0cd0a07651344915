/** The previous credential of each scheme, as `scim.yaml` says it. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/scim/error.js';
import { type TenantSettings, Workspace } from '../../src/workspace/workspace.js';
import { type Authority, type Issued, makeAuthority } from '../support/certificates.js';

const environment = { NEW: 'new-secret-1', OLD: 'old-secret-0', SPACE: 'old secret\n0' };

let root: string;
let authority: Authority;
let fresh: Issued;
let old: Issued;

beforeAll(() => {
  authority = makeAuthority('Private Authority');
  fresh = authority.issue('client-new');
  old = authority.issue('client-old');
});

afterAll(() => authority.remove());

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scim-previous-'));
  const files = { 'new.pem': fresh.cert, 'new.key': fresh.key, 'old.pem': old.cert, 'old.key': old.key };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
});

afterEach(() => rmSync(root, { recursive: true }));

async function settings(lines: string): Promise<TenantSettings> {
  const text = `tenants:\n  t:\n    baseUrl: https://scim.example.com/v2\n    ${lines.replaceAll('\n', '\n    ')}\n`;
  writeFileSync(join(root, 'scim.yaml'), text);
  return (await Workspace.load(root, environment)).resolve('t');
}

async function complaint(lines: string): Promise<string> {
  return settings(lines).then(
    () => Promise.reject(new Error('nothing was refused')),
    (error: unknown) => (error instanceof ConfigurationError ? error.message : Promise.reject(error)),
  );
}

const oauth2 = 'scheme: oauth2, tokenUrl: "https://l.example/t", clientId: c';
const tls = 'tls: { cert: file:new.pem, key: file:new.key';

describe('a previous credential', () => {
  it.each([
    [
      '{ scheme: basic, username: me, password: env:NEW, previousPassword: env:OLD }',
      { previousPassword: 'old-secret-0' },
    ],
    ['{ scheme: apiKey, header: X-Key, value: env:NEW, previousValue: env:OLD }', { previousValue: 'old-secret-0' }],
    [
      `{ ${oauth2}, clientSecret: env:NEW, previousClientSecret: env:OLD }`,
      { previousClient: { method: 'client_secret_basic', secret: 'old-secret-0' } },
    ],
    [
      `{ ${oauth2}, method: client_secret_post, clientSecret: env:NEW, previousClientSecret: env:OLD }`,
      { previousClient: { method: 'client_secret_post', secret: 'old-secret-0' } },
    ],
  ])('%s', async (yaml, previous) => {
    expect((await settings(`auth: ${yaml}`)).auth).toMatchObject(previous);
  });

  it.each([
    ['{ scheme: basic, username: me, password: env:NEW, previousPassword: env:NEW }', 'previousPassword'],
    ['{ scheme: apiKey, header: X-Key, value: env:NEW, previousValue: env:NEW }', 'previousValue'],
    [`{ ${oauth2}, clientSecret: env:NEW, previousClientSecret: env:NEW }`, 'previousClient'],
  ])('is none when it is the current one: %s', async (yaml, key) => {
    expect((await settings(`auth: ${yaml}`)).auth).not.toHaveProperty(key);
  });

  it.each([
    [
      '{ scheme: basic, username: me, password: env:NEW, previousPassword: env:NONE }',
      'variable NONE (auth.previousPassword',
    ],
    [
      '{ scheme: apiKey, header: X-Key, value: env:NEW, previousValue: env:SPACE }',
      'variable SPACE (auth.previousValue',
    ],
    [
      `{ ${oauth2}, clientSecret: env:NEW, previousClientSecret: env:SPACE }`,
      'variable SPACE (auth.previousClientSecret',
    ],
    [`{ ${oauth2}, clientSecret: env:NEW, previousPrivateKey: env:OLD }`, 'variable OLD (auth.previousPrivateKey'],
  ])('is checked like the current one: %s', async (yaml, told) => {
    const message = await complaint(`auth: ${yaml}`);
    expect(message).toContain(told);
    expect(message).not.toMatch(/secret-\d|old secret/);
  });

  it('may be a private key with its own identifier, after which a secret comes', async () => {
    const previous = 'previousPrivateKey: file:old.key, previousKeyId: k-0';
    const { auth } = await settings(`auth: { ${oauth2}, clientSecret: env:NEW, ${previous} }`);
    const previousClient = {
      method: 'private_key_jwt',
      privateKey: old.key.trimEnd(),
      keyId: 'k-0',
      algorithm: 'ES256',
    };
    expect(auth).toMatchObject({ client: { method: 'client_secret_basic' }, previousClient });
  });
});

describe('a previous client certificate', () => {
  it('stands beside the current one', async () => {
    const found = await settings(
      `auth: { scheme: mtls }\n${tls}, previousCert: file:old.pem, previousKey: file:old.key }`,
    );
    expect(found.tls).toMatchObject({ cert: fresh.cert.trimEnd(), previousCert: old.cert.trimEnd() });
  });

  it('is none when it is the current one', async () => {
    const found = await settings(
      `auth: { scheme: mtls }\n${tls}, previousCert: file:new.pem, previousKey: file:new.key }`,
    );
    expect(found.tls).not.toHaveProperty('previousCert');
  });

  it.each([
    [`${tls}, previousCert: file:old.pem }`, 'tls.previousCert has no tls.previousKey beside it'],
    [`${tls}, previousKey: file:old.key }`, 'tls.previousKey has no tls.previousCert beside it'],
    [`${tls}, previousCert: file:old.pem, previousKey: file:new.key }`, 'does not belong to tls.previousCert'],
    ['tls: { previousCert: file:old.pem, previousKey: file:old.key }', 'without a certificate that follows it'],
  ])('is checked: %s', async (lines, told) => {
    expect((await complaint(`auth: { scheme: none }\n${lines}`)).replace(/ \([^)]*\)/g, '')).toContain(told);
  });
});
