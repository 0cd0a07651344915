/** A server on 127.0.0.1 that knows just enough of SCIM for request files, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Target, type TargetOptions } from '../../src/client/target.js';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface SmallServer {
  readonly baseUrl: string;
  /** Requests other than those for discovery. */
  readonly asked: Asked[];
  target(options?: Partial<TargetOptions>): Target;
  close(): Promise<void>;
}

export const token = 'secret-token-0123456789';
const list = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const error = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** What assertions are tried on. */
const fixed = JSON.stringify({
  name: 'bob',
  count: 1,
  nil: null,
  active: false,
  object: { a: 'bob', b: [1, 2] },
  tags: ['x', 'y'],
  created: '2010-01-23T04:56:22Z',
  long: 'a'.repeat(500),
  evil: `${'a'.repeat(40)}b`,
});

/** Members of a user, written as text so that the server's digits and order are known. */
function userText(id: number, userName: string): string {
  return `{"zeta":1,"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"${id}","userName":${JSON.stringify(userName)},"big":12345678901234567890,"meta":{"version":"W/\\"${id}\\""}}`;
}

export async function startSmallServer(): Promise<SmallServer> {
  const asked: Asked[] = [];
  const users: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const exchange = { method, url, headers, body: Buffer.concat(chunks).toString() };
      if (!/ServiceProviderConfig|ResourceTypes|Schemas/.test(url)) asked.push(exchange);
      answer(exchange, response, users, `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`;
  const targets: Target[] = [];
  return {
    baseUrl,
    asked,
    target(options = {}) {
      const target = new Target({
        tenant: 'test',
        baseUrl: new URL(baseUrl),
        auth: { scheme: 'bearer', token },
        limits: { timeoutMs: 10_000, maxResponseBytes: 10_000_000 },
        validation: 'strict',
        userAgent: 'scim-test',
        ...options,
      });
      targets.push(target);
      return target;
    },
    async close() {
      await Promise.all(targets.map((target) => target.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): ServerResponse {
  return response.writeHead(status, { 'content-type': 'application/scim+json', ...headers }).end(body);
}

function refuse(response: ServerResponse, status: number, detail: string, scimType?: string): ServerResponse {
  return send(response, status, JSON.stringify({ schemas: [error], status: String(status), scimType, detail }));
}

function answer(asked: Asked, response: ServerResponse, users: string[], baseUrl: string): ServerResponse {
  const url = new URL(asked.url, 'http://localhost');
  const path = url.pathname.replace('/scim/v2', '');
  if (asked.headers.authorization !== `Bearer ${token}`) return refuse(response, 401, 'Who are you?');
  if (path === '/ServiceProviderConfig') {
    return send(response, 200, '{"patch":{"supported":true},"bulk":{"supported":false},"etag":{"supported":true}}');
  }
  if (path === '/echo') {
    return send(response, 200, JSON.stringify({ headers: asked.headers, url: asked.url, password: 'hunter22' }));
  }
  if (path === '/fixed') return send(response, 200, fixed);
  if (path === '/hang') return response;
  if (path === '/Users' && asked.method === 'POST') return create(asked, response, users, baseUrl);
  if (path === '/Users') return sendList(url, response, users);
  const user = users[Number(/^\/Users\/(\d+)$/.exec(path)?.[1]) - 1];
  if (user === undefined) return refuse(response, 404, `Nothing at ${path}`);
  if (asked.method === 'DELETE') return response.writeHead(204).end();
  return send(response, 200, user, { etag: 'W/"1"' });
}

function create(asked: Asked, response: ServerResponse, users: string[], baseUrl: string): ServerResponse {
  const { userName } = JSON.parse(asked.body) as { userName: string };
  if (users.some((user) => (JSON.parse(user) as { userName: string }).userName === userName)) {
    return refuse(response, 409, `userName is taken`, 'uniqueness');
  }
  const id = users.length + 1;
  users.push(userText(id, userName));
  return send(response, 201, users[id - 1] ?? '', { etag: `W/"${id}"`, location: `${baseUrl}/Users/${id}` });
}

/** Pages of at most two; the only filter it knows is `userName eq`. */
function sendList(url: URL, response: ServerResponse, users: string[]): ServerResponse {
  const wanted = /^userName eq (".*")$/s.exec(url.searchParams.get('filter') ?? '')?.[1];
  const found = users.filter((user) => {
    return wanted === undefined || (JSON.parse(user) as { userName: string }).userName === JSON.parse(wanted);
  });
  const start = Number(url.searchParams.get('startIndex') ?? 1);
  const page = found.slice(start - 1, start + 1);
  const head = `"schemas":["${list}"],"totalResults":${found.length},"startIndex":${start},"itemsPerPage":${page.length}`;
  return send(response, 200, `{${head},"Resources":[${page.join(',')}]}`);
}
