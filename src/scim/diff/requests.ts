/** Distributing operations over requests: how many members, and what beside them, one request may hold. */

import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, setMember } from '../json.js';
import type { PatchOperation } from '../patch/request.js';
import { getAttribute } from '../schema/resource-type.js';
import type { PatchDialect } from './dialect.js';
import { type Difference, type Edit, type MemberChange, pathOf } from './edit.js';
import { selectReference } from './select.js';
import { writeEdits } from './write.js';

type Kind = 'attributes' | 'add' | 'remove';

/** DIFFERENCE as the requests of DIALECT: one list of operations per request, none when nothing differs. */
export function planRequests({ edits, members }: Difference, dialect: PatchDialect): PatchOperation[][] {
  const plan = new Plan(dialect);
  plan.attributes(writeEdits(edits, dialect));
  for (const change of members) {
    const whole = wholeChange(change, dialect);
    if (whole !== undefined) {
      plan.attributes(writeEdits([whole], dialect), whole.op === 'remove' ? 'remove' : 'add');
      continue;
    }
    plan.members('remove', change.removed, (removed) => removals(change, removed, dialect));
    plan.members('add', change.added, (added) =>
      writeEdits([{ op: 'add', place: change.place, value: [...added] }], dialect),
    );
  }
  return plan.requests();
}

/** The requests so far and how full the last one is. */
class Plan {
  readonly #requests: PatchOperation[][] = [];
  #kind: Kind | undefined;
  #counts = { add: 0, remove: 0 };

  constructor(readonly dialect: PatchDialect) {}

  requests(): PatchOperation[][] {
    return this.#requests;
  }

  /** Add OPERATIONS, which no limit counts. */
  attributes(operations: readonly PatchOperation[], kind: Kind = 'attributes'): void {
    if (operations.length > 0) append(this.#open(kind), operations);
  }

  /** Add or remove MEMBERS, cut into as many requests as the limits ask for. */
  members(
    kind: 'add' | 'remove',
    members: readonly JsonValue[],
    write: (some: readonly JsonValue[]) => readonly PatchOperation[],
  ): void {
    for (let start = 0; start < members.length; ) {
      const request = this.#open(kind);
      const some = members.slice(start, start + this.#room(kind));
      append(request, write(some));
      this.#counts[kind] += some.length;
      start += some.length;
    }
  }

  /** A request that can take one more of KIND. */
  #open(kind: Kind): PatchOperation[] {
    const last = this.#requests.at(-1);
    const mixes = this.dialect.mixMemberOps || this.#kind === kind;
    if (last !== undefined && mixes && (kind === 'attributes' || this.#room(kind) > 0)) return last;
    const request: PatchOperation[] = [];
    this.#requests.push(request);
    this.#kind = kind;
    this.#counts = { add: 0, remove: 0 };
    return request;
  }

  /** How many more members a request takes. Where it does both, both together stay within the smaller limit. */
  #room(kind: 'add' | 'remove'): number {
    const limits = { add: limit(this.dialect.maxMembersAdd), remove: limit(this.dialect.maxMembersRemove) };
    const other = kind === 'add' ? 'remove' : 'add';
    const own = limits[kind] - this.#counts[kind];
    if (this.#counts[other] === 0) return own;
    return Math.min(own, Math.min(limits.add, limits.remove) - this.#counts.add - this.#counts.remove);
  }
}

/** Not by `push(...)`: the arguments of a call are limited, the members of a group are not. */
function append(request: PatchOperation[], operations: readonly PatchOperation[]): void {
  for (const operation of operations) request.push(operation);
}

function limit(most: number | undefined): number {
  return most === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(most));
}

/** The one operation that says the whole list, when no member stays and DIALECT permits it. */
function wholeChange({ place, removed, after, kept }: MemberChange, dialect: PatchDialect): Edit | undefined {
  if (dialect.replaceAllMembers === 'forbidden' || kept > 0 || removed.length === 0) return undefined;
  if (after.length === 0) return { op: 'remove', place };
  if (after.length > limit(dialect.maxMembersAdd)) return undefined;
  return { op: 'replace', place, value: [...after] };
}

function removals({ place }: MemberChange, removed: readonly JsonValue[], dialect: PatchDialect): PatchOperation[] {
  if (dialect.removeMember === 'valueArray') {
    return [{ op: 'remove', path: pathOf({ place }), value: removed.map(reference) }];
  }
  return removed.map((element) => ({
    op: 'remove',
    path: pathOf({ place, filter: selectReference(place.attribute, element) }),
  }));
}

/** Of a reference only its id. */
function reference(element: JsonValue): JsonValue {
  const only: JsonObject = {};
  setMember(only, 'value', isJsonObject(element) ? (getAttribute(element, 'value') ?? null) : element);
  return only;
}
