/** Which vendors and quirks there are, and what a mistake in them is answered with. */

import { describe, expect, it } from 'vitest';
import { quirkCatalogue } from '../../../src/mock/quirks/catalogue.js';
import { quirksFor } from '../../../src/mock/quirks/index.js';
import { UsageError } from '../../../src/scim/error.js';
import { SchemaRegistry } from '../../../src/scim/schema/resource-type.js';
import { names } from '../../../src/vendors/index.js';
import { createUser, groupUrn, type Peer, patchOp, start, userUrn } from '../helper.js';
import { handClock, vendor } from './helper.js';

const place = {
  registry: SchemaRegistry.rfc,
  basePath: '/scim/v2',
  baseUrl: 'http://localhost/scim/v2',
  now: () => new Date(),
};

describe('a mock server', () => {
  it('has no steps and no changes without a vendor, or with the generic one', () => {
    for (const name of [undefined, 'generic']) {
      const { rules, schemas, steps } = quirksFor(name);
      expect(steps(place)).toEqual({ outer: undefined, inner: undefined });
      expect([Object.values(rules).every((part) => Object.keys(part).length === 0), schemas]).toEqual([true, []]);
    }
  });

  it.each(names())('can be %s', async (name) => {
    const peer = await start({ vendor: name, users: 3 });
    const path = name === 'entra-id' ? '/users' : '/Users';
    const { status, json } = await peer.ask('GET', path, undefined, {
      accept: 'application/json, application/scim+json',
    });
    expect([status, (json.resources ?? json.Resources).length]).toEqual([200, name === 'snowflake' ? 1 : 3]);
  });

  it('has the quirks of its owner over those of its vendor, and the rules over both', async () => {
    const peer = await vendor('aws', { users: 30, quirks: { 'page.max': 20 }, rules: { paging: { maxPageSize: 10 } } });
    expect((await peer.ask('GET', '/Users?count=100')).json.Resources).toHaveLength(10);
    const other = await vendor('aws', { users: 30, quirks: { 'page.max': 20 } });
    expect((await other.ask('GET', '/Users?count=100')).json.Resources).toHaveLength(20);
  });

  it.each([
    ['octa', {}, 'There is no vendor "octa"; did you mean okta?'],
    ['something else', {}, 'there are generic, okta'],
    ['okta', { 'page.maxx': 1 }, 'There is no quirk "page.maxx"; did you mean page.max?'],
    [undefined, { nothing: 1 }, 'There is no quirk "nothing"'],
    [undefined, { 'page.max': '50' }, 'The quirk page.max cannot be "50": '],
    [undefined, { 'page.max': 0 }, 'The quirk page.max cannot be 0: '],
    [undefined, { 'page.mode': 'offset' }, 'The quirk page.mode cannot be "offset": '],
    [undefined, { 'rate.limits': [{ requests: 0, perSeconds: 1 }] }, 'at 0.requests'],
    [undefined, { 'update.user': 'put' }, 'update.user is nothing that a server does: use update.userVerbs'],
    [undefined, { 'headers.required': [{ name: 'Authorization' }] }, 'must not be a credential'],
    [undefined, { __proto__: null, constructor: 1 }, 'There is no quirk "constructor"'],
  ])('refuses vendor %s with quirks %j', (name, quirks, message) => {
    expect(() => quirksFor(name, quirks)).toThrow(UsageError);
    expect(() => quirksFor(name, quirks)).toThrow(message);
  });

  it('refuses them before it takes a port', async () => {
    await expect(start({ vendor: 'octa' })).rejects.toThrow('did you mean okta?');
  });
});

describe('the catalogue', () => {
  it('has a sentence, a kind and a valid standard for each quirk, and vendors that differ from it', () => {
    for (const { name, doc, kind, standard, vendors, schema } of quirkCatalogue()) {
      expect([name, doc.length > 10, kind.length > 0]).toEqual([name, true, true]);
      expect([name, schema.safeParse(standard).success]).toEqual([name, true]);
      for (const { value } of vendors) {
        expect([name, schema.safeParse(value).success]).toEqual([name, true]);
        expect([name, value]).not.toEqual([name, standard]);
      }
    }
  });

  it('lists the values that can be listed', () => {
    const quirk = (name: string) => quirkCatalogue().find((one) => one.name === name);
    expect(quirk('page.mode')).toMatchObject({ values: ['index', 'cursor', 'none', 'auto'] });
    expect(quirk('page.max')).toMatchObject({ kind: 'number | null', values: ['null'] });
    expect(quirk('filter.logic')).toMatchObject({ kind: 'list of and | or | not' });
    expect(quirk('patch.result')).toMatchObject({ values: ['200', '204', 'either'] });
    expect(quirk('page.maxStartIndex')?.vendors).toEqual([{ name: 'salesforce', value: 2000 }]);
  });
});

describe('error shapes', () => {
  it.each([
    ['custom', 'application/scim+json', '{"error":"404","message":"There'],
    ['html', 'text/html', '<!DOCTYPE html><html><head><title>404</title></head><body>There'],
  ])('%s', async (shape, type, text) => {
    const peer = await start({ quirks: { 'error.shape': shape } });
    const reply = await peer.ask('GET', '/Users/%3Cscript%3E');
    expect([reply.status, reply.headers.get('content-type')?.split(';')[0]]).toEqual([404, type]);
    expect(reply.text.startsWith(text)).toBe(true);
    expect(shape === 'html' && reply.text.includes('<script>')).toBe(false);
  });
});

describe('deactivation', () => {
  const off = patchOp({ op: 'Replace', path: 'active', value: 'False' });
  const on = patchOp({ op: 'replace', value: { active: true } });
  const active = async (peer: Peer, id: string) => (await peer.ask('GET', `/Users/${id}`)).json.active;

  it('is delayed: the answer shows what still is, and an activation in between wins', async () => {
    const { now, pass } = handClock();
    const peer = await start({ now, quirks: { 'deactivate.effect': 'delayed', 'deactivate.delay': 60 } });
    const id = await createUser(peer, 'bjensen', { active: true });
    const answer = await peer.ask('PATCH', `/Users/${id}`, off);
    expect([answer.status, answer.json.active, answer.headers.get('etag')]).toEqual([
      200,
      true,
      answer.json.meta.version,
    ]);
    pass(59);
    expect(await active(peer, id)).toBe(true);
    pass(1);
    expect(await active(peer, id)).toBe(false);
    await peer.ask('PATCH', `/Users/${id}`, on);
    await peer.ask('PATCH', `/Users/${id}`, off);
    await peer.ask('PATCH', `/Users/${id}`, on);
    pass(120);
    expect(await active(peer, id)).toBe(true);
  });

  it('ends in the deletion of the user, unless it is activated again', async () => {
    const { now, pass } = handClock();
    const peer = await start({ now, quirks: { 'deactivate.effect': 'deleted-later' } });
    const [gone, kept] = [await createUser(peer, 'gone'), await createUser(peer, 'kept')];
    for (const id of [gone, kept]) await peer.ask('PATCH', `/Users/${id}`, off);
    pass(29 * 86_400);
    expect([await active(peer, gone), await active(peer, kept)]).toEqual([false, false]);
    await peer.ask('PATCH', `/Users/${kept}`, on);
    pass(2 * 86_400);
    expect((await peer.ask('GET', '/Users')).json.Resources.map(({ id }: { id: string }) => id)).toEqual([kept]);
  });

  it('is of the user whom /Me stands for, whoever asks when it is due', async () => {
    const { now, pass } = handClock();
    const token = (name: string) => ({ name, value: name, user: name });
    const auth = { scheme: 'bearer', tokens: [token('babs'), token('smith')] } as const;
    const peer = await start({ now, auth, quirks: { 'deactivate.effect': 'delayed', 'deactivate.delay': 60 } });
    const as = (name: string) => ({ authorization: `Bearer ${name}` });
    for (const userName of ['babs', 'smith']) {
      await peer.ask('POST', '/Users', { schemas: [userUrn], userName, active: true }, as('babs'));
    }
    expect((await peer.ask('PATCH', '/Me', off, as('babs'))).json.active).toBe(true);
    pass(61);
    const { Resources } = (await peer.ask('GET', '/Users', undefined, as('smith'))).json;
    expect(Resources.map((one: { active: boolean }) => one.active)).toEqual([false, true]);
  });

  it('locks: neither PATCH nor DELETE removes the user', async () => {
    const peer = await start({ quirks: { 'deactivate.effect': 'locked' } });
    const id = await createUser(peer, 'bjensen');
    expect((await peer.ask('DELETE', `/Users/${id}`)).status).toBe(204);
    expect(await active(peer, id)).toBe(false);
    expect((await peer.ask('POST', '/Users', { schemas: [userUrn], userName: 'bjensen' })).status).toBe(409);
  });

  it('removes the user from groups with the identity', async () => {
    const peer = await start({ quirks: { 'deactivate.effect': 'removed' } });
    const id = await createUser(peer, 'bjensen');
    const body = { schemas: [groupUrn], displayName: 'Guides', members: [{ value: id }] };
    const group = (await peer.ask('POST', '/Groups', body)).json.id;
    expect((await peer.ask('PATCH', `/Users/${id}`, off)).status).toBe(200);
    expect((await peer.ask('GET', `/Groups/${group}`)).json.members).toBeUndefined();
  });

  it('works where a write needs If-Match', async () => {
    const peer = await start({
      rules: { etag: { required: true } },
      quirks: { 'deprovision.deleteEffect': 'deactivated' },
    });
    const id = await createUser(peer, 'bjensen');
    expect((await peer.ask('DELETE', `/Users/${id}`)).status).toBe(428);
    expect((await peer.ask('DELETE', `/Users/${id}`, undefined, { 'if-match': 'W/"other"' })).status).toBe(412);
    expect((await peer.ask('DELETE', `/Users/${id}`, undefined, { 'if-match': '*' })).status).toBe(204);
    expect(await active(peer, id)).toBe(false);
  });
});

describe('an operation of Bulk', () => {
  it('has the quirks of a request', async () => {
    const peer = await start({ quirks: { 'create.required': { User: ['title'] } } });
    const operation = {
      method: 'POST',
      path: '/Users',
      bulkId: 'a',
      data: { schemas: [userUrn], userName: 'bjensen' },
    };
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    const { Operations } = (await peer.ask('POST', '/Bulk', { schemas, Operations: [operation] })).json;
    expect(Operations[0].status).toBe('400');
  });
});

describe('rate limits', () => {
  it('give the reset as an HTTP date', async () => {
    const { now } = handClock();
    const headers = { limit: null, remaining: null, reset: 'x-reset', retryAfter: 'retry-after' };
    const quirks = {
      'rate.limits': [{ requests: 60, perSeconds: 60 }],
      'rate.headers': headers,
      'rate.resetKind': 'http-date',
    };
    const peer = await start({ now, quirks });
    expect((await peer.ask('GET', '/Users')).headers.get('x-reset')).toBe('Sat, 31 Jan 2026 08:00:01 GMT');
  });
});
