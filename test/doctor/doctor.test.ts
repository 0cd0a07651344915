import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseXml } from '../report/xml.js';
import { bridgeOf, examined, mockServer, type Result, tenantAt, textOf, token, troubles, workspace } from './helper.js';

describe('scim/doctor', () => {
  it('finds nothing wrong with a service in order, and asks nothing that writes', async () => {
    const written: string[] = [];
    const mock = await mockServer({
      tokens: [token],
      users: 3,
      onRequest: ({ method, path }) => void (method === 'GET' || written.push(`${method} ${path}`)),
    });
    const result = await examined(mock.url);
    expect(troubles(result)).toEqual([]);
    expect(result.exitCode).toBe(0);
    expect(written).toEqual([]);
    const ids = new Set(result.findings.map(({ id }) => id));
    for (const id of ['VER001', 'FS001', 'NET001', 'NET002', 'NET004', 'NET005', 'AUTH001', 'AUTH003'])
      expect(ids).toContain(id);
    for (const id of ['SCIM001', 'SCIM002', 'SCIM003', 'SCIM004', 'SCIM005', 'SCIM006']) expect(ids).toContain(id);
  });

  it('tells where the report has each finding', async () => {
    const mock = await mockServer({ tokens: ['another'] });
    const result = await examined(mock.url);
    const lines = textOf(result).split('\n');
    expect(result.findings.length).toBeGreaterThan(5);
    for (const { reportLine = -1, id, message } of result.findings) {
      expect(lines[reportLine]).toContain(id);
      expect(lines[reportLine]).toContain(message);
    }
  });

  it('has a line for what is wrong, why that matters and what mends it', async () => {
    const mock = await mockServer({ tokens: ['another'] });
    const text = textOf(await examined(mock.url));
    expect(text).toMatch(/✗ AUTH001 {2}401 .*\n +why: every request of this tenant is refused\n +fix: Check the token/);
    expect(text).toMatch(/^1 error, /m);
    // Emacs makes buttons of the lines below a finding by their indentation.
    expect(
      text
        .split('\n')
        .filter((line) => /^ +(why|fix|at):/.test(line))
        .every((line) => /^ {8,}/.test(line)),
    ).toBe(true);
  });

  it('writes the same findings as JSON Lines, JUnit and Markdown', async () => {
    const mock = await mockServer({ tokens: ['another'] });
    const bridge = await bridgeOf(workspace({ 'scim.yaml': tenantAt(mock.url) }), { SCIM_STAGING_TOKEN: token });
    const ask = (format: string): Promise<Result> => bridge.connection.sendRequest('scim/doctor', { format });
    const lines = textOf(await ask('jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({ type: 'version', schema: '1.0' });
    expect(lines.at(-1)).toMatchObject({ type: 'end', errors: 1, exitCode: 7 });
    const refused = lines.find(({ id, status }) => id === 'AUTH001' && status === 'error');
    expect(refused).toMatchObject({
      type: 'finding',
      tenant: 'staging',
      why: expect.any(String),
      fix: expect.any(String),
    });
    const suites = parseXml(textOf(await ask('junit')));
    expect(suites.name).toBe('testsuites');
    const staging = suites.children.find(({ attributes }) => attributes.name === 'staging');
    expect(staging?.attributes).toMatchObject({ failures: '1', errors: '0' });
    expect(staging?.children.filter(({ children }) => children.some(({ name }) => name === 'failure'))).toHaveLength(1);
    const markdown = textOf(await ask('markdown'));
    expect(markdown).toContain('## Tenant staging');
    expect(markdown).toMatch(/\| AUTH001 \| \*\*error\*\* \| 401 /);
  });

  it('examines all tenants, or those that are named, and tells how far it is', async () => {
    const mock = await mockServer({ tokens: [token] });
    const broken = 'tenants:\n  other:\n    baseUrl: http://127.0.0.1:1/scim/v2\n    auth: { scheme: none }\n';
    const yaml = tenantAt(mock.url) + broken.replace('tenants:\n', '');
    const bridge = await bridgeOf(workspace({ 'scim.yaml': yaml }), { SCIM_STAGING_TOKEN: token });
    const all: Result = await bridge.connection.sendRequest('scim/doctor', { workDoneToken: 'd' });
    expect(troubles(all)).toEqual(['NET002 error']);
    expect(all.exitCode).toBe(7);
    const progress = JSON.stringify(bridge.received('$/progress'));
    expect(progress).toContain('staging: credential');
    expect(progress).toContain('other: connection');
    const one: Result = await bridge.connection.sendRequest('scim/doctor', { tenants: ['staging'] });
    expect(troubles(one)).toEqual([]);
    expect(one.findings.some(({ tenant }) => tenant === 'other')).toBe(false);
  });

  it('says of a tenant that there is none', async () => {
    const mock = await mockServer();
    const bridge = await bridgeOf(workspace({ 'scim.yaml': tenantAt(mock.url) }), { SCIM_STAGING_TOKEN: token });
    const result: Result = await bridge.connection.sendRequest('scim/doctor', { tenants: ['stagign'] });
    expect(result.exitCode).toBe(6);
    expect(textOf(result)).toContain('There is no tenant stagign');
  });

  it('names a missing variable with its place, and does not go on to the service', async () => {
    const asked: string[] = [];
    const mock = await mockServer({ onRequest: ({ path }) => void asked.push(path) });
    const bridge = await bridgeOf(workspace({ 'scim.yaml': tenantAt(mock.url) }));
    const result: Result = await bridge.connection.sendRequest('scim/doctor', {});
    expect(result.exitCode).toBe(6);
    const [missing] = result.findings.filter(({ status }) => status === 'error');
    expect(missing).toMatchObject({
      id: 'ENV001',
      variable: 'SCIM_STAGING_TOKEN',
      file: 'scim.yaml',
      position: { line: 3 },
    });
    expect(result.findings.filter(({ status }) => status === 'error')).toHaveLength(1);
    expect(asked).toEqual([]);
  });

  it('tells what is wrong with a scim.yaml that cannot be read', async () => {
    const bridge = await bridgeOf(workspace({ 'scim.yaml': 'tenants:\n  staging:\n    baseUrll: https://x\n' }));
    const result: Result = await bridge.connection.sendRequest('scim/doctor', {});
    expect(result.exitCode).toBe(6);
    expect(result.findings.find(({ status }) => status === 'error')).toMatchObject({ id: 'ENV015', file: 'scim.yaml' });
  });

  it('stops when it is cancelled', async () => {
    const mock = await mockServer({ faults: [{ effect: { latency: [60_000, 60_000] } }] });
    const bridge = await bridgeOf(workspace({ 'scim.yaml': tenantAt(mock.url) }), { SCIM_STAGING_TOKEN: token });
    const { CancellationTokenSource } = await import('vscode-jsonrpc/node');
    const source = new CancellationTokenSource();
    const asked = bridge.connection.sendRequest('scim/doctor', { workDoneToken: 1 }, source.token);
    const isWaiting = (): boolean => JSON.stringify(bridge.received('$/progress')).includes('credential');
    while (!isWaiting()) await new Promise((resolve) => setTimeout(resolve, 10));
    source.cancel();
    await expect(asked).rejects.toMatchObject({ code: -32800 });
  });

  it('names the versions of the client, and what does not fit', async () => {
    const mock = await mockServer({ tokens: [token] });
    const bridge = await bridgeOf(workspace({ 'scim.yaml': tenantAt(mock.url) }), { SCIM_STAGING_TOKEN: token });
    const ask = (client: object): Promise<Result> => bridge.connection.sendRequest('scim/doctor', { client });
    const good = textOf(await ask({ emacs: '28.2', jsonrpc: '1.0.14' }));
    expect(good).toMatch(/✓ VER001 {2}scim [\d.]+, Node [\d.]+, Emacs 28\.2, jsonrpc 1\.0\.14/);
    const bad = textOf(await ask({ emacs: '27.1', package: '0.0.1' }));
    expect(bad).toContain('! VER001  Emacs 27.1 is older than 28.1');
    expect(bad).toContain('the Emacs package is 0.0.1, the bridge');
  });

  it('remembers in .scim alone, which git ignores', async () => {
    const mock = await mockServer({ tokens: [token] });
    const root = workspace({ 'scim.yaml': tenantAt(mock.url) });
    const bridge = await bridgeOf(root, { SCIM_STAGING_TOKEN: token });
    await bridge.connection.sendRequest('scim/doctor', {});
    expect(readdirSync(root).sort()).toEqual(['.scim', 'scim.yaml']);
    expect(readdirSync(join(root, '.scim'))).toContain('.gitignore');
  });
});
