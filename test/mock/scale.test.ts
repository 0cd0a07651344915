/** What makes large stores fast gives the very answers that looking at everything would. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownContent } from '../../src/mock/content.js';
import type { Entry } from '../../src/mock/entry.js';
import { Finder } from '../../src/mock/find.js';
import { patchGroup } from '../../src/mock/group-patch.js';
import { seedStore } from '../../src/mock/seed.js';
import { ResourceStore } from '../../src/mock/store.js';
import { compileFilter, parseFilter } from '../../src/scim/filter/index.js';
import { isJsonObject, type JsonObject } from '../../src/scim/json.js';
import { applyPatch, type PatchOperation } from '../../src/scim/patch/index.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { compileSort } from '../../src/scim/sort.js';

const registry = SchemaRegistry.rfc;

function typeOf(name: string) {
  const type = registry.find(name);
  if (!type) throw new Error(`No ${name}`);
  return type;
}

const [userType, groupType] = [typeOf('User'), typeOf('Group')];

function filledStore(users: number, groups: number): ResourceStore {
  let ids = 0;
  const now = () => new Date('2026-01-31T08:00:00Z');
  const store = new ResourceStore(registry, { baseUrl: 'http://a', now, newId: () => `new${ids++}` });
  seedStore(store, { users, groups, seed: 7, now: now() });
  return store;
}

function idsOf(entries: Iterable<Entry>): string[] {
  return [...entries].map(({ id }) => id);
}

describe('orders', () => {
  const change = fc.oneof(
    fc.record({ kind: fc.constant('create' as const), name: fc.string({ unit: 'binary', maxLength: 3 }) }),
    fc.record({ kind: fc.constant('rename' as const), pick: fc.nat(), name: fc.constantFrom('Ärger', 'b', '𝒳', '～') }),
    fc.record({ kind: fc.constant('delete' as const), pick: fc.nat() }),
  );
  const sortBy = fc.constantFrom('userName', 'displayName', 'name.familyName', 'emails', 'meta.lastModified', 'id');

  it('are right after any changes, from either end', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), sortBy, fc.nat(60), fc.nat(20), (changes, by, start, count) => {
        const store = filledStore(40, 0);
        const finder = new Finder(store);
        finder.find([userType], { sortBy: by });
        for (const [number, { kind, ...rest }] of changes.entries()) {
          const all = [...store.all(userType)];
          const chosen = 'pick' in rest ? all[rest.pick % Math.max(1, all.length)] : undefined;
          const name = 'name' in rest ? rest.name : '';
          if (kind === 'create') store.create(userType, { userName: `${name}${number}`, displayName: name });
          else if (chosen && kind === 'rename') store.replace(chosen, { ...chosen.content, displayName: name });
          else if (chosen) store.delete(chosen);
        }
        const compare = compileSort(userType, by);
        const expected = [...store.all(userType)].sort((a, b) => compare(store.view(a), store.view(b)));
        const ascending = finder.find([userType], { sortBy: by });
        expect(idsOf(ascending)).toEqual(idsOf(expected));
        expect(idsOf(ascending.slice(start, start + count))).toEqual(idsOf(expected.slice(start, start + count)));
        const descending = finder.find([userType], { sortBy: by, sortOrder: 'descending' });
        expected.reverse();
        expect(idsOf(descending)).toEqual(idsOf(expected));
        expect(idsOf(descending.slice(start, start + count))).toEqual(idsOf(expected.slice(start, start + count)));
      }),
      { numRuns: 60 },
    );
  });

  it('stay whole over thousands of insertions and removals', () => {
    const store = filledStore(3000, 0);
    for (let number = 0; number < 1500; number++) store.create(userType, { userName: `m${number}` });
    for (const [number, entry] of [...store.all(userType)].entries()) if (number % 3 !== 0) store.delete(entry);
    const names = [...new Finder(store).find([userType], { sortBy: 'userName' })].map(
      ({ names: own }) => own.userName ?? '',
    );
    expect(names.length).toBe(1500);
    expect(names).toEqual([...names].sort());
    expect(idsOf(store.all(userType).slice(700, 702))).toEqual(idsOf([...store.all(userType)].slice(700, 702)));
  });
});

describe('indexes', () => {
  it('find what a look at all resources finds', () => {
    const store = filledStore(300, 40);
    const finder = new Finder(store);
    const [member = '', manager = ''] = idsOf(store.all(userType).slice(3, 5));
    const [nest = ''] = idsOf(store.all(groupType).slice(9, 10));
    const name = store.view([...store.all(userType)][8] as Entry).userName;
    const filters: [typeof userType, string][] = [
      [userType, `userName eq "${String(name).toUpperCase()}"`],
      [userType, `emails eq "${name}" and active eq true`],
      [userType, `emails[type eq "work" and value eq "${name}"]`],
      [userType, `emails[type eq "home" and value eq "${name}"]`],
      [userType, 'title eq "Accountant" or title eq "controller"'],
      [userType, 'name.familyName eq "jensen" and not (title sw "S")'],
      [userType, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "${manager}"`],
      [userType, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "finance"'],
      [userType, `groups.value eq "${nest}"`],
      [userType, `groups.value eq "${nest}" and groups.type eq "indirect"`],
      [userType, `id eq "${member}"`],
      [userType, 'meta.resourceType eq "User" and externalId eq "E000017"'],
      [groupType, `members[value eq "${member}"]`],
      [groupType, `members eq "${member}" and displayName eq "team apollo"`],
      [groupType, `id eq "${nest}" and members.value eq "${member}"`],
      [groupType, `members[value eq "${nest}" and type eq "Group"]`],
    ];
    for (const [type, filter] of filters) {
      const matches = compileFilter(parseFilter(filter), type);
      const expected = [...store.all(type)].filter((entry) => matches(store.view(entry)));
      expect(idsOf(finder.find([type], { filter })), filter).toEqual(idsOf(expected));
    }
  });
});

describe('PATCH of members', () => {
  const member = fc.nat(25).map((number) => ({ number }));
  const step = fc.record({
    op: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const, 'filter' as const, 'pathless' as const),
    members: fc.array(member, { maxLength: 4 }),
    name: fc.option(fc.constantFrom('New', 'Other')),
  });

  it('does what the general way does', () => {
    let fast = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const [one, other] = [filledStore(26, 4), filledStore(26, 4)];
        const users = idsOf(one.all(userType));
        const operations = steps.flatMap(({ op, members, name }): PatchOperation[] => {
          const value = members.map(({ number }) => ({ value: users[number] ?? '' }));
          if (op === 'filter')
            return value.map(({ value: id }) => ({ op: 'remove', path: `members[value eq "${id}"]` }));
          if (op === 'pathless') return [{ op: 'add', value: { members: value, ...(name && { displayName: name }) } }];
          return [{ op, path: op === 'add' ? 'members' : 'Members', value }];
        });
        const group = [...one.all(groupType)][1] as Entry;
        const twin = other.find(group.id) as Entry;
        const done = patchGroup(one, group, operations);
        if (!done) return;
        fast++;
        const patched = applyPatch(groupType, other.view(twin), operations);
        if (patched.changed) other.replace(twin, ownContent(groupType, patched.resource, twin.content));
        expect(sorted(one.view(group))).toEqual(sorted(other.view(twin)));
        for (const id of users) expect(groupsOf(one, id)).toEqual(groupsOf(other, id));
      }),
    );
    expect(fast).toBeGreaterThan(50);
  });

  function sorted(view: JsonObject): unknown {
    const members = Array.isArray(view.members) ? view.members : [];
    const { meta: _meta, ...rest } = view;
    return { ...rest, members: members.map((element) => JSON.stringify(element)).sort() };
  }

  function groupsOf(store: ResourceStore, id: string): unknown {
    const entry = store.find(id);
    return entry && isJsonObject(store.view(entry)) ? store.view(entry).groups : undefined;
  }
});

describe('changes', () => {
  it('name what is not as it was, with what it was', () => {
    const store = filledStore(5, 2);
    store.beginHistory();
    const [user, gone] = [...store.all(userType)] as [Entry, Entry];
    const before = store.view(user);
    const created = store.create(userType, { userName: 'new' });
    const passing = store.create(userType, { userName: 'passing' });
    store.replace(user, { ...user.content, title: 'Changed' });
    const goneContent = gone.content;
    store.delete(passing);
    store.delete(gone);
    const changes = store.changes().filter(({ type }) => type === 'User');
    expect(changes).toEqual([
      { id: created.id, type: 'User', kind: 'created' },
      { id: user.id, type: 'User', kind: 'changed' },
      { id: gone.id, type: 'User', kind: 'deleted' },
    ]);
    expect(store.original(user.id)).toMatchObject({ id: user.id, title: before.title });
    expect(store.original(gone.id)).toMatchObject({ id: gone.id, userName: goneContent.userName });
    expect([store.original(created.id), store.original('nobody')]).toEqual([undefined, undefined]);
  });
});
