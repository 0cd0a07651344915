import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpSession, type SessionOptions } from '../../src/http/session.js';
import { createRedactor } from '../../src/redact/redact.js';
import type { ScimError } from '../../src/scim/error.js';

let cleanup: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const step of cleanup.toReversed()) await step();
  cleanup = [];
});

/** What becomes of a request to a server that accepts connections and says nothing. */
async function failure(protocol: 'http' | 'https', options: Partial<SessionOptions>): Promise<ScimError> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = new URL(`${protocol}://127.0.0.1:${port}`);
  const session = new HttpSession({ origin, maxResponseBytes: 1_000, ...options });
  cleanup.push(async () => {
    await session.close();
    server.close();
  });
  const request = {
    method: 'POST',
    path: '/Users',
    headers: [],
    body: '{}',
    timeoutMs: 20_000,
    signal: undefined,
    asked: () => 'POST /Users',
    redactor: () => createRedactor([]),
  };
  return session.send(request, { attempts: 0, status: undefined, headers: [], bytes: 0 }).then(
    () => Promise.reject(new Error('nothing was refused')),
    (error: ScimError) => error,
  );
}

describe('timeouts of one phase', () => {
  it('a connection that is not secured in time: nothing was sent', async () => {
    const error = await failure('https', { connectTimeoutMs: 200 });
    expect(error).toMatchObject({ code: 'network.timeout', outcome: 'notSent' });
    expect(error.message).toContain('does not accept a connection in time');
  });

  it('an answer that does not begin in time: nobody knows what was done', async () => {
    const error = await failure('http', { headersTimeoutMs: 200 });
    expect(error).toMatchObject({ code: 'network.timeout', outcome: 'unknown' });
    expect(error.message).toContain('does not begin its answer within limits.headersTimeout');
  });
});
