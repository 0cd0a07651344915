import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { batch } from '../support/batch.js';
import { bridgeOf, mockServer, type Preflight, tenantAt, token, workspace } from './helper.js';

const reading =
  'GET /Users\n\n### found\nPOST /Users/.search\n\n{ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] }\n';
const writing = 'POST /Users\n\n{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "a" }\n';

describe('before a run', () => {
  async function preflight(text: string, value: string, environment: Record<string, string> = {}) {
    const asked: string[] = [];
    const mock = await mockServer({
      tokens: [token],
      onRequest: ({ method, path }) => void asked.push(`${method} ${path}`),
    });
    const bridge = await bridgeOf(workspace({ 'scim.yaml': tenantAt(mock.url) }), {
      SCIM_STAGING_TOKEN: value,
      ...environment,
    });
    const sources = [{ path: 'x.scim', content: { text } }];
    const answer: Preflight = await bridge.connection.sendRequest('scim/doctor/preflight', { sources });
    return { answer, asked };
  }

  it('nothing is asked when nothing is written', async () => {
    const { answer, asked } = await preflight(reading, 'wrong-token-0123456789');
    expect(answer).toMatchObject({ needed: false, exitCode: 0, findings: [] });
    expect(asked).toEqual([]);
  });

  it('a write is let through with a good credential', async () => {
    const { answer, asked } = await preflight(writing, token);
    expect(answer).toMatchObject({ needed: true, exitCode: 0 });
    expect(answer.error).toBeUndefined();
    expect(asked.every((request) => request.startsWith('GET '))).toBe(true);
  });

  it('a write is refused with a bad one, by an error for the report', async () => {
    const { answer } = await preflight(writing, 'wrong-token-0123456789');
    expect(answer).toMatchObject({ needed: true, exitCode: 7 });
    expect(answer.error).toMatchObject({ code: 'doctor.failed', exitCode: 7, remedy: expect.any(String) });
    expect(answer.error?.message).toMatch(/^Nothing was sent: tenant staging: AUTH001 401/);
  });

  it('a missing variable is refused with its place', async () => {
    const { answer, asked } = await preflight(writing, '');
    expect(answer.error).toMatchObject({ exitCode: 6, file: 'scim.yaml', position: { line: 3 } });
    expect(answer.error?.message).toContain('SCIM_STAGING_TOKEN');
    expect(asked).toEqual([]);
  });

  it('scripts may write', async () => {
    const mock = await mockServer({ tokens: [] });
    const bridge = await bridgeOf(workspace({ 'scim.yaml': tenantAt(mock.url) }), { SCIM_STAGING_TOKEN: token });
    const answer: Preflight = await bridge.connection.sendRequest('scim/doctor/preflight', { scripts: true });
    expect(answer).toMatchObject({ needed: true, exitCode: 7 });
  });
});

describe('scim-batch -- run', () => {
  async function run(value: string, ...options: string[]) {
    const asked: string[] = [];
    const mock = await mockServer({ tokens: [token], onRequest: ({ method }) => void asked.push(method) });
    const root = workspace({ 'scim.yaml': tenantAt(mock.url), 'write.scim': writing });
    const environment = { HOME: root, XDG_STATE_HOME: join(root, '.state'), SCIM_STAGING_TOKEN: value };
    const result = await batch(['run', ...options, 'write.scim'], environment, root);
    return { ...result, asked };
  }

  it('sends nothing when the credential is refused', async () => {
    const { code, stdout, asked } = await run('wrong-token-0123456789');
    expect(code).toBe(7);
    expect(asked).not.toContain('POST');
    expect(stdout).toContain('Nothing was sent');
    expect(stdout).not.toContain('wrong-token');
  });

  it('goes on when all is well', async () => {
    const { code, asked } = await run(token);
    expect(code).toBe(0);
    expect(asked).toContain('POST');
  });

  it('checks nothing with --no-doctor, and says so', async () => {
    const { code, stderr, asked } = await run(token, '--no-doctor');
    expect(code).toBe(0);
    expect(stderr).toContain('--no-doctor');
    expect(asked.filter((method) => method === 'POST')).toHaveLength(1);
    expect(asked.indexOf('POST')).toBeLessThanOrEqual(3);
  });
});
