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
  /** Who asks, once it is known. */
  readonly principal?: Principal;
  /** SHA-256 of the client's certificate in lower-case hex, when it showed one that the server trusts. */
  readonly clientCertificate?: string;
  /** Common name of the subject of that certificate, when it has one. */
  readonly clientName?: string;
}

/** Whom a credential stands for. */
export interface Principal {
  /** Stands for the credential where it must not be shown itself. */
  readonly name: string;
  /** `userName` or `id` of the user that `/Me` is, if any. */
  readonly user: string | undefined;
}

/** How an answer is put on the wire, when not at once and whole. */
export interface Delivery {
  /** Real milliseconds before the first byte. */
  readonly delayMs?: number;
  /** The connection is reset after so many bytes of the body; -1: before the first byte of the head. */
  readonly cutAfter?: number;
  /** Called when the answer has been sent, or the client has gone. */
  readonly onEnd?: () => void;
}

/** The body of a request, or why it was not kept. */
export type RequestBody = { readonly text: string } | { readonly problem: 'tooLarge' | 'encoding' };

/** An answer that is ready to be written to the socket. */
export interface MockResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON in UTF-8; empty for an answer without a body. */
  readonly body: Buffer;
  readonly delivery?: Delivery;
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

/**
 * RESPONSE in the media type that the `Accept` header ACCEPT prefers (RFC 7644 §3.8): `application/scim+json` unless
 * `application/json` is liked better.
 */
export function negotiate(response: MockResponse, accept: string | undefined): MockResponse {
  if (preference(accept) !== plainJson || response.headers['content-type'] !== scimJson) return response;
  return { ...response, headers: { ...response.headers, 'content-type': plainJson } };
}

/** Does the `Accept` header ACCEPT take any JSON that a service provider has to offer? If not, the answer is 406. */
export function isAcceptable(accept: string | undefined): boolean {
  return preference(accept) !== undefined;
}

/** What `Accept` headers prefer: clients send the same one again and again. */
const preferences = new Map<string, string | undefined>();

/** The media type that ACCEPT prefers; undefined when it takes none that there is. */
function preference(accept: string | undefined): string | undefined {
  if (accept === undefined || accept.trim() === '') return scimJson;
  if (preferences.has(accept)) return preferences.get(accept);
  const [scim, plain] = [quality(accept, 'application/scim+json'), quality(accept, 'application/json')];
  const preferred = scim === 0 && plain === 0 ? undefined : scim >= plain ? scimJson : plainJson;
  if (preferences.size < 100) preferences.set(accept, preferred);
  return preferred;
}

/** RFC 9110 §12.5.1: how much ACCEPT likes TYPE, 0 to 1, by the most specific range that covers it. */
function quality(accept: string, type: string): number {
  let best = { specificity: 0, weight: 0 };
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const specificity = name === type ? 3 : name === 'application/*' ? 2 : name === '*/*' ? 1 : 0;
    if (specificity <= best.specificity) continue;
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    best = { specificity, weight: Number.isFinite(weight) ? weight : 1 };
  }
  return best.weight;
}
