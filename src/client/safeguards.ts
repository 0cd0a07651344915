/** What a tenant does not permit, however it is asked: writing at all, and writing to what is protected. */

import { SafeguardError, ScimError } from '../scim/error.js';
import { compileFilter, parseFilter } from '../scim/filter/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute, SchemaRegistry } from '../scim/schema/resource-type.js';

/** What a tenant does not permit. */
export interface SafeguardOptions {
  /** Nothing is written. */
  readonly readOnly?: boolean | undefined;
  /** Filters (RFC 7644 §3.4.2.2); resources that match one are not written to. */
  readonly protected?: readonly string[] | undefined;
}

/** A request that may be refused. */
interface Guarded {
  readonly method: string;
  /** Relative to the base URL, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** A resource as the service has it; undefined when there is none. */
export type ReadResource = (path: string) => Promise<JsonObject | undefined>;

/** Refuses the requests that SafeguardOptions of TENANT forbid. */
export class Safeguards {
  readonly #filters: readonly { readonly text: string; readonly filter: ReturnType<typeof parseFilter> }[];

  constructor(
    private readonly tenant: string,
    private readonly options: SafeguardOptions,
  ) {
    this.#filters = (options.protected ?? []).map((text) => ({ text, filter: parseFilter(text) }));
  }

  /**
   * Returns when REQUEST may be sent. READ reads what it would change; REGISTRY knows the attributes of filters.
   *
   * @throws SafeguardError when it must not be, also when it cannot be told whether it changes something protected
   */
  async check(request: Guarded, read: ReadResource, registry: SchemaRegistry | undefined): Promise<void> {
    if (!isWrite(request)) return;
    if (this.options.readOnly === true) {
      throw new SafeguardError('tenant.readOnly', `Tenant ${this.tenant} is read-only, and this is a write`, {
        asked: `${request.method} ${pathOf(request.path)}`,
        remedy: 'use another tenant, or take readOnly out of scim.yaml',
      });
    }
    if (this.#filters.length === 0) return;
    for (const path of changedBy(request)) await this.#checkResource(path, read, registry);
  }

  async #checkResource(path: string, read: ReadResource, registry: SchemaRegistry | undefined): Promise<void> {
    const asked = `write to ${path}`;
    let resource: JsonObject | undefined;
    try {
      resource = await read(path);
    } catch (cause) {
      const reason = cause instanceof ScimError ? cause.message : 'an unexpected failure';
      const message = `Whether ${path} is protected cannot be told, since it cannot be read: ${reason}`;
      throw new SafeguardError('tenant.protected', message, { asked, remedy: 'try again when it can be read', cause });
    }
    if (resource === undefined) return;
    const type = (registry ?? SchemaRegistry.rfc).find(path);
    const found = this.#filters.find(({ filter }) => compileFilter(filter, type)(resource));
    if (found === undefined) return;
    const message = `Tenant ${this.tenant} protects what matches ${found.text}, and ${path} does`;
    const remedy = 'leave it alone, or take the filter out of protected in scim.yaml';
    throw new SafeguardError('tenant.protected', message, { asked, remedy });
  }
}

/** RFC 7644 §3.2: GET and HEAD read, and so does POST to `.search`. Some servers take the method from a header. */
export function isWrite({ method, path, headers }: Omit<Guarded, 'body'>): boolean {
  if (hasOtherMethod(headers)) return true;
  return !/^(GET|HEAD|OPTIONS)$/i.test(method) && !(method === 'POST' && /\/\.search$/.test(pathOf(path)));
}

/** Do HEADERS say another method than the request line? Some servers believe them. */
function hasOtherMethod(headers: Guarded['headers']): boolean {
  return Object.keys(headers).some((name) => /^x-(http-)?method(-override)?$/i.test(name));
}

/** The resources that REQUEST changes, not those it creates; of a Bulk request those of its operations. */
function changedBy(request: Guarded): string[] {
  const path = pathOf(request.path);
  if (!/^\/Bulk$/i.test(path)) return request.method === 'POST' && !hasOtherMethod(request.headers) ? [] : [path];
  const body = parsed(request.body);
  const operations = isJsonObject(body) ? getAttribute(body, 'Operations') : undefined;
  if (!Array.isArray(operations)) return [];
  return operations.flatMap((operation) => {
    const method = isJsonObject(operation) ? getAttribute(operation, 'method') : undefined;
    const target = isJsonObject(operation) ? getAttribute(operation, 'path') : undefined;
    const isChange = typeof method === 'string' && method.toUpperCase() !== 'POST';
    // What is created in the same request is nothing yet.
    return isChange && typeof target === 'string' && !target.includes('bulkId:') ? [rooted(target)] : [];
  });
}

function parsed(text: string | undefined): JsonValue | undefined {
  try {
    const value: JsonValue | undefined = text === undefined ? undefined : JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function pathOf(path: string): string {
  return rooted(path.replace(/[?#].*$/s, '').replace(/\/+$/, ''));
}

function rooted(path: string): string {
  // A whole URL is one of this server, or cannot be read.
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(path) || path.startsWith('/') ? path : `/${path}`;
}
