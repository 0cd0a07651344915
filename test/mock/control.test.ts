import { request as httpRequest } from 'node:http';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { MockControl } from '../../src/mock/control.js';
import { requireMockOptions } from '../../src/mock/file/index.js';
import type { RequestLine } from '../../src/mock/options.js';
import { createUser, type Peer, patchOp, start, userUrn } from './helper.js';

const day = new Date('2026-02-01T00:00:00Z');
const still = { now: undefined, clock: { start: day, rate: 0 } };

/** Asks the endpoint beside the service. */
async function control({ mock }: Peer, method: string, path: string, body?: unknown, headers = {}) {
  const response = await fetch(`http://127.0.0.1:${mock.port}/__mock${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text === '' ? undefined : JSON.parse(text) };
}

describe('the state of a mock server over HTTP', () => {
  it('is what it holds and does, without secrets', async () => {
    const peer = await start({
      ...still,
      users: 3,
      groups: 1,
      quirks: { 'page.max': 2 },
      auth: { scheme: 'bearer', tokens: [{ name: 'ci', value: 'a-secret-of-ci' }] },
      faults: [{ name: 'busy', on: { methods: ['GET'] }, when: { every: 2 }, effect: { status: 503 } }],
    });
    const headers = { authorization: 'Bearer a-secret-of-ci' };
    await peer.ask('GET', '/Users', undefined, headers);
    await peer.ask('GET', '/Users', undefined, headers);
    const { json, text } = await control(peer, 'GET', '/status');
    expect(json).toEqual({
      url: peer.mock.url,
      quirks: { 'page.max': 2 },
      counts: { User: 3, Group: 1 },
      clock: { time: day.toISOString(), rate: 0 },
      requests: 2,
      faults: [{ name: 'busy', requests: 2, times: 1 }],
      tokens: [{ name: 'ci', state: 'valid' }],
    });
    expect(text).not.toContain('a-secret');
  });

  it('tells the latest requests, and which faults they met', async () => {
    const peer = await start({
      ...still,
      faults: [{ name: 'busy', when: { requests: [2] }, effect: { status: 503 } }],
    });
    for (const path of ['/Users', '/Groups', '/Schemas']) await peer.ask('GET', path);
    const { json } = await control(peer, 'GET', '/requests?since=1');
    const time = day.toISOString();
    expect(json.requests).toEqual([
      {
        number: 2,
        time,
        method: 'GET',
        path: '/scim/v2/Groups',
        status: 503,
        ms: expect.any(Number),
        faults: ['busy'],
      },
      { number: 3, time, method: 'GET', path: '/scim/v2/Schemas', status: 200, ms: expect.any(Number), faults: [] },
    ]);
    expect((await control(peer, 'GET', '/requests?since=-1')).status).toBe(400);
  });

  it('shows headers and bodies without secrets, and filters, too', async () => {
    const peer = await start({ tokens: ['token-of-nobody-else'] });
    const headers = { authorization: 'Bearer token-of-nobody-else' };
    const user = { schemas: [userUrn], userName: 'x', password: 'p4ssw0rd-of-x', title: 'token-of-nobody-else' };
    await peer.ask('POST', '/Users', user, headers);
    await peer.ask('GET', `/Users?filter=${encodeURIComponent('password eq "p4ssw0rd-of-x"')}`, undefined, headers);
    const { text, json } = await control(peer, 'GET', '/requests?bodies=true');
    expect(text).not.toContain('p4ssw0rd-of-x');
    expect(text).not.toContain('nobody-else');
    expect(JSON.parse(json.requests[0].requestBody)).toMatchObject({ userName: 'x', password: '***' });
    expect(json.requests[0].responseHeaders).toContainEqual(['etag', expect.stringMatching(/^W\//)]);
    expect((await control(peer, 'GET', '/requests')).text).not.toContain('p4ssw0rd');
  });

  it('shows no secret of a token endpoint, nor the token that it gave', async () => {
    const clients = [{ id: 'hr', secret: 'secret-of-hr' }];
    const tokenPath = '/oauth/token';
    const peer = await start({ auth: { scheme: 'oauth2', clients, tokenPath, tokenLifetime: 60, scopes: [] } });
    const form = { grant_type: 'client_credentials', client_id: 'hr', client_secret: 'secret-of-hr' };
    const answer = await fetch(new URL(tokenPath, peer.mock.url), { method: 'POST', body: new URLSearchParams(form) });
    const token = /"access_token":"([^"]+)"/.exec(await answer.text())?.[1] ?? 'none';
    expect((await peer.ask('GET', '/Users', undefined, { authorization: `Bearer ${token}` })).status).toBe(200);
    const { text } = await control(peer, 'GET', '/requests?bodies=true');
    expect(text).toContain('grant_type=client_credentials');
    expect(text).not.toContain('secret-of-hr');
    expect(text).not.toContain(token);
  });

  it('does not count as a request to the service', async () => {
    const lines: RequestLine[] = [];
    const peer = await start({ onRequest: (line) => lines.push(line) });
    await control(peer, 'GET', '/status');
    await peer.ask('GET', '/Users');
    expect(lines.map(({ number, path }) => [number, path])).toEqual([[1, '/scim/v2/Users']]);
  });

  it('tells what has become of the resources', async () => {
    const peer = await start({ users: 2 });
    const [changed, deleted] = (await peer.ask('GET', '/Users')).json.Resources;
    await peer.ask('PATCH', `/Users/${changed.id}`, patchOp({ op: 'replace', path: 'title', value: 'New' }));
    await peer.ask('DELETE', `/Users/${deleted.id}`);
    const created = await createUser(peer, 'x');
    expect((await control(peer, 'GET', '/changes')).json.changes).toEqual([
      { id: changed.id, type: 'User', kind: 'changed' },
      { id: deleted.id, type: 'User', kind: 'deleted' },
      { id: created, type: 'User', kind: 'created' },
    ]);
  });
});

describe('the mock file of a running server', () => {
  it('starts another one with the same resources in the same versions', async () => {
    const peer = await start({ users: 3, groups: 1 });
    const [changed, deleted] = (await peer.ask('GET', '/Users')).json.Resources;
    await peer.ask('PATCH', `/Users/${changed.id}`, patchOp({ op: 'replace', path: 'title', value: 'New' }));
    await peer.ask('DELETE', `/Users/${deleted.id}`);
    const saved = await fetch(`http://127.0.0.1:${peer.mock.port}/__mock/file`);
    expect(saved.headers.get('content-type')).toContain('yaml');
    const again = await start(requireMockOptions(await saved.text(), { path: 'saved.scim-mock', env: {} }));
    for (const path of ['/Users', '/Groups']) {
      const [now, then] = [(await again.ask('GET', path)).text, (await peer.ask('GET', path)).text];
      expect(JSON.parse(now)).toEqual(JSON.parse(then.replaceAll(peer.mock.url, again.mock.url)));
    }
  });
});

describe('moving a mock server over HTTP', () => {
  it('puts the clock forward and sets it', async () => {
    const peer = await start(still);
    expect((await control(peer, 'POST', '/clock', { advance: '30d' })).json.time).toBe('2026-03-03T00:00:00.000Z');
    const set = { set: '2027-01-01T01:00:00+01:00' };
    expect((await control(peer, 'POST', '/clock', set)).json.time).toBe('2027-01-01T00:00:00.000Z');
    await createUser(peer, 'x');
    const [user] = (await peer.ask('GET', '/Users')).json.Resources;
    expect(user.meta.created).toBe('2027-01-01T00:00:00.000Z');
  });

  it.each([
    ['{"advance": "soon"}', 400],
    ['{"set": "tomorrow"}', 400],
    ['{"advance": "99999999999d"}', 400],
    ['{}', 400],
    ['no json', 400],
  ])('refuses %s, and says what it wants', async (body, status) => {
    const peer = await start(still);
    const reply = await control(peer, 'POST', '/clock', body);
    expect(reply.status).toBe(status);
    expect(reply.json.error).toMatch(/advance|duration|time|JSON|clock/);
    expect((await control(peer, 'GET', '/status')).json.clock.time).toBe(day.toISOString());
  });

  it('takes and gives tokens by name', async () => {
    const peer = await start({ auth: { scheme: 'bearer', tokens: [{ name: 'old', value: 'old-token' }] } });
    const as = async (token: string) =>
      (await peer.ask('GET', '/Users', undefined, { authorization: `Bearer ${token}` })).status;
    expect([await as('old-token'), await as('new-token')]).toEqual([200, 401]);
    const allow = { name: 'new', value: 'new-token' };
    const allowed = await control(peer, 'POST', '/tokens', { allow });
    expect(allowed.text).not.toContain('new-token');
    expect([await as('old-token'), await as('new-token')]).toEqual([200, 200]);
    expect((await control(peer, 'POST', '/tokens', { revoke: 'old' })).json.tokens).toEqual([
      { name: 'old', state: 'revoked' },
      { name: 'new', state: 'valid' },
    ]);
    expect([await as('old-token'), await as('new-token')]).toEqual([401, 200]);
    const unknown = await control(peer, 'POST', '/tokens', { revoke: 'olf' });
    expect([unknown.status, unknown.json.remedy]).toEqual([400, 'Did you mean old?']);
  });

  it('cannot give tokens to a server that lets everybody in', async () => {
    const reply = await control(await start(), 'POST', '/tokens', { allow: { name: 'x', value: 'the-token' } });
    expect(reply.status).toBe(400);
    expect(reply.text).not.toContain('the-token');
  });

  it('exchanges faults, written as in a mock file', async () => {
    const peer = await start({ faults: [{ effect: { status: 503 } }] });
    expect((await peer.ask('GET', '/Users')).status).toBe(503);
    const faults = [{ on: 'GET /Users', requests: [2], status: 429, retryAfter: '30s' }];
    const put = await control(peer, 'PUT', '/faults', faults);
    expect(put.json.faults).toEqual([{ name: 'GET /Users: 429', requests: 0, times: 0 }]);
    expect([(await peer.ask('GET', '/Users')).status, (await peer.ask('GET', '/Users')).status]).toEqual([200, 429]);
    expect((await control(peer, 'DELETE', '/faults')).status).toBe(204);
    expect((await control(peer, 'GET', '/status')).json.faults).toEqual([]);
  });

  it('refuses faults that cannot be, and keeps the present ones', async () => {
    const peer = await start({ faults: [{ effect: { status: 503 } }] });
    const reply = await control(peer, 'PUT', '/faults', [{ every: 0, status: 503 }]);
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringContaining('0.every')]);
    expect((await peer.ask('GET', '/Users')).status).toBe(503);
  });

  it('goes back to the start', async () => {
    const peer = await start({ ...still, users: 2, faults: [{ when: { requests: [3] }, effect: { status: 503 } }] });
    const before = (await peer.ask('GET', '/Users')).json;
    await peer.ask('DELETE', `/Users/${before.Resources[0].id}`);
    await control(peer, 'POST', '/clock', { advance: '1d' });
    await control(peer, 'PUT', '/faults', []);
    const { json } = await control(peer, 'POST', '/reset');
    expect(json).toMatchObject({ counts: { User: 2 }, clock: { time: day.toISOString() }, requests: 2 });
    expect((await peer.ask('GET', '/Users')).json).toEqual(before);
    expect((await peer.ask('GET', '/Users')).status).toBe(200);
    expect((await peer.ask('GET', '/Users')).status).toBe(503);
  });
});

describe('who may control a mock server', () => {
  it('no web page', async () => {
    const peer = await start();
    expect((await control(peer, 'POST', '/reset', {}, { origin: 'http://localhost:3000' })).status).toBe(403);
    const form = { 'content-type': 'text/plain' };
    expect((await control(peer, 'POST', '/clock', '{"advance": "1d"}', form)).status).toBe(415);
  });

  it('nobody who knows this machine by another name', async () => {
    const { mock } = await start();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { host: 'attacker.example' };
      const options = { host: '127.0.0.1', port: mock.port, path: '/__mock/status', headers };
      httpRequest(options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  const outward = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);

  it.skipIf(outward === undefined)('nobody from outside, who may use the service all the same', async () => {
    const { mock } = await start({ host: '0.0.0.0' });
    const at = `http://${outward?.address}:${mock.port}`;
    expect((await fetch(`${at}/__mock/status`)).status).toBe(403);
    expect((await fetch(`${at}/scim/v2/Users`)).status).toBe(200);
  });

  it('asks for no token of the service', async () => {
    const peer = await start({ tokens: ['some-token'] });
    expect((await control(peer, 'GET', '/status')).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${peer.mock.port}/__mockery`)).status).toBe(401);
  });

  it('what is not there, and what is not possible', async () => {
    const peer = await start();
    const nothing = await control(peer, 'GET', '/constructor');
    expect([nothing.status, nothing.json.error]).toEqual([404, expect.stringContaining('/status')]);
    const wrong = await control(peer, 'DELETE', '/status');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET']);
  });
});

describe('the journal', () => {
  it('keeps the latest requests only, and tells their numbers', async () => {
    const { mock } = await start();
    const controls = new MockControl(mock);
    const request = { method: 'GET', target: '/x', headers: {}, body: { text: '' } };
    const response = { status: 200, headers: {}, body: Buffer.alloc(0) };
    for (let number = 1; number <= 2500; number++) {
      mock.journal.add({ request, response, time: day, ms: 0, faults: [] });
    }
    expect(controls.requests()).toHaveLength(2000);
    expect(controls.requests()[0]?.number).toBe(501);
    expect(controls.requests(2498).map(({ number }) => number)).toEqual([2499, 2500]);
    expect(() => controls.request(500)).toThrow('only the latest');
    expect(controls.request(501).path).toBe('/x');
  });

  it('keeps few of the large ones', async () => {
    const { mock } = await start();
    const request = { method: 'GET', target: '/x', headers: {}, body: { text: '' } };
    const response = { status: 200, headers: {}, body: Buffer.alloc(10_000_000) };
    for (let number = 1; number <= 5; number++) {
      mock.journal.add({ request, response, time: day, ms: 0, faults: [] });
    }
    expect(mock.journal.since(0).map(({ number }) => number)).toEqual([3, 4, 5]);
  });
});
