/** Listing 100,000 users of the mock, all pages: the client against undici and JSON.parse on the same bytes. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Agent } from 'undici';
import { Target } from '../../src/client/target.js';
import { interleaved, ms, report } from './measure.js';

const users = 100_000;
const pageSize = 1000;

async function bareList(base: URL, agent: Agent): Promise<void> {
  let total = Number.POSITIVE_INFINITY;
  let seen = 0;
  while (seen < total) {
    const path = `${base.pathname}/Users?count=${pageSize}&startIndex=${seen + 1}`;
    const { body } = await agent.request({ origin: base.origin, path, method: 'GET' });
    const page = JSON.parse(await body.text());
    total = page.totalResults;
    seen += page.Resources.length;
  }
  if (seen !== users) throw new Error(`undici saw ${seen} users`);
}

async function clientList(target: Target): Promise<void> {
  const run = target.list('Users', { count: pageSize });
  let seen = 0;
  for await (const page of run) seen += page.resources.length;
  if (seen !== users || run.outcome.completeness.kind !== 'complete') throw new Error(`the client saw ${seen} users`);
}

export async function benchList(): Promise<void> {
  const args = ['dist/scim-bridge.cjs', 'mock', '--users', String(users), '--json', '--until-stdin-closes'];
  const mock = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: mock.stdout }), 'line');
  const base = new URL(JSON.parse(String(line)).url);
  const agent = new Agent({ pipelining: 1 });
  const target = new Target({
    tenant: 'bench',
    baseUrl: base,
    auth: { scheme: 'none' },
    limits: { timeoutMs: 60_000, maxResponseBytes: 1 << 26 },
    validation: 'off',
    userAgent: 'bench',
  });
  const workloads = { bare: () => bareList(base, agent), client: () => clientList(target) };
  await interleaved(1, workloads);
  const { bare, client } = await interleaved(10, workloads);
  await Promise.all([agent.close(), target.close()]);
  mock.stdin.end();
  const share = bare.min / client.min;
  report(
    `List ${users.toLocaleString('en')} users, ${users / pageSize} pages`,
    `undici + JSON.parse: min ${ms(bare.min)}, median ${ms(bare.median)}; client: min ${ms(client.min)}, median ${ms(client.median)}; ${(100 * share).toFixed(0)} % of the peer's speed`,
    'at least 80 % (minimum of 10 interleaved runs, same bytes)',
    share >= 0.8,
  );
}
