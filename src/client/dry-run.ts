/** Runs in which nothing is written: what would have been sent is collected, and gets the answer of a service that agrees. */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Exchange } from '../http/exchange.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute } from '../scim/schema/resource-type.js';

/** What stands in for the answer to a write that was not sent. */
export interface DryAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly json: JsonObject | undefined;
}

/** A request as far as its answer depends on it. */
interface Written {
  readonly method: string;
  /** Relative to the base URL, with its query. */
  readonly path: string;
  readonly body: string | undefined;
}

/** One such run. */
export class DryRun {
  readonly #collected: Exchange[] = [];
  #made = 0;

  /** The requests that were not sent, in order. */
  get collected(): readonly Exchange[] {
    return this.#collected;
  }

  /** Note EXCHANGE, which did not take place. */
  add(exchange: Exchange): void {
    this.#collected.push(exchange);
  }

  /**
   * The answer to WRITTEN of a service at BASEURL that does what it is told: what is created is as it was sent, with an id
   * that nobody has (`dry-run-1`); of everything else nothing is shown (RFC 7644 §3.5.2: 204).
   */
  answer({ method, path, body }: Written, baseUrl: URL): DryAnswer {
    const sent = parsed(body);
    const place = path.replace(/[?#].*$/s, '');
    if (method.toUpperCase() !== 'POST') return { status: 204, location: undefined, json: undefined };
    if (/^\/?Bulk\/?$/i.test(place)) return { status: 200, location: undefined, json: this.#bulk(sent, baseUrl) };
    const { id, location } = this.#create(place, baseUrl);
    const resource = sent === undefined ? { id } : { ...sent, id };
    return { status: 201, location, json: resource };
  }

  #create(place: string, baseUrl: URL): { readonly id: string; readonly location: string } {
    this.#made += 1;
    const id = `dry-run-${this.#made}`;
    return { id, location: `${baseUrl.href.replace(/\/$/, '')}/${place.replace(/^\/|\/$/g, '')}/${id}` };
  }

  /** RFC 7644 §3.7.3: every operation of the request SENT was carried out. */
  #bulk(sent: JsonObject | undefined, baseUrl: URL): JsonObject {
    const operations = sent === undefined ? undefined : getAttribute(sent, 'Operations');
    return {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
      Operations: (Array.isArray(operations) ? operations : []).map((operation) => this.#operation(operation, baseUrl)),
    };
  }

  #operation(operation: JsonValue, baseUrl: URL): JsonObject {
    if (!isJsonObject(operation)) return {};
    const [method, path, bulkId] = ['method', 'path', 'bulkId'].map((name) => getAttribute(operation, name));
    const place = typeof path === 'string' ? path : '/';
    const isNew = typeof method === 'string' && method.toUpperCase() === 'POST';
    const location = isNew
      ? this.#create(place, baseUrl).location
      : `${baseUrl.href.replace(/\/$/, '')}/${place.replace(/^\//, '')}`;
    const named = typeof bulkId === 'string' ? { bulkId } : {};
    return { method: method ?? null, ...named, location, status: isNew ? '201' : '204' };
  }
}

const runs = new AsyncLocalStorage<DryRun>();

/** Do WORK, and all that comes of it later, without writing, as part of RUN; as usual when that is undefined. */
export function withoutWriting<T>(run: DryRun | undefined, work: () => T): T {
  return run === undefined ? work() : runs.run(run, work);
}

/** The run without writing that this is part of. */
export function currentDryRun(): DryRun | undefined {
  return runs.getStore();
}

function parsed(text: string | undefined): JsonObject | undefined {
  try {
    const value: JsonValue | undefined = text === undefined ? undefined : JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
