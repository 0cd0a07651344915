/** RFC 7644 §3.5.2: is a document a PATCH request that a resource type allows? */

import { type Issue, ProtocolError } from '../error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { JsonPath, JsonText } from '../json-text.js';
import { parsePath } from '../path.js';
import { urn } from '../urn.js';
import { compileAttribute, compileType } from './compile.js';
import { type Finding, toIssue } from './finding.js';
import { normaliseNames } from './names.js';
import { checkPatchFilter } from './patch-filter.js';
import {
  attributeKey,
  getAttribute,
  type ResolvedAttribute,
  type ResourceType,
  subAttribute,
} from './resource-type.js';
import { closest, unknownMember } from './suggest.js';
import type { AttributeDefinition } from './types.js';
import { checkValues } from './values.js';

const operations = ['add', 'remove', 'replace'];
const rule = 'RFC 7644 §3.5.2';

/**
 * Every rule that the PATCH request MESSAGE for a resource of TYPE breaks: the envelope, each operation's `op`, `path`
 * and `value`, mutability included. What servers understand although the standard does not know it is a warning. With
 * TEXT, from which MESSAGE must come, issues carry positions.
 */
export function validatePatchRequest(type: ResourceType, message: JsonValue, text?: JsonText): Issue[] {
  const findings = patchFindings(type, message);
  for (const { path } of text?.duplicates ?? []) {
    findings.push(error(path, 'key', 'is given more than once; only the last counts', 'RFC 8259 §4'));
  }
  return findings.map((finding) => toIssue(finding, text));
}

/** As `validatePatchRequest`, with the places as paths; doubled member names are not looked for. */
export function patchFindings(type: ResourceType, message: JsonValue): Finding[] {
  return isJsonObject(message)
    ? [...checkEnvelope(message), ...checkOperations(type, message)]
    : [error([], 'value', 'a PATCH request is a JSON object')];
}

function error(path: JsonPath, at: Finding['at'], message: string, source = rule): Finding {
  return { path, at, message, rule: source, severity: 'error' };
}

function warning(path: JsonPath, at: Finding['at'], message: string, source = rule): Finding {
  return { path, at, message, rule: source, severity: 'warning' };
}

function checkEnvelope(message: JsonObject): Finding[] {
  const findings: Finding[] = [];
  const key = attributeKey(message, 'schemas') ?? 'schemas';
  const schemas = getAttribute(message, 'schemas');
  if (schemas === undefined) findings.push(error([key], 'missing', `is required and contains ${urn.patchOp}`));
  else if (!Array.isArray(schemas) || !schemas.includes(urn.patchOp)) {
    findings.push(error([key], 'value', `must be an array that contains ${urn.patchOp}`));
  }
  return [...findings, ...unknownNames(message, ['schemas', 'Operations'], [], 'A PATCH request')];
}

function unknownNames(object: JsonObject, known: readonly string[], path: JsonPath, owner: string): Finding[] {
  const lower = known.map((name) => name.toLowerCase());
  return Object.keys(object)
    .filter((name) => !lower.includes(name.toLowerCase()))
    .map((name) => {
      const candidate = closest(name, known);
      const hint = candidate === undefined ? '' : `; did you mean \`${candidate}\`?`;
      return error([...path, name], 'key', `${owner} has no member \`${name}\`${hint}`);
    });
}

function checkOperations(type: ResourceType, message: JsonObject): Finding[] {
  const key = attributeKey(message, 'Operations') ?? 'Operations';
  const list = getAttribute(message, 'Operations');
  if (list === undefined) return [error([key], 'missing', 'is required')];
  if (!Array.isArray(list) || list.length === 0)
    return [error([key], 'value', 'must be an array of operations, not empty')];
  return list.flatMap((operation, index) => checkOperation(type, operation, [key, index]));
}

function checkOperation(type: ResourceType, operation: JsonValue, at: JsonPath): Finding[] {
  if (!isJsonObject(operation)) return [error(at, 'value', 'must be an object')];
  const unknown = unknownNames(operation, ['op', 'path', 'value'], at, 'An operation');
  const op = getAttribute(operation, 'op');
  const place = [...at, attributeKey(operation, 'op') ?? 'op'];
  if (typeof op !== 'string' || !operations.includes(op)) return [...unknown, badOperation(op, place)];
  return [...unknown, ...checkTarget({ type, op, operation, at })];
}

function badOperation(op: JsonValue | undefined, place: JsonPath): Finding {
  if (op === undefined) return error(place, 'missing', 'is required: add, remove or replace');
  if (typeof op !== 'string') return error(place, 'value', 'must be a string: add, remove or replace');
  if (operations.includes(op.toLowerCase())) {
    return error(place, 'value', `must be in lower case, \`${op.toLowerCase()}\``);
  }
  const candidate = closest(op, operations);
  const hint = candidate === undefined ? '' : `; did you mean ${candidate}?`;
  return error(place, 'value', `must be add, remove or replace, not \`${op}\`${hint}`);
}

interface Operation {
  readonly type: ResourceType;
  readonly op: string;
  readonly operation: JsonObject;
  readonly at: JsonPath;
}

function checkTarget(context: Operation): Finding[] {
  const { type, op, operation, at } = context;
  const pathAt = [...at, attributeKey(operation, 'path') ?? 'path'];
  const path = getAttribute(operation, 'path');
  if (path === undefined || path === null) {
    if (op === 'remove') return [error(pathAt, 'missing', 'is required for remove', 'RFC 7644 §3.5.2.2')];
    return checkPathless(context);
  }
  if (typeof path !== 'string') return [error(pathAt, 'value', 'must be a string')];
  const target = resolveTarget(type, path);
  if (typeof target === 'string') return [error(pathAt, 'value', target)];
  const mutability = checkMutability(target, op, pathAt);
  const filter = target.filterProblems.map((problem) => error(pathAt, 'value', problem));
  if (mutability.length > 0) return [...filter, ...mutability];
  return [...filter, ...(op === 'remove' ? checkRemoveValue(context) : checkValueAt(context, target))];
}

interface Target {
  readonly resolved: ResolvedAttribute;
  readonly sub: AttributeDefinition | undefined;
  readonly filtered: boolean;
  readonly filterProblems: readonly string[];
}

/** What PATH points at in TYPE, or why it points nowhere. */
function resolveTarget(type: ResourceType, path: string): Target | string {
  try {
    const { attribute, filter, sub } = parsePath(path);
    const resolved = type.resolve(attribute);
    if (resolved === undefined) return unknownPath(type, path);
    const owner = resolved.attribute;
    if (filter === undefined || owner === undefined) {
      return { resolved, sub: resolved.sub, filtered: false, filterProblems: [] };
    }
    if (!owner.multiValued) return `\`${owner.name}\` has a single value, there is nothing to select with a filter`;
    const subDefinition = sub === undefined ? undefined : subAttribute(owner, sub);
    if (sub !== undefined && subDefinition === undefined) return unknownSubAttribute(owner, sub);
    return { resolved, sub: subDefinition, filtered: true, filterProblems: checkPatchFilter(owner, filter) };
  } catch (problem) {
    if (problem instanceof ProtocolError) return problem.message;
    throw problem;
  }
}

/** Why PATH, which TYPE does not know, points nowhere. */
export function unknownPath(type: ResourceType, path: string): string {
  const [head = '', sub] = path.replace(/\[.*$/s, '').split('.', 2);
  const owner = path.includes(':') ? undefined : type.attribute(head);
  if (owner !== undefined && sub !== undefined) return unknownSubAttribute(owner, sub);
  const holder = [...type.extensions].find(({ schema }) =>
    schema.attributes.some((attribute) => attribute.name.toLowerCase() === head.toLowerCase()),
  );
  if (holder !== undefined) return `Attributes of an extension need its URN: \`${holder.schema.id}:${path}\``;
  return unknownMember(compileType(type, 'patch').members, path.includes(':') ? path : head, type);
}

function unknownSubAttribute(owner: AttributeDefinition, sub: string): string {
  const candidate = closest(
    sub,
    owner.subAttributes.map(({ name }) => name),
  );
  const hint = candidate === undefined ? '' : `; did you mean \`${owner.name}.${candidate}\`?`;
  return `\`${owner.name}\` has no sub-attribute \`${sub}\`${hint}`;
}

function checkMutability({ resolved, sub, filtered }: Target, op: string, at: JsonPath): Finding[] {
  const chain = [resolved.attribute, sub].filter((attribute) => attribute !== undefined);
  const fixed = chain.find((attribute) => attribute.mutability === 'readOnly');
  if (fixed !== undefined) return [error(at, 'value', `\`${fixed.name}\` is read-only and cannot be modified`)];
  const last = chain.at(-1);
  if (
    op === 'remove' &&
    !filtered &&
    last?.required === true &&
    (sub === undefined || !resolved.attribute?.multiValued)
  ) {
    return [error(at, 'value', `\`${last.name}\` is required and cannot be removed`, 'RFC 7644 §3.5.2.2')];
  }
  return [];
}

function checkRemoveValue({ operation, at }: Operation): Finding[] {
  const key = attributeKey(operation, 'value');
  if (key === undefined) return [];
  const message = 'remove has no value: a strict server removes everything at `path`; select with a filter instead';
  return [warning([...at, key], 'key', message, 'RFC 7644 §3.5.2.2')];
}

function checkValueAt({ type, op, operation, at }: Operation, { resolved, sub, filtered }: Target): Finding[] {
  const valueAt = [...at, attributeKey(operation, 'value') ?? 'value'];
  const value = getAttribute(operation, 'value');
  if (value === undefined) return [error(valueAt, 'missing', `is required for ${op}`)];
  const { attribute } = resolved;
  if (attribute === undefined) return checkExtension(type, resolved.canonicalPath, value, valueAt);
  if (sub !== undefined) return checkAttributeValue(sub, value, valueAt);
  if (filtered) return checkAttributeValue({ ...attribute, multiValued: false }, value, valueAt);
  const single = attribute.multiValued && value !== null && !Array.isArray(value);
  if (!single) return checkAttributeValue(attribute, value, valueAt);
  const notice = warning(valueAt, 'value', `should be an array: \`${attribute.name}\` is multi-valued`);
  return [notice, ...checkAttributeValue({ ...attribute, multiValued: false }, value, valueAt)];
}

/** VALUE as the value of ATTRIBUTE; the compiled object has it as its only member. */
function checkAttributeValue(attribute: AttributeDefinition, value: JsonValue, at: JsonPath): Finding[] {
  const compiled = compileAttribute(attribute, 'patch');
  const findings: Finding[] = [];
  const original = { [attribute.name]: value };
  const normal = normaliseNames(compiled.members, original, [], findings);
  return [...findings, ...checkValues(compiled, normal, original)].map((finding) => ({
    ...finding,
    path: [...at, ...finding.path.slice(1)],
  }));
}

function checkExtension(type: ResourceType, id: string, value: JsonValue, at: JsonPath): Finding[] {
  if (!isJsonObject(value)) return [error(at, 'value', `must be an object with attributes of ${id}`)];
  return checkMembers(type, { [id]: value }, [], 'value').map((finding) => ({
    ...finding,
    path: [...at, ...finding.path.slice(1)],
  }));
}

/** RFC 7644 §3.5.2.1, §3.5.2.3: without path, the value is an object of attributes. */
function checkPathless({ type, op, operation, at }: Operation): Finding[] {
  const valueAt = [...at, attributeKey(operation, 'value') ?? 'value'];
  const value = getAttribute(operation, 'value');
  if (value === undefined) return [error(valueAt, 'missing', `is required for ${op}`)];
  if (!isJsonObject(value)) return [error(valueAt, 'value', 'must be an object of attributes when there is no path')];
  return checkMembers(type, value, valueAt, 'path');
}

/** Members whose name is a path are checked as if they stood in `path`, and reported: only some servers take them. */
function checkMembers(type: ResourceType, value: JsonObject, at: JsonPath, pathNames: 'path' | 'value'): Finding[] {
  const findings: Finding[] = [];
  const plain: [string, JsonValue][] = [];
  for (const [name, member] of Object.entries(value)) {
    const isPath = pathNames === 'path' && /[.:]/.test(name) && type.extension(name) === undefined;
    const resolved = isPath ? type.lookup(name) : undefined;
    if (resolved?.attribute === undefined) {
      plain.push([name, member]);
      continue;
    }
    const place = [...at, name];
    findings.push(warning(place, 'key', 'is a path: give it in `path`, not all servers understand it here'));
    const target = { resolved, sub: resolved.sub, filtered: false, filterProblems: [] };
    const refused = checkMutability(target, 'replace', place);
    findings.push(
      ...refused,
      ...(refused.length > 0 ? [] : checkAttributeValue(resolved.sub ?? resolved.attribute, member, place)),
    );
  }
  const compiled = compileType(type, 'patch');
  const object = Object.fromEntries(plain);
  const normal = normaliseNames(compiled.members, object, at, findings, type);
  return [...findings, ...checkValues(compiled, normal, object, at)];
}
