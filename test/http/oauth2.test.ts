import { describe, expect, it } from 'vitest';
import { accessTokens } from '../../src/http/auth/oauth2.js';
import type { HttpRequest } from '../../src/http/session.js';
import { createRedactor } from '../../src/redact/redact.js';

const request: HttpRequest = {
  method: 'GET',
  path: '/Users',
  headers: [],
  body: undefined,
  timeoutMs: 1_000,
  signal: undefined,
  asked: () => 'GET /Users',
  redactor: () => createRedactor([]),
};

/** A layer whose tokens live LIFETIMEMS, with a clock that the test turns. */
function layerWith(lifetimeMs: number | undefined) {
  const state = { now: 0, fetched: 0, sent: [] as string[] };
  const layer = accessTokens(
    async () => {
      state.fetched += 1;
      return { value: `t${state.fetched}`, lifetimeMs };
    },
    () => state.now,
  );
  const send = layer(async ({ headers }) => {
    state.sent.push(headers[0]?.[1] ?? '');
    return { status: 200, reason: '', headers: [], text: '' };
  });
  const at = async (now: number): Promise<void> => {
    state.now = now;
    await send(request, { attempts: 0, status: undefined, headers: [], bytes: 0 });
  };
  return { state, at };
}

describe('the life of an access token', () => {
  it('ends a minute early, so that it does not expire on the way', async () => {
    const { state, at } = layerWith(3_600_000);
    await at(0);
    await at(3_539_999);
    expect(state.sent).toEqual(['Bearer t1', 'Bearer t1']);
    await at(3_540_000);
    expect(state.sent[2]).toBe('Bearer t2');
  });

  it('ends a tenth early when it is short', async () => {
    const { state, at } = layerWith(10_000);
    await at(0);
    await at(8_999);
    await at(9_000);
    expect(state.sent).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
  });

  it('is taken for endless when nobody says how long it is', async () => {
    const { state, at } = layerWith(undefined);
    await at(0);
    await at(1e12);
    expect(state.fetched).toBe(1);
  });
});
