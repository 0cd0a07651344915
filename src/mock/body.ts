/** RFC 7644 §3.1 and §3.8: the JSON in the body of a request. */

import { ProtocolError } from '../scim/error.js';
import type { JsonValue } from '../scim/json.js';
import { JsonSyntaxError, JsonText } from '../scim/json-text.js';
import type { MockRequest } from './message.js';

/** No SCIM message comes near this depth; walking much deeper ones would overflow the stack. */
const maxNesting = 64;

/** How large a body may be, and what that limit is called. */
export interface BodyLimit {
  readonly name: string;
  readonly bytes: number;
}

/**
 * The body of REQUEST, at most LIMIT long.
 * @throws ProtocolError 415 for another media type, 413 naming the limit, 400 `invalidSyntax` with line and column
 */
export function jsonBody(request: MockRequest, limit: BodyLimit): JsonValue {
  const contentType = request.headers['content-type'];
  if (contentType !== undefined && !/^\s*application\/(scim\+)?json\s*(;|$)/i.test(contentType)) {
    throw new ProtocolError(415, undefined, `The body must be application/scim+json, not ${contentType}.`);
  }
  if ('problem' in request.body) {
    throw request.body.problem === 'encoding' ? invalidSyntax('it is not UTF-8') : tooLarge(limit);
  }
  const { text } = request.body;
  // A character takes at most three bytes of UTF-8, so that most bodies need not be measured.
  if (text.length * 3 > limit.bytes && Buffer.byteLength(text) > limit.bytes) throw tooLarge(limit);
  return parse(text);
}

function parse(text: string): JsonValue {
  try {
    const { value } = JsonText.parse(text);
    if (!isNestedDeeperThan(maxNesting, value)) return value;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { line = 0, character = 0 } = error.position ?? {};
    throw invalidSyntax(`line ${line + 1}, column ${character + 1}: ${error.message}`);
  }
  throw new ProtocolError(400, 'invalidSyntax', `The body is nested deeper than ${maxNesting} levels.`);
}

function isNestedDeeperThan(levels: number, value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((element) => isNestedDeeperThan(levels - 1, element));
}

/** RFC 7644 §3.7.4: the answer names the limit. */
function tooLarge({ name, bytes }: BodyLimit): ProtocolError {
  return new ProtocolError(413, undefined, `The body is larger than the ${bytes} bytes that are allowed (${name}).`);
}

function invalidSyntax(reason: string): ProtocolError {
  return new ProtocolError(400, 'invalidSyntax', `The body is not JSON: ${reason}`);
}
