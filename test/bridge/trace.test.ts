import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Trace } from '../../src/bridge/trace.js';
import { type Exchange, recordExchange } from '../../src/http/exchange.js';
import { createRedactor } from '../../src/redact/redact.js';
import { type Bridge, startBridge } from '../support/bridge.js';
import { type FaultServer, json, resetBeforeAnswer, startFaultServer } from '../support/fault-server.js';
import { readHar } from '../support/har.js';

const token = 'trace-s3cret-token';

describe('the exchanges of late', () => {
  const settings = { tokenVariable: undefined };

  function exchange(id: number, bodyChars = 1, tenant = 'a'): Exchange {
    const request = { method: 'GET', url: 'http://x/', headers: [], body: undefined };
    const response = { status: 200, headers: [], text: 'x'.repeat(bodyChars) };
    const rest = { purpose: 'page', durationMs: 1, attempts: 1, responseBytes: 0, error: undefined } as const;
    return recordExchange(id, { tenant, startedAt: new Date(id), request, response, ...rest }, () =>
      createRedactor([]),
    );
  }

  it('are kept up to a number, the newest of them', () => {
    const trace = new Trace({ exchanges: 3, chars: 1_000 });
    for (const id of [1, 2, 4, 3, 5]) trace.add(exchange(id, 1, id === 1 ? 'b' : 'a'), settings);
    expect(trace.of(undefined).map(({ id }) => id)).toEqual([3, 4, 5]);
    expect([trace.droppedOf('a'), trace.droppedOf('b'), trace.droppedOf(undefined)]).toEqual([1, 1, 2]);
    expect(trace.find(2)).toBeUndefined();
    expect(trace.find(5)?.exchange.id).toBe(5);
  });

  it('are kept up to a size, the last one whatever its size', () => {
    const trace = new Trace({ exchanges: 100, chars: 1_000 });
    for (const id of [1, 2, 3]) trace.add(exchange(id, 400), settings);
    expect(trace.of('a').map(({ id }) => id)).toEqual([2, 3]);
    trace.add(exchange(4, 5_000), settings);
    expect(trace.of('a').map(({ id }) => id)).toEqual([4]);
    trace.add(exchange(5, 10), settings);
    expect(trace.of('a').map(({ id }) => id)).toEqual([5]);
    expect(trace.droppedOf('a')).toBe(4);
  });
});

describe('the bridge', () => {
  let server: FaultServer;
  let bridge: Bridge;

  beforeEach(async () => {
    server = await startFaultServer();
    bridge = await startBridge({
      environment: { SCIM_API_BASE_URL: server.base.href, SCIM_AUTH_TOKEN: token },
      trace: true,
    });
  });

  afterEach(async () => {
    await bridge.stop();
    await server.close();
  });

  /** Sends the requests of the file TEXT, whatever comes of it. */
  async function run(text: string): Promise<void> {
    await bridge.connection.sendRequest('scim/request/run', {
      source: { path: '/tmp/trace.scim', content: { text } },
      onFailure: 'continue',
    });
  }

  function told(): { id: number; method: string; timing?: { waitMs?: number } }[] {
    return bridge.received('scim/exchange') as ReturnType<typeof told>;
  }

  async function detailOf(id: number | undefined): Promise<string> {
    const { text } = await bridge.connection.sendRequest<{ text: { text: string } }>('scim/trace/detail', { id });
    return text.text;
  }

  it('exports a valid archive of what was sent, failures included', async () => {
    server.otherwise = json(200, { schemas: [], id: '1', password: 'an0ther-s3cret' });
    await run(`# @validate off
PUT /Users/1

{ "password": "pl4nted-s3cret" }
`);
    server.script.push(resetBeforeAnswer);
    await run('# @validate off\nDELETE /Users/1\n');
    const answer = await bridge.connection.sendRequest<{ har: { text: string }; exchanges: number; dropped: number }>(
      'scim/trace/har',
      {},
    );
    const { entries } = readHar(answer.har.text);
    expect(entries.map(({ request }) => request.method).filter((method) => method !== 'GET')).toEqual([
      'PUT',
      'DELETE',
    ]);
    expect(entries.at(-1)).toMatchObject({ response: { status: 0 }, comment: expect.stringContaining('127.0.0.1') });
    expect(entries.find(({ request }) => request.method === 'PUT')?.timings.wait).toBeGreaterThan(0);
    expect(answer).toMatchObject({ exchanges: entries.length, dropped: 0 });
    expect(answer.har.text).not.toMatch(/s3cret/);
    const none = await bridge.connection.sendRequest<{ exchanges: number }>('scim/trace/har', { tenant: 'nobody' });
    expect(none.exchanges).toBe(0);
  });

  it('tells the phases of each exchange', async () => {
    await run('GET /Users/1\n');
    const last = told().at(-1);
    expect(last?.timing?.waitMs).toBeGreaterThan(0);
    expect(await detailOf(last?.id)).toMatch(/\* blocked [\d.]+, .*receive [\d.]+ ms/);
  });

  it('gives one exchange in full, however long its body is', async () => {
    const long = 'ü'.repeat(300_000);
    server.otherwise = json(200, { schemas: [], id: '1', displayName: long, token });
    await run('GET /Users/1\n');
    const id = told().at(-1)?.id;
    const full = await bridge.connection.sendRequest<Record<string, unknown>>('scim/trace/exchange', { id });
    expect(full).toMatchObject({
      id,
      method: 'GET',
      url: `${server.base.href}/Users/1`,
      status: 200,
      request: { body: null, cut: false, headers: expect.arrayContaining([['Authorization', 'Bearer ***']]) },
      response: { body: { file: expect.any(String) }, cut: false },
      curl: expect.stringContaining('curl --request GET'),
    });
    const { file } = (full.response as { body: { file: string } }).body;
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ displayName: long, token: '***' });
  });

  it('cuts a body beyond a megabyte, and says so', async () => {
    server.otherwise = json(200, { schemas: [], id: '1', displayName: 'x'.repeat(1_100_000) });
    await run('GET /Users/1\n');
    const id = told().at(-1)?.id;
    const full = await bridge.connection.sendRequest<{ response: { cut: boolean } }>('scim/trace/exchange', { id });
    expect(full.response.cut).toBe(true);
  });

  it('says when an exchange is not kept any more', async () => {
    const lost = bridge.connection.sendRequest('scim/trace/exchange', { id: 999_999 });
    await expect(lost).rejects.toMatchObject({ data: { code: 'usage' }, message: expect.stringContaining('999999') });
  });
});
