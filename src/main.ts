/** The command line of the bridge: what Emacs starts, and the mock server for people who do not use Emacs. */

import { isMainThread } from 'node:worker_threads';
import { serveStdio } from './bridge/connection.js';
import { keepHeapSmall } from './bridge/heap.js';
import { mockUsage } from './mock/usage.js';
import { ConfigurationError, ScimError, UsageError } from './scim/error.js';
import { version } from './scim/version.js';

const usage = `Usage: scim-bridge --stdio   speak JSON-RPC over stdin and stdout, as Emacs does
       ${mockUsage}
Other: --version, --help
`;

async function main([first, ...rest]: string[]): Promise<void> {
  if (!isMainThread) return (await import('./mock/worker.js')).serveWorker();
  if (first === '--stdio' && rest.length === 0) {
    keepHeapSmall();
    return serveStdio();
  }
  if (first === 'mock' && !rest.includes('--help')) return (await import('./mock/cli.js')).runMock(rest);
  if (first === '--version') process.stdout.write(`${version}\n`);
  else if (first === '--help' || rest.includes('--help')) process.stdout.write(usage);
  else throw new UsageError(first === undefined ? 'No command given' : `Unknown command: ${first}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isUsage =
    error instanceof UsageError ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  const message = error instanceof Error ? error.message : String(error);
  // Lines that begin with a place must stay readable by what jumps to them.
  process.stderr.write(error instanceof ConfigurationError ? `${message}\n` : `scim-bridge: ${message}\n`);
  if (error instanceof ScimError && error.remedy !== undefined) process.stderr.write(`  ${error.remedy}\n`);
  if (isUsage) process.stderr.write(`\n${usage}`);
  process.exit(isUsage || error instanceof ConfigurationError ? 6 : 1);
});
