/** The rotation of a credential, as Emacs and batch mode see it: by the real bridge, against the mock server. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.js';
import type { ResultOf, rotate } from '../../src/protocol/index.js';
import { type Bridge, startBridge } from '../support/bridge.js';

type Rotation = ResultOf<typeof rotate.rotate>;

const [oldToken, newToken] = ['tok-old-1234567890', 'tok-new-0987654321'];
const both = `auth: { scheme: bearer, token: "file:token", previousToken: "env:OLD_TOKEN" }`;

let root: string;
let mock: Mock;
let bridges: Bridge[];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'scim-rotate-'));
  bridges = [];
  const tokens = [
    { name: 'old', value: oldToken },
    { name: 'new', value: newToken },
  ];
  mock = await startMock({ auth: { scheme: 'bearer', tokens } });
});

afterEach(async () => {
  for (const bridge of bridges) await bridge.stop();
  await mock.close();
  rmSync(root, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** A workspace with the tenant `staging`, whose `auth` is AUTH; the new token is stored, the old one in a set. */
function workspace(auth: string): void {
  const url = mock.url;
  write('scim.yaml', `tenants:\n  staging:\n    baseUrl: ${url}\n    variables: env/staging.env\n    ${auth}\n`);
  write('token', newToken);
  write('env/staging.env', `# the token of last year\nOLD_TOKEN=file:old-token\n`);
  write('old-token', oldToken);
}

async function bridge(): Promise<Bridge> {
  const made = await startBridge({
    root,
    trace: true,
    environment: { HOME: root, XDG_STATE_HOME: join(root, 'state') },
  });
  bridges.push(made);
  return made;
}

async function ask(on: Bridge, action: string, more: object = {}): Promise<Rotation> {
  const result: Rotation = await on.connection.sendRequest('scim/rotate', { action, tenant: 'staging', ...more });
  expect(JSON.stringify(result)).not.toMatch(/tok-(old|new)/);
  return result;
}

function textOf({ report }: Rotation): string {
  return 'text' in report ? report.text : '';
}

const verdicts = ({ credentials }: Rotation) => credentials.map(({ key, verdict }) => [key, verdict]);

/** Runs a request file with COUNT creates. */
async function run(on: Bridge, count: number): Promise<{ exitCode: number; counts: object }> {
  const requests = Array.from({ length: count }, (_, index) => {
    const body = JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: `user-${index}` });
    return `### create ${index}\nPOST /Users\n\n${body}\n\n?? status == 201\n`;
  });
  const source = { path: join(root, 'load.scim'), content: { text: requests.join('\n') } };
  return on.connection.sendRequest('scim/request/run', { source, tenant: 'staging' });
}

describe('status', () => {
  it('names references, places and fingerprints, never values, and asks the service nothing', async () => {
    workspace(both);
    const status = await ask(await bridge(), 'status');
    expect(status).toMatchObject({ tenant: 'staging', isRotating: true, exitCode: 0, findings: [] });
    const yaml = { file: join(root, 'scim.yaml'), position: { line: 4, character: 0 } };
    expect(status.credentials).toMatchObject([
      { name: 'current', key: 'auth.token', reference: 'file:token', ...yaml },
      { name: 'previous', key: 'auth.previousToken', reference: 'env:OLD_TOKEN', ...yaml },
    ]);
    const [current, previous] = status.credentials.map(({ fingerprint }) => fingerprint);
    expect(current).toMatch(/^[0-9a-f]{8}$/);
    expect(previous).toMatch(/^[0-9a-f]{8}$/);
    expect(current).not.toBe(previous);
    expect(mock.journal.since(0)).toHaveLength(0);
    // Who only looks leaves nothing behind.
    expect(existsSync(join(root, '.scim'))).toBe(false);
  });

  it('says how to begin when there is one credential', async () => {
    workspace('auth: { scheme: bearer, token: "file:token" }');
    const status = await ask(await bridge(), 'status');
    expect(status).toMatchObject({ isRotating: false, exitCode: 0 });
    expect(status.steps.map(({ text }) => text).join('\n')).toContain('write previousToken: file:token, and token:');
    const [place] = status.places.slice(-1);
    expect(textOf(status).split('\n')[place?.line ?? 0]).toContain('(scim.yaml:5)');
  });

  it('remembers in another session which one worked and which was refused', async () => {
    workspace(both);
    mock.provider.auth.tokens.revoke('new');
    const first = await bridge();
    expect(await run(first, 3)).toMatchObject({ exitCode: 0 });
    const exchanges = first.received('scim/exchange') as { id: number; credential?: string }[];
    expect(exchanges.at(-1)?.credential).toBe('previous');
    const detail = await first.connection.sendRequest('scim/trace/detail', { id: exchanges.at(-1)?.id });
    expect(detail).toEqual({ text: { text: expect.stringContaining('* with the previous credential') } });
    expect((await ask(first, 'status')).session).toEqual({ inUse: ['auth.previousToken'], fallbacks: 1 });
    const [current, previous] = (await ask(await bridge(), 'status')).credentials;
    expect(current?.lastRefused).toBeDefined();
    expect(current?.lastWorked).toBeUndefined();
    expect(previous?.lastWorked).toBeDefined();
    expect(readFileSync(join(root, '.scim/seen/staging.json'), 'utf8')).not.toMatch(/tok-/);
  });
});

describe('verify', () => {
  it('asks the service about each, and only reads', async () => {
    workspace(both);
    const found = await ask(await bridge(), 'verify');
    expect(found.exitCode).toBe(0);
    expect(verdicts(found)).toEqual([
      ['auth.token', 'accepted'],
      ['auth.previousToken', 'accepted'],
    ]);
    expect(new Set(mock.journal.since(0).map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('fails when the current one is refused, and says that the previous one still works', async () => {
    workspace(both);
    mock.provider.auth.tokens.revoke('new');
    const found = await ask(await bridge(), 'verify');
    expect(found.exitCode).toBe(7);
    expect(found.findings).toMatchObject([{ id: 'AUTH004', status: 'error' }]);
    expect(textOf(found)).toContain('auth.previousToken still works');
    expect(textOf(found)).toContain('put a credential in force into file:token');
  });

  it('does not fall back: each is shown by itself', async () => {
    workspace(both);
    mock.provider.auth.tokens.revoke('old');
    expect(verdicts(await ask(await bridge(), 'verify'))).toEqual([
      ['auth.token', 'accepted'],
      ['auth.previousToken', 'refused'],
    ]);
  });

  it('believes no service that answers anybody', async () => {
    workspace(both);
    mock.replace({});
    const found = await ask(await bridge(), 'verify');
    expect(found.exitCode).toBe(7);
    expect(verdicts(found).map(([, verdict]) => verdict)).toEqual(['unknown', 'unknown']);
    expect(textOf(found)).toContain('without a credential as well');
  });
});

describe('finish', () => {
  it('tells the edits, with places, when nothing has used the previous one', async () => {
    workspace(both);
    const found = await ask(await bridge(), 'finish');
    expect(found.exitCode).toBe(0);
    expect(found.steps).toMatchObject([
      { text: expect.stringContaining('take previousToken: env:OLD_TOKEN out of auth'), file: join(root, 'scim.yaml') },
      { text: expect.stringContaining('delete the variable OLD_TOKEN'), position: { line: 1, character: 0 } },
      { text: expect.stringMatching(/have the service revoke the old credential \(fingerprint [0-9a-f]{8}\)/) },
    ]);
  });

  it('has nothing revoked that is refused already', async () => {
    workspace(both);
    mock.provider.auth.tokens.revoke('old');
    const found = await ask(await bridge(), 'finish');
    expect(found.exitCode).toBe(0);
    expect(textOf(found)).not.toContain('have the service revoke');
  });

  it('refuses while the previous one was used of late, in this session or an earlier one', async () => {
    workspace(both);
    mock.provider.auth.tokens.revoke('new');
    const first = await bridge();
    await run(first, 1);
    mock.provider.auth.tokens.allow({ name: 'new', value: newToken });
    for (const each of [first, await bridge()]) {
      const found = await ask(each, 'finish');
      expect(found.exitCode).toBe(4);
      expect(textOf(found)).not.toContain('take previousToken');
    }
    expect((await ask(await bridge(), 'finish', { quietHours: 0 })).exitCode).toBe(0);
  });

  it('refuses when the current one does not work', async () => {
    workspace(both);
    mock.provider.auth.tokens.revoke('new');
    const found = await ask(await bridge(), 'finish');
    expect(found.exitCode).toBe(7);
    expect(textOf(found)).not.toContain('take previousToken');
  });
});

describe('a run during a rotation', () => {
  it.each(['file:token', 'cmd:cat token'])(
    'goes on when what %s gives changes and the old token is revoked',
    async (reference) => {
      workspace(`auth: { scheme: bearer, token: "${reference}" }`);
      write('token', oldToken);
      const on = await bridge();
      const { digest } = await on.connection.sendRequest<{ digest: string }>('scim/trust/inspect', {
        file: 'scim.yaml',
      });
      await on.connection.sendRequest('scim/trust/grant', { file: 'scim.yaml', digest });
      const created = () => mock.journal.since(0).filter(({ method, status }) => method === 'POST' && status === 201);
      const running = run(on, 300);
      await expect.poll(() => created().length, { interval: 5 }).toBeGreaterThan(20);
      write('token', newToken);
      mock.provider.auth.tokens.revoke('old');
      // Somebody else asks with what is stored now, while the run is under way.
      await on.connection.sendRequest('scim/tenants', {});
      const other = run(on, 0);
      expect(await running).toMatchObject({ exitCode: 0, counts: { passed: 300, failed: 0, errors: 0 } });
      await other;
      expect(created()).toHaveLength(300);
      expect(new Set(mock.journal.since(0).map(({ status }) => status))).toContain(401);
      expect(JSON.stringify(on.received('window/logMessage'))).toContain('what it refers to has changed, and works');
    },
  );
});

describe('no secret', () => {
  it('is in what rotate tells, whatever it is', async () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9._~+-]{12,40}$/).filter((value) => !/^(todo|xxx)/i.test(value));
    const on = await bridge();
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(secret, { minLength: 2, maxLength: 2 }), async ([fresh = '', old = '']) => {
        workspace(both);
        write('token', fresh);
        write('old-token', old);
        for (const action of ['status', 'verify', 'finish']) {
          for (const format of ['text', 'jsonl']) {
            const told = JSON.stringify(await on.connection.sendRequest('scim/rotate', { action, format }));
            expect(told).not.toContain(fresh);
            expect(told).not.toContain(old);
          }
        }
      }),
      { numRuns: 6 },
    );
  });
});
