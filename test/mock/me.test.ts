/** RFC 7644 §3.11 over real HTTP: /Me. */

import { describe, expect, it } from 'vitest';
import type { MockOptions } from '../../src/mock/options.js';
import { createUser, groupUrn, type Peer, patchOp, start, userUrn } from './helper.js';

const barbara = { authorization: 'Bearer token-of-barbara' };
const robot = { authorization: 'Bearer token-of-robot' };

const auth: MockOptions['auth'] = {
  scheme: 'bearer',
  tokens: [
    { name: 'barbara', value: 'token-of-barbara', user: 'BJensen' },
    { name: 'robot', value: 'token-of-robot' },
  ],
};

/** A server whose token of barbara stands for the user with the id that is returned. */
async function withBarbara(options: MockOptions = {}): Promise<{ peer: Peer; id: string; location: string }> {
  const peer = await start({ auth, ...options });
  const body = { schemas: [userUrn], userName: 'bjensen' };
  const { json } = await peer.ask('POST', '/Users', body, robot);
  return { peer, id: json.id, location: `${peer.mock.url}/Users/${json.id}` };
}

describe('/Me', () => {
  it('is the user of the credential, with the Location of that user, for every verb', async () => {
    const { peer, id, location } = await withBarbara();
    const me = (method: string, body?: object) => peer.ask(method, '/Me', body, barbara);
    const read = await me('GET');
    expect([read.status, read.json.id, read.headers.get('location')]).toEqual([200, id, location]);
    const replaced = await me('PUT', { schemas: [userUrn], userName: 'bjensen', title: 'Guide' });
    expect([replaced.status, replaced.json.title, replaced.headers.get('location')]).toEqual([200, 'Guide', location]);
    const patched = await me('PATCH', patchOp({ op: 'replace', path: 'title', value: 'Chief' }));
    expect([patched.status, patched.json.title]).toEqual([200, 'Chief']);
    const deleted = await me('DELETE');
    expect([deleted.status, deleted.headers.get('location')]).toEqual([204, location]);
    expect((await me('GET')).status).toBe(404);
  });

  it('knows attributes and conditions', async () => {
    const { peer, id } = await withBarbara();
    const { json, headers } = await peer.ask('GET', '/Me?attributes=userName', undefined, barbara);
    expect(json).toEqual({ schemas: [userUrn], id, userName: 'bjensen' });
    const etag = headers.get('etag') ?? '';
    expect((await peer.ask('GET', '/Me', undefined, { ...barbara, 'if-none-match': etag })).status).toBe(304);
    expect((await peer.ask('DELETE', '/Me', undefined, { ...barbara, 'if-match': 'W/"x"' })).status).toBe(412);
  });

  it('may be named by id', async () => {
    const { peer, id } = await withBarbara();
    const tokens = [{ name: 'barbara', value: 'token-of-barbara', user: id }];
    const again = await start({ auth: { scheme: 'bearer', tokens }, users: 1 });
    const [user] = (await again.ask('GET', '/Users', undefined, barbara)).json.Resources;
    expect((await again.ask('GET', '/Me', undefined, barbara)).status).toBe(404);
    expect((await peer.ask('GET', '/Me', undefined, barbara)).json.id).toBe(id);
    const own = await start({
      auth: { scheme: 'bearer', tokens: [{ name: 'barbara', value: 'token-of-barbara', user: user.id }] },
      users: 1,
    });
    expect((await own.ask('GET', '/Me', undefined, barbara)).json.userName).toBe(user.userName);
  });

  it('can be created once by whom it stands for nobody yet', async () => {
    const { peer } = await withBarbara();
    expect((await peer.ask('GET', '/Me', undefined, robot)).status).toBe(404);
    const create = () => peer.ask('POST', '/Me', { schemas: [userUrn], userName: 'robot' }, robot);
    const created = await create();
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`${peer.mock.url}/Users/${created.json.id}`);
    expect((await peer.ask('GET', '/Me', undefined, robot)).json).toEqual(created.json);
    const twice = await create();
    expect([twice.status, twice.json.scimType]).toEqual([409, 'uniqueness']);
    const taken = await peer.ask('POST', '/Me', { schemas: [userUrn], userName: 'bjensen' }, barbara);
    expect([taken.status, taken.json.scimType]).toEqual([409, 'uniqueness']);
  });

  it('is created as what schemas name', async () => {
    const { peer } = await withBarbara();
    const { status, json } = await peer.ask('POST', '/Me', { schemas: [groupUrn], displayName: 'Robots' }, robot);
    expect([status, json.meta.resourceType]).toEqual([201, 'Group']);
    expect((await peer.ask('GET', '/Me', undefined, robot)).json.displayName).toBe('Robots');
  });

  it('is 404 when nobody is authenticated, and says why without the credential', async () => {
    const open = await start();
    await createUser(open, 'bjensen');
    const { status, json } = await open.ask('GET', '/Me');
    expect(status).toBe(404);
    expect(json.detail).toContain('authenticated');
    const { peer } = await withBarbara();
    const unknown = await peer.ask('GET', '/Me', undefined, robot);
    expect(unknown.text).toContain('robot');
    expect(unknown.text).not.toContain('token-of-robot');
  });

  it('redirects with 308 where the rules want it', async () => {
    const { peer, location } = await withBarbara({ rules: { me: 'redirect' } });
    const go = (method: string, path: string, headers: Record<string, string>, body?: object) =>
      fetch(peer.mock.url + path, {
        method,
        redirect: 'manual',
        headers: { ...headers, ...(body && { 'content-type': 'application/scim+json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
    const read = await go('GET', '/Me?attributes=userName', barbara);
    expect([read.status, read.headers.get('location')]).toEqual([308, `${location}?attributes=userName`]);
    const created = await go('POST', '/Me', robot, { schemas: [userUrn], userName: 'robot' });
    expect([created.status, created.headers.get('location')]).toEqual([308, `${peer.mock.url}/Users`]);
    const followed = await fetch(`${peer.mock.url}/Me`, { method: 'DELETE', headers: barbara });
    expect(followed.status).toBe(204);
  });

  it('is 501 where it is not supported', async () => {
    const { peer } = await withBarbara({ rules: { me: 'unsupported' } });
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'POST']) {
      const { status, json } = await peer.ask(method, '/Me', method === 'GET' ? undefined : {}, barbara);
      expect([status, json.status]).toEqual([501, '501']);
    }
  });
});
