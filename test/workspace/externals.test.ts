import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { inspectTrust } from '../../src/workspace/trust.js';
import { Workspace } from '../../src/workspace/workspace.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scim-externals-'));
  return () => rmSync(root, { recursive: true });
});

async function workspace(token: string): Promise<Workspace> {
  const auth = `{ scheme: bearer, token: '${token}' }`;
  writeFileSync(join(root, 'scim.yaml'), `tenants:\n  one:\n    baseUrl: https://a.example/scim\n    auth: ${auth}\n`);
  const loaded = await Workspace.load(root, { PATH: process.env.PATH, XDG_STATE_HOME: join(root, 'state') });
  loaded.trust.trust(join(root, 'scim.yaml'));
  return loaded;
}

describe('what failed to be looked up', () => {
  it('by a command is looked up again with the next request', async () => {
    const loaded = await workspace('cmd:cat vault/token');
    await loaded.prepare('one');
    expect(() => loaded.resolve('one')).toThrow(/ended with 1/);
    mkdirSync(join(root, 'vault'));
    writeFileSync(join(root, 'vault', 'token'), 'a-token-from-the-vault\n');
    await loaded.prepare('one');
    expect(loaded.resolve('one').auth).toMatchObject({ scheme: 'bearer' });
  });

  it('by Emacs is told once, and then asked for again', async () => {
    const loaded = await workspace('auth-source:a.example');
    await expect(loaded.prepare('one')).rejects.toMatchObject({ code: 'secret.needed' });
    loaded.provide('auth-source:a.example', null);
    await loaded.prepare('one');
    expect(() => loaded.resolve('one')).toThrow(/has no entry in auth-source/);
    await expect(loaded.prepare('one')).rejects.toMatchObject({ code: 'secret.needed' });
    loaded.provide('auth-source:a.example', 'a-token-of-emacs');
    await loaded.prepare('one');
    await loaded.prepare('one');
    expect(loaded.resolve('one').auth).toMatchObject({ scheme: 'bearer' });
  });
});

describe('the commands of a file', () => {
  it('are told with their lines; those of whole lines of comment are none', () => {
    const lines = [
      '# env:NAME or cmd:COMMAND',
      'tenants:',
      '  # a: cmd:never',
      '  one: { auth: { scheme: bearer, token: "cmd:op read x" } }',
      '  two: { name: "x #", auth: cmd:hidden # not a comment for sure }',
    ];
    writeFileSync(join(root, 'scim.yaml'), lines.join('\n'));
    expect(inspectTrust('scim.yaml', root).commands).toMatchObject([{ command: 'op read x', line: 3 }, { line: 4 }]);
  });
});
