/** PATCH requests that a service does not take (RFC 7644 §3.5.2). */

import { ProtocolError, type ScimType } from '../../scim/error.js';
import { parseFilter } from '../../scim/filter/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { type PatchOperation, parsePatchRequest } from '../../scim/patch/index.js';
import { parsePath } from '../../scim/path.js';
import { getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import type { MockRequest } from '../message.js';
import type { Answerer, Middleware } from '../middleware.js';
import { ask, bodyOf, contentOf, lookUp, pathOf, type QuirkPlace, routingOf, typeAt, withBody } from './call.js';
import { groupProblem } from './member-changes.js';
import { isSame, type QuirkValues, standardSettings } from './values.js';

type PatchQuirks = QuirkValues['patch'];

/** Checks PATCH requests for what VALUES do not take. */
export function patchChecks({ patch }: QuirkValues, place: QuirkPlace): Middleware | undefined {
  const usual = standardSettings();
  const differs = (flag: string, value: unknown): boolean =>
    flag !== 'result' && !isSame(value, usual.get(`patch.${flag}`));
  if (!Object.entries(patch).some(([flag, value]) => differs(flag, value))) return undefined;
  const routing = routingOf(place);
  return (request, next) => {
    const type = request.method === 'PATCH' ? typeAt(place.registry, routing(request)) : undefined;
    const body = type === undefined ? undefined : bodyOf(request);
    const operations = body && operationsOf(body);
    if (type === undefined || body === undefined || operations === undefined) return next(request);
    checkForm(body, operations, patch);
    for (const operation of operations) checkOperation(type, operation, patch);
    checkOnce(type, operations, patch);
    if (type.name === 'Group') refuse(groupProblem(operations, patch));
    if (patch.noTargetOnRemove === 'error') checkTargets(type, operations, request, next, place);
    return next(patch.memberArray === 'all' && type.name === 'Group' ? withoutValues(request, body) : request);
  };
}

/** The operations of BODY; what is no PatchOp message is for the service to refuse. */
function operationsOf(body: JsonObject): PatchOperation[] | undefined {
  try {
    return parsePatchRequest(body);
  } catch {
    return undefined;
  }
}

/** How `op` is written. */
function checkForm(body: JsonObject, operations: readonly PatchOperation[], { opCase }: PatchQuirks): void {
  if (opCase === 'lower') return;
  const given = getAttribute(body, 'Operations');
  const words = Array.isArray(given)
    ? given.map((one) => (isJsonObject(one) ? getAttribute(one, 'op') : undefined))
    : [];
  const wrong = words.find((word) => typeof word === 'string' && !/^[A-Z]/.test(word));
  if (wrong === undefined || operations.length === 0) return;
  refuse({ scimType: 'invalidSyntax', detail: `op is ${JSON.stringify(wrong)}; it begins with a capital here.` });
}

function checkOperation(type: ResourceType, operation: PatchOperation, quirks: PatchQuirks): void {
  const { path } = operation;
  const names = attributesOf(type, operation);
  refuse(
    pathlessProblem(operation, quirks) ??
      filterProblem(path, quirks) ??
      attributeProblem(type, names, quirks) ??
      removalProblem(type, operation, names, quirks) ??
      booleanProblem(type, operation, quirks),
  );
}

function pathlessProblem({ path, value }: PatchOperation, quirks: PatchQuirks): Problem | undefined {
  if (path !== undefined || !isJsonObject(value)) return undefined;
  if (quirks.pathless === 'forbidden') return { scimType: 'invalidPath', detail: 'Every operation needs a path.' };
  const names = Object.keys(value);
  if (quirks.maxPathlessAttributes !== null && names.length > quirks.maxPathlessAttributes) {
    const detail = `An operation without path may change ${quirks.maxPathlessAttributes} attribute, not ${names.length}.`;
    return { scimType: 'invalidValue', detail };
  }
  const nested = Object.entries(value).find(([, member]) => isJsonObject(member))?.[0];
  if (quirks.pathless !== 'dotted' || nested === undefined) return undefined;
  return { scimType: 'invalidValue', detail: `${nested}: write its members as ${nested}.… without an object.` };
}

function filterProblem(path: string | undefined, { valueFilterOps }: PatchQuirks): Problem | undefined {
  const filter = path === undefined ? undefined : parsedPath(path)?.filter;
  if (filter === undefined || filter.kind !== 'compare' || valueFilterOps.includes(filter.operator)) return undefined;
  return { scimType: 'invalidFilter', detail: `${path}: the operator ${filter.operator} is not supported here.` };
}

function attributeProblem(type: ResourceType, names: readonly string[], quirks: PatchQuirks): Problem | undefined {
  const allowed = quirks.attributes[type.name];
  const wrong = allowed && names.find((name) => !allowed.some((one) => covers(type, one, name)));
  if (wrong === undefined) return undefined;
  return {
    scimType: 'mutability',
    detail: `${wrong} of a ${type.name} cannot be changed; ${allowed?.join(', ')} can.`,
  };
}

function removalProblem(
  type: ResourceType,
  { op, path, value }: PatchOperation,
  names: readonly string[],
  quirks: PatchQuirks,
): Problem | undefined {
  if (op !== 'remove') return undefined;
  const kept = (quirks.keep[type.name] ?? []).find((one) => names.some((name) => covers(type, one, name)));
  if (kept !== undefined) return { scimType: 'mutability', detail: `${kept} cannot be removed.` };
  if (type.name !== 'Group' || path === undefined || !/^members\b/i.test(path)) return undefined;
  const hasFilter = path.includes('[');
  if (quirks.removeMember === 'value-array' && hasFilter) {
    return { scimType: 'invalidPath', detail: `${path}: name the members to remove in value.` };
  }
  if (quirks.memberArray === 'refused' && !hasFilter && value !== undefined) {
    return { scimType: 'invalidValue', detail: 'remove takes no value; write members[value eq "…"].' };
  }
  return undefined;
}

/** Whether Booleans are written as the service has them. */
function booleanProblem(type: ResourceType, { path, value }: PatchOperation, quirks: PatchQuirks): Problem | undefined {
  if (quirks.boolean === 'boolean' || value === undefined) return undefined;
  const given = path === undefined && isJsonObject(value) ? Object.entries(value) : [[path ?? '', value] as const];
  const words = quirks.boolean === 'capital-string' ? ['True', 'False'] : ['true', 'false'];
  const wrong = given.find(([name, one]) => isBoolean(type, name) && !(typeof one === 'string' && words.includes(one)));
  return wrong && { scimType: 'invalidValue', detail: `${wrong[0]} is "${words.join('" or "')}" here, a string.` };
}

function isBoolean(type: ResourceType, name: string): boolean {
  const resolved = lookUp(type, name);
  return (resolved?.sub ?? resolved?.attribute)?.type === 'boolean';
}

function checkOnce(type: ResourceType, operations: readonly PatchOperation[], { once }: PatchQuirks): void {
  const all = operations.flatMap((operation) => attributesOf(type, operation));
  const twice = once.find((one) => all.filter((name) => covers(type, one, name)).length > 1);
  if (twice !== undefined) refuse({ scimType: 'invalidValue', detail: `One request may change ${twice} only once.` });
}

/** Refuses to remove by a filter what is not there: RFC 7644 §3.5.2.2 is silent on it. */
function checkTargets(
  type: ResourceType,
  operations: readonly PatchOperation[],
  request: MockRequest,
  next: Answerer,
  { basePath }: QuirkPlace,
): void {
  const id = decodeURIComponent(pathOf(request.target).split('/').at(-1) ?? '');
  for (const { op, path } of operations) {
    const parsed = op === 'remove' && path !== undefined ? parsedPath(path) : undefined;
    if (path === undefined || parsed?.filter === undefined) continue;
    const filter = `id eq ${JSON.stringify(id)} and ${path.slice(0, path.lastIndexOf(']') + 1)}`;
    const query = new URLSearchParams({ filter: readable(filter), count: '0' });
    const found = contentOf(ask(next, request, 'GET', `${basePath}${type.endpoint}?${query.toString()}`));
    if (found?.totalResults === 0) refuse({ scimType: 'noTarget', detail: `Nothing matches ${path}.` });
  }
}

/** TEXT when it is a filter; a mistake in it is the service's to name. */
function readable(text: string): string {
  parseFilter(text);
  return text;
}

/** The PatchOp message BODY as a strict reader of RFC 7644 §3.5.2.2 takes it: remove has no value. */
function withoutValues(request: MockRequest, body: JsonObject): MockRequest {
  const operations = getAttribute(body, 'Operations');
  if (!Array.isArray(operations)) return request;
  const strict = operations.map((one: JsonValue): JsonValue => {
    if (!isJsonObject(one) || String(getAttribute(one, 'op')).toLowerCase() !== 'remove') return one;
    return Object.fromEntries(Object.entries(one).filter(([name]) => name.toLowerCase() !== 'value'));
  });
  return withBody(request, { ...body, Operations: strict });
}

/** The attributes that OPERATION changes, as the request names them. */
function attributesOf(type: ResourceType, { path, value }: PatchOperation): string[] {
  if (path !== undefined) return [path.replace(/\[.*$/s, '')];
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const isExtension = type.extension(name) !== undefined && isJsonObject(member);
    return isExtension && isJsonObject(member) ? Object.keys(member).map((sub) => `${name}:${sub}`) : [name];
  });
}

/** Whether NAME is the attribute ALLOWED of TYPE, or a part of it. */
function covers(type: ResourceType, allowed: string, name: string): boolean {
  const wanted = lookUp(type, allowed);
  const found = lookUp(type, name);
  if (wanted?.attribute === undefined || found?.attribute === undefined)
    return allowed.toLowerCase() === name.toLowerCase();
  return wanted.extension === found.extension && wanted.attribute === found.attribute;
}

function parsedPath(path: string) {
  try {
    return parsePath(path, { missingSpace: true });
  } catch {
    return undefined;
  }
}

/** Why a request is refused. */
export interface Problem {
  readonly scimType: ScimType;
  readonly detail: string;
}

function refuse(problem: Problem | undefined): void {
  if (problem !== undefined) throw new ProtocolError(400, problem.scimType, problem.detail);
}
