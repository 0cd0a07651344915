import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Target } from '../../src/client/target.js';
import type { Exchange } from '../../src/http/exchange.js';
import { fastClock } from '../support/fast-clock.js';
import { json, resetBeforeAnswer } from '../support/fault-server.js';
import { StoreServer } from '../support/store-server.js';

let server: StoreServer;
let target: Target;
let exchanges: Exchange[];

beforeEach(async () => {
  server = await StoreServer.start();
  exchanges = [];
  target = new Target({
    tenant: 'test',
    baseUrl: server.http.base,
    auth: { scheme: 'none' },
    limits: { timeoutMs: 5_000, maxResponseBytes: 1_000_000 },
    validation: 'off',
    userAgent: 'scim-test',
    onExchange: (exchange) => exchanges.push(exchange),
    clock: fastClock,
    random: () => 0.5,
  });
});

afterEach(async () => {
  await target.close();
  await server.http.close();
});

const ana = JSON.stringify({ userName: 'ana' });
const soon = Math.floor(Date.now() / 1000) + 20;

describe('a throttled create', () => {
  it.each([
    ['429 without a hint', json(429, {})],
    ['Retry-After in seconds', json(429, {}, { 'retry-after': '2' })],
    ['Retry-After as a date', json(429, {}, { 'retry-after': new Date(soon * 1000).toUTCString() })],
    ['X-RateLimit-Reset in epoch seconds', json(429, {}, { 'x-ratelimit-reset': String(soon) })],
    ['X-Rate-Limit-Reset in epoch milliseconds', json(429, {}, { 'x-rate-limit-reset': String(soon * 1000) })],
    ['RateLimit-Reset in seconds', json(429, {}, { 'ratelimit-reset': '2' })],
    ['X-Rate-Limit-Retry-After-Seconds', json(429, {}, { 'x-rate-limit-retry-after-seconds': '2' })],
    ['503 with Retry-After', json(503, {}, { 'retry-after': '2' })],
    ['403 with Retry-After', json(403, { message: 'secondary rate limit' }, { 'retry-after': '2' })],
    ['500 that means a throttle', json(500, { detail: 'exceeded concurrent limit of 4 requests' })],
  ])('is done once, after a wait, by %s', async (_, throttle) => {
    server.http.script.push(throttle, throttle);
    const answer = await target.create('/Users', ana);
    expect(answer.status).toBe(201);
    expect(answer.warnings.join()).toMatch(/^Sent again 2 times \((429|503|403|500)\) after waiting/);
    expect(server.resources.size).toBe(1);
    expect(server.count('GET')).toBe(0);
    expect(exchanges).toHaveLength(1);
    expect(exchanges[0]).toMatchObject({ attempts: 3, retries: [{}, {}] });
  });

  it('fails at once when the wait is too long, and says how long it is', async () => {
    server.http.otherwise = json(429, {}, { 'retry-after': '3600' });
    await expect(target.create('/Users', ana)).rejects.toMatchObject({
      status: 429,
      remedy: expect.stringContaining('3600 s'),
    });
    expect(server.http.seen).toHaveLength(1);
    await expect(target.create('/Users', ana)).rejects.toMatchObject({
      message: expect.stringMatching(/was not sent: the server asked to wait another 60 min/),
    });
    expect(server.http.seen).toHaveLength(1);
  });
});

describe('a raw exchange', () => {
  it('that reads is sent again', async () => {
    server.http.script.push(resetBeforeAnswer, json(500, {}), json(502, {}));
    const { status, warnings } = await target.exchange({ method: 'GET', path: '/Users' });
    expect(status).toBe(200);
    expect(warnings.join()).toMatch(/^Sent again 3 times \(the connection broke, 500, 502\)/);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is not, once it was sent', async (method) => {
    server.http.script.push(resetBeforeAnswer);
    const request = { method, path: '/Users', ...(method === 'DELETE' ? {} : { body: ana }) };
    await expect(target.exchange(request)).rejects.toMatchObject({ outcome: 'unknown' });
    server.http.script.push(json(500, {}));
    expect((await target.exchange(request)).status).toBe(500);
    expect(server.http.seen).toHaveLength(2);
  });
});
