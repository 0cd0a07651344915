import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordExchange } from '../../src/http/exchange.js';
import { HttpSession, type Observation } from '../../src/http/session.js';
import { type Timing, timingOf } from '../../src/http/timing.js';
import { createRedactor } from '../../src/redact/redact.js';
import { answer, type FaultServer, resetBeforeAnswer, silence, startFaultServer } from '../support/fault-server.js';
import { startTlsServer, testCertificate } from '../support/tls-server.js';

const redactor = createRedactor([]);
let server: FaultServer;
const sessions: HttpSession[] = [];

beforeEach(async () => {
  server = await startFaultServer();
});

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  await server.close();
});

function sessionWith(origin: URL): HttpSession {
  const session = new HttpSession({ origin, maxResponseBytes: 1_000_000 });
  sessions.push(session);
  return session;
}

/** The phases of one request over SESSION, and of what is known of it when it fails. */
async function phasesOf(session: HttpSession, timeoutMs = 5_000): Promise<{ timing: Timing; durationMs: number }> {
  const observed: Observation = { attempts: 0, status: undefined, headers: [], bytes: 0 };
  const started = performance.now();
  const request = {
    method: 'GET',
    path: '/scim/v2/Users/1',
    headers: [],
    body: undefined,
    timeoutMs,
    signal: undefined,
    asked: () => 'GET /Users/1',
    redactor: () => redactor,
  };
  await session.send(request, observed).catch(() => undefined);
  const durationMs = performance.now() - started;
  const exchange = recordExchange(
    1,
    {
      tenant: 'test',
      purpose: 'request',
      startedAt: new Date(),
      durationMs,
      attempts: 1,
      responseBytes: observed.bytes,
      marks: observed.marks,
      request: { method: 'GET', url: 'http://x/', headers: [], body: undefined },
      response: undefined,
      error: undefined,
    },
    () => redactor,
  );
  if (exchange.timing === undefined) throw new Error('there is no timing');
  return { timing: exchange.timing, durationMs };
}

function known(timing: Timing): string[] {
  return Object.entries(timing)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
}

const always = ['blockedMs', 'sendMs', 'waitMs', 'receiveMs'];

describe('the phases of an exchange', () => {
  it('have a connection when one is made, and none when one is open', async () => {
    const session = sessionWith(server.base);
    const first = await phasesOf(session);
    const second = await phasesOf(session);
    expect(known(first.timing).sort()).toEqual([...always, 'connectMs'].sort());
    expect(known(second.timing).sort()).toEqual([...always].sort());
  });

  it('have the resolution of a name', async () => {
    const { timing } = await phasesOf(sessionWith(new URL(`http://localhost:${server.base.port}/`)));
    expect(timing.dnsMs).toBeGreaterThanOrEqual(0);
  });

  it('add up to no more than the whole', async () => {
    const session = sessionWith(server.base);
    const all = await Promise.all(Array.from({ length: 30 }, () => phasesOf(session)));
    for (const { timing, durationMs } of all) {
      const values = Object.values(timing).filter((value) => value !== undefined);
      for (const value of values) expect(value).toBeGreaterThanOrEqual(0);
      // Sums of floating point numbers.
      expect(values.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(durationMs + 0.001);
    }
    const connections = new Set(server.seen.map(({ connection }) => connection)).size;
    expect(all.filter(({ timing }) => timing.connectMs !== undefined)).toHaveLength(connections);
  });

  it('tell TLS from TCP', async () => {
    const tls = await startTlsServer((_, response) => response.end('{}'));
    try {
      const origin = new URL(`https://127.0.0.1:${tls.port}/`);
      const session = new HttpSession({ origin, maxResponseBytes: 1_000, tls: { ca: testCertificate } });
      sessions.push(session);
      const first = await phasesOf(session);
      expect(known(first.timing).sort()).toEqual([...always, 'connectMs', 'tlsMs'].sort());
      expect(known((await phasesOf(session)).timing).sort()).toEqual([...always].sort());
    } finally {
      await tls.close();
    }
  });

  it('are but waiting when no connection comes about', async () => {
    const tls = await startTlsServer((_, response) => response.end('{}'));
    try {
      const { timing } = await phasesOf(sessionWith(new URL(`https://127.0.0.1:${tls.port}/`)));
      // The certificate is not trusted: there is no connection, and all the time was spent on waiting for it.
      expect(known(timing)).toEqual(['blockedMs']);
    } finally {
      await tls.close();
    }
  });

  it('end where the answer fails to come', async () => {
    const session = sessionWith(server.base);
    server.script.push(resetBeforeAnswer, silence, answer(200, { 'content-length': '9' }, '{}'));
    expect((await phasesOf(session)).timing).toMatchObject({ receiveMs: undefined, waitMs: expect.any(Number) });
    expect((await phasesOf(session, 50)).timing).toMatchObject({ receiveMs: undefined, waitMs: expect.any(Number) });
  });
});

describe('timingOf', () => {
  const connection = { begunAt: 110, resolvedAt: 113, connectedAt: 120, securedAt: 150 };

  it('takes the marks apart', () => {
    const marks = { connection, startedAt: 151, sentAt: 153, answeredAt: 200, endedAt: 207 };
    expect(timingOf(marks, 100)).toEqual({
      blockedMs: 11,
      dnsMs: 3,
      connectMs: 7,
      tlsMs: 30,
      sendMs: 2,
      waitMs: 47,
      receiveMs: 7,
    });
  });

  it('counts what came before the last attempt as waiting', () => {
    const marks = { startedAt: 5_100, sentAt: 5_101, answeredAt: 5_103, endedAt: 5_104 };
    expect(timingOf(marks, 100)).toMatchObject({ blockedMs: 5_000, connectMs: undefined, waitMs: 2 });
  });
});
