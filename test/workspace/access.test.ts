import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/scim/error.js';
import { type TenantSettings, Workspace } from '../../src/workspace/workspace.js';
import { type Authority, type Issued, makeAuthority } from '../support/certificates.js';

let root: string;
let authority: Authority;
let client: Issued;
let other: Issued;

beforeAll(() => {
  authority = makeAuthority('Private Authority');
  client = authority.issue('client-7');
  other = authority.issue('client-8', { days: -1 });
});

afterAll(() => authority.remove());

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scim-access-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function files(contents: Record<string, string | Buffer>): Promise<void> {
  for (const [name, content] of Object.entries(contents)) await writeFile(join(root, name), content);
}

/** The settings of a tenant with LINES in `scim.yaml`. */
async function settings(lines: string, environment: NodeJS.ProcessEnv = {}): Promise<TenantSettings> {
  const yaml = `tenants:\n  t:\n    baseUrl: https://scim.example.com/v2\n    ${lines.trim().replaceAll('\n', '\n    ')}\n`;
  await writeFile(join(root, 'scim.yaml'), yaml);
  return (await Workspace.load(root, environment)).resolve('t');
}

async function failure(lines: string, environment: NodeJS.ProcessEnv = {}): Promise<ConfigurationError> {
  try {
    await settings(lines, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function keyOf(kind: 'rsa' | 'small' | 'p256' | 'p384' | 'ed25519'): string {
  const pair = {
    rsa: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    small: () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
    p256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    p384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    ed25519: () => generateKeyPairSync('ed25519'),
  }[kind]();
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

describe('auth', () => {
  const environment = { TOK: 'tok-1', OLD: 'tok-0', ID: 'client', SECRET: 's3 cr€t', USER_NAME: 'me', EMPTY: '' };

  it.each<[string, TenantSettings['auth']]>([
    ['{ scheme: bearer, token: env:TOK }', { scheme: 'bearer', token: 'tok-1' }],
    [
      '{ scheme: bearer, token: env:TOK, previousToken: env:OLD }',
      { scheme: 'bearer', token: 'tok-1', previousToken: 'tok-0' },
    ],
    ['{ scheme: bearer, token: env:TOK, previousToken: env:TOK }', { scheme: 'bearer', token: 'tok-1' }],
    [
      '{ scheme: basic, username: env:USER_NAME, password: env:SECRET }',
      { scheme: 'basic', username: 'me', password: 's3 cr€t' },
    ],
    [
      '{ scheme: apiKey, header: X-Api-Key, value: env:TOK }',
      { scheme: 'apiKey', header: 'X-Api-Key', value: 'tok-1' },
    ],
    ['{ scheme: none }', { scheme: 'none' }],
    [
      '{ scheme: oauth2, tokenUrl: "https://login.example/token?x=1", clientId: env:ID, clientSecret: env:SECRET, scope: a b, audience: api }',
      {
        scheme: 'oauth2',
        tokenUrl: new URL('https://login.example/token?x=1'),
        clientId: 'client',
        client: { method: 'client_secret_basic', secret: 's3 cr€t' },
        scope: 'a b',
        audience: 'api',
      },
    ],
    [
      '{ scheme: oauth2, tokenUrl: "https://l.example/t", clientId: c, clientSecret: env:SECRET, method: client_secret_post }',
      {
        scheme: 'oauth2',
        tokenUrl: new URL('https://l.example/t'),
        clientId: 'c',
        client: { method: 'client_secret_post', secret: 's3 cr€t' },
      },
    ],
  ])('%s', async (yaml, auth) => {
    const found = await settings(`auth: ${yaml}`, environment);
    expect(found.auth).toEqual(auth);
    expect(found.warnings).toEqual([]);
  });

  it.each([
    ['rsa', '', 'RS256'],
    ['rsa', ', algorithm: PS256', 'PS256'],
    ['p256', '', 'ES256'],
  ] as const)('signs with a key of %s%s by %s', async (kind, algorithm, expected) => {
    await files({ 'k.pem': keyOf(kind) });
    const { auth } = await settings(
      `auth: { scheme: oauth2, tokenUrl: "https://l.example/t", clientId: c, privateKey: file:k.pem, keyId: k1${algorithm} }`,
    );
    expect(auth).toMatchObject({ client: { method: 'private_key_jwt', algorithm: expected, keyId: 'k1' } });
  });

  it.each([
    ['small', '', 'less than 2048 bits'],
    ['p384', '', 'neither an RSA nor a P-256 key'],
    ['ed25519', '', 'neither an RSA nor a P-256 key'],
    ['p256', ', algorithm: RS256', 'does not fit auth.algorithm RS256'],
    ['rsa', ', algorithm: ES256', 'does not fit auth.algorithm ES256'],
  ] as const)('refuses a key of %s%s: %s', async (kind, algorithm, problem) => {
    await files({ 'k.pem': keyOf(kind) });
    const error = await failure(
      `auth: { scheme: oauth2, tokenUrl: "https://l.example/t", clientId: c, privateKey: file:k.pem${algorithm} }`,
    );
    expect(error.message).toContain('tenant t: file k.pem (auth.privateKey, scim.yaml:4) ');
    expect(error.message).toContain(problem);
  });

  it('collects everything that is wrong in one message that names variable, tenant and place, and no value', async () => {
    const error = await failure(
      `
auth:
  scheme: oauth2
  tokenUrl: env:TOKEN_URL
  clientId: env:NO_ID
  clientSecret: env:EMPTY
  scope: env:NO_SCOPE
tls: { ca: env:TOK, cert: file:no.pem }
proxy: env:BAD_PROXY`,
      { ...environment, TOKEN_URL: 'https://me:hidden@l.example/t', BAD_PROXY: 'socks5://me:hidden@p' },
    );
    for (const part of [
      'tenant t: variable TOKEN_URL (auth.tokenUrl, scim.yaml:6) holds a user name or password',
      'tenant t: variable NO_ID (auth.clientId, scim.yaml:7) is not set',
      'tenant t: variable EMPTY (auth.clientSecret, scim.yaml:8) is set but empty',
      'tenant t: variable NO_SCOPE (auth.scope, scim.yaml:9) is not set',
      'tenant t: variable TOK (tls.ca, scim.yaml:10) holds no PEM certificate',
      'tenant t: file no.pem (tls.cert, scim.yaml:10) does not exist',
      'tenant t: tls.cert (scim.yaml:10) has no tls.key beside it',
      'tenant t: variable BAD_PROXY (proxy, scim.yaml:11) is not an http or https proxy',
    ]) {
      expect(error.message.split('\n')).toContain(part);
    }
    expect(error.remedy).toContain('export NO_ID=');
    expect(`${error.message}${error.remedy}`).not.toMatch(/hidden|tok-1/);
  });

  it.each([
    ['{ scheme: basic, username: "a:b", password: env:TOK }', 'contains a colon'],
    ['{ scheme: basic, username: me, password: env:LINES }', 'control character'],
    ['{ scheme: apiKey, header: "X Key:", value: env:TOK }', 'is not a name that a header can have'],
    ['{ scheme: apiKey, header: X-Key, value: env:LINES }', 'white space|no header has'],
    ['{ scheme: bearer, token: env:TOK, previousToken: env:LINES }', 'contains white space'],
    ['{ scheme: mtls }', 'needs a client certificate'],
    [
      '{ scheme: oauth2, tokenUrl: "https://l.example/t", clientId: c, method: tls_client_auth }',
      'needs a client certificate',
    ],
    ['{ scheme: oauth2, tokenUrl: "https://l.example/t", clientId: c }', 'auth.clientSecret .* is missing'],
    ['{ scheme: oauth2, tokenUrl: "https://l.example/t#x", clientId: c, clientSecret: env:TOK }', 'a fragment'],
    ['{ scheme: oauth2, tokenUrl: nowhere, clientId: c, clientSecret: env:TOK }', 'not an absolute URL'],
  ])('refuses %s', async (yaml, problem) => {
    const error = await failure(`auth: ${yaml}`, { ...environment, LINES: 'one\ntwo' });
    expect(error.message).toMatch(new RegExp(problem));
    expect(error.message).not.toMatch(/one|two/);
  });

  it('refuses a scheme or a key that it does not know, with the place', async () => {
    expect((await failure('auth: { scheme: kerberos }')).message).toContain('scim.yaml:4');
    const typo = await failure('auth: { scheme: basic, username: a, password: env:TOK, pasword: b }', environment);
    expect(typo.message).toContain('`pasword` is not a key here');
  });

  it('warns about secrets in the file itself', async () => {
    const { warnings } = await settings('auth: { scheme: bearer, token: tok, previousToken: kot }');
    expect(warnings).toEqual([
      'tenant t: auth.token stands in scim.yaml itself; use env:NAME or file:PATH',
      'tenant t: auth.previousToken stands in scim.yaml itself; use env:NAME or file:PATH',
    ]);
  });
});

describe('tls', () => {
  const none = 'auth: { scheme: none }\n';

  it('reads certificates and keys from files', async () => {
    const key = authority.encrypted(client.key, 'opens it');
    await files({ 'ca.pem': authority.ca, 'c.pem': client.cert, 'c.key': key });
    const { tls, auth } = await settings(
      'auth: { scheme: mtls }\ntls: { ca: file:ca.pem, cert: file:c.pem, key: file:c.key, passphrase: env:PASS }',
      { PASS: 'opens it' },
    );
    expect(auth).toEqual({ scheme: 'mtls' });
    expect(tls).toEqual({
      ca: authority.ca.trimEnd(),
      cert: client.cert.trimEnd(),
      key: key.trimEnd(),
      passphrase: 'opens it',
    });
  });

  it('reads PKCS #12, also from a variable in Base64', async () => {
    const pfx = authority.pfx(client, 'opens it');
    await files({ 'c.p12': pfx });
    const expected = { pfx: pfx.toString('base64'), passphrase: 'opens it' };
    const environment = { PASS: 'opens it', PFX: pfx.toString('base64') };
    for (const reference of ['file:c.p12', 'env:PFX']) {
      const { tls } = await settings(`${none}tls: { pfx: "${reference}", passphrase: env:PASS }`, environment);
      expect(tls).toEqual(expected);
    }
  });

  it.each([
    ['cert: file:c.pem, key: file:other.key', 'does not belong to tls.cert'],
    ['cert: file:c.pem, key: file:secret.key', 'holds an encrypted private key'],
    ['cert: file:c.pem, key: file:secret.key, passphrase: env:WRONG', 'tls.passphrase does not open'],
    ['cert: file:c.pem, key: file:c.pem', 'holds no PEM private key'],
    ['cert: file:c.key, key: file:c.key', 'holds no PEM certificate'],
    ['key: file:c.key', 'has no tls.cert beside it'],
    ['pfx: file:c.p12, passphrase: env:WRONG', 'is not a PKCS #12 file that tls.passphrase opens'],
    ['pfx: file:c.pem', 'is not a PKCS #12 file'],
    ['pfx: file:c.p12, cert: file:c.pem, key: file:c.key, passphrase: env:PASS', 'stands beside tls.cert'],
    ['ca: file:broken.pem', 'cannot be read \\(number 1\\)'],
  ])('refuses %s', async (yaml, problem) => {
    await files({
      'c.pem': client.cert,
      'c.key': client.key,
      'other.key': other.key,
      'secret.key': authority.encrypted(client.key, 'opens it'),
      'c.p12': authority.pfx(client, 'opens it'),
      'broken.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    });
    const error = await failure(`${none}tls: { ${yaml} }`, { WRONG: 'wr0ng', PASS: 'opens it' });
    expect(error.message).toMatch(new RegExp(problem));
    expect(error.message).not.toMatch(/wr0ng|opens it/);
  });

  it('does not send the owner of an encrypted signing key to the passphrase of another key', async () => {
    await files({ 'k.pem': authority.encrypted(client.key, 'opens it') });
    const { message, remedy } = await failure(
      'auth: { scheme: oauth2, tokenUrl: "https://l.example/t", clientId: c, privateKey: file:k.pem }',
    );
    expect(message).toContain('(auth.privateKey, scim.yaml:4) holds an encrypted private key');
    expect(remedy).toContain('not encrypted');
    expect(remedy).not.toContain('tls');
  });

  it('warns loudly when nothing is verified, and when the certificate has expired', async () => {
    await files({ 'c.pem': other.cert, 'c.key': other.key });
    const { warnings } = await settings(`${none}tls: { insecureSkipVerify: true, cert: file:c.pem, key: file:c.key }`);
    expect(warnings[0]).toContain('tenant t: INSECURE: tls.insecureSkipVerify is set');
    expect(warnings[1]).toMatch(/tls\.cert expired on \d{4}-/);
  });
});

describe('proxy', () => {
  const none = 'auth: { scheme: none }\n';
  const environment = {
    HTTPS_PROXY: 'http://me:pw@secure.proxy:3128',
    http_proxy: 'plain.proxy:3128',
    HTTP_PROXY: 'ignored.proxy',
    NO_PROXY: 'corp.example',
  };

  it('comes from the environment; never for the loopback interface', async () => {
    const { proxy } = await settings(none, environment);
    expect(proxy?.https?.href).toBe('http://me:pw@secure.proxy:3128/');
    expect(proxy?.http?.href).toBe('http://plain.proxy:3128/');
    expect(proxy?.except).toBe('corp.example,localhost,127.0.0.1,[::1]');
  });

  it('of the tenant wins, and `none` is none', async () => {
    const { proxy } = await settings(`${none}proxy: http://own.proxy:1`, environment);
    expect(proxy).toEqual({ https: new URL('http://own.proxy:1'), http: new URL('http://own.proxy:1') });
    expect((await settings(`${none}proxy: none`, environment)).proxy).toBeUndefined();
  });

  it('that is malformed in the environment is named by its variable', async () => {
    const error = await failure(none, { HTTPS_PROXY: 'http://me:pa%ss@p' });
    expect(error.message).toContain('variable HTTPS_PROXY (proxy, scim.yaml:');
    expect(error.message).not.toContain('pa%ss');
  });

  it('with a password in the file is worth a warning', async () => {
    const { warnings } = await settings(`${none}proxy: "http://me:pw@p:1"`);
    expect(warnings).toEqual(['tenant t: the password of proxy stands in scim.yaml itself; use env:NAME or file:PATH']);
  });
});

it('limits and HTTP/2 are taken over', async () => {
  const { limits, http2 } = await settings(
    'auth: { scheme: none }\nhttp2: true\nlimits: { connectTimeout: 3s, headersTimeout: 1m, deadline: 2m, concurrency: 3 }',
  );
  expect(limits).toMatchObject({
    connectTimeoutMs: 3_000,
    headersTimeoutMs: 60_000,
    deadlineMs: 120_000,
    concurrency: 3,
  });
  expect(http2).toBe(true);
});
