/** One ListResponse out of the pages of a list, with every resource as the server wrote it. */
import { urn } from '../scim/urn.js';

/**
 * The ListResponse (RFC 7644 §3.4.2) with the resources of all PAGES, which are texts of ListResponses. The resources
 * are copied as text: the order of their members and the digits of their numbers stay.
 */
export function mergePages(pages: readonly string[], totalResults: number | undefined, count: number): string {
  const resources = pages.map(resourcesIn).filter((text) => text !== '');
  const total = totalResults === undefined ? '' : `"totalResults":${totalResults},`;
  const head = `{"schemas":["${urn.listResponse}"],${total}"startIndex":1,"itemsPerPage":${count},"Resources":[`;
  return `${head}${resources.join(',')}]}`;
}

/** What stands between the brackets of the member `Resources` of the object TEXT, which is valid JSON. */
export function resourcesIn(text: string): string {
  let depth = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const char = text[offset];
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else if (char === '"') {
      const end = endOfString(text, offset);
      const open = depth === 1 ? arrayAfterName(text, offset, end) : -1;
      if (open !== -1) return text.slice(open + 1, closingBracket(text, open)).trim();
      offset = end - 1;
    }
  }
  return '';
}

/** Offset after the string literal that starts at OFFSET. */
export function endOfString(text: string, offset: number): number {
  for (let end = offset + 1; end < text.length; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === '"') return end + 1;
  }
  return text.length;
}

/** Offset of the `[` that follows, if the literal from START to END is the name `Resources`, in any case. */
function arrayAfterName(text: string, start: number, end: number): number {
  if (!/^"resources"$/i.test(text.slice(start, end))) return -1;
  const value = /\s*:\s*\[/y;
  value.lastIndex = end;
  return value.test(text) ? value.lastIndex - 1 : -1;
}

function closingBracket(text: string, open: number): number {
  let depth = 0;
  for (let offset = open; offset < text.length; offset++) {
    const char = text[offset];
    if (char === '"') offset = endOfString(text, offset) - 1;
    else if (char === '[' || char === '{') depth++;
    else if ((char === ']' || char === '}') && --depth === 0) return offset;
  }
  return text.length;
}
