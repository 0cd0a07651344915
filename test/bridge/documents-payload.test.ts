/** Resources in buffers of their own, through the real bridge and against a service that was not asked before. */

import { afterEach, expect, it, vi } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.js';
import { urn } from '../../src/scim/urn.js';
import { workspaceWith } from '../support/batch.js';
import { type Bridge, startBridge } from '../support/bridge.js';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Editing {
  readonly bridge: Bridge;
  ask<T>(method: string, marked?: string): Promise<T>;
}

/** TEXT, without its bar, is edited as URI in a workspace whose tenant is at BASEURL. */
async function editing(baseUrl: string, uri: string, text: string): Promise<Editing> {
  const { root, remove } = workspaceWith({
    'scim.yaml': `tenants:\n  it:\n    baseUrl: ${baseUrl}\n    auth: { scheme: none }\n`,
  });
  closing.push(remove);
  const bridge = await startBridge({ root });
  closing.push(() => bridge.process.kill('SIGKILL'));
  const offset = text.indexOf('|');
  const before = text.slice(0, offset);
  const line = before.split('\n').length - 1;
  const position = { line, character: Array.from(before.slice(before.lastIndexOf('\n') + 1)).length };
  const plain = offset < 0 ? text : before + text.slice(offset + 1);
  const textDocument = { uri, languageId: 'scim-resource', version: 1, text: plain };
  await bridge.connection.sendNotification('textDocument/didOpen', { textDocument });
  return {
    bridge,
    ask: (method) => bridge.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri }, position }),
  };
}

/** The messages about the text, once they have come. */
async function messages({ bridge }: Editing): Promise<string[]> {
  return vi.waitFor(() => {
    const [params] = bridge.received('textDocument/publishDiagnostics') as { diagnostics: { message: string }[] }[];
    expect(params, bridge.stderr()).toBeDefined();
    return params?.diagnostics.map(({ message }) => message) ?? [];
  }, 30_000);
}

async function mock(): Promise<Mock> {
  const started = await startMock({
    resources: [
      { type: 'User', resource: { schemas: [urn.user], userName: 'babs', displayName: 'Barbara Jensen 😀' } },
    ],
  });
  closing.push(() => started.close());
  return started;
}

it('are measured by the schemas of the service, and know who lives there', async () => {
  const text = `{ "schemas": ["${urn.group}"], "displayName": "é 😀", "members": [{ "value": "babs|" }], "x": 1 }`;
  const group = await editing((await mock()).url, 'scim:/it/new/Group', text);
  expect(await messages(group)).toEqual(['Group has no attribute `x` (RFC 7643 §7)']);
  const answer = await group.ask<{ isIncomplete: boolean; items: { label: string; textEdit: { newText: string } }[] }>(
    'completion',
  );
  expect(answer).toMatchObject({ isIncomplete: true, items: [{ label: 'Barbara Jensen 😀', filterText: 'babs' }] });
  expect(answer.items[0]?.textEdit.newText).toMatch(
    /^[^"]+", "display": "Barbara Jensen 😀", "type": "User", "\$ref": "http:.*\/Users\/[^"]+"$/,
  );
  expect(await group.ask('hover')).toMatchObject({ contents: { value: expect.stringContaining('members.value') } });
});

it('lead to schemas and other resources', async () => {
  const text = '{ "id": "9", "members": [{ "value": "2|819", "type": "User" }] }';
  const group = await editing((await mock()).url, 'scim:/it/resource/Group/9', text);
  expect(await group.ask('definition')).toMatchObject([{ uri: 'scim:/it/resource/User/2819' }]);
  expect(await group.ask('documentLink')).toMatchObject([
    { target: 'scim:/it/resource/Group/9', tooltip: 'Group 9' },
    { target: 'scim:/it/resource/User/2819', range: { start: { line: 0, character: 37 } } },
  ]);
  expect(await group.ask('documentSymbol')).toMatchObject([
    { name: 'id', detail: '9' },
    { name: 'members', children: [{ name: 'User' }] },
  ]);
});

it('may hold what only the service sets, as long as that is what it has', async () => {
  const service = await mock();
  const list = (await (await fetch(`${service.url}/Users`)).json()) as { Resources: { id: string }[] };
  const id = list.Resources[0]?.id ?? '';
  const { bridge } = await editing(service.url, 'scim:/it/new/User', '{}');
  const { uri, text } = await bridge.connection.sendRequest<{ uri: string; text: { text: string } }>('scim/edit/open', {
    type: 'User',
    id,
  });
  const told = async (version: number, edited: string) => {
    const textDocument = { uri, languageId: 'scim-resource', version, text: edited };
    await bridge.connection.sendNotification('textDocument/didOpen', { textDocument });
    return vi.waitFor(() => {
      const all = bridge.received('textDocument/publishDiagnostics') as {
        uri: string;
        version: number;
        diagnostics: { message: string }[];
      }[];
      const found = all.find((each) => each.uri === uri && each.version === version);
      expect(found).toBeDefined();
      return found?.diagnostics.map(({ message }) => message);
    }, 30_000);
  };
  expect(await told(1, text.text)).toEqual([]);
  expect(await told(2, text.text.replace(`"${id}"`, '"other"'))).toContain(
    '`id` is read-only: the server will ignore the change (RFC 7643 §7)',
  );

  // Saving changes `meta`, which only the service sets.
  const edited = text.text.replace('"schemas"', '"title": "Guide ❤️",\n  "schemas"');
  const params = { type: 'User', id, base: text, text: { text: edited }, etag: null, leftOut: [] };
  const saved = await bridge.connection.sendRequest<{ text: { text: string } }>('scim/edit/save', params);
  expect(JSON.parse(saved.text.text).meta).not.toEqual(JSON.parse(text.text).meta);
  expect(await told(3, saved.text.text)).toEqual([]);
});

it('are measured by the standard when the service is out of reach, without a word about that', async () => {
  const user = await editing('http://127.0.0.1:1/scim', 'scim:/it/new/User', '{ "usrName": 1, "name": { "fam|" } }');
  expect(await messages(user)).toContain('User has no attribute `usrName`; did you mean `userName`? (RFC 7643 §7)');
  expect(await user.ask('completion')).toMatchObject({ isIncomplete: false, items: [{ label: 'familyName' }] });
  expect(user.bridge.received('window/showMessage')).toEqual([]);
  expect(user.bridge.stderr()).toBe('');
});

it('whose URI is no resource are left alone', async () => {
  const other = await editing('http://127.0.0.1:1/scim', 'scim:/it/type/User', '{ "usrName": |');
  expect(await messages(other)).toEqual([]);
  expect(await other.ask('completion')).toEqual({ isIncomplete: false, items: [] });
  expect(await other.ask('documentLink')).toEqual([]);
});
