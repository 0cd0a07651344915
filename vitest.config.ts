import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

export default defineConfig({
  define: { __SCIM_VERSION__: JSON.stringify(version) },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // One less than there are processors, the default, leaves half of a small machine idle: many tests wait for others.
    maxWorkers: Math.max(2, availableParallelism()),
    // Limits only keep broken tests from hanging: a machine that is busy with others takes long to start a process.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
