/** Adds a tenant to a workspace: writes `scim.yaml` and, for a mock server, its file and its token. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { UsageError } from '../scim/error.js';
import { presetNamed } from './preset.js';
import { tenantEntry, withTenant } from './preset-entry.js';

/** A tenant that is to be. */
export interface NewTenant {
  readonly name: string;
  readonly preset: string;
  readonly answers: Readonly<Record<string, string>>;
}

/** What was written. */
export interface AddedTenant {
  /** `scim.yaml`, absolute. */
  readonly file: string;
  /** Where the tenant begins in it, from 0. */
  readonly line: number;
  /** The mock file, absolute. */
  readonly mock?: string;
}

/**
 * Adds TENANT to the workspace in the directory ROOT, which need not have a `scim.yaml`. Nothing is overwritten.
 *
 * @throws UsageError when an answer cannot be, or something of that name is there; ConfigurationError when `scim.yaml`
 *   is broken
 */
export async function addTenant(root: string, { name, preset, answers }: NewTenant): Promise<AddedTenant> {
  if (!/^[\w.-]+$/.test(name)) {
    throw new UsageError('The name of a tenant consists of letters, digits, ".", "_" and "-"');
  }
  const known = presetNamed(preset);
  const file = join(root, 'scim.yaml');
  const old = existsSync(file) ? await readFile(file, 'utf8') : undefined;
  const server = preset === 'mock' ? await mockOf(root, name, answers) : undefined;
  const entry = await tenantEntry(name, known, { ...answers, ...server?.answers });
  const text = await withTenant(old, name, entry);
  for (const { path, content, mode } of server?.files ?? []) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, content, { mode, flag: 'wx' });
  }
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, text);
  await rename(temporary, file);
  const line = text.split('\n').findIndex((one) => one.trim() === `${name}:`);
  return { file, line, ...(server === undefined ? {} : { mock: server.mock }) };
}

interface NewMock {
  /** What the questions of the preset do not ask. */
  readonly answers: Readonly<Record<string, string>>;
  readonly files: readonly { readonly path: string; readonly content: string; readonly mode: number }[];
  readonly mock: string;
}

/** The files of a mock server for the tenant NAME. Its port is free now, and fixed, so that it is found again. */
async function mockOf(root: string, name: string, answers: Readonly<Record<string, string>>): Promise<NewMock> {
  const mock = join(root, `${name}.scim-mock`);
  const token = join(root, 'secrets', `${name}.token`);
  for (const path of [mock, token]) {
    if (existsSync(path)) throw new UsageError(`${path} exists already`, { remedy: 'use another name' });
  }
  const port = await freePort();
  const reference = `file:secrets/${name}.token`;
  const vendor = answers.vendor ?? 'generic';
  const lines = [
    `# A SCIM server on this machine, for the tenant ${name} of scim.yaml. C-c C-c starts it, and fills it`,
    '# anew while it runs.',
    '',
    ...(vendor === 'generic' ? ['# vendor: okta  # whose quirks it has'] : [`vendor: ${vendor}`]),
    `listen: { port: ${port} }`,
    `auth: { scheme: bearer, tokens: ['${reference}'] }`,
    'generate: { users: 100, groups: 5 }',
    'seed: 1',
  ];
  const ignore = join(root, 'secrets', '.gitignore');
  return {
    answers: { vendor, baseUrl: `http://127.0.0.1:${port}/scim/v2`, token: reference },
    files: [
      ...(existsSync(ignore)
        ? []
        : [{ path: ignore, content: '# Secrets are not for the repository.\n*\n', mode: 0o644 }]),
      { path: token, content: `${randomBytes(24).toString('base64url')}\n`, mode: 0o600 },
      { path: mock, content: `${lines.join('\n')}\n`, mode: 0o644 },
    ],
    mock,
  };
}

/** A port of this machine that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
