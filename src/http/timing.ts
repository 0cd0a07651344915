/** Where the time of an exchange goes, as far as undici lets one see. The phases are those of HAR 1.2. */

import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';

/** When a new connection came how far; all times are those of `performance.now()`. */
interface ConnectionMarks {
  readonly begunAt: number;
  /** The name is resolved; absent when there was none to resolve. */
  resolvedAt?: number;
  /** TCP is established. */
  connectedAt?: number;
  /** TLS is established; absent without TLS. */
  securedAt?: number;
}

/** When one attempt of a request came how far. */
export interface Marks {
  /** The connection that was made for it; absent when one was open. */
  connection?: ConnectionMarks;
  httpVersion?: string;
  /** It begins to be written. */
  startedAt?: number;
  /** It is handed over to the system as a whole. */
  sentAt?: number;
  /** The first byte of the answer is here. */
  answeredAt?: number;
  /** The answer is complete, or it is clear that it will not come. */
  endedAt?: number;
}

/** Phases in milliseconds; undefined is what did not take place, or what nobody can tell. */
export interface Timing {
  /** Waiting for a retry, a rate limit, a free connection. */
  readonly blockedMs: number;
  readonly dnsMs: number | undefined;
  /** TCP, without TLS. */
  readonly connectMs: number | undefined;
  readonly tlsMs: number | undefined;
  readonly sendMs: number | undefined;
  /** From the last byte of the request to the first of the answer. */
  readonly waitMs: number | undefined;
  readonly receiveMs: number | undefined;
}

/** The phases that MARKS, of the last attempt, tell of an exchange that began at BEGUNAT. */
export function timingOf(marks: Marks, begunAt: number): Timing {
  const { connection, startedAt, sentAt, answeredAt, endedAt } = marks;
  const dnsMs = between(connection?.begunAt, connection?.resolvedAt);
  const connectMs = between(connection?.resolvedAt ?? connection?.begunAt, connection?.connectedAt);
  const tlsMs = between(connection?.connectedAt, connection?.securedAt);
  const connecting = (dnsMs ?? 0) + (connectMs ?? 0) + (tlsMs ?? 0);
  return {
    blockedMs: Math.max(0, (between(begunAt, startedAt ?? endedAt) ?? 0) - connecting),
    dnsMs,
    connectMs,
    tlsMs,
    sendMs: between(startedAt, sentAt),
    waitMs: between(sentAt, answeredAt ?? endedAt),
    receiveMs: between(answeredAt, endedAt),
  };
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Math.max(0, to - from);
}

/** Watches connections being made. */
export class ConnectionWatch {
  #latest: ConnectionMarks | undefined;
  #httpVersion = 'HTTP/1.1';

  /** CONNECT, as undici wants it, watched. */
  watch(connect: buildConnector.connector): buildConnector.connector {
    return (options, callback) => {
      const marks: ConnectionMarks = { begunAt: performance.now() };
      const isTls = options.protocol === 'https:';
      // Typed as void, but undici's own connector returns the socket that it makes.
      const socket: unknown = connect(options, (...args) => {
        marks[isTls ? 'securedAt' : 'connectedAt'] = performance.now();
        if (args[0] === null) {
          this.#latest = marks;
          this.#httpVersion = args[1] instanceof TLSSocket && args[1].alpnProtocol === 'h2' ? 'HTTP/2.0' : 'HTTP/1.1';
        }
        callback(...args);
      });
      if (!(socket instanceof Socket)) return;
      socket.once('lookup', () => {
        marks.resolvedAt = performance.now();
      });
      if (!isTls) return;
      socket.once('connect', () => {
        marks.connectedAt = performance.now();
      });
    };
  }

  /** What was agreed on when a connection was made last: a server does not change its mind. */
  get httpVersion(): string {
    return this.#httpVersion;
  }

  /**
   * The connection that a request is about to be written to, if it was made for it: DISPATCHEDAT is when undici got the
   * request. undici writes the request in the same turn of the event loop in which its connection becomes ready, and
   * does not say on which connection it writes.
   */
  take(dispatchedAt: number): ConnectionMarks | undefined {
    const latest = this.#latest;
    this.#latest = undefined;
    const readyAt = latest?.securedAt ?? latest?.connectedAt;
    return readyAt !== undefined && readyAt >= dispatchedAt ? latest : undefined;
  }
}
