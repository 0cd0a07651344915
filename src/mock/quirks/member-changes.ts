/** How many members a PATCH of a group may change, and what beside them. */

import { isJsonObject, type JsonValue } from '../../scim/json.js';
import type { PatchOperation } from '../../scim/patch/index.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import type { Problem } from './patches.js';
import type { QuirkValues } from './values.js';

type PatchQuirks = QuirkValues['patch'];

interface MemberChanges {
  added: number;
  removed: number;
  /** Whether all members are replaced or removed, whoever they are. */
  whole: boolean;
  /** Whether something else than members is changed. */
  others: boolean;
}

/** Why a group does not take OPERATIONS, when it has QUIRKS. */
export function groupProblem(operations: readonly PatchOperation[], quirks: PatchQuirks): Problem | undefined {
  const { added, removed, whole, others } = changesOf(operations);
  const { maxMembersAdd, maxMembersRemove } = quirks;
  const problem = (detail: string): Problem => ({ scimType: 'invalidValue', detail });
  if (whole && quirks.replaceAllMembers === 'forbidden') return problem('All members cannot be replaced at once.');
  if (maxMembersAdd !== null && added > maxMembersAdd) {
    return problem(`One request can add ${maxMembersAdd} members, not ${added}.`);
  }
  if (maxMembersRemove !== null && removed > maxMembersRemove) {
    return problem(`One request can remove ${maxMembersRemove} members, not ${removed}.`);
  }
  if (!quirks.mixMemberOps && added > 0 && removed > 0) {
    return problem('One request cannot add members and remove others.');
  }
  if (!quirks.attributesMixedWithMembers && others && (added > 0 || removed > 0 || whole)) {
    return problem('One request cannot change members and other attributes.');
  }
  return undefined;
}

function changesOf(operations: readonly PatchOperation[]): MemberChanges {
  const changes: MemberChanges = { added: 0, removed: 0, whole: false, others: false };
  for (const { op, path, value } of operations) {
    const members = path === undefined ? membersIn(value) : /^members\b/i.test(path) ? value : undefined;
    if (path === undefined ? members === undefined : !/^members\b/i.test(path)) changes.others = true;
    else if (op === 'remove') count(changes, path ?? '', members);
    else {
      changes.added += Array.isArray(members) ? members.length : 1;
      changes.whole ||= op === 'replace' && path?.includes('[') !== true;
      changes.others ||= path === undefined && isJsonObject(value) && Object.keys(value).length > 1;
    }
  }
  return changes;
}

function count(changes: MemberChanges, path: string, members: JsonValue | undefined): void {
  if (path.includes('[')) changes.removed += 1;
  else if (Array.isArray(members)) changes.removed += members.length;
  else changes.whole = true;
}

function membersIn(value: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(value) ? getAttribute(value, 'members') : undefined;
}
