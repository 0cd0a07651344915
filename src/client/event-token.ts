/** RFC 9967 §2.5: how an asynchronous request ended, as a security event token (RFC 8417) tells it. */

import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute } from '../scim/schema/resource-type.js';

const asyncResponse = 'urn:ietf:params:scim:event:misc:asyncresp';

/** One operation of a bulk response: what the synchronous answer would have been. */
export interface Completion {
  readonly status: number;
  readonly location: string | undefined;
  readonly version: string | undefined;
  /** The body, or the error message. */
  readonly response: JsonObject | undefined;
}

/**
 * The completion that TEXT, a token or the JSON that it would hold, tells about the transaction TXN; undefined when it
 * tells none. The signature is not looked at: the token came from the service provider itself, over its own connection
 * (RFC 9967 §6).
 */
export function completionOf(text: string, txn: string | undefined): Completion | undefined {
  const claims = parse(text.trim().startsWith('{') ? text : payloadOf(text));
  const events = isJsonObject(claims) ? getAttribute(claims, 'events') : undefined;
  const event = isJsonObject(events) ? events[asyncResponse] : undefined;
  if (!isJsonObject(claims) || !isJsonObject(event) || !isOf(claims.txn, txn)) return undefined;
  const status = Number(getAttribute(event, 'status'));
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  const response = getAttribute(event, 'response');
  return {
    status,
    location: textOf(event, 'location'),
    version: textOf(event, 'version'),
    response: isJsonObject(response) ? response : undefined,
  };
}

/** Is TEXT in the compact form of a JWT (RFC 7515 §3.1)? */
export function isToken(text: string): boolean {
  return /^[\w-]{2,}\.[\w-]{2,}\.[\w-]*$/.test(text.trim());
}

/** The claims of a token as text. */
function payloadOf(token: string): string {
  return isToken(token) ? Buffer.from(token.trim().split('.')[1] ?? '', 'base64url').toString('utf8') : '';
}

/** RFC 9967 §2.5.1: a bulk request numbers its operations behind a colon. */
function isOf(claimed: JsonValue | undefined, txn: string | undefined): boolean {
  return txn === undefined || claimed === undefined || claimed === txn || String(claimed).startsWith(`${txn}:`);
}

function textOf(object: JsonObject, name: string): string | undefined {
  const value = getAttribute(object, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parse(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
