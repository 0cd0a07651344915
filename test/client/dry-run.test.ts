/** Runs without writing: nothing reaches the service, what would have been sent is kept, what reads is sent. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DryRun, withoutWriting } from '../../src/client/dry-run.js';
import { Target } from '../../src/client/target.js';
import { type Mock, startMock } from '../../src/mock/server.js';

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
let mock: Mock;
let target: Target;

beforeAll(async () => {
  mock = await startMock({ users: 5, tokens: ['dry-s3cret-token'] });
  target = new Target({
    tenant: 'test',
    baseUrl: new URL(mock.url),
    auth: { scheme: 'bearer', token: 'dry-s3cret-token' },
    limits: { timeoutMs: 5000, maxResponseBytes: 1_000_000 },
    validation: 'strict',
    safeguards: { protected: ['userName eq "kept@example.com"'] },
    userAgent: 'test',
  });
});

afterAll(async () => {
  await target.close();
  await mock.close();
});

async function total(): Promise<unknown> {
  const { json } = await target.exchange({ method: 'GET', path: '/Users?count=0' });
  return json;
}

describe('a run without writing', () => {
  it('sends what reads, keeps what writes, and makes up an answer for it', async () => {
    const before = await total();
    const run = new DryRun();
    await withoutWriting(run, async () => {
      const made = await target.create(
        'User',
        JSON.stringify({ schemas, userName: 'new@example.com', password: 'hush' }),
      );
      expect(made).toMatchObject({ status: 201, location: `${mock.url}/Users/dry-run-1` });
      expect(JSON.parse(made.text)).toMatchObject({ id: 'dry-run-1', userName: 'new@example.com' });
      const [first] =
        (await target.search('User', { count: 1 }, { limit: 1 })[Symbol.asyncIterator]().next()).value?.resources ?? [];
      expect(first).toBeDefined();
      const gone = await target.delete('User', 'dry-run-1');
      expect(gone).toMatchObject({ status: 204, text: '' });
      const { results } = await target.bulk([
        { method: 'POST', path: '/Users', bulkId: 'a', data: { schemas, userName: 'a@example.com' } },
        { method: 'DELETE', path: '/Users/1' },
      ]);
      expect(results.map(({ outcome }) => outcome)).toEqual(['success', 'success']);
    });
    expect(run.collected.map(({ method, url }) => [method, url.replace(mock.url, '')])).toEqual([
      ['POST', '/Users'],
      ['DELETE', '/Users/dry-run-1'],
      ['POST', '/Bulk'],
    ]);
    expect(run.collected[0]?.requestBody(1000)).toContain('new@example.com');
    expect(run.collected[0]?.requestBody(1000)).not.toContain('hush');
    expect(await total()).toEqual(before);
    expect(target.deviations).toEqual([]);
  });

  it('ends with the work: what comes later writes', async () => {
    const run = new DryRun();
    await withoutWriting(run, async () => {});
    const made = await target.create('User', JSON.stringify({ schemas, userName: 'kept@example.com' }));
    expect(made.status).toBe(201);
    expect(run.collected).toEqual([]);
    const { id } = JSON.parse(made.text) as { id: string };
    await expect(withoutWriting(run, () => target.delete('User', id))).rejects.toThrow(/protects/);
    expect(run.collected).toEqual([]);
  });
});
