/**
 * A SCIM service as some real ones are. It shares no code with the client: what PATCH, filters and versions mean is
 * written here once more, as plainly as can be, so that a rule that the client has misread is not confirmed by it.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Resource = { [name: string]: Json };

/** A request as it came. */
export interface Seen {
  readonly method: string;
  /** Below the base URL, percent-encoded, with the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Of each version which ETag it gets, and where it is told. */
type Versions = 'weak' | 'strong' | 'none' | 'meta' | 'everyGet';

interface Kept {
  endpoint: string;
  id: string;
  now: Resource;
  /** What readers see until the moment `shownAt`. */
  before: Resource | undefined;
  shownAt: number;
  version: number;
}

/** Answers by itself when it returns true. */
export type Intercept = (seen: Seen, response: ServerResponse, service: HostileService) => boolean;

const coreUser = 'urn:ietf:params:scim:schemas:core:2.0:User';
const coreGroup = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export class HostileService {
  readonly seen: Seen[] = [];
  readonly kept = new Map<string, Kept>();
  versions: Versions = 'none';
  /** For so many ms after a write, readers see what was before. */
  staleMs = 0;
  /** What a write answers. */
  writeAnswer: 'resource' | 'nothing' | 'old' = 'resource';
  takesPatch = true;
  /** Called before anything else. */
  intercept: Intercept = () => false;
  /** How resources look from outside. */
  show: (resource: Resource, seen: Seen) => Resource = (resource) => resource;
  /** What is kept of what was asked for. */
  keep: (wanted: Resource, before: Resource | undefined, seen: Seen) => Resource = (wanted) => wanted;
  /** Filters are obeyed. */
  filters = true;
  #gets = 0;
  #ids = 0;

  private constructor(
    readonly url: string,
    private readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<HostileService> {
    let service: HostileService | undefined;
    const server = createServer((request, response) => {
      void read(request).then((body) => {
        const { method = '', url = '', headers } = request;
        service?.serve({ method, path: url.replace(/^\/scim\/v2/, ''), headers, body }, response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    service = new HostileService(`http://127.0.0.1:${port}/scim/v2`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return service;
  }

  close(): Promise<void> {
    return this.stop();
  }

  /** Puts RESOURCE there as ID, without anybody asking. */
  put(endpoint: 'Users' | 'Groups', id: string, resource: Resource): void {
    const schemas = [endpoint === 'Users' ? coreUser : coreGroup];
    const key = `/${endpoint}/${id}`;
    const version = (this.kept.get(key)?.version ?? 0) + 1;
    const now = { schemas, id, ...resource };
    this.kept.set(key, { endpoint, id, now, before: undefined, shownAt: 0, version });
  }

  now(endpoint: 'Users' | 'Groups', id: string): Resource {
    const kept = this.kept.get(`/${endpoint}/${id}`);
    if (kept === undefined) throw new Error(`There is no ${id}`);
    return kept.now;
  }

  /** Changes ID behind everybody's back, as a colleague does. */
  change(endpoint: 'Users' | 'Groups', id: string, changes: Resource): void {
    const kept = this.kept.get(`/${endpoint}/${id}`);
    if (kept === undefined) throw new Error(`There is no ${id}`);
    kept.now = { ...kept.now, ...changes };
    kept.version += 1;
  }

  /** What was sent to change something, as `PATCH /Users/1`. */
  get writes(): string[] {
    return this.seen
      .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/.search'))
      .map(({ method, path }) => `${method} ${path}`);
  }

  serve(seen: Seen, response: ServerResponse): void {
    this.seen.push(seen);
    if (this.intercept(seen, response, this)) return;
    const [path = '', query = ''] = seen.path.split('?');
    if (/^\/(ServiceProviderConfig|ResourceTypes|Schemas)/.test(path)) {
      this.#discover(path, response);
      return;
    }
    const [, endpoint = '', segment] = /^\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    if (segment === undefined) {
      if (seen.method === 'POST') {
        this.#create(endpoint, seen, response);
        return;
      }
      this.#list(endpoint, new URLSearchParams(query), seen, response);
      return;
    }
    const kept = this.kept.get(`/${endpoint}/${decodeURIComponent(segment)}`);
    if (kept === undefined) {
      error(response, 404, 'there is no such resource');
      return;
    }
    if (seen.method === 'GET') {
      send(response, 200, this.#shown(kept, seen), this.#etag(kept, true));
      return;
    }
    const wanted = seen.headers['if-match'];
    if (wanted !== undefined && this.versions !== 'none' && wanted !== this.#tag(kept)) {
      error(response, 412, 'it was changed meanwhile');
      return;
    }
    this.#write(kept, seen, response);
  }

  #write(kept: Kept, seen: Seen, response: ServerResponse): void {
    const before = kept.now;
    if (seen.method === 'DELETE') {
      this.kept.delete(`/${kept.endpoint}/${kept.id}`);
      response.writeHead(204).end();
      return;
    }
    if (seen.method === 'PATCH' && !this.takesPatch) {
      error(response, 501, 'PATCH is not implemented');
      return;
    }
    const body: Resource = JSON.parse(seen.body || '{}');
    const wanted = seen.method === 'PUT' ? { ...body, id: kept.id } : patched(before, body);
    kept.now = this.keep(wanted, before, seen);
    kept.before = before;
    kept.shownAt = Date.now() + this.staleMs;
    kept.version += 1;
    if (this.writeAnswer === 'nothing') response.writeHead(204, this.#etag(kept, false)).end();
    else {
      const shown = this.writeAnswer === 'old' ? before : kept.now;
      send(response, 200, this.#withMeta(this.show(shown, seen), kept), this.#etag(kept, false));
    }
  }

  #create(endpoint: string, seen: Seen, response: ServerResponse): void {
    this.#ids += 1;
    const id = `new-${this.#ids}`;
    const body: Resource = JSON.parse(seen.body);
    const now = this.keep({ ...body, id }, undefined, seen);
    const kept: Kept = { endpoint, id, now, before: undefined, shownAt: 0, version: 1 };
    this.kept.set(`/${endpoint}/${id}`, kept);
    send(response, 201, this.#withMeta(this.show(now, seen), kept), {
      location: `${this.url}/${endpoint}/${id}`,
      ...this.#etag(kept, false),
    });
  }

  #list(endpoint: string, query: URLSearchParams, seen: Seen, response: ServerResponse): void {
    const filter = query.get('filter');
    const all = [...this.kept.values()].filter((each) => each.endpoint === endpoint);
    const fits = filter === null || !this.filters ? all : all.filter(({ now }) => matches(filter, now));
    const start = Math.max(1, Number(query.get('startIndex') ?? 1));
    const count = Number(query.get('count') ?? 100);
    const page = fits.slice(start - 1, start - 1 + count);
    send(response, 200, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: fits.length,
      startIndex: start,
      itemsPerPage: page.length,
      Resources: page.map((kept) => this.#shown(kept, seen)),
    });
  }

  #shown(kept: Kept, seen: Seen): Resource {
    const isStale = kept.before !== undefined && Date.now() < kept.shownAt;
    return this.#withMeta(this.show((isStale ? kept.before : undefined) ?? kept.now, seen), kept);
  }

  #withMeta(resource: Resource, kept: Kept): Resource {
    return this.versions === 'meta' ? { ...resource, meta: { version: this.#tag(kept) } } : resource;
  }

  #tag({ version }: Kept): string {
    if (this.versions === 'strong') return `"${version}"`;
    return this.versions === 'everyGet' ? `W/"${version}.${this.#gets}"` : `W/"${version}"`;
  }

  #etag(kept: Kept, isRead: boolean): Record<string, string> {
    if (this.versions === 'none' || this.versions === 'meta') return {};
    if (isRead) this.#gets += 1;
    return { etag: this.#tag(kept) };
  }

  #discover(path: string, response: ServerResponse): void {
    if (path !== '/ServiceProviderConfig') {
      error(response, 404, 'not here');
      return;
    }
    const off = { supported: false };
    send(response, 200, {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: this.takesPatch },
      bulk: { ...off, maxOperations: 0, maxPayloadSize: 0 },
      filter: { supported: true, maxResults: 200 },
      changePassword: off,
      sort: off,
      etag: { supported: this.versions !== 'none' },
      authenticationSchemes: [],
    });
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += String(chunk);
  return body;
}

/** A SCIM answer. */
export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export function error(response: ServerResponse, status: number, detail: string): void {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
  send(response, status, { schemas, status: String(status), detail });
}

/** A page of a proxy in between. */
export function html(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end('<html><head><title>Please sign in</title></head><body>…</body></html>');
}

/** Of FILTER the comparisons `PATH OP "TEXT"` count, joined by `or`; that suffices here. */
function matches(filter: string, resource: Resource): boolean {
  const comparisons = [...filter.matchAll(/([\w.:$]+) (eq|co|sw) ("(?:[^"\\]|\\.)*")/g)];
  return comparisons.some(([, path = '', op, text = '""']) => {
    const wanted = String(JSON.parse(text)).toLowerCase();
    return valuesAt(resource, path.split('.')).some((value) => {
      const lower = value.toLowerCase();
      return op === 'eq' ? lower === wanted : op === 'sw' ? lower.startsWith(wanted) : lower.includes(wanted);
    });
  });
}

function valuesAt(value: Json | undefined, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  const [first, ...rest] = path;
  if (first === undefined) return value === undefined || value === null ? [] : [String(value)];
  return typeof value === 'object' && value !== null ? valuesAt(value[first], rest) : [];
}

/** RFC 7644 §3.5.2 for the paths `a`, `a.b`, `URN:a`, `a[b eq "c"]` and `a[b eq "c"].d`. */
function patched(before: Resource, message: Resource): Resource {
  const resource: Resource = structuredClone(before);
  const operations = message.Operations ?? message.operations;
  for (const operation of Array.isArray(operations) ? operations : []) {
    if (typeof operation === 'object' && operation !== null && !Array.isArray(operation)) apply(resource, operation);
  }
  return resource;
}

function apply(resource: Resource, operation: Resource): void {
  const op = String(operation.op).toLowerCase();
  const { path, value = null } = operation;
  if (typeof path !== 'string') {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [name, each] of Object.entries(value)) apply(resource, { op, path: name, value: each });
    }
    return;
  }
  const [, urn, plain = ''] = /^(urn:.*):([^:]+)$/i.exec(path) ?? [undefined, undefined, path];
  let holder: Resource = resource;
  if (urn !== undefined) {
    const inner = resource[urn];
    holder = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
    resource[urn] = holder;
  }
  const [, name = '', key, wanted, sub] = /^([\w$]+)(?:\[(\w+) eq "([^"]*)"\])?(?:\.(\w+))?$/.exec(plain) ?? [];
  if (key !== undefined) {
    applyToValues(holder, name, key, wanted ?? '', sub, op, value);
    return;
  }
  if (sub !== undefined) {
    const inner = holder[name];
    const object = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
    holder[name] = object;
    set(object, sub, op, value);
    return;
  }
  set(holder, name, op, value);
}

function applyToValues(
  holder: Resource,
  name: string,
  key: string,
  wanted: string,
  sub: string | undefined,
  op: string,
  value: Json,
): void {
  const list = holder[name];
  if (!Array.isArray(list)) return;
  const isMeant = (each: Json): boolean =>
    typeof each === 'object' && each !== null && !Array.isArray(each) && String(each[key]) === wanted;
  if (op === 'remove' && sub === undefined) {
    holder[name] = list.filter((each) => !isMeant(each));
    return;
  }
  for (const each of list) {
    if (!isMeant(each) || typeof each !== 'object' || each === null || Array.isArray(each)) continue;
    if (sub !== undefined) set(each, sub, op, value);
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) Object.assign(each, value);
  }
}

function set(holder: Resource, name: string, op: string, value: Json): void {
  const now = holder[name];
  if (op === 'remove') {
    if (Array.isArray(value) && Array.isArray(now)) {
      const gone = value.map((each) => JSON.stringify(each));
      holder[name] = now.filter((each) => !gone.includes(JSON.stringify(each)));
    } else delete holder[name];
  } else if (op === 'add' && Array.isArray(now)) holder[name] = [...now, ...(Array.isArray(value) ? value : [value])];
  else holder[name] = value;
}
