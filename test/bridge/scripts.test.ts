/** What only scripts need, over the wire of the real bridge. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.js';
import { workspaceWith } from '../support/batch.js';
import { type Bridge, startBridge } from '../support/bridge.js';

const token = 'bridge-s3cret-token';
let mock: Mock;
const open: Bridge[] = [];

beforeAll(async () => {
  mock = await startMock({ users: 25, tokens: [token] });
});

afterAll(() => mock.close());

afterEach(async () => {
  for (const bridge of open.splice(0)) {
    await bridge.stop();
    expect(bridge.stderr()).toBe('');
  }
});

async function bridge(root?: string): Promise<Bridge['connection']> {
  const environment = { SCIM_API_BASE_URL: mock.url, SCIM_AUTH_TOKEN: token };
  const started = await startBridge({ environment, ...(root === undefined ? {} : { root }) });
  open.push(started);
  return started.connection;
}

interface Page {
  page: { text: string } | null;
  count: number;
  completeness?: string;
}

describe('a list that is read page by page', () => {
  it('gives its pages, then what it came to, and is closed then', async () => {
    const connection = await bridge();
    const { list } = await connection.sendRequest<{ list: string }>('scim/resource/open-list', {
      type: 'User',
      count: 10,
    });
    const pages: Page[] = [];
    do pages.push(await connection.sendRequest<Page>('scim/resource/next-page', { list }));
    while (pages.at(-1)?.page !== null);
    expect(pages.map(({ count }) => count)).toEqual([10, 20, 25, 25]);
    expect(pages.at(-1)).toMatchObject({ completeness: 'complete', totalResults: 25 });
    await expect(connection.sendRequest('scim/resource/next-page', { list })).rejects.toMatchObject({
      data: { code: 'usage', message: `The list ${list} is not open` },
    });
  });

  it('is not read any more when it was closed', async () => {
    const connection = await bridge();
    const { list } = await connection.sendRequest<{ list: string }>('scim/resource/open-list', { search: true });
    await connection.sendRequest('scim/resource/next-page', { list });
    expect(await connection.sendRequest('scim/resource/close-list', { list })).toBeNull();
    await expect(connection.sendRequest('scim/resource/next-page', { list })).rejects.toThrow(/is not open/);
  });

  it('has a type, unless it is a search', async () => {
    const connection = await bridge();
    await expect(connection.sendRequest('scim/resource/open-list', {})).rejects.toThrow(/needs a resource type/);
  });
});

describe('a raw request', () => {
  it('is answered as it came, and with an error status only on demand with an error', async () => {
    const connection = await bridge();
    const request = { method: 'get', path: '/Users/nobody' };
    expect(await connection.sendRequest('scim/resource/request', request)).toMatchObject({ status: 404 });
    await expect(connection.sendRequest('scim/resource/request', { ...request, check: true })).rejects.toMatchObject({
      data: { status: 404 },
    });
  });

  it('is held to the safeguards of the tenant, also in a dry run', async () => {
    const { root, remove } = workspaceWith({
      'scim.yaml': `tenants:\n  t:\n    baseUrl: ${mock.url}\n    auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }\n    readOnly: true\n`,
    });
    const connection = await bridge(root);
    for (const dryRun of [undefined, 'dry']) {
      const request = { method: 'DELETE', path: '/Users/1', ...(dryRun === undefined ? {} : { dryRun }) };
      await expect(connection.sendRequest('scim/resource/request', request)).rejects.toMatchObject({
        data: { code: 'tenant.readOnly' },
      });
    }
    expect(await connection.sendRequest('scim/dry-run/take', { name: 'dry' })).toEqual({ requests: [] });
    remove();
  });
});

describe('a dry run', () => {
  it('is told once, without secrets', async () => {
    const connection = await bridge();
    const answer = await connection.sendRequest('scim/resource/request', {
      method: 'PUT',
      path: '/Users/1',
      body: { text: '{"userName":"a","password":"hunter2"}' },
      headers: [['Authorization', 'Bearer other-s3cret']],
      dryRun: 'one',
    });
    expect(answer).toMatchObject({ status: 204, reason: 'Not sent' });
    const take = () => connection.sendRequest<{ requests: object[] }>('scim/dry-run/take', { name: 'one' });
    const { requests } = await take();
    expect(requests).toMatchObject([{ method: 'PUT', url: `${mock.url}/Users/1` }]);
    expect(JSON.stringify(requests)).toContain('userName');
    expect(JSON.stringify(requests)).not.toMatch(/hunter2|s3cret/);
    expect(await take()).toEqual({ requests: [] });
  });
});

describe('schemas and merges', () => {
  it('come as JSON', async () => {
    const connection = await bridge();
    const { text } = await connection.sendRequest<{ text: { text: string } }>('scim/schema/data', { name: 'Users' });
    expect(JSON.parse(text.text)).toMatchObject({ id: 'urn:ietf:params:scim:schemas:core:2.0:User' });
    await expect(connection.sendRequest('scim/schema/data', { name: 'Nonsense' })).rejects.toThrow(/Nonsense/);
  });

  it('tell what both sides have changed', async () => {
    const connection = await bridge();
    const merged = await connection.sendRequest('scim/resource/merge', {
      type: 'User',
      base: { text: '{"title":"a","nickName":"n"}' },
      mine: { text: '{"title":"b","nickName":"n"}' },
      theirs: { text: '{"title":"c","nickName":"m"}' },
    });
    expect(merged).toMatchObject({
      taken: ['nickName'],
      conflicts: [{ path: 'title', base: '"a"', mine: '"b"', theirs: '"c"' }],
    });
  });
});
