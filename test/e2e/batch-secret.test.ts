import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMock } from '../../src/mock/server.js';
import { type BatchRun, batch } from '../support/batch.js';

/** Digits only: what takes it for a number shows in the answer. */
const token = '00123456789012345678901234567890';

const script = `
(scim-list "User" :limit 1)
(scim-list "User" :limit 1 :callback #'ignore)
`;

let mock: Awaited<ReturnType<typeof startMock>>;
let root: string;
let home: string;

beforeAll(async () => {
  mock = await startMock({
    auth: { scheme: 'bearer', tokens: [{ name: 'robot', value: token }] },
  });
});
afterAll(() => mock.close());

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scim-e2e-'));
  home = join(root, 'home');
  mkdirSync(home);
  writeFileSync(join(root, 'a.scim'), 'GET /Users\n\n?? status == 200\n');
  writeFileSync(join(root, 'a.el'), script);
  return () => rmSync(root, { recursive: true });
});

function tenant(reference: string): void {
  const auth = `{ scheme: bearer, token: '${reference}' }`;
  writeFileSync(join(root, 'scim.yaml'), `tenants:\n  one:\n    baseUrl: ${mock.url}\n    auth: ${auth}\n`);
}

async function run(...args: string[]): Promise<BatchRun> {
  const environment = { HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CACHE_HOME: join(home, 'cache') };
  const ran = await batch(args, environment, root);
  expect(ran.stdout + ran.stderr).not.toContain(token);
  return ran;
}

describe('auth-source in batch mode', () => {
  beforeEach(() => tenant('auth-source:scim.example/robot'));

  it('gives its secret to request files and to scripts that wait and that do not', async () => {
    const entries = join(home, '.authinfo');
    writeFileSync(entries, `machine scim.example login robot password ${token}\n`, { mode: 0o600 });
    expect(await run('run', 'a.scim', 'a.el')).toMatchObject({ code: 0 });
  });

  it('is an error that says what to add when it has none', async () => {
    for (const file of ['a.scim', 'a.el']) {
      const ran = await run('run', file);
      expect(ran.code).toBe(6);
      expect(ran.stdout + ran.stderr).toContain('machine scim.example login robot password …');
      expect(ran.stdout + ran.stderr).toContain('scim.yaml:4');
    }
  });

  it('that would have to ask for a passphrase is an error, and no hanging process', async () => {
    // Not encrypted by anything that can be opened here.
    writeFileSync(join(home, '.authinfo.gpg'), Buffer.from('8c0d04090302', 'hex'), { mode: 0o600 });
    const ran = await run('run', 'a.scim');
    expect(ran.code).toBe(6);
    expect(ran.stdout + ran.stderr).toContain('auth-source:scim.example/robot');
  });
});

describe('a command in batch mode', () => {
  it('does not run unless its file is trusted', async () => {
    tenant('cmd:./vault');
    writeFileSync(join(root, 'vault'), `#!/bin/sh\necho >> ran\necho ${token}\n`);
    chmodSync(join(root, 'vault'), 0o700);
    const ran = await run('run', 'a.scim');
    expect(ran.code).toBe(6);
    expect(ran.stdout + ran.stderr).toContain('env trust');
    expect(() => readFileSync(join(root, 'ran'))).toThrow();
    expect(await run('env', 'trust', 'scim.yaml')).toMatchObject({ code: 0 });
    expect(await run('run', 'a.scim')).toMatchObject({ code: 0 });
  });
});
