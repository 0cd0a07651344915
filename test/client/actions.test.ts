/** One change to many resources: what is planned, what is sent, and what is told about it. */

import { afterEach, describe, expect, it } from 'vitest';
import { makePlan } from '../../src/client/actions/make-plan.js';
import type { ActionPlan } from '../../src/client/actions/plan.js';
import { runPlan } from '../../src/client/actions/run.js';
import type { Action, Item } from '../../src/client/actions/types.js';
import type { SafeguardOptions } from '../../src/client/safeguards.js';
import { Target } from '../../src/client/target.js';
import type { BehaviourOptions } from '../../src/mock/options.js';
import { type Mock, startMock } from '../../src/mock/server.js';
import { find, generic } from '../../src/vendors/index.js';
import { type ProfileValues, settle } from '../../src/vendors/profile.js';
import { startScimmy } from '../support/scimmy-server.js';

interface Setting {
  readonly mock: Mock;
  readonly target: Target;
  readonly safeguards: SafeguardOptions;
  /** Requests that reached the server: `PATCH /Users/1`. */
  readonly sent: string[];
}

const open: Setting[] = [];

afterEach(async () => {
  for (const { mock, target } of open.splice(0)) {
    await target.close();
    await mock.close();
  }
});

async function setting(
  behaviour: BehaviourOptions = {},
  safeguards: SafeguardOptions = {},
  profile?: ProfileValues,
): Promise<Setting> {
  const sent: string[] = [];
  const mock = await startMock({
    ...behaviour,
    onRequest: ({ method, path }) => sent.push(`${method} ${path.replace('/scim/v2', '')}`),
  });
  const target = new Target({
    tenant: 'staging',
    baseUrl: new URL(mock.url),
    auth: { scheme: 'none' },
    limits: { timeoutMs: 10_000, maxResponseBytes: 1e8 },
    validation: 'strict',
    safeguards,
    profile,
    userAgent: 'test',
  });
  const made = { mock, target, safeguards, sent };
  open.push(made);
  return made;
}

async function idsOf({ target }: Setting, type = 'User', filter?: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { resources } of target.list(type, { filter })) for (const { id } of resources) ids.push(String(id));
  return ids;
}

const plan = ({ target, safeguards }: Setting, type: string, ids: string[], action: Action, single = false) =>
  makePlan({ target, safeguards, width: 4, single }, type, ids, action, {});

async function run({ target }: Setting, made: ActionPlan, stop = new AbortController(), onItem = (_: Item) => {}) {
  return runPlan(made, { target, width: 4, stop: stop.signal, onItem }, {});
}

const outcomes = (items: readonly Item[]) => {
  const counts: Record<string, number> = {};
  for (const { outcome } of items) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

const writes = ({ sent }: Setting) => sent.filter((line) => !line.startsWith('GET'));

describe('a plan', () => {
  it('reads in batches, and knows who is inactive already, who is gone and who is protected', async () => {
    const here = await setting({ users: 40 }, { protected: ['userName sw "b"'] });
    const ids = await idsOf(here);
    const [first = ''] = ids;
    await here.target.patch('User', first, '[{"op":"replace","path":"active","value":false}]');
    here.sent.length = 0;
    const made = await plan(here, 'User', [...ids, ...ids, 'nobody'], { kind: 'deactivate' });
    expect(writes(here)).toEqual([]);
    expect(here.sent.length).toBeLessThan(8);
    expect(made.items).toHaveLength(41);
    expect(made.item(first)).toMatchObject({ outcome: 'unchanged', detail: 'already inactive' });
    expect(made.item('nobody')).toMatchObject({ outcome: 'skipped', detail: 'not found' });
    const guarded = made.items.filter(({ detail }) => detail === 'protected by userName sw "b"');
    expect(guarded.map(({ label }) => label[0])).toEqual(guarded.map(() => 'b'));
    expect(guarded.length).toBeGreaterThan(0);
    expect(made.size).toMatchObject({ count: made.size.requests, skipped: guarded.length + 1 });
  });

  it('reads one by one where the service cannot filter by id', async () => {
    const here = await setting({ users: 12, quirks: { 'filter.attributes': { User: ['userName'] } } });
    const made = await plan(here, 'User', await idsOf(here), { kind: 'delete' });
    expect(made.size.count).toBe(12);
  });

  it('loses what is taken out, and nothing else', async () => {
    const here = await setting({ users: 5 });
    const ids = await idsOf(here);
    const made = await plan(here, 'User', ids, { kind: 'delete' });
    made.exclude(ids.slice(0, 2));
    expect(made.size).toEqual({ count: 3, unchanged: 0, skipped: 0, requests: 3 });
    expect(outcomes(await run(here, made))).toEqual({ done: 3 });
    expect(await idsOf(here)).toEqual(ids.slice(0, 2));
  });

  it('warns of oneself and of a read-only tenant, and refuses what the schema forbids', async () => {
    const here = await setting({ users: 2 }, { readOnly: true });
    const ids = await idsOf(here);
    const made = await plan(here, 'User', ids, { kind: 'deactivate' });
    expect(made.warnings.join()).toContain('read-only');
    expect(outcomes(await run(here, made))).toEqual({ skipped: 2 });
    const edit = (path: string, value: string) => plan(here, 'User', ids, { kind: 'edit', op: 'replace', path, value });
    await expect(edit('nickname2', 'x')).rejects.toMatchObject({ code: 'payload.invalid' });
    await expect(edit('active', 'perhaps')).rejects.toMatchObject({ code: 'usage' });
    await expect(edit('meta.created', 'x')).rejects.toMatchObject({ code: 'payload.invalid' });
    await expect(edit('name', 'Ann')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('JSON'),
    });
    const patch = (operations: string) => plan(here, 'User', ids, { kind: 'patch', operations });
    await expect(patch('[{"op":"replace"')).rejects.toMatchObject({ code: 'json.syntax' });
    await expect(patch('[{"op":"move","path":"title"}]')).rejects.toMatchObject({ code: 'payload.invalid' });
    await expect(plan(here, 'Group', [], { kind: 'activate' })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('what a service is sent', () => {
  const bodies = async (vendor: string, action: Action) => {
    const here = await setting({ users: 1 }, {}, settle(find(vendor) ?? generic));
    const made = await plan(here, 'User', await idsOf(here), action);
    return made
      .jobs()
      .flatMap(({ requests }) => requests.map(({ method, body }) => [method, JSON.parse(body ?? '{}')]));
  };

  it.each([
    ['generic', 'PATCH', [{ op: 'replace', path: 'active', value: false }]],
    ['okta', 'PATCH', [{ op: 'replace', value: { active: false } }]],
    ['entra-id-client', 'PATCH', [{ op: 'Replace', path: 'active', value: 'False' }]],
  ])('deactivates in the dialect of %s', async (vendor, method, operations) => {
    expect(await bodies(vendor, { kind: 'deactivate' })).toEqual([
      [method, { schemas: [expect.any(String)], Operations: operations }],
    ]);
  });

  it('sets values as the schema has them', async () => {
    const set = async (path: string, value: string) => {
      const [sent] = await bodies('generic', { kind: 'edit', op: 'replace', path, value });
      return sent?.[1].Operations;
    };
    const number = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber';
    expect(await set('title', 'Grüße, “שלום” 🙂')).toMatchObject([{ value: 'Grüße, “שלום” 🙂' }]);
    expect(await set('title', '"12"')).toMatchObject([{ value: '12' }]);
    expect(await set(number, '12')).toMatchObject([{ path: number, value: '12' }]);
    expect(await set('name.honorificPrefix', 'Dr')).toMatchObject([{ path: 'name.honorificPrefix', value: 'Dr' }]);
  });
});

describe('a run', () => {
  it('tells each failure, and what is planned again is only what failed', async () => {
    const fault = { on: { methods: ['PATCH'] }, when: { requests: [3] }, effect: { status: 403, detail: 'Not him' } };
    const here = await setting({ users: 10, faults: [fault] });
    const ids = await idsOf(here);
    const told: Item[] = [];
    const first = await run(here, await plan(here, 'User', ids, { kind: 'deactivate' }), undefined, (i) =>
      told.push(i),
    );
    expect(outcomes(first)).toMatchObject({ failed: 1 });
    expect(told.filter(({ outcome }) => outcome === 'failed')).toMatchObject([{ status: 403 }]);
    const again = await plan(here, 'User', ids, { kind: 'deactivate' });
    expect(again.size).toMatchObject({ count: 1, requests: 1 });
    expect(outcomes(await run(here, again))).toMatchObject({ done: 1 });
  });

  it('believes no success that the resource does not show', async () => {
    const here = await setting({
      users: 4,
      faults: [{ on: { methods: ['PATCH', 'DELETE'] }, effect: { ignore: true } }],
    });
    const ids = await idsOf(here, 'User', 'active eq true');
    const items = await run(here, await plan(here, 'User', ids, { kind: 'deactivate' }));
    expect(outcomes(items)).toEqual({ failed: ids.length });
    expect(items[0]?.detail).toBe('did not take effect: the service answered 200, but active is true');
    const deleted = await run(here, await plan(here, 'User', ids.slice(0, 1), { kind: 'delete' }));
    expect(deleted).toMatchObject([{ outcome: 'failed', detail: expect.stringContaining('it is still there') }]);
  });

  it('waits a moment for a service that shows what was before', async () => {
    const here = await setting({ users: 1, faults: [{ on: { methods: ['DELETE'] }, effect: { stale: 0.2 } }] });
    const items = await run(here, await plan(here, 'User', await idsOf(here), { kind: 'delete' }));
    expect(items).toMatchObject([{ outcome: 'done', status: 204 }]);
  });

  it('does not overwrite what somebody else has changed since the plan', async () => {
    const here = await setting({ users: 2 });
    const [first = '', second = ''] = await idsOf(here);
    const action: Action = { kind: 'edit', op: 'replace', path: 'title', value: 'New' };
    const made = await plan(here, 'User', [first, second], action);
    await here.target.patch('User', first, '[{"op":"replace","path":"title","value":"Hers"}]');
    expect(await run(here, made)).toMatchObject([{ outcome: 'conflict', status: 412 }, { outcome: 'done' }]);
    expect((await here.target.get('User', first)).json).toMatchObject({ title: 'Hers' });
  });

  it('does not take the traces of its own deletions for somebody else', async () => {
    const here = await setting({ users: 40 });
    const ids = await idsOf(here);
    const items = await run(here, await plan(here, 'User', ids, { kind: 'delete' }));
    expect(outcomes(items)).toEqual({ done: 40 });
  });

  it('finds out what became of a request whose answer was lost', async () => {
    const fault = { on: { methods: ['PATCH'] }, when: { times: 1 }, effect: { cutAfter: -1, commit: true } };
    const here = await setting({ users: 1, faults: [fault] });
    const items = await run(here, await plan(here, 'User', await idsOf(here), { kind: 'deactivate' }));
    expect(items).toMatchObject([{ outcome: 'done', detail: expect.stringMatching(/broke after/) }]);
    expect(writes(here).length).toBeLessThanOrEqual(1);
  });

  it('sends nothing more when it is stopped, and tells what was under way', async () => {
    const here = await setting({ users: 40, faults: [{ on: { methods: ['PATCH'] }, effect: { latency: [20, 20] } }] });
    const ids = await idsOf(here, 'User', 'active eq true');
    const stop = new AbortController();
    let told = 0;
    const items = await run(here, await plan(here, 'User', ids, { kind: 'deactivate' }), stop, ({ outcome }) => {
      if (outcome === 'done' && ++told === 6) stop.abort();
    });
    const { done = 0, stopped = 0 } = outcomes(items);
    expect(done).toBeGreaterThanOrEqual(6);
    expect(done).toBeLessThanOrEqual(6 + 4);
    expect(done + stopped).toBe(ids.length);
    expect(writes(here)).toHaveLength(done);
    expect(await idsOf(here, 'User', 'active eq true')).toHaveLength(stopped);
  });
});

describe('groups', () => {
  const membersOf = async ({ target }: Setting, id: string) => {
    const { json } = await target.get('Group', id);
    return ((json as { members?: { value: string }[] }).members ?? []).map(({ value }) => value);
  };

  it('get 500 members by five requests, and lose them by five', async () => {
    const here = await setting({ users: 510, groups: 1 });
    const ids = (await idsOf(here)).slice(0, 500);
    const [group = ''] = await idsOf(here, 'Group');
    const before = await membersOf(here, group);
    const made = await plan(here, 'User', ids, { kind: 'addToGroups', groups: [group] });
    const wanted = ids.filter((id) => !before.includes(id));
    expect(made.size).toEqual({
      count: wanted.length,
      unchanged: ids.length - wanted.length,
      skipped: 0,
      requests: Math.ceil(wanted.length / 100),
    });
    expect(outcomes(await run(here, made))).toMatchObject({ done: wanted.length });
    expect(writes(here)).toHaveLength(made.size.requests);
    expect(new Set(await membersOf(here, group))).toEqual(new Set([...before, ...ids]));
    const back = await plan(here, 'User', ids, { kind: 'removeFromGroups', groups: [group] });
    expect(back.size).toMatchObject({ count: 500, requests: 5 });
    expect(outcomes(await run(here, back))).toMatchObject({ done: 500 });
    expect((await membersOf(here, group)).filter((id) => ids.includes(id))).toEqual([]);
  });

  it('are sent as many members as their service takes, and one each after a refusal', async () => {
    const standard = settle(generic);
    const patch = { ...standard.patch, maxMembersAdd: 20 };
    const profile = { ...standard, patch, groups: { ...standard.groups, membersReadable: false } };
    const here = await setting({ users: 45, groups: 2 }, {}, profile);
    const ids = await idsOf(here);
    const groups = await idsOf(here, 'Group');
    const made = await plan(here, 'User', ids, { kind: 'addToGroups', groups });
    expect(made.jobs().map(({ requests }) => requests.map(({ items }) => items.length))).toEqual([
      [20, 20, 5],
      [20, 20, 5],
    ]);
    const single = await plan(here, 'User', ids, { kind: 'addToGroups', groups: groups.slice(0, 1) }, true);
    expect(single.size.requests).toBe(45);
    expect(made.warnings.join()).toContain('does not show the members');
  });

  it('that fail take only their own part of an item along', async () => {
    const fault = { on: { methods: ['PATCH'] }, when: { requests: [1] }, effect: { status: 400, detail: 'no' } };
    const here = await setting({ users: 3, faults: [fault] });
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    for (const displayName of ['Ärzte', 'מפתחים']) {
      await here.target.create('Group', JSON.stringify({ schemas, displayName }));
    }
    const [ids, groups] = [await idsOf(here), await idsOf(here, 'Group')];
    const action: Action = { kind: 'addToGroups', groups };
    const items = await run(here, await plan(here, 'User', ids, action));
    expect(outcomes(items)).toEqual({ failed: 3 });
    expect(items[0]?.detail).toMatch(/^(Ärzte|מפתחים): no; done: (Ärzte|מפתחים)$/);
    const again = await plan(here, 'User', ids, action);
    expect(again.size).toMatchObject({ count: 3, requests: 1 });
    expect(outcomes(await run(here, again))).toEqual({ done: 3 });
    for (const group of groups) expect(await membersOf(here, group)).toHaveLength(3);
  });

  it('are none where there are none', async () => {
    const here = await setting({ users: 1 });
    const ids = await idsOf(here);
    const add = plan(here, 'User', ids, { kind: 'addToGroups', groups: ['nowhere'] });
    await expect(add).rejects.toMatchObject({ message: 'There is no group nowhere' });
  });
});

describe('scimmy-routers, a server that was written elsewhere', () => {
  it('is planned for, changed, and changed back', async () => {
    const server = await startScimmy({ users: 25, token: 'scimmy-token-1' });
    const target = new Target({
      tenant: 'scimmy',
      baseUrl: server.base,
      auth: { scheme: 'bearer', token: 'scimmy-token-1' },
      limits: { timeoutMs: 10_000, maxResponseBytes: 1e8 },
      validation: 'strict',
      userAgent: 'test',
    });
    try {
      const means = { target, safeguards: {}, width: 4 };
      const ids = Array.from({ length: 20 }, (_, index) => String(index + 1));
      const go = async (type: string, action: Action) => {
        const made = await makePlan(means, type, ids, action, {});
        const stop = new AbortController().signal;
        return outcomes(await runPlan(made, { target, width: 4, stop, onItem: () => {} }, {}));
      };
      expect(await go('User', { kind: 'deactivate' })).toEqual({ done: 20 });
      expect(await go('User', { kind: 'deactivate' })).toEqual({ unchanged: 20 });
      expect(await go('User', { kind: 'edit', op: 'replace', path: 'title', value: 'Ŝef' })).toEqual({ done: 20 });
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
      const { json } = await target.create('Group', JSON.stringify({ schemas, displayName: 'Staff' }));
      const groups = [String((json as { id: string }).id)];
      expect(await go('User', { kind: 'addToGroups', groups })).toEqual({ done: 20 });
      expect(await go('User', { kind: 'addToGroups', groups })).toEqual({ unchanged: 20 });
      expect(await go('User', { kind: 'removeFromGroups', groups })).toEqual({ done: 20 });
      expect(await go('User', { kind: 'delete' })).toEqual({ done: 20 });
      expect(await go('User', { kind: 'delete' })).toEqual({ unchanged: 20 });
    } finally {
      await target.close();
      await server.close();
    }
  });
});
