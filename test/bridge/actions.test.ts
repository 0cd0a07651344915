/** `scim/action/…` over the wire: plans, runs, safeguards and reports of the real bridge. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.js';
import { workspaceWith } from '../support/batch.js';
import { type Bridge, startBridge } from '../support/bridge.js';

const token = 'bridge-s3cret-token';
let mock: Mock;
const open: Bridge[] = [];

beforeAll(async () => {
  mock = await startMock({ users: 120, groups: 2, tokens: [token] });
});

afterAll(() => mock.close());

afterEach(async () => {
  for (const bridge of open.splice(0)) {
    await bridge.stop();
    expect(bridge.stderr()).toBe('');
  }
});

async function bridge(root?: string): Promise<Bridge> {
  const environment = { SCIM_API_BASE_URL: mock.url, SCIM_AUTH_TOKEN: token };
  const started = await startBridge({ environment, trace: true, ...(root === undefined ? {} : { root }) });
  open.push(started);
  return started;
}

interface Plan {
  plan: string;
  title: string;
  count: number;
  requests: number;
  question: string | null;
  severe: boolean;
  warnings: string[];
  rows: { text: string };
  ids: string[];
  outcomes: string[];
}

async function ids(filter: string): Promise<string[]> {
  const response = await fetch(`${mock.url}/Users?count=120&filter=${encodeURIComponent(filter)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { Resources } = JSON.parse(await response.text()) as { Resources: { id: string }[] };
  return Resources.map(({ id }) => id);
}

describe('a plan', () => {
  it('is told, made smaller, looked at, run once, and reported', async () => {
    const { connection, received } = await bridge();
    const some = (await ids('active eq true')).slice(0, 12);
    const plan = await connection.sendRequest<Plan>('scim/action/plan', {
      type: 'Users',
      ids: some,
      change: { kind: 'deactivate' },
      workDoneToken: 'p1',
    });
    expect(plan).toMatchObject({
      title: 'deactivate 12 users (default)',
      question: 'Deactivate 12 users of default by 12 requests?',
      severe: false,
      ids: some,
      outcomes: some.map(() => 'planned'),
    });
    expect(plan.rows.text.split('\n')[0]).toMatch(/^[^\t]+\tPATCH replace active false \/Users\/[^\t]+\tplanned$/);
    expect(received('$/progress').at(-1)).toMatchObject({ value: { message: '12 of 12 resources read' } });
    const left = await connection.sendRequest('scim/action/exclude', { plan: plan.plan, ids: some.slice(0, 2) });
    expect(left).toMatchObject({ count: 10, requests: 10, title: 'deactivate 10 users (default)' });
    const [, , third = ''] = some;
    const shown = await connection.sendRequest<{ text: { text: string } }>('scim/action/request', {
      plan: plan.plan,
      id: third,
    });
    expect(shown.text.text).toMatch(new RegExp(`PATCH /Users/${third}\n[\\s\\S]*"path": "active"`));
    expect(shown.text.text).not.toContain(token);
    const ran = await connection.sendRequest<{ counts: object; summary: string }>('scim/action/run', {
      plan: plan.plan,
      action: 'action-7',
    });
    expect(ran).toMatchObject({ counts: { done: 10, failed: 0 }, stopped: false, summary: '10 done' });
    const told = received('scim/action/items').flatMap(
      (one) => (one as { items: { id: string; outcome: string }[] }).items,
    );
    expect(told.map(({ id }) => id).sort()).toEqual(some.slice(2).sort());
    const patches = received('scim/exchange').filter((one) => (one as { method: string }).method === 'PATCH');
    expect(patches).toHaveLength(10);
    expect(patches).toEqual(patches.map(() => expect.objectContaining({ action: 'action-7' })));
    await expect(connection.sendRequest('scim/action/run', { plan: plan.plan })).rejects.toMatchObject({
      data: { code: 'usage', message: 'This plan was run already' },
    });
    await connection.sendRequest('scim/action/forget', { plan: plan.plan });
    await expect(connection.sendRequest('scim/action/run', { plan: plan.plan })).rejects.toMatchObject({
      data: { code: 'usage' },
    });
  });

  it('shows no password, in rows or requests', async () => {
    const { connection } = await bridge();
    const [id = ''] = await ids('active eq true');
    const plan = await connection.sendRequest<Plan>('scim/action/plan', {
      type: 'User',
      ids: [id],
      change: { kind: 'edit', op: 'replace', path: 'password', value: 'p4ssw0rd-of-x' },
    });
    expect(plan.count).toBe(1);
    const shown = await connection.sendRequest('scim/action/request', { plan: plan.plan, id });
    await connection.sendRequest('scim/action/run', { plan: plan.plan });
    expect(JSON.stringify([plan, shown])).not.toContain('p4ssw0rd');
  });

  it('of a production tenant wants a yes in full, and leaves alone what is protected', async () => {
    const { root, remove } = workspaceWith({
      'scim.yaml': `tenants:
  live:
    baseUrl: env:SCIM_API_BASE_URL
    auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }
    production: true
    protected: ['userName sw "a"']
`,
    });
    const started = await startBridge({
      environment: { SCIM_API_BASE_URL: mock.url, SCIM_AUTH_TOKEN: token },
      root,
      trace: true,
    });
    open.push(started);
    const { connection } = started;
    const some = (await ids('active eq true and not (userName sw "a")')).slice(0, 2);
    const [guarded = ''] = await ids('userName sw "a"');
    const plan = await connection.sendRequest<Plan>('scim/action/plan', {
      tenant: 'live',
      type: 'User',
      ids: [...some, guarded],
      change: { kind: 'delete' },
    });
    expect(plan).toMatchObject({
      count: 2,
      severe: true,
      question: 'Delete 2 users of the production tenant live by 2 requests?',
      outcomes: ['planned', 'planned', 'skipped'],
    });
    expect(plan.rows.text).toContain('left out: protected by userName sw "a"');
    remove();
  });
});

describe('choices', () => {
  it('are what the type and the service have', async () => {
    const { connection } = await bridge();
    const user = await connection.sendRequest<{
      actions: { kind: string }[];
      attributes: { path: string; secret: boolean; values: string[] }[];
    }>('scim/action/choices', { type: 'Users' });
    expect(user.actions.map(({ kind }) => kind)).toEqual([
      'activate',
      'deactivate',
      'addToGroups',
      'removeFromGroups',
      'edit',
      'patch',
      'delete',
    ]);
    const find = (path: string) => user.attributes.find((each) => each.path === path);
    expect(find('active')).toMatchObject({ values: ['true', 'false'], secret: false });
    expect(find('password')).toMatchObject({ secret: true });
    expect(find('name.familyName')).toBeDefined();
    expect(find('groups')).toBeUndefined();
    const group = await connection.sendRequest<{ actions: { kind: string }[] }>('scim/action/choices', {
      type: 'Group',
    });
    expect(group.actions.map(({ kind }) => kind)).not.toContain('activate');
  });
});

describe('a table', () => {
  const report = async (format: string) => {
    const { connection } = await bridge();
    const rows = { text: 'a,"b"\t=1+1\n|*x*\tשלום 🙂\n' };
    const params = { title: 'T', notes: ['n'], columns: ['A', 'B'], rows, format };
    return (await connection.sendRequest<{ text: { text: string } }>('scim/action/report', params)).text.text;
  };

  it('is CSV that no spreadsheet runs, Markdown without markup, JSON', async () => {
    expect(await report('csv')).toBe(`A,B\r\n"a,""b""",'=1+1\r\n|*x*,שלום 🙂\r\n`);
    expect(await report('markdown')).toContain('| \\|\\*x\\* | שלום 🙂 |');
    expect(JSON.parse(await report('json'))).toEqual([
      { A: 'a,"b"', B: '=1+1' },
      { A: '|*x*', B: 'שלום 🙂' },
    ]);
  });
});
