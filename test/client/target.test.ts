import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Target, type TargetOptions } from '../../src/client/target.js';
import type { Exchange } from '../../src/http/exchange.js';
import {
  CancelledError,
  InvalidResponseError,
  PayloadError,
  ResponseError,
  ScimError,
  UsageError,
} from '../../src/scim/error.js';
import { urn } from '../../src/scim/urn.js';
import {
  answer,
  type Behaviour,
  type FaultServer,
  json,
  neverEndingBody,
  resetBeforeAnswer,
  silence,
  startFaultServer,
} from '../support/fault-server.js';

const token = 'tok-9f8e7d6c5b4a3210';
let server: FaultServer;
let target: Target;
let exchanges: Exchange[];

beforeEach(async () => {
  server = await startFaultServer();
  exchanges = [];
  target = targetWith({});
});

afterEach(async () => {
  await target.close();
  await server.close();
});

function targetWith(change: Partial<TargetOptions>): Target {
  return new Target({
    tenant: 'test',
    baseUrl: server.base,
    auth: { scheme: 'bearer', token },
    limits: { timeoutMs: 5_000, maxResponseBytes: 1_000_000 },
    validation: 'off',
    userAgent: 'scim-test',
    onExchange: (exchange) => exchanges.push(exchange),
    ...change,
  });
}

async function failure(promise: Promise<unknown>): Promise<ScimError> {
  const error: unknown = await promise.then(
    (value) => new Error(`expected a failure, got ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScimError)) throw error;
  return error;
}

const user = {
  schemas: [urn.user],
  id: '2819',
  userName: 'bjensen',
  meta: { version: 'W/"m"', location: '/Users/2819' },
};

describe('an exchange', () => {
  it('sends what RFC 7644 §3.1 asks for', async () => {
    await target.exchange({ method: 'POST', path: '/Users', body: '{}' });
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/scim/v2/Users', body: '{}' });
    expect(server.seen[0]?.headers).toMatchObject({
      accept: 'application/scim+json, application/json;q=0.9',
      'content-type': 'application/scim+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'scim-test',
    });
  });

  it('lets the request have its own headers, in any case', async () => {
    await target.exchange({
      method: 'GET',
      path: '/Users',
      headers: { ACCEPT: 'text/json', authorization: 'Basic eA==' },
    });
    expect(server.seen[0]?.headers).toMatchObject({ accept: 'text/json', authorization: 'Basic eA==' });
  });

  it.each([
    ['/Users?filter=a%20eq%201', '/scim/v2/Users?filter=a%20eq%201'],
    ['Users/1', '/scim/v2/Users/1'],
    ['/scim/v2/Users/1', '/scim/v2/Users/1'],
    ['?filter=a', '/scim/v2?filter=a'],
    ['/Users?filter=userName eq "ü"', '/scim/v2/Users?filter=userName%20eq%20%22%C3%BC%22'],
    ['/Users/100%', '/scim/v2/Users/100%25'],
  ])('sends %s to the right path', async (path, url) => {
    await target.exchange({ method: 'GET', path });
    expect(server.seen[0]?.url).toBe(url);
  });

  it('takes an absolute address on the same server and refuses every other', async () => {
    await target.exchange({ method: 'GET', path: `${server.base.href}/Users/1` });
    expect(server.seen[0]?.url).toBe('/scim/v2/Users/1');
    for (const path of ['https://evil.example/Users', '//evil.example/Users', 'http://127.0.0.1:1/Users']) {
      const error = await failure(target.exchange({ method: 'GET', path }));
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toContain('is not the server of this tenant');
    }
    for (const path of ['/Users/..', '/Users/%2e%2e/x', '/../admin']) {
      expect(await failure(target.exchange({ method: 'DELETE', path }))).toBeInstanceOf(UsageError);
    }
    expect(server.seen).toHaveLength(1);
  });

  it('returns an error status as an answer, which checkAnswer makes an error', async () => {
    server.otherwise = json(404, { schemas: [urn.error], status: '404', detail: 'Resource 2819 not found' });
    const got = await target.exchange({ method: 'GET', path: '/Users/2819' });
    expect(got.status).toBe(404);
    expect(() => target.checkAnswer(got)).toThrow('404 Not Found for GET /Users/2819: Resource 2819 not found');
  });

  it('reads ETag and Location from headers first, then from meta', async () => {
    server.script.push(json(200, user, { etag: 'W/"h"', location: 'https://x/Users/2819' }), json(200, user));
    expect(await target.exchange({ method: 'GET', path: '/Users/2819' })).toMatchObject({
      etag: 'W/"h"',
      location: 'https://x/Users/2819',
    });
    expect(await target.exchange({ method: 'GET', path: '/Users/2819' })).toMatchObject({
      etag: 'W/"m"',
      location: '/Users/2819',
      contentType: 'application/scim+json',
      warnings: [],
    });
  });

  const html = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>';
  it.each<[string, string, Behaviour, string, string]>([
    ['an empty 200', 'GET', answer(200, {}, ''), 'response.empty', 'empty body'],
    ['an empty PATCH 200', 'PATCH', answer(200, {}, ' \n'), 'response.empty', 'empty body'],
    ['an empty 201 without Location', 'POST', answer(201, {}, ''), 'response.empty', 'empty body'],
    [
      'a web page',
      'GET',
      answer(200, { 'content-type': 'text/html' }, html),
      'response.notJson',
      '<!DOCTYPE html> <html>',
    ],
    ['cut JSON', 'GET', answer(200, {}, '{"id":'), 'response.notJson', '{"id":'],
    ['a number', 'GET', json(200, 7), 'response.notScim', 'number'],
    ['an array', 'GET', json(200, [user]), 'response.notScim', 'array'],
    ['an error that says 200', 'GET', json(200, { schemas: [urn.error], detail: 'no' }), 'response.notScim', 'no'],
  ])('refuses %s', async (_, method, behaviour, code, words) => {
    server.script.push(behaviour);
    const error = await failure(target.exchange({ method, path: '/Users' }));
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error).toMatchObject({ code, asked: `${method} /Users` });
    expect(error.message).toContain(words);
    expect(error.remedy).toMatch(/base URL/);
    expect(exchanges[0]?.error?.code).toBe(code);
    expect(exchanges[0]?.status).toBeGreaterThan(199);
    expect((await target.exchange({ method: 'GET', path: '/Users' })).status).toBe(200);
  });

  it.each<[string, string, Behaviour]>([
    ['204', 'PATCH', answer(204, {}, '')],
    ['202', 'POST', answer(202, {}, '')],
    ['304', 'GET', answer(304, {}, '')],
    ['DELETE 200', 'DELETE', answer(200, {}, '')],
    ['201 with Location', 'POST', answer(201, { location: '/Users/1' }, '')],
  ])('accepts %s without a body', async (_, method, behaviour) => {
    server.script.push(behaviour);
    expect((await target.exchange({ method, path: '/Users' })).json).toBeUndefined();
  });

  it('accepts JSON under a wrong content type, with a warning', async () => {
    server.otherwise = answer(200, { 'content-type': 'text/plain' }, JSON.stringify(user));
    expect((await target.exchange({ method: 'GET', path: '/Users/1' })).warnings).toEqual([
      'The server does not say that its answer is JSON (Content-Type)',
    ]);
  });
});

describe('an error answer', () => {
  it.each<[string, Behaviour, string, string | undefined, RegExp]>([
    [
      'with a status as number',
      json(409, { status: 409, scimType: 'uniqueness', detail: 'taken' }),
      '409 Conflict (uniqueness) for GET /Users: taken',
      'uniqueness',
      /look it up/,
    ],
    [
      'of SCIM 1.1',
      json(404, { Errors: [{ description: 'gone', code: '404' }] }),
      '404 Not Found for GET /Users: gone',
      undefined,
      /base URL/,
    ],
    [
      'with odd names',
      json(400, { Detail: 'bad', SCIMTYPE: 'invalidFilter' }),
      '400 Bad Request (invalidFilter) for GET /Users: bad',
      'invalidFilter',
      /filter/,
    ],
    [
      'of OAuth',
      json(401, { error: 'invalid_token', error_description: 'expired' }),
      '401 Unauthorized for GET /Users: expired',
      undefined,
      /token/,
    ],
    [
      'as a web page',
      answer(502, { 'content-type': 'text/html' }, '<html><title>Bad Gateway</title>'),
      '502 Bad Gateway for GET /Users: Bad Gateway',
      undefined,
      /server/,
    ],
    ['without a body', answer(403, {}, ''), '403 Forbidden for GET /Users', undefined, /scopes/],
    [
      'that asks to wait',
      json(429, {}, { 'retry-after': '17' }),
      '429 Too Many Requests for GET /Users',
      undefined,
      /after 17 s/,
    ],
    [
      'of a failed precondition',
      json(412, { detail: 'changed' }),
      '412 Precondition Failed for GET /Users: changed',
      undefined,
      /ETag/,
    ],
  ])('%s is understood', async (_, behaviour, message, scimType, remedy) => {
    server.otherwise = behaviour;
    const got = await target.exchange({ method: 'GET', path: '/Users' }, { retry: false });
    const error = await failure((async () => target.checkAnswer(got))());
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({ message, scimType, status: got.status });
    expect(error.remedy).toMatch(remedy);
  });

  it('shows neither the token nor the password that it quotes, anywhere', async () => {
    const password = 'hunter2hunter2';
    const quoted = `${token} ${encodeURIComponent(token)} ${Buffer.from(`u:${token}`).toString('base64')} ${password}`;
    const body = JSON.stringify({ Operations: [{ op: 'replace', path: 'password', value: password }] });
    const behaviours = [
      json(
        400,
        { detail: quoted, scimType: 'invalidValue' },
        { 'x-echo': quoted, location: `/x?t=${token}`, 'set-cookie': 'a=b' },
      ),
      answer(500, { 'content-type': 'text/html' }, `<title>${quoted}</title>${quoted}`),
      answer(200, { 'content-type': `text/html; ${token}` }, `${quoted}${quoted}`),
      answer(302, { location: `https://elsewhere.example/${token}?password=${password}` }, quoted),
      json(200, [quoted]),
      json(200, { schemas: [urn.error], detail: quoted }),
      json(401, { detail: quoted }, { 'www-authenticate': `Bearer error_description="${quoted}"` }),
      answer(200, { 'content-encoding': token }, quoted),
    ];
    const secrets = [token, password, Buffer.from(token).toString('base64').slice(4, -4)];
    for (const behaviour of behaviours) {
      server.script.push(behaviour);
      const path = `/Users/1?access_token=${token}`;
      const error = await failure(
        target.exchange({ method: 'PATCH', path, body }).then((got) => target.checkAnswer(got)),
      );
      const exchange = exchanges.at(-1);
      const shown = [
        inspect(error, { depth: 20, showHidden: true, getters: true }),
        JSON.stringify(error),
        inspect(exchange, { depth: 20, showHidden: true, getters: true }),
        JSON.stringify([exchange?.requestHeaders(), exchange?.responseHeaders(), exchange?.error, exchange?.url]),
        exchange?.requestBody(10_000) ?? '',
        exchange?.responseBody(10_000) ?? '',
      ].join('\n');
      for (const secret of secrets) expect(shown).not.toContain(secret);
    }
  });
});

describe('the log', () => {
  it('is told about every exchange, with both sides', async () => {
    server.otherwise = json(200, user, { etag: 'W/"1"' });
    await target.exchange({ method: 'PUT', path: '/Users/2819?x=1', body: '{"password":"abc"}' });
    const [exchange] = exchanges;
    expect(exchange).toMatchObject({
      tenant: 'test',
      purpose: 'request',
      method: 'PUT',
      url: `${server.base.href}/Users/2819?x=1`,
      status: 200,
      attempts: 1,
      requestBytes: 18,
      responseBytes: JSON.stringify(user).length,
      error: undefined,
    });
    expect(exchange?.requestBody(100)).toBe('{"password":"***"}');
    expect(exchange?.responseBody(20)).toBe(JSON.stringify(user).slice(0, 20));
    expect(exchange?.requestHeaders()).toContainEqual(['Authorization', 'Bearer ***']);
    expect(exchange?.responseHeaders()).toContainEqual(['etag', 'W/"1"']);
  });

  it('is told about a failure', async () => {
    server.otherwise = resetBeforeAnswer;
    await failure(target.exchange({ method: 'POST', path: '/Users', body: '{}' }));
    expect(exchanges).toHaveLength(1);
    expect(exchanges[0]).toMatchObject({ status: null, error: { code: 'network.reset' } });
    expect(exchanges[0]?.responseBody(10)).toBeUndefined();
  });
});

describe('reads and writes', () => {
  it('read one resource, or learn that it has not changed', async () => {
    server.script.push(json(200, user), answer(304, {}, ''));
    await target.get('/Users', 'a/b', { attributes: ['userName', 'name.familyName'] });
    expect((await target.get('/Users', '2819', { ifNoneMatch: 'W/"1"' })).status).toBe(304);
    expect(server.seen[0]?.url).toBe('/scim/v2/Users/a%2Fb?attributes=userName,name.familyName');
    expect(server.seen[1]?.headers['if-none-match']).toBe('W/"1"');
  });

  it('write with the ETag as it was received', async () => {
    server.script.push(json(200, user), json(412, { detail: 'changed' }), answer(204, {}, ''));
    await target.replace('/Users', '2819', '{}', { ifMatch: 'W/"3694e05e9dff591"' });
    expect(server.seen[0]?.headers['if-match']).toBe('W/"3694e05e9dff591"');
    expect(await failure(target.patch('/Users', '2819', '[]', { ifMatch: 'W/"1"' }))).toMatchObject({ status: 412 });
    expect((await target.delete('/Users', '2819', { ifMatch: '*' })).status).toBe(204);
    expect(server.seen[2]?.headers['if-match']).toBe('*');
  });

  it('wrap an array of operations into a PatchOp message and send a whole message as it is', async () => {
    await target.patch('/Users', '1', '[ {"op":"remove","path":"title"} ]');
    await target.patch('/Users', '1', '{"schemas":[],"x":1.0}');
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
      schemas: [urn.patchOp],
      Operations: [{ op: 'remove', path: 'title' }],
    });
    expect(server.seen[1]?.body).toBe('{"schemas":[],"x":1.0}');
  });

  it('refuse an id that would lead elsewhere', async () => {
    for (const id of ['', '.', '..']) expect(await failure(target.delete('/Users', id))).toBeInstanceOf(UsageError);
    expect(server.seen).toHaveLength(0);
  });
});

/** A server that answers discovery with what it is given and else with a user. */
function discoverable(documents: Record<string, Behaviour>): Behaviour {
  return (seen, response) => {
    const path = seen.url.replace('/scim/v2', '');
    const isDiscovery = /^\/(ServiceProviderConfig|ResourceTypes|Schemas)$/.test(path);
    (documents[path] ?? json(isDiscovery ? 404 : 200, user))(seen, response);
  };
}

const device = { id: 'Device', name: 'Device', endpoint: '/Devices', schema: 'urn:example:Device' };
const deviceSchema = { id: 'urn:example:Device', attributes: [{ name: 'serial', type: 'string', required: true }] };

describe('discovery', () => {
  it('reads the three documents once, for all who ask', async () => {
    server.otherwise = discoverable({
      '/ServiceProviderConfig': json(200, {
        patch: { supported: true },
        bulk: { supported: 'False' },
        Etag: { Supported: true },
      }),
      '/ResourceTypes': json(200, { totalResults: 1, resources: [device] }),
      '/Schemas': json(200, { totalResults: 1, Resources: [deviceSchema] }),
    });
    const [one, two] = await Promise.all([target.discover(), target.discover()]);
    expect(two).toBe(one);
    expect(await target.discover()).toBe(one);
    expect(server.seen).toHaveLength(3);
    expect(one.warnings).toEqual([]);
    expect(one.registry.resourceTypes.map(({ name }) => name)).toEqual(['Device']);
    expect(['patch', 'bulk', 'etag', 'sort'].map((name) => one.supports(name as 'patch'))).toEqual([
      true,
      false,
      true,
      undefined,
    ]);
    expect(exchanges.every(({ purpose }) => purpose === 'discovery')).toBe(true);
    await target.get('device', '1');
    expect(server.seen.at(-1)?.url).toBe('/scim/v2/Devices/1');
  });

  it('falls back to RFC 7643 with a warning', async () => {
    server.otherwise = discoverable({
      '/Schemas': answer(200, { 'content-type': 'text/html' }, '<html>'),
      '/ResourceTypes': json(403, { detail: 'not you' }),
    });
    const found = await target.discover();
    expect(found.registry.resourceTypes.map(({ name }) => name)).toEqual(['User', 'Group']);
    expect(found.supports('patch')).toBeUndefined();
    expect(found.warnings.join('\n')).toMatch(/ServiceProviderConfig[\s\S]*not you[\s\S]*web page/);
    await target.get('User', '1');
    expect(server.seen).toHaveLength(4);
  });

  it('does not remember refused credentials or a broken connection', async () => {
    server.otherwise = json(401, {});
    expect(await failure(target.discover())).toMatchObject({ status: 401 });
    server.otherwise = resetBeforeAnswer;
    expect(await failure(target.discover())).toMatchObject({ code: 'network.reset' });
    server.otherwise = discoverable({});
    expect((await target.discover()).registry.resourceTypes).toHaveLength(2);
  });

  it('goes on for others when one caller cancels', async () => {
    const abort = new AbortController();
    server.otherwise = silence;
    const cancelled = failure(target.discover({ signal: abort.signal }));
    const patient = failure(target.discover());
    while (server.seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    expect(await cancelled).toBeInstanceOf(CancelledError);
    await target.close();
    expect(await patient).toBeInstanceOf(CancelledError);
    expect(server.seen).toHaveLength(3);
  });
});

describe('validation', () => {
  const nameless = '{\n  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],\n  "usrName": "b"\n}';

  beforeEach(() => {
    server.otherwise = discoverable({});
  });

  it('refuses a payload before it is sent', async () => {
    const strict = targetWith({ validation: 'strict' });
    const error = await failure(strict.create('User', nameless));
    expect(error).toBeInstanceOf(PayloadError);
    expect(error.message).toContain('POST /Users is not sent');
    expect(error).toMatchObject({ issues: expect.arrayContaining([expect.objectContaining({ path: 'usrName' })]) });
    expect(server.seen.filter(({ method }) => method === 'POST')).toHaveLength(0);
    await strict.close();
  });

  it('warns, or does not look', async () => {
    const warned = await target.create('User', nameless, { validation: 'warn' });
    expect(warned.warnings.join('\n')).toContain('usrName');
    expect((await target.create('User', nameless, { validation: 'off' })).warnings).toEqual([]);
  });

  it('points into the array of operations that it was given', async () => {
    const error = await failure(
      target.patch('User', '1', '[{"op":"replace","path":"usrName","value":1}]', { validation: 'strict' }),
    );
    if (!(error instanceof PayloadError)) throw error;
    for (const { position } of error.issues) expect(position?.character ?? 0).toBeLessThan(42);
    expect(error.issues.length).toBeGreaterThan(0);
  });

  it('picks the rules by method and path, and has none for the rest', async () => {
    const count = async (method: string, path: string): Promise<number> =>
      (await target.validate(method, path, nameless, 'strict')).filter(({ severity }) => severity === 'error').length;
    expect(await count('POST', '/Users?attributes=id')).toBeGreaterThan(0);
    expect(await count('PUT', `${server.base.href}/Users/1`)).toBeGreaterThan(0);
    expect(await count('PATCH', '/Users/1')).toBeGreaterThan(0);
    for (const path of ['/Users/.search', '/.search', '/Bulk', '/Things']) expect(await count('POST', path)).toBe(0);
    expect(await target.validate('POST', '/Users', nameless, 'off')).toEqual([]);
  });
});

describe('a call', () => {
  it('ends at its own timeout', async () => {
    server.script.push(neverEndingBody);
    const error = await failure(target.exchange({ method: 'GET', path: '/Users' }, { timeoutMs: 100, retry: false }));
    expect(error.message).toContain('within 0.1 s');
  });
});
