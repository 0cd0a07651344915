import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { workspaceWith } from '../support/batch.js';

const running: ChildProcessWithoutNullStreams[] = [];
const folders: (() => void)[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const remove of folders.splice(0)) remove();
});

function folderWith(files: Record<string, string>): string {
  const { root, remove } = workspaceWith(files);
  folders.push(remove);
  return root;
}

function command(args: readonly string[], environment: Record<string, string> = {}): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ['dist/scim-bridge.cjs', 'mock', ...args], {
    env: { PATH: process.env.PATH, ...environment },
  });
  running.push(child);
  return child;
}

/** Start the server and return its URL. */
async function serve(args: readonly string[], environment?: Record<string, string>): Promise<string> {
  const child = command([...args, '--json'], environment);
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += text.toString();
  });
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]: string[]) => text);
  const ended = once(child, 'exit').then(() => undefined);
  const ready = await Promise.race([line, ended]);
  if (ready === undefined) throw new Error(`The server ended: ${errors}`);
  return JSON.parse(ready).url;
}

/** Run the command to its end. */
async function run(args: readonly string[], environment?: Record<string, string>) {
  const child = command(args, environment);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => {
    stdout += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

async function total(url: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${url}${path}`, { headers });
  return JSON.parse(await response.text()).totalResults;
}

describe('the command mock', () => {
  it('serves what a mock file says, and flags go over it', async () => {
    const root = folderWith({
      'a.scim-mock': `listen: { basePath: /here }
auth: { scheme: bearer, tokens: [env:MOCK_TOKEN] }
generate: { users: 5, groups: 1 }
resources: { Users: [{ userName: bjensen, id: "2819" }] }
include: [more.json]
`,
      'more.json': '[{"userName":"mandy"}]',
    });
    const url = await serve([join(root, 'a.scim-mock'), '--users', '3'], { MOCK_TOKEN: 't0ken' });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/here$/);
    expect((await fetch(`${url}/Users/2819`)).status).toBe(401);
    const headers = { authorization: 'Bearer t0ken' };
    expect(await (await fetch(`${url}/Users/2819`, { headers })).json()).toMatchObject({ userName: 'bjensen' });
    expect(await total(url, '/Users', headers)).toBe(5);
    expect(await total(url, '/Groups', headers)).toBe(1);
  });

  it('serves data files without a mock file', async () => {
    const root = folderWith({
      'users.json': '[{"userName":"bjensen"}]',
      'groups.jsonl': '{"displayName":"A"}\n{"displayName":"B"}\n',
    });
    const url = await serve([join(root, 'users.json'), join(root, 'groups.jsonl')]);
    expect([await total(url, '/Users'), await total(url, '/Groups')]).toEqual([1, 2]);
  });

  it('writes the certificates that clients need', async () => {
    const root = folderWith({ 'a.scim-mock': 'listen: { tls: generated }\nauth: { scheme: mtls }\n' });
    const certificates = join(root, 'certificates');
    const url = await serve([join(root, 'a.scim-mock'), '--certificates', certificates]);
    const read = (name: string) => readFileSync(join(certificates, name));
    const asked = request(`${url}/Users`, {
      ca: read('ca.pem'),
      cert: read('client.pem'),
      key: read('client-key.pem'),
      agent: false,
    }).end();
    const [response] = await once(asked, 'response');
    response.resume();
    expect([new URL(url).protocol, response.statusCode]).toEqual(['https:', 200]);
    expect(statSync(join(certificates, 'client-key.pem')).mode & 0o777).toBe(0o600);
  });

  it('tells each problem of a file with its place, and exits with 6', async () => {
    const root = folderWith({ 'a.scim-mock': 'vendor: oktta\nlisten:\n  prot: 1\nquirks: { page.mx: 5 }\n' });
    const file = join(root, 'a.scim-mock');
    const { code, stdout, stderr } = await run([file]);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`${file}:3:3: \`prot\` is not a key here; did you mean \`port\`?`);
  });

  it('checks files without serving them', async () => {
    const root = folderWith({ 'good.scim-mock': 'vendor: okta\n', 'bad.scim-mock': 'vendor: oktta\nseed: 1\n' });
    expect(await run([join(root, 'good.scim-mock'), '--check'])).toEqual({ code: 0, stdout: '', stderr: '' });
    const { code, stderr } = await run([join(root, 'bad.scim-mock'), '--check']);
    expect({ code, stderr }).toEqual({ code: 6, stderr: expect.stringMatching(/:1:9: .*did you mean `okta`\?/) });
  });

  it.each([
    [['nothing-there.scim-mock'], 6, 'nothing-there.scim-mock cannot be read'],
    [['--users', 'many'], 6, '--users takes a whole number'],
    [['--vendor', 'oktta'], 6, 'okta'],
    [['--token-variable', 'NOT_SET'], 6, 'NOT_SET'],
    [['--nonsense'], 6, '--nonsense'],
    [['--certificates', '/nonexistent'], 6, 'tls: generated'],
    [['--host', '203.0.113.7'], 1, '203.0.113.7 is not an address of this machine'],
  ])('refuses %j', async (args, code, message) => {
    const result = await run(args);
    expect(result).toEqual({ code, stdout: '', stderr: expect.stringContaining(message) });
    expect(existsSync('/nonexistent')).toBe(false);
  });

  it('takes one mock file only, and never shows a secret', async () => {
    const root = folderWith({
      'a.scim-mock': 'auth: { scheme: bearer, tokens: [hunter2] }\n',
      'b.scim-mock': 'auth: { scheme: bearer, tokens: [{ value: hunter2, nme: x }] }\n',
    });
    const two = await run([join(root, 'a.scim-mock'), join(root, 'a.scim-mock')]);
    expect(two).toMatchObject({ code: 6, stderr: expect.stringContaining('both mock files') });
    const wrong = await run([join(root, 'b.scim-mock')]);
    expect(wrong).toMatchObject({ code: 6, stderr: expect.stringContaining('did you mean `name`') });
    expect(two.stderr + wrong.stderr).not.toContain('hunter2');
  });

  it('ends with standard input when it is told to', async () => {
    const child = command(['--until-stdin-closes', '--json']);
    await once(createInterface({ input: child.stdout }), 'line');
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
