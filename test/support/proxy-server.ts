/** A forward proxy that connects where it is asked to (RFC 9110 §9.3.6). */

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ProxyServer {
  readonly url: URL;
  /** Targets of CONNECT with the credentials that came along. */
  readonly asked: { readonly target: string; readonly credentials: string | undefined }[];
  /** Demanded credentials; undefined: none. */
  credentials: string | undefined;
  close(): Promise<void>;
}

export async function startProxyServer(): Promise<ProxyServer> {
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => {
    response.writeHead(400).end();
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    const credentials = request.headers['proxy-authorization'];
    const target = request.url ?? '';
    self.asked.push({ target, credentials });
    client.on('error', () => undefined);
    if (self.credentials !== undefined && credentials !== self.credentials) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n');
      return;
    }
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(target) ?? [];
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const self: ProxyServer = {
    url: new URL(`http://127.0.0.1:${port}`),
    asked: [],
    credentials: undefined,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}
