/** A digest of JSON that does not depend on the order of members. */

import { createHash } from 'node:crypto';
import { isJsonObject, type JsonValue } from '../scim/json.js';

/**
 * Sixteen hexadecimal digits that stand for VALUE, whose `meta`, which may change by itself, does not count. CLEAN takes
 * out what must not even be digested.
 */
export function canonicalDigest(value: JsonValue, clean: (text: string) => string): string {
  return createHash('sha256')
    .update(clean(canonical(value)))
    .digest('hex')
    .slice(0, 16);
}

function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([name]) => name.toLowerCase() !== 'meta')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${member === undefined ? 'null' : canonical(member)}`);
  return `{${members.join(',')}}`;
}
