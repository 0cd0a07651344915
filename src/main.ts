/** The command line of the bridge: what Emacs starts, and the mock server for people who do not use Emacs. */

import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { serveStdio } from './bridge/connection.js';
import { keepHeapSmall } from './bridge/heap.js';
import { ScimError, UsageError } from './scim/error.js';
import { version } from './scim/version.js';

const usage = `Usage: scim-bridge --stdio          speak JSON-RPC over stdin and stdout, as Emacs does
       scim-bridge mock [OPTION…]   run a SCIM server on this machine until it is stopped

Options of mock:
  --port N                  port on 127.0.0.1; 0, the default, takes a free one
  --users N                 how many users it starts with (default 0)
  --groups N                how many groups (default 0)
  --seed N                  which users: the same seed gives the same ones (default 1)
  --token-variable NAME     environment variable that holds the bearer token; without it, no token is asked for
  --json                    when ready, print {"url": …} on a line of its own instead of a sentence
  --until-stdin-closes      end when standard input does

Other: --version, --help
`;

/** TEXT as a whole number of at most MAX, for option NAME. */
function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) throw new UsageError(`--${name} takes a whole number from 0 to ${max}`);
  return value;
}

/** The token in environment variable NAME. A token in an argument would stand in the process list. */
function tokenFrom(name: string): string {
  const token = process.env[name];
  if (!token) throw new UsageError(`The variable ${name} (--token-variable) is not set or empty`);
  return token;
}

/** Run the mock server with ARGUMENTS until a signal, or the end of standard input. */
async function runMock(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '0' },
      users: { type: 'string', default: '0' },
      groups: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      'token-variable': { type: 'string' },
      json: { type: 'boolean', default: false },
      'until-stdin-closes': { type: 'boolean', default: false },
    },
  });
  const variable = values['token-variable'];
  const { startMock } = await import('./mock/server.js');
  const mock = await startMock({
    port: wholeNumber('port', values.port, 65_535),
    users: wholeNumber('users', values.users, 10_000_000),
    groups: wholeNumber('groups', values.groups, 1_000_000),
    seed: wholeNumber('seed', values.seed, 2 ** 31),
    ...(variable === undefined ? {} : { tokens: [tokenFrom(variable)] }),
  });
  process.stdout.write(values.json ? `${JSON.stringify({ url: mock.url })}\n` : `SCIM server at ${mock.url}\n`);
  const stop = () => void mock.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (values['until-stdin-closes']) process.stdin.once('end', stop).once('error', stop).resume();
}

async function main([first, ...rest]: string[]): Promise<void> {
  if (!isMainThread) return (await import('./mock/worker.js')).serveWorker();
  if (first === '--stdio' && rest.length === 0) {
    keepHeapSmall();
    return serveStdio();
  }
  if (first === 'mock' && !rest.includes('--help')) return runMock(rest);
  if (first === '--version') process.stdout.write(`${version}\n`);
  else if (first === '--help' || rest.includes('--help')) process.stdout.write(usage);
  else throw new UsageError(first === undefined ? 'No command given' : `Unknown command: ${first}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isUsage =
    error instanceof UsageError ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`scim-bridge: ${message}\n`);
  if (error instanceof ScimError && error.remedy !== undefined) process.stderr.write(`  ${error.remedy}\n`);
  if (isUsage) process.stderr.write(`\n${usage}`);
  process.exit(isUsage ? 6 : 1);
});
