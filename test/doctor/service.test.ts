import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { mocks, ResultOf } from '../../src/protocol/index.js';
import { answer, json, startFaultServer } from '../support/fault-server.js';
import {
  bridgeOf,
  closing,
  examined,
  mockServer,
  type Result,
  tenantAt,
  token,
  troubles,
  withId,
  workspace,
} from './helper.js';

/** A token (RFC 7519) that ends in DAYS. Nobody has signed it. */
function jwt(days: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ exp: Math.floor(Date.now() / 1000) + days * 86_400 + 600 })}.c2lnbmF0dXJl`;
}

async function withToken(url: string, value: string, ...more: string[]): Promise<Result> {
  const bridge = await bridgeOf(workspace({ 'scim.yaml': tenantAt(url, ...more) }), {
    SCIM_STAGING_TOKEN: value,
    ...(more.length === 0 ? {} : { SCIM_STAGING_TOKEN_PREVIOUS: token }),
  });
  return bridge.connection.sendRequest('scim/doctor', {});
}

const rotating =
  'auth: { scheme: bearer, token: env:SCIM_STAGING_TOKEN, previousToken: env:SCIM_STAGING_TOKEN_PREVIOUS }';

describe('the credential', () => {
  it('is refused: 401', async () => {
    const mock = await mockServer({ tokens: ['another'] });
    const result = await examined(mock.url);
    expect(troubles(result)).toEqual(['AUTH001 error']);
    expect(result.exitCode).toBe(7);
    expect(withId(result, 'SCIM001')).toMatchObject([{ status: 'skipped' }]);
  });

  it('may not do this: 403', async () => {
    const mock = await mockServer({ tokens: [token], faults: [{ effect: { status: 403 } }] });
    expect(troubles(await examined(mock.url))).toEqual(['AUTH002 error']);
  });

  it('may read users, and not groups', async () => {
    const mock = await mockServer({ tokens: [token], faults: [{ on: { path: '/Groups' }, effect: { status: 403 } }] });
    const result = await examined(mock.url);
    expect(troubles(result)).toEqual(['AUTH002 warning']);
    expect(withId(result, 'AUTH002')[0]?.message).toBe('Groups cannot be read (403)');
  });

  it('is of no use where everybody is let in', async () => {
    const mock = await mockServer();
    const result = await examined(mock.url);
    expect(troubles(result)).toEqual(['AUTH001 warning']);
    expect(withId(result, 'AUTH001').at(-1)?.message).toContain('to everybody');
  });

  it('says when it ends, and is refused before anything is asked when that is over', async () => {
    const fresh = jwt(100);
    const soon = jwt(5);
    const mock = await mockServer({ tokens: [fresh, soon] });
    const good = await withToken(mock.url, fresh);
    expect(withId(good, 'AUTH003').at(-1)).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('in 100 days'),
    });
    const late = await withToken(mock.url, soon);
    expect(troubles(late)).toEqual(['AUTH003 warning']);
    expect(late.exitCode).toBe(0);
    const over = await withToken(mock.url, jwt(-3));
    expect(troubles(over)).toContain('AUTH003 error');
    expect(over.exitCode).toBe(7);
  });

  it('has another one beside it: which of them works?', async () => {
    const current = 'current-token-9876543210';
    const both = await mockServer({ tokens: [token, current] });
    expect(withId(await withToken(both.url, current, rotating), 'AUTH004')).toMatchObject([{ status: 'ok' }]);
    const older = await mockServer({ tokens: [token] });
    const [behind] = withId(await withToken(older.url, current, rotating), 'AUTH004');
    expect(behind).toMatchObject({ status: 'warning', message: expect.stringContaining('auth.token is refused') });
    const newer = await mockServer({ tokens: [current] });
    const [over] = withId(await withToken(newer.url, current, rotating), 'AUTH004');
    expect(over).toMatchObject({ status: 'warning', message: expect.stringContaining('the rotation is over') });
    expect(over?.fix).toContain('rotate finish --tenant staging');
  });
});

describe('the service', () => {
  it('is not at this URL: 404', async () => {
    const mock = await mockServer({ tokens: [token] });
    const result = await examined(mock.url.replace('/scim/v2', '/scim/v3'));
    expect(troubles(result)).toEqual(['SCIM001 error']);
    expect(withId(result, 'SCIM001')[0]).toMatchObject({ fix: expect.stringContaining('baseUrl') });
  });

  it('answers with a web page', async () => {
    const server = closing(await startFaultServer());
    server.otherwise = answer(200, { 'content-type': 'text/html' }, '<html><title>Sign in</title></html>');
    const result = await examined(server.base);
    expect(troubles(result)).toEqual(['SCIM002 error']);
  });

  it('does not describe itself: what is made do with is told', async () => {
    const mock = await mockServer({
      tokens: [token],
      faults: [{ on: { path: '/Schemas' }, effect: { status: 404 } }],
    });
    const result = await examined(mock.url);
    expect(troubles(result)).toEqual(['SCIM001 warning']);
    expect(withId(result, 'SCIM001')[0]?.why).toContain('RFC 7643');
  });

  it('ignores filters', async () => {
    const server = closing(await startFaultServer());
    const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], id: '1', userName: 'a' };
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:ListResponse'];
    server.otherwise = (seen, response) =>
      seen.headers.authorization === undefined
        ? json(401, {})(seen, response)
        : json(200, { schemas, totalResults: 1, Resources: [user] })(seen, response);
    expect(withId(await examined(server.base), 'SCIM003')[0]).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('is ignored'),
    });
  });

  it('is compared with what was seen last time', async () => {
    const mock = await mockServer({ tokens: [token] });
    const bridge = await bridgeOf(workspace({ 'scim.yaml': tenantAt(mock.url) }), { SCIM_STAGING_TOKEN: token });
    const ask = async () => withId(await bridge.connection.sendRequest<Result>('scim/doctor', {}), 'SCIM004')[0];
    expect((await ask())?.message).toContain('for the first time');
    expect(await ask()).toMatchObject({ status: 'ok', message: expect.stringMatching(/^as it was seen on \d{4}/) });
    mock.replace({ ...mock.options, rules: { bulk: { supported: false } } });
    expect(await ask()).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('ServiceProviderConfig bulk has changed'),
    });
    expect(await ask()).toMatchObject({ status: 'ok' });
  });

  it('is compared with the profile of its vendor', async () => {
    const mock = await mockServer({ tokens: [token] });
    const result = await examined(mock.url, 'profile: { features: { bulk: no } }', 'limits: { pageSize: 100000 }');
    const found = withId(result, 'SCIM005');
    expect(found.map(({ status }) => status)).toEqual(['warning', 'warning']);
    expect(found[0]?.fix).toContain('profile: { features: { bulk: yes } }');
    expect(found[1]?.fix).toMatch(/limits: { pageSize: \d+ }/);
  });

  it('is a mock server in place of a tenant: nothing is remembered, the environment of the tenant does not matter', async () => {
    const root = workspace({ 'scim.yaml': tenantAt('https://scim.invalid/scim/v2') });
    const bridge = await bridgeOf(root);
    const path = join(root, 'x.scim-mock');
    const started: ResultOf<typeof mocks.startMock> = await bridge.connection.sendRequest('scim/mock/start', {
      path,
      content: { text: '' },
    });
    await bridge.connection.sendRequest('scim/mock/attach', { id: started.mock.id, tenant: 'staging' });
    const result: Result = await bridge.connection.sendRequest('scim/doctor', {});
    expect(troubles(result)).toEqual([]);
    expect(withId(result, 'SCIM004')).toMatchObject([{ status: 'skipped' }]);
  });
});
