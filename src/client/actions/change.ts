/** What an action means for one resource: the requests that make the change in the way of the service. */

import { diffToPatch, type PatchDialect } from '../../scim/diff/index.js';
import { PayloadError, ProtocolError, ScimError, UsageError } from '../../scim/error.js';
import type { JsonObject, JsonValue } from '../../scim/json.js';
import { JsonText } from '../../scim/json-text.js';
import { patchMessage as messageOf } from '../../scim/messages/patch-op.js';
import { applyPatch, type PatchOperation, parsePatchRequest } from '../../scim/patch/index.js';
import { getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import { validatePatchRequest } from '../../scim/schema/validate-patch.js';
import type { ProfileValues } from '../../vendors/index.js';
import { dialectOf } from '../dialect.js';
import { patchMessage, refusePayload } from '../payload.js';
import type { Discovery, ValidationMode } from '../types.js';
import type { Action, Expectation } from './types.js';
import { readValue } from './value.js';

/** What is to be sent for one resource, or why nothing is. */
type Change =
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | {
      readonly kind: 'send';
      readonly method: 'PATCH' | 'PUT' | 'DELETE';
      readonly bodies: readonly (string | undefined)[];
      readonly expect: Expectation;
    };

/** An action that was found possible for a type. */
export interface Changer {
  /** What RESOURCE, as it is now, needs. */
  readonly change: (resource: JsonObject) => Change;
  /** What a person should know beforehand. */
  readonly warnings: readonly string[];
  /** Whether the whole resource is needed to change it, `members` of groups too. */
  readonly needsWhole: boolean;
  /** Whether what is not there is as it shall be. */
  readonly removes: boolean;
}

interface Service {
  readonly type: ResourceType;
  readonly profile: ProfileValues;
  readonly discovery: Discovery;
  readonly validation: ValidationMode;
}

/**
 * How ACTION, none that is about groups, is done to resources of the type of SERVICE. Throws `UsageError` when it cannot
 * be, `PayloadError` and `JsonSyntaxError` for an edit or a PATCH that the schema forbids.
 */
export function changerOf(action: Action, service: Service): Changer {
  switch (action.kind) {
    case 'activate':
    case 'deactivate':
      return activation(action.kind === 'activate', service);
    case 'delete':
      return deletion(service, false);
    case 'edit': {
      const { op, path, value } = action;
      const operation = { op, path, ...(op === 'remove' ? {} : { value: readValue(service.type, path, value) }) };
      return editing([operation], service);
    }
    case 'patch':
      return freePatch(action.operations, service);
    default:
      throw new UsageError('Groups are changed by their members');
  }
}

function activation(wanted: boolean, service: Service): Changer {
  const { type, profile } = service;
  const { user, deleteEffect } = profile.deprovision;
  if (!wanted && type.name === 'User' && user === 'delete') {
    if (deleteEffect === 'deactivated') return deletion(service, true);
    throw new UsageError('This service cannot deactivate users: it deletes them', { remedy: 'Delete them.' });
  }
  if (type.attribute('active') === undefined) {
    throw new UsageError(`${type.name} has no attribute active, so that it cannot be ${wanted ? '' : 'de'}activated`);
  }
  const operations: PatchOperation[] = [{ op: 'replace', path: 'active', value: wanted }];
  const inner = editing(operations, service, mustPut(service));
  return {
    ...inner,
    change: (resource) => {
      const active = activeOf(resource);
      if (active === wanted) return { kind: 'none', why: `already ${wanted ? '' : 'in'}active` };
      const change = inner.change(resource);
      const expect: Expectation = { kind: 'patched', operations, isDeactivation: !wanted };
      return change.kind === 'send' ? { ...change, expect } : change;
    },
  };
}

/** Whether RESOURCE is active; undefined when it does not say. Some services write it as a text. */
export function activeOf(resource: JsonObject): boolean | undefined {
  const active = getAttribute(resource, 'active');
  if (typeof active === 'boolean') return active;
  const text = typeof active === 'string' ? active.toLowerCase() : '';
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function deletion({ type, profile }: Service, deactivates: boolean): Changer {
  const { deleteEffect, reversible } = profile.deprovision;
  const isUser = type.name === 'User';
  if (isUser && deleteEffect === 'unsupported') {
    throw new UsageError('This service does not delete users', { remedy: 'Deactivate them.' });
  }
  const mayStayInactive = isUser && deleteEffect === 'deactivated';
  const warnings: string[] = [];
  if (mayStayInactive && !deactivates) {
    warnings.push(
      `This service deactivates users on DELETE instead of removing them${reversible ? '; that can be taken back' : ''}`,
    );
  }
  if (deactivates) warnings.push('This service deactivates users by DELETE');
  return {
    warnings,
    needsWhole: false,
    removes: true,
    change: (resource) =>
      mayStayInactive && activeOf(resource) === false
        ? { kind: 'none', why: 'already inactive' }
        : { kind: 'send', method: 'DELETE', bodies: [undefined], expect: { kind: 'deleted', mayStayInactive } },
  };
}

function editing(operations: readonly PatchOperation[], service: Service, puts = isPutPreferred(service)): Changer {
  const { type, profile } = service;
  const message = messageOf(operations);
  const issues = validatePatchRequest(type, message);
  refusePayload(issues, `PATCH ${type.endpoint}`);
  return {
    warnings: puts ? [`This service changes ${type.name} by PUT, which sends the whole resource`] : [],
    needsWhole: puts || touchesReferences(type, operations),
    removes: false,
    change: (resource) => {
      try {
        const after = applyPatch(type, resource, operations);
        if (!after.changed) return { kind: 'none', why: 'already so' };
        const bodies = puts
          ? [wholeBody(after.resource)]
          : patchBodies(type, resource, after.resource, dialectOf(profile), operations);
        const expect: Expectation = { kind: 'patched', operations, isDeactivation: false };
        return { kind: 'send', method: puts ? 'PUT' : 'PATCH', bodies, expect };
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
        return { kind: 'refused', why: error.message };
      }
    },
  };
}

/** The bodies that take BEFORE to AFTER; OPERATIONS themselves where the resource does not show what they change. */
function patchBodies(
  type: ResourceType,
  before: JsonObject,
  after: JsonObject,
  dialect: PatchDialect,
  operations: readonly PatchOperation[],
): string[] {
  const requests = diffToPatch(type, before, after, dialect);
  const sent = requests.length === 0 ? [[...operations]] : requests;
  return sent.map((each) => JSON.stringify(messageOf(each, dialect)));
}

/** RESOURCE as the body of a PUT. Throws `ScimError` when it could not be sent unchanged. */
export function wholeBody(resource: JsonObject): string {
  if (holdsUnsafeNumber(resource)) {
    throw new ScimError('payload.invalid', 'It holds a number with more digits than can be sent again unchanged');
  }
  return JSON.stringify(resource);
}

function holdsUnsafeNumber(value: JsonValue): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsUnsafeNumber);
}

/** Does the service take no PATCH for resources of this type? */
function mustPut({ type, profile, discovery }: Service): boolean {
  const { userVerbs, groupVerbs } = profile.update;
  return discovery.supports('patch') === false || !(type.name === 'Group' ? groupVerbs : userVerbs).includes('PATCH');
}

/** Is PUT the way in which resources of this type are changed? Activation is by PATCH wherever there is one (Okta). */
function isPutPreferred(service: Service): boolean {
  const { type, profile } = service;
  const { user, group } = profile.update;
  return mustPut(service) || (type.name === 'Group' ? group === 'put' : type.name === 'User' && user !== 'patch');
}

function touchesReferences(type: ResourceType, operations: readonly PatchOperation[]): boolean {
  return type.attribute('members') !== undefined && operations.some(({ path }) => /members/i.test(path ?? 'members'));
}

function freePatch(text: string, service: Service): Changer {
  const { type, validation } = service;
  const json = JsonText.parse(text);
  const message = patchMessage(json.text);
  const whole = JsonText.parse(message.text).value;
  const issues = validation === 'off' ? [] : validatePatchRequest(type, whole);
  refusePayload(issues, `PATCH ${type.endpoint}`);
  const operations = operationsIn(whole);
  return {
    warnings: issues.map(({ path, message: what }) => `${path === '' ? '' : `${path}: `}${what}`),
    needsWhole: touchesReferences(type, operations),
    removes: false,
    change: (resource) => {
      if (isAlready(type, resource, operations)) return { kind: 'none', why: 'already so' };
      const expect: Expectation = { kind: 'patched', operations, isDeactivation: false };
      return { kind: 'send', method: 'PATCH', bodies: [message.text], expect };
    },
  };
}

function operationsIn(message: JsonValue): PatchOperation[] {
  try {
    return parsePatchRequest(message);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new PayloadError(error.message, []);
  }
}

/** Would OPERATIONS change nothing about RESOURCE? The service judges those that cannot be applied here. */
function isAlready(type: ResourceType, resource: JsonObject, operations: readonly PatchOperation[]): boolean {
  try {
    return !applyPatch(type, resource, operations).changed;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}
