import { describe, expect, it } from 'vitest';
import { compose, type HttpSend } from '../../src/http/pipeline.js';
import { type RateOptions, rateLayer } from '../../src/http/rate.js';
import { TokenBucket } from '../../src/http/rate-bucket.js';
import { retryLayer } from '../../src/http/retry.js';
import type { HttpAnswer, HttpRequest, Observation } from '../../src/http/session.js';
import { createRedactor } from '../../src/redact/redact.js';
import { CancelledError, ResponseError } from '../../src/scim/error.js';
import { VirtualClock } from '../support/virtual-clock.js';

interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly signal?: AbortSignal;
}

function requestOf({ method = 'POST', path = '/scim/v2/Users', signal }: Call = {}): HttpRequest {
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

function observation(): Observation {
  return { attempts: 0, status: undefined, headers: [], bytes: 0 };
}

function answer(status: number, headers: Record<string, string> = {}): HttpAnswer {
  return { status, reason: '', headers: Object.entries(headers), text: '{}' };
}

/** The layer around SEND, on CLOCK. */
function limited(clock: VirtualClock, send: HttpSend, options: Partial<RateOptions> = {}): HttpSend {
  return rateLayer({ clock, basePath: '/scim/v2', deadlineMs: 300_000, ...options })(send);
}

/** A server that takes LATENCYMS for each request. */
function slow(clock: VirtualClock, latencyMs: number, act: (request: HttpRequest) => HttpAnswer): HttpSend {
  return async (request, observed) => {
    observed.attempts += 1;
    await new Promise<void>((resolve) => clock.after(latencyMs / 2, resolve));
    const result = act(request);
    await new Promise<void>((resolve) => clock.after(latencyMs / 2, resolve));
    return result;
  };
}

/** Answers 200 and notes in AT when it was asked. */
function noting(clock: VirtualClock, at: number[]): HttpSend {
  return async () => {
    at.push(Math.round(clock.now()));
    return answer(200);
  };
}

describe('a known rate', () => {
  const rules = [{ methods: ['POST'], endpoint: 'Users', perSecond: 10, burst: 5 }] as const;

  it('is kept: the burst at once, then one by one', async () => {
    const clock = new VirtualClock();
    const at: number[] = [];
    const send = limited(clock, noting(clock, at), { rules });
    await clock.run(Promise.all(Array.from({ length: 8 }, () => send(requestOf(), observation()))));
    expect(at).toEqual([0, 0, 0, 0, 0, 100, 200, 300]);
  });

  it('is that of its class: others do not wait', async () => {
    const clock = new VirtualClock();
    const begun: string[] = [];
    const send = limited(
      clock,
      async ({ method, path }) => {
        begun.push(`${clock.now()} ${method} ${path}`);
        return answer(200);
      },
      {
        rules: [{ methods: ['POST'], endpoint: 'users', perSecond: 1, burst: 1 }],
      },
    );
    const calls: Call[] = [{}, {}, { method: 'GET' }, { path: '/scim/v2/Groups' }, { path: '/scim/v2/Users/.search' }];
    await clock.run(Promise.all(calls.map((call) => send(requestOf(call), observation()))));
    expect(begun).toEqual([
      '0 POST /scim/v2/Users',
      '0 GET /scim/v2/Users',
      '0 POST /scim/v2/Groups',
      '0 POST /scim/v2/Users/.search',
      '1000 POST /scim/v2/Users',
    ]);
  });

  it('may be one of several that hold together', async () => {
    const clock = new VirtualClock();
    const at: number[] = [];
    const send = limited(clock, noting(clock, at), {
      rules: [
        { perSecond: 2, burst: 3 },
        { methods: ['POST'], perSecond: 1, burst: 1 },
      ],
    });
    await clock.run(Promise.all(Array.from({ length: 3 }, () => send(requestOf(), observation()))));
    expect(at).toEqual([0, 1000, 2000]);
  });

  it('serves first come, first served, and forgets who cancels', async () => {
    const clock = new VirtualClock();
    const begun: string[] = [];
    const abort = new AbortController();
    const send = limited(
      clock,
      async ({ path }) => {
        begun.push(path);
        return answer(200);
      },
      {
        rules: [{ perSecond: 1, burst: 1 }],
      },
    );
    const work = ['a', 'b', 'c', 'd'].map((name) => {
      const signal = name === 'b' ? abort.signal : undefined;
      const request = requestOf({ path: `/scim/v2/Users/${name}`, ...(signal === undefined ? {} : { signal }) });
      return send(request, observation()).catch((error: unknown) => error);
    });
    abort.abort();
    const results = await clock.run(Promise.all(work));
    expect(begun.map((path) => path.slice(-1))).toEqual(['a', 'c', 'd']);
    expect(results[1]).toBeInstanceOf(CancelledError);
    expect(clock.now()).toBe(2_000);
  });
});

describe('a wait that the server asks for', () => {
  it('holds the whole class', async () => {
    const clock = new VirtualClock();
    const at: number[] = [];
    const send = limited(
      clock,
      async () => {
        at.push(Math.round(clock.now()));
        return at.length === 1 ? answer(429, { 'retry-after': '7' }) : answer(200);
      },
      { concurrency: { initial: 1, most: 1 } },
    );
    await clock.run(Promise.all([send(requestOf(), observation()), send(requestOf(), observation())]));
    expect(at[0]).toBe(0);
    expect(at[1]).toBeGreaterThanOrEqual(7_000);
  });

  it('refuses at once what would have to wait too long, also what waits already', async () => {
    const clock = new VirtualClock();
    let sent = 0;
    const send = limited(
      clock,
      async () => {
        sent += 1;
        return answer(429, { 'retry-after': '3600' });
      },
      {
        concurrency: { initial: 1, most: 1 },
      },
    );
    const told = (): Promise<unknown> => send(requestOf(), observation()).catch((error: unknown) => error);
    const [first, second] = await clock.run(Promise.all([told(), told()]));
    const third = await clock.run(told());
    expect(first).toMatchObject({ status: 429 });
    expect(second).toBeInstanceOf(ResponseError);
    expect(third).toMatchObject({
      message: 'POST /scim/v2/Users was not sent: the server asked to wait another 60 min',
    });
    expect(sent).toBe(1);
  });
});

describe('requests at the same time', () => {
  async function most(limit: number, act: (underWay: number) => HttpAnswer): Promise<{ peak: number; late: number }> {
    const clock = new VirtualClock();
    let underWay = 0;
    const peaks: number[] = [];
    const send = limited(
      clock,
      async (request, observed) => {
        underWay += 1;
        peaks.push(underWay);
        const now = underWay;
        const result = await slow(clock, 100, () => act(now))(request, observed);
        underWay -= 1;
        return result;
      },
      { concurrency: { initial: 4, most: limit } },
    );
    await clock.run(Promise.all(Array.from({ length: 400 }, () => send(requestOf(), observation()))));
    return { peak: Math.max(...peaks), late: Math.max(...peaks.slice(-50)) };
  }

  it('become more while all goes well, up to a limit', async () => {
    expect((await most(12, () => answer(200))).peak).toBe(12);
  });

  it('become fewer when the server says that they are too many', async () => {
    const busy: HttpAnswer = { ...answer(500), text: '{"detail":"exceeded concurrent limit of 4 requests"}' };
    const { late } = await most(32, (underWay) => (underWay > 4 ? busy : answer(200)));
    expect(late).toBeLessThanOrEqual(5);
  });

  it('become fewer when answers get slow', async () => {
    const clock = new VirtualClock();
    let underWay = 0;
    const seen: number[] = [];
    const send = limited(
      clock,
      async (request, observed) => {
        underWay += 1;
        seen.push(underWay);
        // Beyond four at once, each waits for all others.
        const result = await slow(clock, underWay <= 4 ? 20 : underWay * 200, () => answer(200))(request, observed);
        underWay -= 1;
        return result;
      },
      { concurrency: { initial: 2, most: 32 } },
    );
    await clock.run(Promise.all(Array.from({ length: 1_000 }, () => send(requestOf(), observation()))));
    expect(Math.max(...seen)).toBeLessThan(16);
  });
});

describe('a rate that must be found out', () => {
  type Hint = (waitMs: number, wall: number) => Record<string, string>;

  interface Limit {
    readonly perSecond: number;
    readonly burst: number;
    readonly latencyMs: number;
    readonly hint?: Hint;
    readonly rules?: RateOptions['rules'];
  }

  /** COUNT creates at once against a server with LIMIT; how much of the permitted rate was used. */
  async function efficiency(
    count: number,
    limit: Limit,
  ): Promise<{ used: number; throttled: number; created: number }> {
    const clock = new VirtualClock();
    const bucket = new TokenBucket(limit.perSecond, limit.burst, 0);
    let created = 0;
    let throttled = 0;
    const server = slow(clock, limit.latencyMs, () => {
      const readyAt = bucket.readyAt(clock.now());
      if (readyAt <= clock.now()) {
        bucket.take(clock.now());
        created += 1;
        return answer(201);
      }
      throttled += 1;
      return answer(429, limit.hint?.(readyAt - clock.now(), clock.wall()));
    });
    let seed = 1;
    const random = (): number => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const send = compose(
      server,
      retryLayer({ clock, random, deadlineMs: 300_000 }),
      rateLayer({ clock, basePath: '/scim/v2', deadlineMs: 300_000, rules: limit.rules }),
    );
    const answers = await clock.run(Promise.all(Array.from({ length: count }, () => send(requestOf(), observation()))));
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    const idealMs = ((count - limit.burst) / limit.perSecond) * 1000;
    return { used: idealMs / clock.now(), throttled, created };
  }

  const retryInSeconds = (waitMs: number): Record<string, string> => ({
    'retry-after': String(Math.ceil(waitMs / 1000)),
  });
  const reset = (waitMs: number, wall: number): Record<string, string> => ({
    'x-ratelimit-reset': String(Math.ceil((wall + waitMs) / 1000)),
  });

  it.each([
    ['no hint', { perSecond: 50, burst: 50, latencyMs: 20 }],
    ['Retry-After in whole seconds', { perSecond: 50, burst: 50, latencyMs: 20, hint: retryInSeconds }],
    ['a reset in epoch seconds', { perSecond: 50, burst: 50, latencyMs: 20, hint: reset }],
    ['slow answers', { perSecond: 50, burst: 50, latencyMs: 300, hint: retryInSeconds }],
    ['a known rate', { perSecond: 50, burst: 50, latencyMs: 20, rules: [{ perSecond: 50, burst: 50 }] }],
  ] satisfies [string, Limit][])('is used to 95 %% when the server gives %s, and nothing is lost', async (_, limit) => {
    const { used, throttled, created } = await efficiency(3_000, limit);
    expect(created).toBe(3_000);
    expect(used).toBeGreaterThanOrEqual(0.95);
    expect(throttled).toBeLessThan(300);
  });
});
