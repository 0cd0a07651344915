/** Lists and look-ups at a service that does what real ones do. */

import { afterEach, describe, expect, it } from 'vitest';
import type * as browse from '../../src/protocol/browse.js';
import type { ResultOf } from '../../src/protocol/index.js';
import type * as lookup from '../../src/protocol/lookup.js';
import type * as members from '../../src/protocol/members.js';
import { error, html, type Json, send } from './service.js';
import { type Scene, scene, tidyUp } from './workspace.js';

type State = ResultOf<typeof browse.startBrowsing>;
type Exported = ResultOf<typeof browse.exportRows>;

afterEach(tidyUp);

const list = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

function start({ ask }: Scene, more: object = {}): Promise<State> {
  return ask<State>('scim/browse/start', { view: 'v', type: 'User', ...more });
}

function ids({ bridge }: Scene): string[] {
  return (bridge.received('scim/browse/rows') as { ids: string[] }[]).flatMap((each) => each.ids);
}

/** A service whose list of users is PAGE. */
async function answering(page: Json | ((path: string) => Json)): Promise<Scene> {
  const at = await scene();
  at.service.intercept = (seen, response) => {
    if (!/^\/Users(\?|$)/.test(seen.path)) return false;
    send(response, 200, typeof page === 'function' ? page(seen.path) : page);
    return true;
  };
  return at;
}

describe('a list that is not whole', () => {
  it.each([
    ['says more than it gives', { schemas: [list], totalResults: 5, Resources: [{ id: '1', userName: 'a' }] }],
    ['has no Resources though there are some', { schemas: [list], totalResults: 5 }],
    ['does not say how many there are', { schemas: [list], Resources: [{ id: '1', userName: 'a' }] }],
  ])('that %s is not called complete', async (_, page) => {
    const at = await answering(page as Json);
    const state = await start(at).catch((reason: unknown) => reason);
    expect(state).not.toMatchObject({ completeness: 'complete' });
  });

  it('that is empty and says so is complete', async () => {
    const at = await answering({ schemas: [list], totalResults: 0 });
    expect(await start(at)).toMatchObject({ completeness: 'complete', count: 0 });
  });

  it('that gives the same page again and again is not called complete', async () => {
    const page = { schemas: [list], totalResults: 4, Resources: [{ id: '1' }, { id: '2' }] };
    const at = await answering(page);
    expect(await start(at)).not.toMatchObject({ completeness: 'complete' });
  });

  it('that breaks off is partial, and so is its file', async () => {
    const at = await scene(['limits: { pageSize: 10 }']);
    for (let index = 0; index < 35; index += 1) at.service.put('Users', `u${index}`, { userName: `user${index}` });
    let pages = 0;
    at.service.intercept = (seen, response) => {
      if (!seen.path.startsWith('/Users?')) return false;
      pages += 1;
      if (pages === 3) html(response, 200);
      else if (pages > 3) error(response, 401, 'the token has expired');
      return pages >= 3;
    };
    expect(await start(at)).toMatchObject({ completeness: 'partial', count: 20 });
    for (const format of ['csv', 'org']) {
      expect(await at.ask<Exported>('scim/browse/export', { view: 'v', format })).toMatchObject({
        completeness: 'partial',
        count: 20,
      });
    }
  });

  it('whose filter is ignored is told of', async () => {
    const at = await scene();
    at.service.filters = false;
    at.service.put('Users', '1', { userName: 'anna' });
    at.service.put('Users', '2', { userName: 'berta' });
    const state = await start(at, { filter: 'userName eq "anna"' });
    expect(state).toMatchObject({ completeness: 'partial' });
    expect(state.reason).toContain('filter');
  });
});

describe('rows', () => {
  it('keep ids that are numbers', async () => {
    const at = await answering({
      schemas: [list],
      totalResults: 2,
      Resources: [
        { id: 7, userName: 'a' },
        { ID: 8, userName: 'b' },
      ],
    });
    await start(at);
    expect(ids(at)).toEqual(['7', '8']);
  });

  it('invent no id from a number whose digits are lost', async () => {
    const at = await scene();
    at.service.intercept = (seen, response) => {
      if (!/^\/Users(\?|$)/.test(seen.path)) return false;
      const resources = '[{"id":12345678901234567890,"userName":"anna"},{"id":"1","userName":"anna2"}]';
      send(response, 200, `{"schemas":["${list}"],"totalResults":2,"Resources":${resources}}`);
      return true;
    };
    await start(at);
    expect(ids(at)).not.toContain('12345678901234567000');
    const { found } = await at.ask<ResultOf<typeof lookup.find>>('scim/lookup/find', { types: ['User'], text: 'anna' });
    expect(found.map(({ id }) => id)).not.toContain('12345678901234567000');
  });

  it('belong to their resources when names are written in other cases', async () => {
    const Resources = [
      { ID: '1', UserName: 'a,[{"x"}]', Resources: [{ id: 'inner' }] },
      { Id: '2', USERNAME: 'b' },
    ];
    const at = await answering({ Schemas: [list], TotalResults: '2', resources: Resources } as Json);
    const state = await start(at);
    expect(state).toMatchObject({ completeness: 'complete', count: 2 });
    expect(ids(at)).toEqual(['1', '2']);
    const { text } = await at.ask<Exported>('scim/browse/export', { view: 'v', format: 'csv', columns: ['id'] });
    expect('text' in text && text.text).toContain('"a,[{""x""}]"');
  });

  it('without ids are each what they are in a file', async () => {
    const at = await answering({ schemas: [list], totalResults: 2, Resources: [{ userName: 'a' }, { userName: 'b' }] });
    await start(at);
    const { text } = await at.ask<Exported>('scim/browse/export', { view: 'v', format: 'json' });
    const rows = JSON.parse('text' in text ? text.text : '[]') as { userName: string }[];
    expect(rows.map(({ userName }) => userName)).toEqual(['a', 'b']);
  });
});

describe('somebody who is pasted by name', () => {
  async function resolve(at: Scene, text: string) {
    at.service.put('Groups', 'g', { displayName: 'Staff', members: [{ value: 'none' }] });
    const result = await at.ask<ResultOf<typeof members.resolve>>('scim/members/resolve', {
      type: 'Group',
      id: 'g',
      text: { text },
    });
    return { ...result, shown: 'text' in result.report ? result.report.text : '' };
  }

  it('is not chosen of two', async () => {
    const at = await scene();
    at.service.put('Users', '1', { userName: 'a1', displayName: 'Anna' });
    at.service.put('Users', '2', { userName: 'a2', displayName: 'anna' });
    expect(await resolve(at, 'Anna')).toMatchObject({ found: [], counts: { ambiguous: 1 } });
  });

  it('is told to be one of perhaps several where the service shows a page alone', async () => {
    const at = await scene();
    at.service.filters = false;
    at.service.put('Users', '1', { userName: 'a1', displayName: 'Anna' });
    for (let index = 0; index < 300; index += 1) at.service.put('Users', `u${index}`, { userName: `x${index}` });
    at.service.put('Users', '2', { userName: 'a2', displayName: 'Anna' });
    const { shown } = await resolve(at, 'Anna');
    expect(shown).toContain('there may be others');
  });

  it.each(['50%', 'O"Neil', 'a\\b', 'ß/ü', '(x) or id pr'])('%j is found, and nobody else', async (name) => {
    const at = await scene();
    at.service.put('Users', '1', { userName: name });
    at.service.put('Users', '2', { userName: 'other' });
    expect((await resolve(at, name)).found.map(({ id }) => id)).toEqual(['1']);
  });
});
