/** PATCH by the mock server, by scim-patch and by SCIMMY: generated operations on generated users have one outcome. */

import fc from 'fast-check';
import { scimPatch } from 'scim-patch';
import SCIMMY from 'scimmy';
import { expect, it } from 'vitest';
import { enterpriseUrn, patchOp, start, userUrn } from '../helper.js';
import './judge.js';

const word = fc.constantFrom('Barbara', 'Jürgen', 'Ольга', '小林', 'O\'Malley "Bab"');
const kinds = ['work', 'home', 'other'] as const;
const kind = fc.constantFrom(...kinds);
const mail = fc.constantFrom('a@x.example', 'b@x.example', 'c@x.example', 'd@x.example');
const email = fc.record({ value: mail, type: kind });
/** No two of a type and no two of a value: only what is told apart can be compared without an order. */
const emails = fc
  .tuple(fc.shuffledSubarray(['a@x.example', 'b@x.example', 'c@x.example'], { minLength: 1 }), fc.boolean())
  .map(([values, primary]) =>
    values.map((value, at) => ({ value, type: kinds[at], ...(primary && at === 0 && { primary }) })),
  );

const user = fc
  .record(
    {
      title: word,
      displayName: word,
      active: fc.boolean(),
      name: fc.record({ givenName: word, familyName: word }, { requiredKeys: ['familyName'] }),
      emails,
      [enterpriseUrn]: fc.record({ department: word, costCenter: word }, { requiredKeys: ['department'] }),
    },
    { requiredKeys: ['name', 'emails', enterpriseUrn] },
  )
  .map((more) => ({ schemas: [userUrn, enterpriseUrn], userName: 'bjensen', ...more }));

/** An operation as both libraries take it. */
type Operation = { op: 'add' | 'replace'; path?: string; value: unknown } | { op: 'remove'; path: string };

const write = fc.constantFrom<('add' | 'replace')[]>('add', 'replace');
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    op: write,
    path: fc.constantFrom('title', 'displayName', 'name.givenName', 'name.familyName', 'name.middleName'),
    value: word,
  }),
  fc.record({ op: write, path: fc.constant('active'), value: fc.boolean() }),
  fc.record({
    op: write,
    path: fc.constantFrom(`${enterpriseUrn}:department`, `${enterpriseUrn}:division`),
    value: word,
  }),
  fc.record({ op: fc.constant('replace' as const), path: fc.constant('emails'), value: emails }),
  fc.record({
    op: fc.constant('add' as const),
    path: fc.constant('emails'),
    value: fc.uniqueArray(email, { minLength: 1, maxLength: 2, selector: ({ value }) => value }),
  }),
  fc.record({
    op: fc.constant('replace' as const),
    path: kind.map((type) => `emails[type eq "${type}"].value`),
    value: mail,
  }),
  fc.record({ op: write, value: fc.record({ title: word, nickName: word }, { requiredKeys: ['title'] }) }),
  fc.record({
    op: fc.constant('remove' as const),
    path: fc.oneof(
      fc.constantFrom('title', 'name.givenName', 'displayName', `${enterpriseUrn}:department`),
      kind.map((type) => `emails[type eq "${type}"]`),
      mail.map((value) => `emails[value eq "${value}"]`),
    ),
  }),
);

const ignored = new Set(['id', 'meta', 'schemas', 'groups']);

/**
 * What a client can see of VALUE: without what the server gives and what is empty; lists as sets, because RFC 7643 §2.4
 * wants the same value of the same type only once, and both others keep it twice.
 */
function visible(value: unknown): unknown {
  if (Array.isArray(value)) return asSet(value);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([name, member]) => !ignored.has(name) && !isEmpty(member))
    .map(([name, member]): [string, unknown] => [name, visible(member)]);
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function asSet(list: readonly { value?: string; type?: string; primary?: boolean }[]): unknown {
  const name = ({ value, type }: { value?: string; type?: string }) => `${type} ${value}`;
  const primary = list.filter((element) => element.primary === true).map(name);
  return { values: [...new Set(list.map(name))].sort(), primary: [...new Set(primary)] };
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}

/** What MAKE gives; 'refused' for a PATCH that cannot be done. */
async function outcome(make: () => unknown): Promise<unknown> {
  try {
    return visible(JSON.parse(JSON.stringify(await make())));
  } catch {
    return 'refused';
  }
}

async function byScimmy(resource: object, operations: Operation[]): Promise<unknown> {
  const source = new SCIMMY.Schemas.User(resource, 'out');
  const request = new SCIMMY.Messages.PatchOp({ schemas: [SCIMMY.Messages.PatchOp.id], Operations: operations });
  return (await request.apply(source)) ?? source;
}

it('has the outcome that the two others agree on', async () => {
  const { ask } = await start();
  let agreed = 0;
  let judged = 0;
  const run = async (resource: object, operations: Operation[]) => {
    const { json: created } = await ask('POST', '/Users', resource);
    const path = `/Users/${created.id}`;
    const { status, json } = await ask('PATCH', path, patchOp(...operations));
    await ask('DELETE', path);
    // Both change what they are given.
    const scimPatched = await outcome(() => scimPatch(structuredClone(created), structuredClone(operations)));
    const scimmyPatched = await outcome(() => byScimmy(structuredClone(created), structuredClone(operations)));
    judged++;
    if (JSON.stringify(scimPatched) !== JSON.stringify(scimmyPatched)) return;
    agreed++;
    expect(status === 200 ? visible(json) : 'refused').toEqual(scimPatched);
  };
  const operations = fc.array(operation, { minLength: 1, maxLength: 3 });
  await fc.assert(fc.asyncProperty(user, operations, run), { numRuns: 150 });
  expect(agreed).toBeGreaterThan(judged / 2);
});
