/** Credentials that change while requests are under way: no operation fails, and nothing is done twice. */

import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Target, type TargetOptions } from '../../src/client/target.js';
import type { CredentialEvent } from '../../src/client/types.js';
import type { Exchange } from '../../src/http/exchange.js';
import type { MockOptions, RequestLine } from '../../src/mock/options.js';
import { type Mock, startMock } from '../../src/mock/server.js';
import { exitCodeOf } from '../../src/report/exit.js';
import { ResponseError, ScimError } from '../../src/scim/error.js';
import { type Authority, makeAuthority } from '../support/certificates.js';

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';

let closing: (() => Promise<void>)[];
let warnings: string[];
let exchanges: Exchange[];
let events: CredentialEvent[];
let lines: RequestLine[];

beforeEach(() => {
  closing = [];
  warnings = [];
  exchanges = [];
  events = [];
  lines = [];
});

afterEach(async () => {
  for (const close of closing.toReversed()) await close();
});

async function mockWith(options: MockOptions): Promise<Mock> {
  const mock = await startMock({ onRequest: (line) => lines.push(line), ...options });
  closing.push(() => mock.close());
  return mock;
}

/** OpenSSL's own server, which demands a certificate of AUTHORITY and refuses others by an alert; it answers HTML. */
async function startOpenssl(authority: Authority): Promise<URL> {
  const folder = mkdtempSync(join(tmpdir(), 'scim-tls-'));
  const { cert, key } = authority.issue('scim.test');
  writeFileSync(join(folder, 'server.pem'), cert + key);
  writeFileSync(join(folder, 'ca.pem'), authority.ca);
  const options = [
    '-cert',
    'server.pem',
    '-CAfile',
    'ca.pem',
    '-Verify',
    '1',
    '-verify_return_error',
    '-www',
    '-tls1_2',
  ];
  const child = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', ...options], { cwd: folder });
  child.stderr.resume();
  closing.push(async () => {
    child.kill();
    await once(child, 'exit');
    rmSync(folder, { recursive: true });
  });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const port = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    if (port !== undefined) return new URL(`https://127.0.0.1:${port}/scim/v2`);
  }
  throw new Error('openssl s_server does not start');
}

function targetOf(mock: Mock, auth: TargetOptions['auth'], change: Partial<TargetOptions> = {}): Target {
  return targetTo(new URL(mock.url), auth, change);
}

function targetTo(baseUrl: URL, auth: TargetOptions['auth'], change: Partial<TargetOptions> = {}): Target {
  const target = new Target({
    tenant: 'staging',
    baseUrl,
    auth,
    limits: { timeoutMs: 20_000, maxResponseBytes: 1e7 },
    validation: 'off',
    userAgent: 'test',
    onWarning: (message) => warnings.push(message),
    onExchange: (exchange) => exchanges.push(exchange),
    onCredential: (event) => events.push(event),
    ...change,
  });
  closing.push(() => target.close());
  return target;
}

const ask = { method: 'GET', path: '/Users?count=1' };

async function failure(promise: Promise<unknown>): Promise<ScimError> {
  return promise.then(
    () => Promise.reject(new Error('nothing was refused')),
    (error: unknown) => (error instanceof ScimError ? error : Promise.reject(error)),
  );
}

/** Creates COUNT users with TARGET, eight at a time; calls MIDWAY when half of them are there. */
async function load(target: Target, count: number, midway: () => void): Promise<number[]> {
  const statuses: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const userName = `user-${next}`;
      next += 1;
      const { status } = await target.create('/Users', JSON.stringify({ schemas: [userUrn], userName }));
      statuses.push(status);
      if (statuses.length === Math.floor(count / 2)) midway();
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return statuses;
}

/** How often each user name was created. */
async function userNames(mock: Mock, auth: TargetOptions['auth']): Promise<string[]> {
  const names: string[] = [];
  for await (const { resources } of targetOf(mock, auth).list('/Users', {})) {
    names.push(...resources.map(({ userName }) => String(userName)));
  }
  return names;
}

describe('a token that is rotated under load', () => {
  it('the previous one carries the run until the new one is in force', async () => {
    const mock = await mockWith({ auth: { scheme: 'bearer', tokens: [{ name: 'old', value: 'tok-old-1234' }] } });
    const auth = { scheme: 'bearer', token: 'tok-new-5678', previousToken: 'tok-old-1234' } as const;
    const target = targetOf(mock, auth);
    const { tokens } = mock.provider.auth;
    const statuses = await load(target, 500, () => {
      tokens.allow({ name: 'new', value: 'tok-new-5678' });
      tokens.revoke('old');
    });
    expect(statuses).toEqual(Array.from({ length: 500 }, () => 201));
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('auth.token is refused (401), auth.previousToken works');
    expect(warnings[1]).toContain('auth.previousToken is refused (401), auth.token works');
    expect(target.credentials).toMatchObject({ inUse: ['auth.token'], fallbacks: 2 });
    expect(events).toEqual([
      { name: 'current', key: 'auth.token', works: false },
      { name: 'previous', key: 'auth.previousToken', works: true },
      { name: 'previous', key: 'auth.previousToken', works: false },
      { name: 'current', key: 'auth.token', works: true },
    ]);
    const names = await userNames(mock, { scheme: 'bearer', token: 'tok-new-5678' });
    expect(new Set(names).size).toBe(500);
    expect(names).toHaveLength(500);
  });

  it('what its reference stands for now is looked up first, once for all', async () => {
    const mock = await mockWith({ auth: { scheme: 'bearer', tokens: [{ name: 'old', value: 'tok-old-1234' }] } });
    let stored = 'tok-old-1234';
    let lookups = 0;
    const target = targetOf(
      mock,
      { scheme: 'bearer', token: stored },
      {
        renew: async () => {
          lookups += 1;
          return { auth: { scheme: 'bearer', token: stored } };
        },
      },
    );
    const statuses = await load(target, 500, () => {
      stored = 'tok-new-5678';
      mock.provider.auth.tokens.allow({ name: 'new', value: stored });
      mock.provider.auth.tokens.revoke('old');
    });
    expect(statuses).toEqual(Array.from({ length: 500 }, () => 201));
    expect(await userNames(mock, { scheme: 'bearer', token: stored })).toHaveLength(500);
    expect(lookups).toBe(1);
    expect(warnings).toEqual(['tenant staging: auth.token is refused (401); what it refers to has changed, and works']);
    // What was learned later is as secret as what was known first.
    expect(target.redactor.text('a tok-new-5678 b tok-old-1234')).toBe('a *** b ***');
  });

  it('a run goes on with credentials that are handed to it', async () => {
    const mock = await mockWith({ auth: { scheme: 'bearer', tokens: [{ name: 'old', value: 'tok-old-1234' }] } });
    const target = targetOf(mock, { scheme: 'bearer', token: 'tok-old-1234' });
    const statuses = await load(target, 40, () => {
      mock.provider.auth.tokens.allow({ name: 'new', value: 'tok-new-5678' });
      target.replaceAccess({ auth: { scheme: 'bearer', token: 'tok-new-5678' } });
      mock.provider.auth.tokens.revoke('old');
    });
    expect(statuses).toEqual(Array.from({ length: 40 }, () => 201));
  });
});

describe('when nothing works', () => {
  it('the error is one of authentication, says that both were tried, and nothing is tried for each request', async () => {
    const mock = await mockWith({ auth: { scheme: 'bearer', tokens: [] } });
    let lookups = 0;
    const auth = { scheme: 'bearer', token: 'tok-new-5678', previousToken: 'tok-old-1234' } as const;
    const renew = async () => {
      lookups += 1;
      return { auth };
    };
    const target = targetOf(mock, auth, { renew });
    const error = await failure(target.get('/Users', '1'));
    expect(error).toBeInstanceOf(ResponseError);
    expect(exitCodeOf(error)).toBe(7);
    expect(lines).toHaveLength(2);
    const answer = await target.exchange(ask);
    expect(answer.status).toBe(401);
    expect(lookups).toBe(1);
    expect(lines).toHaveLength(3);
    expect(target.credentials.fallbacks).toBe(0);
  });

  it('the answer says that both were tried', async () => {
    const mock = await mockWith({ auth: { scheme: 'bearer', tokens: [] } });
    const auth = { scheme: 'bearer', token: 'tok-new-5678', previousToken: 'tok-old-1234' } as const;
    const { warnings: said } = await targetOf(mock, auth).exchange(ask);
    expect(said.join()).toContain('auth.token and auth.previousToken are refused');
  });

  it('a look-up that fails does not hide the refusal', async () => {
    const mock = await mockWith({ auth: { scheme: 'bearer', tokens: [] } });
    const target = targetOf(mock, { scheme: 'bearer', token: 'tok-new-5678' }, { renew: async () => undefined });
    expect((await target.exchange(ask)).status).toBe(401);
  });
});

describe('the other schemes', () => {
  it('basic: the previous password', async () => {
    const mock = await mockWith({ auth: { scheme: 'basic', users: [{ name: 'ann', value: 'old-password' }] } });
    const auth = {
      scheme: 'basic',
      username: 'ann',
      password: 'new-password',
      previousPassword: 'old-password',
    } as const;
    const target = targetOf(mock, auth);
    expect((await target.exchange(ask)).status).toBe(200);
    expect(warnings[0]).toContain('auth.password is refused (401), auth.previousPassword works');
    expect(exchanges.map(({ credential }) => credential)).toEqual(['previous']);
    mock.provider.auth.tokens.allow({ name: 'ann', value: 'new-password' });
    mock.provider.auth.tokens.revoke('ann');
    mock.provider.auth.tokens.allow({ name: 'ann', value: 'new-password' });
    expect((await target.exchange(ask)).status).toBe(200);
    expect(target.credentials.inUse).toEqual(['auth.password']);
  });

  it('apiKey: the previous key, in a header of any name', async () => {
    const mock = await mockWith({
      auth: { scheme: 'apiKey', header: 'X-Weird', keys: [{ name: 'k', value: 'key-old-1234' }] },
    });
    const auth = { scheme: 'apiKey', header: 'X-Weird', value: 'key-new-5678', previousValue: 'key-old-1234' } as const;
    const target = targetOf(mock, auth);
    expect((await target.exchange(ask)).status).toBe(200);
    expect(JSON.stringify(exchanges.map((each) => each.requestHeaders()))).not.toContain('key-old');
    const own = await target.exchange({ ...ask, headers: { 'x-weird': 'key-mine-0000' } });
    expect(own.status).toBe(401);
  });

  it('oauth2: the previous client secret, and back', async () => {
    const clients = [{ id: 'client', secret: 'secret-old-1234' }];
    const mock = await mockWith({
      auth: { scheme: 'oauth2', clients, tokenPath: '/oauth/token', tokenLifetime: 3600, scopes: [] },
    });
    const target = targetOf(mock, {
      scheme: 'oauth2',
      tokenUrl: new URL('/oauth/token', mock.url),
      clientId: 'client',
      client: { method: 'client_secret_basic', secret: 'secret-new-5678' },
      previousClient: { method: 'client_secret_post', secret: 'secret-old-1234' },
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => target.exchange(ask)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('auth.clientSecret is refused, auth.previousClientSecret works');
    const tokenExchanges = exchanges.filter(({ purpose }) => purpose === 'token');
    expect(tokenExchanges.map(({ status, credential }) => [status, credential])).toEqual([
      [401, 'current'],
      [200, 'previous'],
    ]);
    mock.provider.auth.tokens.revoke('client');
    mock.provider.auth.tokens.allow({ name: 'client', value: 'secret-new-5678' });
    expect((await target.exchange(ask)).status).toBe(200);
    expect(target.credentials.inUse).toEqual(['auth.clientSecret']);
  });

  it('oauth2: the previous private key', async () => {
    const [old, fresh] = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ];
    const publicKey = old.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const clients = [{ id: 'client', publicKey }];
    const mock = await mockWith({
      auth: { scheme: 'oauth2', clients, tokenPath: '/oauth/token', tokenLifetime: 3600, scopes: [] },
    });
    const keyOf = (pair: typeof old) => pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const client = (pair: typeof old) =>
      ({ method: 'private_key_jwt', privateKey: keyOf(pair), algorithm: 'RS256' }) as const;
    const target = targetOf(mock, {
      scheme: 'oauth2',
      tokenUrl: new URL('/oauth/token', mock.url),
      clientId: 'client',
      client: client(fresh),
      previousClient: client(old),
    });
    expect((await target.exchange(ask)).status).toBe(200);
    expect(warnings[0]).toContain('auth.privateKey is refused, auth.previousPrivateKey works');
  });
});

describe('client certificates', () => {
  let authority: Authority;
  let stranger: Authority;

  beforeAll(() => {
    authority = makeAuthority('Private Authority');
    stranger = makeAuthority('Stranger');
  });

  afterAll(() => {
    authority.remove();
    stranger.remove();
  });

  async function secured(): Promise<Mock> {
    const server = authority.issue('scim.test');
    return mockWith({
      auth: { scheme: 'mtls' },
      tls: { certificate: server.cert, key: server.key, clientCa: authority.ca },
    });
  }

  it('the previous one is shown when the service says 401 to the current one', async () => {
    const mock = await secured();
    const [fresh, old] = [authority.issue('client-new'), authority.issue('client-old')];
    const tls = { ca: authority.ca, ...fresh, previousCert: old.cert, previousKey: old.key };
    const target = targetOf(mock, { scheme: 'mtls' }, { tls });
    expect((await target.exchange(ask)).status).toBe(200);
    mock.provider.auth.tokens.revoke('client-new');
    expect((await target.exchange(ask)).status).toBe(200);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('tls.cert is refused (401), tls.previousCert works');
    expect(exchanges.at(-1)?.credential).toBe('previous');
    expect(target.credentials.inUse).toContain('tls.previousCert');
  });

  it('the previous one is shown when the service breaks the handshake off, and a write is done once', async () => {
    const mock = await secured();
    const [fresh, old] = [stranger.issue('client-new'), authority.issue('client-old')];
    const tls = { ca: authority.ca, ...fresh, previousCert: old.cert, previousKey: old.key };
    const target = targetOf(mock, { scheme: 'mtls' }, { tls });
    const created = await target.create('/Users', JSON.stringify({ schemas: [userUrn], userName: 'ann' }));
    expect(created.status).toBe(201);
    expect(warnings.filter((each) => each.includes('tls.cert is refused, tls.previousCert works'))).toHaveLength(1);
    expect(lines.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('the previous one is shown when the service refuses the current one by an alert of TLS', async () => {
    const baseUrl = await startOpenssl(authority);
    const [fresh, old] = [stranger.issue('client-new'), authority.issue('client-old')];
    const tls = { ca: authority.ca, ...fresh, previousCert: old.cert, previousKey: old.key };
    const target = targetTo(baseUrl, { scheme: 'mtls' }, { tls });
    expect(await failure(target.exchange(ask))).toMatchObject({ code: 'response.notJson' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('tls.cert is refused, tls.previousCert works');
  });

  it('a broken connection is no reason to blame a certificate that works', async () => {
    const mock = await secured();
    const [fresh, old] = [authority.issue('client-new'), authority.issue('client-old')];
    const tls = { ca: authority.ca, ...fresh, previousCert: old.cert, previousKey: old.key };
    const target = targetOf(mock, { scheme: 'mtls' }, { tls });
    mock.provider.faults.replace([{ name: 'cut', when: { times: 1 }, effect: { cutAfter: -1 } }]);
    expect((await target.exchange(ask)).status).toBe(200);
    expect(warnings).toEqual([]);
    expect(target.credentials.inUse).toContain('tls.cert');
  });
});
