/** How a service provider wants its PATCH requests: the choices that RFC 7644 §3.5.2 leaves, and those it does not. */

export interface PatchDialect {
  /** `op` as RFC 7644 §3.5.2 writes it, or with a capital (`Add`), as Entra ID sends it. */
  readonly opCase: 'lower' | 'capital';
  /**
   * `path`: every operation has a path. `nested`: what needs no filter goes path-less, `{"name":{"givenName":"A"}}`.
   * `dotted`: the same with paths as names, `{"name.givenName":"A"}`, as Entra ID with its compatibility flag.
   * Removals and value filters keep their path, since nothing else can say them.
   */
  readonly paths: 'path' | 'nested' | 'dotted';
  /** Booleans as JSON has them, or as strings: `"True"` (Entra ID), `"true"` (GitLab's samples). */
  readonly booleans: 'json' | 'True' | 'true';
  /**
   * How members are removed: `members[value eq "2819"]` each, or many by a `value` array with path `members`. By the
   * letter of RFC 7644 §3.5.2.2 the latter removes every member: never send it to a strict server.
   */
  readonly removeMember: 'valuePath' | 'valueArray';
  /** May `replace members` and `remove members`, which say the whole list, be sent? */
  readonly replaceAllMembers: 'allowed' | 'forbidden';
  /** The most members that one request may add, and remove. */
  readonly maxMembersAdd?: number | undefined;
  readonly maxMembersRemove?: number | undefined;
  /** May one request add members, remove members and change other attributes? */
  readonly mixMemberOps: boolean;
}

/** RFC 7644 to the letter. */
export const standardDialect: PatchDialect = {
  opCase: 'lower',
  paths: 'path',
  booleans: 'json',
  removeMember: 'valuePath',
  replaceAllMembers: 'allowed',
  mixMemberOps: true,
};
