import { describe, expect, it } from 'vitest';
import { dialectOf } from '../../src/client/dialect.js';
import { diffToPatch, standardDialect } from '../../src/scim/diff/index.js';
import type { JsonObject } from '../../src/scim/json.js';
import { patchMessage } from '../../src/scim/messages/patch-op.js';
import { type ResourceType, SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { urn } from '../../src/scim/urn.js';
import { find, generic, standard } from '../../src/vendors/index.js';
import { override } from '../../src/vendors/override.js';
import { settle } from '../../src/vendors/profile.js';

function typeOf(name: string): ResourceType {
  const type = SchemaRegistry.rfc.find(name);
  if (type === undefined) throw new Error(`There is no ${name}`);
  return type;
}

/** The operations of each request that VENDOR gets so that BEFORE becomes AFTER. */
function requests(vendor: string, type: string, before: JsonObject, after: JsonObject): unknown {
  const dialect = dialectOf(settle(find(vendor) ?? generic));
  return diffToPatch(typeOf(type), before, after, dialect).map(
    (operations) => patchMessage(operations, dialect).Operations,
  );
}

const active = { schemas: [urn.user], id: '1', userName: 'b', active: true };
const inactive = { ...active, active: false };

function group(ids: readonly number[]): JsonObject {
  return { schemas: [urn.group], id: 'g', displayName: 'G', members: ids.map((id) => ({ value: String(id) })) };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** How many members each request adds and removes, whatever its form. */
function sizes(sent: unknown): [adds: number, removals: number][] {
  if (!Array.isArray(sent)) throw new Error('expected requests');
  return sent.map((operations: { op: string; path?: string; value?: unknown[] }[]) => {
    const sum = (op: string): number =>
      operations.filter((each) => each.op === op).reduce((all, { value }) => all + (value?.length ?? 1), 0);
    return [sum('add'), sum('remove')];
  });
}

describe('the PATCH dialect of a service', () => {
  it('is the RFC for the generic one', () => {
    expect(dialectOf(standard)).toEqual({ ...standardDialect, maxMembersAdd: undefined, maxMembersRemove: undefined });
  });

  it.each([
    ['generic', { op: 'replace', path: 'active', value: false }],
    ['okta', { op: 'replace', value: { active: false } }],
    ['entra-id-client', { op: 'Replace', path: 'active', value: 'False' }],
    ['gitlab', { op: 'replace', path: 'active', value: 'false' }],
    ['aws', { op: 'replace', path: 'active', value: false }],
  ])('%s deactivates by %j', (vendor, operation) => {
    expect(requests(vendor, 'User', active, inactive)).toEqual([[operation]]);
  });

  it('keeps to 20 members in and one out for Entra, never both', () => {
    const sent = requests('entra', 'Group', group(range(1, 3)), group(range(3, 45)));
    const all = sizes(sent);
    expect(all.every(([adds, removals]) => adds <= 20 && removals <= 1 && (adds === 0 || removals === 0))).toBe(true);
    expect(all.reduce((sum, [adds]) => sum + adds, 0)).toBe(42);
    expect(all.reduce((sum, [, removals]) => sum + removals, 0)).toBe(2);
  });

  it('keeps to 100 changes of members for AWS, and never replaces them all', () => {
    const sent = requests('aws', 'Group', group(range(1, 150)), group(range(101, 300)));
    expect(sizes(sent).every(([adds, removals]) => adds + removals <= 100)).toBe(true);
    expect(JSON.stringify(sent)).not.toContain('"op":"replace"');
  });

  it('follows the overrides of a tenant; path-less is never used where it is forbidden', () => {
    const here = { source: 'scim.yaml', date: '2026' };
    const forbidden = override(find('okta') ?? generic, { patch: { pathless: 'forbidden' } }, here);
    expect(dialectOf(settle(forbidden)).paths).toBe('path');
    const dotted = override(generic, { patch: { style: 'pathless', pathless: 'dotted' } }, here);
    expect(dialectOf(settle(dotted)).paths).toBe('dotted');
  });
});
