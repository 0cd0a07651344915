/** Requests and answers of the mock server as plain values: RFC 7644 §3.8 (media types) and §3.12 (errors). */

import type { ScimType } from '../scim/error.js';
import { urn } from '../scim/urn.js';

/** A request as it was read from the socket. */
export interface MockRequest {
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: RequestBody;
}

/** The body of a request, or why it was not kept. */
export type RequestBody = { readonly text: string } | { readonly problem: 'tooLarge' | 'encoding' };

/** An answer that is ready to be written to the socket. */
export interface MockResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON in UTF-8; empty for an answer without a body. */
  readonly body: Buffer;
}

/** An answer that holds the JSON text BODY. */
export function jsonResponse(
  status: number,
  body: Buffer | string,
  headers: Record<string, string> = {},
): MockResponse {
  return {
    status,
    headers: { 'content-type': scimJson, ...headers },
    body: typeof body === 'string' ? Buffer.from(body) : body,
  };
}

const noBody = Buffer.alloc(0);

/** An answer without a body. */
export function emptyResponse(status: number, headers: Record<string, string> = {}): MockResponse {
  return { status, headers, body: noBody };
}

/** The error answer of RFC 7644 §3.12: `status` is a string. */
export function errorResponse(
  status: number,
  scimType: ScimType | undefined,
  detail: string,
  headers: Record<string, string> = {},
): MockResponse {
  return jsonResponse(
    status,
    JSON.stringify({ schemas: [urn.error], status: String(status), ...(scimType && { scimType }), detail }),
    headers,
  );
}

const scimJson = 'application/scim+json;charset=utf-8';
const plainJson = 'application/json;charset=utf-8';

/** RESPONSE as `application/json` when the `Accept` header ACCEPT takes nothing better (RFC 7644 §3.8). */
export function negotiate(response: MockResponse, accept: string | undefined): MockResponse {
  if (
    accept === undefined ||
    response.body.length === 0 ||
    acceptsScimJson(accept) ||
    !/\bapplication\/json\b/i.test(accept)
  )
    return response;
  return { ...response, headers: { ...response.headers, 'content-type': plainJson } };
}

function acceptsScimJson(accept: string): boolean {
  return /\bapplication\/(scim\+json|\*)|\*\/\*/i.test(accept);
}
