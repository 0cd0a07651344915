/** Members of groups of a service that does what real ones do. */

import { afterEach, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { ResultOf } from '../../src/protocol/index.js';
import type * as members from '../../src/protocol/members.js';
import { error, html, type Resource, send } from './service.js';
import { type Scene, scene, tidyUp } from './workspace.js';

type Applied = ResultOf<typeof members.apply>;

afterEach(tidyUp);

const group = { type: 'Group', id: 'g' };

function apply({ ask }: Scene, added: string[], removed: string[] = [], id = 'g'): Promise<Applied> {
  return ask<Applied>('scim/members/apply', { type: 'Group', id, added, removed });
}

function read({ ask }: Scene, id = 'g', refresh = true) {
  return ask<ResultOf<typeof members.read>>('scim/members/read', { type: 'Group', id, refresh });
}

async function withMembers(ids: readonly string[], settings: readonly string[] = []): Promise<Scene> {
  const at = await scene(settings);
  at.service.put('Groups', 'g', { displayName: 'Staff', members: ids.map((value) => ({ value })) });
  return at;
}

function idsNow(at: Scene): unknown[] {
  const { members: list = [] } = at.service.now('Groups', 'g');
  return (Array.isArray(list) ? list : []).map((each) => (each as Resource).value);
}

function report({ report: text }: Applied): string {
  return 'text' in text ? text.text : '';
}

describe('what was not verified is not told', () => {
  it('looks again where members show only after more than a second', async () => {
    const at = await withMembers(['a', 'b']);
    at.service.staleMs = 1_200;
    const applied = await apply(at, ['c'], ['a']);
    expect(applied).toMatchObject({ ok: true, verified: true, done: { added: ['c'], removed: ['a'] } });
    expect(applied.summary).not.toContain('did not do it');
  });

  it('tells those whom the service left out', async () => {
    const at = await withMembers(['a']);
    at.service.keep = (wanted) => ({
      ...wanted,
      members: (Array.isArray(wanted.members) ? wanted.members : []).filter((one) => (one as Resource).value !== 'c'),
    });
    const applied = await apply(at, ['b', 'c']);
    expect(applied).toMatchObject({ ok: false, verified: true, done: { added: ['b'] }, left: { added: ['c'] } });
    expect(report(applied)).toContain('Were to be added and are not there (1)');
  });

  it('does not say that nothing was done where members are never shown', async () => {
    const at = await withMembers(['a']);
    at.service.show = ({ members: _, ...rest }) => rest;
    const applied = await apply(at, ['b']);
    expect(applied).toMatchObject({ ok: false, verified: false, done: { added: ['b'] } });
    expect(applied.summary).not.toContain('did not do it');
    expect(idsNow(at)).toEqual(['a', 'b']);
  });

  it('looks whether somebody is there still whom it takes for one who is', async () => {
    const at = await withMembers(['a', 'b']);
    await read(at);
    at.service.change('Groups', 'g', { members: [{ value: 'a' }] });
    const applied = await apply(at, ['b']);
    expect(applied.ok).toBe(idsNow(at).includes('b'));
    expect(applied.done.added).toEqual(idsNow(at).includes('b') ? ['b'] : []);
  });

  it.each(['a web page', 'a reset'])('reads what came of a change that is answered by %s', async (what) => {
    const at = await withMembers(['a']);
    at.service.intercept = (seen, response, service) => {
      if (seen.method !== 'PATCH') return false;
      service.change('Groups', 'g', { members: [{ value: 'a' }, { value: 'b' }] });
      if (what === 'a web page') html(response, 200);
      else response.socket?.resetAndDestroy();
      return true;
    };
    const applied = await apply(at, ['b']);
    expect(applied).toMatchObject({ verified: true, done: { added: ['b'] } });
    expect(applied.summary).not.toContain('failed');
    expect(at.service.writes).toEqual(['PATCH /Groups/g']);
  });
});

describe('services that take PUT alone', () => {
  it('get the list as they write it, once', async () => {
    const at = await withMembers([]);
    at.service.takesPatch = false;
    at.service.put('Groups', 'g', { displayName: 'Staff', Members: [{ Value: 'a' }, { Value: 'b' }] });
    await apply(at, ['c', 'b'], ['a']);
    const sent: Resource = JSON.parse(at.service.seen.find(({ method }) => method === 'PUT')?.body ?? '{}');
    const lists = Object.keys(sent).filter((name) => name.toLowerCase() === 'members');
    expect(lists).toHaveLength(1);
    const ids = (sent[lists[0] ?? ''] as Resource[]).map((each) => each.Value ?? each.value);
    expect(ids).toEqual(['b', 'c']);
  });

  it('get every digit back', async () => {
    const at = await withMembers([]);
    at.service.takesPatch = false;
    let body = '{"id":"g","displayName":"Staff","externalId":12345678901234567890,"members":[{"value":"a"}]}';
    at.service.intercept = (seen, response) => {
      if (!seen.path.startsWith('/Groups/g')) return false;
      if (seen.method === 'PUT') body = seen.body;
      send(response, 200, body);
      return true;
    };
    expect(await apply(at, ['b'], ['a'])).toMatchObject({ ok: true });
    expect(body).toContain('12345678901234567890');
  });

  it('are not written over what a colleague has done meanwhile', async () => {
    const at = await withMembers(['a']);
    at.service.takesPatch = false;
    at.service.versions = 'weak';
    at.service.intercept = (seen, _, service) => {
      if (seen.method === 'PUT') service.change('Groups', 'g', { members: [{ value: 'a' }, { value: 'x' }] });
      return false;
    };
    const applied = await apply(at, ['b']);
    expect(applied).toMatchObject({ ok: false, left: { added: ['b'] } });
    expect(idsNow(at)).toEqual(['a', 'x']);
  });
});

describe('large groups', () => {
  it('of 50,000 are read, filtered, and changed in part', async () => {
    const ids = Array.from({ length: 50_000 }, (_, index) => `id-${index}`);
    const at = await withMembers(ids);
    expect(await read(at)).toMatchObject({ total: 50_000, complete: true });
    const removed = ids.slice(10, 90);
    const applied = await apply(at, ['new'], removed);
    expect(applied).toMatchObject({ ok: true, verified: true });
    expect(applied.done.removed).toHaveLength(80);
    expect(idsNow(at)).toHaveLength(49_921);
  });

  it('tell truthfully how far a stopped run came', async () => {
    const ids = Array.from({ length: 1_500 }, (_, index) => `id-${index}`);
    const at = await withMembers(ids);
    const held = at.service.serve.bind(at.service);
    at.service.serve = (seen, response) => {
      // The answer comes after the word to stop.
      if (seen.method === 'PATCH') void at.ask('scim/members/stop', group).then(() => held(seen, response));
      else held(seen, response);
    };
    const applied = await apply(at, [], ids);
    expect(applied.stopped).toBe(true);
    expect(applied.done.removed).toHaveLength(500);
    expect(applied.left.removed).toHaveLength(1_000);
    expect(idsNow(at)).toHaveLength(1_000);
  });

  it('tell truthfully how far a cancelled run came', async () => {
    const ids = Array.from({ length: 1_500 }, (_, index) => `id-${index}`);
    const at = await withMembers(ids);
    const source = new CancellationTokenSource();
    const held = at.service.serve.bind(at.service);
    at.service.serve = (seen, response) => {
      if (seen.method !== 'PATCH') return held(seen, response);
      source.cancel();
      // Requests are taken in their order, so that the word to stop has been heard when this one is answered.
      void at.ask('scim/members/rows', { ...group, from: 0, count: 1, added: [] }).then(() => held(seen, response));
    };
    const params = { ...group, added: [], removed: ids };
    const applied = await at.bridge.connection
      .sendRequest<Applied>('scim/members/apply', params, source.token)
      .catch((reason: unknown) => reason);
    const gone = 1_500 - idsNow(at).length;
    expect(applied).toMatchObject({ verified: true, ok: false });
    expect((applied as Applied).done.removed).toHaveLength(gone);
  });
});

describe('odd names', () => {
  it.each(['a/b', 'ü ß', '100%', '%2F', 'x?y#z'])('a group called %j is changed, and no other', async (id) => {
    const at = await withMembers(['a']);
    at.service.put('Groups', id, { displayName: 'Odd', members: [] });
    const plan = await at.ask<ResultOf<typeof members.plan>>('scim/members/plan', {
      type: 'Group',
      id,
      added: ['m/1'],
      removed: [],
    });
    expect('text' in plan.text && plan.text.text).toContain(`PATCH /Groups/${encodeURIComponent(id)}\n`);
    expect(await apply(at, ['m/1'], [], id)).toMatchObject({ ok: true });
    expect(at.service.now('Groups', id).members).toEqual([{ value: 'm/1' }]);
    expect(idsNow(at)).toEqual(['a']);
  });
});

describe('safeguards', () => {
  it('hold for members', async () => {
    const at = await withMembers(['a'], ['confirm: writes', 'protected: [displayName eq "Staff"]']);
    await expect(apply(at, ['b'])).rejects.toMatchObject({ data: { code: 'tenant.confirm' } });
    const params = { ...group, added: ['b'], removed: [], confirmed: true };
    const applied = await at.ask<Applied>('scim/members/apply', params);
    expect(applied).toMatchObject({ ok: false, error: { code: 'tenant.protected' }, done: { added: [] } });
    expect(at.service.writes).toEqual([]);
    const reading = await withMembers(['a'], ['readOnly: true']);
    expect(await apply(reading, ['b'])).toMatchObject({ ok: false, error: { code: 'tenant.readOnly' } });
    expect(reading.service.writes).toEqual([]);
  });

  it('stops at a token that expires midway, and tells what was done', async () => {
    const ids = Array.from({ length: 1_200 }, (_, index) => `id-${index}`);
    const at = await withMembers(ids);
    let count = 0;
    at.service.intercept = (seen, response) => {
      if (seen.method === 'PATCH') count += 1;
      if (count < 2) return false;
      error(response, 401, 'the token has expired');
      return true;
    };
    const applied = await apply(at, [], ids);
    expect(applied).toMatchObject({ ok: false, verified: false, error: { status: 401 } });
    expect(applied.done.removed).toHaveLength(500);
    expect(applied.summary).toContain('not verified');
  });
});
