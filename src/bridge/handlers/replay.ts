/** `scim/replay/…`: recorded traffic, played to clients or sent to a tenant. */

import * as lifecycle from '../../protocol/lifecycle.js';
import * as protocol from '../../protocol/trace.js';
import { demandYes } from '../confirm.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import { recordedIn } from '../replay.js';
import { isWriting, type Row, replayTo, type Sendable } from '../replay-send.js';
import { PlaybackServers } from '../replay-server.js';
import type { Session } from '../session.js';
import type { Archive, Archives } from '../trace-archives.js';
import { headersAgain } from '../trace-resend.js';

export function registerReplay(dispatcher: Dispatcher, session: Session, archives: Archives, notify: Notify): void {
  const servers = new PlaybackServers(session);
  dispatcher.request(protocol.serveReplay, ({ archive, name, port, tenant }) =>
    servers.serve(archives.get(archive), name, port, tenant),
  );
  dispatcher.request(protocol.replayStatus, ({ id }) => servers.status(id));
  dispatcher.request(protocol.stopReplay, async ({ id }) => {
    await servers.stop(id);
    return null;
  });
  dispatcher.request(protocol.sendReplay, async ({ archive, tenant, writes, confirmed, workDoneToken }, { signal }) => {
    const { target, settings } = await session.connect(tenant);
    const requests = sendableIn(archives.get(archive));
    const sent = writes ? requests : requests.filter((request) => !isWriting(request));
    const asked = sent.map(({ method, path, requestHeaders }) => ({
      method,
      path,
      headers: headersAgain(requestHeaders),
    }));
    demandYes(session, settings, confirmed, asked);
    const rows: Row[] = [];
    await replayTo(target, requests, writes, signal, (row, done) => {
      rows.push(row);
      if (workDoneToken === undefined) return;
      const message = `${row.method} ${row.path} (${done} of ${requests.length})`;
      const percentage = (100 * done) / requests.length;
      notify(lifecycle.progress, { token: workDoneToken, value: { kind: 'report', message, percentage } });
    });
    return { rows };
  });
}

/** The requests of ARCHIVE with their headers. */
function sendableIn(archive: Archive): Sendable[] {
  return recordedIn(archive).map((recorded) => ({
    ...recorded,
    requestHeaders: archive.exchanges[recorded.id - 1]?.exchange.requestHeaders() ?? [],
  }));
}
