import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { batch, workspaceWith } from '../support/batch.js';

const mockFile = 'auth: { scheme: bearer, tokens: [mock-t0ken-1] }\ngenerate: { users: 3 }\n';

const good = 'GET /Users\n\n?? status == 200\n?? body.totalResults == 3\n';

const script = '(unless (= 3 (length (scim-listing-all (scim-list "User")))) (error "Not three"))\n';

/** Tenants that no test may reach. */
const tenants = `tenants:
  staging: { baseUrl: "https://staging.invalid/scim", auth: { scheme: bearer, token: env:NOT_SET } }
  production: { baseUrl: "https://production.invalid/scim", auth: { scheme: bearer, token: env:NOT_SET } }
default: staging
`;

const { root, remove } = workspaceWith({
  'a.scim-mock': mockFile,
  'bad.scim-mock': 'generate: { users: 3 }\nvendr: okta\n',
  'good.scim': good,
  'bad.scim': good.replace('== 3', '== 4'),
  'script.el': script,
  'scim.yaml': tenants,
});

/** `scim-batch` with ARGS, as a process that goes on until it is told to end. */
function serve(args: readonly string[]): ChildProcess {
  const elisp = join(process.cwd(), 'elisp');
  const command = ['-Q', '--batch', '-L', elisp, '-l', 'scim-batch', '-f', 'scim-batch', '--', ...args];
  return spawn(process.env.EMACS ?? 'emacs', command, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of stdout ?? []) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return text.trim();
}

describe('mock in batch mode', () => {
  const running: ChildProcess[] = [];

  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  afterAll(remove);

  it('runs request files and scripts with the mock server in place of every tenant', async () => {
    const files = ['good.scim', 'script.el'];
    for (const tenant of [[], ['--tenant', 'production']]) {
      const run = await batch(['mock', 'a.scim-mock', ...files, ...tenant, '--format', 'jsonl'], {}, root);
      expect(run).toMatchObject({ code: 0 });
      for (const line of run.stdout.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
      expect(run.stderr).toMatch(/Mock server at http:\/\/127\.0\.0\.1:\d+\/scim\/v2/);
      expect(run.stdout + run.stderr).not.toContain('mock-t0ken-1');
    }
  });

  it('ends with the exit code of the request files', async () => {
    expect(await batch(['mock', 'a.scim-mock', 'bad.scim'], {}, root)).toMatchObject({ code: 1 });
  });

  it('says where a mock file is wrong', async () => {
    const { code, stdout, stderr } = await batch(['mock', 'bad.scim-mock'], {}, root);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toMatch(/bad\.scim-mock:2:1: .*vendr/);
  });

  it('refuses what makes no sense', async () => {
    for (const args of [[], ['no.scim-mock'], ['a.scim-mock', '--port', '99999'], ['a.scim-mock', '--har', 'x.har']]) {
      expect([args, (await batch(['mock', ...args], {}, root)).code]).toEqual([args, 6]);
    }
    expect(await batch(['run', 'good.scim', '--port', '1'], {}, root)).toMatchObject({ code: 6 });
  });

  it('prints the URL and serves until it is told to end', async () => {
    const child = serve(['mock', 'a.scim-mock']);
    running.push(child);
    const url = await firstLine(child);
    const answer = await fetch(`${url}/Users`, { headers: { authorization: 'Bearer mock-t0ken-1' } });
    expect(await answer.json()).toMatchObject({ totalResults: 3 });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('serves until standard input closes, when it is told so', async () => {
    const child = serve(['mock', 'a.scim-mock', '--until-stdin-closes']);
    running.push(child);
    const url = await firstLine(child);
    expect((await fetch(`${url}/Users`)).status).toBe(401);
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each([
    ['until a signal', 'exec "$@"', []],
    // Node gives a socket to its children, where a shell or a CI job gives a pipe.
    ['until standard input closes', 'mkfifo in; sleep 60 > in & exec "$@" < in', ['--until-stdin-closes']],
  ])('fails when the server is gone, while it serves %s', async (_, script, more) => {
    const emacs = [process.env.EMACS ?? 'emacs', '-Q', '--batch', '-L', join(process.cwd(), 'elisp')];
    const line = [...emacs, '-l', 'scim-batch', '-f', 'scim-batch', '--', 'mock', 'a.scim-mock', ...more];
    const child = spawn('sh', ['-c', script, 'sh', ...line], {
      cwd: root,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { pid = 0 } = child;
    try {
      await firstLine(child);
      const bridge = execFileSync('pgrep', ['-P', String(pid), '-f', 'scim-bridge.cjs'], { encoding: 'utf8' });
      process.kill(Number(bridge), 'SIGKILL');
      expect(await once(child, 'exit')).toEqual([1, null]);
    } finally {
      // What holds the pipe open is in the group, too; the group may be gone.
      spawnSync('kill', ['-KILL', `-${pid}`]);
    }
  });
});
