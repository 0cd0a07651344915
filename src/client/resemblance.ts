/** Is a resource that a server shows the one that was sent to it? Servers add, drop and normalise. */

import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute } from '../scim/schema/resource-type.js';

/** What the server decides (RFC 7643 §3.1, §4.1.2), and what it never shows. */
const notCompared: ReadonlySet<string> = new Set(['schemas', 'id', 'meta', 'groups', 'password']);

/**
 * Has ACTUAL what EXPECTED has? What EXPECTED does not say does not matter. With LENIENT, neither does what ACTUAL lacks
 * altogether: servers drop attributes that they do not keep.
 */
export function resembles(actual: JsonObject, expected: JsonObject, lenient: boolean): boolean {
  return Object.entries(expected).every(([name, value]) => {
    if (notCompared.has(name.toLowerCase())) return true;
    const shown = getAttribute(actual, name);
    return isNothing(shown) ? lenient || isNothing(value) : agrees(shown, value, lenient);
  });
}

/** Does RESOURCE have a value that no answer will ever show? */
export function holdsSecret(resource: JsonObject): boolean {
  return getAttribute(resource, 'password') !== undefined;
}

/** Texts are compared as most attributes of RFC 7643 are, without regard to case. */
export function sameText(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase();
}

function agrees(shown: JsonValue | undefined, value: JsonValue, lenient: boolean): boolean {
  if (Array.isArray(value)) {
    const shownElements = Array.isArray(shown) ? shown : [shown];
    return value.every((element) => shownElements.some((candidate) => agrees(candidate, element, lenient)));
  }
  if (isJsonObject(value)) return isJsonObject(shown) && resembles(shown, value, lenient);
  if (isNothing(value)) return isNothing(shown);
  // Some servers say "True" for true and "5" for 5.
  return shown === value || sameText(String(shown), String(value));
}

/** RFC 7643 §2.5: null and an empty array are unassigned. */
function isNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
