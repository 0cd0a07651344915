/** The texts of the resources of a page, as the server wrote them. */

import { endOfString, resourcesIn } from '../merge.js';

/**
 * The text of each element of `Resources` of PAGE, a ListResponse (RFC 7644 §3.4.2) that is valid JSON: the order of its
 * members and the digits of its numbers stay. The texts share the memory of PAGE.
 */
export function resourceTexts(page: string): string[] {
  const list = resourcesIn(page);
  const texts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let offset = 0; offset < list.length; offset++) {
    const char = list[offset];
    if (char === '"') offset = endOfString(list, offset) - 1;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else if (char === ',' && depth === 0) {
      texts.push(list.slice(start, offset).trim());
      start = offset + 1;
    }
  }
  const last = list.slice(start).trim();
  return last === '' ? texts : [...texts, last];
}
