/** `scim/env/rollback`, with a real bridge and real repositories. */

import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { env } from '../../src/protocol/index.js';
import { Repository } from './helper.js';

const first = {
  'scim.yaml': `# Ours
tenants:
  staging:
    baseUrl: https://staging.example.com
    auth: { scheme: bearer, token: env:TOKEN }
    variables: env/staging.env
    limits: { timeout: 30s }
`,
  'env/staging.env': 'TOKEN=env:STAGING_TOKEN\n',
  'notes.txt': 'first\n',
};

const second = {
  'scim.yaml': first['scim.yaml'].replace('30s', '1s'),
  'env/staging.env': 'TOKEN=env:OTHER_TOKEN\n',
  'notes.txt': 'second\n',
};

async function rollback(repository: Repository, params: object) {
  const { connection } = await repository.bridge({ STAGING_TOKEN: 'the-token-of-staging' });
  const answer = env.rollback.result.parse(await connection.sendRequest('scim/env/rollback', params));
  return { ...answer, text: z.object({ text: z.string() }).parse(answer.report).text };
}

function refused(repository: Repository, params: object) {
  return rollback(repository, params).then(
    () => undefined,
    (error: unknown) => z.object({ data: z.object({ code: z.string(), message: z.string() }) }).parse(error).data,
  );
}

function twice(): Repository {
  const repository = new Repository(first);
  repository.commit('second', second);
  return repository;
}

describe('env rollback', () => {
  it('shows what would change, and writes nothing', async () => {
    const repository = twice();
    const shown = await rollback(repository, { revision: 'HEAD~1' });
    expect(shown).toMatchObject({ applied: false, revision: { subject: 'first' } });
    expect(shown.files).toEqual([
      { file: 'scim.yaml', action: 'restore', uncommitted: false },
      { file: 'env/staging.env', action: 'restore', uncommitted: false },
    ]);
    expect(shown.changes.map(({ name, before, after }) => [name, before?.written, after?.written])).toEqual([
      ['auth.token', 'env:TOKEN', 'env:TOKEN'],
      ['limits.timeout', '1s', '30s'],
      ['TOKEN', 'env:OTHER_TOKEN', 'env:STAGING_TOKEN'],
    ]);
    expect(shown.text).toContain('Nothing has been written yet.');
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  it('does exactly what was shown, keeps a backup, and leaves all other files alone', async () => {
    const repository = twice();
    const { digest } = await rollback(repository, { revision: 'HEAD~1' });
    const done = await rollback(repository, { revision: 'HEAD~1', digest });
    expect(done.applied).toBe(true);
    expect(repository.read('scim.yaml')).toBe(first['scim.yaml']);
    expect(repository.read('env/staging.env')).toBe(first['env/staging.env']);
    expect(repository.read('notes.txt')).toBe('second\n');
    expect(readFileSync(join(done.backup ?? '', 'scim.yaml'), 'utf8')).toBe(second['scim.yaml']);
    expect(repository.git('status', '--porcelain').trim().split('\n')).toHaveLength(2);
    const { connection } = await repository.bridge();
    expect(await connection.sendRequest('scim/env/history', {})).toMatchObject({ uses: [{ command: 'rollback' }] });
  });

  it('does nothing when something has changed since it was shown', async () => {
    const repository = twice();
    const { digest } = await rollback(repository, { revision: 'HEAD~1' });
    repository.commit('third', { 'env/staging.env': 'TOKEN=env:THIRD\n' });
    expect(await refused(repository, { revision: 'HEAD~2', digest })).toMatchObject({
      message: expect.stringContaining('have changed since'),
    });
    expect(repository.read('env/staging.env')).toBe('TOKEN=env:THIRD\n');
  });

  it('gives up changes that were not committed only when told to', async () => {
    const repository = twice();
    repository.write({ 'env/staging.env': '# mine\nTOKEN=env:MINE\n' });
    const shown = await rollback(repository, { revision: 'HEAD~1' });
    expect(shown.text).toContain('env/staging.env: restored  ! has changes that are not committed');
    const { digest } = shown;
    expect(await refused(repository, { revision: 'HEAD~1', digest })).toMatchObject({
      message: 'Not committed: env/staging.env',
    });
    expect(repository.read('scim.yaml')).toBe(second['scim.yaml']);
    const done = await rollback(repository, { revision: 'HEAD~1', digest, force: true });
    expect(repository.read('env/staging.env')).toBe(first['env/staging.env']);
    expect(readFileSync(join(done.backup ?? '', 'env/staging.env'), 'utf8')).toContain('# mine');
  });

  it('restores single files, those that were removed, too', async () => {
    const repository = twice();
    repository.git('rm', '-q', 'env/staging.env');
    repository.git('commit', '-q', '-m', 'third');
    const params = { revision: 'HEAD~2', files: ['env/staging.env'] };
    const { digest, files } = await rollback(repository, params);
    expect(files).toEqual([{ file: 'env/staging.env', action: 'create', uncommitted: false }]);
    await rollback(repository, { ...params, digest });
    expect(repository.read('env/staging.env')).toBe(first['env/staging.env']);
    expect(repository.read('scim.yaml')).toBe(second['scim.yaml']);
  });

  it('mends a scim.yaml that is broken', async () => {
    const repository = twice();
    repository.commit('broken', { 'scim.yaml': 'tenants: [' });
    const { digest, text } = await rollback(repository, { revision: 'HEAD~1' });
    expect(text).toContain('scim.yaml, as it is now, cannot be read');
    await rollback(repository, { revision: 'HEAD~1', digest });
    expect(repository.read('scim.yaml')).toBe(second['scim.yaml']);
  });

  it('refuses a revision whose scim.yaml is broken, and files that are no configuration', async () => {
    const repository = new Repository({ ...first, 'scim.yaml': 'tenants: { staging: { unknown: 1 } }\n' });
    repository.commit('second', second);
    expect(await refused(repository, { revision: 'HEAD~1' })).toMatchObject({
      code: 'config.file',
      message: expect.stringContaining(':scim.yaml:1:'),
    });
    for (const file of ['notes.txt', '../scim.yaml', '/etc/hosts.env', 'env/../../x.env']) {
      expect(await refused(repository, { revision: 'HEAD', files: [file] })).toMatchObject({ code: 'usage' });
    }
    expect(await refused(repository, { revision: '--help' })).toMatchObject({ message: '--help is no revision' });
  });

  it('does not write through a link', async () => {
    const repository = twice();
    repository.git('rm', '-q', 'env/staging.env');
    repository.git('commit', '-q', '-m', 'third');
    repository.write({ 'elsewhere.txt': 'mine\n', 'env/x': '' });
    symlinkSync(join(repository.root, 'elsewhere.txt'), join(repository.root, 'env/staging.env'));
    expect(await refused(repository, { revision: 'HEAD~2' })).toMatchObject({ code: 'usage' });
    expect(repository.read('elsewhere.txt')).toBe('mine\n');
    expect(existsSync(join(repository.root, '.scim/backup'))).toBe(false);
  });
});
