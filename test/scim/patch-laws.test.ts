import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../src/scim/error.js';
import type { JsonObject, JsonValue } from '../../src/scim/json.js';
import { applyPatch, type PatchOperation } from '../../src/scim/patch/index.js';
import { deepFreeze, enterprise, groupType, userType } from './patch-fixtures.js';

const word = fc.constantFrom('a', 'b', 'c', 'A');
const email = fc.record({ value: word, type: word, primary: fc.boolean() }, { requiredKeys: ['value'] });
const emails = fc.uniqueArray(email, {
  minLength: 1,
  maxLength: 4,
  selector: ({ value, type }) => `${value} ${type}`.toLowerCase(),
});
const user: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      userName: word,
      title: word,
      name: fc.record({ givenName: word, familyName: word }, { requiredKeys: ['givenName'] }),
      emails: emails.map((list) => list.map((value, index) => ({ ...value, primary: index === 0 }))),
    },
    { requiredKeys: ['userName'] },
  )
  .map((resource) => ({ schemas: [userType.core.id], ...resource }));

const path = fc.constantFrom(
  'title',
  'name',
  'name.givenName',
  'emails',
  'emails.display',
  'emails[type eq "a"]',
  'emails[value eq "b" or primary eq true]',
  'emails[type eq "c"].value',
  'emails[type eq "b"].primary',
  enterprise,
  `${enterprise}:department`,
  `${enterprise}:manager.value`,
  'id',
  'nonsense',
);
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  word,
  fc.boolean(),
  email,
  emails,
  fc.record({ givenName: word }),
  fc.record({ department: word }),
  fc.record({ title: word, 'name.familyName': word, [`${enterprise}:department`]: word }, { requiredKeys: ['title'] }),
  fc.constant(null),
);
const operation: fc.Arbitrary<PatchOperation> = fc
  .record({ op: fc.constantFrom('add', 'remove', 'replace'), path, value }, { requiredKeys: ['op', 'value'] })
  .map((parts) => ({ ...parts }));

/** The outcome, or undefined when the PATCH was refused; any other error is a failure. */
function attempt(resource: JsonObject, operations: readonly PatchOperation[]) {
  try {
    return applyPatch(userType, resource, operations);
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return undefined;
  }
}

describe('applyPatch', () => {
  it('never changes what it is given', () => {
    fc.assert(
      fc.property(user, fc.array(operation, { maxLength: 5 }), (resource, operations) => {
        attempt(deepFreeze(resource), deepFreeze(operations));
      }),
      { numRuns: 500 },
    );
  });

  it('says changed exactly when the resource differs', () => {
    fc.assert(
      fc.property(user, fc.array(operation, { maxLength: 3 }), (resource, operations) => {
        const outcome = attempt(resource, operations);
        if (outcome === undefined) return;
        if (outcome.changed) expect(outcome.resource).not.toEqual(resource);
        else expect(outcome.resource).toBe(resource);
      }),
    );
  });

  it('applies many operations as it applies one after the other, or none', () => {
    fc.assert(
      fc.property(user, fc.array(operation, { maxLength: 4 }), (resource, operations) => {
        let current: JsonObject | undefined = resource;
        for (const single of operations) current = current && attempt(current, [single])?.resource;
        expect(attempt(resource, operations)?.resource).toEqual(current);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves at most one value primary, names exactly the extensions in use, and leaves no empty value', () => {
    fc.assert(
      fc.property(user, fc.array(operation, { maxLength: 4 }), (resource, operations) => {
        const result = attempt(resource, operations)?.resource;
        if (result === undefined) return;
        const list = Array.isArray(result.emails) ? result.emails : [];
        expect(list.filter((element) => (element as JsonObject).primary === true).length).toBeLessThanOrEqual(1);
        expect(result.schemas).toEqual([userType.core.id, ...(Object.hasOwn(result, enterprise) ? [enterprise] : [])]);
        for (const member of Object.values(result)) {
          expect(member).not.toEqual([]);
          expect(member).not.toEqual({});
        }
      }),
    );
  });

  it('gives the same result when the same replace or remove comes again', () => {
    const repeatable = operation.filter(({ op, path }) => op !== 'add' && path?.includes('[') !== true);
    fc.assert(
      fc.property(user, repeatable, (resource, single) => {
        const once = attempt(resource, [single]);
        if (once === undefined) return;
        expect(attempt(once.resource, [single])).toEqual({ resource: once.resource, changed: false });
      }),
    );
  });
});

describe('members', () => {
  const id = fc.integer({ min: 0, max: 9 }).map(String);
  const change = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), ids: fc.array(id) }),
    fc.record({ kind: fc.constant('drop' as const), ids: fc.array(id, { minLength: 1 }) }),
    fc.record({ kind: fc.constant('dropOne' as const), ids: fc.tuple(id) }),
    fc.record({ kind: fc.constant('replace' as const), ids: fc.array(id) }),
  );

  function toOperation(kind: string, ids: readonly string[]): PatchOperation {
    const value = ids.map((one) => ({ value: one }));
    if (kind === 'add') return { op: 'add', path: 'members', value };
    if (kind === 'replace') return { op: 'replace', path: 'members', value };
    if (kind === 'drop') return { op: 'remove', path: 'members', value };
    return { op: 'remove', path: `members[value eq "${ids[0]}"]` };
  }

  it('behave as a set', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id), fc.array(change, { maxLength: 6 }), (before, changes) => {
        const members = before.map((one) => ({ value: one }));
        const group = { schemas: [groupType.core.id], displayName: 'G', ...(members.length > 0 ? { members } : {}) };
        let model = new Set(before);
        for (const { kind, ids } of changes) {
          if (kind === 'replace') model = new Set(ids);
          else for (const one of ids) kind === 'add' ? model.add(one) : model.delete(one);
        }
        const operations = changes.map(({ kind, ids }) => toOperation(kind, ids));
        const { resource, changed } = applyPatch(groupType, deepFreeze(group), operations);
        const after = Array.isArray(resource.members)
          ? resource.members.map((m) => String((m as JsonObject).value))
          : [];
        expect([...after].sort()).toEqual([...model].sort());
        if (!changed) expect(new Set(before)).toEqual(model);
      }),
      { numRuns: 300 },
    );
  });

  it('are added and removed in large groups without comparing each with each', () => {
    const members = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({ value: `u${from + i}` }));
    const group: JsonObject = { displayName: 'All', members: members(0, 100_000) };
    const { resource } = applyPatch(groupType, group, [
      { op: 'add', path: 'members', value: members(50_000, 100_000) },
      { op: 'remove', path: 'members', value: members(0, 74_000) },
      ...members(74_000, 1_000).flatMap(({ value }): PatchOperation[] => [
        { op: 'remove', path: `members[value eq "${value}"]` },
        { op: 'add', path: 'members', value: [{ value }] },
        { op: 'remove', path: 'members', value: [{ value }] },
      ]),
    ]);
    expect(resource.members).toHaveLength(75_000);
  });

  it('are removed the same way whether one after the other, listed, or by a filter that is no plain id', () => {
    const list = fc.array(
      id.map((value) => ({ value, display: `member ${value}` })),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(list, fc.array(id, { minLength: 1 }), (members, gone) => {
        const group = deepFreeze({ schemas: [groupType.core.id], displayName: 'G', members });
        const without = (operations: PatchOperation[]) => applyPatch(groupType, group, operations).resource;
        const single = without(gone.map((one) => ({ op: 'remove', path: `members[value eq "${one}"]` })));
        const either = gone.map((one) => `value eq "${one}"`).join(' or ');
        expect(single).toEqual(without([{ op: 'remove', path: `members[${either} or value eq "nobody"]` }]));
        expect(single).toEqual(without([toOperation('drop', gone)]));
      }),
    );
  });

  it('of another attribute are merged in large lists without comparing each with each', () => {
    const roles = (display: string) => Array.from({ length: 30_000 }, (_, i) => ({ value: `r${i}`, display }));
    const resource: JsonObject = { userName: 'x', roles: roles('old') };
    const { resource: after } = applyPatch(userType, resource, [{ op: 'add', path: 'roles', value: roles('new') }]);
    expect(after.roles).toEqual(roles('new'));
  });
});
