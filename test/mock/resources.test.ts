/** RFC 7644 §3.3, §3.4.1, §3.5.1, §3.6, §3.14 over real HTTP. */

import { describe, expect, it } from 'vitest';
import {
  bjensen,
  createGroup,
  createUser,
  enterpriseUrn,
  errorUrn,
  groupUrn,
  patchUrn,
  start,
  userUrn,
} from './helper.js';

describe('create', () => {
  it('answers the example of RFC 7644 §3.3 with 201, Location, ETag and meta', async () => {
    const { ask, mock } = await start();
    const { status, headers, json } = await ask('POST', '/Users', bjensen);
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/scim+json;charset=utf-8');
    expect(json).toEqual({
      ...bjensen,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      meta: {
        resourceType: 'User',
        created: expect.stringMatching(/^2026-01-31T08:00:\d\d\.000Z$/),
        lastModified: json.meta.created,
        location: `${mock.url}/Users/${json.id}`,
        version: expect.stringMatching(/^W\/"[^"]+"$/),
      },
    });
    expect(headers.get('location')).toBe(json.meta.location);
    expect(headers.get('content-location')).toBe(json.meta.location);
    expect(headers.get('etag')).toBe(json.meta.version);
    expect((await ask('GET', `/Users/${json.id}`)).json).toEqual(json);
  });

  it('ignores readOnly attributes, knows names in any case and treats null and [] as unassigned', async () => {
    const { ask } = await start();
    const { status, json } = await ask('POST', '/Users', {
      schemas: [userUrn],
      USERNAME: 'bjensen',
      id: 'mine',
      meta: { resourceType: 'Robot', version: 'W/"9"' },
      groups: [{ value: 'x' }],
      title: null,
      emails: [],
      Name: { FAMILYNAME: 'Jensen' },
    });
    expect(status).toBe(201);
    expect(json).toEqual({
      schemas: [userUrn],
      id: expect.not.stringContaining('mine'),
      userName: 'bjensen',
      name: { familyName: 'Jensen' },
      meta: expect.objectContaining({ resourceType: 'User' }),
    });
  });

  it('never returns a password, nor finds anybody by it', async () => {
    const { ask } = await start();
    const password = 'correct horse battery staple';
    const created = await ask('POST', '/Users?attributes=password,userName', { ...bjensen, password });
    const read = await ask('GET', `/Users/${created.json.id}`);
    const found = await ask('GET', `/Users?filter=${encodeURIComponent('password pr')}`);
    expect(created.status).toBe(201);
    expect(created.text + read.text).not.toContain('password');
    expect(found.json.totalResults).toBe(0);
  });

  it('refuses an empty userName (RFC 7643 §4.1.1) in every way to set it', async () => {
    const peer = await start();
    const id = await createUser(peer, 'b');
    const nameless = { schemas: [userUrn], userName: '' };
    const emptied = { schemas: [patchUrn], Operations: [{ op: 'replace', path: 'userName', value: '' }] };
    for (const reply of [
      await peer.ask('POST', '/Users', nameless),
      await peer.ask('PUT', `/Users/${id}`, nameless),
      await peer.ask('PATCH', `/Users/${id}`, emptied),
    ]) {
      expect([reply.status, reply.json.scimType]).toEqual([400, 'invalidValue']);
    }
    expect((await peer.ask('GET', `/Users/${id}`)).json.userName).toBe('b');
  });

  it('finds a userName in every encoding in which it is taken (RFC 7644 §5)', async () => {
    const peer = await start();
    const id = await createUser(peer, 'Zo\u00eb');
    const decomposed = 'ZOE\u0308';
    expect((await peer.ask('POST', '/Users', { schemas: [userUrn], userName: decomposed })).status).toBe(409);
    for (const filter of [
      `userName eq "${decomposed}"`,
      `userName sw "${decomposed}"`,
      `not (userName ne "${decomposed}")`,
    ]) {
      const { json } = await peer.ask('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect(json.Resources.map((user: { id: string }) => user.id)).toEqual([id]);
    }
  });

  it('answers 409 uniqueness for a userName that differs only in case', async () => {
    const { ask } = await start();
    await ask('POST', '/Users', bjensen);
    const { status, json } = await ask('POST', '/Users', { ...bjensen, userName: 'BJensen' });
    expect(status).toBe(409);
    expect(json).toEqual({
      schemas: [errorUrn],
      status: '409',
      scimType: 'uniqueness',
      detail: 'userName: another User already has the value "BJensen".',
    });
  });

  it.each([
    ['a wrong type', { schemas: [userUrn], userName: 'a', active: 'yes' }, 'invalidValue', 'active'],
    ['a missing required attribute', { schemas: [userUrn], displayName: 'A' }, 'invalidValue', 'userName'],
    ['an unknown attribute', { schemas: [userUrn], userName: 'a', usernme: 'b' }, 'invalidValue', 'usernme'],
    ['a wrong sub-attribute', { schemas: [userUrn], userName: 'a', name: { familyName: 1 } }, 'invalidValue', 'name.f'],
    ['no schemas', { userName: 'a' }, 'invalidSyntax', 'schemas'],
    ['a foreign schema', { schemas: [userUrn, groupUrn], userName: 'a' }, 'invalidSyntax', 'schemas'],
    ['two primary values', twoPrimaries(), 'invalidValue', 'emails'],
    ['an array', [], 'invalidSyntax', 'object'],
    ['broken JSON', '{"schemas":\n  [}', 'invalidSyntax', 'line 2, column 4'],
    ['an empty body', '', 'invalidSyntax', 'JSON'],
  ])('refuses %s', async (_what, body, scimType, detail) => {
    const { ask } = await start();
    const { status, json } = await ask('POST', '/Users', body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ schemas: [errorUrn], status: '400', scimType });
    expect(json.detail).toContain(detail);
    expect((await ask('GET', '/Users')).json.totalResults).toBe(0);
  });

  it('keeps the Enterprise extension and derives what the manager is called', async () => {
    const peer = await start();
    const manager = await createUser(peer, 'boss', { displayName: 'John Smith' });
    const id = await createUser(peer, 'bjensen', {
      schemas: [userUrn, enterpriseUrn],
      [enterpriseUrn]: { employeeNumber: '701984', manager: { value: manager, displayName: 'Somebody else' } },
    });
    const $ref = `${peer.mock.url}/Users/${manager}`;
    const extension = async () => (await peer.ask('GET', `/Users/${id}`)).json[enterpriseUrn];
    expect(await extension()).toEqual({
      employeeNumber: '701984',
      manager: { value: manager, $ref, displayName: 'John Smith' },
    });
    await peer.ask('PUT', `/Users/${manager}`, { schemas: [userUrn], userName: 'boss', displayName: 'J. Smith' });
    expect((await extension()).manager.displayName).toBe('J. Smith');
    await peer.ask('DELETE', `/Users/${manager}`);
    expect((await extension()).manager).toEqual({ value: manager });
  });

  it('refuses members that do not exist, and gives those that do $ref, type and display once', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen', { displayName: 'Babs Jensen' });
    const group = (members: object[]) =>
      peer.ask('POST', '/Groups', { schemas: [groupUrn], displayName: 'G', members });
    const refused = await group([{ value: id }, { value: 'nobody' }]);
    expect(refused.status).toBe(400);
    expect(refused.json.scimType).toBe('invalidValue');
    expect(refused.json.detail).toContain('members[1].value');
    const { json } = await group([{ value: id, type: 'User' }, { value: id }]);
    const $ref = `${peer.mock.url}/Users/${id}`;
    expect(json.members).toEqual([{ value: id, $ref, type: 'User', display: 'Babs Jensen' }]);
  });
});

describe('read', () => {
  it('returns only what attributes names, and id and schemas', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen', {
      name: { familyName: 'Jensen', givenName: 'Barbara' },
      title: 'Guide',
    });
    const only = await peer.ask('GET', `/Users/${id}?attributes=userName,NAME.familyname`);
    expect(only.json).toEqual({ schemas: [userUrn], id, userName: 'bjensen', name: { familyName: 'Jensen' } });
    const without = await peer.ask('GET', `/Users/${id}?excludedAttributes=meta,id,name.givenName,title`);
    expect(without.json).toEqual({ schemas: [userUrn], id, userName: 'bjensen', name: { familyName: 'Jensen' } });
    const both = await peer.ask('GET', `/Users/${id}?attributes=userName&excludedAttributes=meta`);
    expect([both.status, both.json.scimType]).toEqual([400, 'invalidValue']);
  });

  it('answers 304 without a body to If-None-Match with the current version', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    const etag = (await peer.ask('GET', `/Users/${id}`)).headers.get('etag') ?? '';
    const unchanged = (tag: string) => peer.ask('GET', `/Users/${id}`, undefined, { 'if-none-match': tag });
    const reply = await unchanged(etag);
    expect([reply.status, reply.text, reply.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await unchanged(`W/"other", ${etag}`)).status).toBe(304);
    // RFC 9110 §8.8.3.2: the weak comparison does not look at W/.
    expect((await unchanged(etag.replace('W/', ''))).status).toBe(304);
    expect((await unchanged('*')).status).toBe(304);
    expect((await unchanged('W/"other"')).status).toBe(200);
  });

  it('answers 404 for another id, also for one of another type', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    const { status, json } = await peer.ask('GET', '/Users/2819c223');
    expect(status).toBe(404);
    expect(json).toEqual({ schemas: [errorUrn], status: '404', detail: 'There is no User with the id "2819c223".' });
    expect((await peer.ask('GET', `/Groups/${id}`)).status).toBe(404);
    expect((await peer.ask('GET', `/Users/${id.toUpperCase()}`)).status).toBe(404);
  });

  it('knows the suffix .scim (RFC 7644 §3.8)', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    expect((await peer.ask('GET', `/Users/${id}.scim`)).json.id).toBe(id);
    expect((await peer.ask('GET', '/Users.scim')).json.totalResults).toBe(1);
    expect((await peer.ask('GET', '/Users/nobody.scim')).status).toBe(404);
  });

  it('answers HEAD like GET, without the body', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    const get = await peer.ask('GET', `/Users/${id}`);
    const head = await peer.ask('HEAD', `/Users/${id}`);
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
  });
});

describe('replace', () => {
  it('clears what is left out, keeps id and created, and gives a new version', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen', { title: 'Guide', nickName: 'Babs' });
    const before = await peer.ask('GET', `/Users/${id}`);
    const body = { schemas: [userUrn], id: 'other', userName: 'bjensen', nickName: 'Barbie', groups: [] };
    const { status, headers, json } = await peer.ask('PUT', `/Users/${id}`, body);
    expect(status).toBe(200);
    expect(json).toEqual({
      schemas: [userUrn],
      id,
      userName: 'bjensen',
      nickName: 'Barbie',
      meta: { ...before.json.meta, lastModified: expect.any(String), version: headers.get('etag') },
    });
    expect(json.meta.lastModified > before.json.meta.lastModified).toBe(true);
    expect(json.meta.version).not.toBe(before.json.meta.version);
    expect(headers.get('location')).toBe(`${peer.mock.url}/Users/${id}`);
  });

  it('does not create, nor take a userName of somebody else, nor change anything when refused', async () => {
    const peer = await start();
    await createUser(peer, 'bjensen');
    const id = await createUser(peer, 'jsmith');
    const before = (await peer.ask('GET', `/Users/${id}`)).json;
    const put = (path: string, userName: string) => peer.ask('PUT', path, { schemas: [userUrn], userName });
    expect((await put('/Users/unknown', 'new')).status).toBe(404);
    const taken = await put(`/Users/${id}`, 'BJENSEN');
    expect([taken.status, taken.json.scimType]).toEqual([409, 'uniqueness']);
    expect((await peer.ask('GET', `/Users/${id}`)).json).toEqual(before);
    expect((await put(`/Users/${id}`, 'JSmith')).json.userName).toBe('JSmith');
  });

  it('frees the old userName', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    await peer.ask('PUT', `/Users/${id}`, { schemas: [userUrn], userName: 'babs' });
    expect((await peer.ask('POST', '/Users', bjensen)).status).toBe(201);
    const found = await peer.ask('GET', `/Users?filter=${encodeURIComponent('userName eq "BABS"')}`);
    expect(found.json.Resources.map((user: { id: string }) => user.id)).toEqual([id]);
  });
});

describe('conditional writes', () => {
  it.each(['PUT', 'PATCH', 'DELETE'])('%s asks If-Match for the current version', async (method) => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    const etag = (await peer.ask('GET', `/Users/${id}`)).headers.get('etag') ?? '';
    const operations = [{ op: 'replace', path: 'title', value: 'Guide' }];
    const bodies: Record<string, unknown> = {
      PUT: { schemas: [userUrn], userName: 'bjensen', title: 'Guide' },
      PATCH: { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations },
    };
    const write = (tag: string) => peer.ask(method, `/Users/${id}`, bodies[method], { 'if-match': tag });
    const stale = await write('W/"stale"');
    expect(stale.status).toBe(412);
    expect(stale.json).toMatchObject({ schemas: [errorUrn], status: '412' });
    expect((await peer.ask('GET', `/Users/${id}`)).headers.get('etag')).toBe(etag);
    expect((await write(etag)).status).toBe(method === 'DELETE' ? 204 : 200);
    expect((await write(etag)).status).toBe(method === 'DELETE' ? 404 : 412);
  });
});

describe('delete', () => {
  it('answers 204 and afterwards 404 to everything, and lets the userName be used again', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    const deleted = await peer.ask('DELETE', `/Users/${id}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      expect((await peer.ask(method, `/Users/${id}`, method === 'GET' ? undefined : bjensen)).status).toBe(404);
    }
    expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(0);
    const again = await createUser(peer, 'bjensen');
    expect(again).not.toBe(id);
  });

  it('takes a user out of its groups', async () => {
    const peer = await start();
    const [babs, john] = [await createUser(peer, 'babs'), await createUser(peer, 'john')];
    const group = await createGroup(peer, 'Tour Guides', [babs, john]);
    const before = (await peer.ask('GET', `/Groups/${group}`)).json;
    await peer.ask('DELETE', `/Users/${babs}`);
    const after = (await peer.ask('GET', `/Groups/${group}`)).json;
    expect(after.members.map((member: { value: string }) => member.value)).toEqual([john]);
    expect(after.meta.version).not.toBe(before.meta.version);
    await peer.ask('DELETE', `/Users/${john}`);
    expect((await peer.ask('GET', `/Groups/${group}`)).json).not.toHaveProperty('members');
  });
});

function twoPrimaries(): object {
  const emails = ['a@example.com', 'b@example.com'].map((value) => ({ value, primary: true }));
  return { schemas: [userUrn], userName: 'a', emails };
}
