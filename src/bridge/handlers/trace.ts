/** `scim/trace/…`: the exchanges of late, and those of archives. */

import { setImmediate } from 'node:timers/promises';
import type { ParamsOf, ResultOf } from '../../protocol/index.js';
import * as protocol from '../../protocol/trace.js';
import { harWriter } from '../../report/har.js';
import { CancelledError, UsageError } from '../../scim/error.js';
import { version } from '../../scim/version.js';
import type { Notify } from '../connection.js';
import type { Call, Dispatcher } from '../dispatch.js';
import { requestOfTraced } from '../request-import.js';
import type { Session } from '../session.js';
import type { TextFiles } from '../text-files.js';
import type { Traced } from '../trace.js';
import { Archives } from '../trace-archives.js';
import { resend } from '../trace-resend.js';
import { curlOf, detailOf, exchangeView, timingView } from '../trace-views.js';
import { registerReplay } from './replay.js';

/** Characters of one body. */
const maxBodyChars = 1_000_000;

type Reference = ParamsOf<typeof protocol.exchangeDetail>;

export function registerTrace(dispatcher: Dispatcher, session: Session, notify: Notify): void {
  const archives = new Archives();
  const find = (reference: Reference): Traced => findIn(reference, session, archives);
  const sent = async (text: string) => ({ text: await session.texts.send(text) });
  dispatcher.request(protocol.har, (params, call) => archive(params, call, session, archives));
  dispatcher.request(protocol.tracedExchange, (reference) => inFull(find(reference), session.texts));
  dispatcher.request(protocol.exchangeDetail, (reference) => sent(detailOf(find(reference).exchange)));
  dispatcher.request(protocol.exchangeCurl, async (reference) => {
    return { curl: await session.texts.send(curlOf(find(reference))) };
  });
  dispatcher.request(protocol.exchangeAsRequest, (reference) => requestOfTraced(session, find(reference)));
  dispatcher.request(protocol.resend, (params, { signal }) => resend(find(params), params, session, signal));
  dispatcher.request(protocol.openTrace, async ({ content }) => {
    const { id, exchanges, skipped } = archives.open(await session.texts.receive(content));
    const views = exchanges.map(({ exchange, settings }) =>
      JSON.stringify(exchangeView(exchange, settings, undefined)),
    );
    return { archive: id, exchanges: await session.texts.send(`[${views.join(',\n')}]`), skipped };
  });
  dispatcher.request(protocol.closeTrace, ({ archive: id }) => {
    archives.close(id);
    return null;
  });
  registerReplay(dispatcher, session, archives, notify);
}

/** @throws UsageError when the exchange of REFERENCE is not kept */
function findIn({ id, startedAt, archive: name }: Reference, session: Session, archives: Archives): Traced {
  const traced = name === undefined ? session.trace.find(id, startedAt) : archives.get(name).exchanges[id - 1];
  if (traced !== undefined) return traced;
  throw new UsageError(`The exchange ${id} is not kept any more`, {
    remedy: 'The bridge keeps the latest exchanges only. Send the request again.',
  });
}

async function archive(
  { tenant, exchanges: wanted, archive: name }: ParamsOf<typeof protocol.har>,
  { signal }: Call,
  session: Session,
  archives: Archives,
): Promise<ResultOf<typeof protocol.har>> {
  const { exchanges, dropped } = chosen(tenant, wanted, name, session, archives);
  const comment = dropped === 0 ? undefined : `${dropped} earlier exchanges are missing: only the latest are kept.`;
  const writer = harWriter({ version, maxBodyChars, comment });
  const entries: string[] = [];
  for (const exchange of exchanges) {
    entries.push(writer.entry(exchange));
    // Redaction of many long bodies takes a while, in which other requests must be served.
    await setImmediate();
    if (signal.aborted) throw new CancelledError();
  }
  const har = await session.texts.send(writer.begin + entries.join(writer.separator) + writer.end);
  return { har, exchanges: exchanges.length, dropped };
}

/** The exchanges that are WANTED, or all: of the archive NAME, or of TENANT. */
function chosen(
  tenant: string | undefined,
  wanted: readonly Reference[] | undefined,
  name: string | undefined,
  session: Session,
  archives: Archives,
): { exchanges: Traced['exchange'][]; dropped: number } {
  if (wanted !== undefined) {
    const found = wanted.flatMap(({ id, startedAt }) =>
      name === undefined ? (session.trace.find(id, startedAt) ?? []) : (archives.get(name).exchanges[id - 1] ?? []),
    );
    return { exchanges: found.map(({ exchange }) => exchange), dropped: wanted.length - found.length };
  }
  if (name !== undefined)
    return { exchanges: archives.get(name).exchanges.map(({ exchange }) => exchange), dropped: 0 };
  return { exchanges: session.trace.of(tenant), dropped: session.trace.droppedOf(tenant) };
}

async function inFull(traced: Traced, texts: TextFiles): Promise<ResultOf<typeof protocol.tracedExchange>> {
  const { exchange } = traced;
  const { id, tenant, purpose, method, url, status, durationMs, attempts, error } = exchange;
  const bodyOf = async (text: string | undefined) => (text === undefined ? null : texts.send(text));
  const timing = timingView(exchange);
  return {
    id,
    tenant,
    purpose,
    startedAt: exchange.startedAt.toISOString(),
    method,
    url,
    status,
    durationMs,
    ...(timing === undefined ? {} : { timing }),
    attempts,
    requestBytes: exchange.requestBytes,
    responseBytes: exchange.responseBytes,
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
    request: {
      headers: exchange.requestHeaders(),
      body: await bodyOf(exchange.requestBody(maxBodyChars)),
      cut: exchange.requestChars > maxBodyChars,
    },
    response:
      status === null
        ? null
        : {
            headers: exchange.responseHeaders(),
            body: await bodyOf(exchange.responseBody(maxBodyChars)),
            cut: exchange.responseChars > maxBodyChars,
          },
    curl: curlOf(traced),
  };
}
