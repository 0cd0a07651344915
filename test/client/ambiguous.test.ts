import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, Target } from '../../src/client/target.js';
import { NetworkError, ResponseError, ScimError } from '../../src/scim/error.js';
import { urn } from '../../src/scim/urn.js';
import { fastClock } from '../support/fast-clock.js';
import { type Fault, StoreServer } from '../support/store-server.js';

let server: StoreServer;
let target: Target;

beforeEach(async () => {
  server = await StoreServer.start();
  target = new Target({
    tenant: 'test',
    baseUrl: server.http.base,
    auth: { scheme: 'none' },
    limits: { timeoutMs: 5_000, maxResponseBytes: 1_000_000 },
    validation: 'off',
    userAgent: 'scim-test',
    clock: fastClock,
    random: () => 0.5,
  });
});

afterEach(async () => {
  await target.close();
  await server.http.close();
});

const faults: readonly Fault[] = ['resetBefore', 'resetAfter', 'cutAnswer', 'failBefore', 'failAfter'];
const ana = { schemas: [urn.user], userName: 'ana', externalId: 'e-1', active: true };
const staff = { schemas: [urn.group], displayName: 'Staff' };

function create(resource: object, endpoint = '/Users'): Promise<Answer> {
  return target.create(endpoint, JSON.stringify(resource));
}

function userNames(): unknown[] {
  return [...server.resources.values()].map((resource) => resource['userName'] ?? resource['displayName']);
}

async function failure(promise: Promise<unknown>): Promise<ScimError> {
  const error: unknown = await promise.then(
    (value) => new Error(`expected a failure, got ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScimError)) throw error;
  return error;
}

describe('creating', () => {
  it.each(faults)('happens once when the first request meets %s', async (fault) => {
    server.faults.push(fault);
    const answer = await create(ana);
    expect(answer.json).toMatchObject({ userName: 'ana', id: expect.stringMatching(/^id-/) });
    expect(userNames()).toEqual(['ana']);
    expect(answer.warnings.join()).toMatch(/looked it up by externalId: it was created|it was sent again/);
  });

  it.each(faults)('happens once when nothing but a name identifies it, and %s comes twice', async (fault) => {
    server.faults.push(fault, fault);
    await create(staff, '/Groups');
    expect(userNames()).toEqual(['Staff']);
  });

  it('happens once when the connection is cut before the request is read', async () => {
    server.http.unread = 2;
    await create(ana);
    expect(userNames()).toEqual(['ana']);
  });

  it('happens once when the first look finds nothing yet', async () => {
    server.faults.push('resetAfter');
    server.staleLists = 2;
    const answer = await create(ana);
    expect(userNames()).toEqual(['ana']);
    expect(answer.warnings).toEqual([
      'The connection broke after the request was sent; looked it up by externalId: it was created',
    ]);
  });

  it('happens once on a server that ignores filters', async () => {
    server.ignoresFilters = true;
    for (const userName of ['bob', 'cy', 'di']) server.add({ userName });
    server.faults.push('resetAfter');
    expect((await create(ana)).json).toMatchObject({ userName: 'ana' });
    server.faults.push('resetBefore');
    await create({ ...ana, userName: 'eve', externalId: 'e-2' });
    expect(userNames()).toEqual(['bob', 'cy', 'di', 'ana', 'eve']);
  });

  it('does not take what belongs to another', async () => {
    server.add({ ...ana, externalId: 'other' });
    server.faults.push('resetBefore');
    const error = await failure(create(ana));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toMatch(/id-1 has this userName and another externalId/);
    expect(userNames()).toEqual(['ana']);
  });

  it('does not take what was there before', async () => {
    server.add({ userName: 'ana' }, '2020-01-01T00:00:00Z');
    server.faults.push('failBefore');
    const error = await failure(create({ userName: 'ana' }));
    expect(error).toBeInstanceOf(ResponseError);
    expect(error.message).toMatch(/id-1 has this userName and was there before/);
    expect(server.resources.size).toBe(1);
  });

  it('does not choose between several', async () => {
    server.add(staff);
    server.add(staff);
    server.faults.push('resetBefore');
    expect((await failure(create(staff, '/Groups'))).message).toMatch(/2 resources have this displayName/);
    expect(server.count('POST')).toBe(1);
  });

  it('is not repeated when nothing identifies the resource', async () => {
    server.faults.push('resetBefore');
    expect((await failure(create({ schemas: [] }, '/Things'))).message).toMatch(/neither externalId nor userName/);
    expect(server.count('POST')).toBe(1);
  });

  it('ends when the server keeps failing', async () => {
    server.faults.push('resetBefore', 'resetBefore', 'resetBefore', 'resetBefore');
    const error = await failure(create(ana));
    expect(error.message).toMatch(/it was sent 3 times/);
    expect(server.resources.size).toBe(0);
  });

  it('is sent once when that is wanted', async () => {
    server.faults.push('resetBefore');
    await failure(target.create('/Users', JSON.stringify(ana), {}, { retry: false }));
    expect(server.http.seen).toHaveLength(1);
  });

  it('loses nothing and doubles nothing when many requests meet all faults', async () => {
    for (let index = 0; index < 30; index++) server.faults.push(faults[index % faults.length] ?? 'resetAfter');
    const names = Array.from({ length: 40 }, (_, index) => `user-${index}`);
    await Promise.all(names.map((userName) => create({ ...ana, userName, externalId: `x-${userName}` })));
    expect(userNames().map(String).sort()).toEqual([...names].sort());
  });
});

describe('replacing', () => {
  it.each(faults)('is done when the first request meets %s', async (fault) => {
    const id = String(server.add(ana)['id']);
    server.faults.push(fault);
    const answer = await target.replace('/Users', id, JSON.stringify({ ...ana, active: false }));
    expect(answer.json).toMatchObject({ active: false });
    expect(server.resources.get(id)).toMatchObject({ active: false });
    expect(server.count('PUT')).toBe(fault.endsWith('Before') ? 2 : 1);
  });

  it('does not overwrite what another has written meanwhile', async () => {
    const id = String(server.add(ana)['id']);
    const { etag } = await target.get('/Users', id);
    server.http.script.push((_, response) => {
      server.resources.set(id, { ...server.resources.get(id), id, title: 'other', meta: { version: 'W/"other"' } });
      response.socket?.resetAndDestroy();
    });
    const work = target.replace('/Users', id, JSON.stringify({ ...ana, active: false }), { ifMatch: etag ?? '' });
    expect((await failure(work)).message).toMatch(/another version/);
    expect(server.resources.get(id)).toMatchObject({ title: 'other', active: true });
  });
});

describe('patching', () => {
  const change = JSON.stringify([{ op: 'replace', path: 'active', value: false }]);

  it.each(faults)('is done when the first request meets %s', async (fault) => {
    const id = String(server.add(ana)['id']);
    server.faults.push(fault);
    const answer = await target.patch('/Users', id, change);
    expect(answer.json).toMatchObject({ active: false });
    expect(server.count('PATCH')).toBe(fault.endsWith('Before') ? 2 : 1);
  });

  it('sends only the members that are missing', async () => {
    const id = String(server.add({ ...staff, members: [{ value: 'a' }] })['id']);
    server.faults.push('resetBefore');
    const members = [{ value: 'a' }, { value: 'b' }];
    await target.patch('/Groups', id, JSON.stringify([{ op: 'add', path: 'members', value: members }]));
    const sent = server.http.seen.filter(({ method }) => method === 'PATCH').map(({ body }) => JSON.parse(body));
    expect(sent[1]).toMatchObject({ Operations: [{ op: 'add', path: 'members', value: [{ value: 'b' }] }] });
    expect(server.resources.get(id)).toMatchObject({ members });
  });

  it('is an error when it cannot be told whether it was done', async () => {
    const id = String(server.add({ ...ana, emails: [{ value: 'a@x', type: 'work' }] })['id']);
    server.faults.push('resetAfter');
    const operation = { op: 'replace', path: 'emails[value eq "a@x"].value', value: 'b@x' };
    const error = await failure(target.patch('/Users', id, JSON.stringify([operation])));
    expect(error.message).toMatch(/does not show whether the change was made/);
    expect(server.count('PATCH')).toBe(1);
  });
});

describe('deleting', () => {
  it.each(faults)('is done when the first request meets %s', async (fault) => {
    const id = String(server.add(ana)['id']);
    server.add({ userName: 'bob' });
    server.faults.push(fault);
    await target.delete('/Users', id);
    expect(userNames()).toEqual(['bob']);
  });

  it('of what is not there is an error as ever', async () => {
    expect(await failure(target.delete('/Users', 'nobody'))).toMatchObject({ status: 404 });
  });
});
