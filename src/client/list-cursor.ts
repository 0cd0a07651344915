/** RFC 9865 §3: what to do when a server does not take a cursor. */

import { ResponseError } from '../scim/error.js';
import type { ListRequest, PageWanted } from './list-request.js';

/** A failed page by cursor, and how far the list was. */
interface CursorFailure {
  readonly error: unknown;
  readonly request: ListRequest;
  readonly wanted: PageWanted;
  /** Resources that were given already. */
  readonly count: number;
  /** The list was begun again before. */
  readonly restarted: boolean;
}

/** Begin again by cursor or by index, or stop for a reason. */
export type CursorRemedy =
  | { readonly kind: 'restart'; readonly byCursor: boolean; readonly warning: string }
  | { readonly kind: 'stop'; readonly reason: string };

/**
 * What to do about FAILURE; undefined when it is not one of cursors. While nothing was given, the list can begin again,
 * once; after that, what has come is a part of the list.
 */
export function cursorRemedy({ error, request, wanted, count, restarted }: CursorFailure): CursorRemedy | undefined {
  if (!(error instanceof ResponseError) || wanted.cursor === undefined || request.says('cursor')) return undefined;
  const isCursorError = error.scimType === 'invalidCursor' || error.scimType === 'expiredCursor';
  if (wanted.cursor === '' && !restarted && (isCursorError || isParameterError(error))) {
    const warning = `The server says that it pages by cursor, but does not: ${error.message}`;
    return { kind: 'restart', byCursor: false, warning };
  }
  if (!isCursorError) return undefined;
  if (count === 0 && !restarted) {
    return { kind: 'restart', byCursor: true, warning: `The list was begun again: ${error.message}` };
  }
  const what =
    error.scimType === 'expiredCursor' ? 'the cursor expired' : 'the server does not know its cursor any more';
  return { kind: 'stop', reason: `${what} (${error.scimType}); ${count} resources received` };
}

/** Servers refuse a parameter that they do not know with 400, often without a keyword. */
function isParameterError({ status, scimType }: ResponseError): boolean {
  return status === 400 && (scimType === undefined || scimType === 'invalidValue' || scimType === 'invalidSyntax');
}
