/** Reads all users of the server at the URL given as argument and prints how many, and how much memory that took. */

import { keepHeapSmall } from '../../src/bridge/heap.js';
import { Target } from '../../src/client/target.js';

// As the bridge does.
keepHeapSmall();

const target = new Target({
  tenant: 'bench',
  baseUrl: new URL(process.argv[2] ?? ''),
  auth: { scheme: 'none' },
  limits: { timeoutMs: 60_000, maxResponseBytes: 1 << 26 },
  validation: 'off',
  userAgent: 'bench',
});

async function read(): Promise<void> {
  const started = performance.now();
  const before = process.memoryUsage.rss();
  let peak = before;
  let users = 0;
  const run = target.list('Users', { count: 1000 });
  for await (const page of run) {
    users += page.resources.length;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  const { completeness } = run.outcome;
  await target.close();
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({ users, completeness: completeness.kind, before, peak, seconds }));
}

void read();
