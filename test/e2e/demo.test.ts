import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.js';
import { batch, workspaceWith } from '../support/batch.js';
import { type ScimmyServer, startScimmy } from '../support/scimmy-server.js';

const token = 'e2e-s3cret-token';
const steps = [
  'create',
  'find',
  'change',
  'read back',
  'refuse a stale change',
  'count everybody',
  'deactivate',
  'check that it took effect',
  'delete',
  'check that it is gone',
];

interface Line {
  type: string;
  name?: string;
  outcome?: string;
  response?: { list?: { completeness: string; count: number; totalResults: number } };
}

function lines(stdout: string): Line[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function environment(url: string): Record<string, string> {
  return { SCIM_API_BASE_URL: url, SCIM_AUTH_TOKEN: token };
}

describe('the demo file, run in batch', () => {
  let mock: Mock;
  let scimmy: ScimmyServer;

  beforeAll(async () => {
    mock = await startMock({ users: 250, groups: 12, tokens: [token] });
    scimmy = await startScimmy({ users: 60, token });
  });

  afterAll(async () => {
    await mock.close();
    await scimmy.close();
  });

  it('passes against the mock, step by step', async () => {
    const { code, stdout, stderr } = await batch(
      ['run', 'elisp/demo/demo.scim', '--format', 'jsonl'],
      environment(mock.url),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const results = lines(stdout).filter(({ name }) => name !== undefined);
    expect(results.map(({ name, outcome }) => [name, outcome])).toEqual(steps.map((name) => [name, 'passed']));
    const everybody = results.find(({ name }) => name === 'count everybody');
    expect(everybody?.response?.list).toMatchObject({ completeness: 'complete', count: 251, totalResults: 251 });
  });

  it('passes against a server that was not written here, and skips what that cannot do', async () => {
    const { code, stdout } = await batch(
      ['run', 'elisp/demo/demo.scim', '--format', 'jsonl'],
      environment(scimmy.base.href),
    );
    expect(code).toBe(0);
    const results = lines(stdout).filter(({ name }) => name !== undefined);
    expect(results.map(({ name, outcome }) => [name, outcome])).toEqual(
      steps.map((name) => [name, name === 'refuse a stale change' ? 'skipped' : 'passed']),
    );
    // 60 seeded and the one of the demo: its GET answers the first 20 whatever is asked.
    const everybody = results.find(({ name }) => name === 'count everybody');
    expect(everybody?.response?.list).toMatchObject({ completeness: 'complete', count: 61, totalResults: 61 });
  });

  it('never presents one page of a server that cuts lists as everybody', async () => {
    const { root, remove } = workspaceWith({ 'list.scim': 'GET /Users\n\n?? list.completeness == "complete"\n' });
    const { code, stdout } = await batch(['run', `${root}/list.scim`], environment(scimmy.base.href), root);
    remove();
    expect(code).toBe(1);
    expect(stdout).toContain('partial');
    expect(stdout).toMatch(/20 of 6\d resources/);
  });
});

describe('make demo', () => {
  it('shows the run, says how to go on, and leaves nothing running', async () => {
    const child = spawn(process.execPath, ['test/tools/demo.mjs'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    for (const step of steps) expect(out).toContain(step);
    expect(out).toContain('make emacs');
    const url = /http:\/\/127\.0\.0\.1:\d+\/scim\/v2/.exec(out)?.[0] ?? '';
    await expect(fetch(`${url}/ServiceProviderConfig`)).rejects.toThrow();
  });
});
