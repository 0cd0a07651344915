/** Who is let in: bearer tokens, basic authentication, API keys. */

import { describe, expect, it } from 'vitest';
import type { AuthSettings } from '../../src/mock/auth/settings.js';
import { startMock } from '../../src/mock/server.js';
import { bjensen, createUser, errorUrn, type Peer, start } from './helper.js';

const challenge = 'Bearer realm="SCIM"';

/** The status of `GET /Users` with HEADERS. */
async function statusOf(peer: Peer, headers: Record<string, string>): Promise<number> {
  return (await peer.ask('GET', '/Users', undefined, headers)).status;
}

function basic(text: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

describe('bearer tokens (RFC 6750)', () => {
  it.each([
    [undefined, 401, challenge],
    ['Basic bmV3LXNlY3JldA==', 401, challenge],
    ['Bearer wrong', 401, `${challenge}, error="invalid_token", error_description="The bearer token is not known."`],
    [
      'Bearer new-secretx',
      401,
      `${challenge}, error="invalid_token", error_description="The bearer token is not known."`,
    ],
    [
      'Bearer',
      400,
      `${challenge}, error="invalid_request", error_description="The Authorization header is not 'Bearer TOKEN'."`,
    ],
    [
      'Bearer new-secret more',
      400,
      `${challenge}, error="invalid_request", error_description="The Authorization header is not 'Bearer TOKEN'."`,
    ],
  ])('%s is refused with %i', async (authorization, refusal, expected) => {
    const { ask } = await start({ tokens: ['old-secret', 'new-secret'] });
    for (const path of ['/Users', '/nowhere']) {
      const { status, headers, json } = await ask('GET', path, undefined, authorization ? { authorization } : {});
      expect([status, headers.get('www-authenticate')]).toEqual([refusal, expected]);
      expect(json).toMatchObject({ schemas: [errorUrn], status: String(refusal) });
      expect(json.detail).not.toContain('secret');
    }
  });

  it('are let in each, whatever the case of Bearer', async () => {
    const peer = await start({ tokens: ['old-secret', 'new-secret'] });
    for (const authorization of ['Bearer old-secret', 'bearer new-secret']) {
      expect(await statusOf(peer, { authorization })).toBe(200);
    }
  });

  it('let nobody in when there is none, and change nothing', async () => {
    const { ask, mock } = await start({ tokens: [] });
    const { revision } = mock.store;
    expect((await ask('POST', '/Users', bjensen, bearer('x'))).status).toBe(401);
    expect(mock.store.revision).toBe(revision);
  });

  it('are not needed to read how to authenticate, but a wrong one is refused', async () => {
    const { ask } = await start({ tokens: ['secret'] });
    expect((await ask('GET', '/ServiceProviderConfig')).status).toBe(200);
    expect((await ask('GET', '/ServiceProviderConfig', undefined, bearer('wrong'))).status).toBe(401);
  });

  it('can be taken and given while the server runs', async () => {
    const peer = await start({
      auth: {
        scheme: 'bearer',
        tokens: [
          { name: 'old', value: 'old-secret' },
          { name: 'new', value: 'new-secret' },
        ],
      },
    });
    const { tokens } = peer.mock.provider.auth;
    expect(tokens.revoke('old')).toBe(true);
    expect(tokens.revoke('older')).toBe(false);
    const refused = await peer.ask('GET', '/Users', undefined, bearer('old-secret'));
    expect([refused.status, refused.json.detail]).toEqual([401, 'The bearer token has been revoked.']);
    expect(await statusOf(peer, bearer('new-secret'))).toBe(200);
    tokens.allow({ name: 'next', value: 'next-secret' });
    tokens.allow({ name: 'old', value: 'old-secret' });
    expect(await statusOf(peer, bearer('next-secret'))).toBe(200);
    expect(await statusOf(peer, bearer('old-secret'))).toBe(200);
    expect(tokens.list()).toEqual([
      { name: 'new', state: 'valid' },
      { name: 'next', state: 'valid' },
      { name: 'old', state: 'valid' },
    ]);
    expect(() => tokens.allow({ name: 'bad', value: 'two words' })).toThrow('cannot be sent');
  });

  it('expire by the clock of the server', async () => {
    let time = new Date('2026-01-31T08:00:00Z');
    const expires = new Date('2026-01-31T09:00:00Z');
    const peer = await start({
      now: () => time,
      auth: { scheme: 'bearer', tokens: [{ name: 'short', value: 'short-secret', expires }] },
    });
    expect(await statusOf(peer, bearer('short-secret'))).toBe(200);
    time = expires;
    const { status, json, headers } = await peer.ask('GET', '/Users', undefined, bearer('short-secret'));
    expect([status, json.detail]).toEqual([401, 'The bearer token has expired.']);
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(peer.mock.provider.auth.tokens.list()).toEqual([{ name: 'short', state: 'expired' }]);
  });

  it('expire when they are told to', async () => {
    const peer = await start({ tokens: ['a-secret', 'b-secret'] });
    const request = { method: 'GET', target: '/', headers: bearer('a-secret'), body: { text: '' } };
    peer.mock.provider.auth.expire(request);
    expect(await statusOf(peer, bearer('a-secret'))).toBe(401);
    expect(await statusOf(peer, bearer('b-secret'))).toBe(200);
  });
});

describe('basic authentication (RFC 7617)', () => {
  const auth: AuthSettings = {
    scheme: 'basic',
    users: [
      { name: 'bjensen', value: 'pass:wörd' },
      { name: 'robot', value: 'tin', user: 'bjensen' },
    ],
  };

  it.each([
    ['bjensen:pass:wörd', 200],
    ['robot:tin', 200],
    ['bjensen:pass', 401],
    ['bjensen:tin', 401],
    ['bjensen', 401],
    [':', 401],
  ])('%s gives %i', async (pair, expected) => {
    const { status, headers } = await (await start({ auth })).ask('GET', '/Users', undefined, basic(pair));
    expect(status).toBe(expected);
    expect(headers.get('www-authenticate')).toBe(expected === 401 ? 'Basic realm="SCIM", charset="UTF-8"' : null);
  });

  it('refuses other schemes and malformed base64', async () => {
    const peer = await start({ auth });
    for (const headers of [{}, bearer('tin'), { authorization: 'Basic' }, { authorization: 'Basic %%%' }]) {
      expect(await statusOf(peer, headers)).toBe(401);
    }
  });

  it('expires and takes back by name', async () => {
    const peer = await start({ auth });
    const request = { method: 'GET', target: '/', headers: basic('robot:tin'), body: { text: '' } };
    peer.mock.provider.auth.expire(request);
    expect((await peer.ask('GET', '/Users', undefined, basic('robot:tin'))).json.detail).toBe(
      'The password has expired.',
    );
    peer.mock.provider.auth.tokens.allow({ name: 'robot', value: 'tin' });
    expect(await statusOf(peer, basic('robot:tin'))).toBe(200);
    peer.mock.provider.auth.tokens.revoke('robot');
    expect(await statusOf(peer, basic('robot:tin'))).toBe(401);
  });
});

describe('API keys', () => {
  const auth: AuthSettings = { scheme: 'apiKey', header: 'X-Api-Key', keys: [{ name: 'main', value: 'key-secret' }] };

  it('are let in by their header alone', async () => {
    const peer = await start({ auth });
    expect(await statusOf(peer, { 'x-api-key': 'key-secret' })).toBe(200);
    for (const headers of [{}, bearer('key-secret'), { 'x-api-key': 'key' }]) {
      const refused = await peer.ask('GET', '/Users', undefined, headers);
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
        401,
        'ApiKey realm="SCIM", header="X-Api-Key"',
      ]);
    }
  });

  it('can be taken back, and expire when they are told to', async () => {
    const peer = await start({ auth });
    const { tokens, expire } = peer.mock.provider.auth;
    tokens.allow({ name: 'next', value: 'next-secret' });
    expire({ method: 'GET', target: '/', headers: { 'x-api-key': 'next-secret' }, body: { text: '' } });
    tokens.revoke('main');
    expect(tokens.list()).toEqual([
      { name: 'main', state: 'revoked' },
      { name: 'next', state: 'expired' },
    ]);
    for (const key of ['key-secret', 'next-secret']) expect(await statusOf(peer, { 'x-api-key': key })).toBe(401);
  });

  it('may stand in the Authorization header as they are', async () => {
    const keys = [{ name: 'main', value: 'key-secret' }];
    const peer = await start({ auth: { scheme: 'apiKey', header: 'Authorization', keys } });
    expect(await statusOf(peer, { authorization: 'key-secret' })).toBe(200);
  });
});

describe('settings that cannot be', () => {
  const token = { name: 'a', value: 'secret' };

  it.each<[AuthSettings, string]>([
    [{ scheme: 'bearer', tokens: [{ name: 'a', value: '' }] }, 'The bearer token "a" is empty'],
    [{ scheme: 'bearer', tokens: [{ name: 'a', value: 'secret secret' }] }, 'The bearer token "a" holds a character'],
    [{ scheme: 'bearer', tokens: [token, { ...token, value: 'other-secret' }] }, 'Two bearer tokens are called "a"'],
    [{ scheme: 'bearer', tokens: [token, { ...token, name: 'b' }] }, 'The bearer tokens "a" and "b" are the same'],
    [{ scheme: 'bearer', tokens: [{ ...token, expires: new Date('?') }] }, 'The bearer token "a" expires at a time'],
    [{ scheme: 'apiKey', header: 'X Key', keys: [] }, '"X Key" is not the name of a header'],
    [{ scheme: 'basic', users: [{ name: 'a:b', value: 'secret' }] }, 'The user name "a:b" holds a colon'],
    [{ scheme: 'mtls' }, 'mtls'],
  ])('%j are refused', async (auth, message) => {
    const error = await startMock({ auth }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(message) });
    expect(String(error)).not.toContain('secret');
  });

  it('are tokens beside auth', async () => {
    await expect(startMock({ tokens: ['x'], auth: { scheme: 'none' } })).rejects.toMatchObject({ code: 'usage' });
  });
});

it('everybody is let in without a scheme', async () => {
  const peer = await start();
  const { auth } = peer.mock.provider;
  await createUser(peer, 'bjensen');
  expect(auth.tokens.list()).toEqual([]);
  expect(auth.tokens.revoke('x')).toBe(false);
  expect(() => auth.tokens.allow({ name: 'x', value: 'x' })).toThrow('lets everybody in');
});
