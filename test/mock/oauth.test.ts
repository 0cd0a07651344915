/** The token endpoint of RFC 6749 §4.4 and the access tokens that it gives. */

import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signAssertion } from '../../src/http/auth/assertion.js';
import type { OAuth2Settings } from '../../src/mock/auth/settings.js';
import { type Mock, startMock } from '../../src/mock/server.js';
import { start } from './helper.js';

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: typeof rsa.publicKey) => key.export({ type: 'spki', format: 'pem' }).toString();
const privatePemOf = (key: typeof rsa.privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const auth: OAuth2Settings = {
  scheme: 'oauth2',
  clients: [
    { id: 'app one', secret: 'client secret:+%', user: 'bjensen' },
    { id: 'rsa', publicKey: pemOf(rsa.publicKey) },
    { id: 'ec', publicKey: pemOf(ec.publicKey) },
  ],
  tokenPath: '/oauth/token',
  tokenLifetime: 600,
  scopes: ['scim:read', 'scim:write'],
};

const secret = 'client secret:+%';
const post = { grant_type: 'client_credentials', client_id: 'app one', client_secret: secret };
const encode = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
const basicOf = (id: string, password: string) =>
  `Basic ${Buffer.from(`${encode(id)}:${encode(password)}`).toString('base64')}`;

/** Sends FORM to the token endpoint of MOCK. */
async function ask(mock: Mock, form: Record<string, string> | string, headers: Record<string, string> = {}) {
  const response = await fetch(new URL('/oauth/token', mock.url), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form).toString(),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the tests look at JSON of every shape
  const json: any = await response.json();
  return { status: response.status, headers: response.headers, json };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a token', () => {
  it('is given to a client that shows its secret, and opens the service', async () => {
    const peer = await start({ auth });
    for (const [form, headers] of [
      [post, {}],
      [{ grant_type: 'client_credentials' }, { authorization: basicOf('app one', secret) }],
    ] as const) {
      const { status, headers: received, json } = await ask(peer.mock, form, headers);
      expect(status).toBe(200);
      expect(received.get('cache-control')).toBe('no-store');
      expect(received.get('pragma')).toBe('no-cache');
      expect(json).toEqual({
        access_token: expect.stringMatching(/^[\w-]{40,}$/),
        token_type: 'Bearer',
        expires_in: 600,
        scope: 'scim:read scim:write',
      });
      expect((await peer.ask('GET', '/Users', undefined, bearer(json.access_token))).status).toBe(200);
    }
    expect((await peer.ask('GET', '/Users')).status).toBe(401);
    expect((await peer.ask('GET', '/Users', undefined, bearer(secret.split(' ')[0] ?? ''))).status).toBe(401);
  });

  it('has the scope that was asked for', async () => {
    const { mock } = await start({ auth });
    expect((await ask(mock, { ...post, scope: 'scim:read' })).json.scope).toBe('scim:read');
    mock.replace({ auth: { ...auth, scopes: [] } });
    expect((await ask(mock, { ...post, scope: 'whatever' })).json).not.toHaveProperty('scope');
  });

  it('expires by the clock of the server, and another one can be had', async () => {
    let time = Date.parse('2026-01-31T08:00:00Z');
    const peer = await start({ auth, now: () => new Date(time) });
    const first = (await ask(peer.mock, post)).json.access_token;
    time += 599_000;
    expect((await peer.ask('GET', '/Users', undefined, bearer(first))).status).toBe(200);
    time += 1000;
    const { status, headers } = await peer.ask('GET', '/Users', undefined, bearer(first));
    expect([status, headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="SCIM", error="invalid_token", error_description="The bearer token has expired."',
    ]);
    const second = (await ask(peer.mock, post)).json.access_token;
    expect(second).not.toBe(first);
    expect((await peer.ask('GET', '/Users', undefined, bearer(second))).status).toBe(200);
  });

  it('is given whatever quirks and faults the service has', async () => {
    for (const vendor of ['salesforce', 'zoom']) {
      const { mock } = await start({ auth, vendor, faults: [{ effect: { status: 503 } }] });
      expect((await ask(mock, post)).status).toBe(200);
      expect((await ask(mock, { ...post, client_secret: 'x' })).json.error).toBe('invalid_client');
    }
  });

  it('ends with its client', async () => {
    const peer = await start({ auth });
    const { tokens, expire } = peer.mock.provider.auth;
    const one = (await ask(peer.mock, post)).json.access_token;
    const two = (await ask(peer.mock, post)).json.access_token;
    expire({ method: 'GET', target: '/', headers: bearer(one), body: { text: '' } });
    expect((await peer.ask('GET', '/Users', undefined, bearer(one))).status).toBe(401);
    expect((await peer.ask('GET', '/Users', undefined, bearer(two))).status).toBe(200);
    expect(tokens.revoke('app one')).toBe(true);
    expect((await peer.ask('GET', '/Users', undefined, bearer(two))).status).toBe(401);
    expect((await ask(peer.mock, post)).json.error).toBe('invalid_client');
    tokens.allow({ name: 'app one', value: 'another' });
    expect((await ask(peer.mock, post)).json.error).toBe('invalid_client');
    expect((await ask(peer.mock, { ...post, client_secret: 'another' })).status).toBe(200);
    expect(tokens.list()[0]).toEqual({ name: 'app one', state: 'valid' });
  });

  it('is the same for the same seed', async () => {
    const tokens = await Promise.all(
      [1, 1, 2].map(async (seed) => (await ask((await start({ auth, seed })).mock, post)).json.access_token),
    );
    expect(tokens[0]).toBe(tokens[1]);
    expect(tokens[0]).not.toBe(tokens[2]);
  });
});

describe('no token (RFC 6749 §5.2)', () => {
  it.each<[string, Record<string, string> | string, Record<string, string>, number, string]>([
    ['an unknown client', { ...post, client_id: 'app' }, {}, 401, 'invalid_client'],
    ['a wrong secret', { ...post, client_secret: 'x' }, {}, 401, 'invalid_client'],
    ['no client', { grant_type: 'client_credentials' }, {}, 401, 'invalid_client'],
    ['a client without a secret', { grant_type: 'client_credentials', client_id: 'rsa' }, {}, 401, 'invalid_client'],
    [
      'a wrong secret in the header',
      { grant_type: 'client_credentials' },
      { authorization: basicOf('app one', 'x') },
      401,
      'invalid_client',
    ],
    [
      'a header that is not form-encoded',
      { grant_type: 'client_credentials' },
      { authorization: `Basic ${btoa('app%:x')}` },
      401,
      'invalid_client',
    ],
    ['two ways', post, { authorization: basicOf('app one', secret) }, 400, 'invalid_request'],
    ['another scheme', { grant_type: 'client_credentials' }, bearer('x'), 401, 'invalid_client'],
    ['no grant type', { client_id: 'app one', client_secret: secret }, {}, 400, 'invalid_request'],
    ['an empty grant type', { ...post, grant_type: '' }, {}, 400, 'invalid_request'],
    ['another grant', { ...post, grant_type: 'password' }, {}, 400, 'unsupported_grant_type'],
    ['an unknown scope', { ...post, scope: 'scim:read admin' }, {}, 400, 'invalid_scope'],
    ['a malformed scope', { ...post, scope: 'scim:read  scim:write' }, {}, 400, 'invalid_scope'],
    [
      'a parameter twice',
      `${new URLSearchParams(post)}&scope=scim%3Aread&scope=scim%3Awrite`,
      {},
      400,
      'invalid_request',
    ],
    ['JSON', post, { 'content-type': 'application/json' }, 400, 'invalid_request'],
  ])('for %s', async (_, form, headers, status, error) => {
    const { mock } = await start({ auth });
    const answer = await ask(mock, form, headers);
    expect([answer.status, answer.json.error ?? '']).toEqual([status, error]);
    expect(answer.headers.get('www-authenticate')?.startsWith('Basic ') ?? false).toBe(status === 401);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(JSON.stringify(answer.json)).not.toContain('secret:');
  });

  it('for another method', async () => {
    const { mock } = await start({ auth });
    const response = await fetch(new URL('/oauth/token?x=1', mock.url));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('for a body of any kind, without a failure of the server', async () => {
    const { mock } = await start({ auth });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.base64String(), async (body, credentials) => {
        const { status } = await ask(mock, body, { authorization: `Basic ${credentials}` });
        expect([400, 401]).toContain(status);
      }),
      { numRuns: 50 },
    );
  });
});

describe('assertions (RFC 7523)', () => {
  const assertion = { clientId: 'rsa', privateKey: privatePemOf(rsa.privateKey), keyId: undefined } as const;

  /** What the token endpoint answers to an assertion that is right but for CHANGE. */
  async function assert(mock: Mock, change: Partial<Parameters<typeof signAssertion>[0]>, more = {}) {
    const audience = new URL('/oauth/token', mock.url).href;
    const right = { ...assertion, audience, algorithm: 'RS256', now: Date.now(), unique: crypto.randomUUID() } as const;
    const signed = signAssertion({ ...right, ...change });
    const form = { grant_type: 'client_credentials', client_assertion_type: jwtBearer, client_assertion: signed };
    const { status, json } = await ask(mock, { ...form, ...more });
    return status === 200 ? 200 : json.error_description;
  }

  it('are taken with each algorithm', async () => {
    const { mock } = await start({ auth });
    expect(await assert(mock, {})).toBe(200);
    expect(await assert(mock, { algorithm: 'PS256' })).toBe(200);
    expect(await assert(mock, { clientId: 'ec', algorithm: 'ES256', privateKey: privatePemOf(ec.privateKey) })).toBe(
      200,
    );
    expect(await assert(mock, { audience: mock.url }, { client_id: 'rsa' })).toBe(200);
  });

  it('are refused when something is wrong with them', async () => {
    const { mock } = await start({ auth });
    const refused = 'The assertion is refused:';
    expect(await assert(mock, { clientId: 'ec' })).toBe(`${refused} no key of the client fits`);
    expect(await assert(mock, { clientId: 'stranger' })).toBe(`${refused} no key of the client fits`);
    expect(await assert(mock, { clientId: 'app one' })).toBe(`${refused} no key of the client fits`);
    expect(await assert(mock, { audience: 'https://elsewhere.example' })).toContain(
      `${refused} aud must be http://127.`,
    );
    expect(await assert(mock, { now: Date.now() - 3_600_000 })).toBe(`${refused} it has expired`);
    expect(await assert(mock, {}, { client_id: 'ec' })).toBe('client_id is not the subject of the assertion');
    expect(await assert(mock, {}, { client_assertion_type: 'x' })).toContain('client_assertion_type must be');
    expect(await assert(mock, {}, { client_assertion: 'a.b.c' })).toContain(`${refused} it is no JWT`);
    expect(await assert(mock, { unique: 'once' })).toBe(200);
    expect(await assert(mock, { unique: 'once' })).toBe(`${refused} it has been used before`);
  });
});

describe('settings that cannot be', () => {
  it.each<[Partial<OAuth2Settings>, string]>([
    [{ tokenPath: 'token' }, 'must be like /oauth/token'],
    [{ tokenLifetime: 0 }, 'token lifetime'],
    [{ scopes: ['a b'] }, 'cannot be a scope'],
    [{ clients: [{ id: '', secret: 's3cr3t' }] }, 'empty id'],
    [{ clients: [{ id: 'a', secret: '' }] }, 'The secret of the client "a" is empty'],
    [{ clients: [{ id: 'a', publicKey: 's3cr3t' }] }, 'The public key of the client "a" cannot be read'],
  ])('%j are refused', async (change, message) => {
    const error = await startMock({ auth: { ...auth, ...change } }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(message) });
    expect(String(error)).not.toContain('s3cr3t');
  });
});
