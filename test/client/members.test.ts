/** The members of groups: read, named and changed in the ways of services. */

import { afterEach, describe, expect, it } from 'vitest';
import { readMembers } from '../../src/client/members.js';
import { planMembers, sendStep } from '../../src/client/members-change.js';
import { namesOf } from '../../src/client/members-names.js';
import { entriesIn, resolveEntries } from '../../src/client/members-resolve.js';
import { Target } from '../../src/client/target.js';
import type { Exchange } from '../../src/http/exchange.js';
import { startMock } from '../../src/mock/server.js';
import type { JsonObject } from '../../src/scim/json.js';
import { urn } from '../../src/scim/urn.js';
import { find, generic } from '../../src/vendors/index.js';
import { override } from '../../src/vendors/override.js';
import { settle } from '../../src/vendors/profile.js';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Tried {
  readonly target: Target;
  readonly exchanges: Exchange[];
}

const numbers = Array.from({ length: 60 }, (_, index) => index + 1);

/** A service with users `u1`…`u60` and the group `g`, which has the first three. */
async function service(vendor?: string, overrides: JsonObject = {}): Promise<Tried> {
  const profile = (vendor === undefined ? undefined : find(vendor)) ?? generic;
  const userName = (number: number): string => `user${number}@example.com`;
  const server = await startMock({
    vendor,
    resources: [
      ...numbers.map((number) => ({
        type: 'User',
        resource: {
          schemas: [urn.user],
          id: `u${number}`,
          userName: userName(number),
          displayName: `Person ${number}`,
          name: { givenName: 'Person', familyName: `${number}` },
        },
      })),
      {
        type: 'Group',
        resource: {
          schemas: [urn.group],
          id: 'g',
          displayName: 'Engineering',
          members: [{ value: 'u1' }, { value: 'u2' }, { value: 'u3' }],
        },
      },
    ],
  });
  closing.push(() => server.close());
  const exchanges: Exchange[] = [];
  const target = new Target({
    tenant: 'test',
    baseUrl: new URL(server.url),
    auth: { scheme: 'none' },
    limits: { timeoutMs: 10_000, maxResponseBytes: 10_000_000 },
    validation: 'off',
    profile: settle(override(profile, overrides, { source: 'test', date: '2026' })),
    userAgent: 'test',
    onExchange: (exchange) => exchanges.push(exchange),
  });
  closing.push(() => target.close());
  return { target, exchanges };
}

const group = { type: 'Group', id: 'g' };
const ids = (from: number, to: number): string[] => numbers.slice(from - 1, to).map((number) => `u${number}`);

async function send(tried: Tried, added: string[], removed: string[]): Promise<unknown[]> {
  const steps = await planMembers(tried.target, group, { added, removed }, {});
  for (const step of steps) await sendStep(tried.target, step, {});
  return steps.map(({ body }) => JSON.parse(body));
}

async function memberIds({ target }: Tried): Promise<string[]> {
  return (await readMembers(target, group, {})).members.map(({ id }) => id).sort();
}

describe('reading', () => {
  it('takes one request, for nothing but the members', async () => {
    const { target, exchanges } = await service();
    const list = await readMembers(target, group, {});
    expect(list).toMatchObject({ name: 'Engineering', complete: true, notes: [] });
    expect(list.members).toContainEqual({ id: 'u2', name: 'Person 2', type: 'User' });
    const asked = exchanges.filter(({ url }) => url.includes('/Groups/'));
    expect(asked.map(({ url }) => new URL(url).search)).toEqual(['?attributes=id,displayName,members']);
  });

  it.each(['entra-id', 'aws-iam-identity-center'])('%s shows none: users say that they are in it', async (vendor) => {
    const { target } = await service(vendor);
    const list = await readMembers(target, group, {});
    expect(list.members.map(({ id }) => id).sort()).toEqual(['u1', 'u2', 'u3']);
    expect(list.members.every(({ name }) => name?.startsWith('Person'))).toBe(true);
    expect(list.notes.join()).toContain('does not show members');
  });

  it('says so where nothing shows them', async () => {
    const { target } = await service(undefined, { groups: { membersReadable: false } });
    const list = await readMembers(target, group, {});
    expect(list).toMatchObject({ members: [], complete: false });
  });

  it('sees the groups of a user from the other side', async () => {
    const { target } = await service();
    const list = await readMembers(target, { type: 'User', id: 'u2', inverse: true }, {});
    expect(list).toMatchObject({ name: 'Person 2', members: [{ id: 'g', name: 'Engineering', type: 'Group' }] });
  });

  it('refuses what is no list of references', async () => {
    const { target } = await service();
    await expect(readMembers(target, { ...group, attribute: 'displayName' }, {})).rejects.toThrow(
      'Group has no list of references called "displayName"',
    );
  });
});

describe('changing', () => {
  it('says the additions and the removals, and nothing about the others', async () => {
    const tried = await service();
    expect(await send(tried, ['u7', 'u8'], ['u1'])).toEqual([
      {
        schemas: [urn.patchOp],
        Operations: [
          { op: 'remove', path: 'members[value eq "u1"]' },
          { op: 'add', path: 'members', value: [{ value: 'u7' }, { value: 'u8' }] },
        ],
      },
    ]);
    expect(await memberIds(tried)).toEqual(['u2', 'u3', 'u7', 'u8']);
  });

  it('never removes all by leaving a filter out, also when all shall go', async () => {
    const tried = await service();
    const bodies = await send(tried, [], ['u1', 'u2', 'u3']);
    expect(JSON.stringify(bodies)).not.toContain('"path":"members"');
    expect(await memberIds(tried)).toEqual([]);
  });

  it('entra-id: 20 additions, one removal in a request, never both', async () => {
    const tried = await service('entra-id');
    const bodies = await send(tried, ids(10, 54), ['u1', 'u3']);
    expect(bodies.map((body) => JSON.stringify(body).match(/"value":"u|value eq/g)?.length)).toEqual([1, 1, 20, 20, 5]);
    expect(await memberIds(tried)).toEqual(['u2', ...ids(10, 54)].sort());
  });

  it('aws-iam-identity-center: works within its limits', async () => {
    const tried = await service('aws-iam-identity-center');
    await send(tried, ids(10, 54), ['u1', 'u3']);
    expect(await memberIds(tried)).toEqual(['u2', ...ids(10, 54)].sort());
  });

  it('writes the whole group, bound to what was read, where only that is possible', async () => {
    const tried = await service(undefined, { update: { group: 'put' } });
    const [step] = await planMembers(tried.target, group, { added: ['u9'], removed: ['u1'] }, {});
    expect(step).toMatchObject({
      method: 'PUT',
      ifMatch: expect.stringContaining('"'),
      body: expect.stringContaining('"displayName":"Engineering"'),
    });
    await tried.target.patch('Group', 'g', JSON.stringify([{ op: 'add', path: 'members', value: [{ value: 'u5' }] }]));
    if (step === undefined) throw new Error('no step');
    await expect(sendStep(tried.target, step, {})).rejects.toMatchObject({ status: 412 });
    expect(await memberIds(tried)).toContain('u5');
    await send(tried, ['u9'], ['u1']);
    expect(await memberIds(tried)).toEqual(['u2', 'u3', 'u5', 'u9']);
  });

  it('refuses where nobody may', async () => {
    const { target } = await service(undefined, { update: { group: 'none' } });
    await expect(planMembers(target, group, { added: ['u9'], removed: [] }, {})).rejects.toThrow('lets nobody change');
  });

  it('asks for each group on its own when seen from the user', async () => {
    const { target } = await service();
    const user = { type: 'User', id: 'u9', inverse: true };
    const steps = await planMembers(target, user, { added: ['g', 'h'], removed: [] }, {});
    expect(steps.map(({ type, id, added }) => [type, id, added])).toEqual([
      ['Group', 'g', ['u9']],
      ['Group', 'h', ['u9']],
    ]);
  });
});

describe('names', () => {
  const wanted = (some: readonly string[]): Map<string, readonly string[]> =>
    new Map(some.map((id) => [id, ['User', 'Group']]));

  it('are asked for in one request for many', async () => {
    const { target, exchanges } = await service();
    await target.discover();
    exchanges.length = 0;
    const found = await namesOf(target, wanted([...ids(1, 30), 'g', 'gone']), {});
    expect(found.size).toBe(31);
    expect(found.get('g')).toMatchObject({ name: 'Engineering', type: 'Group' });
    expect(found.get('u30')).toMatchObject({ name: 'Person 30', type: 'User' });
    expect(exchanges.length).toBeLessThan(8);
  });

  it.each(['aws-iam-identity-center', 'entra-id'])('%s: one by one where filters know no `or`', async (vendor) => {
    const { target, exchanges } = await service(vendor);
    expect((await namesOf(target, wanted(ids(1, 9)), {})).size).toBe(9);
    expect(exchanges.map(({ url }) => decodeURIComponent(url)).join('\n')).not.toContain(' or ');
  });
});

describe('a pasted list', () => {
  it('is read as people write lists', () => {
    expect(entriesIn('anna, "Berg, A" <a@b.c>; x\n\n  x \r\nÜnal\nCarl <c@d.e>')).toEqual([
      'anna',
      'a@b.c',
      'x',
      'Ünal',
      'c@d.e',
    ]);
  });

  it.each([undefined, 'aws-iam-identity-center', 'entra-id'])('is resolved on %s', async (vendor) => {
    const { target } = await service(vendor);
    const entries = ['user7@example.com', 'USER8@example.com', 'nobody@example.com', 'user'];
    const resolved = await resolveEntries(target, ['User'], entries, {});
    expect(resolved.map(({ found }) => found.map(({ id }) => id))).toEqual([['u7'], ['u8'], [], []]);
  });
});
