/** RFC 7643 §2.2-§2.5: zod's issues told in the words of SCIM. */

import type * as z from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { JsonPath } from '../json-text.js';
import type { CheckKind, CompiledObject, Member } from './compile.js';
import type { Finding } from './finding.js';
import { attributeKey } from './resource-type.js';
import type { AttributeType } from './types.js';

/**
 * What is wrong with the values of NORMAL, whose members are spelt as in the schema. Paths are told as in ORIGINAL,
 * the document that NORMAL was made from, behind PREFIX.
 */
export function checkValues(
  compiled: CompiledObject,
  normal: JsonObject,
  original: JsonObject,
  prefix: JsonPath = [],
): Finding[] {
  const result = compiled.values.safeParse(normal);
  if (result.success) return [];
  return result.error.issues.map((issue) => toFinding(issue, compiled, normal, original, prefix));
}

function toFinding(
  issue: z.core.$ZodIssue,
  compiled: CompiledObject,
  normal: JsonObject,
  original: JsonObject,
  prefix: JsonPath,
): Finding {
  const path = issue.path.filter((segment) => typeof segment !== 'symbol');
  const member = memberAt(compiled, path);
  const value = valueAt(normal, path);
  const where = [...prefix, ...spelled(original, path)];
  const isElement = typeof path.at(-1) === 'number';
  if ((value === undefined || value === null) && !isElement) {
    const at = value === undefined ? 'missing' : 'value';
    return { path: where, at, message: 'is required', rule: 'RFC 7643 §2.2', severity: 'error' };
  }
  return { path: where, at: 'value', ...describe(issue, member, value, isElement) };
}

type Description = Pick<Finding, 'message' | 'rule' | 'severity'>;

function describe(
  issue: z.core.$ZodIssue,
  member: Member | undefined,
  value: JsonValue | undefined,
  isElement: boolean,
): Description {
  const kind: unknown = issue.code === 'custom' ? issue.params?.kind : undefined;
  if (isCheckKind(kind)) {
    const { message, rule, severity = 'error' } = checks[kind];
    const options = kind === 'canonical' ? `, usual are ${member?.attribute?.canonicalValues.join(', ')}` : '';
    return { message: message + options, rule, severity };
  }
  const attribute = member?.attribute;
  const error = (expected: string, rule: string): Description => ({
    message: `must be ${expected}, not ${describeValue(value)}`,
    rule,
    severity: 'error',
  });
  if (attribute === undefined) return error('an object', 'RFC 7643 §3.3');
  if (attribute.multiValued && !isElement) return error('an array: the attribute is multi-valued', 'RFC 7643 §2.4');
  const [expected, rule] = types[attribute.type];
  return error(expected, rule);
}

const types: Record<AttributeType, readonly [expected: string, rule: string]> = {
  string: ['a string', 'RFC 7643 §2.3.1'],
  boolean: ['true or false', 'RFC 7643 §2.3.2'],
  decimal: ['a number', 'RFC 7643 §2.3.3'],
  integer: ['an integer', 'RFC 7643 §2.3.4'],
  dateTime: ['a string with a date and time', 'RFC 7643 §2.3.5'],
  binary: ['a base64 string', 'RFC 7643 §2.3.6'],
  reference: ['a string with a URI', 'RFC 7643 §2.3.7'],
  complex: ['an object', 'RFC 7643 §2.3.8'],
};

interface Check {
  readonly message: string;
  readonly rule: string;
  readonly severity?: 'warning';
}

const checks: Record<CheckKind, Check> = {
  dateTime: { message: 'must be a date and time such as 2008-01-23T04:56:22Z', rule: 'RFC 7643 §2.3.5' },
  integer: { message: 'must be an integer: a number without fraction', rule: 'RFC 7643 §2.3.4' },
  binary: { message: 'must be base64', rule: 'RFC 7643 §2.3.6' },
  reference: { message: 'must be a URI: this has characters that URIs must escape', rule: 'RFC 7643 §2.3.7' },
  canonical: { message: 'is not a canonical value', rule: 'RFC 7643 §2.2', severity: 'warning' },
  empty: { message: 'is required, and empty', rule: 'RFC 7643 §2.2', severity: 'warning' },
  unassigned: { message: 'is required, and an empty array counts as no value', rule: 'RFC 7643 §2.5' },
  primary: { message: 'only one value may be primary', rule: 'RFC 7643 §2.4' },
};

function isCheckKind(kind: unknown): kind is CheckKind {
  return typeof kind === 'string' && Object.hasOwn(checks, kind);
}

/** The kind of VALUE, with the value itself where it is short and the mistake is likely its quotes. */
function describeValue(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  switch (typeof value) {
    case 'object':
      return 'an object';
    case 'boolean':
      return `the boolean ${value}`;
    case 'number':
      return 'a number';
    default:
      return /^(?:true|false|-?\d+)$/i.test(value) ? 'a string (remove the quotes)' : 'a string';
  }
}

function memberAt({ members }: CompiledObject, path: JsonPath): Member | undefined {
  let member: Member | undefined;
  let children = members;
  for (const segment of path) {
    if (typeof segment === 'number') continue;
    member = children.exact.get(segment);
    if (member?.children === undefined) return member;
    children = member.children;
  }
  return member;
}

function valueAt(value: JsonValue | undefined, path: JsonPath): JsonValue | undefined {
  let current = value;
  for (const segment of path) current = child(current, segment);
  return current;
}

function child(value: JsonValue | undefined, segment: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return typeof segment === 'number' ? value[segment] : undefined;
  if (!isJsonObject(value) || typeof segment === 'number' || !Object.hasOwn(value, segment)) return undefined;
  return value[segment];
}

/** PATH in the spelling of ORIGINAL, as far as that goes. */
function spelled(original: JsonValue | undefined, path: JsonPath): JsonPath {
  let current = original;
  return path.map((segment) => {
    const key = typeof segment === 'string' && isJsonObject(current) ? attributeKey(current, segment) : undefined;
    const own = key ?? segment;
    current = child(current, own);
    return own;
  });
}
