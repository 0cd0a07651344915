/** What somebody changed in a resource that only the service may set. */

import type { Node } from 'jsonc-parser';
import { isJsonObject, type JsonValue } from '../../scim/json.js';
import type { JsonPath } from '../../scim/json-text.js';
import type { Finding } from '../../scim/schema/finding.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import type { PayloadContext } from './context.js';
import { protectedMembers } from './protected.js';
import { jsonOf, memberOf, type PayloadText, stringOf } from './text.js';

/** Is FINDING that the service ignores a member? Measured by what was read, that is told more exactly. */
export function isAboutReadOnly({ rule, severity, at }: Finding): boolean {
  return rule === 'RFC 7644 §3.3' && severity === 'warning' && at === 'key';
}

/** The read-only and immutable members of PAYLOAD that differ from those of BASE, the resource as the service has it. */
export function changedFindings(payload: PayloadText, base: string, { type }: PayloadContext): Finding[] {
  const before = parsed(base);
  if (type === undefined || before === undefined) return [];
  return protectedMembers(payload, type).flatMap(({ path, property, reason, isInElement }): Finding[] => {
    const value = property.children?.[1];
    // A value of several is replaced as a whole: then it is another one.
    if (value === undefined || (reason === 'immutable' && isInElement)) return [];
    const old = counterpart(path, payload, before);
    if (old !== undefined && same(old, jsonOf(value))) return [];
    if (reason === 'readOnly') {
      const message = 'is read-only: the server will ignore the change';
      return [{ path, at: 'key', message, rule: 'RFC 7643 §7', severity: 'warning' }];
    }
    if (old === undefined) return [];
    const message = 'is immutable: the server will refuse another value';
    return [{ path, at: 'value', message, rule: 'RFC 7644 §3.5.1', severity: 'warning' }];
  });
}

function parsed(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** What stands in BEFORE where PATH leads in PAYLOAD; elements are known again by their `value`, else by their place. */
function counterpart(path: JsonPath, payload: PayloadText, before: JsonValue): JsonValue | undefined {
  let now: Node | undefined = payload.root;
  let old: JsonValue | undefined = before;
  for (const segment of path) {
    if (typeof segment === 'string') {
      now = memberOf(now, segment);
      old = isJsonObject(old) ? getAttribute(old, segment) : undefined;
      continue;
    }
    now = now?.children?.[segment];
    const value = stringOf(memberOf(now, 'value'));
    if (!Array.isArray(old)) return undefined;
    old = (value === undefined ? undefined : elementWith(old, value)) ?? old[segment];
  }
  return old;
}

const byValue = new WeakMap<readonly JsonValue[], Map<string, JsonValue>>();

function elementWith(list: readonly JsonValue[], value: string): JsonValue | undefined {
  let index = byValue.get(list);
  if (index === undefined) {
    index = new Map();
    for (const element of list) {
      const own = isJsonObject(element) ? getAttribute(element, 'value') : undefined;
      if (typeof own === 'string') index.set(own, element);
    }
    byValue.set(list, index);
  }
  return index.get(value);
}

function same(a: JsonValue, b: JsonValue): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** VALUE with the members of its objects in the order of their names, which says nothing. */
function sorted(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)]);
}
