/** RFC 7644 §3.14 and RFC 6585 §3 over real HTTP: conditions, beyond those on a single resource. */

import { describe, expect, it } from 'vitest';
import { createUser, errorUrn, patchOp, searchUrn, start, userUrn } from './helper.js';

describe('a server that requires conditions', () => {
  const rules = { etag: { required: true } };

  it.each(['PUT', 'PATCH', 'DELETE'])('answers 428 to %s without If-Match', async (method) => {
    const peer = await start({ rules });
    const id = await createUser(peer, 'bjensen');
    const before = await peer.ask('GET', `/Users/${id}`);
    const bodies: Record<string, object> = {
      PUT: { schemas: [userUrn], userName: 'other' },
      PATCH: patchOp({ op: 'replace', path: 'userName', value: 'other' }),
    };
    const write = (headers: Record<string, string>) => peer.ask(method, `/Users/${id}`, bodies[method], headers);
    const refused = await write({});
    expect([refused.status, refused.json]).toEqual([
      428,
      { schemas: [errorUrn], status: '428', detail: expect.stringContaining('If-Match') },
    ]);
    expect((await peer.ask('GET', `/Users/${id}`)).text).toBe(before.text);
    expect((await write({ 'if-match': '"old"' })).status).toBe(412);
    expect((await write({ 'if-match': before.headers.get('etag') ?? '' })).status).toBeLessThan(300);
  });

  it('answers 404 for what is not there, and lets create', async () => {
    const peer = await start({ rules });
    expect((await peer.ask('DELETE', '/Users/nobody')).status).toBe(404);
    expect(await createUser(peer, 'bjensen')).toBeTruthy();
  });
});

describe('If-Match: *', () => {
  it('asks only that the resource be there', async () => {
    const peer = await start({ rules: { etag: { required: true } } });
    const id = await createUser(peer, 'bjensen');
    expect((await peer.ask('DELETE', `/Users/${id}`, undefined, { 'if-match': '*' })).status).toBe(204);
    expect((await peer.ask('DELETE', `/Users/${id}`, undefined, { 'if-match': '*' })).status).toBe(404);
  });
});

describe('If-None-Match on a write', () => {
  it('excludes versions', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    const etag = (await peer.ask('GET', `/Users/${id}`)).headers.get('etag') ?? '';
    const patch = (tag: string) =>
      peer.ask('PATCH', `/Users/${id}`, patchOp({ op: 'add', path: 'title', value: 'x' }), { 'if-none-match': tag });
    expect((await patch('*')).status).toBe(412);
    expect((await patch(`"a", ${etag}`)).status).toBe(412);
    expect((await patch('"a"')).status).toBe(200);
  });
});

describe('If-Match on a read', () => {
  it('answers 412 when the version is another one', async () => {
    const peer = await start();
    const id = await createUser(peer, 'bjensen');
    const etag = (await peer.ask('GET', `/Users/${id}`)).headers.get('etag') ?? '';
    const read = (tag: string) => peer.ask('GET', `/Users/${id}`, undefined, { 'if-match': tag });
    expect([(await read(etag)).status, (await read('W/"other"')).status]).toEqual([200, 412]);
  });
});

describe('lists', () => {
  it('have an entity tag that lasts until anything changes', async () => {
    const peer = await start({ users: 3 });
    const first = await peer.ask('GET', '/Users?count=2');
    const etag = first.headers.get('etag') ?? '';
    const again = () => peer.ask('GET', '/Users?count=2', undefined, { 'if-none-match': etag });
    const unchanged = await again();
    expect([unchanged.status, unchanged.text, unchanged.headers.get('etag')]).toEqual([304, '', etag]);
    await createUser(peer, 'new');
    const changed = await again();
    expect([changed.status, changed.json.totalResults]).toEqual([200, 4]);
  });

  it('of another server, or of replaced data, have another one', async () => {
    const peer = await start({ users: 3, now: () => new Date('2026-01-31T08:00:00Z') });
    const etag = (await peer.ask('GET', '/Users')).headers.get('etag') ?? '';
    peer.mock.replace({ users: 3, seed: 2 });
    expect((await peer.ask('GET', '/Users', undefined, { 'if-none-match': etag })).status).toBe(200);
  });

  it('by cursor and by POST have none', async () => {
    const peer = await start({ users: 3 });
    expect((await peer.ask('GET', '/Users?cursor')).headers.has('etag')).toBe(false);
    expect((await peer.ask('POST', '/Users/.search', { schemas: [searchUrn] })).headers.has('etag')).toBe(false);
  });
});

describe('discovery', () => {
  it.each(['/ServiceProviderConfig', '/ResourceTypes', '/ResourceTypes/User', '/Schemas', `/Schemas/${userUrn}`])(
    '%s is sent once',
    async (path) => {
      const { ask } = await start();
      const etag = (await ask('GET', path)).headers.get('etag') ?? '';
      expect(etag).toMatch(/^W\/"[^"]+"$/);
      const again = await ask('GET', path, undefined, { 'if-none-match': etag });
      expect([again.status, again.text]).toEqual([304, '']);
      expect((await ask('GET', path, undefined, { 'if-none-match': '"other"' })).status).toBe(200);
    },
  );

  it('of a server that does something else has another tag', async () => {
    const [one, other] = [await start(), await start({ rules: { patch: { supported: false } } })];
    const tags = await Promise.all(
      [one, other].map(async ({ ask }) => (await ask('GET', '/ServiceProviderConfig')).headers.get('etag')),
    );
    expect(tags[0]).not.toBe(tags[1]);
  });
});

describe('a server without entity tags', () => {
  it('sends none, has no meta.version and ignores conditions', async () => {
    const peer = await start({ rules: { etag: { supported: false, required: true } } });
    const id = await createUser(peer, 'bjensen');
    const read = await peer.ask('GET', `/Users/${id}`, undefined, { 'if-none-match': '*' });
    expect([read.status, read.headers.has('etag')]).toEqual([200, false]);
    expect(read.json.meta).not.toHaveProperty('version');
    const list = await peer.ask('GET', '/Users');
    expect(list.headers.has('etag')).toBe(false);
    expect(list.json.Resources[0].meta).not.toHaveProperty('version');
    const config = await peer.ask('GET', '/ServiceProviderConfig');
    expect([config.json.etag.supported, config.headers.has('etag')]).toEqual([false, false]);
    const body = { schemas: [userUrn], userName: 'b' };
    expect((await peer.ask('PUT', `/Users/${id}`, body, { 'if-match': '"x"' })).status).toBe(200);
    expect((await peer.ask('DELETE', `/Users/${id}`)).status).toBe(204);
  });
});
