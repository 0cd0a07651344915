import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { MockOptions } from '../../src/mock/options.js';
import { startMock } from '../../src/mock/server.js';
import { type Bridge, startBridge } from '../support/bridge.js';
import { json, startFaultServer } from '../support/fault-server.js';

const token = 'browse-s3cret-token';
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface State {
  type: string;
  plural: string;
  completeness: string;
  reason?: string;
  more: boolean;
  count: number;
  total: number | null;
  columns: { path: string; name: string; width: number; sortBy: string | null; right: boolean }[];
  sorted: string;
  sorts: boolean;
  warnings: string[];
}

interface Rows {
  view: string;
  replace: boolean;
  text: { text?: string; file?: string };
  ids: string[];
  columns?: State['columns'];
}

interface Exchange {
  method: string;
  path: string;
  purpose: string;
}

async function bridgeTo(url: string): Promise<Bridge> {
  const bridge = await startBridge({ environment: { SCIM_API_BASE_URL: url, SCIM_AUTH_TOKEN: token }, trace: true });
  closing.push(() => bridge.stop());
  return bridge;
}

async function withMock(options: MockOptions): Promise<Bridge> {
  const mock = await startMock({ tokens: [token], ...options });
  closing.push(() => mock.close());
  return bridgeTo(mock.url);
}

function textOf({ text, file }: Rows['text']): string {
  return text ?? readFileSync(file ?? '', 'utf8');
}

/** What Emacs would have in the buffer of VIEW: lines and what each is about. */
function shown(bridge: Bridge, view: string): { lines: string[]; ids: string[]; tellings: number } {
  let lines: string[] = [];
  let ids: string[] = [];
  const tellings = bridge.received('scim/browse/rows').filter((each): each is Rows => isRowsOf(each, view));
  for (const rows of tellings) {
    const more = textOf(rows.text).split('\n').slice(0, -1);
    lines = rows.replace ? more : [...lines, ...more];
    ids = rows.replace ? rows.ids : [...ids, ...rows.ids];
  }
  return { lines, ids, tellings: tellings.length };
}

function isRowsOf(params: unknown, view: string): params is Rows {
  return typeof params === 'object' && params !== null && 'view' in params && params.view === view;
}

function start(bridge: Bridge, params: object): Promise<State> {
  return bridge.connection.sendRequest('scim/browse/start', { view: 'v', ...params });
}

function lists(bridge: Bridge, endpoint: string): string[] {
  return bridge
    .received('scim/exchange')
    .map((each) => each as Exchange)
    .filter(({ path }) => path.includes(`/${endpoint}`))
    .map(({ path }) => decodeURIComponent(path));
}

describe('a list', () => {
  it('comes as rows, the first page before the others, and says that it is complete', async () => {
    const bridge = await withMock({ users: 1203 });
    const state = await start(bridge, { type: 'User' });
    expect(state).toMatchObject({ type: 'User', plural: 'Users', completeness: 'complete', count: 1203, total: 1203 });
    expect(state.more).toBe(false);
    const { lines, ids, tellings } = shown(bridge, 'v');
    expect(tellings).toBeGreaterThan(1);
    expect(lines).toHaveLength(1203);
    expect(new Set(ids).size).toBe(1203);
    for (const [index, line] of lines.entries()) {
      const cells = line.split('\t');
      expect(cells).toHaveLength(state.columns.length);
      expect(cells.at(-1)).toBe(ids[index]);
    }
    expect(state.columns[0]).toMatchObject({ path: 'userName', sortBy: 'userName' });
  });

  it('does not carry the members of groups, unless a column counts them', async () => {
    const bridge = await withMock({ users: 30, groups: 4 });
    await start(bridge, { type: 'Groups' });
    expect(lists(bridge, 'Groups')[0]).toMatch(/attributes=displayName,externalId,id/);
    const counted = await start(bridge, { type: 'Group', view: 'w', columns: ['displayName', 'members'] });
    expect(counted.columns[1]).toMatchObject({ right: true, sortBy: null });
    expect(shown(bridge, 'w').lines.every((line) => /\t(?:\d+|)$/.test(line))).toBe(true);
  });

  it('is filtered by the server, which is asked for what the filter is about too', async () => {
    const bridge = await withMock({ users: 200 });
    const filter = 'name.familyName sw "S" and active eq true';
    const state = await start(bridge, { type: 'User', filter, columns: ['userName'] });
    expect(state.completeness).toBe('complete');
    expect(state.count).toBeGreaterThan(0);
    expect(state.count).toBeLessThan(200);
    expect(lists(bridge, 'Users')[0]).toMatch(/attributes=userName,name,active,id/);
  });

  it('is partial where the server cuts pages, and says why', async () => {
    const bridge = await withMock({
      users: 1200,
      faults: [{ on: { path: '/Users' }, when: { after: 1 }, effect: { page: 'empty' } }],
    });
    const state = await start(bridge, { type: 'User' });
    expect(state).toMatchObject({ completeness: 'partial', count: 500, total: 1200, more: false });
    expect(state.reason).toBeTruthy();
  });

  it('keeps what came when a later page fails', async () => {
    const bridge = await withMock({
      users: 1200,
      faults: [{ on: { path: '/Users' }, when: { after: 1 }, effect: { status: 403, detail: 'no more for you' } }],
    });
    const state = await start(bridge, { type: 'User' });
    expect(state).toMatchObject({ completeness: 'partial', count: 500, total: 1200 });
    expect(state.reason).toMatch(/403/);
    expect(shown(bridge, 'v').lines).toHaveLength(500);
  });

  it('stops at its limit and goes on from there', async () => {
    const bridge = await withMock({ users: 1400 });
    const first = await start(bridge, { type: 'User', limit: 100 });
    expect(first).toMatchObject({ completeness: 'partial', more: true, count: 500, total: 1400 });
    const second: State = await bridge.connection.sendRequest('scim/browse/more', { view: 'v', limit: 10_000 });
    expect(second).toMatchObject({ completeness: 'complete', more: false, count: 1400 });
    expect(new Set(shown(bridge, 'v').ids).size).toBe(1400);
  });

  it('can be stopped midway, and is partial then', async () => {
    const bridge = await withMock({
      users: 3000,
      faults: [{ on: { path: '/Users' }, when: { after: 2 }, effect: { latency: [60_000, 60_000] } }],
    });
    const state = start(bridge, { type: 'User' });
    await expect.poll(() => shown(bridge, 'v').ids.length).toBeGreaterThanOrEqual(500);
    await bridge.connection.sendNotification('scim/browse/stop', { view: 'v' });
    const stopped = await state;
    expect(stopped).toMatchObject({ completeness: 'partial', reason: 'stopped', more: false, total: 3000 });
    expect(stopped.count).toBe(shown(bridge, 'v').ids.length);
  });

  it('is asked for again without `attributes` where they are refused', async () => {
    const server = await startFaultServer();
    closing.push(() => server.close());
    server.otherwise = (seen, response) => {
      const answer = (status: number, body: object): void => json(status, body)(seen, response);
      if (!seen.url.includes('/Users')) return answer(404, {});
      if (seen.url.includes('attributes=')) return answer(400, { status: '400', detail: 'no such parameter' });
      return answer(200, { totalResults: 1, Resources: [{ id: '1', userName: 'a\tb\u202e' }] });
    };
    const bridge = await bridgeTo(server.base.href);
    const state = await start(bridge, { type: 'User' });
    expect(state).toMatchObject({ completeness: 'complete', count: 1 });
    expect(state.warnings.join()).toMatch(/refuses `attributes`/);
    expect(shown(bridge, 'v').lines).toEqual(['a b\ufffd\t\t\t\t\t1']);
  });

  it('is refused for a type that there is not, and for a column that is none', async () => {
    const bridge = await withMock({ users: 1 });
    await expect(start(bridge, { type: 'Usr' })).rejects.toThrow(/no resource type "Usr"/);
    await expect(start(bridge, { type: 'User', columns: ['a b'] })).rejects.toThrow(/cannot be a column/);
  });
});

describe('sorting', () => {
  const sortedBy = (lines: string[]) => lines.map((line) => line.split('\t')[0] ?? '');

  it('is the server’s where it sorts', async () => {
    const bridge = await withMock({ users: 700 });
    const state = await start(bridge, { type: 'User', sortBy: 'userName', sortOrder: 'descending' });
    expect(state).toMatchObject({ sorted: 'server', sorts: true });
    expect(lists(bridge, 'Users')[0]).toMatch(/sortBy=userName&sortOrder=descending/);
    const names = sortedBy(shown(bridge, 'v').lines);
    expect(names).toEqual([...names].sort().reverse());
  });

  it('is done here where the server says that it does not', async () => {
    const bridge = await withMock({ users: 700, rules: { sort: { supported: false } } });
    const state = await start(bridge, { type: 'User', sortBy: 'userName' });
    expect(state).toMatchObject({ sorted: 'here', sorts: false, count: 700 });
    expect(lists(bridge, 'Users')[0]).not.toMatch(/sortBy/);
    const names = sortedBy(shown(bridge, 'v').lines);
    expect(names).toEqual([...names].sort());
    const requests = lists(bridge, 'Users').length;
    const again: Rows = await bridge.connection.sendRequest('scim/browse/sort', {
      view: 'v',
      sortBy: 'userName',
      sortOrder: 'descending',
    });
    expect(sortedBy(textOf(again.text).split('\n').slice(0, -1))).toEqual([...names].reverse());
    expect(again.ids).toHaveLength(700);
    expect(lists(bridge, 'Users')).toHaveLength(requests);
  });
});

describe('export', () => {
  const exported = async (bridge: Bridge, params: object) => {
    const answer: { text: Rows['text']; count: number; completeness: string } = await bridge.connection.sendRequest(
      'scim/browse/export',
      { view: 'v', ...params },
    );
    return { ...answer, text: textOf(answer.text) };
  };

  it('has all rows, or those that were chosen, with their ids', async () => {
    const bridge = await withMock({ users: 60 });
    await start(bridge, { type: 'User', columns: ['userName', 'emails'] });
    const { ids } = shown(bridge, 'v');
    const all = await exported(bridge, { format: 'csv' });
    expect(all.count).toBe(60);
    expect(all.text.split('\r\n')[0]).toBe('userName,emails,id');
    for (const id of ids) expect(all.text).toContain(id);
    const chosen = await exported(bridge, { format: 'org', ids: ids.slice(3, 5) });
    expect(chosen.text.split('\n')).toHaveLength(5);
    expect(chosen.count).toBe(2);
  });

  it('has whole resources in JSON, not what the columns show', async () => {
    const bridge = await withMock({ users: 60 });
    await start(bridge, { type: 'User', columns: ['userName'] });
    const { ids } = shown(bridge, 'v');
    const all = JSON.parse((await exported(bridge, { format: 'json' })).text);
    expect(all.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(all[0]).toHaveProperty('name.familyName');
    const two = JSON.parse((await exported(bridge, { format: 'json', ids: [ids[7], ids[2]] })).text);
    expect(two.map(({ id }: { id: string }) => id)).toEqual([ids[2], ids[7]]);
    expect(two[0]).toHaveProperty('name.familyName');
  });

  it('says that the list must be read again when it has been forgotten', async () => {
    const bridge = await withMock({ users: 3 });
    await start(bridge, { type: 'User' });
    await bridge.connection.sendNotification('scim/browse/close', { view: 'v' });
    await expect(exported(bridge, { format: 'csv' })).rejects.toThrow(/does not have this list any more/);
  });
});

describe('help with filters', () => {
  it('counts characters, not UTF-16 units', async () => {
    const bridge = await withMock({ users: 1 });
    const filter = 'displayName eq "😀😀" and usrName pr';
    const check: { problems: { start: number; end: number; message: string }[] } = await bridge.connection.sendRequest(
      'scim/filter/check',
      { type: 'User', filter },
    );
    const characters = Array.from(filter);
    expect(check.problems.map(({ start: from, end }) => characters.slice(from, end).join(''))).toEqual(['usrName']);
    const offset = Array.from('displayName eq "😀😀" and usr').length;
    const help: { suggestions: { label: string; start: number; end: number }[] } = await bridge.connection.sendRequest(
      'scim/filter/complete',
      { type: 'User', filter: filter.replace('usrN', 'userN'), offset: offset + 1 },
    );
    expect(help.suggestions[0]).toMatchObject({ label: 'userName', start: offset - 3 });
  });

  it('knows the service’s own types', async () => {
    const bridge = await withMock({ users: 1 });
    const help: { suggestions: { label: string }[] } = await bridge.connection.sendRequest('scim/filter/complete', {
      type: 'Groups',
      filter: 'mem',
      offset: 3,
    });
    expect(help.suggestions.map(({ label }) => label)).toContain('members.value');
  });
});
