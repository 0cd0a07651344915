import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/mock/faults/rule.js';
import type { Mock } from '../../src/mock/server.js';
import { bridgeOf, mockServer, type Result, tenantAt, token, withId, workspace } from './helper.js';

const vendors = [
  'generic',
  'okta',
  'entra-id',
  'aws-iam-identity-center',
  'github-organization',
  'slack',
  'gitlab',
  'keycloak',
];

async function checkOf(mock: { readonly url: string }, ...more: string[]): Promise<Result> {
  const root = workspace({ 'scim.yaml': tenantAt(mock.url, ...more) });
  const bridge = await bridgeOf(root, { SCIM_STAGING_TOKEN: token });
  return bridge.connection.sendRequest('scim/doctor', { writeCheck: true });
}

function usersOf({ store }: Mock): number {
  return store.registry.resourceTypes
    .filter(({ name }) => name === 'User')
    .reduce((sum, type) => sum + store.count(type), 0);
}

async function mockWith(...faults: FaultRule[]) {
  const requests: string[] = [];
  const mock = await mockServer({
    tokens: [token],
    faults,
    onRequest: ({ method, path }) =>
      void (method === 'GET' || requests.push(`${method} ${path.replace(/[0-9a-f-]{36}/, 'ID')}`)),
  });
  return { mock, requests, users: () => usersOf(mock) };
}

describe('permission to write', () => {
  it('is shown by a throwaway user who is gone again', async () => {
    const { mock, requests, users } = await mockWith();
    const result = await checkOf(mock);
    expect(requests).toEqual(['POST /scim/v2/Users', 'PATCH /scim/v2/Users/ID', 'DELETE /scim/v2/Users/ID']);
    expect(users()).toBe(0);
    expect(withId(result, 'SCIM006').at(-1)).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('create, change, remove'),
    });
  });

  it('is missing', async () => {
    const { mock, users } = await mockWith({ on: { methods: ['POST'] }, effect: { status: 403 } });
    const result = await checkOf(mock);
    expect(withId(result, 'AUTH002')).toMatchObject([
      { status: 'error', message: expect.stringContaining('cannot be created') },
    ]);
    expect(result.exitCode).toBe(7);
    expect(users()).toBe(0);
  });

  it('leaves nothing behind when the change fails', async () => {
    const { mock, users } = await mockWith({ on: { methods: ['PATCH'] }, effect: { status: 403 } });
    const result = await checkOf(mock);
    expect(withId(result, 'AUTH002')[0]?.message).toContain('cannot be changed');
    expect(users()).toBe(0);
  });

  it('leaves nothing behind when the answer to the creation is lost', async () => {
    const { mock, users } = await mockWith({ on: { methods: ['POST'] }, effect: { cutAfter: -1, commit: true } });
    await checkOf(mock);
    expect(users()).toBe(0);
  });

  it('names the user when it cannot be removed', async () => {
    const { mock, users } = await mockWith({ on: { methods: ['DELETE'] }, effect: { status: 403 } });
    const result = await checkOf(mock);
    expect(users()).toBe(1);
    const left = withId(result, 'SCIM006').at(-1);
    expect(left).toMatchObject({
      status: 'error',
      message: expect.stringMatching(/throwaway user \/Users\/\S+ .*could not be removed/),
    });
    expect(left?.fix).toContain('DELETE /Users/');
  });

  it('is not tried at a tenant that is read-only', async () => {
    const { mock, requests } = await mockWith();
    const result = await checkOf(mock, 'readOnly: true');
    expect(withId(result, 'SCIM006').at(-1)).toMatchObject({
      status: 'skipped',
      message: expect.stringContaining('read-only'),
    });
    expect(requests).toEqual([]);
  });

  it.each(vendors)('works at %s, in its own dialect', async (vendor) => {
    const mock = await mockServer({ vendor, tokens: [token] });
    const result = await checkOf(mock, `vendor: ${vendor}`);
    const written = result.findings.filter(({ id, status }) => status === 'error' && /SCIM006|AUTH002/.test(id));
    expect(written).toEqual([]);
  });
});
