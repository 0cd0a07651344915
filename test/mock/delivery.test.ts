/** How answers reach the client: late, cut at a byte, or from other data than a moment ago. */

import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { send } from '../../src/mock/exchange.js';
import { listen } from '../../src/mock/listen.js';
import { type Delivery, jsonResponse } from '../../src/mock/message.js';
import { createUser, start } from './helper.js';

const body = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}';
let server: Server;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server whose answer at `/` is delivered as DELIVERY wants it. Returns its port. */
function deliver(delivery: Delivery): Promise<number> {
  server = createServer(({ url }, outgoing) =>
    send(outgoing, { ...jsonResponse(200, body), ...(url === '/' && { delivery }) }, false, ({ socket }) =>
      socket?.resetAndDestroy(),
    ),
  );
  return listen(server, '127.0.0.1', 0);
}

/** What comes from PORT, and how the connection ends. */
function receive(port: number): Promise<{ text: string; end: string }> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('error', (error) => resolve({ text, end: 'code' in error ? String(error.code) : error.message }));
    socket.on('end', () => resolve({ text, end: 'end' }));
  });
}

describe('an answer', () => {
  it('that is delayed lets others pass', async () => {
    const port = await deliver({ delayMs: 200 });
    const order: string[] = [];
    const get = async (path: string) => {
      expect(await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).toBe(body);
      order.push(path);
    };
    await Promise.all([get('/'), get('/next')]);
    expect(order).toEqual(['/next', '/']);
  });

  it('is cut before its head', async () => {
    expect(await receive(await deliver({ cutAfter: -1 }))).toEqual({ text: '', end: 'ECONNRESET' });
  });

  it.each([0, 1, 17, body.length - 1, body.length, body.length + 5])('is cut after %i bytes', async (cutAfter) => {
    const { text, end } = await receive(await deliver({ cutAfter, delayMs: 1 }));
    const [head, rest] = text.split('\r\n\r\n');
    expect(head).toContain(`content-length: ${body.length}`);
    expect([rest, end]).toEqual([body.slice(0, cutAfter), 'ECONNRESET']);
  });

  it('that is cut is a failure for fetch', async () => {
    const port = await deliver({ cutAfter: 10 });
    await expect(fetch(`http://127.0.0.1:${port}`).then((response) => response.text())).rejects.toThrow();
  });
});

describe('replace', () => {
  it('exchanges data and rules, and keeps URL and connection', async () => {
    const peer = await start({ users: 3 });
    const { mock, ask } = peer;
    const { url, store } = mock;
    const id = await createUser(peer, 'bjensen');
    mock.replace({ users: 5, seed: 2, pageSize: 2, tokens: ['new-secret'] });
    expect((await ask('GET', `/Users/${id}`)).status).toBe(401);
    const authorization = 'Bearer new-secret';
    expect((await ask('GET', `/Users/${id}`, undefined, { authorization })).status).toBe(404);
    const { json } = await ask('GET', '/Users', undefined, { authorization });
    expect([json.totalResults, json.Resources.length]).toEqual([5, 2]);
    expect(json.Resources[0].meta.location).toBe(`${url}/Users/${json.Resources[0].id}`);
    expect(mock.url).toBe(url);
    expect(mock.store).not.toBe(store);
    expect(mock.provider.store).toBe(mock.store);
  });

  it('changes nothing when the options are wrong', async () => {
    const { mock, ask } = await start({ users: 3 });
    expect(() => mock.replace({ users: -1 })).toThrow('users must be a whole number of at least 0, not -1');
    expect((await ask('GET', '/Users')).json.totalResults).toBe(3);
  });
});
