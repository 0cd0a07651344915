/** What people call a resource, and a number of them. */

import { isJsonObject, type JsonObject } from '../../scim/json.js';
import { getAttribute } from '../../scim/schema/resource-type.js';

/** The name of RESOURCE: what distinguishes it best of what it has, else ID. */
export function labelOf(resource: JsonObject | undefined, id: string): string {
  if (resource === undefined) return id;
  const name = getAttribute(resource, 'name');
  const candidates = [
    getAttribute(resource, 'userName'),
    getAttribute(resource, 'displayName'),
    typeof name === 'string' ? name : undefined,
    isJsonObject(name) ? getAttribute(name, 'formatted') : undefined,
    getAttribute(resource, 'externalId'),
  ];
  return candidates.find((candidate) => typeof candidate === 'string' && candidate.trim() !== '')?.toString() ?? id;
}

/** COUNT resources of the type called NAME, in words: `1 user`, `37 users`. */
export function counted(count: number, name: string): string {
  const noun = /^[A-Z][^A-Z]*$/.test(name) ? name.toLowerCase() : name;
  return `${count} ${count === 1 ? noun : plural(noun)}`;
}

function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}
