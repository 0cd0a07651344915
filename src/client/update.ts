/** A resource made what somebody wants it to be: read it, compare, and send the least that does it. */

import { diffToPatch } from '../scim/diff/index.js';
import { ResponseError, ScimError } from '../scim/error.js';
import { weakMatch } from '../scim/etag.js';
import { isJsonObject, type JsonObject } from '../scim/json.js';
import { JsonText } from '../scim/json-text.js';
import { patchMessage } from '../scim/messages/patch-op.js';
import { getAttribute, type ResourceType } from '../scim/schema/resource-type.js';
import type { ProfileValues } from '../vendors/index.js';
import { dialectOf } from './dialect.js';
import type { Answer, CallOptions, Discovery, UpdateOptions, UpdateReport, WriteOptions } from './types.js';

/** What an update needs of a target. */
export interface Updatable {
  readonly profile: ProfileValues;
  discover(call: CallOptions): Promise<Discovery>;
  get(type: string, id: string, call: CallOptions): Promise<Answer>;
  replace(type: string, id: string, text: string, options: WriteOptions, call: CallOptions): Promise<Answer>;
  patch(type: string, id: string, text: string, options: WriteOptions, call: CallOptions): Promise<Answer>;
}

/** What to send: the whole resource, or PatchOp messages, one for each request. */
export type UpdatePlan =
  | { readonly method: 'PUT' }
  | { readonly method: 'PATCH'; readonly messages: readonly JsonObject[] };

/**
 * How the service of PROFILE wants BEFORE, a resource of TYPE, made into AFTER; undefined when nothing differs.
 * SUPPORTSPATCH is what the service says of itself. Throws what `diffToPatch` throws.
 */
export function planUpdate(
  profile: ProfileValues,
  supportsPatch: boolean | undefined,
  type: ResourceType,
  before: JsonObject,
  after: JsonObject,
): UpdatePlan | undefined {
  const dialect = dialectOf(profile);
  const requests = diffToPatch(type, before, after, dialect);
  if (requests.length === 0) return undefined;
  if (supportsPatch === false || replaces(profile, type)) return { method: 'PUT' };
  return { method: 'PATCH', messages: requests.map((operations) => patchMessage(operations, dialect)) };
}

/**
 * Make the resource ID of TYPE what TEXT says: its attributes, no more and no less; what the server alone may set is left
 * alone. Sends PATCH in the dialect of the service's profile, in several requests where the service limits one, or PUT
 * where that is its way; nothing when nothing differs.
 *
 * Nobody's change is overwritten: when TEXT was read from the server (it has `meta.version`, or `options.ifMatch` is
 * given) and the resource has changed since, a `ResponseError` 412 is thrown and nothing is sent; what changes in
 * between is caught by If-Match (RFC 7644 §3.14).
 */
export async function updateResource(
  target: Updatable,
  type: string,
  id: string,
  text: string,
  options: UpdateOptions,
  call: CallOptions,
): Promise<UpdateReport> {
  const { registry, supports } = await target.discover(call);
  const resourceType = registry.find(type);
  if (resourceType === undefined) throw new ScimError('usage', `The server has no resource type ${type}`);
  const { value: wanted } = JsonText.parse(text);
  if (!isJsonObject(wanted)) throw new ScimError('usage', 'What a resource shall be is written as a JSON object');
  const read = await target.get(type, id, call);
  const known = options.ifMatch ?? versionOf(wanted);
  if (known !== undefined && known !== '*' && read.etag !== null && !weakMatch(known, read.etag))
    throw changedMeanwhile(read);
  const before = isJsonObject(read.json) ? read.json : {};
  const plan = planUpdate(target.profile, supports('patch'), resourceType, before, wanted);
  const write = { ...options, ifMatch: read.etag ?? undefined };
  if (plan === undefined) return { answer: read, requests: 0 };
  if (plan.method === 'PUT') return { answer: await target.replace(type, id, text, write, call), requests: 1 };
  let answer = read;
  for (const [index, message] of plan.messages.entries()) {
    // The first is bound to what was compared; after it the resource has a version of our own making.
    const ifMatch = index === 0 ? write.ifMatch : (answer.etag ?? undefined);
    // The dialect of a service may be one that the standard, and so the schema, does not know.
    answer = await target.patch(type, id, JSON.stringify(message), { ...options, ifMatch, validation: 'off' }, call);
  }
  return { answer, requests: plan.messages.length };
}

/** `meta.version` of RESOURCE (RFC 7644 §3.14). */
export function versionOf(resource: JsonObject): string | undefined {
  const meta = getAttribute(resource, 'meta');
  const version = isJsonObject(meta) ? getAttribute(meta, 'version') : undefined;
  return typeof version === 'string' ? version : undefined;
}

/** Is PUT the way in which the service wants resources of TYPE changed? */
function replaces({ update }: ProfileValues, type: ResourceType): boolean {
  return type.name === 'Group' ? update.group === 'put' : update.user !== 'patch';
}

function changedMeanwhile({ asked }: Answer): ResponseError {
  return new ResponseError(
    412,
    'The resource was changed since it was read, so nothing was sent',
    undefined,
    undefined,
    {
      asked,
      remedy: 'read it again and make the change in what it is now',
    },
  );
}
