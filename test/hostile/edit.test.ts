/** Editing a resource of a service that does what real ones do. */

import { afterEach, describe, expect, it } from 'vitest';
import type { edit, ResultOf } from '../../src/protocol/index.js';
import { enterprise, error, html, type Intercept, type Resource, send } from './service.js';
import { type Scene, scene, tidyUp, told } from './workspace.js';

type Opened = ResultOf<typeof edit.openResource>;
type Saved = ResultOf<typeof edit.saveEdit>;
type Preview = ResultOf<typeof edit.previewEdit>;

afterEach(tidyUp);

const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
const anna: Resource = { userName: 'anna', active: true, title: 'Engineer', name: { familyName: 'Åkerblom' } };

function open({ ask }: Scene, id: string, type = 'User'): Promise<Opened> {
  return ask<Opened>('scim/edit/open', { type, id });
}

function params({ type, id, text: base, etag, large }: Opened, text: string) {
  return { type, id, base, text: { text }, etag, leftOut: large.map(({ attribute }) => attribute) };
}

function save({ ask }: Scene, opened: Opened, text: string): Promise<Saved> {
  return ask<Saved>('scim/edit/save', params(opened, text));
}

function textOf(ref: Opened['text'] | undefined): string {
  if (ref === undefined || !('text' in ref)) throw new Error('no text');
  return ref.text;
}

/** The text of OPENED with CHANGES. */
function typed(opened: Opened, changes: Resource): string {
  return JSON.stringify({ ...JSON.parse(textOf(opened.text)), ...changes }, undefined, 2);
}

describe('what was not verified is not told', () => {
  it('looks again where a change shows only after more than a second', async () => {
    const at = await scene();
    at.service.put('Users', '1', anna);
    at.service.staleMs = 1_200;
    const opened = await open(at, '1');
    const saved = await save(at, opened, typed(opened, { title: 'Director' }));
    expect(saved).toMatchObject({ outcome: 'saved', failed: [], took: ['title'] });
  });

  it('tells the change that PATCH left out, and keeps it in the text', async () => {
    const at = await scene();
    at.service.put('Users', '1', anna);
    at.service.keep = (wanted, before) => ({ ...wanted, title: before?.title ?? '' });
    const opened = await open(at, '1');
    const saved = await save(at, opened, typed(opened, { title: 'Director', nickName: 'Ann' }));
    expect(saved.took).toEqual(['nickName']);
    expect(saved.failed.map(({ path }) => path)).toEqual(['title']);
    expect(JSON.parse(textOf(saved.text))).toMatchObject({ title: 'Director', nickName: 'Ann' });
  });

  it('is not misled by an answer with the old resource', async () => {
    const at = await scene();
    at.service.versions = 'weak';
    at.service.writeAnswer = 'old';
    at.service.put('Users', '1', anna);
    const opened = await open(at, '1');
    const saved = await save(at, opened, typed(opened, { title: 'Director' }));
    expect(saved).toMatchObject({ outcome: 'saved', failed: [], took: ['title'] });
  });

  it('takes "False" for false where the service writes texts', async () => {
    const at = await scene();
    at.service.show = (resource) => ({ ...resource, active: resource.active === true ? 'True' : 'False' });
    at.service.put('Users', '1', anna);
    const opened = await open(at, '1');
    const saved = await save(at, opened, typed(opened, { active: false }));
    expect(saved).toMatchObject({ outcome: 'saved', failed: [], took: ['active'] });
  });

  it('does not say that the service has what only the service can set', async () => {
    const at = await scene();
    at.service.put('Users', '1', { ...anna, groups: [{ value: 'g1', display: 'Staff' }] });
    const opened = await open(at, '1');
    const saved = await save(at, opened, typed(opened, { groups: [] }));
    expect(saved.outcome).toBe('unchanged');
    expect(saved.message).not.toContain('has it so already');
    expect(saved.warnings.join()).toContain('groups is read-only');
    expect(at.service.writes).toEqual([]);
  });

  it('tells what a PUT lost that nobody wanted to change', async () => {
    const at = await scene();
    at.service.takesPatch = false;
    at.service.put('Users', '1', { ...anna, [enterprise]: { department: 'Sales' } });
    at.service.keep = (wanted) => Object.fromEntries(Object.entries(wanted).filter(([name]) => name !== enterprise));
    const opened = await open(at, '1');
    const saved = await save(at, opened, typed(opened, { title: 'Director' }));
    expect(saved.took).toEqual(['title']);
    expect(saved.failed.map(({ path }) => path)).toEqual([`${enterprise}:department`]);
    expect(saved.message).toContain('Sales');
  });
});

describe('what has been sent is never lost sight of', () => {
  it.each([
    ['a web page', html],
    ['nothing', (response: Parameters<typeof html>[0]) => void response.writeHead(200).end()],
  ])('reads the resource where a change is answered by 200 and %s', async (_, answer) => {
    const at = await scene();
    at.service.put('Users', '1', anna);
    const opened = await open(at, '1');
    at.service.intercept = (seen, response, service) => {
      if (seen.method !== 'PATCH') return false;
      service.change('Users', '1', { title: 'Director' });
      answer(response, 200);
      return true;
    };
    const saved = await save(at, opened, typed(opened, { title: 'Director' }));
    expect(saved).toMatchObject({ outcome: 'saved', failed: [], took: ['title'] });
    expect(at.service.writes).toEqual(['PATCH /Users/1']);
  });

  it('knows that something may have been created when 201 came without anything', async () => {
    const at = await scene();
    at.service.intercept = (seen, response) => {
      if (seen.method !== 'POST') return false;
      response.writeHead(201).end();
      return true;
    };
    const text = JSON.stringify({ schemas: [user], userName: 'anna' });
    const saved = await at.ask<Saved>('scim/edit/save', { type: 'User', base: { text: '' }, text: { text } });
    expect(saved.outcome).toBe('ambiguous');
    expect(at.service.writes).toEqual(['POST /Users']);
  });

  it.each(['100%', 'a/b', 'ü ß', '%2F', 'x?y#z'])('finds what was created as %j', async (id) => {
    const at = await scene();
    at.service.intercept = (seen, response, service) => {
      if (seen.method !== 'POST') return false;
      service.put('Users', id, JSON.parse(seen.body));
      const location = `${service.url}/Users/${id === '100%' ? id : encodeURIComponent(id)}`;
      response.writeHead(201, { location }).end();
      return true;
    };
    const text = JSON.stringify({ schemas: [user], userName: 'anna' });
    const saved = await at.ask<Saved>('scim/edit/save', { type: 'User', base: { text: '' }, text: { text } });
    expect(saved).toMatchObject({ outcome: 'saved', id });
    const opened = await open(at, id);
    expect(await save(at, opened, typed(opened, { title: 'Director' }))).toMatchObject({ took: ['title'] });
    expect(at.service.now('Users', id)).toMatchObject({ title: 'Director' });
  });

  describe('in several requests', () => {
    const many = [{ value: 'a' }, { value: 'b' }, { value: 'c' }];

    /** A group to which only two members are added at a time; MEANWHILE happens before the second request. */
    async function twice(meanwhile: Intercept): Promise<{ at: Scene; saved: Saved }> {
      const at = await scene(['profile: { patch: { maxMembersAdd: 2 } }']);
      at.service.versions = 'weak';
      at.service.put('Groups', 'g', { displayName: 'G' });
      const opened = await open(at, 'g', 'Group');
      let count = 0;
      at.service.intercept = (seen, response, service) =>
        seen.method === 'PATCH' && ++count === 2 ? meanwhile(seen, response, service) : false;
      return { at, saved: await save(at, opened, typed(opened, { members: many })) };
    }

    it('tells how far it came when the second is answered by a redirection', async () => {
      const { at, saved } = await twice((_, response) => {
        response.writeHead(302, { location: 'https://login.example.com/' }).end();
        return true;
      });
      expect(saved).toMatchObject({ outcome: 'partial', message: expect.stringContaining('1 of 2') });
      expect(JSON.parse(textOf(saved.text)).members).toHaveLength(3);
      expect(JSON.parse(textOf(saved.base)).members).toHaveLength(2);
      expect(at.service.now('Groups', 'g').members).toHaveLength(2);
    });

    it('tells how far it came when nothing can be read any more', async () => {
      const { saved } = await twice((_, response, service) => {
        service.intercept = (__, later) => {
          error(later, 401, 'the token has expired');
          return true;
        };
        return service.intercept(_, response, service);
      });
      expect(saved).toMatchObject({ outcome: 'ambiguous', message: expect.stringContaining('1 of 2') });
    });

    it('goes on when a colleague changed something else in between', async () => {
      const { at, saved } = await twice((_, __, service) => {
        service.change('Groups', 'g', { externalId: 'x' });
        return false;
      });
      expect(saved).toMatchObject({ outcome: 'saved', failed: [] });
      expect(at.service.now('Groups', 'g')).toMatchObject({ externalId: 'x', members: many });
    });

    it('stops when a colleague changed the same in between', async () => {
      const at = await scene(['profile: { patch: { maxMembersAdd: 2 } }']);
      at.service.versions = 'weak';
      at.service.put('Groups', 'g', { displayName: 'G' });
      const opened = await open(at, 'g', 'Group');
      let count = 0;
      at.service.intercept = (seen, _, service) => {
        if (seen.method === 'PATCH' && ++count === 2) service.change('Groups', 'g', { displayName: 'Theirs' });
        return false;
      };
      const saved = await save(at, opened, typed(opened, { displayName: 'Mine', members: many }));
      expect(saved.outcome).toBe('partial');
      expect(saved.conflicts.map(({ path }) => path)).toEqual(['displayName']);
      expect(at.service.now('Groups', 'g').displayName).toBe('Theirs');
    });
  });
});

describe('what somebody else has done stays', () => {
  it.each(['weak', 'strong', 'meta', 'everyGet', 'none'] as const)('merges where versions are %s', async (versions) => {
    const at = await scene();
    at.service.versions = versions;
    at.service.put('Users', '1', anna);
    const opened = await open(at, '1');
    at.service.change('Users', '1', { nickName: 'Ann' });
    const saved = await save(at, opened, typed(opened, { title: 'Director' }));
    expect(saved).toMatchObject({ outcome: 'saved', merged: ['nickName'] });
    expect(at.service.now('Users', '1')).toMatchObject({ title: 'Director', nickName: 'Ann' });
    if (versions === 'weak' || versions === 'meta') {
      const patch = at.service.seen.find(({ method }) => method === 'PATCH');
      expect(patch?.headers['if-match']).toBe('W/"2"');
    }
  });

  it('merges again when somebody is faster, and gives up in peace when all are', async () => {
    const at = await scene();
    at.service.versions = 'strong';
    at.service.put('Users', '1', anna);
    const opened = await open(at, '1');
    let count = 0;
    at.service.intercept = (seen, _, service) => {
      if (seen.method === 'PATCH') service.change('Users', '1', { nickName: `Ann ${++count}` });
      return false;
    };
    await expect(save(at, opened, typed(opened, { title: 'Director' }))).rejects.toMatchObject({
      data: { status: 412 },
    });
    expect(at.service.now('Users', '1')).toMatchObject({ title: 'Engineer' });
  });

  it('does not write over what it wrote itself when a replica still shows what was before', async () => {
    const at = await scene();
    at.service.takesPatch = false;
    at.service.put('Users', '1', { ...anna, meta: { lastModified: '2026-01-01T00:00:00Z' } });
    at.service.keep = (wanted) => ({ ...wanted, meta: { lastModified: new Date().toISOString() } });
    const opened = await open(at, '1');
    const saved = await save(at, opened, typed(opened, { title: 'Director' }));
    expect(saved.outcome).toBe('saved');
    // A replica answers the next read.
    at.service.staleMs = 700;
    const kept = at.service.kept.get('/Users/1');
    if (kept === undefined) throw new Error('gone');
    kept.before = { ...kept.now, title: 'Engineer', meta: { lastModified: '2026-01-01T00:00:00Z' } };
    kept.shownAt = Date.now() + 700;
    const second = { ...opened, text: saved.base ?? opened.text };
    await save(at, second, typed(second, { nickName: 'Ann' }));
    expect(at.service.now('Users', '1')).toMatchObject({ title: 'Director', nickName: 'Ann' });
  });

  it('keeps what only a special request shows when the whole is written', async () => {
    const at = await scene();
    at.service.takesPatch = false;
    at.service.put('Users', '1', { ...anna, nickName: null, emails: [{ value: 'a@x' }, { value: 'a@x' }] });
    const opened = await open(at, '1');
    const saved = await save(at, opened, typed(opened, { title: 'Director' }));
    expect(saved.outcome).toBe('saved');
    expect(at.service.now('Users', '1').emails).toEqual([{ value: 'a@x' }, { value: 'a@x' }]);
  });

  it('keeps the digits of numbers that no double holds', async () => {
    const at = await scene();
    at.service.takesPatch = false;
    at.service.put('Users', '1', anna);
    let body = '';
    at.service.intercept = (seen, response) => {
      if (seen.path !== '/Users/1') return false;
      if (seen.method === 'PUT') body = seen.body;
      const now = body === '' ? '{"id":"1","userName":"anna","externalId":12345678901234567890}' : body;
      send(response, 200, now);
      return true;
    };
    const opened = await open(at, '1');
    const text = textOf(opened.text).replace('"anna"', '"berta"');
    const saved = await save(at, opened, text);
    expect(body).toContain('12345678901234567890');
    expect(saved).toMatchObject({ outcome: 'saved', took: ['userName'] });
  });
});

describe('secrets', () => {
  const secret = 'Tr0ub4dor-and-3';

  it('does not tell a password that the service shows by mistake', async () => {
    const at = await scene();
    at.service.put('Users', '1', { ...anna, password: '$2b$10$oldhasholdhash' });
    const opened = await open(at, '1');
    at.service.keep = (wanted) => ({ ...wanted, password: '$2b$10$newhashnewhash' });
    const asked = params(opened, typed(opened, { password: secret }));
    const preview = await at.ask<Preview>('scim/edit/preview', asked);
    expect(JSON.stringify(preview)).not.toContain(secret);
    expect(JSON.stringify(preview)).not.toContain('hash');
    const saved = await at.ask<Saved>('scim/edit/save', asked);
    const said = JSON.stringify([saved.message, saved.failed, saved.warnings, saved.took]);
    expect(said).not.toContain(secret);
    expect(said).not.toContain('hash');
    expect(told(at.bridge)).not.toContain(secret);
  });

  it('does not tell a password that is no text', async () => {
    const at = await scene();
    at.service.put('Users', '1', anna);
    const opened = await open(at, '1');
    const asked = params(opened, typed(opened, { password: { value: secret } }));
    for (const method of ['scim/edit/preview', 'scim/edit/save', 'scim/edit/changes']) {
      const answer = await at.ask(method, asked).catch((reason: unknown) => reason);
      expect(JSON.stringify(answer) + String(answer)).not.toContain(secret);
    }
    expect(at.service.writes).toEqual([]);
  });
});

describe('safeguards', () => {
  it('writes nothing to a tenant that is read-only', async () => {
    const at = await scene(['readOnly: true']);
    at.service.put('Users', '1', anna);
    const opened = await open(at, '1');
    await expect(save(at, opened, typed(opened, { title: 'Director' }))).rejects.toMatchObject({
      data: { code: 'tenant.readOnly' },
    });
    const text = JSON.stringify({ schemas: [user], userName: 'berta' });
    const fresh = at.ask('scim/edit/save', { type: 'User', base: { text: '' }, text: { text } });
    await expect(fresh).rejects.toMatchObject({ data: { code: 'tenant.readOnly' } });
    expect(at.service.writes).toEqual([]);
  });

  it('asks first, and leaves alone what is protected', async () => {
    const at = await scene(['confirm: writes', 'protected: [userName eq "anna"]']);
    at.service.put('Users', '1', anna);
    at.service.put('Users', '2', { userName: 'berta' });
    const opened = await open(at, '1');
    const asked = params(opened, typed(opened, { title: 'Director' }));
    await expect(at.ask('scim/edit/save', asked)).rejects.toMatchObject({ data: { code: 'tenant.confirm' } });
    await expect(at.ask('scim/edit/save', { ...asked, confirmed: true })).rejects.toMatchObject({
      data: { code: 'tenant.protected' },
    });
    expect(at.service.writes).toEqual([]);
    const other = await open(at, '2');
    const saved = await at.ask<Saved>('scim/edit/save', {
      ...params(other, typed(other, { title: 'Director' })),
      confirmed: true,
    });
    expect(saved.outcome).toBe('saved');
  });
});

describe('the version that is sent', () => {
  it('survives a server that says 403 to the second reading', async () => {
    const at = await scene();
    at.service.put('Users', '1', anna);
    const opened = await open(at, '1');
    let reads = 0;
    at.service.intercept = (seen, response) => {
      if (seen.method === 'GET' && seen.path === '/Users/1') reads += 1;
      if (seen.method !== 'GET' || seen.path !== '/Users/1' || reads < 2) return false;
      error(response, 403, 'enough');
      return true;
    };
    const saved = await save(at, opened, typed(opened, { title: 'Director' }));
    expect(saved.outcome).toBe('ambiguous');
    expect(saved.message).toContain('could not be read again');
    expect(at.service.now('Users', '1')).toMatchObject({ title: 'Director' });
  });
});
