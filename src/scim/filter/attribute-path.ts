/** Attribute notation: `attrPath = [URI ":"] ATTRNAME *1subAttr` (RFC 7644 §3.10 and Figure 1). */

import type { AttributePath } from '../schema/resource-type.js';

/** Why a text is not an attribute path, and the offset in it that shows why. */
export interface PathProblem {
  readonly message: string;
  readonly offset: number;
}

// RFC 7643 §2.1 allows "$" in a name; a leading "$" is there for the one name that the standard itself gives
// against its own grammar: "$ref" (RFC 7643 §2.4).
const attributeName = /^[A-Za-z$][A-Za-z0-9$_-]*/;

// RFC 3986 Appendix A: scheme ":" …, at most one "#".
const uri = /^[A-Za-z][A-Za-z0-9+.-]*:[^#]*(?:#[^#]*)?$/;

/**
 * Read TEXT, which contains no space, as an attribute path.
 * A URN may contain dots and colons, so only the last colon separates it from the name.
 */
export function readAttributePath(text: string): AttributePath | PathProblem {
  const colon = text.lastIndexOf(':');
  const start = colon + 1;
  const urn = colon < 0 ? undefined : text.slice(0, colon);
  if (urn !== undefined && !uri.test(urn)) {
    return { message: `"${clip(urn)}" before the colon is not a schema URI`, offset: 0 };
  }
  const name = attributeName.exec(text.slice(start))?.[0];
  if (name === undefined) return badName(text, start);
  const end = start + name.length;
  const prefix = urn === undefined ? {} : { urn };
  if (end === text.length) return { ...prefix, name };
  if (text.charAt(end) !== '.') return badCharacter(text, end);
  return readSubAttribute(text, end, { ...prefix, name });
}

/** Was the attribute path read? */
export function isPathProblem(path: AttributePath | PathProblem): path is PathProblem {
  return 'message' in path;
}

// "urn:…:2.0" or "http://…": the part after the last colon cannot be an attribute name.
const bareUri = /^[A-Za-z][A-Za-z0-9+.-]*:(?:\/\/.+|.*:[0-9][^:]*)$/;

/** Is TEXT the URN of an extension as a whole, seen by its ending as no attribute name can: `urn:example:2.0`? */
export function isBareUri(text: string): boolean {
  return uri.test(text) && bareUri.test(text);
}

/** The text of PATH. */
export function printAttributePath(path: AttributePath): string {
  const prefix = path.urn === undefined ? '' : path.name === '' ? path.urn : `${path.urn}:`;
  return `${prefix}${path.name}${path.sub === undefined ? '' : `.${path.sub}`}`;
}

/** TEXT, shortened for an error message. */
export function clip(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

function readSubAttribute(text: string, dot: number, parent: AttributePath): AttributePath | PathProblem {
  const start = dot + 1;
  const sub = attributeName.exec(text.slice(start))?.[0];
  if (sub === undefined) return badName(text, start);
  const end = start + sub.length;
  if (end === text.length) return { ...parent, sub };
  if (text.charAt(end) === '.') {
    return { message: 'An attribute has one level of sub-attributes: a second "." cannot follow', offset: end };
  }
  return badCharacter(text, end);
}

function badName(text: string, offset: number): PathProblem {
  const found = offset < text.length ? `, not with "${text.charAt(offset)}"` : ', but the path ends here';
  return { message: `An attribute name starts with a letter${found}`, offset };
}

function badCharacter(text: string, offset: number): PathProblem {
  return { message: `"${text.charAt(offset)}" cannot be part of an attribute name`, offset };
}
