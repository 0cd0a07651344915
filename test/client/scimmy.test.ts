/** The client against a server that was written elsewhere. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Target } from '../../src/client/target.js';
import { isJsonObject } from '../../src/scim/json.js';
import { urn } from '../../src/scim/urn.js';
import { type ScimmyServer, startScimmy } from '../support/scimmy-server.js';

const token = 'scimmy-token-1';
let server: ScimmyServer;
let target: Target;

function targetOf(secret: string): Target {
  return new Target({
    tenant: 'scimmy',
    baseUrl: server.base,
    auth: { scheme: 'bearer', token: secret },
    limits: { timeoutMs: 10_000, maxResponseBytes: 10_000_000 },
    validation: 'strict',
    userAgent: 'scim-test',
  });
}

beforeAll(async () => {
  server = await startScimmy({ users: 60, token });
  target = targetOf(token);
});

afterAll(async () => {
  await target.close();
  await server.close();
});

describe('against scimmy-routers', () => {
  it('discovers resource types and schemas', async () => {
    const { registry, warnings, supports } = await target.discover();
    expect(warnings).toEqual([]);
    expect(registry.resourceTypes.map(({ name }) => name).sort()).toEqual(['Group', 'User']);
    expect(supports('patch')).toBe(true);
  });

  it('lists all 60 users, although GET always answers the first 20', async () => {
    const run = target.list('User', {});
    const names = new Set<unknown>();
    for await (const { resources } of run) for (const { userName } of resources) names.add(userName);
    expect(run.outcome).toMatchObject({ completeness: { kind: 'complete' }, count: 60, totalResults: 60 });
    expect(names.size).toBe(60);
    expect(run.outcome.warnings.join()).toContain('ignores startIndex');
  });

  it('searches below a type, with a filter that the answer obeys', async () => {
    const run = target.search('User', { filter: 'userName eq "user7"' });
    const names: unknown[] = [];
    for await (const { resources } of run) for (const { userName } of resources) names.push(userName);
    expect(names).toEqual(['user7']);
    expect(run.outcome.completeness).toEqual({ kind: 'complete' });
    const all = target.search('User', { count: 25 });
    for await (const _ of all);
    expect(all.outcome).toMatchObject({ completeness: { kind: 'complete' }, count: 60 });
  });

  it('creates, reads, changes and deletes a user', async () => {
    const created = await target.create('User', JSON.stringify({ schemas: [urn.user], userName: 'bjensen' }));
    expect(created.status).toBe(201);
    const id = isJsonObject(created.json) ? String(created.json.id) : '';
    expect(created.location).toContain(`/Users/${id}`);
    const patched = await target.patch('User', id, '[{"op":"replace","path":"displayName","value":"Babs"}]');
    expect(patched.json).toMatchObject({ displayName: 'Babs' });
    const replaced = await target.replace('User', id, JSON.stringify({ schemas: [urn.user], userName: 'babs' }));
    expect(replaced.json).toMatchObject({ userName: 'babs' });
    expect((await target.get('User', id)).json).toMatchObject({ id, userName: 'babs' });
    expect((await target.delete('User', id)).status).toBe(204);
    await expect(target.get('User', id)).rejects.toMatchObject({ status: 404, code: 'http.status' });
  });

  it('understands its errors', async () => {
    const taken = target.create('User', JSON.stringify({ schemas: [urn.user], userName: 'user1' }));
    await expect(taken).rejects.toMatchObject({
      status: 409,
      scimType: 'uniqueness',
      detail: 'userName user1 is taken',
    });
  });

  it('is refused with a wrong token, which no message shows', async () => {
    const stranger = targetOf('another-token-2');
    const error: unknown = await stranger.discover().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 401 });
    expect(String(error)).not.toContain('another-token-2');
    await stranger.close();
  });
});
