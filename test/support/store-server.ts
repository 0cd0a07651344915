/** A SCIM server with a memory, as simple as can be, whose answers a test can spoil before and after it acts. */

import type { ServerResponse } from 'node:http';
import { compileFilter, parseFilter } from '../../src/scim/filter/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/scim/json.js';
import { applyPatch, parsePatchRequest } from '../../src/scim/patch/index.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { urn } from '../../src/scim/urn.js';
import {
  type Behaviour,
  cutBody,
  type FaultServer,
  json,
  resetBeforeAnswer,
  type Seen,
  startFaultServer,
} from './fault-server.js';

/** What happens to a request that changes something. */
export type Fault = 'resetBefore' | 'resetAfter' | 'cutAnswer' | 'failBefore' | 'failAfter';

export class StoreServer {
  readonly resources = new Map<string, JsonObject>();
  /** What happens to the next writes. */
  readonly faults: Fault[] = [];
  /** Lists hold everything, whatever the filter. */
  ignoresFilters = false;
  /** So many of the next lists do not show what is new. */
  staleLists = 0;
  #ids = 0;
  #clock = Date.now();

  private constructor(readonly http: FaultServer) {
    http.otherwise = (seen, response) => this.#serve(seen, response);
  }

  static async start(): Promise<StoreServer> {
    return new StoreServer(await startFaultServer());
  }

  /** How often METHOD came. */
  count(method: string): number {
    return this.http.seen.filter((seen) => seen.method === method).length;
  }

  add(resource: JsonObject, created = new Date().toISOString()): JsonObject {
    this.#ids += 1;
    const id = `id-${this.#ids}`;
    return this.#keep({ ...resource, id, meta: { created } });
  }

  #serve(seen: Seen, response: ServerResponse): void {
    const fault = seen.method === 'GET' ? undefined : this.faults.shift();
    if (fault === 'resetBefore') resetBeforeAnswer(seen, response);
    else if (fault === 'failBefore') json(500, { detail: 'failed' })(seen, response);
    else this.#answerWith(fault, this.#act(seen))(seen, response);
  }

  #answerWith(fault: Fault | undefined, [status, body]: [number, unknown]): Behaviour {
    if (fault === 'resetAfter') return resetBeforeAnswer;
    if (fault === 'failAfter') return json(500, { detail: 'failed' });
    return fault === 'cutAnswer' ? cutBody('{"schemas":[', 1_000) : json(status, body);
  }

  #act({ method, url, headers, body }: Seen): [number, unknown] {
    const { pathname, searchParams } = new URL(url, 'http://x');
    const id = /\/(?:Users|Groups)\/([^/]+)$/.exec(pathname)?.[1];
    if (id === undefined) return method === 'POST' ? [201, this.add(parse(body))] : [200, this.#list(searchParams)];
    const current = this.resources.get(id);
    if (current === undefined) return [404, { detail: 'gone' }];
    const wanted = headers['if-match'];
    if (wanted !== undefined && wanted !== versionOf(current)) return [412, { detail: 'changed' }];
    switch (method) {
      case 'PUT':
        return [200, this.#keep({ ...parse(body), id, meta: current['meta'] ?? {} })];
      case 'PATCH': {
        const type = SchemaRegistry.rfc.find(pathname.includes('/Groups/') ? 'Group' : 'User');
        if (type === undefined) throw new Error('no type');
        return [200, this.#keep(applyPatch(type, current, parsePatchRequest(parse(body))).resource)];
      }
      case 'DELETE':
        this.resources.delete(id);
        return [200, {}];
      default:
        return [200, current];
    }
  }

  #keep(resource: JsonObject): JsonObject {
    this.#clock += 1;
    const meta = isJsonObject(resource['meta']) ? resource['meta'] : {};
    const kept = { ...resource, meta: { ...meta, version: `W/"${this.#clock}"` } };
    this.resources.set(String(resource['id']), kept);
    return kept;
  }

  #list(query: URLSearchParams): JsonObject {
    const filter = query.get('filter');
    const matches = filter === null || this.ignoresFilters ? () => true : compileFilter(parseFilter(filter), undefined);
    const all = [...this.resources.values()].filter(matches);
    if (this.staleLists > 0) all.length = 0;
    this.staleLists -= 1;
    return {
      schemas: [urn.listResponse],
      totalResults: all.length,
      startIndex: 1,
      itemsPerPage: all.length,
      Resources: all,
    };
  }
}

function parse(text: string): JsonObject {
  const value: JsonValue = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error('not an object');
  return value;
}

function versionOf(resource: JsonObject): string {
  const meta = resource['meta'];
  return isJsonObject(meta) ? String(meta['version']) : '';
}
