/** `scim/env/promote`, with a real bridge and mock servers for both tenants. */

import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Mock, startMock } from '../../src/mock/server.js';
import { env } from '../../src/protocol/index.js';
import type { Bridge } from '../support/bridge.js';
import { Repository } from './helper.js';

const tokens = { STAGING_TOKEN: 'the-token-of-staging', PRODUCTION_TOKEN: 'the-token-of-production' };

const mocks: Mock[] = [];

afterEach(async () => {
  for (const mock of mocks.splice(0)) await mock.close();
});

/** Staging has proved settings that production lacks. CHANGE makes another `scim.yaml` of the text. */
async function workspace(change: (text: string) => string = (text) => text): Promise<Repository> {
  const staging = await startMock({ tokens: [tokens.STAGING_TOKEN] });
  const production = await startMock({ tokens: [tokens.PRODUCTION_TOKEN] });
  mocks.push(staging, production);
  return new Repository({
    'scim.yaml': change(`# Ours
tenants:
  staging:
    baseUrl:   ${staging.url}   # the small one
    auth: { scheme: bearer, token: env:TOKEN }
    variables: env/staging.env
    limits: { timeout: 20s, pageSize: 50 }
    profile: { page: { max: 75 } }
    validation: warn
    production: false

  # Careful
  production:
    baseUrl:   ${production.url}
    auth: { scheme: bearer, token: env:TOKEN }
    variables: env/production.env
    limits: { timeout: 10s,  concurrency: 2 } # slow
    protected: ['userName eq "break-glass@example.com"']
`),
    'env/staging.env': 'TOKEN=env:STAGING_TOKEN\nREGION=eu\n# of staging alone\nSCIM_STAGING_SHARD=7\n',
    'env/production.env': 'TOKEN=env:PRODUCTION_TOKEN\n',
  });
}

async function ask({ connection }: Bridge, params: object) {
  const answer = env.promote.result.parse(
    await connection.sendRequest('scim/env/promote', { from: 'staging', to: 'production', ...params }),
  );
  return { ...answer, text: z.object({ text: z.string() }).parse(answer.report).text };
}

describe('env promote', () => {
  it('shows what would be carried over, and what would not, and writes nothing', async () => {
    const repository = await workspace();
    const shown = await ask(await repository.bridge(tokens), {});
    expect(shown).toMatchObject({ applied: false, undone: false, exitCode: 0, missing: ['REGION'] });
    expect(shown.changes.map(({ of, name, after }) => [of, name, after?.written])).toEqual([
      ['production', 'limits.timeout', '20s'],
      ['production', 'limits.pageSize', '50'],
      ['production', 'validation', 'warn'],
      ['production', 'profile.page.max', '75'],
    ]);
    expect(shown.kept.map(({ key, reason }) => [key, reason])).toEqual([
      ['baseUrl', 'own'],
      ['auth.token', 'secret'],
      ['variables', 'own'],
      ['production', 'own'],
      ['limits.concurrency', 'only'],
    ]);
    expect(repository.git('status', '--porcelain')).toBe('');
    for (const token of Object.values(tokens)) expect(JSON.stringify(shown)).not.toContain(token);
  });

  it('carries it over without touching anything else, when the doctor has nothing against it', async () => {
    const repository = await workspace();
    const bridge = await repository.bridge(tokens);
    const before = repository.read('scim.yaml');
    const { digest } = await ask(bridge, {});
    const done = await ask(bridge, { digest });
    expect(done).toMatchObject({ applied: true, undone: false, exitCode: 0 });
    expect(done.findings.map(({ tenant }) => tenant)).toContain('production');
    expect(repository.read('scim.yaml')).toBe(
      before
        .replace('timeout: 10s,  concurrency: 2 }', 'timeout: 20s,  concurrency: 2, pageSize: 50 }')
        .replace('example.com"\']\n', 'example.com"\']\n    validation: warn\n    profile: { page: { max: 75 } }\n'),
    );
    expect((await ask(bridge, {})).changes).toEqual([]);
    expect(await bridge.connection.sendRequest('scim/env/history', {})).toMatchObject({
      uses: [{ command: 'promote', tenant: 'production' }],
    });
  });

  it('undoes it when the doctor finds an error, unless the doctor is not asked', async () => {
    const repository = await workspace();
    const bridge = await repository.bridge({ ...tokens, PRODUCTION_TOKEN: 'a-token-that-was-revoked' });
    const before = repository.read('scim.yaml');
    const { digest } = await ask(bridge, {});
    const undone = await ask(bridge, { digest });
    expect(undone).toMatchObject({ applied: false, undone: true, exitCode: 7 });
    expect(undone.text).toContain('✗ AUTH001');
    expect(undone.text).toContain('Undone: production is as it was');
    expect(repository.read('scim.yaml')).toBe(before);
    expect(await ask(bridge, { digest, doctor: false })).toMatchObject({ applied: true, findings: [] });
  });

  it('refuses secrets and references to them, also when they are named', async () => {
    const repository = await workspace((text) =>
      text.replace('env:TOKEN }\n    variables: env/staging.env', 'a-secret-in-the-file }\n    proxy: cmd:pass proxy'),
    );
    const bridge = await repository.bridge(tokens);
    const named = await ask(bridge, { keys: ['auth', 'proxy'] });
    expect(named.changes).toEqual([]);
    expect(named.kept.map(({ key, reason }) => [key, reason])).toEqual([
      ['auth.token', 'secret'],
      ['proxy', 'secret'],
    ]);
    expect(JSON.stringify(named)).not.toContain('a-secret-in-the-file');
  });

  it('carries over what belongs to a tenant only when it is named', async () => {
    const repository = await workspace();
    const bridge = await repository.bridge(tokens);
    const named = await ask(bridge, { keys: ['baseUrl'] });
    expect(named.changes.map(({ name }) => name)).toEqual(['baseUrl']);
    await expect(ask(bridge, { keys: ['limits.deadline'] })).rejects.toMatchObject({ data: { code: 'usage' } });
    await expect(ask(bridge, { to: 'nowhere' })).rejects.toMatchObject({ data: { code: 'config.tenant' } });
    await expect(ask(bridge, { to: 'staging' })).rejects.toMatchObject({ data: { code: 'usage' } });
  });

  it('does nothing when scim.yaml has changed since it was shown', async () => {
    const repository = await workspace();
    const bridge = await repository.bridge(tokens);
    const { digest } = await ask(bridge, {});
    repository.write({ 'scim.yaml': repository.read('scim.yaml').replace('20s', '21s') });
    await expect(ask(bridge, { digest })).rejects.toMatchObject({
      data: { code: 'usage', message: expect.stringContaining('have changed since') },
    });
  });

  it('keeps the trust in commands that stay the same', async () => {
    const repository = await workspace((text) =>
      text.replace('token: env:TOKEN }\n    variables: env/production.env', `token: 'cmd:printenv PRODUCTION_TOKEN' }`),
    );
    const bridge = await repository.bridge(tokens);
    const { digest } = await ask(bridge, {});
    const before = repository.read('scim.yaml');
    await expect(ask(bridge, { digest })).rejects.toMatchObject({ data: { code: 'trust.needed' } });
    expect(repository.read('scim.yaml')).toBe(before);
    const seen = z
      .object({ digest: z.string() })
      .parse(await bridge.connection.sendRequest('scim/trust/inspect', { file: 'scim.yaml' }));
    await bridge.connection.sendRequest('scim/trust/grant', { file: 'scim.yaml', digest: seen.digest });
    expect(await ask(bridge, { digest })).toMatchObject({ applied: true, exitCode: 0 });
  });

  it('has Emacs look secrets up before anything is written, once', async () => {
    const repository = await workspace((text) =>
      text.replace('token: env:TOKEN }\n    variables: env/production.env', 'token: auth-source:production/scim }'),
    );
    const bridge = await repository.bridge(tokens);
    const { digest } = await ask(bridge, {});
    const before = repository.read('scim.yaml');
    const references = ['auth-source:production/scim'];
    await expect(ask(bridge, { digest })).rejects.toMatchObject({ data: { code: 'secret.needed', references } });
    expect(repository.read('scim.yaml')).toBe(before);
    const values = { 'auth-source:production/scim': tokens.PRODUCTION_TOKEN };
    await bridge.connection.sendRequest('scim/secrets/provide', { values });
    expect(await ask(bridge, { digest })).toMatchObject({ applied: true, exitCode: 0 });
  });
});
