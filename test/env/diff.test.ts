/** `scim/env/diff`, with a real bridge and real repositories. */

import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { env } from '../../src/protocol/index.js';
import { Repository } from './helper.js';

const secrets = { STAGING_TOKEN: 'staging-secret-0001', PRODUCTION_TOKEN: 'production-secret-0002' };

const files = {
  'scim.yaml': `default: staging
tenants:
  staging:
    vendor: okta
    baseUrl: https://staging.example.com/scim/v2
    auth: { scheme: bearer, token: env:TOKEN }
    variables: env/staging.env
    limits: { timeout: 30s }
  production:
    extends: staging
    baseUrl: https://example.com/scim/v2
    variables: env/production.env
    limits: { timeout: 10s }
`,
  'env/staging.env': '# purpose: token\nTOKEN=env:STAGING_TOKEN\nREGION=eu\n',
  'env/production.env': '# purpose: token\nTOKEN=env:PRODUCTION_TOKEN\n',
};

type Result = z.output<typeof env.diff.result>;

async function diff(repository: Repository, params: object, environment: Record<string, string> = secrets) {
  const { connection } = await repository.bridge(environment);
  const answer = env.diff.result.parse(await connection.sendRequest('scim/env/diff', params));
  return { ...answer, text: textOf(answer) };
}

function textOf({ report }: Result): string {
  return z.object({ text: z.string() }).parse(report).text;
}

function named(result: Result, name: string) {
  const found = result.changes.find((change) => change.name === name);
  if (!found) throw new Error(`no change of ${name} in ${JSON.stringify(result.changes)}`);
  return found;
}

describe('env diff', () => {
  it('compares two tenants: keys, references, origins, fingerprints', async () => {
    const repository = new Repository(files);
    const result = await diff(repository, { from: 'staging', to: 'production' });
    expect(result.exitCode).toBe(2);
    expect(named(result, 'limits.timeout')).toMatchObject({ before: { written: '30s' }, after: { written: '10s' } });
    expect(named(result, 'auth.token')).toMatchObject({
      secret: true,
      sameValue: false,
      before: { written: 'env:TOKEN', origin: 'variable TOKEN, env/staging.env:2 (variable STAGING_TOKEN)' },
      after: { written: 'env:TOKEN', origin: 'variable TOKEN, env/production.env:2 (variable PRODUCTION_TOKEN)' },
    });
    const { before, after } = named(result, 'auth.token');
    expect(before?.fingerprint).toMatch(/^[0-9a-f]{8}$/);
    expect(after?.fingerprint).not.toBe(before?.fingerprint);
    expect(named(result, 'REGION')).toMatchObject({ change: 'removed', kind: 'variable' });
    expect(result.changes.map(({ name }) => name)).not.toContain('vendor');
    for (const secret of Object.values(secrets)) expect(JSON.stringify(result)).not.toContain(secret);
  });

  it('tells commands with other arguments apart, and shows no argument', async () => {
    const repository = new Repository({
      ...files,
      'env/staging.env': 'TOKEN=cmd:pass show hunter2-staging\n',
      'env/production.env': 'TOKEN=cmd:pass show hunter2-production\n',
    });
    const result = await diff(repository, { from: 'staging', to: 'production' });
    const { before, after } = named(result, 'TOKEN');
    expect(before?.written).toMatch(/^cmd:pass … \[[0-9a-f]{8}\]$/);
    expect(after?.written).not.toBe(before?.written);
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('leads from each line to where it is written', async () => {
    const repository = new Repository(files);
    const { text, places } = await diff(repository, { from: 'staging', to: 'production' });
    const line = text.split('\n').findIndex((each) => each.includes('+ 10s'));
    expect(places).toContainEqual({
      line,
      file: `${repository.root}/scim.yaml`,
      position: { line: 12, character: 0 },
    });
  });

  it('warns of two tenants with one secret', async () => {
    const repository = new Repository(files);
    const same = { STAGING_TOKEN: 'one-secret-for-all', PRODUCTION_TOKEN: 'one-secret-for-all' };
    const result = await diff(repository, { from: 'staging', to: 'production' }, same);
    expect(result.warnings).toEqual(['staging and production have the same secret: auth.token']);
    expect(named(result, 'auth.token').sameValue).toBe(true);
  });

  it('says nothing of tenants that do not differ', async () => {
    const repository = new Repository(files);
    const result = await diff(repository, { from: 'staging', to: 'staging' });
    expect(result).toMatchObject({ exitCode: 0, changes: [] });
    expect(result.text).toContain('Nothing differs.');
  });

  it('compares a set with another one, and with itself in a revision', async () => {
    const repository = new Repository(files);
    repository.commit('second', { 'env/staging.env': 'TOKEN=env:OTHER_TOKEN\nREGION=eu\n' });
    const sets = await diff(repository, { from: 'env/staging.env', to: 'env/production.env' });
    expect(named(sets, 'TOKEN').before?.written).toBe('env:OTHER_TOKEN');
    const past = await diff(repository, { from: 'HEAD~1:env/staging.env' });
    expect(past.changes.map(({ name }) => name)).toEqual(['TOKEN']);
    expect(named(past, 'TOKEN')).toMatchObject({
      before: { written: 'env:STAGING_TOKEN' },
      after: { written: 'env:OTHER_TOKEN', problem: 'is not set' },
    });
  });

  it('compares a tenant, and everything, with a revision', async () => {
    const repository = new Repository(files);
    repository.commit('second', {
      'scim.yaml': files['scim.yaml'].replace('10s', '20s').replace('staging\n', 'production\n'),
    });
    repository.write({
      'scim.yaml': `${repository.read('scim.yaml')}  third:\n    baseUrl: https://third.example.com\n`,
    });
    const tenant = await diff(repository, { from: 'HEAD~1:production', to: 'production' });
    expect(tenant.changes.map(({ name }) => name)).toEqual(['limits.timeout']);
    const all = await diff(repository, { from: 'HEAD~1' });
    expect(all.changes.map(({ of, name }) => [of, name])).toEqual([
      [undefined, 'default'],
      ['production', 'limits.timeout'],
      [undefined, 'third'],
    ]);
    expect((await diff(repository, { from: 'HEAD~1', to: 'HEAD' })).changes).toHaveLength(2);
    expect((await diff(repository, { from: 'HEAD~1', to: 'production' })).from).toBe('production at HEAD~1');
  });

  it('refuses what is nothing of all that', async () => {
    const repository = new Repository(files);
    const { connection } = await repository.bridge(secrets);
    const ask = (params: object) => connection.sendRequest('scim/env/diff', params);
    await expect(ask({ from: 'stagin', to: 'production' })).rejects.toMatchObject({
      data: { code: 'usage', exitCode: 6, message: 'stagin is no tenant, no variable set and no revision' },
    });
    await expect(ask({ from: 'staging', to: 'env/staging.env' })).rejects.toMatchObject({ data: { code: 'usage' } });
    await expect(ask({ from: '--output=x' })).rejects.toMatchObject({ data: { code: 'usage' } });
  });
});
