/** XML that is well-formed whatever it holds. */

import { codeOf } from './printable.js';

/** ATTRIBUTES of an element, each with a space before it. */
export function attributesText(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeAttribute(String(value))}"`)
    .join('');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 §2.2 has no way to write these characters at all, so they are shown by their code. */
const notXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** TEXT as the content of an element. */
export function escapeText(text: string): string {
  return text
    .replace(notXml, codeOf)
    .replace(/[&<>"]/g, (char) => entities[char] ?? char)
    .replace(/\r/g, '&#13;');
}

/** White space in an attribute is normalised to a space unless it is a reference (XML 1.0 §3.3.3). */
function escapeAttribute(text: string): string {
  return escapeText(text).replace(/\n/g, '&#10;').replace(/\t/g, '&#9;');
}
