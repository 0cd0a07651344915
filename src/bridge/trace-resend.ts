/** Requests that were sent, sent again. */

import type { Answer } from '../client/types.js';
import type { ParamsOf, trace as protocol, ResultOf } from '../protocol/index.js';
import { isSensitiveHeader } from '../redact/sensitive.js';
import { UsageError } from '../scim/error.js';
import { demandYes } from './confirm.js';
import type { Session } from './session.js';
import type { Traced } from './trace.js';
import { relativeOf } from './trace-views.js';

/** Headers that belong to one message, or that the client sets by itself. */
const ownHeaders = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

/** The HEADERS of a request that it is sent again with: those that are not credentials, which are the tenant's. */
export function headersAgain(headers: readonly (readonly [string, string])[]): Record<string, string> {
  const kept = headers.filter(([name]) => !ownHeaders.has(name.toLowerCase()) && !isSensitiveHeader(name));
  return Object.fromEntries(kept);
}

/**
 * Sends the request of TRACED again: method, path, headers but for credentials, and body are the same.
 * @throws UsageError when it asked for an access token, or when the archive that it is of does not have its secrets
 * @throws SafeguardError, NetworkError and so on, as any request
 */
export async function resend(
  { exchange, settings: before }: Traced,
  { tenant, confirmed }: Pick<ParamsOf<typeof protocol.resend>, 'tenant' | 'confirmed'>,
  session: Session,
  signal: AbortSignal,
): Promise<ResultOf<typeof protocol.resend>> {
  const { method, url, headers, body } = exchange.original();
  if (exchange.purpose === 'token') {
    throw new UsageError('This exchange got an access token, which the next request does by itself when it needs one');
  }
  if (`${url}${body ?? ''}`.includes('***')) {
    throw new UsageError('This request had secrets, which the archive does not hold, so that it cannot be sent again', {
      remedy: 'Make it a request file, and fill in what *** stands for.',
    });
  }
  const path = relativeOf(url, before);
  const { target, settings } = await session.connect(tenant ?? exchange.tenant);
  const again = headersAgain(headers);
  demandYes(session, settings, confirmed, [{ method, path, headers: again }]);
  const answer: Answer = await target.exchange({ method, path, headers: again, body }, { signal });
  return { id: answer.exchange.id, status: answer.status };
}
