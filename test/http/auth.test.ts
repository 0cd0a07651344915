import { constants, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Target, type TargetOptions } from '../../src/client/target.js';
import type { Exchange } from '../../src/http/exchange.js';
import { exitCodeOf } from '../../src/report/exit.js';
import { CancelledError, NetworkError, type ScimError, TokenError } from '../../src/scim/error.js';
import {
  answer,
  type Behaviour,
  type FaultServer,
  json,
  type Seen,
  startFaultServer,
} from '../support/fault-server.js';

const secrets = { token: 'tok-current-1234', previous: 'tok-previous-5678', client: 's3cr:et/ ä+%' };
let service: FaultServer;
let issuer: FaultServer;
let exchanges: Exchange[];
let warnings: string[];
let targets: Target[];

beforeEach(async () => {
  service = await startFaultServer();
  issuer = await startFaultServer();
  exchanges = [];
  warnings = [];
  targets = [];
});

afterEach(async () => {
  await Promise.all(targets.map((target) => target.close()));
  await Promise.all([service.close(), issuer.close()]);
});

function targetWith(auth: TargetOptions['auth'], change: Partial<TargetOptions> = {}): Target {
  const target = new Target({
    tenant: 'staging',
    baseUrl: service.base,
    auth,
    limits: { timeoutMs: 5_000, maxResponseBytes: 1_000_000 },
    validation: 'off',
    userAgent: 'test',
    onExchange: (exchange) => exchanges.push(exchange),
    onWarning: (message) => warnings.push(message),
    ...change,
  } as TargetOptions);
  targets.push(target);
  return target;
}

const user = json(200, { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], id: '1' });
const unauthorized = json(401, { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' });

/** Accepts the bearer tokens ACCEPTED and refuses all others. */
function accepting(accepted: () => readonly string[], refusal: Behaviour = unauthorized): Behaviour {
  return (seen, response) => {
    const token = seen.headers.authorization?.replace(/^Bearer /, '') ?? '';
    (accepted().includes(token) ? user : refusal)(seen, response);
  };
}

const ask = { method: 'GET', path: '/Users/1' };

async function failure(promise: Promise<unknown>): Promise<ScimError> {
  return promise.then(
    () => Promise.reject(new Error('nothing was refused')),
    (error: ScimError) => error,
  );
}

/** Everything that a log, a report or a person could see of the exchanges. */
function everythingTold(): string {
  return exchanges
    .map((one) =>
      JSON.stringify([
        one.url,
        one.error,
        one.requestHeaders(),
        one.requestBody(10_000),
        one.responseHeaders(),
        one.responseBody(10_000),
      ]),
    )
    .join('\n');
}

describe('static credentials', () => {
  it.each<[TargetOptions['auth'], string, string | undefined]>([
    [{ scheme: 'bearer', token: 'abc' }, 'authorization', 'Bearer abc'],
    // RFC 7617 §2, §2.1: UTF-8.
    [{ scheme: 'basic', username: 'test', password: '123£' }, 'authorization', 'Basic dGVzdDoxMjPCow=='],
    [{ scheme: 'apiKey', header: 'X-Api-Key', value: 'k-42' }, 'x-api-key', 'k-42'],
    [{ scheme: 'none' }, 'authorization', undefined],
    [{ scheme: 'mtls' }, 'authorization', undefined],
  ])('%j sends %s: %s', async (auth, header, value) => {
    await targetWith(auth).exchange(ask);
    expect(service.seen[0]?.headers[header]).toBe(value);
  });

  it('a header that the request brings along wins, and is not replaced when it is refused', async () => {
    service.otherwise = unauthorized;
    const target = targetWith({ scheme: 'bearer', token: secrets.token, previousToken: secrets.previous });
    const own = await target.exchange({ ...ask, headers: { authorization: 'Bearer my-own-token' } });
    expect(own.status).toBe(401);
    expect(service.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer my-own-token']);
  });

  it('no key shows in the log, whatever its header is called', async () => {
    service.otherwise = answer(200, { 'content-type': 'application/json', echo: 'k-42-xyz' }, '{"saw":"k-42-xyz"}');
    await targetWith({ scheme: 'apiKey', header: 'Weird', value: 'k-42-xyz' }).exchange(ask);
    expect(everythingTold()).toContain('["Weird","***"]');
    expect(everythingTold()).not.toContain('k-42-xyz');
  });
});

describe('a bearer token with a previous one', () => {
  const auth = { scheme: 'bearer', token: secrets.token, previousToken: secrets.previous } as const;

  it('goes on with the one that works, and says so once', async () => {
    service.otherwise = accepting(() => [secrets.previous]);
    const target = targetWith(auth);
    expect((await target.exchange(ask)).status).toBe(200);
    expect((await target.exchange(ask)).status).toBe(200);
    expect(service.seen).toHaveLength(3);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('tenant staging: auth.token is refused (401), auth.previousToken works');
    expect(exchanges.map(({ attempts }) => attempts)).toEqual([2, 1]);
  });

  it('finds the way back when the rotation ends', async () => {
    let accepted = secrets.previous;
    service.otherwise = accepting(() => [accepted]);
    const target = targetWith(auth);
    await target.exchange(ask);
    accepted = secrets.token;
    expect((await target.exchange(ask)).status).toBe(200);
    expect(warnings[1]).toContain('auth.previousToken is refused (401), auth.token works');
  });

  it('many requests share one trial', async () => {
    service.otherwise = accepting(() => [secrets.previous]);
    const target = targetWith(auth);
    const answers = await Promise.all(Array.from({ length: 20 }, () => target.exchange(ask)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(warnings).toHaveLength(1);
  });

  it('tells the 401 when both are refused, and switches nothing', async () => {
    service.otherwise = unauthorized;
    expect((await targetWith(auth).exchange(ask)).status).toBe(401);
    expect(service.seen.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${secrets.token}`,
      `Bearer ${secrets.previous}`,
    ]);
    expect(warnings).toEqual([]);
  });

  it('tries nothing for 403', async () => {
    service.otherwise = json(403, {});
    expect((await targetWith(auth).exchange(ask)).status).toBe(403);
    expect(service.seen).toHaveLength(1);
  });

  it('does not take an overloaded answer for acceptance', async () => {
    service.script.push(unauthorized, json(403, {}));
    service.otherwise = accepting(() => [secrets.previous]);
    const target = targetWith(auth);
    expect((await target.exchange(ask)).status).toBe(403);
    expect(warnings).toEqual([]);
    expect((await target.exchange(ask)).status).toBe(200);
    expect(warnings).toHaveLength(1);
  });

  it('shows neither token', async () => {
    service.otherwise = answer(
      401,
      { 'www-authenticate': `Bearer x="${secrets.token}"` },
      `{"t":"${secrets.previous}"}`,
    );
    await targetWith(auth).exchange(ask);
    expect(everythingTold()).not.toContain(secrets.token);
    expect(everythingTold()).not.toContain(secrets.previous);
  });
});

type OAuth2 = Extract<TargetOptions['auth'], { scheme: 'oauth2' }>;

function oauth2(change: Partial<OAuth2> = {}): OAuth2 {
  const client = { method: 'client_secret_basic', secret: secrets.client } as const;
  const tokenUrl = new URL('/oauth/token?tenant=7', issuer.base);
  return { scheme: 'oauth2', tokenUrl, clientId: 'the client:1', client, ...change };
}

function granted(token: string, more: object = { token_type: 'Bearer', expires_in: 3600 }): Behaviour {
  return answer(200, { 'content-type': 'application/json' }, JSON.stringify({ access_token: token, ...more }));
}

function form(seen: Seen | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(seen?.body));
}

/** Gives out `access-1`, `access-2`, … */
function numbered(more: object = { token_type: 'Bearer', expires_in: 3600 }): Behaviour {
  let given = 0;
  return (seen, response) => {
    given += 1;
    granted(`access-${given}`, more)(seen, response);
  };
}

describe('OAuth 2.0 client credentials', () => {
  beforeEach(() => {
    issuer.otherwise = numbered();
  });

  it('form-encodes identifier and secret before they become Basic credentials (RFC 6749 §2.3.1)', async () => {
    await targetWith(oauth2({ scope: 'scim read', audience: 'https://api' })).exchange(ask);
    const [asked] = issuer.seen;
    expect(asked?.method).toBe('POST');
    expect(asked?.url).toBe('/oauth/token?tenant=7');
    expect(asked?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    const credentials = Buffer.from(asked?.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    expect(credentials).toBe('the+client%3A1:s3cr%3Aet%2F+%C3%A4%2B%25');
    expect(form(asked)).toEqual({ grant_type: 'client_credentials', scope: 'scim read', audience: 'https://api' });
    expect(service.seen[0]?.headers.authorization).toBe('Bearer access-1');
  });

  it('sends the secret in the body when asked to', async () => {
    await targetWith(oauth2({ client: { method: 'client_secret_post', secret: secrets.client } })).exchange(ask);
    expect(issuer.seen[0]?.headers.authorization).toBeUndefined();
    expect(form(issuer.seen[0])).toMatchObject({ client_id: 'the client:1', client_secret: secrets.client });
  });

  it('names only the client when its certificate proves it (RFC 8705 §2)', async () => {
    await targetWith(oauth2({ client: { method: 'tls_client_auth' } })).exchange(ask);
    expect(form(issuer.seen[0])).toEqual({ grant_type: 'client_credentials', client_id: 'the client:1' });
  });

  it.each(['RS256', 'PS256', 'ES256'] as const)('signs an assertion with %s (RFC 7523)', async (algorithm) => {
    const pair =
      algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await targetWith(oauth2({ client: { method: 'private_key_jwt', privateKey, keyId: 'k1', algorithm } })).exchange(
      ask,
    );
    const sent = form(issuer.seen[0]);
    expect(sent.client_assertion_type).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const [header = '', claims = '', signature = ''] = (sent.client_assertion ?? '').split('.');
    const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(decoded(header)).toEqual({ alg: algorithm, typ: 'JWT', kid: 'k1' });
    const said = decoded(claims) as Record<string, number | string>;
    expect(said).toMatchObject({ iss: 'the client:1', sub: 'the client:1', aud: oauth2().tokenUrl.href });
    expect(String(said.jti)).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number(said.exp) - Number(said.iat)).toBeLessThanOrEqual(300);
    const key = createPublicKey(pair.publicKey.export({ type: 'spki', format: 'pem' }));
    const how =
      algorithm === 'ES256'
        ? { key, dsaEncoding: 'ieee-p1363' as const }
        : algorithm === 'PS256'
          ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
          : { key };
    expect(verify('sha256', Buffer.from(`${header}.${claims}`), how, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(everythingTold()).not.toContain(signature);
  });

  it('asks once for 50 requests that need a token at the same time', async () => {
    const target = targetWith(oauth2());
    const answers = await Promise.all(Array.from({ length: 50 }, () => target.exchange(ask)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(issuer.seen).toHaveLength(1);
  });

  it('refreshes once when the token expires under 50 parallel requests, and loses none of them', async () => {
    let valid = 'access-1';
    let served = 0;
    service.otherwise = (seen, response) => {
      const isRight = seen.headers.authorization === `Bearer ${valid}`;
      if (isRight) served += 1;
      // In the middle: from the 20th answer on, only the next token is good.
      if (served === 20) valid = 'access-2';
      (isRight ? user : json(401, {}, { 'www-authenticate': 'Bearer error="invalid_token"' }))(seen, response);
    };
    const target = targetWith(oauth2());
    const posts = Array.from({ length: 50 }, (_, index) =>
      target.exchange({ method: 'POST', path: '/Users', body: JSON.stringify({ userName: `user-${index}` }) }),
    );
    const answers = await Promise.all(posts);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(served).toBe(50);
    expect(issuer.seen).toHaveLength(2);
    expect(exchanges.filter(({ purpose }) => purpose === 'token')).toHaveLength(2);
  });

  it('does not cancel the others when one caller gives up', async () => {
    let release: () => void = () => undefined;
    issuer.otherwise = (seen, response) => {
      release = () => granted('access-1')(seen, response);
    };
    const target = targetWith(oauth2());
    const impatient = new AbortController();
    const first = failure(target.exchange(ask, { signal: impatient.signal }));
    const second = target.exchange(ask);
    await expect.poll(() => issuer.seen.length).toBe(1);
    impatient.abort();
    expect(await first).toBeInstanceOf(CancelledError);
    release();
    expect((await second).status).toBe(200);
    expect(issuer.seen).toHaveLength(1);
  });

  it('replaces a token that is refused once, not again and again', async () => {
    service.otherwise = unauthorized;
    expect((await targetWith(oauth2()).exchange(ask)).status).toBe(401);
    expect(issuer.seen).toHaveLength(2);
    expect(service.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer access-1', 'Bearer access-2']);
  });

  it('asks for no new token when the 401 has another reason, or for 403', async () => {
    service.script.push(json(401, {}, { 'www-authenticate': 'Bearer error="invalid_request"' }), json(403, {}));
    const target = targetWith(oauth2());
    expect((await target.exchange(ask)).status).toBe(401);
    expect((await target.exchange(ask)).status).toBe(403);
    expect(issuer.seen).toHaveLength(1);
  });

  it('shows neither secret nor token in the log, which has the exchange with the token endpoint', async () => {
    service.otherwise = (seen, response) => {
      const echo = JSON.stringify({ echo: seen.headers.authorization?.replace('Bearer ', '') });
      answer(200, { 'content-type': 'application/json' }, echo)(seen, response);
    };
    const post = { method: 'client_secret_post', secret: secrets.client } as const;
    await targetWith(oauth2({ client: post })).exchange(ask);
    await targetWith(oauth2()).exchange(ask);
    expect(exchanges.map(({ purpose, status }) => [purpose, status])).toEqual([
      ['token', 200],
      ['request', 200],
      ['token', 200],
      ['request', 200],
    ]);
    const told = everythingTold();
    expect(told).toContain('grant_type=client_credentials');
    expect(told).not.toMatch(/access-\d/);
    for (const form of [secrets.client, encodeURIComponent(secrets.client), 's3cr']) expect(told).not.toContain(form);
    expect(told).not.toContain(issuer.seen[1]?.headers.authorization?.replace('Basic ', ''));
  });

  it.each([
    [
      401,
      { error: 'invalid_client', error_description: `no: ${secrets.client}` },
      'invalid_client: no: ***',
      /clientId/,
    ],
    [400, { error: 'invalid_scope' }, 'invalid_scope', /auth\.scope/],
    [400, { error: 'unauthorized_client' }, 'unauthorized_client', /client_credentials/],
    [503, {}, 'Service Unavailable', /later/],
  ])('tells a refusal with %i %j', async (status, body, said, remedy) => {
    issuer.otherwise = answer(status, { 'content-type': 'application/json' }, JSON.stringify(body));
    const error = await failure(targetWith(oauth2()).exchange(ask));
    expect(error).toBeInstanceOf(TokenError);
    expect(error.code).toBe('auth.token');
    expect(error.message).toContain(`gives no access token: ${said} (${status})`);
    expect(error.remedy).toMatch(remedy);
    expect(exitCodeOf(error)).toBe(7);
    expect(service.seen).toEqual([]);
    expect(JSON.stringify([error.message, error.asked])).not.toContain(secrets.client);
  });

  it.each<[string, Behaviour, RegExp]>([
    ['HTML', answer(200, { 'content-type': 'text/html' }, '<html>sign in</html>'), /is not JSON/],
    ['nothing', answer(200, {}, ''), /is not JSON/],
    ['no token', answer(200, {}, '{"token_type":"Bearer"}'), /no access_token/],
    ['a token of another type', granted('access-1', { token_type: 'DPoP' }), /type DPoP/],
    ['a redirect', answer(302, { location: 'https://elsewhere.example/?code=1' }, ''), /redirects/],
  ])('refuses %s for a token response', async (_, behaviour, message) => {
    issuer.otherwise = behaviour;
    const error = await failure(targetWith(oauth2()).exchange(ask));
    expect(error).toBeInstanceOf(TokenError);
    expect(error.message).toMatch(message);
    expect(service.seen).toEqual([]);
  });

  it('takes the life of a token as a number or as text, and a token without type', async () => {
    issuer.otherwise = granted('access-1', { expires_in: '3600' });
    const target = targetWith(oauth2());
    await target.exchange(ask);
    await target.exchange(ask);
    expect(issuer.seen).toHaveLength(1);
  });

  it('knows that nothing was sent when the token endpoint cannot be reached', async () => {
    const target = targetWith(oauth2());
    await issuer.close();
    const error = await failure(target.exchange({ method: 'POST', path: '/Users', body: '{}' }));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: 'network.refused', outcome: 'notSent' });
    expect(error.message).toContain('No access token');
    issuer = await startFaultServer();
  });

  it('a failure is forgotten: the next request asks again', async () => {
    issuer.script.push(answer(503, {}, ''));
    const target = targetWith(oauth2());
    await failure(target.exchange(ask));
    expect((await target.exchange(ask)).status).toBe(200);
  });
});
