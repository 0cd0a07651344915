/** What a check finds, by its place in the JSON document, and how that becomes an `Issue`. */

import type { Issue } from '../error.js';
import type { JsonPath, JsonText } from '../json-text.js';

export interface Finding {
  /** The offending member, in the document's own spelling; it need not exist. */
  readonly path: JsonPath;
  /** Is the name wrong or the value? A missing member has its position at the object that lacks it. */
  readonly at: 'key' | 'value' | 'missing';
  readonly message: string;
  readonly rule: string;
  readonly severity: 'error' | 'warning';
}

/** FINDING in SCIM notation, with its position when there is a TEXT. */
export function toIssue(finding: Finding, text: JsonText | undefined): Issue {
  const { path, at, message, rule, severity } = finding;
  const issue: Issue = { path: attributeNotation(path), message, rule, severity };
  const position =
    at === 'missing' ? text?.positionOf(path.slice(0, -1)) : text?.positionOf(path, at === 'key' ? 'key' : 'value');
  return position === undefined ? issue : { ...issue, position };
}

/** PATH in SCIM notation: `emails[1].value`, `urn:…:User:manager.value`. */
export function attributeNotation(path: JsonPath): string {
  let notation = '';
  let separator = '';
  for (const segment of path) {
    if (typeof segment === 'number') notation += `[${segment}]`;
    else notation += `${separator}${segment}`;
    separator = typeof segment === 'string' && segment.includes(':') ? ':' : '.';
  }
  return notation;
}
