import { afterEach, describe, expect, it } from 'vitest';
import { type SmallServer, startSmallServer, token } from '../document/small-server.js';
import { workspaceWith } from '../support/batch.js';
import { type Bridge, startBridge } from '../support/bridge.js';

const open: Bridge[] = [];
const servers: SmallServer[] = [];

afterEach(async () => {
  for (const { process } of open.splice(0)) process.kill('SIGKILL');
  for (const server of servers.splice(0)) await server.close();
});

async function connected(): Promise<{ bridge: Bridge; server: SmallServer }> {
  const server = await startSmallServer();
  servers.push(server);
  const bridge = await startBridge({
    environment: { SCIM_API_BASE_URL: server.baseUrl, SCIM_AUTH_TOKEN: token },
    root: workspaceWith({}).root,
  });
  open.push(bridge);
  return { bridge, server };
}

interface Result {
  name: string;
  prepared: number;
  error?: { message: string };
  response: { status: number; body: { text: string }; headers: [string, string][] };
}

const source = (text: string) => ({ path: '/w/a.scim', content: { text } });
const create = `### create
POST /Users

{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
   "userName": "{{$uuid}}",   "password": "t1meMa$heen9", "displayName": "ليلى 🎉" }
`;

async function run({ connection }: Bridge, text: string): Promise<Result> {
  const select = { line: 0 };
  const { results } = await connection.sendRequest<{ results: Result[] }>('scim/request/run', {
    source: source(text),
    select,
  });
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}

const send = ({ connection }: Bridge, params: object) =>
  connection.sendRequest<{ result: Result }>('scim/request/send', params).then(({ result }) => result);

describe('what was sent', () => {
  it('is sent again byte for byte, though the file has changed and values are made anew', async () => {
    const { bridge, server } = await connected();
    const first = await run(bridge, create);
    await run(bridge, create.replace('ليلى', 'x'));
    const again = await send(bridge, { prepared: first.prepared });
    const bodies = server.asked.filter(({ method }) => method === 'POST').map(({ body }) => body);
    expect(bodies).toHaveLength(3);
    expect(bodies[2]).toBe(bodies[0]);
    expect(bodies[1]).not.toBe(bodies[0]);
    expect(again.name).toBe('create');
    expect(again.prepared).toBeGreaterThan(first.prepared);
  });

  it('is refused clearly when it is gone', async () => {
    const { bridge } = await connected();
    await expect(send(bridge, { prepared: 4711 })).rejects.toMatchObject({
      message: expect.stringContaining('not kept any more'),
      data: { remedy: 'Send it again from its file.' },
    });
  });
});

interface Preview {
  text: string;
  curl: string;
  prepared: number;
}

const preview = ({ connection }: Bridge, text: string) =>
  connection.sendRequest<Preview>('scim/request/preview', { source: source(text), select: { line: 0 } });

describe('a preview', () => {
  it('is what is sent then, without showing secrets', async () => {
    const { bridge, server } = await connected();
    const shown = await preview(bridge, create);
    expect(shown.text).toMatch(/^POST http:\/\/.*\/Users\n/);
    expect(shown.text).toContain('Authorization: Bearer ***');
    expect(shown.text).toContain('"password": "***"');
    expect(shown.text + shown.curl).not.toContain('t1meMa$heen9');
    const [, uuid] = /"userName": "([^"]+)"/.exec(shown.text) ?? [];
    await send(bridge, { prepared: shown.prepared });
    const sent = server.asked.at(-1);
    expect(sent?.body).toContain(`"userName": "${uuid}",   "password": "t1meMa$heen9"`);
    expect(sent?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it('can be edited once, and keeps the secrets that were left as they are', async () => {
    const { bridge, server } = await connected();
    const shown = await preview(bridge, create);
    const text = shown.text
      .replace('/Users\n', '/Users?attributes=userName\nX-Trace: 1\n')
      .replace('ليلى 🎉', 'عمر "x"'.replaceAll('"', '\\"'));
    await send(bridge, { prepared: shown.prepared, text: { text } });
    const sent = server.asked.at(-1);
    expect(sent?.url).toMatch(/\/Users\?attributes=userName$/);
    expect(sent?.headers).toMatchObject({ 'x-trace': '1', authorization: `Bearer ${token}` });
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({ password: 't1meMa$heen9', displayName: 'عمر "x"' });
    const { curl } = await bridge.connection.sendRequest<{ curl: string }>('scim/request/curl', {
      prepared: shown.prepared,
      text: { text },
    });
    expect(curl).toContain('X-Trace: 1');
    expect(curl).not.toContain('t1meMa$heen9');
  });

  it('never sends a mask, nor a request to another server', async () => {
    const { bridge, server } = await connected();
    const shown = await preview(bridge, create);
    const before = server.asked.length;
    const edited = (change: (text: string) => string) =>
      send(bridge, { prepared: shown.prepared, text: { text: change(shown.text) } });
    await expect(edited((text) => text.replace('"password": "***"', '"password": "a***"'))).rejects.toThrow(
      /\*\*\* stands for at `password`/,
    );
    await expect(edited((text) => text.replace('displayName": "', 'displayName": "***"   , "x": "'))).rejects.toThrow(
      /`displayName`/,
    );
    await expect(edited((text) => text.replace('Bearer ***', 'Bearer x***'))).rejects.toThrow(/Authorization/);
    const { error } = await edited((text) => text.replace(/^POST \S+/, 'POST https://evil.example/Users'));
    expect(error?.message).toContain('not the server of this tenant');
    await expect(edited((text) => text.replace(/^POST/, 'POTS'))).rejects.toThrow(/POTS/);
    await expect(edited((text) => `${text}\n{`)).rejects.toThrow(/not JSON/);
    expect(server.asked).toHaveLength(before);
  });
});

it('tells two answers apart, or only what matters of them', async () => {
  const { bridge } = await connected();
  const answer = (label: string, body: object, date: string) => ({
    label,
    status: '200 OK',
    headers: [
      ['Date', date],
      ['Content-Type', 'application/scim+json'],
    ],
    body: { text: JSON.stringify(body, null, 2) },
  });
  const older = answer('get 1/2', { id: '1', name: 'ليلى', meta: { version: 'W/"1"' }, roles: ['a', 'b'] }, 'Mon');
  const newer = answer('get 2/2', { roles: ['b', 'a'], id: '1', name: 'عمر 🎉', meta: { version: 'W/"2"' } }, 'Tue');
  const diff = async (normalised: boolean) => {
    const params = { older, newer, normalised };
    return (await bridge.connection.sendRequest<{ diff: { text: string } }>('scim/request/diff', params)).diff.text;
  };
  const whole = await diff(false);
  expect(whole).toMatch(/^--- get 1\/2\n\+\+\+ get 2\/2\n@@ /);
  expect(whole).toContain('-date: Mon\n+date: Tue\n');
  const plain = await diff(true);
  expect(plain.split('\n').filter((line) => /^[-+] /.test(line))).toEqual([
    '-  "name": "ليلى",',
    '+  "name": "عمر 🎉",',
  ]);
});
