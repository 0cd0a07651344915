/** Creating users on a server that permits so many a second: how much of that is used, and whether each came once. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Target } from '../../src/client/target.js';
import { urn } from '../../src/scim/urn.js';
import { report } from './measure.js';

const perSecond = 50;

interface Limited {
  readonly base: URL;
  /** How often each userName was created. */
  readonly created: Map<string, number>;
  readonly refused: () => number;
  close(): void;
}

/** A server with a token bucket of BURST, refilled by `perSecond`, that refuses by 429 and Retry-After (RFC 6585 §4). */
async function startLimited(burst: number): Promise<Limited> {
  const created = new Map<string, number>();
  let refused = 0;
  let tokens = burst;
  let filledAt = performance.now();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const now = performance.now();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    const headers = { 'content-type': 'application/scim+json' };
    if (request.method !== 'POST') {
      response.writeHead(404, headers).end('{}');
    } else if (tokens < 1) {
      refused += 1;
      response.writeHead(429, { ...headers, 'retry-after': '1' }).end('{"detail":"Too many requests"}');
    } else {
      tokens -= 1;
      const { userName } = JSON.parse(body);
      created.set(userName, (created.get(userName) ?? 0) + 1);
      response.writeHead(201, headers).end(JSON.stringify({ schemas: [urn.user], id: userName, userName }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { base: new URL(`http://127.0.0.1:${port}/scim`), created, refused: () => refused, close };
}

export async function benchCreates(creates: number): Promise<void> {
  const burst = creates / 4;
  const server = await startLimited(burst);
  const target = new Target({
    tenant: 'bench',
    baseUrl: server.base,
    auth: { scheme: 'none' },
    limits: { timeoutMs: 60_000, maxResponseBytes: 1 << 20 },
    validation: 'off',
    userAgent: 'bench',
  });
  const started = performance.now();
  const names = Array.from({ length: creates }, (_, number) => `user${number}@example.com`);
  const workers = Array.from({ length: 64 }, async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      await target.create('Users', JSON.stringify({ schemas: [urn.user], userName: name }));
    }
  });
  await Promise.all(workers);
  const seconds = (performance.now() - started) / 1000;
  await target.close();
  server.close();
  const twice = [...server.created.values()].filter((count) => count > 1).length;
  const lost = creates - server.created.size;
  // What the server would have permitted in this time, at most.
  const share = creates / (burst + perSecond * seconds);
  report(
    `Create ${creates.toLocaleString('en')} users where ${perSecond} a second are permitted, ${burst} at once`,
    `${seconds.toFixed(1)} s, ${(100 * share).toFixed(1)} % of what was permitted; ${server.refused()} refusals, ${lost} lost, ${twice} twice`,
    'at least 95 %, none lost, none twice',
    share >= 0.95 && lost === 0 && twice === 0,
  );
}
