/** RFC 7644 §3.1, §3.8: is the body of an answer what it must be? Nothing is concluded from one that is not. */

import { STATUS_CODES } from 'node:http';
import { type HttpAnswer, headerOf } from '../http/session.js';
import type { Redactor } from '../redact/redact.js';
import { InvalidResponseError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';

export interface Asked {
  readonly method: string;
  /** Redacted, for messages. */
  readonly asked: () => string;
  readonly redactor: () => Redactor;
}

export interface Body {
  /** undefined when there is none, or when an error answer is not JSON. */
  readonly json: JsonValue | undefined;
  readonly warnings: string[];
}

const excerptLength = 80;
const wrongPlace = 'Check that the base URL is the SCIM root of the service, often …/scim/v2.';

/**
 * The body of ANSWER to ASKED. An error status may have any body. Throws `InvalidResponseError` when a success has no
 * body although it must have one, or one that is not a JSON object, or one that is an error message.
 */
export function readBody(answer: HttpAnswer, asked: Asked): Body {
  const isSuccess = answer.status >= 200 && answer.status <= 299;
  if (answer.text.trim() === '') {
    if (isSuccess && !mayBeEmpty(answer, asked.method)) throw emptyBody(answer, asked);
    return { json: undefined, warnings: [] };
  }
  const json = parse(answer.text);
  if (!isSuccess) return { json, warnings: [] };
  if (json === undefined && isEventToken(answer)) return { json: undefined, warnings: [] };
  if (json === undefined) throw notJson(answer, asked);
  if (!isJsonObject(json)) throw notScim(answer, asked, `a JSON ${Array.isArray(json) ? 'array' : typeof json}`);
  refuseErrorMessage(answer, asked, json);
  return { json, warnings: contentTypeWarnings(answer) };
}

/** STATUS with its reason phrase: `404 Not Found`. */
export function statusLine(status: number, reason: string): string {
  return `${status} ${reason || (STATUS_CODES[status] ?? '')}`.trim();
}

/** The error for an answer that is JSON but not what was asked for; WHAT says what it is. */
function notScim(answer: Pick<HttpAnswer, 'status' | 'reason'>, asked: Asked, what: string): InvalidResponseError {
  const message = `${asked.asked()} answered ${lineOf(answer, asked)} with ${what} instead of a SCIM object`;
  return new InvalidResponseError('response.notScim', message, answer.status, {
    asked: asked.asked(),
    remedy: wrongPlace,
  });
}

/**
 * RFC 7644 §3.5.2, §3.6: PATCH and DELETE need no body, which 204 says. A 201 with `Location` has told enough (§3.3);
 * 202 is an accepted asynchronous request (RFC 9967 §2.5.1).
 */
function mayBeEmpty({ status, headers }: HttpAnswer, method: string): boolean {
  if (status === 204 || status === 202 || method === 'DELETE' || method === 'HEAD') return true;
  return status === 201 && headerOf(headers, 'location') !== undefined;
}

/** RFC 9967 §2.5.1: how an asynchronous request ended comes as a security event token, a JWT (RFC 7515 §3.1). */
function isEventToken({ headers, text }: HttpAnswer): boolean {
  return (
    /\bsecevent\+jwt\b/i.test(headerOf(headers, 'content-type') ?? '') && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text.trim())
  );
}

function parse(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function emptyBody(answer: HttpAnswer, asked: Asked): InvalidResponseError {
  const message = `${asked.asked()} answered ${lineOf(answer, asked)} with an empty body`;
  return new InvalidResponseError('response.empty', message, answer.status, {
    asked: asked.asked(),
    remedy: `Nothing can be concluded from it. ${wrongPlace}`,
  });
}

function notJson(answer: HttpAnswer, asked: Asked): InvalidResponseError {
  const redactor = asked.redactor();
  const type = redactor.text(headerOf(answer.headers, 'content-type') ?? 'no content type').slice(0, excerptLength);
  const start = redactor.excerpt(answer.text.trim(), excerptLength).replace(/\s+/g, ' ');
  const isHtml = /^\s*</.test(answer.text);
  const what = isHtml ? 'a web page' : 'a body that is not JSON';
  const message = `${asked.asked()} answered ${lineOf(answer, asked)} with ${what} (${type}): ${start}`;
  return new InvalidResponseError('response.notJson', message, answer.status, {
    asked: asked.asked(),
    remedy: isHtml ? `Is this the SCIM base URL? ${wrongPlace}` : wrongPlace,
  });
}

/** Some servers say 200 and mean an error (RFC 7644 §3.12, or the `Errors` of SCIM 1.1, in the body). */
function refuseErrorMessage(answer: HttpAnswer, asked: Asked, json: JsonObject): void {
  const old = oldError(json);
  const schemas = getAttribute(json, 'schemas');
  if (old === undefined && !(Array.isArray(schemas) && schemas.includes(urn.error))) return;
  const detail = getAttribute(old ?? json, old === undefined ? 'detail' : 'description');
  const shown = typeof detail === 'string' ? `: ${asked.redactor().text(detail).slice(0, 300)}` : '';
  throw notScim(answer, asked, `an error message${shown},`);
}

/** The first of the `Errors` in a body that is nothing but an error message of SCIM 1.1. */
function oldError(json: JsonObject): JsonObject | undefined {
  const errors = getAttribute(json, 'Errors');
  const [first] = Array.isArray(errors) ? errors : [];
  return Object.keys(json).length === 1 && isJsonObject(first) ? first : undefined;
}

function contentTypeWarnings(answer: HttpAnswer): string[] {
  const type = headerOf(answer.headers, 'content-type');
  if (type !== undefined && /\bjson\b/i.test(type)) return [];
  // RFC 7644 §3.1: the answer is application/scim+json or application/json.
  return ['The server does not say that its answer is JSON (Content-Type)'];
}

function lineOf(answer: Pick<HttpAnswer, 'status' | 'reason'>, asked: Asked): string {
  return statusLine(answer.status, asked.redactor().text(answer.reason));
}
