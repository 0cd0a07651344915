import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { retryLayer } from '../../src/http/retry.js';
import { tellRetries } from '../../src/http/retry-record.js';
import type { HttpAnswer, HttpRequest, Observation } from '../../src/http/session.js';
import type { ThrottleSign } from '../../src/http/throttle.js';
import { createRedactor } from '../../src/redact/redact.js';
import { CancelledError, NetworkError } from '../../src/scim/error.js';
import { VirtualClock } from '../support/virtual-clock.js';

type Step = NetworkError | HttpAnswer;

const reset = new NetworkError('network.reset', 'It broke', 'unknown');
const refused = new NetworkError('network.refused', 'It refuses', 'notSent');
const timeout = new NetworkError('network.timeout', 'It is slow', 'unknown');
const untrusted = new NetworkError('network.tls', 'Not trusted', 'notSent');
const ok = answer(200);

function answer(status: number, headers: Record<string, string> = {}, text = '{}'): HttpAnswer {
  return { status, reason: '', headers: Object.entries(headers), text };
}

interface Play {
  readonly result: HttpAnswer | NetworkError;
  readonly observed: Observation;
  /** When each attempt began. */
  readonly at: number[];
  readonly timeouts: number[];
}

interface Setting {
  readonly method?: string;
  readonly path?: string;
  readonly deadlineMs?: number;
  readonly signs?: readonly ThrottleSign[];
  readonly signal?: AbortSignal;
  readonly random?: () => number;
}

/** Sends one request to a server that answers with STEPS, the last of them for ever. */
async function play(steps: readonly Step[], setting: Setting = {}): Promise<Play> {
  const clock = new VirtualClock();
  const at: number[] = [];
  const timeouts: number[] = [];
  const observed = observation();
  const layer = retryLayer({
    clock,
    random: setting.random ?? (() => 0.5),
    deadlineMs: setting.deadlineMs ?? 300_000,
    throttleSigns: setting.signs,
  });
  const send = layer(async (request) => {
    at.push(clock.now());
    timeouts.push(request.timeoutMs);
    return settle(steps[Math.min(at.length, steps.length) - 1]);
  });
  const work = send(requestOf(setting), observed).catch((error: unknown) => {
    if (error instanceof NetworkError) return error;
    throw error;
  });
  return { result: await clock.run(work), observed, at, timeouts };
}

function settle(step: Step | undefined): HttpAnswer {
  if (step === undefined) throw new Error('no step');
  if (step instanceof NetworkError) throw step;
  return step;
}

function observation(): Observation {
  return { attempts: 0, status: undefined, headers: [], bytes: 0 };
}

function requestOf({ method = 'GET', path = '/scim/v2/Users', signal }: Setting): HttpRequest {
  return {
    method,
    path,
    headers: [],
    body: undefined,
    timeoutMs: 30_000,
    signal,
    asked: () => `${method} ${path}`,
    redactor: () => createRedactor([]),
  };
}

function statusOf(result: HttpAnswer | NetworkError): number | string {
  return result instanceof NetworkError ? result.code : result.status;
}

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const writes = verbs.slice(1);

describe('what is sent again', () => {
  it.each(verbs)('%s that was not sent', async (method) => {
    const { result, at } = await play([refused, refused, ok], { method });
    expect([statusOf(result), at.length]).toEqual([200, 3]);
  });

  it.each([reset, timeout, answer(500), answer(502), answer(504), answer(408)])('a read after %o', async (step) => {
    const { result, at } = await play([step, ok]);
    expect([statusOf(result), at.length]).toEqual([200, 2]);
  });

  it('a search by POST, which reads', async () => {
    const { at } = await play([reset, ok], { method: 'POST', path: '/scim/v2/Users/.search?x=1' });
    expect(at).toHaveLength(2);
  });

  it.each(
    writes.flatMap((method) =>
      [reset, timeout, answer(500), answer(502), answer(504)].map((step) => ({ method, step })),
    ),
  )('not $method after $step', async ({ method, step }) => {
    const { result, at } = await play([step, ok], { method });
    expect(at).toHaveLength(1);
    expect(result).toBe(step);
  });

  it.each(verbs)('%s after 429 and 503', async (method) => {
    const { result, at } = await play([answer(429), answer(503), ok], { method });
    expect([statusOf(result), at.length]).toEqual([200, 3]);
  });

  it.each([untrusted, answer(400), answer(401), answer(403), answer(404), answer(409), answer(412), answer(501)])(
    'nothing after %o',
    async (step) => {
      expect((await play([step, ok])).at).toHaveLength(1);
    },
  );
});

describe('throttles in disguise', () => {
  it.each([
    answer(403, { 'retry-after': '1' }),
    answer(403, { 'x-ratelimit-remaining': '0' }),
    answer(403, {}, '{"message":"You have exceeded a secondary rate limit."}'),
    answer(500, {}, '{"detail":"exceeded concurrent limit of 4 requests"}'),
  ])('are recognised: %o', async (step) => {
    const { result, at } = await play([step, ok], { method: 'POST' });
    expect([statusOf(result), at.length]).toEqual([200, 2]);
  });

  it('are recognised by the profile of a vendor', async () => {
    const busy = answer(400, {}, '{"detail":"Slow down, please"}');
    const signs: ThrottleSign[] = [{ status: 400, kind: 'rate', body: /slow down/i }];
    expect((await play([busy, ok], { method: 'POST' })).at).toHaveLength(1);
    expect((await play([busy, ok], { method: 'POST', signs })).at).toHaveLength(2);
  });
});

describe('waiting', () => {
  it.each([
    ['Retry-After in seconds', { 'retry-after': '90' }, 90_000],
    ['Retry-After as a date', { 'retry-after': new Date(VirtualClock.epoch + 90_000).toUTCString() }, 90_000],
    ['epoch seconds', { 'x-rate-limit-reset': String(VirtualClock.epoch / 1000 + 7) }, 7_000],
    ['seconds', { 'ratelimit-reset': '7' }, 7_000],
  ])('is as long as %s says', async (_, headers, waitMs) => {
    const { at, observed } = await play([answer(429, headers), ok], { random: () => 0 });
    expect(at).toEqual([0, waitMs]);
    expect(observed.retries).toMatchObject([{ status: 429, waitMs }]);
  });

  it('is never shorter than the server says', async () => {
    for (const random of [0, 0.3, 0.999]) {
      const { at } = await play([answer(429, { 'retry-after': '90' }), ok], { random: () => random });
      expect(at[1]).toBeGreaterThanOrEqual(90_000);
      expect(at[1]).toBeLessThanOrEqual(91_000);
    }
  });

  it('grows when nothing is said, with full jitter', async () => {
    const whole = await play([answer(429)], { random: () => 0.999_999 });
    const gaps = whole.at.slice(1).map((time, index) => Math.round(time - (whole.at[index] ?? 0)));
    expect(gaps).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect((await play([answer(429)], { random: () => 0 })).at).toEqual(Array(10).fill(0));
  });

  it('is not begun when it would go beyond the deadline; the answer says so at once', async () => {
    const { result, at, observed } = await play([answer(429, { 'retry-after': '3600' }), ok]);
    expect([statusOf(result), at.length]).toEqual([429, 1]);
    expect(observed.gaveUp).toBe('the server asks to wait 60 min (Retry-After), but a request may take 5 min at most');
  });

  it('counts all attempts and waits against the deadline', async () => {
    const { result, at } = await play([answer(503, { 'retry-after': '20' })], { deadlineMs: 50_000, random: () => 0 });
    expect([statusOf(result), at]).toEqual([503, [0, 20_000, 40_000]]);
  });

  it('leaves an attempt only the time that is left', async () => {
    const { timeouts } = await play([answer(503, { 'retry-after': '40' }), ok], {
      deadlineMs: 50_000,
      random: () => 0,
    });
    expect(timeouts).toEqual([30_000, 10_000]);
  });

  it('ends when the person cancels', async () => {
    const abort = new AbortController();
    const work = play([answer(429, { 'retry-after': '90' })], {
      signal: abort.signal,
      random: () => {
        queueMicrotask(() => abort.abort());
        return 0;
      },
    });
    await expect(work).rejects.toBeInstanceOf(CancelledError);
  });
});

describe('giving up', () => {
  it('returns the last answer', async () => {
    const { result, at } = await play([answer(502)]);
    expect([statusOf(result), at.length]).toEqual([502, 4]);
  });

  it('says how often it was tried', async () => {
    const { result, at } = await play([refused]);
    expect(result).toMatchObject({ code: 'network.refused', outcome: 'notSent' });
    expect(inspect(result)).toContain('It refuses; it was sent 4 times');
    expect(at).toHaveLength(4);
  });

  it('comes soon when each attempt takes its whole time', async () => {
    expect((await play([timeout])).at).toHaveLength(2);
  });
});

describe('the budget', () => {
  it('keeps retries from multiplying', async () => {
    const clock = new VirtualClock();
    let sent = 0;
    const send = retryLayer({ clock, random: () => 0, deadlineMs: 300_000 })(async () => {
      sent += 1;
      throw reset;
    });
    const work = Array.from({ length: 200 }, () => send(requestOf({}), observation()).catch(() => undefined));
    await clock.run(Promise.all(work));
    expect(sent).toBeGreaterThan(210);
    expect(sent).toBeLessThanOrEqual(200 + 10 + 20);
  });

  it('is not needed for waits that the server asks for', async () => {
    const clock = new VirtualClock();
    let sent = 0;
    const send = retryLayer({ clock, random: () => 0, deadlineMs: 300_000 })(async () => {
      sent += 1;
      return sent <= 100 ? answer(429, { 'retry-after': '1' }) : ok;
    });
    const work = Array.from({ length: 100 }, () => send(requestOf({ method: 'POST' }), observation()));
    const answers = await clock.run(Promise.all(work));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});

it('tells a person what took so long', () => {
  const waited = { code: undefined, header: 'Retry-After' };
  expect(tellRetries([])).toBeUndefined();
  expect(tellRetries([{ ...waited, status: 429, waitMs: 2_000 }])).toBe(
    'Sent again once (429) after waiting 2 s, as Retry-After said',
  );
  expect(
    tellRetries([
      { status: undefined, code: 'network.reset', waitMs: 400, header: undefined },
      { ...waited, status: 429, waitMs: 60_000 },
    ]),
  ).toBe('Sent again 2 times (the connection broke, 429) after waiting 61 s, as Retry-After said');
});
