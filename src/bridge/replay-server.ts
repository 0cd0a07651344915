/** Playback servers: each on a port of this machine, answering from a recording. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { requestOf, send, withBody } from '../mock/exchange.js';
import { close, listen } from '../mock/listen.js';
import { UsageError } from '../scim/error.js';
import { Playback, recordedIn } from './replay.js';
import type { Session } from './session.js';
import type { Archive } from './trace-archives.js';

const host = '127.0.0.1';
const maxBodyBytes = 32_000_000;

interface Running {
  readonly server: Server;
  readonly playback: Playback;
}

export class PlaybackServers {
  readonly #running = new Map<string, Running>();
  #next = 1;

  constructor(private readonly session: Session) {
    session.signal.addEventListener('abort', () => {
      for (const { server } of this.#running.values()) void close(server);
    });
  }

  /**
   * Plays ARCHIVE, called NAME, on PORT, or on a free one; the requests for TENANT, when given, go there.
   * @throws UsageError when there is nothing to play; ScimError `mock.listen`
   */
  async serve(archive: Archive, name: string, port: number | undefined, tenant: string | undefined) {
    const recorded = recordedIn(archive);
    if (recorded.length === 0) throw new UsageError('There are no exchanges with a SCIM service in this archive');
    const basePath = (archive.base?.pathname ?? '').replace(/\/+$/, '');
    const server = createServer({ keepAliveTimeout: 60_000 });
    const url = `http://${host}:${await listen(server, host, port ?? 0)}${basePath}`;
    const playback = new Playback(recorded, archive.base, url);
    server.on('request', (incoming, outgoing) => serveOne(incoming, outgoing, playback, basePath));
    const id = `replay-${this.#next++}`;
    this.#running.set(id, { server, playback });
    const started = { id, url, exchanges: recorded.length };
    if (tenant === undefined) return started;
    const access = { baseUrl: new URL(url), auth: { scheme: 'none' } } as const;
    try {
      return { ...started, ...(await this.session.attach(tenant, { id, name, access })) };
    } catch (error) {
      await this.stop(id);
      throw error;
    }
  }

  /** @throws UsageError when no server has ID */
  status(id: string): Playback['status'] {
    return this.#get(id).playback.status;
  }

  async stop(id: string): Promise<void> {
    const { server } = this.#get(id);
    this.#running.delete(id);
    this.session.attached.release(id);
    await close(server);
  }

  #get(id: string): Running {
    const running = this.#running.get(id);
    if (running !== undefined) return running;
    throw new UsageError(`There is no playback server ${id}`);
  }
}

function serveOne(incoming: IncomingMessage, outgoing: ServerResponse, playback: Playback, basePath: string): void {
  withBody(incoming, maxBodyBytes, (body) => {
    const { method, target } = requestOf(incoming, body);
    const relative = target.startsWith(basePath) ? target.slice(basePath.length) : target;
    const path = relative.startsWith('/') ? relative : `/${relative}`;
    const answer = playback.answer({ method, target: path, body });
    send(outgoing, answer, 'problem' in body && !incoming.complete, ({ socket }) => socket?.resetAndDestroy());
  });
}
