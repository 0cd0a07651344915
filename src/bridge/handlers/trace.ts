/** `scim/trace/…`: the exchanges of late. */

import { setImmediate } from 'node:timers/promises';
import { type ParamsOf, trace as protocol, type ResultOf } from '../../protocol/index.js';
import { harWriter } from '../../report/har.js';
import { CancelledError, UsageError } from '../../scim/error.js';
import { version } from '../../scim/version.js';
import type { Call, Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';
import type { TextFiles } from '../text-files.js';
import type { Traced } from '../trace.js';
import { curlOf, timingView } from '../views.js';

/** Characters of one body. */
const maxBodyChars = 1_000_000;

export function registerTrace(dispatcher: Dispatcher, session: Session): void {
  dispatcher.request(protocol.har, (params, call) => archive(params, call, session));
  dispatcher.request(protocol.tracedExchange, ({ id }) => {
    const traced = session.trace.find(id);
    if (traced === undefined) {
      throw new UsageError(`The exchange ${id} is not kept any more`, { remedy: 'Send the request again.' });
    }
    return inFull(traced, session.texts);
  });
}

async function archive(
  { tenant }: ParamsOf<typeof protocol.har>,
  { signal }: Call,
  session: Session,
): Promise<ResultOf<typeof protocol.har>> {
  const exchanges = session.trace.of(tenant);
  const dropped = session.trace.droppedOf(tenant);
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
