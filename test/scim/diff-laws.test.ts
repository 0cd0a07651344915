import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffToPatch, type PatchDialect, standardDialect } from '../../src/scim/diff/index.js';
import type { JsonObject } from '../../src/scim/json.js';
import { patchMessage } from '../../src/scim/messages/patch-op.js';
import { applyPatch, type PatchOperation, parsePatchRequest } from '../../src/scim/patch/index.js';
import type { ResourceType } from '../../src/scim/schema/resource-type.js';
import { validatePatchRequest } from '../../src/scim/schema/validate.js';
import { deepFreeze, groupType, userType } from './patch-fixtures.js';
import { anyGroup, anyUser, stateOf } from './resource-arbitrary.js';

const limit = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
const anyDialect: fc.Arbitrary<PatchDialect> = fc.record({
  opCase: fc.constantFrom('lower', 'capital'),
  paths: fc.constantFrom('path', 'nested', 'dotted'),
  booleans: fc.constantFrom('json', 'True', 'true'),
  removeMember: fc.constantFrom('valuePath', 'valueArray'),
  replaceAllMembers: fc.constantFrom('allowed', 'forbidden'),
  maxMembersAdd: limit,
  maxMembersRemove: limit,
  mixMemberOps: fc.boolean(),
});

/** RESOURCE after REQUESTS, each sent as a message of DIALECT and read as a tolerant server reads it. */
function send(type: ResourceType, resource: JsonObject, requests: PatchOperation[][], dialect: PatchDialect) {
  return requests.reduce((current, operations) => {
    const message = patchMessage(operations, dialect);
    return applyPatch(type, current, parsePatchRequest(message)).resource;
  }, resource);
}

function lawFor(type: ResourceType, resources: fc.Arbitrary<JsonObject>, runs: number) {
  it('makes of the one state the other, in every dialect', () => {
    fc.assert(
      fc.property(resources, resources, anyDialect, (before, after, dialect) => {
        const requests = diffToPatch(type, deepFreeze(before), deepFreeze(after), dialect);
        expect(stateOf(type, send(type, before, requests, dialect))).toEqual(stateOf(type, after));
      }),
      { numRuns: runs },
    );
  });

  it('is empty exactly when nothing differs, and after it was applied', () => {
    fc.assert(
      fc.property(resources, resources, anyDialect, (before, after, dialect) => {
        expect(diffToPatch(type, before, before, dialect)).toEqual([]);
        const requests = diffToPatch(type, before, after, dialect);
        if (requests.length > 0) expect(stateOf(type, before)).not.toEqual(stateOf(type, after));
        expect(diffToPatch(type, send(type, before, requests, dialect), after, dialect)).toEqual([]);
      }),
      { numRuns: runs },
    );
  });

  it('says in the standard dialect only what the standard permits', () => {
    fc.assert(
      fc.property(resources, resources, (before, after) => {
        for (const operations of diffToPatch(type, before, after)) {
          const issues = validatePatchRequest(type, patchMessage(operations));
          expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });
}

describe('the difference of two users', () => lawFor(userType, anyUser, 1000));

describe('the difference of two groups', () => {
  lawFor(groupType, anyGroup, 500);

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(anyGroup, (group) => {
        const members = Array.isArray(group.members) ? [...group.members].reverse() : [];
        expect(diffToPatch(groupType, group, { ...group, members })).toEqual([]);
      }),
    );
  });

  it('keeps to the limits of the dialect in every request', () => {
    fc.assert(
      fc.property(anyGroup, anyGroup, anyDialect, (before, after, dialect) => {
        const strict: PatchDialect = { ...dialect, paths: 'path', replaceAllMembers: 'forbidden' };
        for (const operations of diffToPatch(groupType, before, after, strict)) {
          const added = countOf(operations, 'add');
          const removed = countOf(operations, 'remove');
          expect(added).toBeLessThanOrEqual(strict.maxMembersAdd ?? Number.POSITIVE_INFINITY);
          expect(removed).toBeLessThanOrEqual(strict.maxMembersRemove ?? Number.POSITIVE_INFINITY);
          const others = operations.filter(({ path }) => path?.startsWith('members') !== true).length;
          const kinds = [added, removed, others].filter((count) => count > 0).length;
          if (!strict.mixMemberOps) expect(kinds).toBe(1);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** How many members OPERATIONS add or remove. */
function countOf(operations: readonly PatchOperation[], wanted: 'add' | 'remove'): number {
  return operations
    .filter(({ op, path }) => op === wanted && path?.startsWith('members') === true)
    .reduce((sum, { value }) => sum + (Array.isArray(value) ? value.length : 1), 0);
}

describe('the standard dialect', () => {
  it('needs no extra option', () => {
    const [before, after] = [{ userName: 'a' }, { userName: 'b' }];
    expect(diffToPatch(userType, before, after)).toEqual(diffToPatch(userType, before, after, standardDialect));
  });
});
