/** What a tenant does not permit: nothing of it reaches the server. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SafeguardOptions } from '../../src/client/safeguards.js';
import { Target } from '../../src/client/target.js';
import type { RequestLine } from '../../src/mock/options.js';
import { type Mock, startMock } from '../../src/mock/server.js';

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';

let mock: Mock;
let requests: RequestLine[];
let targets: Target[];

beforeEach(async () => {
  requests = [];
  targets = [];
  mock = await startMock({ onRequest: (line) => requests.push(line) });
});

afterEach(async () => {
  await Promise.all(targets.map((target) => target.close()));
  await mock.close();
});

function target(safeguards: SafeguardOptions): Target {
  const made = new Target({
    tenant: 'production',
    baseUrl: new URL(mock.url),
    auth: { scheme: 'none' },
    limits: { timeoutMs: 10_000, maxResponseBytes: 1e7 },
    validation: 'strict',
    safeguards,
    userAgent: 'test',
  });
  targets.push(made);
  return made;
}

/** Creates a user and gives its id. */
async function user(userName: string): Promise<string> {
  const answer = await target({}).create('User', JSON.stringify({ schemas: [userUrn], userName }));
  const { pathname } = new URL(answer.location ?? '');
  return pathname.split('/').at(-1) ?? '';
}

const writes = () => requests.filter(({ method }) => method !== 'GET').length;

describe('a read-only tenant', () => {
  it('reads and searches', async () => {
    await user('ann');
    const reader = target({ readOnly: true });
    const run = reader.search('User', {});
    for await (const page of run) expect(page.resources).toHaveLength(1);
    expect(run.outcome.count).toBe(1);
  });

  it.each([
    ['POST', '/Users', '{}'],
    ['PUT', '/Users/1', '{}'],
    ['PATCH', '/Users/1?attributes=id', '{}'],
    ['DELETE', '/Users/1', undefined],
    ['POST', '/Bulk', '{}'],
    ['POST', '/Users/.search/../1', '{}'],
  ])('sends no %s %s', async (method, path, body) => {
    const refused = target({ readOnly: true }).exchange({ method, path, body });
    await expect(refused).rejects.toMatchObject({ code: /tenant.readOnly|usage/ });
    expect(requests).toEqual([]);
  });

  it('sends no method that a header stands for', async () => {
    const headers = { 'X-HTTP-Method-Override': 'DELETE' };
    const refused = target({ readOnly: true }).exchange({ method: 'GET', path: '/Users/1', headers });
    await expect(refused).rejects.toMatchObject({ code: 'tenant.readOnly' });
    expect(requests).toEqual([]);
  });
});

describe('what is protected', () => {
  const safeguards = { protected: ['userName eq "Break-Glass@example.com"', 'roles.value eq "root"'] };

  it('is not changed, by any method', async () => {
    const id = await user('break-glass@EXAMPLE.com');
    const before = writes();
    const careful = target(safeguards);
    const operations = JSON.stringify([{ op: 'replace', path: 'active', value: false }]);
    const refusal = { code: 'tenant.protected', message: expect.stringContaining('userName eq') };
    await expect(careful.patch('User', id, operations)).rejects.toMatchObject(refusal);
    await expect(careful.delete('User', id)).rejects.toMatchObject(refusal);
    const resource = JSON.stringify({ schemas: [userUrn], userName: 'x' });
    await expect(careful.replace('User', id, resource)).rejects.toMatchObject(refusal);
    const bulk = { schemas: [], Operations: [{ method: 'delete', path: `Users/${id}` }] };
    const sent = careful.exchange({ method: 'POST', path: '/Bulk', body: JSON.stringify(bulk) });
    await expect(sent).rejects.toMatchObject(refusal);
    expect(writes()).toBe(before);
  });

  it('is nothing else', async () => {
    const id = await user('ann');
    const answer = await target(safeguards).delete('User', id);
    expect(answer.status).toBe(204);
  });

  it('is taken to be whatever cannot be read', async () => {
    const careful = target(safeguards);
    await mock.close();
    await expect(careful.exchange({ method: 'DELETE', path: '/Users/1' })).rejects.toMatchObject({
      code: 'tenant.protected',
      message: expect.stringContaining('cannot be read'),
    });
  });
});
