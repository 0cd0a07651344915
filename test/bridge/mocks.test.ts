import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mocks, type ParamsOf, type ResultOf, requests, workspace } from '../../src/protocol/index.js';
import { type Bridge, startBridge } from '../support/bridge.js';

const secret = 'm0ck-s3cret-token';
const realSecret = 'r3al-s3cret-token';

const file = `auth: { scheme: bearer, tokens: [{ name: main, value: ${secret} }, { name: next, value: other-token }] }
generate: { users: 20, groups: 2 }
clock: { start: 2026-01-31T08:00:00Z, rate: 0 }
`;

const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/scim+json' };

describe('mock servers of the bridge', () => {
  let bridge: Bridge;
  let root: string;
  /** Accepts connections on behalf of the real service, and counts them. */
  let connections: number;
  const real = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });

  beforeEach(async () => {
    connections = 0;
    await new Promise<void>((resolve) => real.listen(0, '127.0.0.1', resolve));
    const address = real.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    root = mkdtempSync(join(tmpdir(), 'scim-mocks-'));
    writeFileSync(
      join(root, 'scim.yaml'),
      `tenants:
  staging: { baseUrl: "http://127.0.0.1:${port}/scim", auth: { scheme: bearer, token: env:REAL_TOKEN } }
  other: { baseUrl: "http://127.0.0.1:${port}/other", auth: { scheme: bearer, token: env:REAL_TOKEN } }
default: staging
`,
    );
    bridge = await startBridge({ root, environment: { REAL_TOKEN: realSecret } });
  });

  afterEach(async () => {
    await bridge.stop();
    await new Promise((resolve) => real.close(resolve));
    rmSync(root, { recursive: true });
  });

  const send = <T>(method: string, params: object): Promise<T> => bridge.connection.sendRequest<T>(method, params);

  async function start(text = file, more: object = {}): Promise<ResultOf<typeof mocks.startMock>['mock']> {
    const path = join(root, 'test.scim-mock');
    const answer = await send<ResultOf<typeof mocks.startMock>>(mocks.startMock.method, {
      path,
      content: { text },
      ...more,
    });
    return answer.mock;
  }

  async function create(url: string, userName: string): Promise<Response> {
    const body = JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName });
    return fetch(`${url}/Users`, { method: 'POST', headers, body });
  }

  async function run(tenant?: string) {
    return send<ResultOf<typeof requests.runRequests>>(requests.runRequests.method, {
      source: { path: 'a.scim', content: { text: 'GET /Users?count=1\n' } },
      ...(tenant === undefined ? {} : { tenant }),
    });
  }

  const failureOf = async (answer: Promise<unknown>) =>
    answer.then(
      () => expect.fail('It succeeded'),
      (error: { message: string; data: Record<string, unknown> }) => ({ message: error.message, ...error.data }),
    );

  it('start, serve, are listed, and stop', async () => {
    const mock = await start();
    expect(mock).toMatchObject({ name: 'test', vendor: null, counts: { User: 20, Group: 2 }, tenants: [] });
    const { status } = await fetch(`${mock.url}/Users`, { headers });
    expect(status).toBe(200);
    const second = await start();
    const list = await send<ResultOf<typeof mocks.listMocks>>(mocks.listMocks.method, {});
    expect(list.mocks.map(({ url }) => url)).toEqual([mock.url, second.url]);
    await send(mocks.stopMock.method, { id: mock.id });
    await expect(fetch(`${mock.url}/Users`)).rejects.toThrow('fetch failed');
    expect((await fetch(`${second.url}/Users`, { headers })).status).toBe(200);
    expect(await failureOf(send(mocks.mockStatus.method, { id: mock.id }))).toMatchObject({ code: 'usage' });
  });

  it('end with the bridge', async () => {
    const { url } = await start();
    await bridge.stop();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('take a new text without leaving their port, and keep the old one when the new one is bad', async () => {
    const mock = await start();
    await create(mock.url, 'gone@example.com');
    const path = join(root, 'test.scim-mock');
    const reseed = (text: string) =>
      send<ResultOf<typeof mocks.reseedMock>>(mocks.reseedMock.method, { id: mock.id, path, content: { text } });
    expect(await failureOf(reseed('vendor: oktaa\n'))).toMatchObject({
      code: 'config.file',
      file: path,
      position: { line: 0, character: 8 },
      message: expect.stringContaining('okta'),
    });
    const status = await send<ResultOf<typeof mocks.mockStatus>>(mocks.mockStatus.method, { id: mock.id });
    expect(status.mock.counts).toEqual({ User: 21, Group: 2 });
    const { mock: after } = await reseed('generate: { users: 3 }\n');
    expect(after).toMatchObject({ id: mock.id, url: mock.url, counts: { User: 3, Group: 0 } });
    expect((await fetch(`${mock.url}/Users`)).status).toBe(200);
  });

  it('say which port is taken', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    const failure = await failureOf(start(file, { port }));
    expect(failure).toMatchObject({ code: 'mock.listen', message: expect.stringContaining(`${port}`) });
  });

  it('tell of requests as they come, and show them without secrets', async () => {
    const mock = await start();
    await create(mock.url, 'new@example.com');
    await fetch(`${mock.url}/Users?count=1`);
    const told = () =>
      bridge
        .received(mocks.mockAnswered.method)
        .flatMap((params) => (params as ParamsOf<typeof mocks.mockAnswered>).requests);
    await expect.poll(() => told().length).toBe(2);
    expect(told()).toMatchObject([
      { number: 1, method: 'POST', status: 201, time: '2026-01-31T08:00:00.000Z' },
      { number: 2, method: 'GET', status: 401 },
    ]);
    const { text } = await send<ResultOf<typeof mocks.mockRequest>>(mocks.mockRequest.method, {
      id: mock.id,
      number: 1,
    });
    expect(JSON.stringify(text)).toContain('new@example.com');
    expect(JSON.stringify(text)).not.toContain(secret);
  });

  it('show resources and what differs since the start', async () => {
    const { id, url } = await start();
    await create(url, 'new@example.com');
    const query = { id, type: 'User', filter: 'userName eq "new@example.com"' };
    const found = await send<ResultOf<typeof mocks.mockResources>>(mocks.mockResources.method, query);
    expect(found).toMatchObject({ total: 1, resources: [{ label: 'new@example.com' }] });
    const page = await send<ResultOf<typeof mocks.mockResources>>(mocks.mockResources.method, {
      id,
      type: 'User',
      start: 15,
      count: 3,
    });
    expect([page.total, page.resources.length]).toEqual([21, 3]);
    const [first] = page.resources;
    await fetch(`${url}/Users/${first?.id}`, { method: 'DELETE', headers });
    const { changes } = await send<ResultOf<typeof mocks.mockChanges>>(mocks.mockChanges.method, { id });
    // Groups that it was a member of have changed, too.
    expect(changes.slice(0, 2)).toMatchObject([
      { kind: 'created', type: 'User', label: 'new@example.com' },
      { kind: 'deleted', type: 'User', id: first?.id, label: first?.label },
    ]);
    const gone = await send<ResultOf<typeof mocks.mockResource>>(mocks.mockResource.method, {
      id,
      resource: first?.id,
    });
    expect(gone).toMatchObject({ text: null, original: { text: expect.stringContaining(first?.label ?? '?') } });
  });

  it('are moved: clock, tokens, and back to the start', async () => {
    const { id, url } = await start();
    const act = (action: object) => send(mocks.controlMock.method, { id, action });
    await create(url, 'new@example.com');
    await act({ kind: 'advance', by: '30d' });
    await act({ kind: 'revoke', token: 'next' });
    const status = await send<ResultOf<typeof mocks.mockStatus>>(mocks.mockStatus.method, { id });
    expect(status.time).toBe('2026-03-02T08:00:00.000Z');
    expect(status.tokens).toEqual([
      { name: 'main', state: 'valid' },
      { name: 'next', state: 'revoked' },
    ]);
    expect(await failureOf(act({ kind: 'advance', by: 'soon' }))).toMatchObject({ code: 'usage' });
    await act({ kind: 'reset' });
    const { mock, time } = await send<ResultOf<typeof mocks.mockStatus>>(mocks.mockStatus.method, { id });
    expect([mock.counts.User, time]).toEqual([20, '2026-01-31T08:00:00.000Z']);
  });

  it('are saved as a mock file that gives them again', async () => {
    const { id, url } = await start();
    await create(url, 'kept@example.com');
    const { text } = await send<ResultOf<typeof mocks.saveMock>>(mocks.saveMock.method, { id });
    const saved = 'text' in text ? text.text : expect.fail('It went by a file');
    const again = await start(saved);
    expect(again.counts).toEqual({ User: 21, Group: 2 });
    const found = await fetch(`${again.url}/Users?filter=userName%20eq%20%22kept@example.com%22`, { headers });
    expect(await found.json()).toMatchObject({ totalResults: 1 });
  });

  it('stand in for a tenant, whose server and credential are left alone', async () => {
    const { id } = await start();
    const attached = await send<ResultOf<typeof mocks.attachMock>>(mocks.attachMock.method, { id });
    expect(attached).toEqual({ tenant: 'staging', isDefault: true });
    expect(await run()).toMatchObject({ exitCode: 0, results: [{ response: { status: 200 } }] });
    expect(connections).toBe(0);
    const { tenants } = await send<ResultOf<typeof workspace.tenants>>(workspace.tenants.method, {});
    expect(tenants).toMatchObject([{ name: 'staging', mock: 'test' }, { name: 'other' }]);
    expect(tenants[1]?.mock).toBeUndefined();
    const { requests: seen } = await send<ResultOf<typeof mocks.mockRequests>>(mocks.mockRequests.method, { id });
    for (const { number } of seen) {
      const { text } = await send<ResultOf<typeof mocks.mockRequest>>(mocks.mockRequest.method, { id, number });
      expect(JSON.stringify(text)).not.toContain(realSecret);
    }
    await run('other');
    expect(connections).toBeGreaterThan(0);
    connections = 0;
    await send(mocks.detachMock.method, {});
    await run();
    expect(connections).toBeGreaterThan(0);
  });

  it('is asked in the way of its vendor when the tenant names none', async () => {
    const { id } = await start(`vendor: entra-id\n${file}`);
    await send(mocks.attachMock.method, { id });
    const listed = { type: 'User', count: 7 };
    const { count } = await send<{ count: number }>('scim/resource/list', listed);
    expect(count).toBe(20);
  });

  it('stand in for a tenant whose variables are not set, and for all tenants at once', async () => {
    await bridge.stop();
    bridge = await startBridge({ root });
    const { id } = await start();
    expect(await failureOf(run())).toMatchObject({ exitCode: 6 });
    await send(mocks.attachMock.method, { id, all: true });
    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(await run('other')).toMatchObject({ exitCode: 0 });
    expect(connections).toBe(0);
  });

  it('keep standing in after new credentials came with a new text', async () => {
    const { id } = await start();
    await send(mocks.attachMock.method, { id });
    const text = file.replace(secret, 'another-secret-token');
    await send(mocks.reseedMock.method, { id, path: join(root, 'test.scim-mock'), content: { text } });
    expect(await run()).toMatchObject({ exitCode: 0, results: [{ response: { status: 200 } }] });
  });

  it('stand in with every scheme', async () => {
    const schemes = [
      '{ scheme: none }',
      '{ scheme: basic, users: [{ name: me, password: s3cret-word }] }',
      '{ scheme: api-key, header: X-Key, keys: [s3cret-key-1] }',
      '{ scheme: oauth2, clients: [{ id: me, secret: s3cret-client }] }',
      '{ scheme: mtls }',
    ];
    for (const scheme of schemes) {
      const { id } = await start(`auth: ${scheme}\nlisten: { tls: generated }\n`);
      await send(mocks.attachMock.method, { id });
      expect([scheme, (await run()).exitCode]).toEqual([scheme, 0]);
      await send(mocks.stopMock.method, { id });
    }
  });

  it('refuse an unknown tenant', async () => {
    const { id } = await start();
    const failure = await failureOf(send(mocks.attachMock.method, { id, tenant: 'stagin' }));
    expect(failure).toMatchObject({ code: 'config.tenant' });
  });

  it('leave the bridge free while they make their data', async () => {
    const slow = start('generate: { users: 200000, groups: 1000 }\n');
    const watch = slow.then(() => 'made');
    for (let answer = 1; answer <= 20; answer += 1) {
      const first = await Promise.race([watch, send(mocks.listMocks.method, {}).then(() => 'answered')]);
      expect([answer, first]).toEqual([answer, 'answered']);
    }
    expect((await slow).counts).toEqual({ User: 200_000, Group: 1000 });
  });

  it('are told of when they end', async () => {
    const { id } = await start();
    await send(mocks.attachMock.method, { id });
    await send(mocks.stopMock.method, { id });
    expect(bridge.received(mocks.mockEnded.method)).toEqual([{ id, name: 'test', tenants: ['staging'] }]);
    await run();
    expect(connections).toBeGreaterThan(0);
  });

  it('of an earlier bridge keep their tenants from the real server', async () => {
    await bridge.stop();
    bridge = await startBridge({ root, environment: { REAL_TOKEN: realSecret }, raw: true });
    const standIns = [{ tenant: 'staging', mock: 'test' }];
    await send('initialize', { rootPath: root, initializationOptions: { protocolVersion: '1.1', standIns } });
    expect(await failureOf(run())).toMatchObject({ message: expect.stringContaining('has ended') });
    expect(connections).toBe(0);
    await send(mocks.detachMock.method, { tenant: 'staging' });
    await run();
    expect(connections).toBeGreaterThan(0);
  });

  it('write nothing to standard output or error', async () => {
    await start();
    const exit = once(bridge.process, 'exit');
    await bridge.stop();
    await exit.catch(() => {});
    expect(bridge.stderr()).toBe('');
  });
});
