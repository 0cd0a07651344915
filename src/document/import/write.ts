/** Imported requests as text for a request file: paths instead of URLs, no secrets. */
import { prettyJson } from '../../scim/json-text.js';
import { namePattern } from '../reference.js';
import type { ImportContext, Imported, ImportedFile, ImportedRequest, KnownTenant } from './model.js';
import { readableTarget } from './readable.js';
import { SecretKeeper } from './secrets.js';

/** Headers that the client sets itself, or that mean nothing outside a browser. */
const droppedHeaders =
  /^(?:host|content-length|transfer-encoding|connection|accept-encoding|user-agent|origin|referer|pragma|cache-control|dnt|priority|te|upgrade-insecure-requests|sec-.*|x-forwarded-.*|postman-token)$/i;

/** FILE as text for a request file. No secret is left in it: each becomes a variable without a value, with a warning. */
export function writeRequests(file: ImportedFile, context: ImportContext): Imported {
  return new Writer(file, context).write();
}

class Writer {
  readonly #warnings: string[];
  readonly #secrets: SecretKeeper;
  readonly #names: Set<string>;
  readonly #tenants = new Set<string>();
  /** Variables that only told where the service is. */
  readonly #bases = new Map<string, string>();

  constructor(
    private readonly file: ImportedFile,
    private readonly context: ImportContext,
  ) {
    this.#warnings = [...file.warnings];
    this.#secrets = new SecretKeeper(context);
    this.#names = new Set(context.taken);
    for (const [name, value] of file.variables) if (/^https?:\/\//i.test(value)) this.#bases.set(name, value);
  }

  write(): Imported {
    // A secret may stand in a place that was written before it was known for one.
    const blocks = this.file.requests.map((request) => this.#block(request)).map((block) => this.#secrets.text(block));
    const variables = this.file.variables.flatMap(([name, value]) => this.#variable(name, value, blocks.join('\n')));
    const missing = this.#secrets.names.map((name) => `# @${name} = …`);
    const note =
      missing.length === 0
        ? []
        : ['# These were secrets. Write their values here only if nobody else reads this file.'];
    const head = [...note, ...missing, ...variables];
    const [tenant, other] = this.#tenants;
    if (other !== undefined) this.#warn(`The requests are for several tenants: ${[...this.#tenants].join(', ')}`);
    return {
      // Behind a separator: before it, they would belong to the request above.
      text: blocks.join('\n').replace(/^(### .*\n)/, (line) => [line.trimEnd(), ...head, ''].join('\n')),
      tenant: other === undefined ? tenant : undefined,
      warnings: [...this.#warnings, ...this.#secrets.warnings],
    };
  }

  #warn(message: string): void {
    if (!this.#warnings.includes(message)) this.#warnings.push(message);
  }

  #variable(name: string, value: string, text: string): string[] {
    const isUsed = new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`).test(text);
    if (this.#bases.has(name) && !isUsed) return [];
    if (this.context.isSecretName(name) && !/^\{\{/.test(value)) {
      this.#secrets.leaveOut(name);
      return [];
    }
    return [`@${name} = ${this.#secrets.text(value)}`];
  }

  #block(request: ImportedRequest): string {
    const { tenant, target } = this.#placed(request.url);
    if (tenant !== undefined) this.#tenants.add(tenant.name);
    const shown = readableTarget(this.#secrets.target(target));
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const body = request.body === undefined ? undefined : this.#body(request.body, method);
    const lines = [
      `### ${this.#nameOf(request, target)}`,
      ...(request.notes ?? []).map((note) => `# ${note}`.trimEnd()),
      `${method} ${shown}`,
      ...request.headers.flatMap((header) => this.#header(header, tenant, body)),
    ];
    const captures = (request.captures ?? []).map(([name, part]) => `@${name} = ${part}`);
    return [
      lines.join('\n'),
      ...(body === undefined ? [] : [body]),
      ...(captures.length === 0 ? [] : [captures.join('\n')]),
    ]
      .join('\n\n')
      .concat('\n');
  }

  /** The tenant whose base URL URL begins with, and the rest; the base of any other is left out as well. */
  #placed(written: string): { tenant: KnownTenant | undefined; target: string } {
    const url = this.#resolved(written);
    for (const tenant of [...this.context.tenants].sort((a, b) => b.baseUrl.length - a.baseUrl.length)) {
      const base = tenant.baseUrl.replace(/\/+$/, '');
      const rest = url.slice(base.length);
      if (url.toLowerCase().startsWith(base.toLowerCase()) && /^(?:$|[/?])/.test(rest)) {
        return { tenant, target: rest.startsWith('/') ? rest : `/${rest}` };
      }
    }
    const [, base = '', rest = ''] =
      /^(https?:\/\/[^/?#]*(?:\/[^?#]*?)?)(\/(?:Users|Groups|Me|Bulk|Schemas|ResourceTypes|ServiceProviderConfigs?|\.search)(?:[/?].*)?)$/su.exec(
        url,
      ) ?? [];
    if (base !== '') {
      this.#warn(`No tenant has the base URL ${withoutUser(base)}, so the requests go to the tenant of the buffer`);
      return { tenant: undefined, target: rest };
    }
    const [, reference, tail] = /^(\{\{[^}]+\}\})(\/.*)$/su.exec(url) ?? [];
    if (reference !== undefined && tail !== undefined && !reference.includes('.')) {
      this.#warn(`${reference} was left out: the base URL is the tenant's`);
      return { tenant: undefined, target: tail };
    }
    if (/^https?:/i.test(url)) this.#warn(`No tenant has the server of ${withoutUser(url.replace(/[?#].*$/s, ''))}`);
    return { tenant: undefined, target: /^(?:[/{]|https?:)/i.test(url) ? withoutUser(url) : `/${url}` };
  }

  #resolved(url: string): string {
    const [whole, name = ''] = /^\{\{\s*([^}\s]+)\s*\}\}/.exec(url) ?? [];
    const base = this.#bases.get(name);
    return whole === undefined || base === undefined
      ? url.replace(/#.*$/s, '')
      : `${base.replace(/\/+$/, '')}${url.slice(whole.length)}`;
  }

  #header(
    [name, value]: readonly [string, string],
    tenant: KnownTenant | undefined,
    body: string | undefined,
  ): string[] {
    if (droppedHeaders.test(name)) return [];
    if (/^accept$/i.test(name) && /^(?:\*\/\*|application\/(?:scim\+)?json)\b/i.test(value)) return [];
    if (/^content-type$/i.test(name) && (body === undefined || /^application\/(?:scim\+)?json\b/i.test(value)))
      return [];
    if (/^cookie$/i.test(name)) {
      this.#warn('A Cookie header was left out: the tenant has its own credentials');
      return [];
    }
    if (/^authorization$/i.test(name)) {
      if (tenant?.sends(value) === true) return [];
      const [, variable] = /^(?:Bearer|Basic)?\s*\{\{\s*([^}\s]+)\s*\}\}$/i.exec(value) ?? [];
      if (variable !== undefined) {
        this.#warn(`The Authorization header with ${variable} was left out: the tenant has its own credentials`);
        return [];
      }
    }
    return [`${name}: ${this.#secrets.header(name, value)}`];
  }

  #body(text: string, method: string): string | undefined {
    if (text.trim() === '') return undefined;
    if (method === 'GET') this.#warn('The body of a GET was left out');
    if (method === 'GET') return undefined;
    const clean = this.#secrets.json(text);
    if (clean === undefined) {
      this.#warn('A body that is not JSON was kept as it is: look for secrets in it');
      return text.trim();
    }
    return prettyWithReferences(clean);
  }

  /** The name of REQUEST, or one after what it does; unlike every other of the file. */
  #nameOf({ name, method }: ImportedRequest, target: string): string {
    const wanted =
      name
        ?.trim()
        .replace(/[^\p{L}\p{N}_-]+/gu, '-')
        .replace(/^-+|-+$/g, '') ?? '';
    const base = namePattern.test(wanted) ? wanted : purposeOf(method, target);
    let free = base;
    for (let count = 2; this.#names.has(free) || ['body', 'headers', 'last'].includes(free); count++)
      free = `${base}-${count}`;
    this.#names.add(free);
    return free;
  }
}

/** `create-user`, `list-groups`: what METHOD on TARGET does. */
function purposeOf(method: string, target: string): string {
  const [first = 'resource', second] = target
    .replace(/^https?:\/\/[^/]*/i, '')
    .replace(/[?].*$/s, '')
    .split('/')
    .filter(Boolean);
  const plural = first.replace(/[^\p{L}\p{N}_-]/gu, '').toLowerCase() || 'all';
  const singular = plural.replace(/ies$/, 'y').replace(/s$/, '');
  if (plural === 'bulk') return 'bulk';
  if (first === '.search' || second === '.search') return first === '.search' ? 'search' : `search-${plural}`;
  if (method === 'GET' || method === 'HEAD')
    return second === undefined && plural !== 'me' ? `list-${plural}` : `get-${singular}`;
  const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'replace', PATCH: 'change', DELETE: 'delete' };
  return `${verbs[method] ?? method.toLowerCase()}-${singular}`;
}

/** TEXT, JSON that may have references in the place of values, indented. */
function prettyWithReferences(text: string): string {
  const references: string[] = [];
  const json = text.replace(/"(?:[^"\\]|\\.)*"|\{\{[^}\n]*\}\}/gsu, (token) =>
    token.startsWith('"') ? token : `"\\u0000${references.push(token) - 1}"`,
  );
  return prettyJson(json).replace(/"\\u0000(\d+)"/g, (token, index: string) => references[Number(index)] ?? token);
}

/** URL without user and password. */
function withoutUser(url: string): string {
  return url.replace(/^(https?:\/\/)[^/?#]*@/i, '$1');
}
