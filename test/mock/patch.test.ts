/** RFC 7644 §3.5.2 over real HTTP: what the server adds to the rules of PATCH. */

import { describe, expect, it } from 'vitest';
import { createGroup, createUser, enterpriseUrn, patchOp, patchUrn, start, userUrn } from './helper.js';

describe('PATCH', () => {
  it('adds a member as in RFC 7644 §3.5.2.1, and adding it again changes nothing', async () => {
    const peer = await start();
    const user = await createUser(peer, 'babs', { displayName: 'Babs Jensen' });
    const group = await createGroup(peer, 'Tour Guides');
    const add = patchOp({
      op: 'add',
      path: 'members',
      value: [{ display: 'Babs Jensen', $ref: `https://example.com/v2/Users/${user}`, value: user }],
    });
    const first = await peer.ask('PATCH', `/Groups/${group}`, add);
    const $ref = `${peer.mock.url}/Users/${user}`;
    expect(first.status).toBe(200);
    expect(first.json.members).toEqual([{ value: user, $ref, type: 'User', display: 'Babs Jensen' }]);
    expect(first.headers.get('etag')).toBe(first.json.meta.version);
    const second = await peer.ask('PATCH', `/Groups/${group}`, add);
    expect(second.json).toEqual(first.json);
  });

  it('removes one member, then all, as in RFC 7644 §3.5.2.2', async () => {
    const peer = await start();
    const [babs, john] = [await createUser(peer, 'babs'), await createUser(peer, 'john')];
    const group = await createGroup(peer, 'Tour Guides', [babs, john]);
    const remove = (path: string) => peer.ask('PATCH', `/Groups/${group}`, patchOp({ op: 'remove', path }));
    const one = await remove(`members[value eq "${babs}"]`);
    expect(one.json.members.map((member: { value: string }) => member.value)).toEqual([john]);
    expect((await remove('members')).json).not.toHaveProperty('members');
  });

  it('replaces the work address as in RFC 7644 §3.5.2.3', async () => {
    const peer = await start();
    const addresses = [
      { type: 'work', streetAddress: '100 Universal City Plaza', locality: 'Hollywood' },
      { type: 'home', streetAddress: '456 Hollywood Blvd' },
    ];
    const id = await createUser(peer, 'bjensen', { addresses });
    const replace = (path: string, value: unknown) =>
      peer.ask('PATCH', `/Users/${id}`, patchOp({ op: 'replace', path, value }));
    const { json } = await replace('addresses[type eq "work"].streetAddress', '911 Universal City Plaza');
    expect(json.addresses).toEqual([{ ...addresses[0], streetAddress: '911 Universal City Plaza' }, addresses[1]]);
    const noTarget = await replace('addresses[type eq "other"].streetAddress', 'x');
    expect([noTarget.status, noTarget.json.scimType]).toEqual([400, 'noTarget']);
  });

  it('keeps lastModified, version and the cached text when nothing changes', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen', { title: 'Guide' });
    const before = await peer.ask('GET', `/Users/${id}`);
    const { status, text } = await peer.ask(
      'PATCH',
      `/Users/${id}`,
      patchOp({ op: 'replace', path: 'title', value: 'Guide' }, { op: 'remove', path: 'nickName' }),
    );
    expect(status).toBe(200);
    expect(text).toBe(before.text);
  });

  it('does all or nothing', async () => {
    const peer = await start();
    await createUser(peer, 'taken');
    const id = await createUser(peer, 'bjensen');
    const before = await peer.ask('GET', `/Users/${id}`);
    const attempts: [object, number, string][] = [
      [{ op: 'replace', path: 'id', value: 'x' }, 400, 'mutability'],
      [{ op: 'remove', path: 'userName' }, 400, 'mutability'],
      [{ op: 'replace', path: 'userName', value: 'TAKEN' }, 409, 'uniqueness'],
      [{ op: 'replace', path: 'active', value: { yes: 1 } }, 400, 'invalidValue'],
      [{ op: 'replace', path: 'emails[type eq', value: 'x' }, 400, 'invalidFilter'],
      [{ op: 'replace', path: '1234', value: 'x' }, 400, 'invalidPath'],
      [{ op: 'remove' }, 400, 'noTarget'],
      [{ op: 'move', path: 'title' }, 400, 'invalidSyntax'],
    ];
    for (const [operation, status, scimType] of attempts) {
      const title = { op: 'add', path: 'title', value: 'Guide' };
      const reply = await peer.ask('PATCH', `/Users/${id}`, patchOp(title, operation));
      expect([operation, reply.status, reply.json.scimType]).toEqual([operation, status, scimType]);
      expect((await peer.ask('GET', `/Users/${id}`)).text).toBe(before.text);
    }
  });

  it('adds the URN of an extension with its first attribute, in the spelling of the schema', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    const path = `${enterpriseUrn.toLowerCase()}:DEPARTMENT`;
    const { json } = await peer.ask('PATCH', `/Users/${id}`, patchOp({ op: 'Add', path, value: 'Tours' }));
    expect(json.schemas).toEqual([userUrn, enterpriseUrn]);
    expect(json[enterpriseUrn]).toEqual({ department: 'Tours' });
  });

  it('returns what attributes asks for', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    const operation = { op: 'replace', value: { title: 'Guide', nickName: 'Babs' } };
    const { json } = await peer.ask('PATCH', `/Users/${id}?attributes=title`, patchOp(operation));
    expect(json).toEqual({ schemas: [userUrn], id, title: 'Guide' });
  });

  it.each([
    ['no schemas', { Operations: [{ op: 'remove', path: 'title' }] }],
    ['no Operations', { schemas: [patchUrn] }],
    ['an array', [{ op: 'remove', path: 'title' }]],
    ['a JSON string', '"remove"'],
  ])('refuses %s', async (_what, body) => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    const { status, json } = await peer.ask('PATCH', `/Users/${id}`, body);
    expect([status, json.scimType]).toEqual([400, 'invalidSyntax']);
  });

  it('takes 100 members more in a group of 10,000', async () => {
    const peer = await start({ users: 10_100, groups: 0, pageSize: 20_000 });
    const users = (await peer.ask('GET', '/Users?attributes=id')).json.Resources;
    const ids: string[] = users.map((user: { id: string }) => user.id);
    const group = await createGroup(peer, 'Everybody', ids.slice(0, 10_000));
    const value = ids.slice(9_999).map((id) => ({ value: id }));
    const add = patchOp({ op: 'add', path: 'members', value });
    const { json } = await peer.ask('PATCH', `/Groups/${group}?attributes=members`, add);
    expect(json.members.map((member: { value: string }) => member.value)).toEqual(ids);
  });
});
