/** Diff to PATCH: what to send so that one state of a resource becomes another (RFC 7644 §3.5.2). */

import type { JsonObject } from '../json.js';
import type { PatchOperation } from '../patch/request.js';
import type { ResourceType } from '../schema/resource-type.js';
import { type PatchDialect, standardDialect } from './dialect.js';
import { planRequests } from './requests.js';
import { compareResources } from './resource.js';

/**
 * The operations that make BEFORE, a resource of TYPE as the server has it, into AFTER: one list per PATCH request, to be
 * sent in this order; no list when nothing differs. AFTER is the whole state: what it lacks becomes unassigned, except
 * what is read-only or, like a password, never returned. null, `[]` and absent are one state (RFC 7643 §2.5);
 * multi-valued attributes are sets. Takes time in proportion to the two resources.
 *
 * Throws ProtocolError 400: `mutability` when an immutable value would have to change or a required one to go,
 * `invalidValue` when AFTER has an unknown attribute, a value of another type, or two primary values in one attribute.
 */
export function diffToPatch(
  type: ResourceType,
  before: JsonObject,
  after: JsonObject,
  dialect: PatchDialect = standardDialect,
): PatchOperation[][] {
  return planRequests(compareResources(type, before, after), dialect);
}
