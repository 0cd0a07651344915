/** Did a write take effect? What the answer shows counts; what it does not show is read. */

import { sleep, systemClock } from '../../http/clock.js';
import type { Redactor } from '../../redact/redact.js';
import { ProtocolError } from '../../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { applyPatch, type PatchOperation } from '../../scim/patch/index.js';
import { attributeKey, getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import type { Target } from '../target.js';
import type { CallOptions } from '../types.js';
import { activeOf } from './change.js';
import { isMissing, readGroup, readOne, referredId } from './read.js';
import type { Current, Expectation } from './types.js';

/** What is seen of an effect. */
export interface Sight {
  /** undefined: it cannot be seen. */
  readonly effect: boolean | undefined;
  /** What is there instead, or why it cannot be seen; or what else happened. */
  readonly detail: string;
  /** Nobody can tell, though others of the kind show it: the answer is not to be believed. */
  readonly isOpen?: boolean | undefined;
  /** The version that was seen. */
  readonly etag?: string | undefined;
  /** Of several items those without the effect; absent: all. */
  readonly wrong?: ReadonlySet<string> | undefined;
}

interface Looked {
  readonly target: Target;
  readonly type: ResourceType;
  readonly id: string;
  /** The items that must be members, or must not. */
  readonly items: readonly string[];
}

/** A service may show for a moment what was before. */
const patienceMs = [0, 300, 1_000, 1_500] as const;

/** What ANSWER, the resource in the answer to a write, shows of EXPECT; undefined when that is not all there is to see. */
export function seenIn(answer: JsonValue | undefined, expect: Expectation, looked: Looked): Sight | undefined {
  if (!isJsonObject(answer)) return undefined;
  const sight = expect.kind === 'deleted' ? undefined : seenInResource(answer, expect, looked);
  return sight?.effect === true ? sight : undefined;
}

/** What is seen of EXPECT by reading the resource, again after a moment when there is nothing to be seen yet. */
export async function lookFor(expect: Expectation, looked: Looked, call: CallOptions): Promise<Sight> {
  let sight: Sight = { effect: undefined, detail: '' };
  for (const pause of patienceMs) {
    if (pause > 0) await sleep(systemClock, pause, call.signal);
    const { target, type, id } = looked;
    const needsMembers = expect.kind === 'members' || type.attribute('members') === undefined;
    const isPatched = expect.kind === 'patched';
    const projection = needsMembers || isPatched ? {} : { excludedAttributes: ['members'] };
    const isGroup = expect.kind === 'members';
    const reading = isGroup ? readGroup({ target, type }, id, call) : readOne({ target, type, projection }, id, call);
    sight = seenNow(await reading, expect, looked);
    if (sight.effect !== false && sight.isOpen !== true) return sight;
  }
  return sight;
}

function seenNow(current: Current, expect: Expectation, looked: Looked): Sight {
  const { resource, etag, error } = current;
  if (resource !== undefined) return { ...seenInResource(resource, expect, looked), etag };
  if (!isMissing(current)) {
    return { effect: undefined, detail: `it cannot be read: ${error?.message ?? 'the answer is no resource'}` };
  }
  if (expect.kind === 'deleted') return { effect: true, detail: '' };
  if (expect.kind === 'patched' && expect.isDeactivation) {
    return { effect: true, detail: 'the service no longer has it' };
  }
  return { effect: undefined, detail: 'the service no longer has it' };
}

function seenInResource(resource: JsonObject, expect: Expectation, { target, type, items }: Looked): Sight {
  switch (expect.kind) {
    case 'deleted':
      if (expect.mayStayInactive && activeOf(resource) === false)
        return { effect: true, detail: 'deactivated, not removed' };
      return { effect: false, detail: 'it is still there' };
    case 'members':
      return membersSeen(resource, expect.present, items);
    case 'patched':
      return patchSeen(type, resource, expect.operations, target.redactor);
  }
}

function membersSeen(group: JsonObject, present: boolean, items: readonly string[]): Sight {
  if (attributeKey(group, 'members') === undefined && present) {
    return { effect: undefined, isOpen: true, detail: 'the group shows no members' };
  }
  const list = getAttribute(group, 'members');
  const ids = new Set((Array.isArray(list) ? list : []).map(referredId));
  const wrong = items.filter((id) => ids.has(id) !== present);
  if (wrong.length === 0) return { effect: true, detail: '' };
  const detail = present ? 'it is not in the group' : 'it is still in the group';
  return { effect: false, detail, wrong: new Set(wrong) };
}

function patchSeen(
  type: ResourceType,
  resource: JsonObject,
  operations: readonly PatchOperation[],
  redactor: Redactor,
): Sight {
  const visible = operations.filter(({ path }) => path === undefined || !isHidden(type, path));
  if (visible.length === 0) return { effect: undefined, detail: 'the service never shows this attribute' };
  try {
    const active = activeOf(resource);
    const normal =
      active === undefined ? resource : { ...resource, [attributeKey(resource, 'active') ?? 'active']: active };
    if (!applyPatch(type, normal, visible).changed) return { effect: true, detail: '' };
    return { effect: false, detail: describe(type, resource, visible, redactor) };
  } catch (error) {
    // A filter that selected what was changed finds it no more.
    if (error instanceof ProtocolError) return { effect: undefined, detail: 'whether it took effect cannot be seen' };
    throw error;
  }
}

function isHidden(type: ResourceType, path: string): boolean {
  const found = type.lookup(path);
  return [found?.attribute, found?.sub].some((one) => one?.returned === 'never' || one?.returned === 'request');
}

/** What RESOURCE has where the first of OPERATIONS wanted something else; secrets are masked. */
function describe(
  type: ResourceType,
  resource: JsonObject,
  operations: readonly PatchOperation[],
  redactor: Redactor,
): string {
  const path = operations.find((one) => one.path !== undefined)?.path;
  const found = path === undefined ? undefined : type.lookup(path);
  if (found?.attribute === undefined) return 'the resource is not as it should be';
  const extension = found.extension === undefined ? resource : getAttribute(resource, found.extension);
  const value = isJsonObject(extension) ? getAttribute(extension, found.attribute.name) : undefined;
  const inner = found.sub !== undefined && isJsonObject(value) ? getAttribute(value, found.sub.name) : value;
  if (inner === undefined) return `${path} is not there`;
  const name = JSON.stringify((found.sub ?? found.attribute).name);
  const text = redactor.json(`{${name}:${JSON.stringify(inner)}}`).slice(name.length + 2, -1);
  return `${path} is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}
