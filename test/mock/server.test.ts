/** Routes, limits, start and end of the mock server. */

import { connect, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { startMock } from '../../src/mock/server.js';
import type { ScimError } from '../../src/scim/error.js';
import { bjensen, createUser, patchUrn, start, userUrn } from './helper.js';

describe('routes', () => {
  it.each([
    ['/Users/', 200],
    ['/users', 404],
    ['/Users//', 404],
    ['/Users/x/y', 404],
    ['/Robots', 404],
    ['', 200],
    ['/', 200],
    ['/Users/%E0%A4%A', 400],
    ['/Me', 404],
    ['/Bulk', 405],
  ])('%s gives %i', async (path, expected) => {
    const { ask } = await start();
    expect((await ask('GET', path)).status).toBe(expected);
  });

  it.each([
    ['PUT', '/Users', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/Groups', 'GET, HEAD, POST, OPTIONS'],
    ['POST', '/Users/2819c223', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['GET', '/Users/.search', 'POST, OPTIONS'],
    ['GET', '/.search', 'POST, OPTIONS'],
  ])('%s %s gives 405 and says what is allowed', async (method, path, allow) => {
    const { ask } = await start();
    const { status, headers, json } = await ask(method, path);
    expect([status, headers.get('allow'), json.status]).toEqual([405, allow, '405']);
  });

  it('know the version in the path (RFC 7644 §3.13)', async () => {
    const { mock } = await start();
    const origin = new URL(mock.url).origin;
    const get = async (path: string) => {
      const response = await fetch(origin + path);
      return [response.status, JSON.parse(await response.text()).scimType];
    };
    expect(await get('/scim/v2/Users')).toEqual([200, undefined]);
    expect(await get('/scim/Users')).toEqual([200, undefined]);
    expect(await get('/scim/v1/Users')).toEqual([400, 'invalidVers']);
    expect(await get('/Users')).toEqual([404, undefined]);
    expect(await get('/scimitar/Users')).toEqual([404, undefined]);
  });

  it('follow another base path', async () => {
    for (const basePath of ['', '/', '/tenants/acme/']) {
      const peer = await start({ basePath });
      const id = await createUser(peer, 'bjensen');
      const { json } = await peer.ask('GET', `/Users/${id}`);
      expect(json.meta.location).toBe(`http://127.0.0.1:${peer.mock.port}${basePath.replace(/\/$/, '')}/Users/${id}`);
    }
  });
});

describe('media types', () => {
  it.each([
    ['application/scim+json', 'application/scim+json;charset=utf-8'],
    ['application/json', 'application/json;charset=utf-8'],
    ['application/scim+json, application/json;q=0.9', 'application/scim+json;charset=utf-8'],
    ['*/*', 'application/scim+json;charset=utf-8'],
  ])('Accept: %s', async (accept, contentType) => {
    const { ask } = await start();
    for (const path of ['/Users', '/Users/x']) {
      expect((await ask('GET', path, undefined, { accept })).headers.get('content-type')).toBe(contentType);
    }
  });

  it.each([
    ['application/json', 201],
    ['Application/SCIM+JSON; charset=utf-8', 201],
    ['application/x-www-form-urlencoded', 415],
    ['text/plain', 415],
  ])('Content-Type: %s gives %i', async (contentType, status) => {
    const { ask } = await start();
    expect((await ask('POST', '/Users', bjensen, { 'content-type': contentType })).status).toBe(status);
  });
});

describe('bodies', () => {
  it('larger than 1 MB are refused with the limit, with and without Content-Length, and the server lives on', async () => {
    const { ask, mock } = await start();
    const large = { schemas: [userUrn], userName: 'x'.repeat(1_100_000) };
    const refused = await ask('POST', '/Users', large);
    expect([refused.status, refused.json.status]).toEqual([413, '413']);
    expect(refused.json.detail).toContain('1048576');
    const head = 'POST /scim/v2/Users HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = `40000\r\n${'x'.repeat(0x40000)}\r\n`;
    expect(await converse(mock.port, `${head}${chunk.repeat(5)}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    expect((await ask('GET', '/Users')).status).toBe(200);
  });

  it('have the limit of the rules', async () => {
    const { ask } = await start({ rules: { maxPayloadSize: 200 } });
    expect((await ask('POST', '/Users', { schemas: [userUrn], userName: 'x'.repeat(50) })).status).toBe(201);
    const refused = await ask('POST', '/Users', { schemas: [userUrn], userName: 'x'.repeat(150) });
    expect(refused.status).toBe(413);
    expect(refused.json.detail).toContain('200');
    expect((await ask('POST', '/Users', { schemas: [userUrn], userName: 'x'.repeat(10_000) })).status).toBe(413);
  });

  it('may begin with a byte order mark, and come in pieces', async () => {
    const { mock } = await start();
    const bytes = Buffer.from(`\uFEFF${JSON.stringify({ schemas: [userUrn], userName: 'Jürgen' })}`);
    const head = `POST /scim/v2/Users HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const pieces = [...bytes].map((byte) =>
      Buffer.concat([Buffer.from('1\r\n'), Buffer.from([byte]), Buffer.from('\r\n')]),
    );
    const answer = await converse(mock.port, Buffer.concat([Buffer.from(head), ...pieces, Buffer.from('0\r\n\r\n')]));
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(answer).toContain('Jürgen');
  });

  it('nested without end are refused', async () => {
    const peer = await start();
    const { ask } = peer;
    const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
    const bodies = [deep('[', ']'), `{"schemas":["${userUrn}"],"userName":"a","emails":${deep('[', ']')}}`];
    for (const body of bodies) expect((await ask('POST', '/Users', body)).status).toBe(400);
    const patch = `{"schemas":["${patchUrn}"],"Operations":[{"op":"add","path":"emails","value":${deep('[', ']')}}]}`;
    const id = await createUser(peer, 'bjensen');
    expect((await ask('PATCH', `/Users/${id}`, patch)).status).toBe(400);
    expect((await ask('GET', `/Users?filter=${deep('(', ')')}`.slice(0, 8000))).status).toBe(400);
  });

  it('that are not UTF-8 are refused', async () => {
    const { mock } = await start();
    const body = Buffer.from('{"schemas":["urn"],"userName":"J\xfcrgen"}', 'latin1');
    const response = await fetch(`${mock.url}/Users`, {
      method: 'POST',
      headers: { 'content-type': 'application/scim+json' },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      scimType: 'invalidSyntax',
      detail: 'The body is not JSON: it is not UTF-8',
    });
  });

  it('cannot reach the prototype of objects', async () => {
    const { ask } = await start();
    const body = `{"schemas":["${userUrn}"],"userName":"a","__proto__":{"polluted":true},"name":{"__proto__":{"polluted":true}}}`;
    const { status, json } = await ask('POST', '/Users', body);
    expect([status, json.scimType]).toEqual([400, 'invalidValue']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('start and end', () => {
  it('tells about every request', async () => {
    const lines: string[] = [];
    const { ask } = await start({ onRequest: ({ method, path, status }) => lines.push(`${method} ${path} ${status}`) });
    await ask('GET', '/Users?count=0');
    await ask('GET', '/Users/x');
    expect(lines).toEqual(['GET /scim/v2/Users?count=0 200', 'GET /scim/v2/Users/x 404']);
  });

  it('says when the port is taken', async () => {
    const { mock } = await start();
    await expect(startMock({ port: mock.port })).rejects.toMatchObject({
      code: 'mock.listen',
      message: `Port ${mock.port} on 127.0.0.1 is already in use`,
      remedy: 'Choose another port, or 0 for a free one.',
    } satisfies Partial<ScimError>);
  });

  it.each([
    ['256.0.0.1', /^There is no host called 256.0.0.1|^The mock server cannot listen on 256.0.0.1/],
    ['192.0.2.1', /^192.0.2.1 is not an address of this machine/],
  ])('says when it cannot listen on %s', async (host, message) => {
    const error = await startMock({ host }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'mock.listen', message: expect.stringMatching(message) });
  });

  it('goes on after an error of its own', async () => {
    const { mock, ask } = await start();
    vi.spyOn(mock.provider, 'handle').mockImplementationOnce(() => {
      throw new Error('a mistake');
    });
    const { status, json } = await ask('GET', '/Users');
    expect([status, json.detail]).toEqual([500, 'The mock server has an error: a mistake']);
    expect((await ask('GET', '/Users')).status).toBe(200);
  });

  it('refuses bad options before it takes the port, and leaves none taken', async () => {
    const port = await start().then(async ({ mock }) => {
      await mock.close();
      return mock.port;
    });
    const bad = [{ users: -1 }, { publicUrl: 'scim.example.com' }, { tokens: [''] }];
    for (const options of bad) {
      for (const asked of [port, 0]) {
        await expect(startMock({ ...options, port: asked })).rejects.toMatchObject({ code: 'usage' });
      }
    }
    const again = await startMock({ port });
    expect(again.port).toBe(port);
    await again.close();
    const taken = await start();
    await expect(startMock({ users: -1, port: taken.mock.port })).rejects.toMatchObject({ code: 'usage' });
  });

  it('listens on IPv6', async () => {
    const { mock, ask } = await start({ host: '::1' });
    expect(mock.url).toBe(`http://[::1]:${mock.port}/scim/v2`);
    expect((await ask('GET', '/Users')).status).toBe(200);
  });

  it('gives URLs as clients know them', async () => {
    const { ask } = await start({ publicUrl: 'https://scim.example.com/tenants/acme/', users: 1 });
    const { json } = await ask('GET', '/Users');
    expect(json.Resources[0].meta.location).toMatch(/^https:\/\/scim\.example\.com\/tenants\/acme\/Users\/[\w-]+$/);
    const wrong = ['ftp://a/', 'https://a/?x', 'https://user:pass@a/', 'https://a/#x', ''];
    for (const publicUrl of wrong) await expect(startMock({ publicUrl })).rejects.toMatchObject({ code: 'usage' });
  });

  it('answers requests of one connection in their order, and requests with whole URLs', async () => {
    const { mock } = await start({ users: 1 });
    const get = (target: string, more = '') => `GET ${target} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
    const text = await converse(
      mock.port,
      get('/scim/v2/Users/x') + get('http://a/scim/v2/Users?count=0') + get('/scim/v2/Users', 'Connection: close\r\n'),
    );
    expect([...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual(['404', '200', '200']);
  });

  it('refuses options that make no sense', async () => {
    for (const options of [
      { pageSize: 0 },
      { users: -1 },
      { groups: 1.5 },
      { basePath: 'scim?x' },
      { port: 65_536 },
      { port: 1.5 },
    ]) {
      await expect(startMock(options)).rejects.toMatchObject({ code: 'usage' });
    }
  });

  it('ends idle connections and those that send nothing, and frees the port', async () => {
    const { mock, ask } = await start();
    await ask('GET', '/Users');
    const silent = await open(mock.port);
    const half = await open(mock.port);
    half.write('POST /scim/v2/Users HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{');
    const ended = Promise.all([silent, half].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    await mock.close();
    await ended;
    await mock.close();
    const again = await startMock({ port: mock.port });
    await again.close();
  });
});

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    // The end may come as a reset; the test waits for the close that follows.
    socket.on('error', reject);
  });
}

/** Sends TEXT and returns what comes until the connection ends. */
function converse(port: number, text: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(answer));
  });
}
