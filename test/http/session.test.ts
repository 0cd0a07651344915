import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpRequest, HttpSession, type Observation } from '../../src/http/session.js';
import { createRedactor } from '../../src/redact/redact.js';
import {
  CancelledError,
  InvalidResponseError,
  NetworkError,
  type ScimError,
  UsageError,
} from '../../src/scim/error.js';
import {
  answer,
  cutBody,
  type FaultServer,
  hugeBody,
  json,
  neverEndingBody,
  rawBytes,
  resetBeforeAnswer,
  silence,
  startFaultServer,
} from '../support/fault-server.js';

const token = 'tok-9f8e7d6c5b4a';
const redactor = createRedactor([token]);
let server: FaultServer;
let session: HttpSession;

beforeEach(async () => {
  server = await startFaultServer();
  session = new HttpSession({ origin: server.base, maxResponseBytes: 1_000_000 });
});

afterEach(async () => {
  await session.close();
  await server.close();
});

function observation(): Observation {
  return { attempts: 0, status: undefined, headers: [], bytes: 0 };
}

function request(change: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    path: '/scim/v2/Users/1',
    headers: [['Authorization', `Bearer ${token}`]],
    body: undefined,
    timeoutMs: 5_000,
    signal: undefined,
    asked: () => 'GET /Users/1',
    redactor: () => redactor,
    ...change,
  };
}

async function failureOf(change: Partial<HttpRequest> = {}, over: HttpSession = session): Promise<ScimError> {
  const error: unknown = await over.send(request(change), observation()).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error && 'remedy' in error)) throw new Error(`expected a ScimError, got ${inspect(error)}`);
  return error as ScimError;
}

/** A port of 127.0.0.1 where nothing listens. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a session', () => {
  it('keeps one connection for requests that follow each other', async () => {
    for (let count = 0; count < 5; count++) await session.send(request(), observation());
    expect(server.seen.map(({ connection }) => connection)).toEqual([1, 1, 1, 1, 1]);
  });

  it('gives status, reason, headers and text', async () => {
    server.otherwise = answer(203, { 'X-Two': ['a', 'b'], ETag: 'W/"1"' }, '\ufeffgrün');
    const got = await session.send(request(), observation());
    expect(got).toMatchObject({ status: 203, reason: 'Non-Authoritative Information', text: 'grün' });
    expect(got.headers).toContainEqual(['etag', 'W/"1"']);
    expect(got.headers.filter(([name]) => name === 'x-two').map(([, value]) => value)).toEqual(['a', 'b']);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ])('decodes %s', async (encoding, compress) => {
    server.otherwise = answer(200, { 'content-encoding': encoding }, compress('{"id":"ü"}'));
    expect((await session.send(request(), observation())).text).toBe('{"id":"ü"}');
    expect(server.seen[0]?.headers['accept-encoding']).toContain(encoding);
  });

  it('stops reading at the limit, announced, unannounced, or hidden in compression', async () => {
    const bomb = gzipSync(Buffer.alloc(30_000_000, 0x20));
    const huge = [
      hugeBody(30_000_000, true),
      hugeBody(30_000_000, false),
      answer(200, { 'content-encoding': 'gzip' }, bomb),
    ];
    for (const fault of huge) {
      server.script.push(fault);
      const error = await failureOf();
      expect(error).toBeInstanceOf(InvalidResponseError);
      expect(error.code).toBe('response.tooLarge');
      expect(error.message).toContain(session.peer);
      expect(error.message).toContain('1 MB');
      expect((await session.send(request(), observation())).status).toBe(200);
    }
  });

  it.each([
    ['a reset before the answer', resetBeforeAnswer, 'network.reset', 'without an answer'],
    ['a body cut in the middle', cutBody('{"id":', 100), 'network.reset', 'after 6 of 100 bytes'],
    ['bytes that are not HTTP', rawBytes('SSH-2.0-OpenSSH_9.2\r\n'), 'network.other', 'not an HTTP answer'],
    ['silence', silence, 'network.timeout', 'No answer'],
    ['a body without end', neverEndingBody, 'network.timeout', 'did not end within 0.2 s'],
  ])('names %s, says that the outcome is unknown, and goes on', async (_, fault, code, words) => {
    server.script.push(fault);
    const error = await failureOf({ method: 'POST', body: '{}', timeoutMs: code === 'network.timeout' ? 200 : 5_000 });
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code, outcome: 'unknown', asked: 'GET /Users/1' });
    expect(error.message).toContain(session.peer);
    expect(error.message).toContain(words);
    expect(error.remedy).toBeTruthy();
    expect((await session.send(request(), observation())).status).toBe(200);
  });

  it('repeats a safe request once when an idle connection has died, and no other', async () => {
    await session.send(request(), observation());
    server.script.push(resetBeforeAnswer);
    const observed = observation();
    expect((await session.send(request(), observed)).status).toBe(200);
    expect(observed.attempts).toBe(2);
    server.script.push(resetBeforeAnswer);
    expect((await failureOf({ method: 'PUT', body: '{}' })).code).toBe('network.reset');
    server.script.push(resetBeforeAnswer, resetBeforeAnswer);
    expect((await failureOf()).code).toBe('network.reset');
    expect(server.seen).toHaveLength(6);
  });

  it('says that nothing listens', async () => {
    const port = await freePort();
    const other = new HttpSession({ origin: new URL(`http://127.0.0.1:${port}`), maxResponseBytes: 1000 });
    const error = await failureOf({}, other);
    expect(error).toMatchObject({ code: 'network.refused', outcome: 'notSent' });
    expect(error.message).toContain(`127.0.0.1:${port}`);
    await other.close();
  });

  it('says that a name does not exist', async () => {
    const other = new HttpSession({ origin: new URL('http://no-such-host.invalid'), maxResponseBytes: 1000 });
    const error = await failureOf({}, other);
    expect(error).toMatchObject({ code: 'network.dns', outcome: 'notSent' });
    expect(error.message).toContain('no-such-host.invalid:80');
    await other.close();
  });

  it('says that a server speaks no TLS', async () => {
    const url = new URL(server.base);
    url.protocol = 'https:';
    const other = new HttpSession({ origin: url, maxResponseBytes: 1000 });
    expect(await failureOf({}, other)).toMatchObject({ code: 'network.tls', outcome: 'notSent' });
    await other.close();
  });

  it('does not wait for a connection that is not accepted', async () => {
    const deaf = createServer((socket) => socket.pause()).listen(0, '127.0.0.1');
    await new Promise((resolve) => deaf.once('listening', resolve));
    const address = deaf.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    // Over TLS the handshake never ends: no byte of the request leaves.
    const other = new HttpSession({ origin: new URL(`https://127.0.0.1:${port}`), maxResponseBytes: 1000 });
    expect(await failureOf({ timeoutMs: 200 }, other)).toMatchObject({ code: 'network.timeout', outcome: 'notSent' });
    await other.close();
    deaf.close();
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect (%i)', async (status) => {
    const elsewhere = await startFaultServer();
    const location = `${elsewhere.base.href}/Users/1?access_token=${token}`;
    server.otherwise = answer(status, { location }, '');
    const error = await failureOf();
    expect(error).toMatchObject({ code: 'response.redirect', status });
    expect(error.message).toContain(elsewhere.base.host);
    expect(error.message).not.toContain(token);
    expect(elsewhere.seen).toHaveLength(0);
    await elsewhere.close();
  });

  it('returns 304', async () => {
    server.otherwise = answer(304, { etag: 'W/"1"' }, '');
    expect((await session.send(request(), observation())).status).toBe(304);
  });

  it('refuses content that is not what Content-Encoding says', async () => {
    server.script.push(
      answer(200, { 'content-encoding': 'gzip' }, '{}'),
      answer(200, { 'content-encoding': 'zip' }, '{}'),
    );
    expect((await failureOf()).code).toBe('response.notJson');
    expect((await failureOf()).message).toContain('zip');
  });

  it('cancels at once, before and while waiting', async () => {
    const abort = new AbortController();
    server.script.push((_, response) => {
      response.on('close', () => undefined);
      abort.abort();
    });
    expect(await failureOf({ signal: abort.signal })).toBeInstanceOf(CancelledError);
    expect(await failureOf({ signal: abort.signal })).toBeInstanceOf(CancelledError);
    expect(server.seen).toHaveLength(1);
    expect((await session.send(request(), observation())).status).toBe(200);
  });

  it('refuses a header that HTTP does not allow without showing it', async () => {
    const error = await failureOf({ headers: [['Authorization', `Bearer ${token}\n`]] });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain('Authorization');
    expect(inspect(error)).not.toContain(token);
    expect(server.seen).toHaveLength(0);
  });

  it('ends requests under way when it is closed', async () => {
    server.otherwise = silence;
    const pending = failureOf();
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await session.close();
    expect(await pending).toBeInstanceOf(CancelledError);
  });

  it('prints no secret with an error, its cause chain included', async () => {
    server.script.push(rawBytes(`HTTP/9 ${token}\r\n\r\n`), rawBytes(`HTTP/1.1 200 OK\r\n${token}\r\n\r\n`));
    for (let count = 0; count < 2; count++) {
      const error = await failureOf({ method: 'POST', body: '{}' });
      expect(error.code).toBe('network.other');
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(token);
    }
  });

  it('holds an announced length of a body that an error status carries', async () => {
    server.otherwise = json(500, { detail: 'x' });
    expect((await session.send(request(), observation())).text).toBe('{"detail":"x"}');
  });
});
