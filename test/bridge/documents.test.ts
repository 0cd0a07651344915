import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { workspaceWith } from '../support/batch.js';
import { type Bridge, startBridge } from '../support/bridge.js';

const open: Bridge[] = [];

afterEach(() => {
  for (const { process } of open.splice(0)) process.kill('SIGKILL');
});

const uri = 'file:///mocks/a.scim-mock';

async function editing(text: string, at = uri, environment: Record<string, string> = {}): Promise<Bridge> {
  const bridge = await startBridge({ environment });
  open.push(bridge);
  const textDocument = { uri: at, languageId: 'scim-mock', version: 1, text };
  await bridge.connection.sendNotification('textDocument/didOpen', { textDocument });
  return bridge;
}

async function change({ connection }: Bridge, version: number, text: string): Promise<void> {
  await connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ text }],
  });
}

/** The diagnostics of VERSION, once they have come. */
async function published(bridge: Bridge, version: number | undefined): Promise<unknown> {
  return vi.waitFor(() => {
    const found = bridge
      .received('textDocument/publishDiagnostics')
      .find((params) => (params as { version?: number }).version === version);
    expect(found, bridge.stderr()).toBeDefined();
    return found;
  }, 30_000);
}

interface Items {
  items: { label: string; textEdit: { newText: string } }[];
}

async function completed({ connection }: Bridge, line: number, character: number): Promise<Items['items']> {
  const params = { textDocument: { uri }, position: { line, character } };
  return (await connection.sendRequest<Items>('textDocument/completion', params)).items;
}

describe('a long text', () => {
  it('comes by files, which are deleted, in the order of the messages', async () => {
    const { root, remove } = workspaceWith({ one: 'vendor: okta\n', two: `${'# long\n'.repeat(1000)}vendor: okat\n` });
    const bridge = await startBridge({});
    open.push(bridge);
    const textDocument = { uri, languageId: 'scim-mock', version: 1, content: { file: join(root, 'one') } };
    await bridge.connection.sendNotification('textDocument/didOpen', { textDocument });
    expect(await published(bridge, 1)).toMatchObject({ diagnostics: [] });
    await bridge.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ content: { file: join(root, 'two') } }],
    });
    // What is asked right after it is about the new text.
    expect((await completed(bridge, 1000, 8)).map(({ label }) => label)).toContain('okta');
    expect(await published(bridge, 2)).toMatchObject({ diagnostics: [{ range: { start: { line: 1000 } } }] });
    expect(readdirSync(root)).toEqual([]);
    remove();
  });
});

describe('a mock file in an editor', () => {
  it('is told what is wrong, and that it no longer is', async () => {
    const bridge = await editing('vendor: okat\nlisten: { prot: 1 }\n');
    expect(await published(bridge, 1)).toEqual({
      uri,
      version: 1,
      diagnostics: [
        {
          range: { start: { line: 1, character: 10 }, end: { line: 1, character: 14 } },
          severity: 1,
          source: 'scim',
          message: '`prot` is not a key here; did you mean `port`?',
        },
      ],
    });
    await change(bridge, 2, 'vendor: okta\nlisten: { port: 1 }\n');
    expect(await published(bridge, 2)).toMatchObject({ diagnostics: [] });
  });

  it('is looked at once when it changes quickly', async () => {
    const bridge = await editing('');
    await published(bridge, 1);
    for (const version of [2, 3, 4, 5]) await change(bridge, version, `seed: ${'x'.repeat(version)}`);
    await published(bridge, 5);
    const versions = bridge
      .received('textDocument/publishDiagnostics')
      .map((params) => (params as { version?: number }).version);
    expect(versions).toEqual([1, 5]);
  });

  it('loses its diagnostics when it is closed', async () => {
    const bridge = await editing('sed: 1');
    await published(bridge, 1);
    await bridge.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    expect(await published(bridge, undefined)).toEqual({ uri, diagnostics: [] });
  });

  it('is completed: keys, vendors, quirks, attributes', async () => {
    const bridge = await editing(
      'vendor: ent\nquirks:\n  page.m\nrules: { me: d }\nresources:\n  Users:\n    - userN\n  Groups:\n    - members: [{ val }]\nau\n',
    );
    expect(await completed(bridge, 0, 11)).toMatchObject([{ label: 'entra-id' }, { label: 'entra-id-client' }]);
    expect((await completed(bridge, 2, 8)).map(({ label }) => label)).toContain('page.max');
    expect(await completed(bridge, 3, 14)).toMatchObject([{ label: 'direct' }]);
    expect(await completed(bridge, 6, 11)).toMatchObject([{ label: 'userName', textEdit: { newText: 'userName: ' } }]);
    expect(await completed(bridge, 8, 21)).toMatchObject([{ label: 'value' }]);
    expect(await completed(bridge, 9, 2)).toMatchObject([{ label: 'auth', textEdit: { newText: 'auth:' } }]);
  });

  it('is completed with variables and with the files beside it', async () => {
    const { root, remove } = workspaceWith({ 'users.json': '[]', 'log.har': '{}', 'notes.txt': '' });
    const at = pathToFileURL(`${root}/a.scim-mock`).href;
    const bridge = await editing('include: [ ]\nauth: { scheme: bearer, tokens: [env:] }\n', at, {
      MOCK_TOKEN: 's3cret',
    });
    const ask = (line: number, character: number) =>
      bridge.connection.sendRequest<Items>('textDocument/completion', {
        textDocument: { uri: at },
        position: { line, character },
      });
    const files = await ask(0, 11);
    const variables = await ask(1, 37);
    remove();
    expect(files.items.map(({ label }) => label).sort()).toEqual(['log.har', 'users.json']);
    expect(variables.items.map(({ label }) => label)).toEqual(['env:MOCK_TOKEN']);
    expect(JSON.stringify(variables)).not.toContain('s3cret');
  });

  it('is documented', async () => {
    const bridge = await editing('vendor: okta\nresources: { Users: [{ userName: x }] }\n');
    const ask = (line: number, character: number) =>
      bridge.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line, character } });
    expect(await ask(0, 3)).toMatchObject({ contents: { kind: 'markdown', value: expect.stringContaining('vendor') } });
    expect(await ask(0, 9)).toMatchObject({ contents: { value: expect.stringContaining('Okta') } });
    expect(await ask(1, 25)).toMatchObject({ contents: { value: expect.stringMatching(/userName.*required/) } });
    expect(await ask(1, 34)).toBeNull();
  });

  it('of another language, or never opened, is nothing to complain about', async () => {
    const bridge = await editing('');
    const textDocument = { uri: 'file:///a.txt', languageId: 'text', version: 1, text: 'a: [' };
    await bridge.connection.sendNotification('textDocument/didOpen', { textDocument });
    const place = (at: string) => ({ textDocument: { uri: at }, position: { line: 0, character: 0 } });
    expect(await bridge.connection.sendRequest('textDocument/hover', place('file:///a.txt'))).toBeNull();
    expect(await bridge.connection.sendRequest('textDocument/completion', place('file:///b'))).toMatchObject({
      items: [],
    });
  });
});
