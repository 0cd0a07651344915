/** Asynchronous requests (RFC 9967 §2.5.1): the 202 answer, and the Security Event Token that completes it. */

import * as z from 'zod';
import type { JsonObject, JsonValue } from '../json.js';
import { optionalText, renamed } from '../shape.js';
import { type BulkAnswer, parseBulkAnswer } from './bulk.js';

/** The event that an asynchronous request is completed with. */
export const asyncResponseEvent = 'urn:ietf:params:scim:event:misc:asyncresp';

/** What a server says that accepted a request and has not executed it yet. */
export interface AsyncAcceptance {
  /** `Set-Txn`: what the completion event has as `txn`. */
  readonly txn: string | undefined;
  /** Did it say so by `Preference-Applied: respond-async` (RFC 7240)? */
  readonly applied: boolean;
  /** Where the completion, or the resource, can be read. */
  readonly location: string | undefined;
}

/** A header, whatever its case. */
export type HeaderLookup = (name: string) => string | undefined;

/** The value of `Prefer` that asks for an asynchronous answer, after waiting so long for a normal one. */
export function preferAsync(waitSeconds?: number): string {
  return waitSeconds === undefined ? 'respond-async' : `respond-async, wait=${Math.max(0, Math.floor(waitSeconds))}`;
}

/** What an answer with STATUS and the headers that HEADER finds says; undefined unless it is 202. */
export function parseAcceptance(status: number, header: HeaderLookup): AsyncAcceptance | undefined {
  if (status !== 202) return undefined;
  return {
    txn: nonEmpty(
      header('set-txn')
        ?.trim()
        .replace(/^"(.*)"$/, '$1'),
    ),
    applied: (header('preference-applied') ?? '').split(',').some(isRespondAsync),
    location: nonEmpty(header('location')?.trim()),
  };
}

/** A completion: which transaction, which resource, and the result as in a bulk response. */
export interface AsyncCompletion {
  /** `txn` without the index. */
  readonly txn: string;
  /** The number behind `txn` of an asynchronous bulk request; see `completedIndex`. */
  readonly index: number | undefined;
  /** Names the token, for de-duplication. */
  readonly jti: string | undefined;
  /** Path of the resource, relative to the base URL. */
  readonly uri: string | undefined;
  readonly id: string | undefined;
  readonly externalId: string | undefined;
  readonly answer: BulkAnswer;
}

/**
 * The completion in TOKEN, a SET (RFC 8417): a signed or unsigned JWT, or its claims as JSON text. TXN is what `Set-Txn`
 * said, so that an index behind it is recognised even when the transaction has colons itself. Undefined for anything
 * else, another event or another transaction.
 *
 * The signature is NOT checked: a token counts only when it came over TLS from the server that the request went to.
 */
export function parseCompletion(token: string, txn?: string): AsyncCompletion | undefined {
  const claims = shapes().claims.safeParse(claimsOf(token)).data;
  const event = claims?.events[asyncResponseEvent];
  if (claims === undefined || event === undefined) return undefined;
  const transaction = splitTxn(claims.txn, txn);
  const answer = parseBulkAnswer(event);
  if (transaction === undefined || answer === undefined) return undefined;
  const { uri, id, externalId } = claims.sub_id ?? {};
  return { ...transaction, jti: claims.jti, uri, id, externalId, answer };
}

/**
 * Which operation of an asynchronous bulk request with COUNT operations COMPLETION is about. RFC 9967 counts from zero
 * and its examples from one, so an index alone decides nothing: the bulkId does, one of BULKIDS, in the order sent.
 * FIRST is the smallest index that came for the transaction so far. Undefined when it cannot be told.
 */
export function completedIndex(
  { index, answer }: Pick<AsyncCompletion, 'index' | 'answer'>,
  bulkIds: readonly (string | undefined)[],
  first?: number,
): number | undefined {
  const named = answer.bulkId === undefined ? -1 : bulkIds.indexOf(answer.bulkId);
  if (named >= 0) return named;
  if (bulkIds.length === 1) return 0;
  if (index === undefined || first === undefined || index > bulkIds.length) return undefined;
  // Zero came: so they count from zero. The number of operations itself came: so they count from one.
  if (first === 0) return index < bulkIds.length ? index : undefined;
  return index === bulkIds.length ? index - 1 : undefined;
}

function splitTxn(given: string, wanted: string | undefined): Pick<AsyncCompletion, 'txn' | 'index'> | undefined {
  if (given === wanted) return { txn: given, index: undefined };
  const [, txn, index] = /^(.+):(\d{1,9})$/.exec(given) ?? [];
  if (txn !== undefined && (wanted === undefined || txn === wanted)) return { txn, index: Number(index) };
  return wanted === undefined ? { txn: given, index: undefined } : undefined;
}

/** The claims of TOKEN, a JWT in compact form or JSON. */
function claimsOf(token: string): JsonValue | undefined {
  const text = token.trim();
  if (text.startsWith('{')) return parse(text);
  const parts = text.split('.');
  const [, payload] = parts;
  if (parts.length !== 3 || payload === undefined || !/^[\w-]+$/.test(payload)) return undefined;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    return parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function parse(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function isRespondAsync(preference: string): boolean {
  return preference.trim().toLowerCase() === 'respond-async';
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

let memo: ReturnType<typeof build> | undefined;

function shapes() {
  memo ??= build();
  return memo;
}

function build() {
  const subject = renamed(
    ['uri', 'id', 'externalId'],
    z.object({ uri: optionalText, id: optionalText, externalId: optionalText }),
  );
  return {
    claims: z.object({
      txn: z.string().min(1),
      jti: optionalText,
      sub_id: subject.optional().catch(undefined),
      events: z.record(
        z.string(),
        z.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
      ),
    }),
  };
}
