/** A resource as a text to be edited: indented, letter by letter as the server sent it, without its longest lists. */

import { isJsonObject, type JsonValue } from '../../scim/json.js';
import { prettyJson } from '../../scim/json-text.js';
import { getAttribute, holdsReferences, type ResourceType } from '../../scim/schema/resource-type.js';

/** An attribute with so many references that they are edited as a list of their own. */
interface LargeAttribute {
  readonly attribute: string;
  readonly count: number;
}

export interface Editable {
  readonly text: string;
  /** What the text leaves out. */
  readonly large: readonly LargeAttribute[];
  /** What a person calls the resource. */
  readonly title: string;
}

/** More references than this in one attribute are left out of the text. */
const mostReferences = 200;

/**
 * TEXT, a resource of TYPE as the server sent it, parsed already as JSON, for editing. What was left out before stays left
 * out (LEFTOUT), so that two readings can be compared.
 */
export function editable(
  type: ResourceType,
  text: string,
  json: JsonValue | undefined,
  leftOut: readonly string[] = [],
): Editable {
  const value = isJsonObject(json) ? json : {};
  const large = Object.entries(value).flatMap(([name, member]): LargeAttribute[] => {
    const attribute = type.attribute(name);
    if (attribute === undefined || !Array.isArray(member) || !holdsReferences(attribute)) return [];
    const isLarge = member.length > mostReferences || leftOut.some((out) => sameName(out, name));
    return isLarge ? [{ attribute: attribute.name, count: member.length }] : [];
  });
  const gone = new Set(large.map(({ attribute }) => attribute.toLowerCase()));
  for (const name of leftOut) gone.add(name.toLowerCase());
  return { text: prettyJson(withoutMembers(text, gone)), large, title: titleOf(value) };
}

/** What names the resource VALUE to a person. */
function titleOf(value: JsonValue): string {
  if (!isJsonObject(value)) return '';
  for (const name of ['userName', 'displayName', 'name', 'externalId', 'id']) {
    const member = getAttribute(value, name);
    if (typeof member === 'string' && member !== '') return member;
  }
  return '';
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/**
 * The JSON object TEXT without the members of the names GONE, in lower case; the rest stays letter by letter. One pass,
 * without a tree: a group may have a million members.
 */
export function withoutMembers(text: string, gone: ReadonlySet<string>): string {
  if (gone.size === 0) return text;
  const kept = topLevelMembers(text).filter(({ name }) => !gone.has(name.toLowerCase()));
  return `{${kept.map(({ start, end }) => text.slice(start, end)).join(',')}}`;
}

interface Stretch {
  readonly name: string;
  /** From the quote before the name. */
  readonly start: number;
  /** Behind the value. */
  readonly end: number;
}

function topLevelMembers(text: string): Stretch[] {
  const found: Stretch[] = [];
  let depth = 0;
  let start = -1;
  let name = '';
  const close = (end: number): void => {
    if (start >= 0) found.push({ name, start, end });
    start = -1;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === quote) {
      const end = endOfString(text, at);
      if (depth === 1 && start < 0) {
        start = at;
        name = String(JSON.parse(text.slice(at, end + 1)));
      }
      at = end;
    } else if (character === openBrace || character === openBracket) depth += 1;
    else if (character === closeBrace || character === closeBracket) {
      depth -= 1;
      if (depth === 0) close(at);
    } else if (character === comma && depth === 1) close(at);
  }
  return found;
}

const [quote, comma, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x2c, 0x7b, 0x7d, 0x5b, 0x5d];

function endOfString(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && text.charCodeAt(end) !== quote) end += text.charCodeAt(end) === 0x5c ? 2 : 1;
  return end;
}
