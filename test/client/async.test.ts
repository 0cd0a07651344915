/** RFC 9967 §2.5: "accepted" is not "done". */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Target } from '../../src/client/target.js';
import { PendingError, ResponseError, UsageError } from '../../src/scim/error.js';
import { urn } from '../../src/scim/urn.js';
import { answer, type Behaviour, type FaultServer, json, startFaultServer } from '../support/fault-server.js';
import { targetOf } from './list-servers.js';

let server: FaultServer;
let target: Target;
const followUp = { forMs: 300, everyMs: 2 };
const user = JSON.stringify({ schemas: [urn.user], userName: 'babs' });

beforeEach(async () => {
  server = await startFaultServer();
  target = targetOf(server);
});

afterEach(async () => {
  await target.close();
  await server.close();
});

function accepted(location?: string): Behaviour {
  return answer(202, { 'set-txn': 'txn-1', ...(location === undefined ? {} : { location }) }, '');
}

/** A security event token, unsigned. */
function token(claims: object): Behaviour {
  const parts = [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return answer(200, { 'content-type': 'application/secevent+jwt' }, `${parts.join('.')}.`);
}

function completion(event: object, txn = 'txn-1'): Behaviour {
  return token({ txn, events: { 'urn:ietf:params:scim:event:misc:asyncresp': event } });
}

async function pending(promise: Promise<unknown>): Promise<PendingError> {
  const error: unknown = await promise.then(
    () => new Error('expected to be pending'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PendingError)) throw error;
  return error;
}

describe('an accepted request', () => {
  it('that creates is done when the resource is there', async () => {
    const created = json(200, { schemas: [urn.user], id: '7', userName: 'babs' });
    server.script.push(accepted('/scim/v2/Users/7'), json(404, {}), json(503, {}), created);
    const done = await target.create('/Users', user, { followUp });
    expect(done).toMatchObject({ status: 201, json: { id: '7' } });
    expect(server.seen.at(-1)).toMatchObject({ method: 'GET', url: '/scim/v2/Users/7' });
  });

  it('that deletes is done when the resource is gone', async () => {
    const there = json(200, { schemas: [urn.user], id: '7' });
    server.script.push(accepted('/Users/7'), there, there, json(404, {}));
    expect((await target.delete('/Users', '7', { followUp })).status).toBe(204);
  });

  it('is done when its event says so, and failed when that says so', async () => {
    const event = { method: 'PATCH', status: '200', version: 'W/"2"', location: '/Users/7', response: { id: '7' } };
    server.script.push(accepted('/events/1'), json(202, {}), completion(event));
    const done = await target.patch('/Users', '7', '[{"op":"remove","path":"title"}]', { followUp });
    expect(done).toMatchObject({ status: 200, etag: 'W/"2"', location: '/Users/7', json: { id: '7' } });
    const response = { schemas: [urn.error], status: '409', scimType: 'uniqueness', detail: 'taken' };
    server.script.push(accepted('/events/1'), completion({ method: 'POST', status: '409', response }));
    const failing = target.create('/Users', user, { followUp });
    await expect(failing).rejects.toMatchObject({ status: 409, scimType: 'uniqueness', detail: 'taken' });
    await expect(failing).rejects.toBeInstanceOf(ResponseError);
  });

  it('is never done by the event of another transaction', async () => {
    server.script.push(accepted('/events/1'));
    server.otherwise = completion({ method: 'POST', status: '201' }, 'txn-2');
    const error = await pending(target.create('/Users', user, { followUp }));
    expect(error).toMatchObject({ code: 'async.pending', txn: 'txn-1', location: '/events/1' });
  });

  it.each<[string, Behaviour]>([
    ['tells no place to ask', accepted()],
    ['tells a place on another server', accepted('https://elsewhere.example/events/1')],
  ])('that %s stays pending', async (_, behaviour) => {
    server.script.push(behaviour);
    const error = await pending(target.replace('/Users', '7', user, { followUp }));
    expect(error.code).toBe('async.pending');
    expect(error.message).toContain('PUT /Users/7 was accepted (202, transaction txn-1)');
    expect(server.seen).toHaveLength(1);
  });

  it('that changes a resource which can be read all the time is unknown', async () => {
    server.script.push(accepted('/Users/7'), json(200, { schemas: [urn.user], id: '7' }));
    const error = await pending(target.replace('/Users', '7', user, { followUp }));
    expect(error.code).toBe('async.unknown');
    expect(server.seen).toHaveLength(2);
  });

  it('is an answer with a warning in a raw exchange', async () => {
    server.script.push(accepted());
    const raw = await target.exchange({ method: 'DELETE', path: '/Users/7' });
    expect(raw.warnings).toEqual([expect.stringContaining('not carried out yet (202, Set-Txn txn-1)')]);
  });
});

describe('/Me', () => {
  it('may be elsewhere on the server, and nowhere else', async () => {
    server.script.push(answer(308, { location: `${server.base.href}/Users/7` }, ''), json(200, { id: '7' }));
    expect((await target.me({ attributes: ['id'] })).json).toEqual({ id: '7' });
    expect(server.seen.map(({ url }) => url)).toEqual(['/scim/v2/Me?attributes=id', '/scim/v2/Users/7?attributes=id']);
    server.script.push(answer(308, { location: 'https://elsewhere.example/Users/7' }, ''));
    await expect(target.me()).rejects.toBeInstanceOf(UsageError);
    server.script.push(json(501, {}));
    await expect(target.me()).rejects.toMatchObject({ status: 501 });
  });
});
