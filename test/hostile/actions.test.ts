/** One change to many resources of a service that does what real ones do. */

import { afterEach, describe, expect, it } from 'vitest';
import type * as actions from '../../src/protocol/actions.js';
import type { ParamsOf, ResultOf } from '../../src/protocol/index.js';
import { error, html, type Json, type Resource, send } from './service.js';
import { type Scene, scene, tidyUp, told } from './workspace.js';

type Plan = ResultOf<typeof actions.planAction>;
type Run = ResultOf<typeof actions.runAction>;
type Change = ParamsOf<typeof actions.planAction>['change'];
type Told = ParamsOf<typeof actions.actionItems>['items'][number];

afterEach(tidyUp);

const deactivate: Change = { kind: 'deactivate' };

async function withUsers(count: number, settings: readonly string[] = []): Promise<Scene> {
  const at = await scene(settings);
  for (let index = 1; index <= count; index += 1) {
    at.service.put('Users', `u${index}`, { userName: `user${index}`, active: true });
  }
  return at;
}

function plan({ ask }: Scene, ids: readonly string[], change: Change, type = 'User'): Promise<Plan> {
  return ask<Plan>('scim/action/plan', { type, ids, change });
}

async function run(at: Scene, ids: readonly string[], change: Change, type = 'User'): Promise<Run & { items: Told[] }> {
  const { plan: name } = await plan(at, ids, change, type);
  const result = await at.ask<Run>('scim/action/run', { plan: name });
  return { ...result, items: items(at) };
}

function items({ bridge }: Scene): Told[] {
  return (bridge.received('scim/action/items') as { items: Told[] }[]).flatMap((each) => each.items);
}

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `u${index + 1}`);
}

function textOf(ref: Plan['rows']): string {
  return 'text' in ref ? ref.text : '';
}

describe('what was not verified is not told', () => {
  it.each(['resource', 'nothing', 'old'] as const)(
    'looks again where a change shows late, answers with %s',
    async (answer) => {
      const at = await withUsers(2);
      at.service.staleMs = 1_600;
      at.service.writeAnswer = answer;
      expect(await run(at, ids(2), deactivate)).toMatchObject({ counts: { done: 2, failed: 0 } });
    },
  );

  it('tells those where nothing came of it', async () => {
    const at = await withUsers(3);
    at.service.writeAnswer = 'nothing';
    at.service.keep = (wanted, before) => (before?.userName === 'user2' ? before : wanted);
    const result = await run(at, ids(3), deactivate);
    expect(result.counts).toMatchObject({ done: 2, failed: 1 });
    expect(result.items.find(({ id }) => id === 'u2')?.row).toContain('did not take effect');
  });

  it('takes texts for booleans where the service writes them', async () => {
    const at = await withUsers(3);
    at.service.show = (resource) => ({ ...resource, active: resource.active === true ? 'True' : 'False' });
    at.service.change('Users', 'u3', { active: false });
    expect(await run(at, ids(3), deactivate)).toMatchObject({ counts: { done: 2, unchanged: 1 } });
  });

  it('knows no outcome of what is answered by a web page, but what is read', async () => {
    const at = await withUsers(2);
    at.service.intercept = (seen, response, service) => {
      if (seen.method !== 'PATCH') return false;
      if (seen.path === '/Users/u1') service.change('Users', 'u1', { active: false });
      html(response, 200);
      return true;
    };
    expect(await run(at, ids(2), deactivate)).toMatchObject({ counts: { done: 1, ambiguous: 1 } });
  });

  it('reads members that come only when they are asked for by name', async () => {
    const at = await withUsers(3);
    at.service.put('Groups', 'g', { displayName: 'Staff', members: [{ value: 'u1' }] });
    at.service.show = ({ members, ...rest }, seen) =>
      members === undefined || !/[?&]attributes=[^&]*members/.test(seen.path) ? rest : { ...rest, members };
    const change: Change = { kind: 'removeFromGroups', groups: ['g'] };
    expect(await run(at, ['u1', 'u2'], change)).toMatchObject({ counts: { done: 1, unchanged: 1, failed: 0 } });
    expect(at.service.now('Groups', 'g').members).toEqual([]);
    const adding = await run(at, ['u2', 'u3'], { kind: 'addToGroups', groups: ['g'] });
    expect(adding.counts).toMatchObject({ done: 2, failed: 0 });
  });

  it('says so where members are never shown', async () => {
    const at = await withUsers(2);
    at.service.put('Groups', 'g', { displayName: 'Staff', members: [{ value: 'u1' }] });
    at.service.show = ({ members: _, ...rest }) => rest;
    const result = await run(at, ['u1', 'u2'], { kind: 'addToGroups', groups: ['g'] });
    expect(result.counts).toMatchObject({ failed: 0, done: 0, ambiguous: 2 });
    expect(result.items.every(({ row }) => /shows? no members|not show/.test(row))).toBe(true);
  });
});

describe('200 items', () => {
  it('are done once each while the service asks for patience in the middle', async () => {
    const at = await withUsers(200);
    const refused = new Set<string>();
    at.service.intercept = (seen, response) => {
      const number = Number(/u(\d+)$/.exec(seen.path)?.[1]);
      if (seen.method !== 'PATCH' || number % 20 !== 0 || refused.has(seen.path)) return false;
      refused.add(seen.path);
      send(response, 429, { detail: 'slowly' }, { 'retry-after': '0' });
      return true;
    };
    expect(await run(at, ids(200), deactivate)).toMatchObject({ counts: { done: 200 } });
    const done = at.service.writes.filter((write) => !refused.has(write.slice('PATCH '.length)));
    expect(new Set(done).size).toBe(done.length);
  });

  it('say which are done when the token expires midway', async () => {
    const at = await withUsers(200);
    let count = 0;
    at.service.intercept = (seen, response) => {
      if (seen.method === 'PATCH') count += 1;
      if (count <= 100) return false;
      error(response, 401, 'the token has expired');
      return true;
    };
    const result = await run(at, ids(200), deactivate);
    const inactive = ids(200).filter((id) => at.service.now('Users', id).active === false).length;
    expect(result.counts.done + result.counts.failed + result.counts.ambiguous).toBe(200);
    expect(result.counts.done).toBeLessThanOrEqual(inactive);
    expect(inactive).toBe(100);
  });

  it('are each settled when every tenth connection breaks after the change', async () => {
    const at = await withUsers(40);
    at.service.intercept = (seen, response, service) => {
      const number = Number(/u(\d+)$/.exec(seen.path)?.[1]);
      if (seen.method !== 'PATCH' || number % 10 !== 0) return false;
      service.change('Users', `u${number}`, { active: false });
      response.socket?.resetAndDestroy();
      return true;
    };
    expect(await run(at, ids(40), deactivate)).toMatchObject({ counts: { done: 40 } });
    expect(at.service.writes).toHaveLength(40);
  });

  it('end truthfully when they are stopped', async () => {
    const at = await withUsers(200);
    const { plan: name } = await plan(at, ids(200), deactivate);
    const held = at.service.serve.bind(at.service);
    let asked = false;
    at.service.serve = (seen, response) => {
      if (seen.method !== 'PATCH' || asked || at.service.writes.length < 50) {
        held(seen, response);
        return;
      }
      asked = true;
      void at.ask('scim/action/stop', { plan: name }).then(() => held(seen, response));
    };
    const result = await at.ask<Run>('scim/action/run', { plan: name });
    const inactive = ids(200).filter((id) => at.service.now('Users', id).active === false).length;
    expect(result).toMatchObject({ stopped: true, counts: { done: inactive, stopped: 200 - inactive } });
    expect(at.service.writes).toHaveLength(inactive);
  });

  it('are in conflict where every condition fails', async () => {
    const at = await withUsers(20);
    at.service.versions = 'meta';
    at.service.intercept = (seen, response) => {
      if (seen.method !== 'PATCH') return false;
      error(response, 412, 'never');
      return true;
    };
    expect(await run(at, ids(20), deactivate)).toMatchObject({ counts: { conflict: 20 } });
  });
});

describe('what somebody else has done stays', () => {
  it('where the service takes PUT alone, and every digit too', async () => {
    const at = await withUsers(1);
    at.service.takesPatch = false;
    at.service.versions = 'strong';
    const { plan: name } = await plan(at, ['u1'], { kind: 'edit', op: 'replace', path: 'title', value: 'Boss' });
    at.service.change('Users', 'u1', { nickName: 'Ann' });
    const result = await at.ask<Run>('scim/action/run', { plan: name });
    expect(result.counts).toMatchObject({ conflict: 1 });
    expect(at.service.now('Users', 'u1')).toMatchObject({ nickName: 'Ann' });
  });

  it('and numbers that no double holds are not rounded by a PUT of a group', async () => {
    const at = await withUsers(1);
    at.service.takesPatch = false;
    let body = '{"id":"g","displayName":"Staff","externalId":12345678901234567890,"members":[{"value":"a"}]}';
    at.service.intercept = (seen, response) => {
      if (!seen.path.startsWith('/Groups/g')) return false;
      if (seen.method === 'PUT') body = seen.body;
      send(response, 200, body);
      return true;
    };
    await run(at, ['u1'], { kind: 'addToGroups', groups: ['g'] }).catch(() => undefined);
    expect(body).toContain('12345678901234567890');
  });

  it('and members with numbers for ids are recognised', async () => {
    const at = await withUsers(0);
    at.service.put('Users', '7', { userName: 'seven' });
    at.service.put('Groups', 'g', { displayName: 'Staff', Members: [{ Value: 7 }] as Json });
    const removing = await plan(at, ['7'], { kind: 'removeFromGroups', groups: ['g'] });
    expect(removing.outcomes).toEqual(['planned']);
    const adding = await plan(at, ['7'], { kind: 'addToGroups', groups: ['g'] });
    expect(adding.outcomes).toEqual(['unchanged']);
  });
});

describe('odd ids', () => {
  it.each(['a/b', 'ü ß', '100%', '%2F', 'x?y#z', 'a"b', 'x or id pr'])('%j is the one that is changed', async (id) => {
    const at = await withUsers(10);
    at.service.put('Users', id, { userName: 'odd', active: true });
    expect(await run(at, [id], { kind: 'delete' })).toMatchObject({ counts: { done: 1 } });
    expect(at.service.kept.size).toBe(10);
    at.service.put('Users', id, { userName: 'odd', active: true });
    expect(await run(at, [id, ...ids(9)], deactivate)).toMatchObject({ counts: { done: 10 } });
    expect(at.service.now('Users', 'u10').active).toBe(true);
  });
});

describe('secrets and safeguards', () => {
  const secret = 'Tr0ub4dor-and-3';

  it('a password is in no plan, row, request or report', async () => {
    const at = await withUsers(3);
    at.service.writeAnswer = 'nothing';
    at.service.intercept = (seen, response) => {
      if (seen.method !== 'PATCH') return false;
      if (seen.path.endsWith('u1')) error(response, 400, `the password ${secret} is too weak`);
      else if (seen.path.endsWith('u2')) html(response, 200);
      else return false;
      return true;
    };
    const change: Change = { kind: 'edit', op: 'replace', path: 'password', value: secret };
    const made = await plan(at, ids(3), change);
    const shown = await at.ask('scim/action/request', { plan: made.plan, id: 'u1' });
    const result = await at.ask<Run>('scim/action/run', { plan: made.plan });
    const after = await at.ask('scim/action/request', { plan: made.plan, id: 'u1' });
    expect(JSON.stringify([made, shown, result, after])).not.toContain(secret);
    expect(told(at.bridge)).not.toContain(secret);
    expect(textOf(made.rows)).toContain('***');
    const body = JSON.stringify([{ op: 'replace', value: { password: secret, title: 'x' } }]);
    const patch = await plan(at, ids(3), { kind: 'patch', operations: { text: body } });
    expect(JSON.stringify(patch)).not.toContain(secret);
  });

  it('what a service shows of a secret is in no row', async () => {
    const at = await withUsers(1);
    at.service.intercept = (seen, response) => {
      if (!/^\/(Schemas|ResourceTypes)/.test(seen.path)) return false;
      const attribute = (name: string) => ({
        name,
        type: 'string',
        multiValued: false,
        mutability: 'readWrite',
        returned: 'default',
      });
      const user: Resource = {
        id: 'urn:ietf:params:scim:schemas:core:2.0:User',
        name: 'User',
        attributes: [attribute('userName'), attribute('apiToken'), { ...attribute('active'), type: 'boolean' }],
      };
      const type = {
        id: 'User',
        name: 'User',
        endpoint: '/Users',
        schema: 'urn:ietf:params:scim:schemas:core:2.0:User',
      };
      const Resources = [seen.path.startsWith('/Schemas') ? user : type];
      send(response, 200, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 1,
        Resources,
      });
      return true;
    };
    at.service.writeAnswer = 'nothing';
    at.service.keep = (wanted) => ({ ...wanted, apiToken: 'another-one-of-theirs' });
    const change: Change = { kind: 'edit', op: 'replace', path: 'apiToken', value: secret };
    const result = await run(at, ['u1'], change);
    expect(result.counts).toMatchObject({ failed: 1 });
    expect(JSON.stringify(result)).not.toContain('another-one-of-theirs');
    expect(JSON.stringify(result)).not.toContain(secret);
  });

  it('hold', async () => {
    const at = await withUsers(3, ['confirm: writes', 'protected: [userName eq "user2"]']);
    const made = await plan(at, ids(3), { kind: 'delete' });
    expect(made.outcomes).toEqual(['planned', 'skipped', 'planned']);
    at.service.change('Users', 'u3', { userName: 'user2' });
    await expect(at.ask('scim/action/run', { plan: made.plan })).rejects.toMatchObject({
      data: { code: 'tenant.confirm' },
    });
    const result = await at.ask<Run>('scim/action/run', { plan: made.plan, confirmed: true });
    expect(result.counts).toMatchObject({ done: 1, skipped: 2 });
    expect([...at.service.kept.keys()]).toEqual(['/Users/u2', '/Users/u3']);
    const reading = await withUsers(2, ['readOnly: true']);
    expect((await run(reading, ids(2), { kind: 'delete' })).counts.done).toBe(0);
    expect(reading.service.writes).toEqual([]);
  });
});
