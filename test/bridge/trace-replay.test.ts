import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Playback, type Recorded } from '../../src/bridge/replay.js';
import { Archives } from '../../src/bridge/trace-archives.js';
import { readHar } from '../../src/report/har-read.js';
import { type Bridge, startBridge } from '../support/bridge.js';
import {
  type Behaviour,
  type FaultServer,
  json,
  resetBeforeAnswer,
  startFaultServer,
} from '../support/fault-server.js';

const token = 'replay-s3cret-token';

/** An archive as browsers write it. */
function archive(...entries: object[]): string {
  return JSON.stringify({ log: { version: '1.2', entries } });
}

function entry(method: string, url: string, status: number, more: { sent?: string; body?: string } = {}): object {
  return {
    startedDateTime: '2026-03-04T05:06:07.089Z',
    time: 12,
    request: {
      method,
      url,
      headers: [
        { name: ':authority', value: 'x' },
        { name: 'Authorization', value: 'Bearer browser-s3cret-value' },
      ],
      ...(more.sent === undefined ? {} : { postData: { text: more.sent } }),
    },
    response: {
      status,
      headers: [{ name: 'Content-Type', value: 'application/scim+json' }],
      content: { text: more.body },
      bodySize: 5,
    },
  };
}

describe('an archive', () => {
  it('of a browser is read in the order of time, without what is no exchange', () => {
    const late = { ...entry('get', 'https://x/scim/v2/Users/2', 200), startedDateTime: '2026-03-04T06:00:00Z' };
    const { entries, skipped } = readHar(
      archive(late, { no: 'exchange' }, entry('GET', 'https://x/scim/v2/Users/1', 0)),
    );
    expect(entries.map(({ method, url, status }) => [method, url, status])).toEqual([
      ['GET', 'https://x/scim/v2/Users/1', null],
      ['GET', 'https://x/scim/v2/Users/2', 200],
    ]);
    expect(skipped).toBe(1);
    expect(entries[0]?.requestHeaders.map(([name]) => name)).toEqual(['Authorization']);
  });

  it('in base64 is read as well', () => {
    const one = entry('GET', 'https://x/Users/1', 200);
    const text = Buffer.from('{"displayName":"Zoë 🚀"}').toString('base64');
    const response = { status: 200, headers: [], content: { text, encoding: 'base64' } };
    expect(readHar(archive({ ...one, response })).entries[0]?.responseBody).toBe('{"displayName":"Zoë 🚀"}');
  });

  it.each(['{}', '[]', '{"log":{}}', 'not json'])('is refused when it is none: %s', (text) => {
    expect(() => readHar(text)).toThrow();
  });

  it.each([
    ['https://x/scim/v2/Users/1', 'https://x/scim/v2'],
    ['https://x/Groups', 'https://x/'],
    ['https://x/a/Devices/1', 'https://x/a/Devices'],
  ])('tells where the service is: %s', (url, base) => {
    expect(new Archives().open(archive(entry('GET', url, 200))).base?.href).toBe(base);
  });
});

describe('a playback', () => {
  const base = new URL('https://real.example/scim/v2');

  function recorded(method: string, path: string, status: number | null, body?: string, answer = '{}'): Recorded {
    return { id: 1, method, path, body, status, headers: [['ETag', 'W/"1"']], answer };
  }

  function ask(playback: Playback, method: string, target: string, text = '') {
    const { status, body, delivery } = playback.answer({ method, target, body: { text } });
    return { status, text: body.toString(), cut: delivery?.cutAfter };
  }

  it('gives the answers in their order, the last one of what reads again and again', () => {
    const one = new Playback(
      [recorded('GET', '/Users/1', 404), recorded('GET', '/Users/1', 200)],
      base,
      'http://127.0.0.1:1',
    );
    expect([1, 2, 3].map(() => ask(one, 'GET', '/Users/1').status)).toEqual([404, 200, 200]);
  });

  it('does a recorded write as often as it was recorded, and says what it expected', () => {
    const one = new Playback([recorded('POST', '/Users', 201, '{"a":1}'), recorded('GET', '/Users/1', 200)], base, 'h');
    expect(ask(one, 'POST', '/Users', '{ "a": 2 }')).toMatchObject({
      status: 501,
      text: expect.stringContaining('was recorded with another body; next is POST /Users'),
    });
    expect(ask(one, 'POST', '/Users', '{ "a": 1 }').status).toBe(201);
    expect(ask(one, 'POST', '/Users', '{"a":1}').text).toContain('was recorded once and has been played');
    expect(ask(one, 'PUT', '/Users/9').text).toContain('PUT /Users/9 was not recorded; next is GET /Users/1');
    expect(one.status).toEqual({ answered: 1, left: 1, unmatched: expect.any(Array) });
  });

  it('takes any secret where one was taken out, and any order of members and parameters', () => {
    const text = '{"password":"***","emails":[{"value":"a***b","type":"x"}]}';
    const one = new Playback([recorded('PUT', '/Users/1?b=2&a=1%20x', 200, text)], base, 'h');
    const wrong = '{"password":"p","emails":[{"type":"x","value":"a-c"}]}';
    expect(ask(one, 'PUT', '/Users/1?a=1+x&b=2', wrong).status).toBe(501);
    expect(ask(one, 'PUT', '/Users/1?a=1+x&b=2', wrong.replace('a-c', 'a-b')).status).toBe(200);
  });

  it('moves the URLs in its answers to itself, and cuts where there was no answer', () => {
    const answer =
      '{"meta":{"location":"https://real.example/scim/v2/Users/1"},"x":"https:\\/\\/real.example\\/scim\\/v2"}';
    const one = new Playback(
      [recorded('GET', '/Users/1', 200, undefined, answer), recorded('GET', '/Users/2', null)],
      base,
      'http://127.0.0.1:1/scim/v2',
    );
    expect(ask(one, 'GET', '/Users/1').text).toBe(
      '{"meta":{"location":"http://127.0.0.1:1/scim/v2/Users/1"},"x":"http:\\/\\/127.0.0.1:1\\/scim\\/v2"}',
    );
    expect(ask(one, 'GET', '/Users/2').cut).toBe(-1);
  });
});

describe('the bridge', () => {
  let server: FaultServer;
  let bridge: Bridge;

  beforeEach(async () => {
    server = await startFaultServer();
    const environment = { SCIM_API_BASE_URL: server.base.href, SCIM_AUTH_TOKEN: token };
    bridge = await startBridge({ environment, trace: true });
  });

  afterEach(async () => {
    await bridge.stop();
    await server.close();
  });

  function request<T>(method: string, params: object): Promise<T> {
    return bridge.connection.sendRequest<T>(method, params);
  }

  async function run(text: string): Promise<void> {
    await request('scim/request/run', {
      source: { path: '/tmp/replay.scim', content: { text } },
      onFailure: 'continue',
    });
  }

  function last(): { id: number; startedAt: string } {
    return bridge.received('scim/exchange').at(-1) as ReturnType<typeof last>;
  }

  async function opened(): Promise<string> {
    const { har } = await request<{ har: { text?: string; file?: string } }>('scim/trace/har', {});
    const text = har.text ?? readFileSync(har.file ?? '', 'utf8');
    expect(text).not.toMatch(/s3cret/);
    const { archive: name } = await request<{ archive: string }>('scim/trace/open', { path: 'x', content: { text } });
    return name;
  }

  it('sends an exchange again, with its secrets and the credential of the tenant', async () => {
    server.otherwise = json(200, { schemas: [], id: '1' });
    await run('# @validate off\nPUT /Users/1\nX-Custom: Zoë\n\n{ "password": "pl4nted-s3cret", "n": 1.10 }\n');
    const before = server.seen.at(-1);
    const answer = await request<{ id: number; status: number }>('scim/trace/resend', last());
    const after = server.seen.at(-1);
    expect(answer).toEqual({ id: last().id, status: 200 });
    expect(after).not.toBe(before);
    expect([after?.method, after?.url, after?.body]).toEqual([before?.method, before?.url, before?.body]);
    expect(after?.body).toContain('pl4nted-s3cret');
    expect(after?.headers['x-custom']).toBe(before?.headers['x-custom']);
    expect(after?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it('takes an exchange of an earlier bridge for none of this', async () => {
    server.otherwise = json(200, { schemas: [], id: '1' });
    await run('GET /Users/1\n');
    const other = { id: last().id, startedAt: '2020-01-01T00:00:00.000Z' };
    await expect(request('scim/trace/detail', other)).rejects.toMatchObject({
      message: expect.stringContaining('is not kept any more'),
    });
    await expect(request('scim/trace/resend', other)).rejects.toMatchObject({ data: { code: 'usage' } });
  });

  it('does not send what an archive has without its secrets', async () => {
    server.otherwise = json(200, { schemas: [], id: '1' });
    await run('# @validate off\nPUT /Users/1\n\n{ "password": "pl4nted-s3cret" }\n');
    const name = await opened();
    const sent = server.seen.length;
    const { rows } = await request<{ rows: { method: string; outcome: string }[] }>('scim/replay/send', {
      archive: name,
      writes: true,
    });
    expect(rows.at(-1)).toMatchObject({ method: 'PUT', outcome: 'skipped' });
    expect(server.seen.slice(sent).every(({ method }) => method === 'GET')).toBe(true);
    const put = rows.length;
    await expect(request('scim/trace/resend', { id: put, archive: name, tenant: 'default' })).rejects.toMatchObject({
      message: expect.stringContaining('secrets'),
    });
  });

  it('puts the ids that a service makes in the place of the recorded ones, and tells what differs', async () => {
    const service =
      (id: string, title: string): Behaviour =>
      (seen, response) => {
        const isKnown = seen.url.endsWith(`/Users/${id}`);
        const answer = isKnown ? json(200, { id, title }) : json(404, { schemas: [], detail: 'no' });
        (seen.method === 'POST' ? json(201, { schemas: [], id, userName: 'a' }) : answer)(seen, response);
      };
    server.otherwise = service('old-1', 'x');
    await run('# @validate off\nPOST /Users\n\n{ "userName": "a" }\n\n###\nGET /Users/old-1\n');
    const name = await opened();
    server.otherwise = service('new-1', 'y');
    const { rows } = await request<{ rows: { method: string; path: string; note: string; outcome: string }[] }>(
      'scim/replay/send',
      { archive: name, writes: true },
    );
    expect(rows.slice(-2)).toMatchObject([
      { method: 'POST', outcome: 'same', note: '' },
      { method: 'GET', path: '/Users/new-1', outcome: 'different', note: 'differs in title' },
    ]);
  });

  it('plays an archive to any client, and stops', async () => {
    server.otherwise = json(200, { schemas: [], id: '1', meta: { location: `${server.base.href}/Users/1` } });
    await run('GET /Users/1\n');
    server.script.push(resetBeforeAnswer);
    await run('# @validate off\nDELETE /Users/1\n');
    const served = await request<{ id: string; url: string }>('scim/replay/serve', {
      archive: await opened(),
      name: 'x',
    });
    const answer = await fetch(`${served.url}/Users/1`);
    expect(await answer.json()).toMatchObject({ id: '1', meta: { location: `${served.url}/Users/1` } });
    await expect(fetch(`${served.url}/Users/1`, { method: 'DELETE' })).rejects.toThrow();
    const unknown = await fetch(`${served.url}/Users/2`);
    expect([unknown.status, await unknown.json()]).toEqual([
      501,
      expect.objectContaining({ status: '501', detail: expect.stringContaining('GET /Users/2 was not recorded') }),
    ]);
    await request('scim/replay/stop', { id: served.id });
    await expect(fetch(`${served.url}/Users/1`)).rejects.toThrow();
  });
});
