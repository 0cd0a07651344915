/** `scim/env/history` and what writes it, with a real bridge and the mock server. */

import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Mock, startMock } from '../../src/mock/server.js';
import { env } from '../../src/protocol/index.js';
import type { Bridge } from '../support/bridge.js';
import { Repository } from './helper.js';

const token = 'a-token-that-nobody-may-see';

const mocks: Mock[] = [];

afterEach(async () => {
  for (const mock of mocks.splice(0)) await mock.close();
});

const create =
  '### create\nPOST /Users\n\n{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "a" }\n';

async function workspace(): Promise<Repository> {
  const mock = await startMock({ tokens: [token] });
  mocks.push(mock);
  return new Repository({
    'scim.yaml': `tenants:
  staging:
    baseUrl: ${mock.url}
    auth: { scheme: bearer, token: env:TOKEN }
    variables: env/staging.env
  other:
    extends: staging
`,
    'env/staging.env': 'TOKEN=env:STAGING_TOKEN\n',
    'create.scim': create,
    'list.scim': 'GET /Users\n',
  });
}

async function run({ connection }: Bridge, path: string): Promise<void> {
  const { report } = z
    .object({ report: z.string() })
    .parse(await connection.sendRequest('scim/report/begin', { format: 'text' }));
  await connection.sendRequest('scim/request/run', { source: { path }, tenant: 'staging', report });
}

async function history({ connection }: Bridge, params: object = {}) {
  const answer = env.history.result.parse(await connection.sendRequest('scim/env/history', params));
  return { ...answer, text: z.object({ text: z.string() }).parse(answer.report).text };
}

describe('env history', () => {
  it('remembers runs that write and the doctor, and no others', async () => {
    const repository = await workspace();
    const bridge = await repository.bridge({ STAGING_TOKEN: token });
    await run(bridge, join(repository.root, 'list.scim'));
    expect((await history(bridge)).uses).toEqual([]);
    await run(bridge, join(repository.root, 'create.scim'));
    await bridge.connection.sendRequest('scim/doctor', { tenants: ['other'], client: { emacs: '30.1' } });
    const { uses } = await history(bridge);
    expect(uses.map(({ command, tenant }) => [command, tenant])).toEqual([
      ['doctor', 'other'],
      ['run', 'staging'],
    ]);
    expect(uses[0]?.versions).toMatchObject({ emacs: '30.1', node: process.versions.node });
    expect(uses[1]).toMatchObject({
      revision: repository.git('rev-parse', 'HEAD').trim(),
      files: [
        { file: 'scim.yaml', uncommitted: false },
        { file: 'env/staging.env', uncommitted: false },
      ],
      values: [{ key: 'auth.token', origin: 'variable TOKEN, env/staging.env:1 (variable STAGING_TOKEN)' }],
    });
  });

  it('tells what changed from run to run, and what was in force at a moment', async () => {
    const repository = await workspace();
    const first = await repository.bridge({ STAGING_TOKEN: 'the-token-of-yesterday' });
    await first.connection.sendRequest('scim/env/record', { command: 'run', tenant: 'staging' });
    const between = new Date().toISOString();
    repository.write({ 'env/staging.env': 'TOKEN=env:STAGING_TOKEN\nREGION=eu\n' });
    const second = await repository.bridge({ STAGING_TOKEN: token });
    await second.connection.sendRequest('scim/env/record', { command: 'run', tenant: 'staging' });
    const { uses, text, places } = await history(second);
    const [now, before] = uses.map(({ values }) => values[0]?.fingerprint);
    expect(now).not.toBe(before);
    expect(text).toContain(`[${before}] → variable TOKEN, env/staging.env:1 (variable STAGING_TOKEN) [${now}]`);
    expect(text).toMatch(/env\/staging\.env: [0-9a-f]{16} → [0-9a-f]{16} \(not committed\)/);
    expect(places.map(({ file }) => file)).toContain(join(repository.root, 'env/staging.env'));
    const then = await history(second, { at: between });
    expect(then.uses.map(({ values }) => values[0]?.fingerprint)).toEqual([before]);
    expect((await history(second, { at: '2001-01-01' })).uses).toEqual([]);
    await expect(second.connection.sendRequest('scim/env/history', { at: 'yesterday' })).rejects.toMatchObject({
      data: { code: 'usage' },
    });
  });

  it('is a file for this user alone, outside of the repository, without a value', async () => {
    const repository = await workspace();
    const bridge = await repository.bridge({ STAGING_TOKEN: token });
    await bridge.connection.sendRequest('scim/env/record', { command: 'run', tenant: 'staging' });
    const file = join(repository.root, '.scim/env-history.jsonl');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(repository.read('.scim/env-history.jsonl')).not.toContain(token);
    expect(repository.git('status', '--porcelain')).toBe('');
    for (const format of ['text', 'jsonl', 'markdown']) {
      expect((await history(bridge, { format })).text).toContain('staging');
      expect((await history(bridge, { format })).text).not.toContain(token);
    }
  });

  it('reads past lines that were cut, and says when it cannot be written', async () => {
    const repository = await workspace();
    const bridge = await repository.bridge({ STAGING_TOKEN: token });
    await bridge.connection.sendRequest('scim/env/record', { command: 'run', tenant: 'staging' });
    appendFileSync(join(repository.root, '.scim/env-history.jsonl'), '{"time":"2026\n');
    await bridge.connection.sendRequest('scim/env/record', { command: 'run', tenant: 'staging' });
    expect((await history(bridge)).uses).toHaveLength(2);
    const blocked = await workspace();
    writeFileSync(join(blocked.root, '.scim'), '');
    const other = await blocked.bridge({ STAGING_TOKEN: token });
    const answer = await other.connection.sendRequest('scim/env/record', { command: 'run', tenant: 'staging' });
    expect(answer).toMatchObject({ problem: expect.stringContaining('cannot be written') });
  });
});
