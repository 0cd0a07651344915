/** From what is known about a service to the PATCH requests that it understands. */

import type { PatchDialect } from '../scim/diff/index.js';
import type { ProfileValues } from '../vendors/index.js';

const booleans = { boolean: 'json', 'capital-string': 'True', 'lower-string': 'true' } as const;

/** The dialect that `diffToPatch` must write for the service that PROFILE describes. */
export function dialectOf({ patch }: Pick<ProfileValues, 'patch'>): PatchDialect {
  const { style, pathless } = patch;
  return {
    opCase: patch.opCase,
    paths: style === 'path' || pathless === 'forbidden' ? 'path' : pathless,
    booleans: booleans[patch.boolean],
    removeMember: patch.removeMember === 'value-path' ? 'valuePath' : 'valueArray',
    replaceAllMembers: patch.replaceAllMembers,
    maxMembersAdd: patch.maxMembersAdd ?? undefined,
    maxMembersRemove: patch.maxMembersRemove ?? undefined,
    mixMemberOps: patch.mixMemberOps,
  };
}
