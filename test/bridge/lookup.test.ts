/** Resources by name, and the members of a large group, as Emacs asks for them. */

import { readFileSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Mock, startMock } from '../../src/mock/server.js';
import { urn } from '../../src/scim/urn.js';
import { type Bridge, startBridge } from '../support/bridge.js';

interface Rows {
  text: { text?: string; file?: string };
  ids: { text?: string; file?: string };
  matching: number;
  next: number | null;
  total: number;
  unnamed: number;
}

interface Applied {
  done: { added: string[]; removed: string[] };
  left: { added: string[]; removed: string[] };
  requests: number;
  verified: boolean;
  ok: boolean;
  stopped: boolean;
  summary: string;
  report: { text: string };
}

let mock: Mock;
let group = '';
const open: Bridge[] = [];

beforeAll(async () => {
  mock = await startMock({
    users: 84_000,
    groups: 1,
    resources: [
      { type: 'User', resource: { schemas: [urn.user], userName: 'babs', displayName: 'Barbara Jensen' } },
      { type: 'User', resource: { schemas: [urn.user], userName: 'dalia', displayName: 'דליה כהן' } },
      { type: 'User', resource: { schemas: [urn.user], userName: 'zoe', displayName: '🚀 Zoë' } },
    ],
  });
  group = firstId(await (await fetch(`${mock.url}/Groups?attributes=id`)).json());
}, 60_000);

afterAll(() => mock.close());

afterEach(async () => {
  for (const bridge of open.splice(0)) {
    await bridge.stop();
    expect(bridge.stderr()).toBe('');
  }
});

async function bridge(): Promise<(method: string, params: object) => Promise<unknown>> {
  const started = await startBridge({ environment: { SCIM_API_BASE_URL: mock.url, SCIM_AUTH_TOKEN: 'x' } });
  open.push(started);
  return (method, params) => started.connection.sendRequest(method, params);
}

function text(ref: { text?: string; file?: string }): string {
  if (ref.file === undefined) return ref.text ?? '';
  const content = readFileSync(ref.file, 'utf8');
  rmSync(ref.file);
  return content;
}

async function idOf(userName: string): Promise<string> {
  const query = encodeURIComponent(`userName eq "${userName}"`);
  return firstId(await (await fetch(`${mock.url}/Users?filter=${query}`)).json());
}

const listed = z.object({ Resources: z.array(z.object({ id: z.string() })) });

function firstId(list: unknown): string {
  return listed.parse(list).Resources[0]?.id ?? '';
}

/** Bodies of the PATCH requests after the first COUNT requests. */
function patches(count: number): unknown[] {
  return mock.journal
    .since(count)
    .filter(({ method }) => method === 'PATCH')
    .map(({ request: { body } }) => ('text' in body ? JSON.parse(body.text) : body));
}

describe('scim/lookup', () => {
  it('finds by name, and tells the types of the service', async () => {
    const call = await bridge();
    expect(await call('scim/lookup/find', { types: ['User'], text: 'barbara j', limit: 3 })).toMatchObject({
      found: expect.arrayContaining([expect.objectContaining({ type: 'User' })]),
    });
    expect(await call('scim/lookup/types', {})).toMatchObject({
      types: expect.arrayContaining([expect.objectContaining({ name: 'Group', endpoint: '/Groups' })]),
    });
  });
});

describe('the members of a group of 50,000', () => {
  it('are read once, and given in pieces, filtered by name, type and id', async () => {
    const call = await bridge();
    const of = { type: 'Group', id: group };
    const before = mock.journal.count;
    expect(await call('scim/members/read', of)).toMatchObject({
      total: 50_000,
      what: 'members',
      complete: true,
      types: ['User', 'Group'],
    });
    const rows = async (more: object): Promise<Rows> =>
      (await call('scim/members/rows', { ...of, from: 0, count: 20_000, added: [], ...more })) as Rows;
    const first = await rows({});
    expect(first).toMatchObject({ matching: 50_000, next: 20_000, total: 50_000, unnamed: 0 });
    const lines = text(first.text).trimEnd().split('\n');
    const ids = text(first.ids).split('\n');
    expect(lines).toHaveLength(20_000);
    expect(lines.map((line) => line.split('\t')[3])).toEqual(ids);
    const last = await rows({ from: 40_000 });
    expect(last.next).toBeNull();
    expect(text(last.ids).split('\n')).toHaveLength(10_000);
    const filtered = await rows({ filter: 'BARBARA jens' });
    expect(filtered.matching).toBeGreaterThan(0);
    for (const line of text(filtered.text).trimEnd().split('\n')) expect(line).toMatch(/Barbara.*Jensen/i);
    expect(await rows({ filter: ids[7] })).toMatchObject({ matching: 1 });
    expect(mock.journal.since(before).filter(({ path }) => path.includes('/Groups/'))).toHaveLength(1);
  });

  it('are changed by what was asked for alone, and read again', async () => {
    const call = await bridge();
    const of = { type: 'Group', id: group };
    await call('scim/members/read', of);
    const rows = (await call('scim/members/rows', { ...of, from: 100, count: 2, added: [] })) as Rows;
    const removed = text(rows.ids).split('\n');
    const added = await Promise.all(['babs', 'dalia', 'zoe'].map(idOf));
    const before = mock.journal.count;
    const applied = (await call('scim/members/apply', { ...of, added, removed })) as Applied;
    expect(applied).toMatchObject({ ok: true, verified: true, requests: 1, left: { added: [], removed: [] } });
    expect(applied.summary).toBe('1 request done: removes 2, adds 3; verified');
    expect(patches(before)).toEqual([
      {
        schemas: [urn.patchOp],
        Operations: [
          ...removed.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
          { op: 'add', path: 'members', value: added.map((value) => ({ value })) },
        ],
      },
    ]);
    const again = (await call('scim/members/apply', { ...of, added, removed })) as Applied;
    expect(again).toMatchObject({ ok: true, requests: 0 });
  });

  it('stop being changed between two requests, and tell how far that went', async () => {
    const call = await bridge();
    const of = { type: 'Group', id: group };
    await call('scim/members/read', of);
    const rows = (await call('scim/members/rows', { ...of, from: 1000, count: 5000, added: [] })) as Rows;
    const removed = text(rows.ids).split('\n');
    const before = mock.journal.count;
    const applying = call('scim/members/apply', { ...of, added: [], removed }) as Promise<Applied>;
    let stopped = false;
    while (!stopped) stopped = ((await call('scim/members/stop', of)) as { running: boolean }).running;
    const applied = await applying;
    const sent = patches(before).length;
    expect(sent).toBeLessThan(10);
    expect(applied.done.removed).toEqual(removed.slice(0, 500 * sent));
    expect(applied.left.removed).toEqual(removed.slice(500 * sent));
    expect(applied).toMatchObject({ ok: false, verified: true, stopped: true });
    expect(applied.summary).toContain('the rest was not sent');
  });

  it('are resolved from a list, and exported as CSV', async () => {
    const call = await bridge();
    const of = { type: 'Group', id: group };
    const answer = await call('scim/members/resolve', { ...of, text: { text: 'babs\nnobody at all' } });
    expect(answer).toMatchObject({ counts: { already: 1, found: 0, missing: 1, ambiguous: 0 } });
    const exported = (await call('scim/members/export', { ...of, filter: 'כהן דליה' })) as { text: { text: string } };
    expect(exported.text.text).toMatch(/^id,name,type\r\n[^\n]*דליה כהן,User\r\n$/);
  });
});
