/** RFC 7644 §3.5, RFC 9967 §2.5: answers that say "accepted", and what became of the request. */

import { type Clock, sleep } from '../http/clock.js';
import { headerOf } from '../http/session.js';
import type { Redactor } from '../redact/redact.js';
import { PendingError, ResponseError, ScimError } from '../scim/error.js';
import { isJsonObject } from '../scim/json.js';
import { parseCompletion } from '../scim/messages/async.js';
import type { BulkAnswer } from '../scim/messages/bulk.js';
import { parseErrorMessage } from '../scim/messages/error.js';
import { getAttribute } from '../scim/schema/resource-type.js';
import { type Address, addressOf } from './address.js';
import type { Answer, CallOptions, FollowUp } from './types.js';
import type { Send, WireRequest } from './wire.js';

/** Without `FollowUp`, so long is asked. */
const usual: FollowUp = { forMs: 10_000, everyMs: 500 };
const longestPauseMs = 5_000;

/** What is needed to ask again. */
interface Asker {
  readonly send: Send;
  readonly baseUrl: URL;
  readonly clock: Clock;
  readonly redactor: Redactor;
}

/** A request that was accepted. */
interface Accepted {
  readonly request: WireRequest;
  readonly answer: Answer;
  readonly txn: string | undefined;
  readonly location: Address | undefined;
}

/** What is known so far; `undefined` as a whole while there is nothing. */
type News = { readonly done: Answer } | { readonly doubt: string } | undefined;

/**
 * What became of REQUEST, whose ANSWER was 202: asks at its `Location` until there is a result, for as long as FOLLOWUP
 * says. Returns the answer that a synchronous server would have given. Throws `ResponseError` when the request failed,
 * and `PendingError` when that is not known in the end: nobody may take it for done.
 */
export async function followUp(
  asker: Asker,
  request: WireRequest,
  answer: Answer,
  { forMs, everyMs }: FollowUp = usual,
  call: CallOptions = {},
): Promise<Answer> {
  const accepted = acceptedOf(asker.baseUrl, request, answer);
  const end = asker.clock.now() + forMs;
  let pauseMs = everyMs;
  let doubt: string | undefined;
  while (accepted.location !== undefined && doubt === undefined && asker.clock.now() + pauseMs <= end) {
    await sleep(asker.clock, pauseMs, call.signal);
    pauseMs = Math.min(pauseMs * 2, Math.max(everyMs, longestPauseMs));
    const news = await ask(asker, accepted, accepted.location, call);
    if (news !== undefined && 'done' in news) return news.done;
    doubt = news?.doubt;
  }
  throw pendingError(asker.redactor, accepted, doubt);
}

/** The warning about ANSWER when it is only an acceptance. */
export function acceptanceWarning(answer: Answer): string | undefined {
  if (answer.status !== 202) return undefined;
  const txn = headerOf(answer.headers, 'set-txn');
  return `The request was accepted but is not carried out yet (202${txn === undefined ? '' : `, Set-Txn ${txn}`})`;
}

function acceptedOf(baseUrl: URL, request: WireRequest, answer: Answer): Accepted {
  const target = headerOf(answer.headers, 'location');
  return { request, answer, txn: headerOf(answer.headers, 'set-txn'), location: localAddress(baseUrl, target) };
}

/** TARGET on the tenant's own server; undefined when it is elsewhere, where the credentials must not go. */
function localAddress(baseUrl: URL, target: string | undefined): Address | undefined {
  if (target === undefined) return undefined;
  try {
    return addressOf(baseUrl, target);
  } catch {
    return undefined;
  }
}

async function ask({ send, redactor }: Asker, accepted: Accepted, { path }: Address, call: CallOptions): Promise<News> {
  const headers = { Accept: 'application/scim+json, application/secevent+jwt, application/json;q=0.9' };
  let answer: Answer;
  try {
    answer = await send({ method: 'GET', path, headers }, 'request', call);
  } catch (error) {
    // The question failed, not what was asked about: the next one may be answered.
    if (error instanceof ScimError && /^(?:network|response)\./.test(error.code)) return undefined;
    throw error;
  }
  return newsIn(redactor, accepted, answer);
}

/** What ANSWER, to a GET of the `Location`, says about the request. */
function newsIn(redactor: Redactor, accepted: Accepted, answer: Answer): News {
  const { request, txn } = accepted;
  const { status } = answer;
  if (status === 404 || status === 410) {
    return request.method === 'DELETE'
      ? { done: { ...accepted.answer, status: 204, reason: 'No Content' } }
      : undefined;
  }
  if (status === 202 || status === 204 || status === 429 || status >= 500) return undefined;
  if (status !== 200) return { doubt: `its Location answers ${status}` };
  // The signature is not looked at: the token came from the service provider itself, over its own connection.
  const completion = parseCompletion(answer.text, txn)?.answer;
  if (completion?.status !== undefined) return { done: completed(redactor, accepted, answer, completion) };
  return aboutResource(accepted, answer);
}

/** The `Location` is that of the resource: for a creation that it is there is the news. */
function aboutResource({ request }: Accepted, answer: Answer): News {
  const { json } = answer;
  const isResource = isJsonObject(json) && getAttribute(json, 'id') !== undefined;
  if (!isResource) return undefined;
  if (request.method === 'POST') return { done: { ...answer, status: 201, reason: 'Created' } };
  if (request.method === 'DELETE') return undefined;
  return { doubt: 'the resource can be read, with or without the change' };
}

/** The answer that COMPLETION stands for. Throws `ResponseError` when it is a failure. */
function completed(redactor: Redactor, accepted: Accepted, told: Answer, completion: BulkAnswer): Answer {
  const { status = 0, location, version, response } = completion;
  if (status < 200 || status > 299) {
    const error = parseErrorMessage(response);
    const [detail, scimType] = [error?.detail, error?.scimType].map((text) =>
      text === undefined ? undefined : redactor.text(text).slice(0, 1_000),
    );
    const { asked } = accepted.answer;
    const kind = scimType === undefined ? '' : ` (${scimType})`;
    const message = `${status}${kind} for ${asked}, after it had been accepted${detail === undefined ? '' : `: ${detail}`}`;
    throw new ResponseError(status, message, scimType, detail, { asked });
  }
  return {
    ...told,
    status,
    reason: '',
    text: response === undefined ? '' : JSON.stringify(response),
    json: response,
    etag: version ?? null,
    location: location ?? null,
  };
}

function pendingError(redactor: Redactor, accepted: Accepted, doubt: string | undefined): PendingError {
  const { answer } = accepted;
  const txn = accepted.txn === undefined ? undefined : redactor.text(accepted.txn);
  const location = accepted.location === undefined ? undefined : redactor.url(accepted.location.relative);
  const transaction = txn === undefined ? '' : `, transaction ${txn}`;
  const rest = doubt === undefined ? 'is not known to be carried out' : `may or may not be carried out: ${doubt}`;
  const place = location === undefined ? 'Read the resource later' : `Ask later at ${location}`;
  const message = `${answer.asked} was accepted (202${transaction}) and ${rest}`;
  return new PendingError(doubt === undefined ? 'async.pending' : 'async.unknown', message, txn, location, {
    asked: answer.asked,
    remedy: `${place}; do not send it again before.`,
  });
}
