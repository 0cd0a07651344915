/** `scim-bridge mock`: a mock server for people who do not use Emacs, and for CI. */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigurationError, UsageError } from '../scim/error.js';
import { loadMockFile, optionsIn, problemLine } from './file/index.js';
import type { MockOptions, RequestLine } from './options.js';
import type { Mock } from './server.js';

const flags = {
  port: { type: 'string' },
  host: { type: 'string' },
  vendor: { type: 'string' },
  users: { type: 'string' },
  groups: { type: 'string' },
  seed: { type: 'string' },
  'token-variable': { type: 'string' },
  certificates: { type: 'string' },
  check: { type: 'boolean', default: false },
  log: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'until-stdin-closes': { type: 'boolean', default: false },
} as const;

type Flags = ReturnType<typeof parseFlags>['values'];

function parseFlags(args: readonly string[]) {
  return parseArgs({ args: [...args], options: flags, allowPositionals: true });
}

/**
 * Runs the mock server with ARGS until a signal, or the end of standard input.
 * @throws UsageError, ConfigurationError or ScimError `mock.listen` when it cannot
 */
export async function runMock(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseFlags(args);
  const options = { ...fromFiles(positionals), ...fromFlags(values) };
  if (values.check) return;
  const { startMock } = await import('./server.js');
  const mock = await startMock({ ...options, ...(values.log && { onRequest: logRequest }) });
  if (values.certificates !== undefined) await saveCertificates(mock, values.certificates);
  process.stdout.write(values.json ? `${JSON.stringify({ url: mock.url })}\n` : `SCIM server at ${mock.url}\n`);
  const stop = () => void mock.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (values['until-stdin-closes']) process.stdin.once('end', stop).once('error', stop).resume();
}

/** The options of all FILES together; warnings go to standard error. */
function fromFiles(files: readonly string[]): MockOptions {
  const loaded = files.map((path) => {
    const text = readText(path);
    const loaded = loadMockFile(text, { path, env: process.env });
    const options = optionsIn(loaded, path);
    for (const problem of loaded.problems) process.stderr.write(`${problemLine(path, problem)}\n`);
    return { path, kind: loaded.kind, options };
  });
  const [settings, another] = loaded.filter(({ kind }) => kind === 'mock');
  if (another !== undefined) {
    throw new UsageError(`${settings?.path} and ${another.path} are both mock files; give one, and data beside it`);
  }
  const all = loaded.map(({ options }) => options);
  const rules = { ...all.find((options) => options.rules !== undefined)?.rules, ...settings?.options.rules };
  return {
    ...settings?.options,
    rules,
    schemas: all.flatMap((options) => options.schemas ?? []),
    resourceTypes: all.flatMap((options) => options.resourceTypes ?? []),
    resources: all.flatMap((options) => options.resources ?? []),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigurationError('config.file', `${path} cannot be read`, {
      file: path,
      remedy: 'give the path of a file that is there',
      cause,
    });
  }
}

function fromFlags(values: Flags): MockOptions {
  const { port, host, vendor, users, groups, seed } = values;
  const variable = values['token-variable'];
  return {
    ...(port !== undefined && { port: wholeNumber('port', port, 65_535) }),
    ...(host !== undefined && { host }),
    ...(vendor !== undefined && { vendor }),
    ...(users !== undefined && { users: wholeNumber('users', users, 10_000_000) }),
    ...(groups !== undefined && { groups: wholeNumber('groups', groups, 1_000_000) }),
    ...(seed !== undefined && { seed: wholeNumber('seed', seed, 2 ** 31) }),
    ...(variable !== undefined && {
      auth: { scheme: 'bearer' as const, tokens: [{ name: variable, value: tokenFrom(variable) }] },
    }),
  };
}

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

/** Writes what clients need to trust the server, and to be trusted by it, into DIRECTORY. */
async function saveCertificates({ certificates }: Mock, directory: string): Promise<void> {
  if (certificates === undefined) {
    throw new UsageError('--certificates needs `listen: { tls: generated }` in the mock file');
  }
  const { writeCertificates } = await import('./tls/generate.js');
  writeCertificates(certificates, directory);
}

function logRequest({ time, method, path, status, ms, faults }: RequestLine): void {
  const why = faults.length === 0 ? '' : ` [${faults.join(', ')}]`;
  process.stderr.write(`${time.toISOString()} ${method} ${path} ${status} ${ms.toFixed(1)} ms${why}\n`);
}
