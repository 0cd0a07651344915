/** Members added and removed: which requests say so in the way of the service, sending them, and looking afterwards. */

import { isAmbiguous } from '../http/retry.js';
import { diffToPatch } from '../scim/diff/index.js';
import {
  CancelledError,
  InvalidResponseError,
  NetworkError,
  PendingError,
  ResponseError,
  UsageError,
} from '../scim/error.js';
import { type JsonObject, type JsonValue, setMember } from '../scim/json.js';
import { patchMessage } from '../scim/messages/patch-op.js';
import { withReferences } from '../scim/references-text.js';
import type { ResolvedAttribute } from '../scim/schema/resource-type.js';
import { resourcePath } from './address.js';
import { dialectOf } from './dialect.js';
import { type MembersOf, type MembersPlace, placeOf } from './members.js';
import type { Target } from './target.js';
import type { Answer, CallOptions } from './types.js';

/** What shall be different. */
export interface MemberChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** One request. */
export interface MemberStep extends MemberChanges {
  readonly method: 'PATCH' | 'PUT';
  readonly type: string;
  /** The resource that is changed. */
  readonly id: string;
  /** The path of that, as its resource type has it. */
  readonly path: string;
  /** What is sent: JSON. */
  readonly body: string;
  /** Only while the resource is what was read: PUT says the whole of it. */
  readonly ifMatch: string | undefined;
}

/** Members in one request where the service names no limit: so that each can be waited for, and stopped after. */
const chunkSize = 500;

/**
 * The requests that make CHANGES of WHAT, in their order. Single members are added and removed, never the whole list
 * replaced, so that nobody else's changes are lost; only where a service takes PUT alone, the whole resource is written,
 * bound to what was read. Throws `UsageError` when the service lets nobody change them.
 */
export async function planMembers(
  target: Target,
  what: MembersOf,
  changes: MemberChanges,
  call: CallOptions,
): Promise<MemberStep[]> {
  const place = await placeOf(target, what, call);
  const { supports } = await target.discover(call);
  const { update } = target.profile;
  const way = place.holder.name === 'Group' ? update.group : update.user === 'patch' ? 'patch' : 'put';
  if (way === 'none') throw new UsageError(`This service lets nobody change ${place.holder.name} resources`);
  if (place.attribute.attribute?.mutability === 'readOnly') {
    throw new UsageError(`${place.attribute.canonicalPath} of ${place.holder.name} is read-only`);
  }
  const isPut = way === 'put' || supports('patch') === false;
  const perHolder: [string, MemberChanges][] =
    what.inverse === true ? inverted(what.id, changes) : [[what.id, changes]];
  const steps: MemberStep[] = [];
  for (const [id, some] of perHolder) {
    if (some.added.length + some.removed.length === 0) continue;
    if (isPut) steps.push(await replacement(target, place, id, some, call));
    else steps.push(...patches(target, place, id, some));
  }
  return steps;
}

/** The resource that is ADDED to or REMOVED from others, seen from each of those. */
function inverted(id: string, { added, removed }: MemberChanges): [string, MemberChanges][] {
  return [
    ...removed.map((other): [string, MemberChanges] => [other, { added: [], removed: [id] }]),
    ...added.map((other): [string, MemberChanges] => [other, { added: [id], removed: [] }]),
  ];
}

function patches(target: Target, place: MembersPlace, id: string, { added, removed }: MemberChanges): MemberStep[] {
  const dialect = { ...dialectOf(target.profile), replaceAllMembers: 'forbidden' as const };
  const most = {
    add: Math.min(chunkSize, dialect.maxMembersAdd ?? chunkSize),
    remove: Math.min(chunkSize, dialect.maxMembersRemove ?? chunkSize),
  };
  const isOne = dialect.mixMemberOps && added.length + removed.length <= Math.min(most.add, most.remove);
  const chunks: MemberChanges[] = isOne
    ? [{ added, removed }]
    : [
        ...cut(removed, most.remove).map((some) => ({ added: [], removed: some })),
        ...cut(added, most.add).map((some) => ({ added: some, removed: [] })),
      ];
  return chunks.flatMap((chunk) => {
    const before = holding(place.attribute, chunk.removed.map(reference));
    const after = holding(place.attribute, chunk.added.map(reference));
    return diffToPatch(place.holder, before, after, dialect).map((operations) => ({
      method: 'PATCH' as const,
      type: place.holder.name,
      id,
      path: resourcePath(place.holder.endpoint, id, {}),
      body: JSON.stringify(patchMessage(operations, dialect)),
      ifMatch: undefined,
      ...chunk,
    }));
  });
}

/** The whole resource ID as it shall be. */
async function replacement(
  target: Target,
  { holder, attribute }: MembersPlace,
  id: string,
  { added, removed }: MemberChanges,
  call: CallOptions,
): Promise<MemberStep> {
  const { text, etag } = await target.get(holder.name, id, {}, call);
  const name = attribute.attribute?.name ?? 'members';
  const body = withReferences(text, { extension: attribute.extension, name, added, removed });
  const path = resourcePath(holder.endpoint, id, {});
  return { method: 'PUT', type: holder.name, id, path, body, ifMatch: etag ?? undefined, added, removed };
}

/** Sends STEP. Throws what `Target.patch` throws. */
export async function sendStep(target: Target, step: MemberStep, call: CallOptions): Promise<Answer> {
  // The dialect of a service may be one that the standard, and so the schema, does not know.
  const options = { ifMatch: step.ifMatch, validation: 'off' as const };
  return step.method === 'PUT'
    ? target.replace(step.type, step.id, step.body, options, call)
    : target.patch(step.type, step.id, step.body, options, call);
}

/** Does ERROR leave open whether the request was done? */
export function isOpen(error: unknown): boolean {
  if (error instanceof NetworkError) return error.outcome === 'unknown';
  if (error instanceof ResponseError) return isAmbiguous(error.status);
  // A success that cannot be read says nothing.
  if (error instanceof InvalidResponseError) return error.status === undefined || error.status < 300;
  return error instanceof PendingError || error instanceof CancelledError;
}

function holding({ extension, attribute }: ResolvedAttribute, references: JsonValue[]): JsonObject {
  const home: JsonObject = {};
  if (references.length > 0) setMember(home, attribute?.name ?? 'members', references);
  if (extension === undefined) return home;
  const outer: JsonObject = {};
  setMember(outer, extension, home);
  return outer;
}

function reference(id: string): JsonObject {
  return { value: id };
}

function cut<T>(items: readonly T[], size: number): T[][] {
  const pieces: T[][] = [];
  for (let start = 0; start < items.length; start += size) pieces.push(items.slice(start, start + size));
  return pieces;
}
