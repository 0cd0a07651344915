/**
 * Requests per second of the mock server, beside scimmy-routers in the same run, and how they grow with the number of
 * users. Each server is a process of its own; both are asked the same by the same client.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Agent } from 'undici';
import { urn } from '../../src/scim/urn.js';
import { interleaved, report } from './measure.js';

const token = 'bench-token';
const connections = 8;

/** A server in another process, and what is asked of it. */
class Peer {
  private readonly agent = new Agent({ connections, pipelining: 1 });
  private readonly headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
  private created = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly base: URL,
    readonly ids: readonly string[],
    readonly names: readonly string[],
    /** One for each connection. */
    readonly groups: readonly string[],
    readonly total: number,
  ) {}

  /** Starts COMMAND, waits for the line with its URL, and looks at some users all over the list. */
  static async start(command: readonly string[]): Promise<Peer> {
    const child = spawn(process.execPath, command, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, SCIM_BENCH_TOKEN: token },
    });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const base = new URL(JSON.parse(String(line)).url);
    const first = new Peer(child, base, [], [], [], 0);
    const { totalResults: total } = await first.json('GET', '/Users?count=1');
    const users: { id: string; userName: string }[] = [];
    for (let at = 0; at < 20; at++) {
      const startIndex = 1 + Math.floor((at * total) / 20);
      users.push(...(await first.json('GET', `/Users?startIndex=${startIndex}&count=10`)).Resources);
    }
    const groups: string[] = [];
    for (let number = 0; number < connections; number++) {
      const group = { schemas: [urn.group], displayName: `bench ${number}` };
      groups.push((await first.json('POST', '/Groups', group)).id);
    }
    const unique = new Map(users.map(({ id, userName }) => [id, userName]));
    return new Peer(child, base, [...unique.keys()], [...unique.values()], groups, total);
  }

  /** Sends a request and reads the whole answer. @throws Error when it is no success */
  async send(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<string> {
    const { statusCode, body: answer } = await this.agent.request({
      origin: this.base.origin,
      path: this.base.pathname + path,
      method,
      headers: this.headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${text}`);
    return text;
  }

  private async json(method: 'GET' | 'POST', path: string, body?: object) {
    return JSON.parse(await this.send(method, path, body));
  }

  get({ turn }: Turn): Promise<string> {
    return this.send('GET', `/Users/${this.ids[turn % this.ids.length]}`);
  }

  filtered({ turn }: Turn): Promise<string> {
    const filter = `userName eq "${this.names[turn % this.names.length]}"`;
    return this.send('GET', `/Users?filter=${encodeURIComponent(filter)}`);
  }

  create(): Promise<string> {
    const userName = `bench${this.created++}@example.com`;
    const name = { givenName: 'Barbara', familyName: 'Jensen' };
    const emails = [{ value: userName, type: 'work', primary: true }];
    return this.send('POST', '/Users', { schemas: [urn.user], userName, name, active: true, emails });
  }

  /** Members come and go, each connection's in a group of its own, so that groups stay as small as they were. */
  member({ own, connection }: Turn): Promise<string> {
    const value = this.ids[(connection + (own >> 1) * connections) % this.ids.length];
    const operation =
      own % 2 === 0
        ? { op: 'add', path: 'members', value: [{ value }] }
        : { op: 'remove', path: `members[value eq "${value}"]` };
    return this.send('PATCH', `/Groups/${this.groups[connection]}`, {
      schemas: [urn.patchOp],
      Operations: [operation],
    });
  }

  page({ turn }: Turn): Promise<string> {
    const startIndex = 1 + Math.floor(((turn % 97) * this.total) / 97);
    return this.send('GET', `/Users?startIndex=${startIndex}&count=10`);
  }

  sorted({ turn }: Turn): Promise<string> {
    const startIndex = 1 + Math.floor(((turn % 97) * this.total) / 97);
    return this.send('GET', `/Users?sortBy=userName&startIndex=${startIndex}&count=10`);
  }

  async close(): Promise<void> {
    await this.agent.close();
    this.child.stdin?.end();
  }
}

/** One request: its number among all, which connection sends it, and its number there. */
interface Turn {
  readonly turn: number;
  readonly connection: number;
  readonly own: number;
}

type Work = 'get' | 'filtered' | 'create' | 'member' | 'page' | 'sorted';

const titles: Record<Work, string> = {
  get: 'GET a user',
  filtered: 'filtered list',
  create: 'create',
  member: 'member PATCH',
  page: 'page anywhere',
  sorted: 'sorted page anywhere',
};

/** Has PEER do WORK so many TIMES, at most `connections` at once. */
async function load(peer: Peer, work: Work, times: number): Promise<void> {
  let turn = 0;
  const worker = async (connection: number) => {
    // An even number each, so that nobody stays a member.
    for (let own = 0; turn < times || own % 2 === 1; own++) await peer[work]({ turn: turn++, connection, own });
  };
  await Promise.all(Array.from({ length: connections }, (_, connection) => worker(connection)));
}

const startMock = (users: number, groups: number): Promise<Peer> =>
  Peer.start([
    'dist/scim-bridge.cjs',
    ...['mock', '--users', String(users), '--groups', String(groups), '--token-variable', 'SCIM_BENCH_TOKEN'],
    ...['--json', '--until-stdin-closes'],
  ]);

const perSecond = (times: number, milliseconds: number): number => (1000 * times) / milliseconds;
const rate = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;

/** The mock server beside scimmy-routers, both with 1,000 users. */
export async function benchMock(): Promise<void> {
  const [mock, scimmy] = await Promise.all([
    startMock(1000, 100),
    Peer.start(['--import', 'tsx', 'test/bench/scimmy-child.ts', '1000', token]),
  ]);
  const ratios: string[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const work of ['get', 'filtered', 'create', 'member'] as const) {
    const [ours, theirs] = [1500, 300];
    const workloads = { mock: () => load(mock, work, ours), scimmy: () => load(scimmy, work, theirs) };
    await interleaved(2, workloads);
    const times = await interleaved(7, workloads);
    const [fast, slow] = [perSecond(ours, times.mock.min), perSecond(theirs, times.scimmy.min)];
    least = Math.min(least, fast / slow);
    ratios.push(`${titles[work]}: ${rate(fast)} to ${rate(slow)}, ${(fast / slow).toFixed(1)} times`);
  }
  await Promise.all([mock.close(), scimmy.close()]);
  report(
    'Mock server beside scimmy-routers, 1,000 users',
    ratios.join('\n    '),
    'at least 5 times as many requests per second (fastest of 7 interleaved runs each)',
    least >= 5,
  );
}

/** The mock server with 1,000 users beside one with MOST. */
export async function benchMockGrowth(most: number): Promise<void> {
  const works: readonly Work[] = ['get', 'filtered', 'page', 'sorted', 'create', 'member'];
  const [small, large] = await Promise.all([startMock(1000, 100), startMock(most, most / 10)]);
  const lines: string[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const work of works) {
    const times = 1000;
    const workloads = { small: () => load(small, work, times), large: () => load(large, work, times) };
    await interleaved(2, workloads);
    const samples = await interleaved(7, workloads);
    const [before, after] = [perSecond(times, samples.small.min), perSecond(times, samples.large.min)];
    least = Math.min(least, after / before);
    lines.push(`${titles[work]}: ${rate(before)} → ${rate(after)}`);
  }
  await Promise.all([small.close(), large.close()]);
  report(
    `Mock server with 1,000 → ${most.toLocaleString('en')} users, a tenth as many groups`,
    lines.join('\n    '),
    'at least half the rate at a thousand times the size (fastest of 7 interleaved runs each)',
    least >= 0.5,
  );
}
