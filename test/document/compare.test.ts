/** Resources and tenants side by side: what they say counts, not how they say it. */

import { afterEach, describe, expect, it } from 'vitest';
import { Target } from '../../src/client/target.js';
import { normalise } from '../../src/document/compare/normalise.js';
import { compareResources } from '../../src/document/compare/resources.js';
import { compareTenants, type TenantSide, type TenantsQuery } from '../../src/document/compare/tenants.js';
import type { BehaviourOptions } from '../../src/mock/options.js';
import { type Mock, startMock } from '../../src/mock/server.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';

const registry = SchemaRegistry.rfc;
const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function typeOf(name: string) {
  const type = registry.find(name);
  if (type === undefined) throw new Error(`no ${name}`);
  return type;
}

describe('the common notation', () => {
  const people = typeOf('User');

  it('has attributes as the schema has them, values by identity, and nothing unassigned', () => {
    const text = JSON.stringify({
      [enterprise]: { department: 'A', employeenumber: '1' },
      zebra: { b: 1, a: [] },
      emails: [
        { value: 'z@x.example', type: 'work' },
        { type: 'home', value: 'a@x.example', display: null },
      ],
      USERNAME: 'אבי',
      title: null,
      roles: [],
      id: '1',
      meta: { version: '"1"' },
      schemas: [user],
    });
    expect(JSON.parse(normalise(people, text, { hideServerSet: true }))).toEqual({
      userName: 'אבי',
      emails: [
        { value: 'a@x.example', type: 'home' },
        { value: 'z@x.example', type: 'work' },
      ],
      zebra: { a: [], b: 1 },
      [enterprise]: { employeeNumber: '1', department: 'A' },
    });
    expect(normalise(people, text, { hideServerSet: true })).toMatch(
      /userName[\s\S]*emails[\s\S]*zebra[\s\S]*enterprise/,
    );
    expect(Object.keys(JSON.parse(normalise(people, text, { hideServerSet: false }))).slice(0, 2)).toEqual([
      'schemas',
      'id',
    ]);
  });

  it('has no URL of a reference, which is that of a server', () => {
    const side = (host: string) => {
      const manager = { value: '7', $ref: `https://${host}/Users/7` };
      return { title: host, text: JSON.stringify({ userName: 'a', [enterprise]: { manager } }), type: people };
    };
    const compared = (hideServerSet: boolean) => compareResources(side('a'), side('b'), { hideServerSet }).differing;
    expect(compared(true)).toEqual([]);
    expect(compared(false)).toEqual([`${enterprise}:manager`]);
  });

  it('keeps every digit, and names that other languages trip over', () => {
    const text = '{"userName":"a","big":12345678901234567890,"__proto__":{"x":1}}';
    const normal = normalise(people, text, { hideServerSet: true });
    expect(normal).toContain('12345678901234567890');
    expect(normal).toContain('__proto__');
  });

  it('makes no difference of order, and shows the one there is', () => {
    const side = (title: string, resource: object) => ({ title, text: JSON.stringify(resource), type: people });
    const emails = [{ value: 'a@x.example' }, { value: 'b@x.example', type: 'work' }];
    const a = side('a', { userName: 'ann', emails, id: '1', title: '👩‍⚕️ Dr' });
    const b = side('b', { title: '👩‍⚕️ Dr', id: '2', emails: [...emails].reverse(), userName: 'ann' });
    expect(compareResources(a, b, { hideServerSet: true })).toMatchObject({ diff: '', differing: [] });
    expect(compareResources(a, b, { hideServerSet: false }).differing).toEqual(['id']);
    const c = side('c', { userName: 'ann', emails, title: 'Prof', [enterprise]: { department: 'X' } });
    const compared = compareResources(a, c, { hideServerSet: true });
    expect(compared.differing).toEqual(['title', `${enterprise}:department`]);
    expect(compared.diff).toMatch(/^--- a\n\+\+\+ c\n@@ /);
    expect(compared.diff).toContain('-  "title": "👩‍⚕️ Dr"');
  });
});

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function tenant(name: string, people: object[], behaviour: BehaviourOptions = {}): Promise<TenantSide> {
  const resources = people.map((each) => ({ type: 'User', resource: { schemas: [user], ...each } }));
  const mock: Mock = await startMock({ resources, pageSize: 2, ...behaviour });
  const target = new Target({
    tenant: name,
    baseUrl: new URL(mock.url),
    auth: { scheme: 'none' },
    limits: { timeoutMs: 10_000, maxResponseBytes: 1e8 },
    validation: 'strict',
    userAgent: 'test',
  });
  open.push(target, mock);
  return { name, target };
}

async function compared(a: object[], b: object[], query: Partial<TenantsQuery> = {}, faulty: BehaviourOptions = {}) {
  const sides = [await tenant('staging', a), await tenant('production', b, faulty)] as const;
  const found = await compareTenants(...sides, { type: 'User', match: 'userName', ...query }, {});
  return { ...found, told: found.rows.map(({ kind, key, detail }) => `${kind} ${key}: ${detail}`) };
}

describe('two tenants', () => {
  const both = { userName: 'both', emails: [{ value: 'x@x.example' }, { value: 'y@x.example', type: 'work' }] };

  it('are matched by an attribute; what only one has and what differs is told', async () => {
    const { told, same, a, b, caseExact, warnings } = await compared(
      [both, { userName: 'José' }, { userName: 'ANN', title: 'Dr', nickName: 'n' }],
      [
        { userName: 'ann', title: 'Prof', nickName: 'n' },
        { ...both, emails: [...both.emails].reverse() },
        { userName: 'zoë' },
      ],
    );
    expect(told).toEqual(['differing ANN: title', 'onlyA José: only in staging', 'onlyB zoë: only in production']);
    expect({ same, caseExact, count: [a.count, b.count] }).toEqual({ same: 1, caseExact: false, count: [3, 3] });
    expect(warnings).toEqual([expect.stringContaining('manager not compared')]);
  });

  it('compare only what was chosen', async () => {
    const people = [{ userName: 'a', title: 'x', nickName: 'y' }];
    const others = [{ userName: 'a', title: 'z', nickName: 'z' }];
    const { told, attributes } = await compared(people, others, { attributes: ['nickname'] });
    expect(attributes).toEqual(['nickName']);
    expect(told).toEqual(['differing a: nickName']);
  });

  it('mind case where the schema does, and tell what is there twice or has no such attribute', async () => {
    const { told, caseExact } = await compared(
      [{ userName: '1', externalId: 'K' }, { userName: '2', externalId: 'K' }, { userName: '3' }],
      [{ userName: '1', externalId: 'k' }],
      { match: 'externalId', attributes: [] },
    );
    expect(caseExact).toBe(true);
    expect(told.map((line) => line.replace(/[0-9a-f-]{36}/g, 'ID')).sort()).toEqual([
      'duplicate K: twice in staging: ID and ID',
      'onlyA K: only in staging',
      'onlyB k: only in production',
      'unmatched ID: in staging, without the attribute',
    ]);
  });

  it('miss nothing in a list that is not complete', async () => {
    const people = ['a', 'b', 'c', 'd'].map((userName) => ({ userName }));
    const half = { on: { methods: ['GET'], path: '/Users' }, effect: { page: 'empty' as const } };
    const { told, b, same } = await compared(people, people, {}, { faults: [{ ...half, when: { after: 1 } }] });
    expect(b.completeness.kind).toBe('partial');
    expect(same).toBe(2);
    expect(told).toEqual(
      ['c', 'd'].map((key) => `unknown ${key}: in staging; not seen in production, whose list is not complete`),
    );
    const broken = { faults: [{ on: { path: '/Users' }, when: { after: 1 }, effect: { status: 403 } }] };
    const cut = await compared(people, people, {}, broken);
    expect(cut.b.completeness).toMatchObject({ kind: 'partial' });
    expect(cut.told.every((line) => line.startsWith('unknown'))).toBe(true);
  });

  it('cannot be matched by several values, by what is none, or by what there is not', async () => {
    await expect(compared([], [], { match: 'emails.value' })).rejects.toMatchObject({ code: 'usage' });
    await expect(compared([], [], { match: 'name' })).rejects.toMatchObject({ code: 'usage' });
    await expect(compared([], [], { match: 'nothing' })).rejects.toMatchObject({ code: 'usage' });
    await expect(compared([], [], { type: 'Robot' })).rejects.toMatchObject({ code: 'usage' });
  });
});
