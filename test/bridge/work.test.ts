import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { type Mock, startMock } from '../../src/mock/server.js';
import { workspaceWith } from '../support/batch.js';
import { type Bridge, type BridgeOptions, startBridge } from '../support/bridge.js';
import { type FaultServer, json, silence, startFaultServer } from '../support/fault-server.js';

const token = 'bridge-s3cret-token';
let mock: Mock;
let faults: FaultServer;
const open: Bridge[] = [];

beforeAll(async () => {
  mock = await startMock({ users: 250, groups: 5, tokens: [token] });
  faults = await startFaultServer();
});

afterAll(async () => {
  await mock.close();
  await faults.close();
});

afterEach(async () => {
  for (const bridge of open.splice(0)) {
    await bridge.stop();
    expect(bridge.stderr()).toBe('');
  }
});

async function bridge(options: BridgeOptions = {}, url = mock.url): Promise<Bridge> {
  const started = await startBridge({
    environment: { SCIM_API_BASE_URL: url, SCIM_AUTH_TOKEN: token },
    ...options,
  });
  open.push(started);
  return started;
}

interface RunAnswer {
  exitCode: number;
  counts: Record<string, number>;
  results: {
    name: string;
    outcome: string;
    error?: { code: string; message: string };
    response?: { status: number; body: { text?: string; file?: string }; headers: string[][]; curl: string };
    captures: { name: string; value: string }[];
  }[];
}

const file = `### create
POST /Users

{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "{{$uuid}}" }

?? status == 201
@id = body.id

### read
GET /Users/{{id}}

### delete
DELETE /Users/{{id}}
If-Match: {{create.etag}}

?? status == 204
`;

function source(text: string, path = '/tmp/test.scim') {
  return { path, content: { text } };
}

/** How many users the mock has by its own account. */
async function count(): Promise<number> {
  const response = await fetch(`${mock.url}/Users?count=0`, { headers: { authorization: `Bearer ${token}` } });
  return JSON.parse(await response.text()).totalResults;
}

describe('request files', () => {
  it('requests that are sent one by one share a session, until it is forgotten', async () => {
    const { connection } = await bridge();
    const run = (select: object) =>
      connection.sendRequest<RunAnswer>('scim/request/run', { source: source(file), select });
    expect((await run({ name: 'create' })).results[0]).toMatchObject({ outcome: 'passed', response: { status: 201 } });
    expect((await run({ line: 9 })).results[0]).toMatchObject({ name: 'read', response: { status: 200 } });
    expect((await run({ name: 'delete' })).exitCode).toBe(0);
    await connection.sendRequest('scim/request/forget', { source: source(file) });
    const lost = await run({ name: 'read' });
    expect(lost.results[0]).toMatchObject({ outcome: 'error', error: { code: 'request.variable' } });
    expect(lost.results[0]?.error?.message).toContain('create');
  });

  it('all of them start afresh', async () => {
    const { connection } = await bridge();
    const run = () => connection.sendRequest<RunAnswer>('scim/request/run', { source: source(file) });
    const [first, second] = [await run(), await run()];
    expect(first.counts).toEqual({ passed: 3, failed: 0, errors: 0, skipped: 0 });
    expect(second.results[0]?.captures[0]?.value).not.toBe(first.results[0]?.captures[0]?.value);
  });

  it('variables, outline and preview tell what would be sent, without the token', async () => {
    const { connection } = await bridge();
    await connection.sendRequest('scim/request/run', { source: source(file), select: { name: 'create' } });
    const { variables } = await connection.sendRequest<{ variables: object[] }>('scim/request/variables', {
      source: source(file),
    });
    expect(variables).toEqual([
      { name: 'id', value: expect.stringMatching(/^[0-9a-f-]{36}$/), origin: expect.any(String) },
    ]);
    const { requests } = await connection.sendRequest<{ requests: object[] }>('scim/request/outline', {
      source: source(file),
    });
    expect(requests[1]).toEqual({
      name: 'read',
      startLine: 8,
      line: 9,
      endLine: expect.any(Number),
      method: 'GET',
      target: '/Users/{{id}}',
    });
    const preview = await connection.sendRequest<{ text: string; curl: string }>('scim/request/preview', {
      source: source(file),
      select: { name: 'delete' },
    });
    expect(preview.text).toMatch(new RegExp(`^DELETE ${mock.url}/Users/[0-9a-f-]{36}\n`));
    expect(preview.text).toContain('If-Match: W/"');
    expect(preview.curl).toContain('"$SCIM_AUTH_TOKEN"');
    expect(JSON.stringify(preview)).not.toContain(token);
  });

  it('a long body comes by a file that only this user can read, and is gone with the bridge', async () => {
    const started = await bridge();
    const all = source('# @all-pages\nGET /Users\n');
    const answer = await started.connection.sendRequest<RunAnswer>('scim/request/run', { source: all });
    const path = answer.results[0]?.response?.body.file ?? '';
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8')).Resources).toHaveLength(await count());
    await started.stop();
    expect(existsSync(path)).toBe(false);
  });

  it('all pages that do not come are a failure, unless a file says that it knows', async () => {
    const { connection } = await bridge({}, faults.base.href);
    const page = (ids: string[]) =>
      json(200, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 3,
        Resources: ids.map((id) => ({ id })),
      });
    const run = (text: string) => {
      faults.script.push(page(['1']), page([]));
      return connection.sendRequest<RunAnswer>('scim/request/run', { source: source(text) });
    };
    const silent = await run('# @all-pages\nGET /Users\n');
    expect(silent.results[0]).toMatchObject({ outcome: 'error', error: { code: 'list.incomplete' } });
    expect(silent.exitCode).toBe(1);
    faults.script.length = 0;
    const told = await run('# @all-pages\nGET /Users\n\n?? list.completeness == "partial"\n');
    expect(told.results[0]).toMatchObject({ outcome: 'passed' });
    faults.script.length = 0;
  });

  it('a variable that is missing is named before anything is sent', async () => {
    const { connection } = await bridge({ environment: { SCIM_AUTH_TOKEN: token } });
    await expect(connection.sendRequest('scim/resource/list', { type: 'User' })).rejects.toMatchObject({
      data: { code: 'config.reference', exitCode: 6, remedy: expect.stringContaining('SCIM_API_BASE_URL') },
    });
  });

  it('a scim.yaml that changes is read again, without a new start', async () => {
    const auth = 'auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }';
    const { root, remove } = workspaceWith({
      'scim.yaml': `tenants: { a: { baseUrl: "${faults.base.href}", ${auth} } }\n`,
    });
    const { connection } = await bridge({ root });
    const run = (tenant: string) =>
      connection.sendRequest<RunAnswer>('scim/request/run', { source: source('GET /Users?count=1\n'), tenant });
    await expect(run('second')).rejects.toMatchObject({ data: { code: 'config.tenant' } });
    writeFileSync(`${root}/scim.yaml`, `tenants: { second: { baseUrl: "${mock.url}", ${auth} } }\n`);
    expect((await run('second')).results[0]).toMatchObject({ outcome: 'passed', response: { status: 200 } });
    await expect(run('a')).rejects.toMatchObject({ data: { code: 'config.tenant' } });
    remove();
  });
});

describe('resources', () => {
  it('are created, read, replaced, patched, listed and deleted', async () => {
    const { connection } = await bridge();
    const call = (method: string, params: object) =>
      connection.sendRequest<{ status: number; etag: string; resource: { text: string } | null }>(
        `scim/resource/${method}`,
        { type: 'User', ...params },
      );
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    const created = await call('create', { resource: { text: JSON.stringify({ schemas, userName: 'anna' }) } });
    const { id } = JSON.parse(created.resource?.text ?? '');
    const replaced = await call('replace', {
      id,
      ifMatch: created.etag,
      resource: { text: JSON.stringify({ schemas, userName: 'anna', title: 'Dr' }) },
    });
    expect(replaced.status).toBe(200);
    const operations = [{ op: 'replace', path: 'title', value: 'Prof' }];
    await expect(
      call('patch', { id, ifMatch: created.etag, operations: { text: JSON.stringify(operations) } }),
    ).rejects.toMatchObject({ code: -32803, data: { code: 'http.status', status: 412, exitCode: 1 } });
    await call('patch', { id, ifMatch: replaced.etag, operations: { text: JSON.stringify(operations) } });
    expect(JSON.parse((await call('get', { id })).resource?.text ?? '').title).toBe('Prof');
    expect(await call('delete', { id })).toMatchObject({ status: 204, resource: null });
    await expect(call('get', { id })).rejects.toMatchObject({ data: { status: 404 } });
  });

  it('a list says that it is complete, reports progress, and keeps the text of the server', async () => {
    const { connection, received } = await bridge();
    const answer = await connection.sendRequest<{ pages: { text: string }[]; completeness: string; count: number }>(
      'scim/resource/list',
      { type: 'Users', count: 100, attributes: ['userName'], workDoneToken: 'progress-1' },
    );
    const total = await count();
    expect(answer).toMatchObject({ completeness: 'complete', count: total });
    expect(answer.pages.map(({ text }) => JSON.parse(text).Resources.length)).toEqual([100, 100, total - 200]);
    expect(received('$/progress').at(-1)).toMatchObject({
      token: 'progress-1',
      value: { message: `${total} of ${total} resources`, percentage: 100 },
    });
  });

  it('are found by a search at the root, and what their server gets wrong is told', async () => {
    const { connection } = await bridge({}, faults.base.href);
    const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], id: '1', userName: 7, meta: {} };
    faults.script.push(json(404, {}), json(404, {}), json(404, {}));
    await expect(connection.sendRequest('scim/resource/list', { type: 'Robot' })).rejects.toMatchObject({
      data: { code: 'usage' },
    });
    faults.script.push(json(200, { totalResults: 1, Resources: [user] }), json(200, user));
    const found = await connection.sendRequest<{ completeness: string; warnings: string[] }>('scim/resource/search', {
      filter: 'id eq "1"',
    });
    expect(found).toMatchObject({ completeness: 'complete', count: 1 });
    expect(faults.seen.at(-1)).toMatchObject({ method: 'POST', url: '/scim/v2/.search' });
    expect(await connection.sendRequest('scim/resource/get', { type: '/Users', id: '1' })).toMatchObject({
      warnings: expect.arrayContaining([expect.stringContaining('userName')]),
    });
    const { deviations } = await connection.sendRequest<{ deviations: object[] }>('scim/deviations', {});
    expect(deviations).toContainEqual(expect.objectContaining({ type: 'User', path: 'userName', count: 1 }));
    faults.seen.splice(0);
  });

  it('are deleted in bulk, and what became of each is told', async () => {
    const usual = faults.otherwise;
    faults.otherwise = (seen, response) => {
      if (seen.url.endsWith('/ServiceProviderConfig')) return json(200, { bulk: { supported: true } })(seen, response);
      const done = [{ method: 'DELETE', location: '/Users/1', status: '204' }];
      return (seen.url.endsWith('/Bulk') ? json(200, { Operations: done }) : json(404, {}))(seen, response);
    };
    const { connection } = await bridge({}, faults.base.href);
    const text = JSON.stringify([1, 2].map((id) => ({ method: 'DELETE', path: `/Users/${id}` })));
    const told = await connection.sendRequest<{ results: { text: string } }>('scim/resource/bulk', {
      operations: { text },
    });
    expect(told).toMatchObject({ counts: { success: 1, error: 0, unknown: 1, notSent: 0 }, requests: 1 });
    expect(JSON.parse(told.results.text)).toMatchObject([{ outcome: 'success', status: 204 }, { outcome: 'unknown' }]);
    faults.otherwise = usual;
    faults.seen.splice(0);
  });

  it('a payload with a wrong attribute is not sent', async () => {
    const { connection, received } = await bridge({ trace: true });
    const text = '{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "x", "nickname2": "y" }';
    await expect(
      connection.sendRequest('scim/resource/create', { type: 'User', resource: { text } }),
    ).rejects.toMatchObject({ data: { code: 'payload.invalid' } });
    expect(received('scim/exchange')).not.toContainEqual(expect.objectContaining({ method: 'POST' }));
  });
});

describe('cancellation', () => {
  const get = { source: source('GET /Users/1\n') };

  it('ends a request that waits for a server, and the next one works', async () => {
    const { connection } = await bridge({}, faults.base.href);
    faults.script.push(silence, json(200, { schemas: [], id: '1' }));
    const cancel = new CancellationTokenSource();
    const waiting = connection.sendRequest('scim/request/run', get, cancel.token);
    await expect.poll(() => faults.seen.length).toBe(1);
    cancel.cancel();
    await expect(waiting).rejects.toMatchObject({ code: -32800 });
    await expect(connection.sendRequest('scim/request/run', get)).resolves.toMatchObject({ exitCode: 0 });
  });

  it('counts even when it comes together with the request', async () => {
    const { connection } = await bridge({}, faults.base.href);
    const before = faults.seen.length;
    const cancel = new CancellationTokenSource();
    const early = connection.sendRequest('scim/request/run', get, cancel.token);
    cancel.cancel();
    await expect(early).rejects.toMatchObject({ code: -32800 });
    expect(faults.seen.length).toBe(before);
  });
});

describe('the trace', () => {
  it('tells every exchange once, without secrets', async () => {
    const { connection, received } = await bridge({ trace: true });
    const text = `POST /Users

{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "trace", "password": "p4ssw0rd-to-hide" }
`;
    await connection.sendRequest('scim/request/run', { source: source(text) });
    const exchanges = received('scim/exchange') as { id: number }[];
    const told = { id: exchanges.at(-1)?.id };
    const detail = await connection.sendRequest('scim/trace/detail', told);
    expect(detail).toEqual({ text: { text: expect.stringContaining('"userName": "trace"') } });
    const curl = await connection.sendRequest('scim/trace/curl', told);
    expect(curl).toEqual({ curl: { text: expect.stringContaining('curl --request POST') } });
    expect(exchanges.at(-1)).toMatchObject({
      tenant: 'default',
      purpose: 'request',
      method: 'POST',
      path: '/scim/v2/Users',
      status: 201,
      attempts: 1,
      write: true,
      resource: expect.stringMatching(/^scim:\/default\/resource\/User\/[\w-]+$/),
    });
    expect(exchanges.slice(0, -1)).toEqual(
      exchanges.slice(0, -1).map(() => expect.objectContaining({ purpose: 'discovery' })),
    );
    expect(JSON.stringify([exchanges, detail, curl])).not.toMatch(/p4ssw0rd|s3cret/);
  });

  it('is off unless asked for', async () => {
    const { connection, received } = await bridge();
    await connection.sendRequest('scim/request/run', { source: source('GET /Users?count=1\n') });
    expect(received('scim/exchange')).toEqual([]);
  });
});

describe('reports', () => {
  it('collect the results of several files', async () => {
    const { connection, received } = await bridge();
    const { report } = await connection.sendRequest<{ report: string }>('scim/report/begin', { format: 'junit' });
    await connection.sendRequest('scim/request/run', { source: source('GET /Users?count=1\n', 'a.scim'), report });
    await connection.sendRequest('scim/request/run', {
      source: source('GET /Users/none\n\n?? status == 200\n', 'b.scim'),
      report,
    });
    await expect(connection.sendRequest('scim/report/end', { report })).resolves.toEqual({
      exitCode: 1,
      counts: { passed: 1, failed: 1, errors: 0, skipped: 0 },
    });
    const text = received('scim/report/output')
      .map((one) => (one as { text: string }).text)
      .join('');
    expect(text).toMatch(/^<\?xml[\s\S]*a\.scim[\s\S]*b\.scim[\s\S]*<\/testsuites>\s*$/);
    await expect(connection.sendRequest('scim/report/end', { report })).rejects.toMatchObject({
      data: { code: 'usage' },
    });
  });
});
