/** Whatever the secrets are: nothing that is told about sets and tenants shows one. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Repository } from './helper.js';

/** Where a secret can stand, by mistake or on purpose. */
function files(secret: string, other: string): Record<string, string> {
  return {
    'scim.yaml': `tenants:
  staging:
    baseUrl: 'https://${secret}@staging.example.com'
    auth: { scheme: basic, username: '${secret}', password: '${secret}' }
    proxy: 'http://me:${secret}@proxy.example.com'
    variables: env/staging.env
  production:
    baseUrl: env:BASE_URL
    auth: { scheme: bearer, token: env:TOKEN, previousToken: '${secret}' }
    variables: env/production.env
`,
    'env/staging.env': `UNSAID=${secret}\n# secret: no\nSAID=x${secret}y\n# format: url\nURL=https://example.com/${secret}\n`,
    'env/production.env': `TOKEN='${other}'\nBASE_URL=${other}\n`,
  };
}

describe('a secret', () => {
  it('is in no comparison, rollback, promotion or history', async () => {
    const text = fc.stringMatching(/^[A-Za-z0-9]{10,24}$/);
    await fc.assert(
      fc.asyncProperty(text, fc.oneof(text, fc.stringMatching(/^[0-9]{10,24}$/)), async (secret, other) => {
        const repository = new Repository(files(secret, other));
        repository.commit('second', files(other, secret));
        const { connection, received, stderr } = await repository.bridge();
        const told: unknown[] = [];
        const ask = async (method: string, params: object) => {
          told.push(await connection.sendRequest(method, params).catch((error: unknown) => error));
        };
        for (const format of ['text', 'jsonl', 'markdown']) {
          await ask('scim/env/diff', { from: 'staging', to: 'production', format });
          await ask('scim/env/diff', { from: 'HEAD~1', format });
        }
        await ask('scim/env/diff', { from: 'HEAD~1:env/production.env' });
        await ask('scim/env/diff', { from: 'env/staging.env', to: 'env/production.env' });
        await ask('scim/env/rollback', { revision: 'HEAD~1' });
        await ask('scim/env/promote', { from: 'staging', to: 'production' });
        await ask('scim/env/promote', { from: 'production', to: 'staging', keys: ['auth', 'baseUrl'] });
        await ask('scim/env/record', { command: 'run', tenant: 'production' });
        await ask('scim/env/history', {});
        told.push(received('window/logMessage'), stderr(), repository.read('.scim/env-history.jsonl'));
        const shown = told.map((one) =>
          one instanceof Error ? JSON.stringify({ ...one, message: one.message }) : JSON.stringify(one),
        );
        expect(shown).toHaveLength(16);
        for (const one of shown) for (const hidden of [secret, other]) expect(one).not.toContain(hidden);
      }),
      { numRuns: 4 },
    );
  }, 120_000);
});
