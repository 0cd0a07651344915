/** RFC 7644 §3.12: error answers, as the standard writes them and as servers do. */

import { headerOf } from '../http/session.js';
import { ResponseError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute } from '../scim/schema/resource-type.js';
import { statusLine } from './body.js';
import type { Answer } from './types.js';

const maxBody = 100_000;
const maxDetail = 1_000;

/** Throws `ResponseError` when ANSWER has an error status. */
export function checkAnswer(answer: Answer): void {
  if (answer.status >= 400) throw responseErrorOf(answer);
}

/** The error that ANSWER, whose status is an error, stands for. Made from its redacted form only. */
export function responseErrorOf(answer: Answer): ResponseError {
  const { exchange, status, asked } = answer;
  const headers = exchange.responseHeaders();
  const text = exchange.responseBody(maxBody) ?? '';
  const json = parse(text);
  const body = isJsonObject(json) ? json : undefined;
  const detail = (body === undefined ? plainText(text) : detailOf(body))?.slice(0, maxDetail);
  const scimType = body === undefined ? undefined : stringOf(body, 'scimType');
  const name = scimType ?? errorNameOf(body, headers);
  const kind = name === undefined ? '' : ` (${name})`;
  const reason = headerSafe(answer.reason);
  const message = `${statusLine(status, reason)}${kind} for ${asked}${detail === undefined ? '' : `: ${detail}`}`;
  return new ResponseError(status, message, scimType, detail, { asked, remedy: remedyOf(status, scimType, headers) });
}

/** A reason phrase is text of the server's choosing, so only a plain one is shown. */
function headerSafe(reason: string): string {
  return /^[A-Za-z][A-Za-z' -]{0,40}$/.test(reason) ? reason : '';
}

/**
 * The name of an error beside `scimType`, in the places where services put it: `__type` and `x-amzn-errortype` (AWS:
 * `com.amazon.x#ThrottlingException`), `error.code` (Entra ID), `error_code`, `errorCode`, `code`.
 */
function errorNameOf(
  body: JsonObject | undefined,
  headers: readonly (readonly [string, string])[],
): string | undefined {
  const error = body === undefined ? undefined : getAttribute(body, 'error');
  const candidates = [
    headerOf(headers, 'x-amzn-errortype')?.replace(/:.*$/s, ''),
    ...['__type', 'error_code', 'errorCode', 'code'].map((name) => body && stringOf(body, name)),
    isJsonObject(error) ? stringOf(error, 'code') : undefined,
  ];
  const names = candidates.map((name) => name?.replace(/^.*#/s, ''));
  return names.find((name) => name !== undefined && /^[A-Za-z][\w.]{2,80}$/.test(name));
}

/** What went wrong in words: RFC 7644, SCIM 1.1 (`Errors`), RFC 6750 and others. */
function detailOf(body: JsonObject): string | undefined {
  const error = getAttribute(body, 'error');
  return (
    stringOf(body, 'detail') ??
    scim1Details(getAttribute(body, 'Errors')) ??
    stringOf(body, 'error_description') ??
    (isJsonObject(error) ? (stringOf(error, 'message') ?? stringOf(error, 'description')) : undefined) ??
    ['message', 'errorSummary', 'title', 'error']
      .map((name) => stringOf(body, name))
      .find((value) => value !== undefined)
  );
}

/** The descriptions in the `Errors` of SCIM 1.1, which some services of version 2 still send (Salesforce). */
function scim1Details(errors: JsonValue | undefined): string | undefined {
  if (!Array.isArray(errors)) return undefined;
  const told = errors.filter(isJsonObject).map((each) => stringOf(each, 'description') ?? stringOf(each, 'message'));
  const known = told.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : known.slice(0, 3).join('; ');
}

function stringOf(object: JsonObject, name: string): string | undefined {
  const value = getAttribute(object, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The readable part of an answer that is not JSON: the title of a web page, or its text. */
function plainText(text: string): string | undefined {
  const title = /<title[^>]{0,200}>([^<]{1,300})/i.exec(text)?.[1];
  const plain = (title ?? text.replace(/<[^<>]{0,2000}>/g, ' ')).replace(/\s+/g, ' ').trim();
  return plain === '' ? undefined : plain.slice(0, 300);
}

function parse(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

const byScimType = new Map([
  [
    'invalidFilter',
    'Correct the filter; some servers know few attributes and operators: see filter in ServiceProviderConfig.',
  ],
  ['tooMany', 'Ask with a narrower filter or a smaller count.'],
  ['uniqueness', 'Another resource has this value: look it up with a filter, then modify that one.'],
  ['mutability', 'Leave out the attribute that must not change.'],
  ['invalidPath', 'Correct `path`; the attributes are listed at /Schemas.'],
  ['noTarget', 'Nothing matches the filter in `path`: read the resource and look at its values.'],
  ['invalidVers', 'Correct the version in the base URL, e.g. /v2.'],
  ['sensitive', 'Send the filter in the body of POST …/.search instead of the URL.'],
]);

function remedyOf(
  status: number,
  scimType: string | undefined,
  headers: readonly (readonly [string, string])[],
): string | undefined {
  const known = scimType === undefined ? undefined : byScimType.get(scimType);
  if (known !== undefined) return known;
  switch (status) {
    case 400:
      return 'Correct the request as the server says.';
    case 401:
      return `Check the token of the tenant: it is missing, wrong or expired.${challenge(headers)}`;
    case 403:
      return 'The token is known but may not do this: check its scopes or roles.';
    case 404:
      return 'Check the id and the path; if every path is unknown, the base URL is not the SCIM root.';
    case 405:
    case 501:
      return 'The server does not offer this: see ServiceProviderConfig.';
    case 409:
      return 'The resource exists already or was changed meanwhile: look it up with a filter.';
    case 412:
      return 'The resource was changed meanwhile: read it again and repeat the change with its new ETag.';
    case 413:
      return 'Send less at once.';
    case 428:
      return 'The server wants If-Match: read the resource and send its ETag.';
    case 429:
      return `The server wants fewer requests: ${retryAfter(headers) ?? 'wait a while, then repeat'}.`;
    default:
      return status >= 500 ? `The fault is on the server: ${retryAfter(headers) ?? 'repeat later'}.` : undefined;
  }
}

/** RFC 6750 §3: why the token was refused. */
function challenge(headers: readonly (readonly [string, string])[]): string {
  const value = headerOf(headers, 'www-authenticate');
  const description = /error_description="([^"]{1,200})"/.exec(value ?? '')?.[1];
  return description === undefined ? '' : ` The server says: ${description}`;
}

/** RFC 9110 §10.2.3: seconds or a date. */
function retryAfter(headers: readonly (readonly [string, string])[]): string | undefined {
  const value = headerOf(headers, 'retry-after');
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return `repeat after ${value} s`;
  return Number.isNaN(Date.parse(value)) ? undefined : `repeat after ${new Date(value).toISOString()}`;
}
