/** Reading a million users as a stream: the memory of the process that reads. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { report } from './measure.js';

const limitMb = 200;

export async function benchStream(users: number): Promise<void> {
  // The server holds them all, which is not what is measured.
  const args = ['--max-old-space-size=8000', 'dist/scim-bridge.cjs', 'mock', '--users', String(users)];
  const mock = spawn(process.execPath, [...args, '--json', '--until-stdin-closes'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface({ input: mock.stdout }), 'line');
    const { url } = JSON.parse(String(line));
    // Built, because a loader for TypeScript would count as memory of the reader.
    const build = ['tsup', 'test/bench/stream-reader.ts', '--no-config', '--format', 'cjs', '--out-dir', 'build/bench'];
    await promisify(execFile)('npx', [...build, '--external', 'undici', '--silent']);
    const { stdout } = await promisify(execFile)(process.execPath, ['build/bench/stream-reader.cjs', url]);
    const { users: seen, completeness, before, peak, seconds } = JSON.parse(stdout);
    if (seen !== users || completeness !== 'complete') throw new Error(`${seen} users were read, ${completeness}`);
    report(
      `Stream ${users.toLocaleString('en')} users, 1,000 in a page`,
      `peak ${megabytes(peak)} resident, of which ${megabytes(before)} before the first request; ${seconds.toFixed(0)} s`,
      `under ${limitMb} MB resident`,
      peak < limitMb * 1e6,
    );
  } finally {
    mock.stdin.end();
    await once(mock, 'exit');
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
