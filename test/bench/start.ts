/** How long the bridge takes from spawn to its first answer, against bare Node. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startBridge } from '../support/bridge.js';
import { interleaved, ms, report } from './measure.js';

async function bareNode(): Promise<void> {
  await once(spawn(process.execPath, ['-e', '0']), 'exit');
}

async function bridge(): Promise<void> {
  const { process: child } = await startBridge();
  child.kill('SIGKILL');
}

export async function benchStart(): Promise<void> {
  const { node, scim } = await interleaved(20, { node: bareNode, scim: bridge });
  const more = scim.min - node.min;
  report(
    'Bridge start to first reply',
    `node -e 0: min ${ms(node.min)}, median ${ms(node.median)}; bridge: min ${ms(scim.min)}, median ${ms(scim.median)}; +${ms(more)}`,
    'at most +80 ms (minimum of 20 interleaved runs)',
    more <= 80,
  );
}
