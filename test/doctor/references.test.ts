import { describe, expect, it } from 'vitest';
import { bridgeOf, mockServer, type Result, token, troubles, withId, workspace } from './helper.js';

const tenant = (name: string, url: string, reference: string): string =>
  `  ${name}:\n    baseUrl: ${url}\n    auth: { scheme: bearer, token: "${reference}" }\n`;

describe('a tenant whose secret has to be looked up', () => {
  it('is asked for once, together with those of the others', async () => {
    const mock = await mockServer({ tokens: [token] });
    const other = await mockServer({ tokens: [token] });
    const yaml = `tenants:\n${tenant('one', mock.url, 'auth-source:one.example/scim')}${tenant('two', other.url, 'auth-source:two.example/scim')}`;
    const bridge = await bridgeOf(workspace({ 'scim.yaml': yaml }));
    const references = ['auth-source:one.example/scim', 'auth-source:two.example/scim'];
    await expect(bridge.connection.sendRequest('scim/doctor', {})).rejects.toMatchObject({
      data: { code: 'secret.needed', references },
    });
    await bridge.connection.sendRequest('scim/secrets/provide', {
      values: { [references[0] ?? '']: token, [references[1] ?? '']: null },
    });
    const result: Result = await bridge.connection.sendRequest('scim/doctor', {});
    expect(result.exitCode).toBe(6);
    expect(withId(result, 'ENV001')).toMatchObject([
      { status: 'error', tenant: 'two', fix: expect.stringContaining('machine two.example') },
    ]);
    expect(result.findings.filter(({ tenant: name, status }) => name === 'one' && status === 'error')).toEqual([]);
  });

  it('by a command, is not examined before somebody has trusted the file', async () => {
    const mock = await mockServer({ tokens: [token] });
    const yaml = `tenants:\n${tenant('staging', mock.url, `cmd:printf ${token}`)}`;
    const bridge = await bridgeOf(workspace({ 'scim.yaml': yaml }), { PATH: process.env.PATH ?? '' });
    const before: Result = await bridge.connection.sendRequest('scim/doctor', {});
    expect(before.exitCode).toBe(6);
    expect(withId(before, 'ENV014')).toMatchObject([{ status: 'error', fix: expect.stringMatching(/trust/) }]);
    const seen: { digest: string } = await bridge.connection.sendRequest('scim/trust/inspect', { file: 'scim.yaml' });
    await bridge.connection.sendRequest('scim/trust/grant', { file: 'scim.yaml', digest: seen.digest });
    const after: Result = await bridge.connection.sendRequest('scim/doctor', {});
    expect(troubles(after)).toEqual([]);
  });
});
