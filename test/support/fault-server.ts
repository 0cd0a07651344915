/** An HTTP server whose behaviour a test scripts, down to the bytes. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the server received, complete with its body. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Which connection it came on: 1 for the first. */
  readonly connection: number;
}

/** What the server does with a request. */
export type Behaviour = (seen: Seen, response: ServerResponse) => void;

export interface FaultServer {
  readonly base: URL;
  readonly seen: Seen[];
  /** What the next requests get, one after the other; then it is `otherwise`. */
  readonly script: Behaviour[];
  otherwise: Behaviour;
  /** So many of the next requests are cut off before they are read. */
  unread: number;
  close(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1, under `/scim/v2`. */
export async function startFaultServer(): Promise<FaultServer> {
  const seen: Seen[] = [];
  const script: Behaviour[] = [];
  const connections = new Map<unknown, number>();
  const server = createServer((request, response) => {
    if (self.unread > 0) {
      self.unread -= 1;
      request.socket.resetAndDestroy();
      return;
    }
    void receive(request).then((body) => {
      const { method = '', url = '', headers, socket } = request;
      const entry: Seen = { method, url, headers, body, connection: connections.get(socket) ?? 0 };
      seen.push(entry);
      (script.shift() ?? self.otherwise)(entry, response);
    });
  });
  server.on('connection', (socket) => connections.set(socket, connections.size + 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const self: FaultServer = {
    base: new URL(`http://127.0.0.1:${port}/scim/v2`),
    seen,
    script,
    otherwise: json(200, { schemas: [], id: '1' }),
    unread: 0,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}

async function receive(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += String(chunk);
  return body;
}

/** A complete answer. */
export function answer(status: number, headers: Record<string, string | string[]>, body: string | Buffer): Behaviour {
  return (_, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** A complete SCIM answer. */
export function json(status: number, body: unknown, headers: Record<string, string | string[]> = {}): Behaviour {
  return answer(status, { 'content-type': 'application/scim+json', ...headers }, JSON.stringify(body));
}

/** Closes the connection as soon as the request is read. */
export const resetBeforeAnswer: Behaviour = (_, response) => {
  response.socket?.resetAndDestroy();
};

/** Announces LENGTH bytes, sends BODY, and cuts the connection. */
export function cutBody(body: string, length: number): Behaviour {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/scim+json', 'content-length': String(length) });
    response.write(body, () => response.socket?.destroy());
  };
}

/** Sends headers and then a byte now and then, without end. */
export const neverEndingBody: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/scim+json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

/** Says nothing. */
export const silence: Behaviour = () => undefined;

/** Bytes that are not HTTP. */
export function rawBytes(bytes: string): Behaviour {
  return (_, response) => {
    response.socket?.end(bytes);
  };
}

/** Sends SIZE bytes, announced or not, as fast as the client takes them. */
export function hugeBody(size: number, announced: boolean): Behaviour {
  return (_, response) => {
    const length: Record<string, string> = announced ? { 'content-length': String(size) } : {};
    response.writeHead(200, { 'content-type': 'application/scim+json', ...length });
    const chunk = Buffer.alloc(65_536, 0x20);
    let left = size;
    const write = (): void => {
      while (left > 0) {
        left -= chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', write);
          return;
        }
      }
      response.end();
    };
    write();
  };
}
