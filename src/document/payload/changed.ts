/** What somebody changed in a resource that only the service may set. */

import type { Node } from 'jsonc-parser';
import type { JsonPath } from '../../scim/json-text.js';
import type { Finding } from '../../scim/schema/finding.js';
import type { PayloadContext } from './context.js';
import { protectedMembers } from './protected.js';
import { jsonOf, memberOf, PayloadText, stringOf } from './text.js';

/** Is FINDING that the service ignores a member? Measured by what was read, that is told more exactly. */
export function isAboutReadOnly({ rule, severity, at }: Finding): boolean {
  return rule === 'RFC 7644 §3.3' && severity === 'warning' && at === 'key';
}

/** The read-only and immutable members of PAYLOAD that differ from those of BASE, the resource as the service has it. */
export function changedFindings(payload: PayloadText, base: string, { type }: PayloadContext): Finding[] {
  if (type === undefined) return [];
  const before = new PayloadText(base);
  return protectedMembers(payload, type).flatMap(({ path, property, reason, isInElement }): Finding[] => {
    const value = property.children?.[1];
    // A value of several is replaced as a whole: then it is another one.
    if (value === undefined || (reason === 'immutable' && isInElement)) return [];
    const old = counterpart(path, payload, before);
    if (old !== undefined && same(old, value)) return [];
    if (reason === 'readOnly') {
      const message = 'is read-only: the server will ignore the change';
      return [{ path, at: 'key', message, rule: 'RFC 7643 §7', severity: 'warning' }];
    }
    if (old === undefined) return [];
    const message = 'is immutable: the server will refuse another value';
    return [{ path, at: 'value', message, rule: 'RFC 7644 §3.5.1', severity: 'warning' }];
  });
}

/** What stands in BEFORE where PATH leads in PAYLOAD; elements are known again by their `value`, else by their place. */
function counterpart(path: JsonPath, payload: PayloadText, before: PayloadText): Node | undefined {
  let now = payload.root;
  let old = before.root;
  for (const segment of path) {
    if (typeof segment === 'string') {
      now = memberOf(now, segment);
      old = memberOf(old, segment);
      continue;
    }
    now = now?.children?.[segment];
    const value = stringOf(memberOf(now, 'value'));
    const again = value === undefined ? undefined : elementWith(old, value);
    old = again ?? old?.children?.[segment];
  }
  return old;
}

const byValue = new WeakMap<Node, Map<string, Node>>();

function elementWith(list: Node | undefined, value: string): Node | undefined {
  if (list === undefined) return undefined;
  let index = byValue.get(list);
  if (index === undefined) {
    index = new Map();
    for (const element of list.children ?? []) {
      const own = stringOf(memberOf(element, 'value'));
      if (own !== undefined) index.set(own, element);
    }
    byValue.set(list, index);
  }
  return index.get(value);
}

function same(a: Node, b: Node): boolean {
  return JSON.stringify(sorted(jsonOf(a))) === JSON.stringify(sorted(jsonOf(b)));
}

/** VALUE with the members of its objects in the order of their names, which says nothing. */
function sorted(value: ReturnType<typeof jsonOf>): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)]);
}
