/** What a service provider may decide for itself, over real HTTP: each rule has its effect, and discovery tells it. */

import { describe, expect, it } from 'vitest';
import type { AuthSettings } from '../../src/mock/auth/settings.js';
import type { MockOptions } from '../../src/mock/options.js';
import {
  createGroup,
  createUser,
  enterpriseUrn,
  errorUrn,
  type Peer,
  patchOp,
  searchUrn,
  start,
  userUrn,
} from './helper.js';

const withRules = (rules: MockOptions['rules'], more: MockOptions = {}) => start({ ...more, rules: rules ?? {} });

const config = async (peer: Peer) => (await peer.ask('GET', '/ServiceProviderConfig')).json;

describe('page sizes', () => {
  it('are 100 by default and 1000 at most', async () => {
    const peer = await start({ users: 1100 });
    const page = async (query: string) => (await peer.ask('GET', `/Users?attributes=id${query}`)).json;
    expect(await page('')).toMatchObject({ totalResults: 1100, itemsPerPage: 100 });
    expect(await page('&count=1001')).toMatchObject({ totalResults: 1100, itemsPerPage: 1000 });
    expect((await config(peer)).filter).toEqual({ supported: true, maxResults: 1000 });
  });

  it('follow the rules, the default never above the maximum', async () => {
    const peer = await withRules({ paging: { maxPageSize: 3 } }, { users: 5 });
    expect((await peer.ask('GET', '/Users')).json.itemsPerPage).toBe(3);
    expect((await config(peer)).pagination).toMatchObject({ defaultPageSize: 3, maxPageSize: 3 });
    const small = await withRules({ paging: { defaultPageSize: 2 } }, { users: 5 });
    expect((await small.ask('GET', '/Users')).json.itemsPerPage).toBe(2);
    expect((await small.ask('GET', '/Users?count=4')).json.itemsPerPage).toBe(4);
  });

  it('without any paging are all that there is', async () => {
    const peer = await withRules({ paging: { index: false, cursor: false, maxPageSize: 3 } }, { users: 5 });
    const { json } = await peer.ask('GET', '/Users?startIndex=4');
    expect(json).toMatchObject({ startIndex: 1, itemsPerPage: 3, totalResults: 5 });
    expect((await config(peer)).pagination).not.toHaveProperty('defaultPaginationMethod');
  });
});

describe('filters', () => {
  it('that match too many are refused with tooMany', async () => {
    const peer = await withRules({ filter: { maxResults: 3 } }, { users: 5 });
    const filter = 'userName pr';
    for (const reply of [
      await peer.ask('GET', `/Users?filter=${encodeURIComponent(filter)}&count=1`),
      await peer.ask('POST', '/Users/.search', { schemas: [searchUrn], filter }),
    ]) {
      expect([reply.status, reply.json.scimType]).toEqual([400, 'tooMany']);
      expect(reply.json.detail).toContain('at most 3');
    }
    expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(5);
    expect((await config(peer)).filter.maxResults).toBe(3);
  });

  it.each([
    ['userName eq "b"', 403],
    ['not (NAME.familyName eq "b")', 403],
    ['active eq true and emails[value eq "b@example.com"]', 403],
    [`${enterpriseUrn}:manager.value eq "1"`, 403],
    ['active eq true', 200],
    ['meta.lastModified gt "2020-01-01T00:00:00Z" or externalId eq "1"', 200],
    ['userName eq', 400],
  ])('with personal data may not stand in a URL where the rules say so: %s', async (filter, status) => {
    const peer = await withRules({ filter: { refuseInUrl: true } });
    const { json, ...reply } = await peer.ask('GET', `/Users?filter=${encodeURIComponent(filter)}`);
    expect(reply.status).toBe(status);
    if (status === 403) expect(json).toMatchObject({ schemas: [errorUrn], status: '403', scimType: 'sensitive' });
    const search = await peer.ask('POST', '/Users/.search', { schemas: [searchUrn], filter });
    expect(search.status).toBe(status === 400 ? 400 : 200);
  });

  it('are 501 where they are not supported', async () => {
    const peer = await withRules({ filter: { supported: false } });
    expect((await peer.ask('GET', '/Users?filter=userName%20pr')).status).toBe(501);
    expect((await peer.ask('GET', '/Users')).status).toBe(200);
    expect((await config(peer)).filter.supported).toBe(false);
  });
});

describe('sorting', () => {
  it('is ignored where it is not supported', async () => {
    const peer = await withRules({ sort: { supported: false } });
    for (const name of ['b', 'a']) await createUser(peer, name);
    const { status, json } = await peer.ask('GET', '/Users?sortBy=userName');
    expect([status, json.Resources.map(({ userName }: { userName: string }) => userName)]).toEqual([200, ['b', 'a']]);
    expect((await config(peer)).sort.supported).toBe(false);
  });
});

describe('PATCH', () => {
  const guide = patchOp({ op: 'add', path: 'title', value: 'Guide' });

  it('is 501 where it is not supported', async () => {
    const peer = await withRules({ patch: { supported: false } });
    const id = await createUser(peer, 'b');
    const { status, json } = await peer.ask('PATCH', `/Users/${id}`, guide);
    expect([status, json.status]).toEqual([501, '501']);
    expect((await peer.ask('GET', `/Users/${id}`)).json).not.toHaveProperty('title');
    expect((await config(peer)).patch.supported).toBe(false);
  });

  it.each<[200 | 204 | 'either', number]>([
    [200, 200],
    [204, 204],
    ['either', 200],
  ])('with the result %s answers %i, and 200 when attributes are asked for', async (result, expected) => {
    const peer = await withRules({ patch: { result } });
    const id = await createUser(peer, 'b');
    const first = await peer.ask('PATCH', `/Users/${id}`, guide);
    expect([first.status, first.text === '']).toEqual([expected, expected === 204]);
    const read = await peer.ask('GET', `/Users/${id}`);
    expect([read.json.title, first.headers.get('etag')]).toEqual(['Guide', read.headers.get('etag')]);
    const asked = await peer.ask('PATCH', `/Users/${id}?attributes=title`, guide);
    expect([asked.status, asked.json]).toEqual([200, { schemas: [userUrn], id, title: 'Guide' }]);
  });

  it('of a large group answers without a body when it may', async () => {
    const peer = await start({ users: 1001 });
    const { Resources } = (await peer.ask('GET', '/Users?attributes=id&count=1000')).json;
    const group = await createGroup(
      peer,
      'G',
      Resources.map(({ id }: { id: string }) => id),
    );
    const add = async (id: string) =>
      peer.ask('PATCH', `/Groups/${group}`, patchOp({ op: 'add', path: 'members', value: [{ value: id }] }));
    expect((await add(Resources[0].id)).status).toBe(200);
    const [last] = (await peer.ask('GET', '/Users?attributes=id&startIndex=1001')).json.Resources;
    expect((await add(last.id)).status).toBe(204);
    const asked = await peer.ask(
      'PATCH',
      `/Groups/${group}?excludedAttributes=members`,
      patchOp({ op: 'add', path: 'externalId', value: 'x' }),
    );
    expect([asked.status, asked.json.externalId, asked.json.members]).toEqual([200, 'x', undefined]);
  });
});

describe('passwords', () => {
  it.each([
    ['PUT', { schemas: [userUrn], userName: 'b', PASSWORD: 'secret-1' }],
    ['PATCH', patchOp({ op: 'replace', path: 'password', value: 'secret-1' })],
    ['PATCH', patchOp({ op: 'replace', path: `${userUrn}:password`, value: 'secret-1' })],
    ['PATCH', patchOp({ op: 'replace', value: { title: 'x', password: 'secret-1' } })],
  ])('cannot be changed with %s where the rules say so', async (method, body) => {
    const peer = await withRules({ changePassword: { supported: false } });
    const id = await createUser(peer, 'b', { password: 'secret-0' });
    const { status, text } = await peer.ask(method, `/Users/${id}`, body);
    expect(status).toBe(501);
    expect(text).not.toContain('secret');
    expect((await peer.ask('GET', `/Users/${id}`)).json).not.toHaveProperty('title');
    expect((await config(peer)).changePassword.supported).toBe(false);
    const open = await start();
    const other = await createUser(open, 'b');
    const accepted = await open.ask(method, `/Users/${other}`, body);
    expect([accepted.status, accepted.text.includes('secret')]).toEqual([200, false]);
  });
});

describe('a password', () => {
  it.each([
    ['PUT', { schemas: [userUrn], userName: 'b', password: 'secret-1' }],
    ['PATCH', patchOp({ op: 'replace', path: 'password', value: 'secret-1' })],
  ])('that %s changes alone makes a new version, as it does anywhere', async (method, body) => {
    const peer = await start();
    const before = (await peer.ask('GET', `/Users/${await createUser(peer, 'b')}`)).json;
    const { json } = await peer.ask(method, `/Users/${before.id}`, body);
    expect(json.meta.version).not.toBe(before.meta.version);
    expect(Date.parse(json.meta.lastModified)).toBeGreaterThan(Date.parse(before.meta.lastModified));
  });
});

describe('bodies', () => {
  it('larger than the rules allow are refused with the limit', async () => {
    const peer = await withRules({ maxPayloadSize: 300 });
    const create = (title: string) => peer.ask('POST', '/Users', { schemas: [userUrn], userName: title, title });
    const { status, json } = await create('ä'.repeat(200));
    expect(status).toBe(413);
    expect(json.detail).toContain('300 bytes');
    expect((await create('ä')).status).toBe(201);
  });
});

describe('Accept', () => {
  it.each([
    ['text/html', 406],
    ['application/scim+json;q=0, text/html', 406],
    ['application/xml, application/json;q=0', 406],
    ['text/html, application/json;q=0.5', 200],
    ['application/*', 200],
    ['*/*;q=0.1', 200],
    ['', 200],
  ])('%s gives %i', async (accept, status) => {
    const peer = await start();
    const reply = await peer.ask('GET', '/Users', undefined, { accept });
    expect([reply.status, reply.json.status]).toEqual([status, status === 406 ? '406' : undefined]);
  });

  it('is looked at before anything is done', async () => {
    const peer = await start();
    const body = { schemas: [userUrn], userName: 'b' };
    expect((await peer.ask('POST', '/Users', body, { accept: 'text/html' })).status).toBe(406);
    expect((await peer.ask('GET', '/Users')).json.totalResults).toBe(0);
  });

  it.each([
    ['application/json, application/scim+json;q=0.5', 'application/json'],
    ['application/json, */*', 'application/scim+json'],
    ['application/*;q=0.2, application/scim+json;q=0.1', 'application/json'],
  ])('%s is answered with %s', async (accept, type) => {
    const { ask } = await start();
    const { headers } = await ask('GET', '/Users', undefined, { accept });
    expect(headers.get('content-type')).toBe(`${type};charset=utf-8`);
  });
});

describe('OPTIONS', () => {
  it.each([
    ['/Users', 'GET, HEAD, POST, OPTIONS'],
    ['/Users/x', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['/Me', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
    ['/Bulk', 'POST, OPTIONS'],
    ['/Schemas', 'GET, HEAD, OPTIONS'],
  ])('%s tells what is possible', async (path, allow) => {
    const { ask } = await start();
    const { status, headers, text } = await ask('OPTIONS', path);
    expect([status, headers.get('allow'), text]).toEqual([204, allow, '']);
  });
});

describe('authenticationSchemes', () => {
  const token = { name: 'one', value: 'token-one' };
  it.each<[AuthSettings, string, Record<string, string>]>([
    [{ scheme: 'none' }, 'oauthbearertoken', {}],
    [{ scheme: 'bearer', tokens: [token] }, 'oauthbearertoken', { authorization: 'Bearer token-one' }],
    [{ scheme: 'basic', users: [token] }, 'httpbasic', { authorization: `Basic ${btoa('one:token-one')}` }],
    [{ scheme: 'apiKey', header: 'x-api-key', keys: [token] }, 'apikey', { 'x-api-key': 'token-one' }],
  ])('tell the truth: %j', async (auth, type, headers) => {
    const { ask } = await start({ auth });
    const { status, json } = await ask('GET', '/ServiceProviderConfig', undefined, headers);
    expect([status, json.authenticationSchemes[0].type]).toEqual([200, type]);
    expect(json.authenticationSchemes[0]).toMatchObject({ name: expect.any(String), description: expect.any(String) });
  });
});
