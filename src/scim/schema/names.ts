/** RFC 7643 §2.1: member names, which mind no case, are checked and brought into the schema's spelling. */

import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../json.js';
import type { JsonPath } from '../json-text.js';
import type { Member, Members, Presence } from './compile.js';
import type { Finding } from './finding.js';
import type { ResourceType } from './resource-type.js';
import { unknownMember } from './suggest.js';

/**
 * Are all members of OBJECT, down to the last, known, spelt as in the schema and welcome? Then there is nothing to
 * find and nothing to rename. This is the path that nearly every document takes, so it allocates nothing.
 */
export function namesAreExact(members: Members, object: JsonObject): boolean {
  for (const name of Object.keys(object)) {
    const member = members.exact.get(name);
    if (member === undefined || member.presence !== 'expected') return false;
    if (member.children !== undefined && !valueIsExact(member.children, object[name])) return false;
  }
  return true;
}

function valueIsExact(members: Members, value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.every((element) => valueIsExact(members, element));
  return !isJsonObject(value) || namesAreExact(members, value);
}

/**
 * OBJECT with the members that MEMBERS know, in the schema's spelling; what is wrong with names goes to FINDINGS. With
 * TYPE, OBJECT is a resource of it.
 */
export function normaliseNames(
  members: Members,
  object: JsonObject,
  path: JsonPath,
  findings: Finding[],
  type?: ResourceType,
): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    const at = [...path, key];
    const member = members.exact.get(key) ?? members.lower.get(key.toLowerCase());
    if (member === undefined) {
      if (!members.open || (type !== undefined && key.includes(':'))) {
        findings.push(keyError(at, unknownMember(members, key, type), 'RFC 7643 §7'));
      }
      continue;
    }
    if (Object.hasOwn(result, member.name)) {
      findings.push(keyError(at, `\`${member.name}\` is given more than once: names mind no case`, 'RFC 7643 §2.1'));
    }
    if (value !== null) noteSpecialPresence(member, at, findings);
    setMember(result, member.name, normaliseValue(member, value, at, findings));
  }
  return result;
}

function normaliseValue(member: Member, value: JsonValue, path: JsonPath, findings: Finding[]): JsonValue {
  const { children } = member;
  if (children === undefined) return value;
  if (Array.isArray(value)) {
    return value.map((element, index) => normaliseValue(member, element, [...path, index], findings));
  }
  return isJsonObject(value) ? normaliseNames(children, value, path, findings) : value;
}

function keyError(path: JsonPath, message: string, rule: string): Finding {
  return { path, at: 'key', message, rule, severity: 'error' };
}

const special: Record<Exclude<Presence, 'expected'>, Omit<Finding, 'path' | 'at'>> = {
  ignored: { message: 'is read-only, the server ignores it', rule: 'RFC 7644 §3.3', severity: 'warning' },
  refused: { message: 'is read-only and cannot be modified', rule: 'RFC 7644 §3.5.2', severity: 'error' },
  leaked: { message: 'must never be returned', rule: 'RFC 7643 §7', severity: 'error' },
  undeclared: {
    message: "is not in the server's schema, though multi-valued attributes have it by default",
    rule: 'RFC 7643 §2.4',
    severity: 'warning',
  },
};

function noteSpecialPresence(member: Member, path: JsonPath, findings: Finding[]): void {
  if (member.presence !== 'expected') findings.push({ path, at: 'key', ...special[member.presence] });
}
